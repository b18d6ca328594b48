"""Trials of other code are other trials: the digest covers every module that decides about them."""

import ast
from pathlib import Path

from featherline.reduction import identity

PACKAGE = Path(identity.__file__).parent.parent
# What proposes candidates and what trains them; what is kept and how it is told plays no part.
ENTRANCES = ("reduction/study.py", "reduction/proposals.py", "reduction/trials.py")
NO_PART = {"reduction/store.py", "networks/storage.py", "params.py", "errors.py", "files.py", "progress.py", "quiet.py"}


def imported(module: str) -> set[str]:
    """Modules of the package that a module imports, as paths within it."""
    found = set()
    for node in ast.walk(ast.parse((PACKAGE / module).read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("featherline"):
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            paths = (f"{name.removeprefix('featherline.').replace('.', '/')}.py" for name in names)
            found |= {path for path in paths if (PACKAGE / path).is_file()}
    return found


def test_every_module_that_a_trial_depends_on_is_part_of_its_identity():
    reached, waiting = set(), set(ENTRANCES)
    while waiting:
        module = waiting.pop()
        reached.add(module)
        waiting |= imported(module) - reached - NO_PART
    # The splits are covered by the digest of their data.
    assert {module for module in reached if not module.startswith("signals/")} == set(identity.CODE)
