"""Each check, planted in otherwise good recordings, is found at twice its limit."""

import numpy as np
import pytest

from tests.importing.examples import as_csv, write_folder


def spoilt(change):
    def content(rows):
        change(rows)
        return as_csv(rows)

    return content


def set_rows(first, last, column, value):
    def change(rows):
        rows[first:last, column] = value

    return spoilt(change)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (set_rows(100, 101, 1, 40.0), "line 102: 40 g in the column 'ax' (1 samples) is beyond 20 g"),
        (set_rows(100, 103, 2, -999.0), "line 102: -999 in the column 'ay' (3 times) stands for a missing sample"),
        (set_rows(0, 300, 2, 0.0), "the column 'ay' never moves (each of its 300 values is 0)"),
        (
            spoilt(lambda rows: rows.__setitem__((slice(None), slice(1, None)), rows[:, 1:] * 9.80665)),
            "looks like m/s2",
        ),
        (
            spoilt(lambda rows: rows.__setitem__((slice(None), 3), rows[:, 3] - 1)),
            "linear acceleration, without gravity",
        ),
        (spoilt(lambda rows: rows.__setitem__((slice(None), slice(1, None)), rows[:, 1:] * 1000)), "looks like mg"),
    ],
)
def test_what_no_sensor_gives_is_refused(refused, tmp_path, content, sentence):
    assert sentence in refused(write_folder(tmp_path / "moves", content))


def test_a_single_file_of_another_unit_is_named(refused, tmp_path):
    folder = write_folder(tmp_path / "moves")
    rows = np.loadtxt(folder / "r-fast.csv", delimiter=",", skiprows=1)
    (folder / "r-fast.csv").write_text(as_csv(np.column_stack([rows[:, 0], rows[:, 1:] * 9.80665])))
    assert "r-fast.csv: accelerations are" in refused(folder)


def test_a_frozen_stretch_is_cut_out(take, tmp_path):
    def frozen(rows):
        rows[100:201, 1:] = rows[100, 1:]

    taken = take(write_folder(tmp_path / "moves", spoilt(frozen)))
    assert [len(samples) for samples in taken.samples[:2]] == [100, 99]
    assert "2.02 s from line 102 on in which nothing changes were cut out" in taken.remarks


def test_sentinels_are_cut_out_on_request(take, tmp_path):
    folder = write_folder(tmp_path / "moves", set_rows(100, 150, 2, -999.0))
    taken = take(folder, checks={"missing": "cut", "sentinels": [-999]})
    assert [len(samples) for samples in taken.samples[:2]] == [100, 150]


def manifest(folder, change):
    path = folder / "manifest.csv"
    path.write_text(change(path.read_text()))
    return folder


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace("fast,q", "Fast,q"), "has the label 'Fast', and"),
        (lambda text: text.replace("slow,p", "slow,P"), "has the group 'p', and"),
        (lambda text: text.replace("fast,r", "fàst,r"), "has the label 'fàst', and"),
        (lambda text: text.replace("fast,r", '"fast,",r'), "has the label 'fast,', and"),
    ],
)
def test_two_spellings_of_a_name_are_refused(refused, tmp_path, change, sentence):
    assert sentence in refused(manifest(write_folder(tmp_path / "moves"), change))


def test_spellings_may_be_made_one_in_params(take, tmp_path):
    folder = manifest(write_folder(tmp_path / "moves"), lambda text: text.replace("fast,q", "Fast,q"))
    spellings = [{"name": "fast", "spellings": ["Fast"]}]
    assert set(take(folder, label_spellings=spellings).labels) == {"slow", "fast"}


def test_the_same_samples_in_two_groups_are_refused_whatever_the_bytes(refused, take, tmp_path):
    folder = write_folder(tmp_path / "moves")
    (folder / "q-slow.csv").write_text((folder / "p-slow.csv").read_text().replace(",", ", "))
    assert "which hold the same samples, have the groups 'q' and 'p'" in refused(folder)
    manifest(folder, lambda text: text.replace("q-slow.csv,slow,q", "q-slow.csv,slow,p"))
    assert "1 recordings hold the same samples as another of their group and label" in take(folder).remarks
