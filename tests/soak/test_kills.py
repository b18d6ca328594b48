"""SIGKILL in each stage: the next run ends with the same bytes, and nothing half-written is taken for whole.

By turns DVC alone is killed (the stage lives on beside the next run), the stage alone, a worker of it, and all of them
at once; each stage at three moments, with the earlier outputs in place or without. `make soak PART=kills`
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import yaml

from tests.pipeline.conftest import ROOT, Project, clone
from tests.soak.test_pipeline import STAGES, tiny

pytestmark = pytest.mark.soak

APP = "motionsense"
MOMENTS = (0.3, 0.6, 0.9)  # of the time that a stage takes
VICTIMS = ("dvc", "stage", "worker", "group")
OUTPUTS = ("data", "models", "metrics", "Models_Analysis", "reports")


def environment() -> dict[str, str]:
    return os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def target(stage: str) -> str:
    return stage if stage == "report" else f"{stage}@{APP}"


def repro(project: Project, *words: str) -> subprocess.Popen:
    return begun(project, "dvc", "repro", *words)


def begun(project: Project, *words: str) -> subprocess.Popen:
    """A command in the folder of a project, in a session of its own; what it says on both streams is one text."""
    return subprocess.Popen(
        words,
        cwd=project.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finished(project: Project, *words: str) -> None:
    process = repro(project, *words)
    said, _ = process.communicate()
    assert process.returncode == 0, said


def contents(project: Project) -> dict[str, str]:
    """SHA-256 of all that stages write."""
    written = [path for name in OUTPUTS for path in (project.folder / name).rglob("*") if path.is_file()]
    digests = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in written}
    return {path.relative_to(project.folder).as_posix(): digest for path, digest in digests.items()}


def processes(dvc: subprocess.Popen, stage: str) -> tuple[psutil.Process, list[psutil.Process]]:
    """The process of a stage as soon as it is there, and its workers."""
    while dvc.poll() is None:
        with suppress(psutil.Error):
            for child in psutil.Process(dvc.pid).children(recursive=True):
                words = child.cmdline()
                if f"stages.{stage}" in words and "python" in Path(words[0]).name:
                    return child, child.children()
        time.sleep(0.05)
    raise AssertionError(dvc.communicate()[0])


def killed(dvc: subprocess.Popen, stage: str, victim: str, after_s: float) -> None:
    """Lets a stage run for a while, and kills."""
    process, _ = processes(dvc, stage)
    with suppress(psutil.TimeoutExpired):
        process.wait(after_s)
    with suppress(psutil.Error, ProcessLookupError):
        if victim == "group":
            os.killpg(dvc.pid, signal.SIGKILL)
        elif victim == "dvc":
            dvc.kill()
        else:
            workers = process.children() if victim == "worker" else []
            (workers[-1] if workers else process).kill()
    if victim == "dvc":
        dvc.wait()  # what it started lives on, and holds its output open
    else:
        dvc.communicate()


def remove_processes(project: Project) -> None:
    """Ends what outlived its DVC in a project."""
    for process in psutil.process_iter(["cwd"]):
        if process.info["cwd"] == str(project.folder):
            with suppress(psutil.Error):
                process.kill()


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Iterator[tuple[Project, dict[str, str], dict[str, float]]]:
    """A project whose pipeline has run, what it wrote, and how many seconds each stage took."""
    project = tiny(tmp_path_factory.mktemp("kills") / "project", APP)
    durations = {}
    for stage in (*STAGES, "report"):
        begun = time.monotonic()
        finished(project, "--single-item", target(stage))
        durations[stage] = time.monotonic() - begun
    yield project, contents(project), durations
    remove_processes(project)


@pytest.mark.parametrize("moment", range(len(MOMENTS)))
@pytest.mark.parametrize("stage", [*STAGES, "report"])
def test_a_kill_leaves_nothing_that_the_next_run_takes_for_whole(whole, stage, moment):
    project, expected, durations = whole
    turn = [*STAGES, "report"].index(stage) + moment
    words = ["--single-item", target(stage)]
    if turn % 2:
        words.insert(0, "--force")  # over the earlier outputs
    else:
        lock = project.folder / "dvc.lock"
        tree = yaml.safe_load(lock.read_text())
        for output in tree["stages"].pop(target(stage))["outs"]:
            path = project.folder / output["path"]
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        lock.write_text(yaml.safe_dump(tree, sort_keys=False))
    killed(repro(project, *words), stage, VICTIMS[turn % len(VICTIMS)], MOMENTS[moment] * durations[stage])
    shutil.rmtree(project.folder / ".dvc/tmp", ignore_errors=True)  # the lock of a DVC that was killed, as it advises
    finished(project, target(stage))
    found = contents(project)
    assert sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name)) == []


FULL = {"train": "stage", "reduce": "worker", "benchmark": "group"}
"""Stages of the committed pipeline -> what is killed there, two seconds after it began."""


def outputs(lock: Path) -> dict[str, str]:
    """The digest of every output that a dvc.lock knows, by its path."""
    stages = yaml.safe_load(lock.read_text())["stages"]
    return {output["path"]: output["md5"] for stage in stages.values() for output in stage["outs"]}


def test_three_kills_in_the_full_pipeline_end_with_the_committed_bytes(tmp_path):
    project = clone(tmp_path / "project")
    expected = outputs(ROOT / "dvc.lock")
    for stage, victim in FULL.items():
        killed(repro(project), stage, victim, 2.0)
        shutil.rmtree(project.folder / ".dvc/tmp", ignore_errors=True)
    finished(project)
    found = outputs(project.folder / "dvc.lock")
    assert sorted(path for path in found.keys() | expected.keys() if found.get(path) != expected.get(path)) == []
