"""docs/operators.md keeps its word: its blocks are run in order, and each must print what stands below it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from featherline.core.quiet import captured_output

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "operators.md"


def blocks(text: str) -> list[tuple[str, str]]:
    """(language, content) of every fenced block of a page."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def run(text: str) -> Iterator[tuple[str, str, str]]:
    """Runs a page in the working directory: (what was run, what the page shows, what was printed).

    A `text` block shows what the `python` block before it prints; a `console` block shows
    after each `$` what the command prints.
    """
    names = {"__name__": "page"}
    listed = blocks(text)
    for (language, content), (below, shown) in zip(listed, [*listed[1:], ("", "")], strict=True):
        if language == "python":
            # As outside of pytest, where Python prints to the same descriptor as native code.
            with captured_output() as printed, os.fdopen(1, "w", closefd=False) as out, redirect_stdout(out):
                exec(compile(content, str(DOCUMENT), "exec"), names)
            yield content, shown if below == "text" else "", printed.text
        elif language == "console":
            for command, shown in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", content, re.MULTILINE):
                yield command, shown, console(command)


def console(command: str) -> str:
    """What a command prints; no network is behind it, and `python` is this one."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, shell=True, env=environment, capture_output=True, text=True)
    return done.stdout + done.stderr


def same(shown: str, printed: str) -> bool:
    return [line.rstrip() for line in shown.strip().splitlines()] == [
        line.rstrip() for line in printed.strip().splitlines()
    ]


def check() -> None:
    """Runs all of the document in the working directory; raises where something else is printed."""
    runs = 0
    for source, shown, printed in run(DOCUMENT.read_text(encoding="utf-8")):
        assert same(shown, printed), f"{source}\nprints\n{printed}"
        runs += 1
    assert runs > 5


@pytest.mark.soak  # half a minute, most of it TensorFlow
def test_every_block_prints_what_stands_below_it(tmp_path):
    # As in a reader's own Python: other tests have imported TensorFlow with kernels of their choice.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    environment |= {"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run([sys.executable, __file__], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_page_that_says_something_else_is_noticed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = "```python\nprint(1 + 1)\n```\n\n```text\n3\n```\n\n```console\n$ echo yes\nno\n```\n"
    assert [same(shown, printed) for _, shown, printed in run(page)] == [False, False]


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)#]+)", DOCUMENT.read_text(encoding="utf-8")))
def test_links_lead_somewhere(link):
    assert (DOCUMENT.parent / link).exists()


if __name__ == "__main__":
    check()
