"""Stage reduce as its users meet it: limits, objectives, a search that was killed, and what goes wrong."""

import json
import shutil
import signal
import time
from pathlib import Path

import pandas as pd
import psutil
import pytest

from featherline.reduction import tables, worker_pool
from featherline.signals.dataset import fold_folders, read_items
from tests.pipeline.workspace import edit, fails, passes, started, take_trained
from tests.reduction.machine import pretended, workers_here

MODELS = Path("models/carsensor")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder in which everything before the search is done; copied for each test."""
    return tmp_path_factory.mktemp("trained")


@pytest.fixture
def ready(workspace, trained):
    """The simulated CarSensor, ready for a search of a few short trials."""
    edit("carsensor.train.epochs", 2)
    edit("carsensor.reduce.budget.simulated", {"trials": 5, "epochs": 1, "final_epochs": 1})
    edit("carsensor.reduce.finalists", 1)
    edit("carsensor.reduce.workers", 1)
    edit("carsensor.reduce.baselines.by_hand")
    take_trained(trained, "carsensor")
    return workspace


@pytest.fixture
def here(monkeypatch):
    """The search in this process, its finalists really trained."""
    monkeypatch.setattr(worker_pool, "workers", workers_here)


@pytest.fixture
def pretending(here, monkeypatch):
    """The same, its candidates not trained: what is looked at is which they are, not how good."""
    monkeypatch.setattr(worker_pool, "train_candidate", pretended)


def written() -> dict[str, bytes]:
    names = ("reduced.keras", "trials.csv", "front.csv", "baselines.csv", "search.json")
    return {name: (MODELS / name).read_bytes() for name in names}


def test_limits_hold_for_every_candidate_and_the_comparison_is_written(ready, pretending):
    edit("carsensor.reduce.max_weight_bytes", 400)
    edit("carsensor.reduce.max_arena_bytes", 2000)
    passes("reduce", "carsensor")
    trials, baselines = pd.read_csv(MODELS / "trials.csv"), pd.read_csv(MODELS / "baselines.csv")
    assert tuple(trials.columns) == tables.COLUMNS
    assert len(trials) == 5
    for table in (trials, baselines):
        assert table["weight_bytes"].max() <= 400
        assert table["activation_bytes"].max() <= 2000
    assert set(baselines["method"]) == {"random search"}
    summary = json.loads((MODELS / "search.json").read_text())
    assert [method["method"] for method in summary["methods"]] == ["search", "random search"]
    assert summary["limits"] == {"max_weight_bytes": 400, "max_arena_bytes": 2000, "max_macs": None}


def test_the_objective_pareto_takes_the_smallest_network_within_the_tolerance(ready, pretending):
    edit("carsensor.reduce.objective", "pareto")
    edit("carsensor.reduce.accuracy_tolerance", 0.99)
    edit("carsensor.reduce.baselines.random_search", False)
    passes("reduce", "carsensor")
    trials = pd.read_csv(MODELS / "trials.csv")
    assert trials.loc[trials["winner"], "weight_bytes"].item() == trials["weight_bytes"].min()
    front = pd.read_csv(MODELS / "front.csv")
    assert len(front) == trials["pareto"].sum() > 0
    assert (MODELS / "baselines.csv").read_text().count("\n") == 1


def test_every_validation_fold_is_normalized_by_itself_and_judges_the_finalist(ready, pretending):
    edit("carsensor.preprocess.split", {"protocol": "folds", "validation": 0.2, "test": 0.3, "folds": 3})
    edit("carsensor.reduce.baselines.random_search", False)
    test_groups = set(read_items("data/processed/carsensor/test.npz").groups)
    passes("preprocess", "carsensor")
    folders = fold_folders(Path("data/processed/carsensor"))
    assert [folder.name for folder in folders] == ["carsensor", "2", "3"]
    folds = [(read_items(folder / "train.npz"), read_items(folder / "validation.npz")) for folder in folders]
    assert set(read_items("data/processed/carsensor/test.npz").groups) == test_groups
    validated = [group for _, validation in folds for group in sorted(set(validation.groups))]
    assert len(validated) == len(set(validated))
    for train, validation in folds:
        assert {*train.groups, *validation.groups} == set(validated)
        assert not {*train.groups} & {*validation.groups}
        assert train.inputs.mean(axis=(0, 1, 2)) == pytest.approx(0, abs=1e-3)
        assert train.inputs.std(axis=(0, 1, 2)) == pytest.approx(1, abs=1e-3)

    passes("reduce", "carsensor")
    summary = json.loads((MODELS / "search.json").read_text())
    trials = pd.read_csv(MODELS / "trials.csv")
    architecture, _ = tables.chosen_network(MODELS / "trials.csv")
    by_fold = [worker_pool.train_finalist(architecture, 1, fold=fold).curve[-1] for fold in range(3)]
    mean = round(sum(by_fold) / 3, 6)
    assert trials["final_validation_accuracy"].dropna().tolist() == [mean]
    assert summary["finalists"][0]["validation_accuracy"] == mean

    edit("carsensor.reduce.distillation.share", 0.5)
    fails("reduce", "carsensor", "params.yaml: carsensor.reduce.distillation.share is 0.5, and with")


@pytest.mark.soak  # test_study.py kills it before each of its writes
def test_a_killed_search_goes_on_from_its_finished_trials_and_ends_the_same(ready, here):
    edit("carsensor.reduce.finalists", 2)
    edit("carsensor.reduce.baselines.random_search", False)
    with started("reduce", "carsensor") as stage:
        studies = Path(".featherline/studies")
        while not (studies.exists() and finished_trials(studies) >= 2):
            assert stage.poll() is None, stage.communicate()[1]
            time.sleep(0.1)
        workers = psutil.Process(stage.pid).children()
        stage.send_signal(signal.SIGKILL)
        stage.wait()
        assert psutil.wait_procs(workers, timeout=20)[1] == []
    kept = finished_trials(studies)
    assert 2 <= kept < 5
    assert not (MODELS / "trials.csv").exists()
    passes("reduce", "carsensor")
    resumed = written()

    shutil.rmtree(studies)
    passes("reduce", "carsensor")
    assert written() == resumed


def finished_trials(studies: Path) -> int:
    import optuna

    path = studies / "carsensor.db"
    if not path.exists():
        return 0
    try:
        storage = optuna.storages.RDBStorage(f"sqlite:///{path}", skip_table_creation=True)
        return sum(
            trial.state == optuna.trial.TrialState.COMPLETE
            for study in storage.get_all_studies()
            for trial in storage.get_all_trials(study._study_id)
        )
    except Exception:  # the other process is still making its tables
        return 0


def test_a_limit_that_nothing_meets_is_named_with_the_nearest_candidate(ready):
    edit("carsensor.reduce.max_weight_bytes", 20)
    fails("reduce", "carsensor", "no network of reduce.space meets max_weight_bytes: 20; the nearest (")


def test_limits_that_nothing_meets_together(ready):
    edit("carsensor.reduce.space.filters", [4, 16])
    edit("carsensor.reduce.space.stride", [1])
    edit("carsensor.reduce.max_arena_bytes", 2000)
    edit("carsensor.reduce.space.kernel", [7])
    edit("carsensor.reduce.max_macs", 3000)
    fails("reduce", "carsensor", "no network of reduce.space meets max_macs: 3000")


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("filters", [], "carsensor.reduce.space.filters"),
        ("conv_blocks", [3, 1], "carsensor.reduce.space.conv_blocks is [3, 1]: an empty range: 3 is above 1"),
        ("conv_blocks", -1, "carsensor.reduce.space.conv_blocks.0 is -1: should be greater than or equal to 0"),
        ("poolings", 20, "reduce.space holds no network for this input"),
    ],
)
def test_an_empty_or_contradictory_space(ready, key, value, sentence):
    edit(f"carsensor.reduce.space.{key}", value)
    fails("reduce", "carsensor", sentence)


def test_a_storage_that_cannot_be_reached_is_named_without_its_password(ready):
    edit("carsensor.reduce.storage", "postgresql://someone:secret@127.0.0.1:1/searches")
    outcome = fails("reduce", "carsensor", "postgresql://someone:***@127.0.0.1:1/searches")
    assert "secret" not in outcome.output


def test_joining_needs_a_storage(ready):
    fails("reduce", "carsensor", "carsensor.reduce.storage is null: --join needs", "--join")


@pytest.mark.soak  # as in a database of PostgreSQL, which tests/reduction/test_postgresql.py holds
def test_a_study_of_another_space_stays_as_it_is(ready, pretending):
    edit("carsensor.reduce.storage", f"sqlite:///{ready}/shared.db")
    edit("carsensor.reduce.baselines.random_search", False)
    passes("reduce", "carsensor")
    before = written()
    edit("carsensor.reduce.space.filters", [4])
    fails("reduce", "carsensor", "was made with another space.filters: [4, 6, 8, 12, 16] there, [4] here.")
    assert written() == before
    edit("carsensor.reduce.study", "another")
    passes("reduce", "carsensor")
