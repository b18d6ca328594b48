"""What tests of single stages share: params.yaml is edited, stages are run in this process or in one of their own."""

import importlib
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import psutil
import yaml
from click.testing import CliRunner

from featherline import params_file

ROOT = Path(__file__).resolve().parent.parent.parent


class _WithoutAliases(yaml.SafeDumper):
    """Writes a value that stands twice out twice: params.yaml may have no alias."""

    def ignore_aliases(self, data):
        return True


def as_yaml(tree: dict) -> str:
    """The text of a params.yaml."""
    return yaml.dump(tree, Dumper=_WithoutAliases, sort_keys=False)


def edit(key: str, value=None) -> None:
    """Sets a dotted key of params.yaml, or removes it where no value is given."""
    path = Path("params.yaml")
    tree = params_file.read(path)
    *parents, last = key.split(".")
    node = tree
    for parent in parents:
        node = node[parent]
    if value is None:
        del node[last]
    else:
        node[last] = value
    path.write_text(as_yaml(tree))


def run(stage: str, app: str, *options: str):
    return CliRunner().invoke(getattr(importlib.import_module(f"stages.{stage}"), stage), [app, *options])


def passes(stage: str, app: str) -> None:
    outcome = run(stage, app)
    assert outcome.exit_code == 0, outcome.output


def take_trained(folder: Path, app: str) -> None:
    """Brings the workspace to where the search begins; what comes before runs once for a folder that keeps it."""
    if not (folder / "data").exists():
        for stage in ("fetch", "preprocess", "train"):
            passes(stage, app)
        for name in ("data", "models"):
            shutil.copytree(name, folder / name)
    for name in ("data", "models"):
        shutil.copytree(folder / name, name, dirs_exist_ok=True)


def fails(stage: str, app: str, sentence: str, *options: str):
    """The stage says `sentence` in one line, ends with 1 and leaves no trace of what it began; returns its outcome."""
    before = {path for path in Path(".").rglob("*")}
    outcome = run(stage, app, *options)
    assert outcome.exit_code == 1, outcome.output
    assert sentence in outcome.output
    assert outcome.output.startswith(f"{stage}: ")
    assert len(outcome.output.strip().splitlines()) == 1
    new = {path for path in Path(".").rglob("*")} - before
    # Studies are kept: nothing that was trained is lost.
    written = [path for path in new if ".featherline" not in path.parts]
    assert not [path for path in written if path.is_file() or path.name.startswith(".partial-")]
    return outcome


@contextmanager
def started(stage: str, app: str):
    """A stage in a process of its own that hears interrupts, as in a terminal; a background job ignores them."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"stages.{stage}", app],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
