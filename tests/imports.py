"""Which modules of the project work depends on, found by following its imports."""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import featherline

PACKAGE = Path(featherline.__file__).parent
ROOT = PACKAGE.parent
NO_PART = {
    "params.py",
    "params_file.py",
    "core/arrays.py",
    "core/errors.py",
    "core/files.py",
    "core/parsing.py",
    "core/progress.py",
    "core/quiet.py",
}
"""Modules that decide no result of a training: how values are checked, kept, read and told."""


def reached(entrances: Iterable[str], no_part: Iterable[str]) -> set[str]:
    """Modules, as paths within the package, that the entrances import at last; not those that have no part in it.

    Signals are left out: what depends on them is covered by the digest of their data.
    """
    package = PACKAGE.name
    modules = closure((f"{package}/{module}" for module in entrances), (f"{package}/{module}" for module in no_part))
    within = {module.removeprefix(f"{package}/") for module in modules if not module.endswith("__init__.py")}
    return {module for module in within if not module.startswith("signals/")}


def closure(entrances: Iterable[str], without: Iterable[str] = ()) -> set[str]:
    """Modules of the project, as paths from its top, that the entrances import at last; `without` is not followed."""
    modules: set[str] = set()
    waiting, left_out = set(entrances), set(without)
    while waiting:
        module = waiting.pop()
        modules.add(module)
        waiting |= _imported(module) - modules - left_out
    return modules


@cache
def _imported(module: str) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    ours = (name.replace(".", "/") for name in names if name.partition(".")[0] in ("featherline", "stages"))
    candidates = {path for name in ours for path in (f"{name}.py", f"{name}/__init__.py")}
    return frozenset(path for path in candidates if (ROOT / path).is_file())
