"""No command replaces or removes what no command wrote, whatever its options are called."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from featherline.cli import main
from featherline.commands.paths import Input, Output
from featherline.core import outputs
from featherline.core.errors import FeatherlineError

ROOT = Path(__file__).resolve().parents[2]


def parameters(command: click.Command = main) -> Iterator[tuple[str, click.Parameter]]:
    """Every command that takes something, and what it takes."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from parameters(command.get_command(context, name))
    yield from ((command.name, parameter) for parameter in command.params)


WRITTEN = [(name, one.opts[0], one.type.kind) for name, one in parameters() if isinstance(one.type, Output)]


# --- every command ----------------------------------------------------------------------------


def test_every_path_of_a_command_says_whether_it_is_read_or_written():
    """A new option must have one of the two types, so that whatever it writes goes through the guard."""
    for command, parameter in parameters():
        kind = parameter.type
        plain = isinstance(kind, click.Path | click.File) and not isinstance(kind, Input)
        assert not plain, f"{command} {parameter.name}: say Input() or Output(...)"
        if parameter.name.startswith("out") or parameter.name.endswith(("_file", "folder", "_dir")):
            assert isinstance(kind, Input | Output), f"{command} {parameter.name} takes {kind.name}"
    assert len(WRITTEN) >= 8


WRITERS = {"write_text", "write_bytes", "unlink", "rename", "replace", "mkdir", "rmdir", "rmtree", "move", "copyfile"}


@pytest.mark.parametrize("path", sorted((ROOT / "featherline/commands").glob("*.py")), ids=lambda path: path.stem)
def test_no_command_writes_past_the_guard(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names}
    assert not imported & {"new_file", "new_folder", "write_json", "write_arrays", "shutil"}
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
        called = {call.attr for call in calls if isinstance(call, ast.Attribute)}
        called |= {call.id for call in calls if isinstance(call, ast.Name)}
        if "TemporaryDirectory" not in called:
            assert not called & (WRITERS | {"open"}), function.name


@pytest.mark.parametrize(("command", "option", "kind"), WRITTEN)
def test_each_output_leaves_alone_what_is_not_its_own(command, option, kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("letters").mkdir()
    Path("letters/one.txt").write_text("mine")
    Path("mine.txt").write_text("mine")
    for name, target in (("to-file", "mine.txt"), ("to-folder", "letters"), ("to-nothing", "absent")):
        Path(name).symlink_to(target)
    for path in ("letters", "mine.txt", "to-file", "to-folder", "to-nothing", "/dev/null", "mine.txt/x"):
        result = CliRunner().invoke(main, [command, option, path])
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output
        assert result.stderr.startswith(f"Error: {path} ")
    assert [Path(name).read_text() for name in ("letters/one.txt", "mine.txt")] == ["mine", "mine"]
    assert sorted(one.name for one in Path().iterdir()) == ["letters", "mine.txt", "to-file", "to-folder", "to-nothing"]


# --- a file -----------------------------------------------------------------------------------


def refused(output: outputs.Output) -> str:
    with pytest.raises(FeatherlineError) as error:
        output.check()
    return str(error.value)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_by_the_command_that_wrote_it(tmp_path):
    report = outputs.File(tmp_path / "new" / "report.html")
    for content in ("first", "second", "third: é"):
        report.write(content)
        assert report.path.read_bytes() == content.encode()
    assert names(report.path.parent) == [".report.html.featherline", "report.html"]


def test_a_file_that_was_edited_since_is_refused(tmp_path):
    report = outputs.File(tmp_path / "report.html")
    report.write("first")
    report.path.write_text("first, and my remarks")
    assert refused(report).endswith("was changed since Featherline wrote it: move it away, or name another place.")
    report.path.unlink()
    report.write("second")


def test_a_link_in_place_of_a_file_that_was_written_is_refused(tmp_path):
    report = outputs.File(tmp_path / "report.html")
    report.write("first")
    report.path.rename(tmp_path / "elsewhere.html")
    report.path.symlink_to("elsewhere.html")
    assert "is a link" in refused(report)


def test_a_record_that_is_none_is_not_replaced(tmp_path):
    (tmp_path / ".report.html.featherline").write_text("mine")
    assert "report.html.featherline is in the way" in refused(outputs.File(tmp_path / "report.html"))


def test_sha256sum_reads_a_record(tmp_path):
    outputs.Folder(tmp_path / "c").write({"model.c": b"int x;\n", "sketch/sketch.ino": b""})
    done = subprocess.run(["sha256sum", "--check", "--strict", ".featherline"], cwd=tmp_path / "c", capture_output=True)
    assert (done.returncode, done.stdout) == (0, b"model.c: OK\nsketch/sketch.ino: OK\n")


def interrupted(*arguments, **options):
    raise KeyboardInterrupt


def test_an_interrupt_leaves_a_file_as_it_was(tmp_path, monkeypatch):
    report = outputs.File(tmp_path / "report.html")
    report.write("first")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "replace", interrupted)
        report.write("second")
    assert report.path.read_text() == "first"
    assert names(tmp_path) == [".report.html.featherline", "report.html"]


def test_whoever_is_killed_between_record_and_file_can_begin_again(tmp_path, monkeypatch):
    report = outputs.File(tmp_path / "report.html")
    report.write("first")
    put = outputs._put

    def killed(path: Path, content: bytes) -> None:
        if path == report.path:
            raise KeyboardInterrupt
        put(path, content)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(outputs, "_put", killed)
        report.write("second")
    report.write("third")
    assert report.path.read_text() == "third"


