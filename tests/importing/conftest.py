import itertools

import numpy as np
import pytest

from featherline import params_file
from featherline.applications import recordings
from featherline.core.errors import FeatherlineError

BLOCK = {
    "source": "own",
    "title": "Moves",
    "kind": "motion",
    "native_rate_hz": 50,
    "columns": ["ax", "ay", "az"],
    "unit": "g",
    "group": "person",
}


class Taken:
    """What the stage fetch made of a folder: samples, labels and groups in order, and its remarks."""

    def __init__(self, raw):
        rows = [line.split(",") for line in (raw / "manifest.csv").read_text().splitlines()[1:]]
        self.raw = raw
        self.labels, self.groups = [row[1] for row in rows], [row[2] for row in rows]
        self.samples = [np.load(raw / row[0]) for row in rows if row[0].endswith(".npy")]
        self.remarks = (raw / "remarks.txt").read_text()


@pytest.fixture
def take(tmp_path):
    """Takes a folder by the block of `BLOCK` with changes; None leaves a key out."""
    numbers = itertools.count()

    def taken(folder, **changes):
        raw = tmp_path / f"raw-{next(numbers)}"
        raw.mkdir()
        tree = {key: value for key, value in {**BLOCK, **changes}.items() if value is not None}
        settings = params_file.block(
            {"moves": {"fetch": {**tree, "folder": str(folder)}}}, "moves.fetch", recordings.Fetch
        )
        recordings.take(raw, settings)
        return Taken(raw)

    return taken


@pytest.fixture
def refused(take):
    """The sentence with which a folder is refused."""

    def sentence(folder, **changes):
        with pytest.raises(FeatherlineError) as caught:
            take(folder, **changes)
        return str(caught.value)

    return sentence
