"""A fine-tuned network is taken again where the same would come out, and never otherwise."""

import numpy as np
import pytest

from featherline.networks import fine_tuning_cache
from featherline.networks.fine_tuning import Task
from featherline.params import FineTuning
from tests.imports import NO_PART, reached


@pytest.fixture
def project(tmp_path):
    for name in ("train.npz", "validation.npz", "calibration.npz", "trained.keras"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    return tmp_path


def made_with(project, bits=4, seed=3, refit=False, **settings):
    settings = FineTuning(**{"epochs": 8, "batch_size": 32, "learning_rate": 0.005} | settings)
    calibration = project / "calibration.npz"
    task = Task(project / "trained.keras", bits, project, calibration, settings, True, seed, refit)
    return fine_tuning_cache.made_with(task)


def fine_tune(project) -> dict:
    for name in fine_tuning_cache.files("reduced-int4"):
        (project / "old" / name).write_bytes(np.random.default_rng(1).bytes(100))
    made = made_with(project)
    fine_tuning_cache.sign(project / "old", "reduced-int4", made)
    return made


def contents(folder) -> dict:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_work_is_not_done_twice(project):
    made = fine_tune(project)
    assert fine_tuning_cache.take(project / "old", project / "new", "reduced-int4", made)
    assert contents(project / "new") == contents(project / "old")


@pytest.mark.parametrize(
    "change", [{"bits": 2}, {"seed": 4}, {"refit": True}, {"epochs": 9}, {"distillation": {"share": 0.5}}]
)
def test_other_settings_are_other_work(project, change):
    fine_tune(project)
    assert not fine_tuning_cache.take(project / "old", project / "new", "reduced-int4", made_with(project, **change))
    assert not contents(project / "new")


@pytest.mark.parametrize("name", ["train.npz", "validation.npz", "calibration.npz", "trained.keras"])
def test_other_data_are_other_work(project, name):
    fine_tune(project)
    (project / name).write_bytes(b"other")
    assert not fine_tuning_cache.take(project / "old", project / "new", "reduced-int4", made_with(project))


@pytest.mark.parametrize("name", [*fine_tuning_cache.files("reduced-int4"), "reduced-int4.made_with.json"])
def test_a_file_that_was_changed_or_lost_is_made_again(project, name):
    made = fine_tune(project)
    (project / "old" / name).write_bytes(b"{}")
    assert not fine_tuning_cache.take(project / "old", project / "new", "reduced-int4", made)
    (project / "old" / name).unlink()
    assert not fine_tuning_cache.take(project / "old", project / "new", "reduced-int4", made)


def test_there_is_nothing_to_take_at_first(project):
    assert not fine_tuning_cache.take(project / "nowhere", project / "new", "reduced-int4", made_with(project))


def test_every_module_that_fine_tuning_depends_on_is_part_of_its_identity():
    assert reached(["networks/fine_tuning.py"], NO_PART) == set(fine_tuning_cache.CODE)
