"""`featherline export`: the same bytes each time, prefixed names, and what is refused in one sentence."""

import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import kconfiglib
import pytest
import yaml
from click.testing import CliRunner
from markdown_it import MarkdownIt

from featherline import export
from featherline.cli import main
from featherline.core.errors import FeatherlineError
from featherline.export import checks, exported
from featherline.interpreters import tflm
from featherline.signals import sensor
from tests.export import folders
from tests.matrix.rows import WARNINGS

ROOT = Path(__file__).resolve().parents[2]
ZIG = (sys.executable, "-m", "ziglang", "cc", "-std=c99", "-O1", *WARNINGS)


@pytest.fixture
def invoke(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # One test below holds that the bytes are the same without it; it takes a process of its own.
    monkeypatch.setattr(tflm, "Interpreter", None)
    return lambda *arguments: CliRunner().invoke(main, ["export", *map(str, arguments)])


@pytest.mark.parametrize(
    ("kind", "next_step"),
    [
        ("arduino", "Add .ZIP Library: motionsense.zip"),
        ("cmake", "cmake -S out "),
        ("zephyr", "west build "),
        ("web", "Open out/index.html"),
    ],
)
def test_each_kind_says_what_to_do_next(invoke, tmp_path, kind, next_step):
    done = invoke("motionsense", "--as", kind, "--out", "out")
    assert done.exit_code == 0, done.output
    assert next_step in done.output
    assert (tmp_path / "out" / ("index.html" if kind == "web" else "README.md")).is_file()


def test_a_second_export_takes_the_place_of_the_first_but_not_of_what_was_changed(invoke, tmp_path):
    assert invoke("motionsense", "--as", "cmake", "--out", "out", "--name", "first").exit_code == 0
    assert invoke("motionsense", "--as", "cmake", "--out", "out", "--name", "second").exit_code == 0
    assert (tmp_path / "out/src/second.c").is_file() and not (tmp_path / "out/src/first.c").exists()
    (tmp_path / "out/examples/classify.c").write_text("mine\n")
    refused = invoke("motionsense", "--as", "cmake", "--out", "out")
    assert refused.exit_code == 2
    assert "out/examples/classify.c was changed since Featherline wrote it" in refused.stderr
    assert (tmp_path / "out/examples/classify.c").read_text() == "mine\n"


def test_the_same_model_gives_the_same_bytes_without_tflm_too(monkeypatch):
    first = {kind: folders.files(kind, "motionsense") for kind in export.KINDS}
    monkeypatch.setattr(tflm, "Interpreter", None)
    checks.sources.cache_clear()
    read_again = exported.read(str(ROOT / "zoo/motionsense/reduced-int8.tflite"))
    for kind in export.KINDS:
        again = export.files(kind, read_again)
        assert (list(again), again) == (list(first[kind]), first[kind])


def test_a_model_that_tflm_answers_otherwise_is_not_exported(monkeypatch):
    computed = checks.network.run
    monkeypatch.setattr(checks.network, "run", lambda *arguments: computed(*arguments) ^ 1)
    with pytest.raises(FeatherlineError, match="the C differs from TensorFlow Lite Micro on seeded inputs"):
        checks.sources.__wrapped__(folders.read("motionsense"))


def test_the_zip_holds_the_library_and_no_time():
    files = folders.files("arduino", "motionsense")
    with zipfile.ZipFile(io.BytesIO(files["motionsense.zip"])) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            name: content for name, content in files.items() if name.startswith("motionsense/")
        }
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_library_of_arduino_has_the_properties_that_the_ide_asks_for():
    files = folders.files("arduino", "motionsense")
    lines = files["motionsense/library.properties"].decode().splitlines()
    properties = dict(line.split("=", 1) for line in lines)
    wanted = {"name", "version", "author", "maintainer", "sentence", "paragraph", "category", "url", "architectures"}
    assert wanted <= properties.keys()
    assert f"motionsense/src/{properties['includes']}" in files


@pytest.mark.parametrize("kind", export.KINDS)
def test_what_recordings_allow_goes_along(kind):
    assert folders.files(kind, "motionsense")["NOTICE"] == (ROOT / "zoo/motionsense/NOTICE").read_bytes()


