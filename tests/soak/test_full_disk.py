"""A full disk, a second DVC beside the first, and a clock that was set back. `make soak PART=full_disk`

The project of tests lies in a tmpfs of its own, which takes root: what is left of it is filled before a stage runs.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipeline.conftest import Project
from tests.soak.test_kills import APP, contents, environment, finished, repro, target
from tests.soak.test_pipeline import STAGES, tiny

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root: a tmpfs is mounted"),
]

SIZE_MB = 600
LEFT_BYTES = (0, 64_000)  # on the disk when a stage begins


@pytest.fixture(scope="module")
def disk(tmp_path_factory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture(scope="module")
def project(disk) -> Project:
    """A project on that disk."""
    return tiny(disk / "project", APP)


def fill(disk: Path, left_bytes: int) -> Path:
    """Fills a disk up to so many bytes, and returns the file that does."""
    filler = disk / "filler"
    free = shutil.disk_usage(disk).free - left_bytes
    with filler.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, max(free, 1))
    return filler


@pytest.mark.parametrize("left_bytes", LEFT_BYTES)
@pytest.mark.parametrize("stage", [*STAGES, "report"])
def test_a_full_disk_fails_a_stage_and_leaves_what_was_there(project, disk, stage, left_bytes):
    """DVC's own files are on that disk too: its cache, its locks and its database."""
    finished(project, target(stage))
    expected = contents(project)
    filler = fill(disk, left_bytes)
    try:
        process = repro(project, "--force", "--single-item", target(stage))
        said, _ = process.communicate(timeout=600)
    finally:
        filler.unlink()
    # What little a search that goes on adds to its trials may fit where something is left.
    assert process.returncode != 0 or (left_bytes and contents(project) == expected), said
    assert "Traceback" not in said, said
    # DVC's own lock may be cut: it says so, and goes on once the folder is gone. Nothing of the stage is half-written.
    shutil.rmtree(project.folder / ".dvc/tmp", ignore_errors=True)
    finished(project, target(stage))
    found = contents(project)
    assert sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name)) == []


def test_a_second_dvc_beside_the_first_is_refused_or_waits(project):
    finished(project, target("preprocess"))
    expected = contents(project)
    first, second = (repro(project, "--force", "--single-item", target("preprocess")) for _ in range(2))
    told = [process.communicate(timeout=600)[0] for process in (first, second)]
    statuses = sorted((first.returncode, second.returncode))
    assert statuses[0] == 0, told
    assert "Traceback" not in "".join(told)
    assert contents(project) == expected


@pytest.mark.skipif(not shutil.which("faketime"), reason="faketime is missing: apt-get install faketime")
def test_a_clock_that_was_set_back_changes_nothing(project):
    finished(project, target("preprocess"))
    expected = contents(project)
    command = ["faketime", "-f", "-400d", "dvc", "repro", "--force", "--single-item", target("preprocess")]
    done = subprocess.run(command, cwd=project.folder, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    finished(project, target("preprocess"))
    assert contents(project) == expected
