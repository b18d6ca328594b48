"""Several recordings in one file: an id column, a label column, a labels file of tables and of sound."""

import numpy as np

from featherline.signals import sound_files
from tests.importing.examples import HEADER, LABELS, PEOPLE, as_csv, movement, write_folder


def labels_file(folder, suffix, **changes):
    """Two parts of each file, by seconds; the manifest says who alone."""
    lines = ["file,start,end,label"]
    for who in PEOPLE:
        lines += [f"{who}{suffix},0,2,slow", f"{who}{suffix},{changes.get('start', 3)},5,fast"]
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    (folder / "manifest.csv").write_text("file,group\n" + "".join(f"{who}{suffix},{who}\n" for who in PEOPLE))
    return folder


def test_an_id_column_divides_a_file_and_columns_name_label_and_group(take, tmp_path):
    folder = tmp_path / "all"
    folder.mkdir()
    lines = [f"id,person,activity,{HEADER}"]
    for number, (who, label) in enumerate((who, label) for who in PEOPLE for label in LABELS):
        lines += [f"{number},{who},{label}," + ",".join(f"{x:.4f}" for x in row) for row in movement(label, who)]
    (folder / "all.csv").write_text("\n".join(lines) + "\n")
    (folder / "manifest.csv").write_text("file\nall.csv\n")
    taken = take(folder, id_column="id", label_column="activity", group_column="person")
    assert [len(samples) for samples in taken.samples] == [300] * 8
    assert taken.labels == list(LABELS) * 4 and set(taken.groups) == set(PEOPLE)


def test_a_labels_file_cuts_tables_and_a_part_that_cannot_be_is_told(take, refused, tmp_path):
    folder = tmp_path / "days"
    folder.mkdir()
    for who in PEOPLE:
        (folder / f"{who}.csv").write_text(as_csv(movement("slow", who)))
    labels_file(folder, ".csv")
    taken = take(folder, labels="labels.csv")
    assert [len(samples) for samples in taken.samples] == [100] * 8 and taken.labels == ["slow", "fast"] * 4
    np.testing.assert_array_equal(taken.samples[1], movement("slow", "p")[150:250, 1:])
    (folder / "labels.csv").write_text("file,start,end,label\np.csv,9,12,slow\n")
    assert "labels.csv, line 2 begins at 9 s, and" in refused(folder, labels="labels.csv")
    labels_file(folder, ".csv", start=1)
    assert "before the part of" in refused(folder, labels="labels.csv")


def test_a_labels_file_cuts_sound(take, tmp_path):
    folder, rng = tmp_path / "sound", np.random.default_rng(0)
    for who in PEOPLE:
        sound_files.write_clip(folder / f"{who}.wav", rng.uniform(-0.5, 0.5, 6 * 8000), 8000)
    labels_file(folder, ".wav")
    changes = {"kind": "audio", "columns": None, "unit": None, "native_rate_hz": 8000}
    taken = take(folder, labels="labels.csv", **changes)
    assert taken.labels == ["slow", "fast"] * 4
    assert len(sound_files.read_clip(taken.raw / "recordings/00001.wav", 8000)) == 2 * 8000


def test_folders_and_names_say_label_and_group(take, refused, tmp_path):
    folder = write_folder(tmp_path / "moves")
    (folder / "manifest.csv").unlink()
    taken = take(folder, pattern="{group}-{label}.csv")
    assert sorted(set(taken.labels)) == sorted(LABELS) and set(taken.groups) == set(PEOPLE)
    assert "such as 'p-fast.csv'" in refused(folder, pattern="{group}/{label}.csv")
    assert "does not say where the label stands" in refused(folder, pattern="{group}.csv")


def test_a_labels_file_may_have_the_clock_of_its_recordings_and_must_not_leave_it_open(take, refused, tmp_path):
    folder = tmp_path / "days"
    folder.mkdir()
    for who in PEOPLE:
        (folder / f"{who}.csv").write_text(as_csv(movement("slow", who) + [3.5, 0, 0, 0]))
    (folder / "manifest.csv").write_text("file,group\n" + "".join(f"{who}.csv,{who}\n" for who in PEOPLE))
    lines = [f"{who}.csv,3.5,5.5,slow\n{who}.csv,7.5,9.5,fast\n" for who in PEOPLE]
    (folder / "labels.csv").write_text("file,start,end,label\n" + "".join(lines))
    taken = take(folder, labels="labels.csv")
    np.testing.assert_array_equal(taken.samples[0], movement("slow", "p")[:100, 1:])
    np.testing.assert_array_equal(taken.samples[1], movement("slow", "p")[200:300, 1:])
    (folder / "labels.csv").write_text("file,start,end,label\np.csv,4,5,slow\n")
    assert "the line may mean that clock, or seconds from the first sample" in refused(folder, labels="labels.csv")


def test_two_spellings_that_alternate_in_a_column_are_refused(take, refused, tmp_path):
    folder = write_folder(tmp_path / "moves")
    for path in folder.glob("*-*.csv"):
        rows = path.read_text().splitlines()
        spelled = (f"{row},{('walk', 'Walk ')[place % 2]}" for place, row in enumerate(rows[1:]))
        path.write_text("\n".join([f"{rows[0]},activity", *spelled]) + "\n")
    assert "p-slow.csv, row 2, has the label 'Walk', and" in refused(folder, label_column="activity")
    spellings = [{"name": "walk", "spellings": ["Walk"]}]
    taken = take(folder, label_column="activity", label_spellings=spellings)
    assert [len(samples) for samples in taken.samples] == [300] * 8
