"""What dvc.yaml says that a stage depends on, against what the stage imports and opens."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path, PurePosixPath

import yaml

from tests.imports import ROOT, closure

COMMAND = "stages/command.py"
LEFT_OUT = {
    "featherline/__init__.py",
    "featherline/core/errors.py",
    "featherline/core/exclusion.py",
    "featherline/core/failures.py",
    "featherline/core/progress.py",
    "featherline/core/quiet.py",
    "featherline/core/support.py",
}
"""The version, what a stage prints, and how it fails: they decide no byte of an output."""
OUTPUTS = ("data", "models", "metrics", "Models_Analysis", "reports", ".featherline", ".dvc")
OWN_DATA = ("recordings",)
"""What a stage reads for applications that are not shipped: those that somebody makes of folders of recordings."""
LOADS_APPLICATIONS = ("fetch", "preprocess", "reduce", "benchmark")
"""Stages that load an application by its name; the others only check its parameters."""


@cache
def stages(root: Path = ROOT) -> dict[str, dict]:
    return yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]


def dependencies(stage: str) -> list[str]:
    """The deps of a stage that are of the project, not written by it."""
    return [path for path in stages()[stage]["deps"] if path.partition("/")[0] not in OUTPUTS]


def of_data(stage: str, app: str) -> list[str]:
    """What a stage may read of what stages wrote: its deps, and its own outputs."""
    block = stages()[stage]
    outputs = [entry for key in ("outs", "metrics", "plots") for entry in block.get(key, [])]
    paths = [*block["deps"], *(path for entry in outputs for path in ([entry] if isinstance(entry, str) else entry))]
    return [path.replace("${item.app}", app) for path in paths]


def covered(path: str, by: Iterable[str]) -> bool:
    """Whether a path is one of several, or below one of them."""
    return any(path == entry or path.startswith(f"{entry}/") for entry in by)


def is_code(path: str) -> bool:
    """Whether a file of the project decides what a stage writes, as far as its name and content tell."""
    first, name = path.partition("/")[0], PurePosixPath(path).name
    if first not in ("featherline", "stages", "recordings") or path in LEFT_OUT or path == COMMAND:
        return False
    return name != "__init__.py" or not _only_a_docstring(path)


def _only_a_docstring(path: str) -> bool:
    text = (ROOT / path).read_text(encoding="utf-8").strip()
    return not text or (text.startswith('"""') and text.endswith('"""') and text.count('"""') == 2)


def imported(stage: str) -> set[str]:
    """Code that the script of a stage imports at last, but for what checks all parameters before it begins."""
    entrances = [f"stages/{stage}.py"]
    if stage in LOADS_APPLICATIONS:
        entrances += applications()
    return {path for path in closure(entrances, [COMMAND]) if is_code(path)}


def checked() -> set[str]:
    """Code that every stage imports to check all parameters."""
    return {path for path in closure([COMMAND, *applications()]) if is_code(path)}


def applications() -> list[str]:
    return sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "featherline/applications").glob("*.py"))


def against_opened(lists: Path, apps: Sequence[str]) -> tuple[list[str], list[str]]:
    """Holds the deps of all stages against the files that they opened.

    Args:
        lists: the folder in which each stage listed them, as `opened_files/sitecustomize.py` does.
        apps: the applications that the stages ran for.

    Returns:
        What a stage opened and does not declare, and what it declares and did not open, as "stage: path".
    """
    undeclared, unopened = set(), set()
    for stage in stages():
        instances = (
            {app: lists / f"{stage}@{app}" for app in apps} if "matrix" in stages()[stage] else {"": lists / stage}
        )
        opened = {app: set(file.read_text().split("\n")) - {""} for app, file in instances.items()}
        for app, paths in opened.items():
            # Front ends that a search may choose are checked by every stage, too.
            code = {path for path in paths if is_code(path)} - (checked() - imported(stage))
            data = {path for path in paths if path.partition("/")[0] in OUTPUTS[:5]}
            undeclared |= {f"{stage}: {path}" for path in code if not covered(path, dependencies(stage))}
            undeclared |= {f"{stage}: {path}" for path in data if not covered(path, of_data(stage, app))}
        for path in dependencies(stage):
            if path not in OWN_DATA and not any(covered(file, [path]) for paths in opened.values() for file in paths):
                unopened.add(f"{stage}: {path}")
    return sorted(undeclared), sorted(unopened)
