"""A run of the pipeline on real recordings, in a clone of its own: made here, or finished elsewhere."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from featherline.core import parsing
from featherline.core.errors import FeatherlineError
from featherline.core.parsing import Tree

KEYWORD = "happy"  # of the real recordings, the word with enough speakers
WAKE_WORD: dict[str, Any] = {
    "preprocess.keyword": KEYWORD,
    "preprocess.scenes": {
        "hours": 10.0,
        "windows_a_keyword": 3,
        "other_windows": 16000,
        "music_tracks": 120,
        "varied": True,
    },
    "preprocess.augmentation.copies": 1,  # scenes are variety enough
    # Twice as many items as clips alone give, so that fewer epochs see as much.
    "train.epochs": 6,
    "reduce.max_weight_bytes": 1200,
    "reduce.finalists": 3,
    "reduce.final_seeds": 4,  # one training differs from another more than a finalist does
    # But less from their mean, and a small network learns that in long and soft lessons.
    "reduce.distillation": {"share": 1.0, "temperature": 4.0, "teacher": "finalists", "epochs": 100},
    "reduce.budget.recordings": {"trials": 30, "epochs": 4, "final_epochs": 12},
    "reduce.baselines": {"random_search": False, "by_hand": None},  # which the zoo does not tell of
    "quantize.fine_tuning.epochs": 4,
    "convert.temperature": 4.0,
}
"""What makes a wake word of real recordings stand a stream (docs/wake-word.md): by the keys of `keywordspotting`."""
CODE = ("featherline", "stages", "dvc.yaml")
"""What decides a result beside params.yaml; a run with changes in it belongs to no commit."""
_PRIVATE = ("data.mirror",)  # a path of whoever made it
_HIDDEN = "a folder of archives"


@dataclass(frozen=True)
class Run:
    """A finished run.

    Attributes:
        folder: the top of the clone.
        commit: 40 hexadecimal digits: of the code that made it.
        written_by: the same of the code that writes the zoo out of it.
        changed: key of params.yaml that is not as committed -> its value, a path left out.
        apps: the applications that it has models of.
    """

    folder: Path
    commit: str
    written_by: str
    changed: Tree
    apps: tuple[str, ...]


def check_clean(project: Path) -> None:
    """Raises `FeatherlineError` where the project has changes that no commit has."""
    changed = _captured("git", "status", "--porcelain", "--untracked-files=no", cwd=project).splitlines()
    if changed:
        raise FeatherlineError(
            f"{changed[0][3:]} and {len(changed) - 1} more files are not as committed: a release belongs to a commit, "
            "so commit them or set them aside."
            if len(changed) > 1
            else f"{changed[0][3:]} is not as committed: a release belongs to a commit, so commit it or set it aside."
        )


def make(project: Path, folder: Path, mirror: Path) -> None:
    """Clones HEAD and runs every stage on the archives of a mirror; goes on where an earlier attempt stopped.

    Args:
        project: the top of a clean working tree.
        folder: the clone, which is made where it is missing.
        mirror: the folder of archives.

    Raises:
        FeatherlineError: where the clone is of another commit, or a stage fails.
    """
    head = _captured("git", "rev-parse", "HEAD", cwd=project).strip()
    if not (folder / ".git").exists():
        _run("git", "clone", "--quiet", str(project), str(folder), cwd=project)
    elif _captured("git", "rev-parse", "HEAD", cwd=folder).strip() != head:
        raise FeatherlineError(f"{folder} is a clone of another commit than {head[:7]}: remove it.")
    path = folder / "params.yaml"
    tree = parsing.from_yaml(path.read_bytes(), str(path))
    if not isinstance(tree, dict):
        raise FeatherlineError(f"{path} holds no parameters: take it from the commit again.")
    tree["data"]["source"], tree["data"]["mirror"] = "mirror", str(mirror.resolve())
    set_wake_word(tree)
    path.write_text(json.dumps(tree, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")  # JSON is YAML, too
    # Stages call `python`: it must be the one that has the packages.
    search_path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    _run(sys.executable, "-m", "dvc", "repro", cwd=folder, env=os.environ | {"PATH": search_path})


def set_wake_word(tree: Tree) -> None:
    """Sets what `WAKE_WORD` says in the parameters of a run."""
    for key, value in WAKE_WORD.items():
        *parents, last = key.split(".")
        block = tree["keywordspotting"]
        for parent in parents:
            block = block[parent]
        block[last] = value


def of_apps(run: Run, chosen: Sequence[str]) -> Run:
    """A run of which only some applications count; all where none is chosen.

    Raises:
        FeatherlineError: where it has no models of one.
    """
    for app in chosen:
        if app not in run.apps:
            raise FeatherlineError(
                f"{run.folder} has no models of {app}: name one of {', '.join(run.apps)} with --app."
            )
    return replace(run, apps=tuple(dict.fromkeys(chosen))) if chosen else run


def disturb(run: Run) -> None:
    """Measures the headline model of each application on disturbed recordings; tables newer than its figures stay.

    Raises:
        FeatherlineError: where that fails.
    """
    for app in run.apps:
        table, figures = robustness(run, app), run.folder / "metrics" / f"{app}.json"
        if not table.exists() or table.stat().st_mtime < figures.stat().st_mtime:
            _run(sys.executable, "-m", "featherline", "robustness", app, cwd=run.folder)


def robustness(run: Run, app: str) -> Path:
    """Where the table on disturbed recordings lies."""
    return run.folder / "robustness" / f"{app}.json"


def read(folder: Path, project: Path) -> Run:
    """What a clone says of its run; `project` is the clean working tree whose code writes the zoo.

    Raises:
        FeatherlineError: where it is no clone of the project, or its code has changes that no commit has.
    """
    if not (folder / ".git").exists() or not (folder / "params.yaml").is_file():
        raise FeatherlineError(f"{folder} is no clone of the project: name the folder of a finished run.")
    changed = _captured("git", "status", "--porcelain", "--", *CODE, cwd=folder).splitlines()
    if changed:
        raise FeatherlineError(f"{folder}: {changed[0][3:]} is not as committed: a release belongs to a commit.")
    now = dict(_flat(parsing.from_yaml((folder / "params.yaml").read_bytes(), str(folder / "params.yaml"))))
    committed = _captured("git", "show", "HEAD:params.yaml", cwd=folder).encode()
    before = dict(_flat(parsing.from_yaml(committed, "params.yaml of HEAD")))
    return Run(
        folder,
        _captured("git", "rev-parse", "HEAD", cwd=folder).strip(),
        _captured("git", "rev-parse", "HEAD", cwd=project).strip(),
        {
            key: _HIDDEN if key in _PRIVATE else now.get(key)
            for key in sorted(now.keys() | before.keys())
            if now.get(key) != before.get(key)
        },
        tuple(now["apps"] if isinstance(now.get("apps"), list) else ()),
    )


def _flat(tree: Any, prefix: str = "") -> list[tuple[str, Any]]:
    if not isinstance(tree, dict):
        return [(prefix, tree)]
    return [pair for key, value in tree.items() for pair in _flat(value, f"{prefix}.{key}" if prefix else str(key))]


def _captured(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise FeatherlineError(f"{' '.join(command[:2])} failed: {' '.join((done.stderr or done.stdout).split())}")
    return done.stdout


def _run(*command: str, cwd: Path, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, env=env)
    if done.returncode:
        raise FeatherlineError(
            f"{' '.join(command[:3])} failed with status {done.returncode}: what it said stands above."
        )
