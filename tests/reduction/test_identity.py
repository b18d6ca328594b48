"""Trials of other code are other trials: the digest covers every module that decides about them."""

from featherline.reduction import identity
from tests.imports import NO_PART, reached

# What proposes candidates and what trains them; what is kept and how it is told plays no part, nor what makes features:
# the digest of these is in the identity.
ENTRANCES = ("reduction/study.py", "reduction/proposals.py", "reduction/worker_pool.py")


def test_every_module_that_a_trial_depends_on_is_part_of_its_identity():
    kept = {"reduction/store.py", "networks/storage.py", "features.py"}
    records = {"records/base.py", "records/frontend.py", "records/provenance.py"}
    assert reached(ENTRANCES, NO_PART | kept | records) == set(identity.CODE)
