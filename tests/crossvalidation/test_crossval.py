"""The command, with an application of two classes whose recordings are drawn: nothing but the search is pretended."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from featherline import params_file
from featherline.applications import carsensor
from featherline.commands import crossval as command
from featherline.core.errors import FeatherlineError
from featherline.crossvalidation import unit
from featherline.deployment import whole_program
from featherline.reduction import worker_pool
from featherline.reduction.whole_program import ProgramCosts
from featherline.signals import motion, splits
from featherline.signals.dataset import Dataset, Items, divide
from tests.pipeline.workspace import ROOT, as_yaml, edit
from tests.reduction.machine import SPACE, pretended, workers_here

GROUPS = [f"person-{number}" for number in range(6)]


def preprocess(folder: Path, settings: motion.MotionPreprocess, seed: int, disturb=None) -> Dataset:
    """Two classes that differ in the mean of the first channel; each person has 20 items of each."""
    rng = np.random.default_rng(0)
    labels = np.tile(np.repeat(np.arange(2, dtype=np.int32), 20), len(GROUPS))
    inputs = rng.normal(size=(len(labels), round(16 * settings.window_seconds / 10.24), 1, 2)).astype(np.float32)
    inputs[..., 0] += 2 * labels[:, None, None]
    items = Items(inputs, labels, np.repeat(GROUPS, 40))
    made, folds = divide(items, splits.divisions(items.labels, items.groups, settings.split, seed))
    constants = motion.front_end(settings, 50).constants() | {"window_samples": inputs.shape[1], "channels": ["x", "y"]}
    constants["hop_samples"] = inputs.shape[1] // 2
    disjoint = settings.split.protocol != "item"
    return Dataset(("left", "right"), made, 3, constants | {"group": "person"}, disjoint, folds=folds)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """CarSensor's block with a tiny search, and an application that draws its recordings."""
    monkeypatch.chdir(tmp_path)
    tree = params_file.read(ROOT / "params.yaml")
    budget = {"trials": 3, "epochs": 1, "final_epochs": 6}
    block = tree["carsensor"]
    block["reduce"] |= {"space": SPACE, "budget": {"simulated": budget, "recordings": budget}, "batch_size": 32}
    block["reduce"]["max_program_bytes"] = None
    Path("params.yaml").write_text(as_yaml(tree))
    Path("data/raw/carsensor").mkdir(parents=True)
    provenance = {"application": "CarSensor", "source": "simulated", "archives": [], "licence": "none"}
    counts = {"groups": 6, "items": 240, "hours": 1.0}
    Path("data/raw/carsensor/provenance.json").write_text(json.dumps(provenance | counts))
    drawn = SimpleNamespace(
        Preprocess=carsensor.Preprocess, preprocess=preprocess, __name__="featherline.applications.carsensor"
    )
    monkeypatch.setattr(command, "module_of", lambda tree, app: drawn)
    monkeypatch.setattr(worker_pool, "workers", workers_here)
    monkeypatch.setattr(worker_pool, "train_candidate", pretended)
    return tmp_path


def run(*options: str):
    arguments = ["carsensor", "--folds", "2", "--validation-folds", "2", "--seeds", "1", *options]
    return CliRunner().invoke(command.crossval, arguments)


def drawn_unit(plan: unit.Plan, one: unit.Unit, workers) -> dict:
    """What a unit might give: four of five answers right, by chance."""
    divided = unit.dataset_of(plan, one.fold)
    test = divided.splits["test"]
    right = np.random.default_rng([one.seed, one.fold]).random(len(test)) < 0.8
    network = {"architecture": {}, "weight_bytes": 400, "validation_accuracy": 0.8}
    network |= {"predictions": np.where(right, test.labels, 1 - test.labels).tolist(), "votes": {}}
    network["decisions"] = None
    network |= {"groups": test.groups.tolist(), "labels": test.labels.tolist()}
    of_unit = {"seed": one.seed, "fold": one.fold, "classes": list(divided.classes), "group_kind": "person"}
    shuffled = {"labels": [0, 1], "predictions": [0, 0]}
    return of_unit | {"trials": 3, "shuffled": shuffled, "networks": {unit.SEARCHED: network}}


