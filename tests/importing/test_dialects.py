"""Every dialect gives the same samples, or one sentence that names file and line."""

import gzip

import numpy as np
import pytest

from tests.importing.examples import HEADER, LABELS, PEOPLE, as_csv, movement, write_folder


def plain(rows):
    return as_csv(rows)


DIALECTS = {
    "blanks behind commas": lambda rows: plain(rows).replace(",", ", "),
    "semicolon and decimal comma": lambda rows: plain(rows).replace(",", ";").replace(".", ","),
    "tabs": lambda rows: plain(rows).replace(",", "\t"),
    "tabs and decimal comma": lambda rows: plain(rows).replace(",", "\t").replace(".", ","),
    "runs of blanks": lambda rows: plain(rows).replace(",", "   "),
    "bars": lambda rows: plain(rows).replace(",", "|"),
    "byte order mark": lambda rows: "\ufeff" + plain(rows),
    "utf-16": lambda rows: plain(rows).encode("utf-16"),
    "utf-16 without a mark": lambda rows: plain(rows).encode("utf-16-le"),
    "gzip": lambda rows: gzip.compress(plain(rows).encode()),
    "lines before the header": lambda rows: "Logger X\nSample rate, 50\n\n" + plain(rows),
    "comments before the header": lambda rows: "# Logger X\n# a, b, c, d\n" + plain(rows),
    "comments between rows": lambda rows: plain(rows[:9]) + "# pause\n# 1,2,3,4\n" + plain(rows[9:])[len(HEADER) + 1 :],
    "a commented header": lambda rows: "# " + plain(rows),
    "a header that comes again": lambda rows: plain(rows[:9]) + plain(rows[9:]),
    "a line of units": lambda rows: plain(rows).replace("\n", "\ns,g,g,g\n", 1),
    "separators at the end of rows": lambda rows: plain(rows).replace("\n", ",\n").replace("az,\n", "az\n"),
    "separators at the end of lines": lambda rows: plain(rows).replace("\n", ",\n"),
    "returns of a Mac": lambda rows: plain(rows).replace("\n", "\r"),
    "returns of Windows": lambda rows: plain(rows).replace("\n", "\r\n"),
    "quotes": lambda rows: plain(rows).replace(",", '","').replace("\n", '"\n"').removesuffix('"').join(['"', ""]),
    "thousands": lambda rows: "".join(
        line if place == 0 else f'"{1 + float(line.split(",")[0]) / 1000:,.7f}",' + line.split(",", 1)[1]
        for place, line in enumerate(plain(rows).splitlines(keepends=True))
    ),
}


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_gives_the_same_samples(take, tmp_path, name):
    changes = {"time": {"column": "none"}} if name == "thousands" else {}
    taken = take(write_folder(tmp_path / "moves", DIALECTS[name]), **changes)
    wanted = [movement(label, who)[:, 1:] for who in PEOPLE for label in LABELS]
    assert len(taken.samples) == len(wanted)
    for samples, expected in zip(taken.samples, wanted, strict=True):
        np.testing.assert_array_equal(samples, expected)


def test_columns_without_a_header_are_named_by_their_numbers(take, refused, tmp_path):
    folder = write_folder(tmp_path / "moves", lambda rows: plain(rows).split("\n", 1)[1])
    assert len(take(folder, columns=[2, 3, 4], time={"column": 1}).samples) == 8
    assert "It has no header, so name columns by their numbers, '1' to '4'" in refused(folder)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda rows: plain(rows).replace("\n", ",9\n").replace("az,9", "az"), "p-slow.csv, line 2 has 5 fields"),
        (lambda rows: plain(rows) + "1,2,3\n", "p-slow.csv, line 302 has 3 fields (1,2,3), and the header in line 1"),
        (lambda rows: plain(rows).replace(".", ","), "the decimal mark is a comma as the separator is"),
        (lambda rows: plain(rows) + "6,x,0,1\n", "line 302: 'x' in the column 'ax' is no number"),
        (lambda rows: plain(rows) + "6,,0,1\n", "holds NaN or infinity in 1 rows, first in line 302 (column 'ax')"),
        (lambda rows: plain(rows).replace("ay", "ax"), "has 2 columns 'ax'"),
        (lambda rows: plain(rows).replace("az", "zz"), "has no column 'az'; its header is: t, ax, ay, zz"),
        (lambda rows: "", "is empty"),
        (lambda rows: HEADER + "\n", "holds no samples"),
        (
            lambda rows: "t;ax;ay;az\n" + "0;1,024;2,048;1,001\n" * 9,
            "which may be 1.024 or 1024: set fetch.csv.decimal",
        ),
        (lambda rows: plain(rows).replace(",", ";").replace(".", ",") + "6;0.5;0;1\n", "line 302: '0.5'"),
        (lambda rows: b"\x89PNG\0\0\0" * 99, "is no text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(refused, tmp_path, content, sentence):
    assert sentence in refused(write_folder(tmp_path / "moves", content))


def test_a_dialect_that_can_be_two_is_settled_in_params(take, tmp_path):
    def thousandths(rows):
        values = [f"1,{500 + int(400 * row[1]):03d};1,{500 + place:03d};1,001" for place, row in enumerate(rows)]
        return "t;ax;ay;az\n" + "".join(f"{place};{value}\n" for place, value in enumerate(values))

    folder = write_folder(tmp_path / "moves", thousandths)
    changes = {"kind": "sensor", "unit": "V", "time": {"column": "none"}}
    taken = take(folder, csv={"decimal": ","}, **changes)
    assert taken.samples[0].max() < 2
    assert take(folder, csv={"decimal": ".", "thousands": ","}, **changes).samples[0].min() > 1000
