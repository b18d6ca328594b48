"""C that every compiler takes rightly or refuses: standards, cores, names, settings, class names.

`zig clang` is the compiler of the wheel by itself, which is done in a moment where nothing is linked.
"""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import ziglang

from featherline import codegen
from featherline.codegen import lower, program
from featherline.emulator import toolchain
from featherline.records.base import load
from featherline.records.frontend import FrontEnd
from featherline.tflite import model as tflite
from tests.codegen.programs import c_files
from tests.codegen.random_networks import NONE, SAME, VALID, Network
from tests.matrix.rows import WARNINGS
from tests.tflite.handmade import classifier

ROOT = Path(__file__).parents[2]
ZIG = Path(ziglang.__file__).parent
STANDARDS = {"c99": (), "c11": (), "c++17": ("-x", "c++")}
M4 = ("--target=thumbv7em-none-eabi", "-mcpu=cortex-m4")
CORES = {
    "x86-64": ("--target=x86_64-linux-musl",),
    "m0plus": ("--target=thumbv6m-none-eabi", "-mcpu=cortex-m0plus"),
    "m3": ("--target=thumbv7m-none-eabi", "-mcpu=cortex-m3"),
    "m4": M4,
    "m33": ("--target=thumbv8m.main-none-eabi", "-mcpu=cortex-m33"),
    "m55": ("--target=thumbv8.1m.main-none-eabihf", "-mcpu=cortex-m55"),
    "rv32": ("--target=riscv32-none-elf",),
    "int of 16 bits": ("--target=msp430",),
}
ODD_NAMES = ("Größe", "what??/", "a\tb", '"up" \\ down', "👍🏽", "1\x019")


def clang(folder, *arguments):
    """Runs the compiler on files of a folder, without a C library."""
    headers = ("-nostdinc", f"-I{ROOT / 'featherline/emulator/freestanding'}", "-isystem", ZIG / "lib/include")
    command = [ZIG / "zig", "clang", "-ffreestanding", *headers, "-I.", *arguments]
    return subprocess.run(list(map(str, command)), cwd=folder, capture_output=True, text=True)