def test_a_second_run_computes_what_is_missing_and_writes_the_same_bytes(project, monkeypatch):
    computed = []
    monkeypatch.setattr(unit, "compute", lambda *given: computed.append(given[1].name) or drawn_unit(*given))
    _computes_each_once(computed)


def test_workers_are_told_how_finalists_teach(project, monkeypatch):
    edit("carsensor.reduce.distillation", {"share": 1.0, "temperature": 4.0, "teacher": "finalists"})
    tasks = []

    def begun(workers, task: worker_pool.Task):
        tasks.append(task)
        raise FeatherlineError("That is enough.")

    monkeypatch.setattr(worker_pool, "OfTask", begun)
    assert run().exit_code == 2
    assert (tasks[0].distillation.share, tasks[0].distillation.temperature) == (1.0, 4.0)


@pytest.mark.soak  # trains and converts six networks
def test_searches_that_never_saw_a_person_tell_the_classes_apart_and_repeat_to_the_byte(project, monkeypatch):
    compute, computed = unit.compute, []
    monkeypatch.setattr(unit, "compute", lambda *given: computed.append(given[1].name) or compute(*given))
    assert _computes_each_once(computed)["networks"]["searched"]["accuracy_pct_mean"] > 60


def _computes_each_once(computed: list[str]) -> dict:
    done = run()
    assert done.exit_code == 0, done.output
    table, content = Path("crossval/carsensor.md").read_text(), json.loads(Path("crossval/carsensor.json").read_text())
    assert "| accuracy, mean over folds and seeds |" in table
    searched = content["networks"]["searched"]
    assert (searched["items"], searched["groups"]) == (240, 6)
    assert sorted(group for fold in searched["per_fold"] for group in fold["groups"]) == GROUPS

    [first, _] = sorted(Path("crossval/carsensor").glob("*/seed-*.json"))
    written = first.read_bytes()
    first.unlink()
    computed.clear()
    assert run().exit_code == 0
    assert computed == [first.stem]  # the other one is kept
    assert first.read_bytes() == written
    assert Path("crossval/carsensor.md").read_text() == table
    return content


def test_a_search_of_front_ends_is_tested_on_the_items_of_the_one_that_it_chose(project, monkeypatch):
    edit("carsensor.reduce.space.frontend", {"window_seconds": [5.12, 10.24]})
    edit("carsensor.reduce.space.conv_blocks", 1)
    edit("carsensor.reduce.space.poolings", 1)
    edit("carsensor.reduce.cost", "program_bytes")
    monkeypatch.setattr(
        whole_program,
        "measure",
        lambda network, front_end, optimize, seed: ProgramCosts(2000, 800, 200, 50_000, 10_000, 2.5),
    )
    windows = []

    def outputs(pool, file, network, calibration, test):
        windows.append(test.inputs.shape[1])
        return np.eye(2)[test.labels]

    monkeypatch.setattr(unit, "_outputs", outputs)
    computed = []
    compute = unit.compute
    monkeypatch.setattr(unit, "compute", lambda *given: computed.append(compute(*given)) or computed[-1])
    done = run()
    assert done.exit_code == 0, done.output
    for content, tested in zip(computed, windows[::2], strict=True):  # the other ones are of shuffled items
        searched = content["networks"]["searched"]
        assert tested == round(16 * searched["front_end"]["window_seconds"] / 10.24)
    assert json.loads(Path("crossval/carsensor.json").read_text())["networks"]["searched"]["items"] == 240


def test_a_setting_that_differs_has_units_of_its_own(project, monkeypatch):
    def computed(plan, one, workers):
        raise KeyboardInterrupt

    monkeypatch.setattr(unit, "compute", computed)
    names = set()
    for trials in ("3", "4"):
        assert run("--trials", trials).exit_code != 0
        names |= {path.name for path in Path("crossval/carsensor").iterdir()}
    assert len(names) == 2


def test_an_application_that_is_not_there_and_folds_that_are_no_number(project, monkeypatch):
    refused = run("--folds", "none")
    assert (refused.exit_code, "none is neither groups nor a number of folds from 2 on" in refused.output) == (2, True)
    too_many = run("--folds", "7")
    assert too_many.exit_code == 2
    assert "There are 6 groups to deal into 7 folds" in too_many.output
