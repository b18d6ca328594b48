"""Which modules of the package work depends on, found by following its imports."""

import ast
from collections.abc import Iterable
from pathlib import Path

import featherline

PACKAGE = Path(featherline.__file__).parent


def reached(entrances: Iterable[str], no_part: Iterable[str]) -> set[str]:
    """Modules, as paths within the package, that the entrances import at last; not those that have no part in it.

    Signals are left out: what depends on them is covered by the digest of their data.
    """
    found, waiting = set(), set(entrances)
    while waiting:
        module = waiting.pop()
        found.add(module)
        waiting |= _imported(module) - found - set(no_part)
    return {module for module in found if not module.startswith("signals/")}


def _imported(module: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse((PACKAGE / module).read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("featherline"):
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            paths = (f"{name.removeprefix('featherline.').replace('.', '/')}.py" for name in names)
            found |= {path for path in paths if (PACKAGE / path).is_file()}
    return found
