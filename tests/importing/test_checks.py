"""Each row of the table of checks: its fault, planted in otherwise good recordings, is found at twice the limit.

At half the limit it is not: there, recordings are taken.
"""

import re
import zipfile

import numpy as np
import pytest
import soundfile

from featherline import params_file
from featherline.applications import recordings
from featherline.core.errors import FeatherlineError
from featherline.importing import archives, overlaps
from tests.importing.examples import LABELS, PEOPLE, RATE_HZ, as_csv, movement, write_folder
from tests.importing.planting import walk
from tests.imports import ROOT

SOUND_HZ = 8000
SENSOR = {"kind": "sensor", "unit": "V"}
SOUND = {"kind": "audio", "columns": None, "unit": None, "native_rate_hz": SOUND_HZ}
PREPROCESS = {
    "classes": list(LABELS),
    "sample_rate_hz": RATE_HZ,
    "window_seconds": 1.28,
    "overlap": 0.5,
    "channels": ["x", "y", "z"],
    "split": {"protocol": "group", "validation": 0.2, "test": 0.2},
}
WINDOW_SAMPLES = 64


def in_one_file(change, seconds=6.0, **settings):
    """Good recordings but for p-slow.csv, whose rows `change` spoils; it may return others in their place."""

    def plant(folder, times):
        write_folder(folder)
        rows = movement("slow", "p", seconds)
        made = change(rows, times)
        (folder / "p-slow.csv").write_text(made if isinstance(made, str) else as_csv(rows if made is None else made))
        return settings

    return plant


def in_manifest(change):
    def plant(folder, times):
        path = write_folder(folder) / "manifest.csv"
        path.write_text(change(path.read_text()) if times >= 1 else path.read_text())
        return {}

    return plant


def more_fields(rows, times):
    lines = as_csv(rows).splitlines()
    lines[9] += ",9" * int(times)
    return "\n".join(lines) + "\n"


def marked_as_missing(rows, times):
    rows[:, 1] *= 999 / (4 * times) / np.percentile(np.abs(rows[:, 1]), 99)
    rows[100, 1] = 999


def set_to(value, columns=slice(1, None)):
    def change(rows, times):
        rows[100 : 100 + int(times), columns] = value

    return change


def beyond_20_g(rows, times):
    rows[100, 1] = 20 * times


def longer_than_gravity(rows, times):
    rows[:, 1:] *= 1.6 * times


def constant(rows, times):
    if times >= 1:
        rows[:, 2] = 0.5


def frozen(rows, times):
    rows[100 : 101 + round(times * RATE_HZ), 1:] = rows[100, 1:]


def faster(rows, times):
    rows[:, 0] /= 1 + 0.02 * times


def of_two_rates(rows, times):
    """Half of the stretches that are off are slower, and half faster: the rate of the whole stays."""
    count = round(0.05 * times * len(rows) / 2)
    steps = np.full(len(rows), 1 / RATE_HZ)
    steps[200 : 200 + count] *= 1 + 0.1 * times
    steps[200 + count : 200 + 2 * count] *= 1 - 0.1 * times
    rows[:, 0] = np.cumsum(steps)


def backwards(rows, times):
    for row in range(100, 100 + 10 * int(times), 10):
        rows[[row, row + 1]] = rows[[row + 1, row]]


def repeated(rows, times):
    return np.repeat(rows, np.where(np.arange(len(rows)) < int(times), 2, 1), axis=0)


def same_times(rows, times):
    for row in range(100, 100 + 10 * int(times), 10):
        rows[row + 1, 0] = rows[row, 0]


def paused(rows, times):
    rows[150:, 0] += (times * 5 - 1) / RATE_HZ


def of_sensors(rows, times):
    more = [rows + [0, 0.1 * number, 0, 0] for number in range(max(int(times), 1))]
    return np.stack(more, axis=1).reshape(-1, 4)


