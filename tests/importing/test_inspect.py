"""Two commands from a folder to a dataset: inspect --write, and the stages, unedited, for every kind that can be
read."""

from pathlib import Path

import cbor2
import numpy as np
import pytest
from click.testing import CliRunner

from featherline import params, params_file
from featherline.applications import recordings
from featherline.cli import main
from featherline.importing import placing
from featherline.signals import sound_files
from featherline.signals.dataset import check
from tests.importing import public_sets
from tests.importing.examples import LABELS, PEOPLE, as_csv, movement, write_folder
from tests.importing.test_containers import FORMATS, edge_impulse
from tests.importing.test_dialects import DIALECTS
from tests.importing.test_presets import LOGGERS


def run(*arguments):
    return CliRunner().invoke(main, ["inspect", *map(str, arguments)])


def without_manifest(folder):
    write_folder(folder, seconds=12)
    (folder / "manifest.csv").unlink()
    return folder


def by_column(folder):
    folder.mkdir()
    for who in PEOPLE:
        rows = np.concatenate([movement(label, who, 12) for label in LABELS])
        rows[:, 0] = np.arange(len(rows)) / 50
        labels = np.repeat(LABELS, 600)
        lines = [f"{t:.2f},{x},{y},{z},{label},{who}" for (t, x, y, z), label in zip(rows, labels, strict=True)]
        (folder / f"{who}.csv").write_text("\n".join(["time,x,y,z,activity,person", *lines]) + "\n")
    (folder / "manifest.csv").write_text("file\n" + "".join(f"{who}.csv\n" for who in PEOPLE))
    return folder