def test_two_models_live_in_one_program_and_their_checks_are_right(tmp_path):
    sources, words = [], []
    for model in folders.MODELS:
        top = folders.made("cmake", model, tmp_path)
        words += [f"-I{top / 'include'}", f"-I{top / 'checks'}"]
        sources += [*top.glob("src/*.c"), *top.glob("checks/*_check.c")]
    main_c = tmp_path / "main.c"
    tries = [f"{model}_{check}" for model in folders.MODELS for check in ("check", "program_check")]
    includes = "".join(f'#include "{m}.h"\n#include "{m}_program_check.h"\n' for m in folders.MODELS)
    main_c.write_text(f"{includes}int main(void) {{ return {' + '.join(f'{name}()' for name in tries)}; }}\n")
    subprocess.run([*ZIG, *words, *sources, main_c, "-o", tmp_path / "program"], check=True)
    assert subprocess.run([tmp_path / "program"]).returncode == 0

    # A check that cannot fail would say nothing: the weights of one layer are taken away.
    [model_c] = [path for path in sources if path.name == "motionsense.c"]
    text = model_c.read_text()
    model_c.write_text(re.sub(r"(_weights\[\] = \{)[^}]*\}", r"\1 0 }", text, count=1))
    main_c.write_text('#include "motionsense.h"\nint main(void) { return motionsense_check(); }\n')
    of_motion = [path for path in sources if "motionsense_check" in path.name or path == model_c]
    subprocess.run([*ZIG, *words, *of_motion, main_c, "-o", tmp_path / "program"], check=True)
    assert subprocess.run([tmp_path / "program"]).returncode > 0


def test_kconfig_and_the_settings_of_the_samples_fit_together(tmp_path, monkeypatch):
    folders.made("zephyr", "motionsense", tmp_path)
    top = tmp_path / "motionsense"
    ours = (top / "zephyr/Kconfig").read_text()
    of_zephyr = "".join(f'config {name}\n\tbool "{name}"\n' for name in ("SENSOR", "PRINTK", "CPP"))
    of_zephyr += 'config MAIN_STACK_SIZE\n\tint "Stack"\n\tdefault 1024\n'
    (tmp_path / "Kconfig").write_text(ours + of_zephyr)
    for sample, tried in (("sensor", "n"), ("check", "y")):
        kconfig = kconfiglib.Kconfig(str(tmp_path / "Kconfig"), warn_to_stderr=False)
        kconfig.load_config(str(top / "samples" / sample / "prj.conf"))
        assert kconfig.warnings == []
        assert kconfig.syms["MOTIONSENSE"].str_value == "y"
        assert kconfig.syms["MOTIONSENSE_CHECKS"].str_value == tried


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nothing",), "nothing is no model: name a .tflite file, a folder that holds one, or a name of the zoo ("),
        (("absent.tflite",), "absent.tflite has no frontend.json beside it, "),
        (
            (ROOT / "models/motionsense/tflite/reduced-none.tflite",),
            "reduced-none.tflite has no C, so it cannot be exported; take a model in int8, such as reduced-int8: ",
        ),
        (("motionsense", "--name", "No"), "The name 'No' is no name for a program: "),
        (("motionsense", "--name", "x" * 300), "The name of 300 letters is too long for files and symbols: take 64"),
        (("motionsense", "--name", "math"), "The name 'math' would give a file math.h, which C has already: "),
    ],
)
@pytest.mark.parametrize("kind", export.KINDS)
def test_what_cannot_be_exported_ends_in_one_sentence(invoke, tmp_path, kind, arguments, message):
    refused = invoke(*arguments, "--as", kind, "--out", "out")
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert message in refused.stderr
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["test", "all", "install", "help", "clean", "package_source", "debug", "m"])
def test_a_name_that_cmake_has_itself_is_refused_for_cmake_alone(invoke, tmp_path, name):
    refused = invoke("motionsense", "--as", "cmake", "--out", "out", "--name", name)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == (
        f"Error: The name {name!r} is that of a target, a library or a keyword of CMake itself: take another with "
        "--name.\n"
    )
    assert not any(tmp_path.iterdir())
    assert invoke("motionsense", "--as", "arduino", "--out", "out", "--name", name).exit_code == 0


def test_a_folder_with_files_of_others_stays_as_it_is(invoke, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.c").write_text("int mine;\n")
    refused = invoke("motionsense", "--as", "cmake", "--out", "out")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == (
        "Error: out holds mine.c, which was not written by Featherline: move it away, or name a folder of its own.\n"
    )
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "mine.c"]


@pytest.mark.parametrize(
    ("application", "name"),
    [("MotionSense", "motionsense"), ("Door Bell 2", "door_bell_2"), ("3 axes", "model_3_axes")],
)
def test_a_name_for_c_is_made_of_the_application(application, name):
    assert exported.default_name(application) == name


