"""The pipeline gives the same bytes as other processors do, with more threads and workers, and with another C library.

qemu-user runs each stage and each of its children as a processor of another maker, ten to twenty times slower than
the real one; so this is a part of `make soak`, with one application in each test.
"""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.pipeline.conftest import TINY_SPACE, Project, clone
from tests.soak.processor import NATIVE, emulated, environment

pytestmark = pytest.mark.soak

# An application of each kind of features, and how much of it is simulated.
SIMULATIONS = {
    "motionsense": {"subjects": 5, "trial_seconds": 12},
    "musicclassifier": {"tracks": 4, "track_seconds": 5},
}
STAGES = ("fetch", "preprocess", "train", "reduce", "quantize", "convert", "benchmark")
CANDIDATES = 12  # enough for the Gaussian process to propose some
# Of two makers, with AVX2, as qemu's `-cpu` calls them, and a word of what CPUID then says.
PROCESSORS = {"Haswell-noTSX": "Intel Core Processor (Haswell", "EPYC-Milan": "EPYC-Milan"}


def tiny(folder: Path, app: str) -> Project:
    """A copy of the project with little data of one application, and with every stage at work."""
    project = clone(folder)
    project.edit(
        **{
            "apps": [app],
            f"{app}__fetch__simulation": SIMULATIONS[app],
            f"{app}__train__epochs": 2,
            f"{app}__reduce__workers": 2,
            f"{app}__reduce__finalists": 1,
            f"{app}__reduce__budget__simulated": {"trials": CANDIDATES, "epochs": 1, "final_epochs": 2},
            f"{app}__reduce__space": TINY_SPACE | {"filters": [4, 6], "convolution": ["plain", "separable"]},
            f"{app}__reduce__baselines": {"random_search": False, "by_hand": None},
            f"{app}__quantize__original": ["none", "dynamic_range", "int8"],
            f"{app}__quantize__reduced": ["none", "float16", "int8", "int16x8", "int4"],
            f"{app}__quantize__fine_tuning__epochs": 1,
            f"{app}__quantize__calibration_items": 20,
        }
    )
    return project


def built(project: Project, app: str, programs: Path, **variables: str) -> dict[str, str]:
    """SHA-256 of everything that the stages write, by its path."""
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    for stage in STAGES:
        command = ["python", "-m", f"stages.{stage}", app]
        done = subprocess.run(
            command, cwd=project.folder, env=os.environ | variables | {"PATH": path}, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    written = [p for name in ("data", "models", "metrics") for p in (project.folder / name).rglob("*") if p.is_file()]
    return {p.relative_to(project.folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in written}


@pytest.fixture(scope="module", params=SIMULATIONS)
def app(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def native(tmp_path_factory, app) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("native")
    return built(tiny(folder / "project", app), app, environment(folder / "python", NATIVE))


@pytest.mark.skipif(not shutil.which("qemu-x86_64"), reason="qemu-x86_64 is missing: apt-get install qemu-user")
@pytest.mark.parametrize("processor", PROCESSORS)
def test_another_processor_gives_the_same_bytes(native, app, tmp_path, processor):
    emulation = built(tiny(tmp_path / "project", app), app, environment(tmp_path / "python", emulated(processor)))
    started = processes(tmp_path / "python")
    foreign = [process for process in started if PROCESSORS[processor] not in process["processor"]]
    assert not foreign, f"not as {processor}: {foreign[0]}"
    for stage in STAGES:
        assert sum(f"stages.{stage}" in process["arguments"] for process in started) == 1
    workers = [process for process in started if "spawn_main" in " ".join(process["arguments"])]
    assert len(workers) >= 2
    assert differing(native, emulation) == []


@pytest.mark.parametrize("variables", [{"TF_NUM_INTRAOP_THREADS": "2", "OMP_NUM_THREADS": "2"}])
def test_two_threads_and_four_workers_give_the_same_bytes(native, app, tmp_path, variables):
    project = tiny(tmp_path / "project", app)
    project.edit(**{f"{app}__reduce__workers": 4})
    backend = project.folder / "featherline" / "networks" / "backend.py"
    threads = "set_intra_op_parallelism_threads"
    text = backend.read_text()
    assert f"{threads}(1)" in text
    backend.write_text(text.replace(f"{threads}(1)", f"{threads}(2)"))
    again = built(project, app, environment(tmp_path / "python", NATIVE), **variables)
    # What a search or a network was made with names the code, of which one line differs here.
    signed = {path for path in native if path.endswith("made_with.json")}
    assert differing(native, again) in ([], sorted(signed))


@pytest.mark.skipif(
    not shutil.which("debootstrap") or os.geteuid() != 0,
    reason="needs root and debootstrap: apt-get install debootstrap",
)
def test_the_libraries_of_debian_13_give_the_same_bytes(native, app, tmp_path):
    system = tmp_path / "system"
    packages = "--include=libgomp1,libstdc++6,zlib1g,libffi8,libssl3t64,libsqlite3-0,libbz2-1.0,liblzma5"
    made = subprocess.run(
        ["debootstrap", "--variant=minbase", packages, "trixie", system], capture_output=True, text=True
    )
    if made.returncode:
        pytest.skip(f"debootstrap cannot make a Debian 13 here: {made.stdout.splitlines()[-1:]}")
    folders = ":".join(str(system / name / "x86_64-linux-gnu") for name in ("lib", "usr/lib"))
    loader = f"'{system / 'lib64/ld-linux-x86-64.so.2'}' --argv0 '{{program}}' --library-path '{folders}'"
    debian = built(tiny(tmp_path / "project", app), app, environment(tmp_path / "python", loader))
    assert {process["glibc"] for process in processes(tmp_path / "python")} == {"2.41"}
    assert differing(native, debian) == []


def processes(folder: Path) -> list[dict]:
    """What the Python processes of an `environment` told of themselves."""
    return [json.loads(line) for line in (folder / "processes.jsonl").read_text().splitlines()]


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Paths of files that are in one alone, or not the same in both."""
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))
