"""Recordings, features, statistics and the search are the same to the byte whatever instructions compute them.

Each child process reports what it got to compute with, so that a switch without effect is no success.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import processors
from tests.processors import KERNELS, LEVELS, PARTS, computed

QUICK = ("clips", "scenes", "weighted")


def check_switched(found: dict, without: tuple[str, ...] = (), kernel: str | None = None) -> None:
    """A child process was held to what it was asked to be held to."""
    assert not set(found["levels"]) & set(without)
    assert found["kernels"]
    if kernel:
        assert set(found["kernels"]) == {processors.REPORTED.get(kernel, kernel)}


def test_the_oldest_instructions_compute_the_same_features_and_search():
    levels = tuple(filter(processors.has, LEVELS))
    with ThreadPoolExecutor(2) as both:
        young, old = both.map(
            lambda switches: computed(QUICK, **switches), [{}, {"without": levels, "kernel": "Prescott"}]
        )
    check_switched(old, levels, "Prescott")
    assert old["digests"] == young["digests"]


@pytest.fixture(scope="module")
def native() -> dict:
    return computed(PARTS)


@pytest.mark.soak
@pytest.mark.parametrize("lowest", LEVELS[::-1])
def test_numpy_without_its_levels_from_the_highest_down(native, lowest):
    if not processors.has(lowest):
        pytest.skip(f"this processor has no {lowest}")
    taken = tuple(filter(processors.has, LEVELS[LEVELS.index(lowest) :]))
    found = computed(PARTS, without=taken)
    assert lowest in native["levels"]
    check_switched(found, taken)
    assert found["digests"] == native["digests"]


@pytest.mark.soak
@pytest.mark.parametrize("kernel", KERNELS)
def test_kernels_of_openblas(native, kernel):
    if not processors.runs(kernel):
        pytest.skip(f"this processor has no {KERNELS[kernel]}, which {kernel} needs")
    found = computed(PARTS, kernel=kernel)
    check_switched(found, kernel=kernel)
    assert found["digests"] == native["digests"]


@pytest.mark.soak
def test_approximations_that_are_an_ulp_off(native):
    assert computed(PARTS, "--ulp")["digests"] == native["digests"]


@pytest.mark.soak
@pytest.mark.parametrize("switches", [{"kernel": "Prescott"}, {"flags": ("--ulp",)}])
def test_without_the_grid_tables_and_statistics_show_who_computed_them(switches):
    flags = ("--no-grid", *switches.get("flags", ()))
    parts = ("clips", "keywordspotting")
    plain, other = computed(parts, "--no-grid"), computed(parts, *flags, kernel=switches.get("kernel"))
    assert plain["digests"] != other["digests"]