@pytest.fixture(scope="module")
def listens(tmp_path_factory):
    """A model of two columns of a sensor at 62.5 Hz: that of carsensor, whose input has the same shape."""
    folder = tmp_path_factory.mktemp("sensor")
    source = ROOT / "zoo/carsensor"
    front_end = json.loads((source / "frontend.json").read_text())
    window, _, channels = front_end["input_shape"]
    settings = sensor.SensorPreprocess(
        sample_rate_hz=62.5,
        window_seconds=window / 62.5,
        overlap=0.5,
        channels=("v", "w")[:channels],
        split={"validation": 0.2, "test": 0.2},
    )
    front = sensor.front_end(settings, 62.5, sensor.Columns(("v", "w")[:channels], "V", {}))
    front_end["frontend"] = front.constants() | {"group": "machine"}
    front_end["application"] = "Pump"
    (folder / "frontend.json").write_text(json.dumps(front_end))
    shutil.copyfile(source / "reduced-int8.tflite", folder / "reduced-int8.tflite")
    return folder


def test_a_model_of_any_sensor_is_exported_where_its_samples_can_come_from(listens, invoke, tmp_path):
    done = invoke(listens, "--as", "cmake", "--out", "out")
    assert done.exit_code == 0, done.output
    assert "lines with a number for each of v, w, 62.5 a second" in (tmp_path / "out/README.md").read_text()
    folder = tmp_path / "out"
    units = [*folder.glob("src/*.c"), folder / "examples/classify.c"]
    command = [*ZIG, f"-I{folder / 'include'}", *units, "-lm", "-o", tmp_path / "classify"]
    subprocess.run(list(map(str, command)), check=True)
    rows = "".join(f"{place % 7 / 7:.3f};{place % 5 / 5:.3f}\n" for place in range(900))
    (tmp_path / "pump.csv").write_text("v;w\n" + rows)
    said = subprocess.run([tmp_path / "classify", tmp_path / "pump.csv"], capture_output=True, text=True)
    assert said.returncode == 0 and said.stdout.count(" s  ") >= 2
    assert invoke(listens, "--as", "arduino", "--out", "library").exit_code == 0


@pytest.mark.parametrize(("kind", "why"), [("web", "neither a phone nor a browser"), ("zephyr", "no devicetree alias")])
def test_what_cannot_know_a_sensor_says_so_in_one_sentence(listens, invoke, kind, why):
    refused = invoke(listens, "--as", kind, "--out", "out")
    assert refused.exit_code == 2 and why in refused.stderr


HOSTILE = (
    "</script><script>alert(1)</script>",
    '"\n\tdefault y\nname=x\n- y: [',
    "../../a|b`c` [d](https://example.org) ${1}",
)


@pytest.mark.parametrize("kind", ["arduino", "cmake", "zephyr"])
def test_names_of_others_begin_nothing_in_what_is_exported(kind):
    plain = folders.read("motionsense")
    front_end = plain.fitted.front_end.model_copy(
        update={
            "application": HOSTILE[1],
            "classes": tuple(f"{HOSTILE[place % 3]}{place}" for place, _ in enumerate(plain.fitted.classes)),
        }
    )
    hostile = replace(plain, fitted=replace(plain.fitted, front_end=front_end))
    expected, found = (opened(export.files(kind, model)) for model in (plain, hostile))
    assert list(found) == list(expected)
    for (file, text), named in zip(expected.items(), found.values(), strict=True):
        if file.endswith(".md"):
            assert marks(named) == marks(text)
        elif not file.endswith((".c", ".h", ".cpp", ".ino")):
            assert len(named.splitlines()) == len(text.splitlines()), file
        if file.endswith(".yaml"):
            assert yaml.safe_load(named).keys() == yaml.safe_load(text).keys()


def marks(text: str) -> list[str]:
    """Whatever is no plain text in a page of Markdown, but for the comment that keeps an address from being a link."""
    blocks = MarkdownIt("commonmark").parse(text)
    inner = [token for block in blocks for token in block.children or [] if token.content != "<!-- -->"]
    return [token.type for token in (*blocks, *inner) if token.type not in ("text", "softbreak")]


def opened(files: dict[str, bytes]) -> dict[str, str]:
    """Texts by name, those of an archive too."""
    texts = {}
    for file, content in files.items():
        if file.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                texts |= opened({name: archive.read(name) for name in archive.namelist()})
        else:
            texts[file] = content.decode()
    return texts
