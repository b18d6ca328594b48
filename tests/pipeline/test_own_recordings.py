"""Blocks that say `application: recordings`: several names, one module, no Python file."""

import copy
import json
from pathlib import Path

import numpy as np
import pytest

from featherline import params_file
from featherline.signals import motion
from tests.pipeline.workspace import as_yaml, edit, fails, passes

PEOPLE, LABELS = ("anna", "ben", "cem", "dana"), ("nod", "turn")


@pytest.fixture
def own(workspace):
    """Two applications, `nods` and `turns`, over one made-up folder."""
    rng = np.random.default_rng(3)
    lines = ["file,label,group"]
    for who in PEOPLE:
        for label in LABELS:
            file = f"{who}-{label}.csv"
            motion.write_columns(
                Path("recordings/head") / file, ["x", "y", "z"], rng.normal([0, 0, 1], 0.1, (300, 3)), 4
            )
            lines.append(f"{file},{label},{who}")
    Path("recordings/head/manifest.csv").write_text("\n".join(lines) + "\n")
    tree = params_file.read()
    for name in ("nods", "turns"):
        block = copy.deepcopy(tree["motionsense"])
        block["application"] = "recordings"
        block["fetch"] = {
            "source": "own",
            "title": name.capitalize(),
            "folder": "recordings/head",
            "kind": "motion",
            "native_rate_hz": 50,
            "columns": ["x", "y", "z"],
            "unit": "g",
        }
        block["preprocess"] |= {"classes": list(LABELS), "window_seconds": 1.28}
        tree[name] = block
    tree["apps"] = ["nods", "turns", "motionsense"]
    Path("params.yaml").write_text(as_yaml(tree))
    return workspace


def test_several_applications_are_read_by_one_module(own):
    for name in ("nods", "turns"):
        passes("fetch", name)
        passes("preprocess", name)
        frontend = json.loads(Path(f"data/processed/{name}/frontend.json").read_text())
        assert frontend["application"] == name.capitalize()
        # data.source is `simulated` here, and own recordings are not that.
        assert frontend["provenance"]["source"] == "own"
        assert frontend["provenance"]["groups"] == len(PEOPLE)


def test_the_others_stay_what_they_are(own):
    passes("fetch", "motionsense")
    assert json.loads(Path("data/raw/motionsense/provenance.json").read_text())["source"] == "simulated"


def test_a_broken_recording_leaves_the_earlier_fetch_as_it_was(own):
    passes("fetch", "nods")
    before = Path("data/raw/nods/manifest.csv").read_bytes()
    with Path("recordings/head/ben-nod.csv").open("a") as stream:
        stream.write("nan,0,1\n")
    fails("fetch", "nods", "recordings/head/ben-nod.csv holds NaN or infinity in 1 rows, first in line 302")
    assert Path("data/raw/nods/manifest.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("nods.application", "motionsense", "nods.application is 'motionsense': should be 'recordings'"),
        ("nods.application", None, "There is no application 'nods'"),
        ("turns.fetch.title", "Nods", "nods and turns have the same title, 'Nods'"),
        ("turns.fetch.title", "MotionSense", "turns and motionsense have the same title, 'MotionSense'"),
        ("nods.fetch.folder", "recordings/foot", "fetch.folder is 'recordings/foot', and that is not a folder"),
        ("nods.fetch.unit", None, "the kind motion needs unit"),
        ("turns.fetch.title", "Summary", "turns.fetch.title is 'Summary', which is the name of the workbook over all"),
        ("nods.preprocess.classes", [1, 2], "is a number of YAML: write '1' in quotes"),
        ("nods.preprocess.classes", ["nod", False], "written off, no or false there: put the word in quotes"),
        ("apps", ["nods", "my turns"], "apps lists 'my turns', which names folders and dotted keys"),
        ("apps", ["nods", "turns.2"], "apps lists 'turns.2', which names folders and dotted keys"),
        ("apps", ["nods", "plots"], "apps lists 'plots', which is a key or a folder of all applications"),
    ],
)
def test_a_wrong_block_is_told(own, key, value, sentence):
    edit(key, value)
    fails("fetch", "nods", sentence)
