"""Two commands from a folder to a dataset: inspect --write, and the stages, unedited, for every kind that can be "
"read."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from featherline import params
from featherline.applications import recordings
from featherline.cli import main
from featherline.importing import placing
from featherline.signals import audio
from featherline.signals.dataset import check
from tests.importing.examples import LABELS, PEOPLE, as_csv, movement, write_folder


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
            audio.write_clip(folder / f"{who}/{label}.wav", rng.uniform(-0.5, 0.5, 16000), 8000)
            lines.append(f"{who}/{label}.wav,{label},{who}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return folder


def faulty(folder):
    def content(rows):
        rows[[100, 101]] = rows[[101, 100]]
        return as_csv(rows).replace(",", ";").replace(".", ",")

    return write_folder(folder, content, seconds=12, rate_hz=100)


KINDS = {
    "manifest": lambda folder: write_folder(folder, seconds=12),
    "names of files": without_manifest,
    "columns of labels": by_column,
    "vibration": vibration,
    "sound": claps,
    "faults": faulty,
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_block_that_inspect_writes_runs_unedited(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text("seed: 1\n\napps:     # all of them\n- other\ndata:\n  source: simulated # kept\n")
    outcome = run(KINDS[kind](tmp_path / "recordings"), "--write", "mine")
    assert outcome.exit_code == 0, outcome.output
    text = Path("params.yaml").read_text()
    assert "# all of them\n- other\n- mine\n" in text and "# kept" in text
    tree = params.read()
    for key, block in params.STAGES.items():
        params.block(tree, f"mine.{key}", block)
    raw = tmp_path / "raw"
    raw.mkdir()
    recordings.take(raw, params.block(tree, "mine.fetch", recordings.Fetch))
    made = recordings.preprocess(raw, params.block(tree, "mine.preprocess", recordings.Preprocess), 1)
    check(made)
    assert len(made.classes) == 2 and sum(map(len, made.splits.values())) >= 8
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
    ],
)
def test_label_and_group_are_found_in_paths(paths, pattern):
    assert placing.guess(paths).pattern == pattern
