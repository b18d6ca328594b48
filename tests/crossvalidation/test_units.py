"""Units are written as they end; what is missing is divided among machines that share the folder."""

import os
import time

from featherline.crossvalidation.unit import Unit
from featherline.crossvalidation.units import Units

UNITS = [Unit(seed, fold) for seed in (42, 43) for fold in (1, 2)]


def test_a_second_start_goes_on_with_what_is_missing(tmp_path):
    units = Units(tmp_path)
    units.write(UNITS[1], {"predictions": [0, 1]})
    assert Units(tmp_path).missing(UNITS) == [UNITS[0], UNITS[2], UNITS[3]]
    assert units.read(UNITS[1]) == {"predictions": [0, 1]}


def test_of_two_machines_one_works_on_a_unit(tmp_path):
    here, there = Units(tmp_path), Units(tmp_path)
    with here.claimed(UNITS[0]) as claimed, there.claimed(UNITS[0]) as claimed_too, there.claimed(UNITS[1]) as other:
        assert (claimed, claimed_too, other) == (True, False, True)
    with there.claimed(UNITS[0]) as given_back:
        assert given_back
    assert list(tmp_path.iterdir()) == []


def test_a_claim_that_is_renewed_holds_and_one_that_is_not_is_taken_over(tmp_path):
    working = Units(tmp_path, heartbeat_seconds=0.05, grace_seconds=0.5)
    with working.claimed(UNITS[0]):
        time.sleep(0.8)
        with working.claimed(UNITS[0]) as claimed:
            assert not claimed
    (tmp_path / f"{UNITS[0].name}.claim").touch()
    died_seconds_ago = time.time() - 10
    os.utime(tmp_path / f"{UNITS[0].name}.claim", (died_seconds_ago, died_seconds_ago))
    with working.claimed(UNITS[0]) as claimed:
        assert claimed
    assert list(tmp_path.iterdir()) == []