# --- a folder ---------------------------------------------------------------------------------


def test_a_folder_is_replaced_with_all_its_files(tmp_path):
    folder = outputs.Folder(tmp_path / "c")
    folder.write({"old.c": b"1", "sketch/old.ino": b"1"})
    folder.write({"new.c": b"2"})
    assert names(folder.path) == [".featherline", "new.c"]
    assert names(tmp_path) == ["c"]


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "c").mkdir()
    outputs.Folder(tmp_path / "c").write({"model.c": b"1"})
    assert names(tmp_path / "c") == [".featherline", "model.c"]


def test_a_folder_with_something_of_somebody_else_is_refused(tmp_path):
    folder = outputs.Folder(tmp_path / "c")
    folder.write({"model.c": b"1", "sketch/model.ino": b"1"})
    own = {
        "main.c": lambda path: path.write_text("mine"),
        "sketch/notes": lambda path: path.mkdir(),
        "linked": lambda path: path.symlink_to("sketch"),
    }
    for name, make in own.items():
        make(folder.path / name)
        assert f"holds {name}, which was not written by Featherline" in refused(folder)
        (folder.path / name).rename(tmp_path / Path(name).name)
    (folder.path / "model.c").write_text("corrected")
    assert "model.c was changed since Featherline wrote it" in refused(folder)


def test_a_folder_that_was_written_before_and_has_lost_its_record_is_refused(tmp_path):
    folder = outputs.Folder(tmp_path / "c")
    folder.write({"model.c": b"1"})
    (folder.path / ".featherline").unlink()
    assert "holds model.c, which was not written by Featherline" in refused(folder)


def test_the_folder_that_one_is_in_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "the folder that you are in" in refused(outputs.Folder(Path(".")))


def test_an_interrupt_leaves_a_folder_as_it_was(tmp_path, monkeypatch):
    folder = outputs.Folder(tmp_path / "c")
    folder.write({"model.c": b"first"})
    rename = Path.rename

    def stopped(path: Path, target: Path) -> Path:
        if target == folder.path and (path / "model.c").read_bytes() == b"second":
            raise KeyboardInterrupt
        return rename(path, target)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "rename", stopped)
        folder.write({"model.c": b"second"})
    assert (folder.path / "model.c").read_bytes() == b"first"
    assert names(tmp_path) == ["c"]


def test_a_folder_that_nothing_can_be_written_to_is_told_before_the_work(tmp_path):
    (tmp_path / "file").write_text("mine")
    for output in (outputs.File, outputs.Folder, outputs.NewFolder):
        assert "file is no folder" in refused(output(tmp_path / "file" / "below" / "out"))


WRITING = """
import sys
from pathlib import Path
from featherline.core.errors import FeatherlineError
from featherline.core.outputs import File, Folder
output = (File if sys.argv[1] == "file" else Folder)(Path(sys.argv[2]))
try:
    output.check()
except FeatherlineError as error:
    sys.exit(str(error))
print("checked", flush=True)
sys.stdin.readline()
content = sys.argv[3] * 1_000_000
output.write(content if sys.argv[1] == "file" else {"a.txt": content.encode(), "b.txt": content.encode()})
"""


@pytest.mark.skipif(os.name != "posix", reason="there are no such locks")
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_of_two_commands_that_write_one_place_one_is_refused_before_its_work(tmp_path, kind):
    def start(mark):
        command = [sys.executable, "-c", WRITING, kind, str(tmp_path / "out"), mark]
        return subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    first = start("1")
    assert first.stdout.readline() == "checked\n"
    second = start("2")
    _, sentence = second.communicate("\n")
    assert second.returncode and sentence.startswith(f"{tmp_path / 'out'} is being written by another command: wait")
    assert first.communicate("\n")[1] == "" and first.returncode == 0
    files = [tmp_path / "out"] if kind == "file" else [tmp_path / "out" / "a.txt", tmp_path / "out" / "b.txt"]
    assert all(file.read_text() == "1" * 1_000_000 for file in files)
    third = start("3")  # the place is free again, and what is there is ours
    assert third.communicate("\n")[1] == "" and third.returncode == 0
    assert all(file.read_text() == "3" * 1_000_000 for file in files)


@pytest.mark.skipif(os.name != "posix", reason="there are no such locks")
def test_a_command_that_was_killed_keeps_no_place(tmp_path):
    command = [sys.executable, "-c", WRITING, "file", str(tmp_path / "out"), "1"]
    killed = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert killed.stdout.readline() == "checked\n"
    killed.kill()
    killed.communicate()
    outputs.File(tmp_path / "out").write("whole")
    assert (tmp_path / "out").read_text() == "whole"


@pytest.mark.skipif(os.name != "posix", reason="there are no such locks")
def test_all_places_of_a_user_share_one_file_of_locks(tmp_path):
    command = """
import sys
from pathlib import Path
from featherline.core.outputs import File, Folder
for place in range(100):
    (File if place % 2 else Folder)(Path(sys.argv[1], str(place))).check()
"""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = os.environ | {"TMPDIR": str(temporary)}
    subprocess.run([sys.executable, "-c", command, str(tmp_path)], cwd=ROOT, env=environment, check=True)
    assert names(temporary) == [f"featherline-{os.getuid()}.lock"]
