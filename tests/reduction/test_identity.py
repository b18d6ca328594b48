"""Trials of other code are other trials: the digest covers every module that decides about them."""

from featherline.reduction import identity
from tests.imports import NO_PART, reached

# What proposes candidates and what trains them; what is kept and how it is told plays no part.
ENTRANCES = ("reduction/study.py", "reduction/proposals.py", "reduction/worker_pool.py")


def test_every_module_that_a_trial_depends_on_is_part_of_its_identity():
    assert reached(ENTRANCES, {*NO_PART, "reduction/store.py", "networks/storage.py"}) == set(identity.CODE)