def written(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def whole_program(app, name):
    folder = ROOT / f"models/{app}/tflite"
    model, frontend = tflite.read(folder / "reduced-int8.tflite"), load(FrontEnd, folder / "frontend.json", "convert")
    return program.sources(lower(model), frontend, name)


def every_kernel():
    """A network that has a layer of each kind."""
    network = Network(0, (1, 9, 9, 4))
    network.conv(8, (3, 3), 1, SAME, NONE, 2)
    network.depthwise(1, (3, 3), 1, SAME, NONE, 8)
    network.depthwise(2, (3, 3), 1, VALID, NONE, 8)
    network.pool(False, (2, 2), 2, VALID)
    network.relu()
    network.combine(True, False, NONE)
    network.combine(False, True, NONE)
    network.reduce(mean=True)
    network.dense(5, NONE)
    network.softmax()
    return network.content()


def one_kernel():
    """A network whose only layer requantizes in assembly where a core has it."""
    network = Network(1, (1, 1, 13, 20))
    network.depthwise(1, (1, 4), 2, SAME, NONE, 8)
    return network.content()


@pytest.fixture(scope="module")
def flat(tmp_path_factory):
    """Two whole programs, a model with golden vectors, and models for speed, all in one folder."""
    rng = np.random.default_rng(0)
    golden = codegen.Golden(rng.integers(-128, 128, (2, 9, 9, 4)), rng.integers(-128, 128, (2, 5)))
    model = c_files(every_kernel(), "odd", classes=ODD_NAMES[:5], golden=golden)
    ride, word = whole_program("carsensor", "ride"), whole_program("keywordspotting", "word")
    assert not (ride.keys() & word.keys()) | (model.keys() & (ride.keys() | word.keys()))
    quick = c_files(every_kernel(), "quick", kernels="speed") | c_files(one_kernel(), "alone", kernels="speed")
    return written(tmp_path_factory.mktemp("flat"), model | ride | word | quick)


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("standard", STANDARDS)
def test_it_compiles_without_a_warning(flat, core, standard):
    units = sorted(path.name for path in flat.glob("*.c"))
    done = clang(flat, *CORES[core], f"-std={standard}", *STANDARDS[standard], *WARNINGS, "-fsyntax-only", *units)
    assert done.returncode == 0, done.stderr[:3000]


@pytest.mark.parametrize("standard", STANDARDS)
def test_all_of_it_fits_into_one_translation_unit(flat, standard):
    units = sorted(path.name for path in flat.glob("*.c"))
    included = [f"-include{unit}" for unit in units[1:]]
    options = (f"-std={standard}", *STANDARDS[standard], *WARNINGS)
    done = clang(flat, *M4, *options, "-fsyntax-only", *included, units[0])
    assert done.returncode == 0, done.stderr[:3000]


def test_every_macro_type_and_symbol_begins_with_the_name(flat):
    text = "".join(path.read_text() for path in flat.iterdir() if path.name.startswith("ride"))
    macros = re.findall(r"^#define (\w+)", text, re.MULTILINE)
    assert {name for name in macros if not name.startswith("RIDE_")} == set()
    symbols = re.findall(r"^(?:static )?(?:const |inline |volatile )*\w+_t \*?(\w+)", text, re.MULTILINE)
    types = re.findall(r"^\} (?:__attribute__\(\(.*\)\) )?(\w+);", text, re.MULTILINE)
    assert len(symbols) > 20 and len(types) > 2
    assert {name for name in (*symbols, *types) if not name.startswith("ride_")} == set()
    assert not re.search(r"\b(nn|NN)_", text)


@pytest.mark.parametrize("header", ["gesture.h", "gesture_frontend.h", "gesture_program.h"])
def test_two_of_one_name_are_an_error_where_their_headers_meet(header, tmp_path):
    written(tmp_path / "a", whole_program("carsensor", "gesture"))
    written(tmp_path / "again", whole_program("carsensor", "gesture"))
    written(tmp_path / "b", whole_program("motionsense", "gesture"))

    def meet(one, other):
        (tmp_path / "main.c").write_text(f'#include "{one}/{header}"\n#include "{other}/{header}"\n')
        return clang(tmp_path, "-fsyntax-only", "main.c")

    assert meet("a", "again").returncode == 0
    assert "Two models are named gesture" in meet("a", "b").stderr


@pytest.mark.parametrize(
    ("unit", "setting", "message"),
    [
        ("ride_program.c", "RIDE_PROGRAM_SMOOTHING 0", "has to be 1 to 254"),
        ("ride_program.c", "RIDE_PROGRAM_SMOOTHING 255", "has to be 1 to 254"),
        ("ride_frontend.c", "RIDE_FRONTEND_HOP_SAMPLES 0", "a window has to begin behind"),
        ("ride_frontend.c", "RIDE_FRONTEND_TAP_BITS 31", "1 to 30 bits"),
        ("ride_frontend.c", "RIDE_FRONTEND_INTERPOLATION 9", "one sample or none"),
        ("word_frontend.c", "WORD_FRONTEND_FRAME_SAMPLES 1000", "a power of two"),
        ("word_frontend.c", "WORD_FRONTEND_HOP_FRAMES 0", "have to begin behind"),
        ("word_frontend.c", "WORD_FRONTEND_COEFFICIENTS 99", "a mel band for each"),
    ],
)
def test_a_setting_out_of_its_range_is_an_error(flat, tmp_path, unit, setting, message):
    written(tmp_path, {path.name: path.read_bytes() for path in flat.iterdir()})
    title, value = setting.split()
    header = tmp_path / unit.replace(".c", ".h")
    changed, count = re.subn(rf"#define {title} .*", f"#define {title} {value}", header.read_text())
    assert count == 1
    header.write_text(changed)
    refused = clang(tmp_path, "-fsyntax-only", unit)
    assert refused.returncode and message in refused.stderr


def test_buffers_that_a_core_cannot_address_are_an_error(tmp_path):
    network = Network(0, (1, 200, 200, 1))
    network.relu()
    written(tmp_path, c_files(network.content(), "large"))
    refused = clang(tmp_path, *CORES["int of 16 bits"], "-fsyntax-only", "large.c")
    assert "cannot address buffers as large" in refused.stderr
    assert clang(tmp_path, *M4, "-fsyntax-only", "large.c").returncode == 0


@pytest.mark.parametrize(
    ("flags", "fast"),
    [
        (M4, True),
        (CORES["m3"], False),
        ((*M4, "-DODD_PORTABLE"), False),
        ((*M4, "-mbig-endian"), False),
        (("--target=armv7a-none-eabi", "-mcpu=cortex-a7"), False),
        (("--target=thumbv7a-none-eabi", "-mcpu=cortex-a7"), False),
        (("--target=armv5te-none-eabi",), False),
        (("--target=armv6-none-eabi",), False),
    ],
)
def test_assembly_is_there_for_cortex_m_cores_with_the_dsp_extension_alone(flat, flags, fast):
    done = clang(flat, *flags, "-std=c99", "-O1", *WARNINGS, "-S", "odd.c", "-o", "-")
    assert done.returncode == 0, done.stderr[:3000]
    assert ("smlad\tr4, lr, r10, r4" in done.stdout.replace("smlad r", "smlad\tr")) == fast


@pytest.mark.parametrize("optimize", ["-O0", "-Os", "-O3"])
@pytest.mark.parametrize(
    "kept", ["-ffixed-r9", "-ffixed-r9 -fno-omit-frame-pointer", "-fropi -frwpi -fno-omit-frame-pointer", "-fPIC"]
)
def test_the_fast_path_leaves_registers_to_those_who_keep_some(flat, tmp_path, kept, optimize):
    done = clang(flat, *M4, "-std=c99", optimize, *kept.split(), "-c", "odd.c", "-o", tmp_path / "odd.o")
    assert done.returncode == 0, done.stderr[:3000]


@pytest.mark.parametrize("standard", STANDARDS)
def test_class_names_are_the_same_text_in_every_standard(tmp_path, standard):
    rng = np.random.default_rng(0)
    files = c_files(classifier(rng, units=(len(ODD_NAMES),)), "odd", classes=ODD_NAMES)
    main = b"""
#include "odd.h"
#include <stdio.h>
int main(void)
{
  static const char *const names[] = ODD_CLASS_NAMES;
  for (int i = 0; i < ODD_CLASSES; ++i) {
    puts(names[i]);
  }
  return 0;
}
"""
    written(tmp_path, files | {"main.c": main})
    assert files["odd.h"].isascii()
    language = [*STANDARDS[standard], f"-std={standard}", "-Wall", "-Werror"]
    trigraphs = ["-trigraphs"] if standard == "c99" else []
    command = [sys.executable, "-m", "ziglang", "cc", *language, *trigraphs, "main.c", "-o", "names"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    message = subprocess.run([tmp_path / "names"], capture_output=True).stdout.decode()
    assert message == "".join(f"{name}\n" for name in ODD_NAMES)


@pytest.mark.parametrize("app", ["carsensor", "motionsense", "keywordspotting", "musicclassifier"])
def test_headers_tell_how_much_ram_a_program_takes(app):
    sources = whole_program(app, "net")
    image = toolchain.compile(sources, program.entries("net"))
    text = b"".join(sources[name] for name in ("net.h", "net_frontend.h")).decode()
    model, frontend = (
        [int(value) for value in re.findall(rf"#define NET_{part}RAM_BYTES (\d+)", text)] for part in ("", "FRONTEND_")
    )
    outputs = int(re.search(r"#define NET_OUTPUT_BYTES (\d+)", text)[1])
    assert model[1] + frontend[1] + 3 * outputs == pytest.approx(image.ram_bytes, abs=8)
    # An AVR has constants in RAM too, and it aligns nothing.
    constants = model[0] + frontend[0] - model[1] - frontend[1]
    assert 0.8 * image.constant_bytes < constants <= image.constant_bytes + 64
