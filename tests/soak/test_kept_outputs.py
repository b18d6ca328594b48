"""What stages wrote before stays where one gets a wrong value or is killed, whichever command runs the pipeline.

`make soak PART=test_kept_outputs`
"""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from tests.pipeline.conftest import Project
from tests.soak.test_kills import APP, begun, contents, finished, processes, remove_processes, target
from tests.soak.test_pipeline import STAGES, tiny

pytestmark = pytest.mark.soak

COMMANDS = {
    "dvc repro": ["dvc", "repro"],
    "dvc exp run": ["dvc", "exp", "run"],
    "make repro": ["make", "--old-file=.venv/.installed", "repro"],  # with the packages that are installed
}
WRONG = {
    "fetch": "simulation__subjects",
    "preprocess": "overlap",
    "train": "epochs",
    "reduce": "finalists",
    "quantize": "calibration_items",
    "convert": "integer_io",
    "benchmark": "stream_hours",
}
"""A key of each stage's parameters, which is to be a number or a truth value."""
SHARES = (0.4, 0.2, 0.1)
"""Of the time that a stage takes: when it is killed, and when it is where it had ended by then."""


def kill_with_children(process: subprocess.Popen) -> None:
    """SIGKILL for a command and all that it started, also where some of it is just ending."""
    started = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    for one in started:
        with suppress(psutil.NoSuchProcess):
            one.kill()
    process.communicate()


def settled(project: Project) -> dict[str, str]:
    """SHA-256 of what stages wrote, but for the figures that train and reduce write while they run."""
    return {name: digest for name, digest in contents(project).items() if "/live/" not in name}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Iterator[tuple[Project, dict[str, float]]]:
    """A committed project whose pipeline has run, and how many seconds each stage took."""
    project = tiny(tmp_path_factory.mktemp("kept") / "project", APP)
    durations = {}
    for stage in (*STAGES, "report"):
        before_s = time.monotonic()
        finished(project, "--single-item", target(stage))
        durations[stage] = time.monotonic() - before_s
    for stage in ("reduce", "quantize"):  # which take what they have of an earlier run
        before_s = time.monotonic()
        finished(project, "--force", "--single-item", target(stage))
        durations[stage] = time.monotonic() - before_s
    project.commit("Run the pipeline")
    yield project, durations
    remove_processes(project)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("stage", [*STAGES, "report"])
def test_a_wrong_value_and_a_kill_leave_what_was_there(whole, stage, command):
    project, durations = whole
    expected, committed = settled(project), (project.folder / "params.yaml").read_text()

    if stage == "report":
        project.edit(apps=[APP, "nobody"])
    else:
        project.edit(**{f"{APP}__{stage}__{WRONG[stage]}": "many"})
    process = begun(project, *COMMANDS[command])
    said, _ = process.communicate(timeout=600)
    assert process.returncode != 0, said
    assert "Traceback" not in said, said
    assert ("nobody" if stage == "report" else f"{APP}.{stage}.{WRONG[stage].replace('__', '.')} is 'many'") in said
    assert settled(project) == expected
    (project.folder / "params.yaml").write_text(committed)

    code = project.folder / "stages" / f"{stage}.py"
    for share in SHARES:
        code.write_text(f"{code.read_text()}# {command}\n")  # it has to run, and writes the same
        process = begun(project, *COMMANDS[command])
        running, _ = processes(process, stage)
        try:
            running.wait(share * durations[stage])
        except psutil.TimeoutExpired:
            break
        process.communicate()  # other programs on the machine had made it slower when it was timed
    else:
        raise AssertionError(f"{stage} ended before it was killed")
    kill_with_children(process)
    assert settled(project) == expected
    assert code.read_text().endswith(f"# {command}\n")
    assert (project.folder / "params.yaml").read_text() == committed

    shutil.rmtree(project.folder / ".dvc/tmp", ignore_errors=True)  # the lock of a DVC that was killed, as it advises
    process = begun(project, *COMMANDS[command])
    said, _ = process.communicate(timeout=600)
    assert process.returncode == 0, said
    assert settled(project) == expected
    leftovers = [path for path in project.folder.rglob(".partial-*") if ".git/" not in path.as_posix()]
    assert leftovers == []