def vibration(folder):
    """One axis at 1,000 Hz in .npz, with its rate beside it."""
    folder.mkdir()
    rng, t, lines = np.random.default_rng(0), np.arange(4000) / 1000, ["file,label,group"]
    for machine in range(4):
        for label, hertz in (("healthy", 50), ("worn", 180)):
            v = np.sin(2 * np.pi * hertz * rng.uniform(0.9, 1.1) * t) + rng.normal(0, 0.3, len(t))
            np.savez(folder / f"{label}-{machine}.npz", v=v, fs=np.array(1000))
            lines.append(f"{label}-{machine}.npz,{label},m{machine}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return folder


def claps(folder):
    rng, lines = np.random.default_rng(0), ["file,label,group"]
    for who in PEOPLE:
        for label in LABELS:
            sound_files.write_clip(folder / f"{who}/{label}.wav", rng.uniform(-0.5, 0.5, 16000), 8000)
            lines.append(f"{who}/{label}.wav,{label},{who}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return folder


def faulty(folder):
    def content(rows):
        rows[[100, 101]] = rows[[101, 100]]
        return as_csv(rows).replace(",", ";").replace(".", ",")

    return write_folder(folder, content, seconds=12, rate_hz=100)


def in_format(suffix):
    """Each recording in another container than text."""

    def made(folder):
        writes = FORMATS[suffix][0]

        def content(rows):
            writes(folder.with_suffix(".one"), rows)
            return folder.with_suffix(".one").read_bytes()

        return write_folder(folder, content, suffix, seconds=12)

    return made


def in_dialect(name):
    return lambda folder: write_folder(folder, DIALECTS[name], seconds=12)


def of_logger(name):
    return lambda folder: write_folder(folder, LOGGERS[name], ".txt", seconds=12)


def edge_impulse_cbor(folder):
    return write_folder(folder, lambda rows: cbor2.dumps(edge_impulse(rows)), ".cbor", seconds=12)


def strokes(folder):
    public_sets.magic_wand(folder)
    (folder / "manifest.csv").write_text("file,person\n" + "".join(f"{who}_0.json,{who}\n" for who in PEOPLE))
    return folder


def by_id(folder):
    folder.mkdir()
    lines = ["id,person,activity,t,ax,ay,az"]
    for number, (who, label) in enumerate((who, label) for who in PEOPLE for label in LABELS):
        lines += [f"{number},{who},{label}," + ",".join(map(str, row)) for row in movement(label, who, 12).tolist()]
    (folder / "all.csv").write_text("\n".join(lines) + "\n")
    (folder / "manifest.csv").write_text("file\nall.csv\n")
    return folder


def labels_of_tables(folder):
    folder.mkdir()
    lines = ["file,start,end,label"]
    for who in PEOPLE:
        rows = np.concatenate([movement(label, who) for label in LABELS])
        rows[:, 0] = np.arange(len(rows)) / 50
        (folder / f"{who}.csv").write_text(as_csv(rows))
        lines += [f"{who}.csv,0,6,slow", f"{who}.csv,6,12,fast"]
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    return folder


def labels_of_sound(folder):
    rng, lines = np.random.default_rng(0), ["file,start,end,label"]
    for who in PEOPLE:
        sound_files.write_clip(folder / f"{who}.wav", rng.uniform(-0.5, 0.5, 64000), 8000)
        lines += [f"{who}.wav,0,4,slow", f"{who}.wav,4,8,fast"]
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    return folder


def rows_of_windows(folder):
    folder.mkdir()
    lines = [",".join([*(f"{axis}_{place}" for axis in ("ax", "ay", "az") for place in range(100)), "label", "person"])]
    for who in PEOPLE:
        for label in LABELS:
            for cut in np.split(movement(label, who)[:, 1:], 3):
                lines.append(",".join([*map(str, cut.T.ravel().tolist()), label, who]))
    (folder / "all.csv").write_text("\n".join(lines) + "\n")
    (folder / "manifest.csv").write_text("file\nall.csv\n")
    return folder


def array_of_windows(folder):
    folder.mkdir()
    each = [(who, label) for who in PEOPLE for label in LABELS]
    windows = np.concatenate([movement(label, who)[:, 1:].reshape(3, 100, 3) for who, label in each])
    names = {"label": [label for _, label in each], "person": [who for who, _ in each]}
    np.savez(folder / "all.npz", x=windows, **{name: np.repeat(values, 3) for name, values in names.items()})
    (folder / "manifest.csv").write_text("file\nall.npz\n")
    return folder


def folders_of_sensors(folder):
    """A folder a recording with a file a sensor."""
    lines = ["file,label,group"]
    for who in PEOPLE:
        for label in LABELS:
            below = folder / f"{who}-{label}"
            below.mkdir(parents=True)
            rows = movement(label, who, 12)
            (below / "acc.csv").write_text(as_csv(rows, "time,x,y,z"))
            (below / "gyro.csv").write_text(as_csv(rows * [1, 90, 80, 70], "time,x,y,z"))
            lines.append(f"{below.name},{label},{who}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return folder


KINDS = {
    "manifest": lambda folder: write_folder(folder, seconds=12),
    **{
        f"dialect: {name}": in_dialect(name) for name in ("utf-16", "gzip", "tabs and decimal comma", "a line of units")
    },
    **{f"container: {suffix}": in_format(suffix) for suffix in FORMATS},
    **{f"logger: {name}": of_logger(name) for name in LOGGERS},
    "cbor of Edge Impulse": edge_impulse_cbor,
    "zip of Sensor Logger": lambda folder: public_sets.sensor_logger(folder, 12),
    "folders of sensors": folders_of_sensors,
    "WISDM": lambda folder: public_sets.wisdm(folder, 30),
    "PAMAP2": lambda folder: public_sets.pamap2(folder, 8),
    "MotionSense": lambda folder: public_sets.motionsense(folder, 12),
    "bearings": public_sets.bearings,
    "heart beats": public_sets.heart_beats,
    "strokes": strokes,
    "id column": by_id,
    "labels file of tables": labels_of_tables,
    "labels file of sound": labels_of_sound,
    "rows of windows": rows_of_windows,
    "array of windows": array_of_windows,
    "names of files": without_manifest,
    "columns of labels": by_column,
    "vibration": vibration,
    "sound": claps,
    "faults": faulty,
}


# Of these no file says how many samples a second it has.
RATES = {
    "container: .npy": ("--rate", 50),
    "bearings": ("--rate", 12_000),
    "strokes": ("--rate", 25),
    "rows of windows": ("--rate", 50),
    "array of windows": ("--rate", 50),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_block_that_inspect_writes_runs_unedited(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text("seed: 1\n\napps:     # all of them\n- other\ndata:\n  source: simulated # kept\n")
    folder = KINDS[kind](tmp_path / "recordings")
    outcome = run(folder, "--write", "mine", *RATES.get(kind, ()))
    assert outcome.exit_code == 0, outcome.output
    text = Path("params.yaml").read_text()
    assert "# all of them\n- other\n- mine\n" in text and "# kept" in text
    tree = params_file.read()
    for key, block in params.STAGES.items():
        params_file.block(tree, f"mine.{key}", block)
    raw = tmp_path / "raw"
    raw.mkdir()
    recordings.take(raw, params_file.block(tree, "mine.fetch", recordings.Fetch))
    made = recordings.preprocess(raw, params_file.block(tree, "mine.preprocess", recordings.Preprocess), 1)
    check(made)
    assert len(made.classes) == 2 and sum(map(len, made.splits.values())) >= 8
    assert made.splits["train"].inputs.shape[1] >= 8  # a window of four samples would say that lengths were not told
    assert run(tmp_path / "recordings", "--write", "mine").exit_code == 2  # the name is taken


def test_inspect_draws_recordings_of_each_class(tmp_path):
    folder = write_folder(tmp_path / "moves")
    assert run(folder, "--plot", tmp_path / "moves.html").exit_code == 0
    assert "data:image/png;base64" in (tmp_path / "moves.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere"], "nowhere is no folder"),
        (["."], "holds no recording"),
        ([".", "--write", "a.b"], "--write is 'a.b', and names an application"),
    ],
)
def test_what_inspect_cannot_look_at_is_told(tmp_path, monkeypatch, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    outcome = run(*arguments)
    assert outcome.exit_code == 2 and sentence in outcome.output


@pytest.mark.parametrize(
    ("paths", "pattern"),
    [
        ([f"{p}/{g}-{n}.csv" for p in PEOPLE for g in LABELS for n in (1, 2)], "{group}/{label}-*.csv"),
        ([f"{g}/{p}_{n}.wav" for p in PEOPLE for g in LABELS for n in (1, 2)], "{label}/{group}_*.wav"),
        ([f"{g}.{p}.csv" for p in PEOPLE for g in LABELS], "{label}.{group}.csv"),
        ([f"{g}/{n}.csv" for g in LABELS for n in range(9)], "{label}/{group}.csv"),
        # As Speech Commands: each of many speakers says a few of many words, some of them again.
        (
            [
                f"{'abcdefghijklmnopqrst'[(speaker + 7 * word) % 20]}ay/{speaker:08x}_nohash_{take}.wav"
                for speaker in range(100, 220)
                for word in range(3)
                for take in range(1 + speaker % 3)
            ],
            "{label}/{group}_*.wav",
        ),
        # The first try of many: a recording or two of each label, in a folder of its name.
        (["walk/my.csv", "other/my.csv"], "{label}/*.csv"),
        (["walk/1.csv", "walk/2.csv", "other/1.csv"], "{label}/*.csv"),
        (["walk/monday.csv", "other/friday.csv"], "{label}/*.csv"),
        (["raw/walk/my.csv", "raw/other/my.csv", "raw/still/my.csv"], "*/{label}/*.csv"),
    ],
)
def test_label_and_group_are_found_in_paths(paths, pattern):
    assert placing.guess(paths).pattern == pattern


@pytest.mark.parametrize(
    "paths",
    [
        ["walk.csv", "other.csv"],  # or what two sensors saw at once: accelerometer.csv, gyroscope.csv
        ["p1/my.csv", "p2/my.csv"],
        ["2024-05-01/my.csv", "2024-05-02/my.csv"],
        ["walk/my.csv"],
    ],
)
def test_names_that_may_be_anything_are_no_labels(paths):
    assert placing.guess(paths) is None


def test_one_recording_of_each_label_has_its_label_from_its_folder(tmp_path):
    for phase, label in enumerate(("walk", "other")):
        path = tmp_path / label / "my.csv"
        path.parent.mkdir()
        t = np.arange(1500) / 50
        values = np.column_stack([t, np.sin(10 * t + phase), np.cos(9 * t), 1 + np.cos(6 * t + phase) / 5])
        path.write_text(as_csv(values))
    outcome = run(tmp_path)
    assert "2 folders name labels" in outcome.output and "walk of 1 groups" in outcome.output
    assert outcome.exit_code == 0 and "record more groups" in outcome.output  # people are missing, labels are not