def rare_label(folder, times):
    """40 recordings, of which `wlaking` has the share 5 % / times: a smaller share is the clearer sign."""
    folder.mkdir()
    rng, lines = np.random.default_rng(1), ["file,label,group"]
    typed = round(40 * 0.05 / times)
    for number in range(40):
        label = "wlaking" if number < typed else ("walking", "jogging")[number % 2]
        rows = np.column_stack([np.arange(30) / RATE_HZ, rng.normal([0, 0, 1], 0.1, (30, 3))])
        (folder / f"{number}.csv").write_text(as_csv(rows))
        lines.append(f"{number}.csv,{label},{PEOPLE[number % 4]}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return {}


def same_samples(folder, times):
    write_folder(folder)
    if times >= 1:
        (folder / "q-slow.csv").write_text((folder / "p-slow.csv").read_text().replace(",", ", "))
    return {}


def shared_stretch(folder, times):
    write_folder(folder)
    rows, others = movement("slow", "q"), movement("slow", "p")
    count = round(32 * times)
    rows[120 : 120 + count, 1:] = others[60 : 60 + count, 1:]
    (folder / "q-slow.csv").write_text(as_csv(rows))
    return {}


def nearly_equal(folder, times):
    """Of q the movement of p, of s that of r: however four people are divided, one pair stands in two splits."""
    write_folder(folder)
    rng = np.random.default_rng(0)
    for who, other in (("q", "p"), ("s", "r")):
        rows = movement("slow", other)
        share = 2 * 0.001 / times  # of noise: the correlation is 1 - 0.001 / times
        rows[:, 1:] += rng.normal(0, np.sqrt(share * rows[:, 1:].var(axis=0).mean()), (len(rows), 3))
        (folder / f"{who}-slow.csv").write_text(as_csv(rows))
    return {}


def altered_copy(folder, times):
    """Of q a walk of p, cut elsewhere and half as strong, of s one of r: one pair stands in two splits."""
    write_folder(folder)
    rng = np.random.default_rng(0)
    for number, (who, other) in enumerate((("q", "p"), ("s", "r"))):
        original = walk(number)
        share = 5 * 2 * 0.02 / times  # of noise, a fifth of which is in the band: the correlation is 1 - 0.02 / times
        noise = rng.normal(0, np.sqrt(share * original.var(axis=0).mean()), original.shape)
        for name, samples in ((other, original), (who, 0.5 * (original + noise)[37:])):
            rows = np.column_stack([np.arange(len(samples)) / RATE_HZ, samples])
            (folder / f"{name}-slow.csv").write_text(as_csv(rows))
    return {"checks": {"gravity_g": None}}


def short_class(folder, times):
    write_folder(folder)
    for who in PEOPLE:
        rows = movement("fast", who)[: round(WINDOW_SAMPLES / times)]
        (folder / f"{who}-fast.csv").write_text(as_csv(rows))
    return {}


def one_more_label(text):
    return text.replace("p-fast.csv,fast", "p-fast.csv,idle")


def in_one_clip(change):
    """Good float clips but for the first, whose samples `change` spoils; it may return several channels."""

    def plant(folder, times):
        folder.mkdir()
        rng, lines = np.random.default_rng(0), ["file,label,group"]
        for who in PEOPLE:
            for label in LABELS:
                samples = rng.uniform(-0.5, 0.5, SOUND_HZ)
                if len(lines) == 1:
                    samples = change(samples, times)
                soundfile.write(folder / f"{who}-{label}.wav", samples, SOUND_HZ, "FLOAT")
                lines.append(f"{who}-{label}.wav,{label},{who}")
        (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
        return SOUND

    return plant


def out_of_phase(samples, times):
    other, correlation = np.random.default_rng(1).uniform(-0.5, 0.5, len(samples)), -0.5 * times
    right = correlation * samples + np.sqrt(1 - correlation**2) * other
    return np.column_stack([samples, 0.7 * right])


def silent(samples, times):
    samples[: round(0.5 * times * len(samples))] = 0
    return samples


def zipped(folder, times):
    """One recording in a zip that takes `times` what it may."""
    path = write_folder(folder) / "p-slow.csv"
    if times >= 1:
        blocks = -(-path.stat().st_size // archives.BLOCK_BYTES)
        with zipfile.ZipFile(folder / "p-slow.zip", "w") as archive:
            archive.write(path, "Sensor.csv")
        path.unlink()
        manifest = folder / "manifest.csv"
        manifest.write_text(manifest.read_text().replace("p-slow.csv", "p-slow.zip"))
        return {"checks": {"unpacked_gb": blocks * archives.BLOCK_BYTES / times / 1e9}}
    return {}


PLANTS = {
    "fields": (in_one_file(more_fields), "p-slow.csv, line 10 has 6 fields"),
    "missing number": (in_one_file(set_to(np.nan, 2)), "holds NaN or infinity in 2 rows, first in line 102"),
    "sentinel": (in_one_file(marked_as_missing, **SENSOR), "line 102: 999 in the column 'ax' (1 times) stands for"),
    "three zeros": (in_one_file(set_to(0)), "line 102: all three axes are 0 (2 times)"),
    "largest sample": (in_one_file(beyond_20_g), "line 102: 40 g in the column 'ax' (1 samples) is beyond 20 g"),
    "unit and gravity": (in_one_file(longer_than_gravity), "where gravity alone is 1 g"),
    "axis that never moves": (in_one_file(constant), "the column 'ay' never moves"),
    "frozen stretch": (in_one_file(frozen), "from line 102 on in which nothing changes were cut out"),
    "rate": (in_one_file(faster), "p-slow.csv has 52 samples a second from line 2 on"),
    "mixture of rates": (in_one_file(of_two_rates, 24), "the rate changes there"),
    "disorder": (in_one_file(backwards), "line 103: time runs backwards, from 2.02 to 2 s"),
    "copies": (in_one_file(repeated), "2 rows that repeat the one before them, time and sample, were taken once"),
    "coarse clock": (in_one_file(same_times), "2 samples have the time of the one before them"),
    "gap": (in_one_file(paused), "1 gaps of 0.2 s together cut it into 2 recordings"),
    "spelling": (in_manifest(lambda text: text.replace("fast,q", "Fast,q")), "has the label 'Fast', and"),
    "typing error": (rare_label, "'wlaking' of 1 of 40 recordings looks like 'walking'"),
    "same samples": (same_samples, "which hold the same samples, have the groups 'q' and 'p'"),
    "shared stretch": (shared_stretch, "which hold the same samples in part, have the groups 'q' and 'p'"),
    "several sensors": (in_one_file(of_sensors), "has each time 2 times with other samples"),
    "leak": (nearly_equal, "are nearly equal to one of the"),
    "altered copy": (altered_copy, "share a stretch, shifted, scaled, resampled or encoded anew"),
    "archive": (zipped, "p-slow.zip unpacks to more than"),
    "left out": (in_manifest(one_more_label), "Left out were recordings of labels that are no class: idle 1"),
    "short class": (short_class, "All 4 recordings of the class 'fast' are shorter than preprocess.window_seconds"),
    "amplitude": (
        in_one_clip(lambda samples, times: samples / np.abs(samples).max() * times),
        "has amplitudes up to 2, and float audio",
    ),
    "out of phase": (in_one_clip(out_of_phase), "has two channels out of phase (correlation -1.00)"),
    "silence": (in_one_clip(silent), "100% of it are below -60 dBFS"),
}


def tabled():
    """The first and the fourth cell of each row of the table: the check, and what happens."""
    page = (ROOT / "docs/own-recordings.md").read_text()
    table = page.partition("## What is checked")[2].partition("\n\n`null`")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if "|" in line]
    return {cells[0]: cells[3] for cells in rows[2:]}


def said(take, folder, changes, compared):
    """What fetch and preprocess say of a folder: the refusal with its check, or all remarks.

    The movements of the good recordings are steady, and so alike: they are compared only where that is the check.
    """
    try:
        taken = take(folder, **changes)
        if changes.get("kind", "motion") != "motion" or set(taken.labels) - {*LABELS, "idle"}:
            return False, taken.remarks
        settings = params_file.block({"preprocess": PREPROCESS}, "preprocess", recordings.Preprocess)
        made = recordings.preprocess(taken.raw, settings, 1)
        if compared:
            overlaps.report(recordings.comparable(taken.raw, settings), made, None)
        return False, "\n".join([taken.remarks, *made.remarks])
    except FeatherlineError as error:
        return True, str(error)


def test_each_row_of_the_table_has_a_plant():
    assert list(tabled()) == list(PLANTS)


@pytest.mark.parametrize("check", PLANTS)
def test_a_planted_fault_is_found_at_twice_its_limit(take, tmp_path, check):
    plant, sentence = PLANTS[check]
    compared = check == "altered copy"
    refused, text = said(take, tmp_path / "twice", plant(tmp_path / "twice", 2), compared)
    assert sentence in text
    # "refused, or cut" is refused as long as params.yaml says nothing.
    assert refused == bool(re.match(r"(motion: )?refused", tabled()[check]))
    taken_though, text = said(take, tmp_path / "half", plant(tmp_path / "half", 0.5), compared)
    stem = re.split(r"\d", sentence)[-1].strip() or sentence
    assert not taken_though and stem not in text, text
