"""The search: the same winner for the same seed, whatever the number of workers."""

import numpy as np
import pytest

from featherline.errors import FeatherlineError
from featherline.params import Architecture, Budget, Reduce
from featherline.reduction import study, trials
from featherline.signals.dataset import Items, write_items

SETTINGS = {
    "error_weight": 0.9,
    "budget": {
        "simulated": {"trials": 6, "epochs": 2, "final_epochs": 2},
        "recordings": {"trials": 6, "epochs": 2, "final_epochs": 2},
    },
    "batch_size": 32,
    "learning_rate": 0.01,
    "dropout": 0.0,
    "workers": 1,
    "space": {
        "conv_blocks": [1, 2],
        "poolings": [1, 2],
        "filters": [2, 8],
        "kernel": [3],
        "dense_blocks": [0, 1],
        "units": [4],
        "head": ["flatten"],
    },
}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Two classes that differ in the mean of the first channel."""
    folder = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(0)
    for name in ("train", "validation"):
        labels = rng.integers(0, 2, 120).astype(np.int32)
        inputs = rng.normal(size=(120, 16, 1, 2)).astype(np.float32)
        inputs[..., 0] += 0.6 * labels[:, None, None]
        write_items(folder / f"{name}.npz", Items(inputs, labels, np.array(["a"] * 120)))
    return folder


def run(data, workers: int, seed: int = 1):
    task = trials.Task(data, (16, 1, 2), 2, batch_size=32, learning_rate=0.01, balanced=True, seed=seed)
    with trials.workers(task, workers) as pool:
        return study.search(Reduce(**SETTINGS), Budget(trials=6, epochs=2, final_epochs=2), task, 4000, pool)


def test_one_worker_and_two_find_the_same(data):
    one, two = run(data, workers=1), run(data, workers=2)
    assert one == two
    assert len(one) == 6
    assert len({candidate.validation_accuracy for candidate in one}) > 1


def candidate(number: int, accuracy: float, weight_bytes: int) -> study.Candidate:
    value = study.score(accuracy, weight_bytes, original_bytes=10_000, error_weight=0.9)
    return study.Candidate(number, Architecture(conv_blocks=[{"filters": 1}]), 1, weight_bytes, 1, accuracy, value)


def test_the_score_weighs_error_against_bytes():
    assert study.score(0.95, 500, original_bytes=10_000, error_weight=0.9) == pytest.approx(0.9 * 0.05 + 0.1 * 0.05)


def test_the_winner_has_the_lowest_score_and_the_front_what_nothing_beats():
    large, good, dominated, tiny = (
        candidate(0, 0.96, 9_000),
        candidate(1, 0.95, 1_000),
        candidate(2, 0.90, 1_500),
        candidate(3, 0.80, 100),
    )
    trials = [large, good, dominated, tiny]
    assert study.winner(trials) is good
    assert study.pareto_front(trials) == [tiny, good, large]


def test_broken_data_is_named_and_not_taken_for_a_lack_of_memory(data, tmp_path):
    (tmp_path / "train.npz").write_bytes(b"cut short")
    with pytest.raises(FeatherlineError, match=r"train\.npz cannot be read"):
        run(tmp_path, workers=1)


def test_a_candidate_that_diverges_loses_and_does_not_end_the_search(tmp_path):
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 40).astype(np.int32)
    for name in ("train", "validation"):
        broken = np.full((40, 16, 1, 2), np.inf, np.float32)
        write_items(tmp_path / f"{name}.npz", Items(broken, labels, np.array(["a"] * 40)))
    assert {candidate.validation_accuracy for candidate in run(tmp_path, workers=1)} == {0.0}
