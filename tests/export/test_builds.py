"""Exported folders built as their READMEs say, with what wheels and Debian packages bring, and run."""

import os
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import cmake
import ninja
import numpy as np
import pytest

from featherline.codegen.frontend.motion import UNITS_PER_G
from featherline.core.errors import FeatherlineError
from tests.export import folders
from tests.matrix import builds, rows, test_arduino

ZEPHYR = Path(__file__).parent / "zephyr"
STRICT = " ".join(rows.WARNINGS)
CORES = {"m0plus": "m0plus", "m4+vfp4d16sp": "m4", "m4": "m4", "m33": "m33", "m33+dsp": "m33"}
"""What CORTEX_M names -> the emulated core."""

needs_cc = pytest.mark.skipif(not (shutil.which("cc") and shutil.which("c++")), reason="needs a C and a C++ compiler")


def ran(*command: str | Path, cwd: Path | None = None) -> str:
    """What a command prints; fails with its words where it does not end well."""
    search_path = os.pathsep.join([cmake.CMAKE_BIN_DIR, ninja.BIN_DIR, os.environ["PATH"]])
    environment = os.environ | {"PATH": search_path}
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def configured(source: Path, build: Path, *options: str) -> Path:
    """Configures and builds a folder with CMake, warnings of compilers as errors."""
    flags = [f"-DCMAKE_{language}_FLAGS={STRICT}" for language in ("C", "CXX")]
    ran("cmake", "-G", "Ninja", "-S", source, "-B", build, *flags, *options)
    ran("cmake", "--build", build)
    return build


def on_core(core: str, libraries: list[Path], checks: list[str], folder: Path) -> int:
    """Links a firmware of exported libraries and calls its checks on an emulated core: how many items are wrong."""
    row = next(row for row in rows.QUICK if row.compiler == "zig" and row.core.startswith(CORES[core]))
    (folder / "main.c").write_text(builds._main(row, checks))
    freestanding = next(folder.glob("*/cmake/freestanding"))
    memory = [f"-I{freestanding}", freestanding / "memory.c"]
    # Objects for an FPU keep to its calling convention.
    link = (
        [*rows.ZIG, "-target", "thumb-freestanding-eabihf", f"-mcpu=cortex_{core}", "-Os"]
        if "vfp" in core
        else row.link
    )
    words = [*link, "-ffreestanding", "-fno-sanitize=all", "-nostartfiles", "-Wl,-e,run", "-w"]
    ran(*words, "main.c", *memory, *libraries, "-o", "firmware.elf", cwd=folder)
    return builds._called(row.runs, (folder / "firmware.elf").read_bytes())


def cross_built(model: str, core: str, folder: Path, *options: str) -> list[Path]:
    """Builds a CMake package with its toolchain file; returns its libraries, those that need others first."""
    top = folders.made("cmake", model, folder)
    toolchain = ["-DCMAKE_TOOLCHAIN_FILE=cmake/zig-cortex-m.cmake", f"-DZIG={sys.executable};-m;ziglang"]
    build = configured(top, folder / f"build-{model}", *toolchain, f"-DCORTEX_M={core}", *options)
    return [build / f"lib{model}_checks.a", build / f"lib{model}.a"]


def test_the_package_builds_for_a_cortex_m4_and_is_right_there(tmp_path):
    libraries = cross_built("motionsense", "m4", tmp_path)
    assert on_core("m4", libraries, ["motionsense_check", "motionsense_program_check"], tmp_path) == 0


@pytest.mark.soak
@pytest.mark.parametrize("portable", ["OFF", "ON"])
@pytest.mark.parametrize("core", CORES)
def test_two_packages_are_right_in_one_firmware(core, portable, tmp_path):
    libraries, checks = [], []
    for model in folders.MODELS:
        libraries += cross_built(model, core, tmp_path, f"-D{model.upper()}_PORTABLE={portable}")
        checks += [f"{model}_check", f"{model}_program_check"]
    assert on_core(core, libraries, checks, tmp_path) == 0


