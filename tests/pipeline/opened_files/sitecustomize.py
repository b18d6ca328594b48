"""Python imports this at its start where it lies on PYTHONPATH: it lists the files that a stage opens to read.

The list of a stage and its child processes is a file in FEATHERLINE_OPENED_FILES, named as DVC names the stage.
"""

import os
import re
import sys

FOLDER = os.environ.get("FEATHERLINE_OPENED_FILES")
STAGE = "FEATHERLINE_OPENED_BY"


def stage() -> str | None:
    """The stage that this process works for: a child is told by its environment."""
    if STAGE not in os.environ and "-m" in sys.orig_argv:
        module, *arguments = sys.orig_argv[sys.orig_argv.index("-m") + 1 :]
        if module.startswith("stages."):
            os.environ[STAGE] = "@".join([module.removeprefix("stages."), *arguments[:1]])
    return os.environ.get(STAGE)


def watch(list_file: str, project: str) -> None:
    listed = set()
    lines = os.open(list_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(event: str, arguments: tuple) -> None:
        if event != "open" or not isinstance(arguments[0], str | bytes):
            return
        if arguments[2] & os.O_ACCMODE != os.O_RDONLY or os.path.isdir(arguments[0]):
            return
        path = os.path.abspath(os.fsdecode(arguments[0]))
        if path.startswith(project) and path not in listed:
            listed.add(path)
            # A module counts as opened where its bytecode is, and an output where it is written beside its place.
            source = re.sub(r"__pycache__/(\w+)\.[\w-]+\.pyc$", r"\1.py", path.removeprefix(project))
            source = source.replace("/.partial-", "/")
            os.write(lines, f"{source}\n".encode())

    sys.addaudithook(note)


if FOLDER and stage():
    watch(os.path.join(FOLDER, stage()), os.getcwd() + os.sep)
