"""Runs a page of docs/ in a clone: files are written, params.yaml is edited, commands print what the page shows.

A block below a line that is nothing but a file name, as `make_up.py`:, is the content of that file; for
params.yaml its keys are set. A block of an application takes the stages that it does not have from the
application before it. After each `$` of a console block stands what the command prints.
"""

import re
from pathlib import Path

import yaml

from featherline import params, params_file
from tests.pipeline.conftest import Project
from tests.pipeline.workspace import as_yaml

NAMED = r"^`(?P<name>[^`\n]+)`:\n\n```\w+\n(?P<content>.*?)^```$"
CONSOLE = r"^```console\n(?P<console>.*?)^```$"
COMMAND = r"^\$ (.+)\n((?:(?!\$ ).*\n)*)"


def follow(page: Path, project: Project) -> int:
    """Does what a page says; returns how many commands it ran.

    Raises:
        AssertionError: where a command fails or prints something else than the page shows.
    """
    ran = 0
    for block in re.finditer(f"{NAMED}|{CONSOLE}", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        if block["name"] == "params.yaml":
            _set(project.folder / "params.yaml", yaml.safe_load(block["content"]))
        elif block["name"]:
            (project.folder / block["name"]).write_text(block["content"], encoding="utf-8")
        else:
            for command, shown in re.findall(COMMAND, block["console"], re.MULTILINE):
                printed = project.run("bash", "-c", command).stdout
                assert printed.strip() == shown.strip(), f"{page.name}: {command}\nprints\n{printed}"
                ran += 1
    return ran


def _set(path: Path, changes: dict) -> None:
    tree = params_file.read(path)
    for app in changes.keys() - {"apps"}:
        before = tree.get(tree["apps"][0], {})
        changes[app] = {stage: before[stage] for stage in params.STAGES if stage not in changes[app]} | changes[app]
    path.write_text(as_yaml(tree | changes), encoding="utf-8")