def written(samples: np.ndarray, model: str, folder: Path) -> Path:
    """A recording as the example on the host reads it."""
    if samples.ndim == 2:
        path = folder / f"{model}.csv"
        np.savetxt(path, samples / UNITS_PER_G, "%.6f", delimiter=",", header="x,y,z", comments="")
        return path
    path = folder / f"{model}.wav"
    with wave.open(str(path), "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(2)
        stream.setframerate(16000)
        stream.writeframes(samples.astype("<i2").tobytes())
    return path


@pytest.mark.soak
@needs_cc
@pytest.mark.parametrize("model", folders.MODELS)
def test_the_package_builds_on_the_host_and_its_examples_tell_what_predict_tells(model, tmp_path):
    build = configured(folders.made("cmake", model, tmp_path), tmp_path / "build")
    assert "100% tests passed" in ran("ctest", "--test-dir", build)
    samples = folders.recording(model)
    recording, expected = written(samples, model, tmp_path), folders.decisions(model, samples)
    assert len(expected) > 3
    for program in ("classify", "classify_cpp"):
        lines = ran(build / "examples" / f"{model}_{program}", recording).splitlines()
        assert [line.split("  ", 1)[1] for line in lines] == expected


@pytest.mark.soak
@needs_cc
@pytest.mark.parametrize("model", folders.MODELS)
def test_the_examples_say_what_they_take(model, tmp_path):
    build = configured(folders.made("cmake", model, tmp_path), tmp_path / "build")
    (tmp_path / "other").write_text("RIFF\nno recording\n")
    for program in ("classify", "classify_cpp"):
        for arguments in ([], [tmp_path / "absent"], [tmp_path / "other"]):
            command = [build / "examples" / f"{model}_{program}", *arguments]
            done = subprocess.run(command, capture_output=True, text=True)
            assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


PROJECT = """\
cmake_minimum_required(VERSION 3.15)
project(two LANGUAGES C CXX)
{packages}
add_executable(two main.cpp)
target_link_libraries(two PRIVATE motionsense::motionsense keywordspotting::keywordspotting)
"""
MAIN_CPP = """\
#include "keywordspotting_program.h"
#include "motionsense_program.h"

int main()
{
  const int16_t xyz[3] = {0, 0, 4096}, sound[1] = {0};
  int32_t found;
  const int taken = motionsense_program_push(xyz, 1, &found) + keywordspotting_program_push(sound, 1, &found);
  return taken == 2 && found == KEYWORDSPOTTING_PROGRAM_NOT_DUE ? 0 : 1;
}
"""


@pytest.mark.soak
@needs_cc
@pytest.mark.parametrize("way", ["add_subdirectory", "find_package"])
def test_a_project_takes_two_packages(way, tmp_path):
    options = []
    if way == "add_subdirectory":
        for model in folders.MODELS:
            folders.made("cmake", model, tmp_path / "project")
        packages = "".join(f"add_subdirectory({model})\n" for model in folders.MODELS)
    else:
        for model in folders.MODELS:
            build = configured(folders.made("cmake", model, tmp_path), tmp_path / f"build-{model}")
            ran("cmake", "--install", build, "--prefix", tmp_path / "installed")
        packages = "".join(f"find_package({model} 1.0 REQUIRED)\n" for model in folders.MODELS)
        options = [f"-DCMAKE_PREFIX_PATH={tmp_path / 'installed'}"]
    folders.write(
        tmp_path / "project",
        {"CMakeLists.txt": PROJECT.format(packages=packages).encode(), "main.cpp": MAIN_CPP.encode()},
    )
    ran(configured(tmp_path / "project", tmp_path / "build", *options) / "two")


def zephyr_built(top: Path, sample: str, folder: Path, *modules: Path) -> Path:
    """Builds a sample against the stand-in of Zephyr."""
    build = folder / f"build-{sample}"
    extra = [f"-DZEPHYR_EXTRA_MODULES={';'.join(map(str, modules))}"] if modules else []
    return configured(top / "samples" / sample, build, f"-DZephyr_DIR={ZEPHYR}", *extra) / "app"


@pytest.mark.soak
@needs_cc
@pytest.mark.parametrize("model", folders.MODELS)
def test_the_module_builds_against_a_stand_in_of_zephyr(model, tmp_path):
    top = folders.made("zephyr", model, tmp_path)
    told = ran(zephyr_built(top, "check", tmp_path), cwd=tmp_path)
    assert told == "Golden vectors wrong: 0. Windows of the whole program wrong: 0.\n"
    sensed = samples = folders.recording(model)
    if samples.ndim == 2:  # the sensor tells millionths of m/s2
        sensed = (samples * (9806650 / UNITS_PER_G)).astype(np.int32)
        samples = np.trunc(sensed.astype(np.int64) * UNITS_PER_G / 9806650).astype(np.int16)
    (tmp_path / "samples").write_bytes(sensed.tobytes())
    lines = ran(zephyr_built(top, "sensor", tmp_path), cwd=tmp_path).splitlines()
    assert lines == folders.decisions(model, samples)


@pytest.mark.soak
@needs_cc
def test_two_modules_live_in_one_image_of_the_stand_in(tmp_path):
    tops = {model: folders.made("zephyr", model, tmp_path) for model in folders.MODELS}
    top = tops["motionsense"]
    with (top / "samples/check/prj.conf").open("a") as stream:
        stream.write("CONFIG_KEYWORDSPOTTING=y\nCONFIG_KEYWORDSPOTTING_CHECKS=y\n")
    source = top / "samples/check/src/main.cpp"
    other = "keywordspotting_program_check"
    text = source.read_text().replace("#include", f'#include "{other}.h"\n#include', 1)
    source.write_text(text.replace("= motionsense_program_check()", f"= motionsense_program_check() + {other}()"))
    told = ran(zephyr_built(top, "check", tmp_path, tops["keywordspotting"]), cwd=tmp_path)
    assert told == "Golden vectors wrong: 0. Windows of the whole program wrong: 0.\n"


@pytest.mark.soak
@pytest.mark.parametrize("board", test_arduino.BOARDS, ids=[board.name for board in test_arduino.BOARDS])
def test_the_examples_of_the_arduino_library_build_and_run(board, tmp_path):
    reason = test_arduino.missing(board)
    if reason is not None:
        pytest.skip(reason)
    built = 0
    for model in folders.MODELS:
        libraries = folders.made("arduino", model, tmp_path)
        for example in ("Check", "Sensor"):
            folder = tmp_path / f"{model}-{example}"
            sketch = {path.name: path.read_bytes() for path in (libraries / model / "examples" / example).iterdir()}
            try:
                executable = test_arduino.built(board, sketch, example, folder, libraries)
            except FeatherlineError as error:
                assert builds.TOO_LARGE.search(str(error)), error
                continue
            built += 1
            if not board.runs:
                continue
            if example == "Check":  # it goes on for ever
                with subprocess.Popen([executable, os.devnull, "1"], stdout=subprocess.PIPE, text=True) as process:
                    assert process.stdout is not None
                    told = process.stdout.readline()
                    process.kill()
                assert told == "Golden vectors wrong: 0. Windows of the whole program wrong: 0.\n"
                continue
            lines, samples = test_arduino.printed(executable, folders.read(model).fitted.front_end, folder)
            lines = [line for line in lines if not line.startswith("LEDs ")]
            expected = folders.decisions(model, samples)
            # The last samples of sound wait for one more.
            assert len(lines) > 1 and lines == expected[: len(lines)] and len(expected) - len(lines) <= 1
    assert built
