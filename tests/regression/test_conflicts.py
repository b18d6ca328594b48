"""A conflict of a merge is called one, by whatever command meets it."""

import pytest
from click.testing import CliRunner

from featherline.cli import main

CONFLICT = "seed: 1\n<<<<<<< HEAD\nwidth: 2\n=======\nwidth: 3\n>>>>>>> fewer filters\n"
READ = ("params.yaml", "policy.yaml", "metrics/doors.json", "metrics/doors/reduced-int8.json")
COMMANDS = {"check": READ, "pr-report": (*READ, "models/doors/front.csv")}


@pytest.mark.parametrize(
    ("command", "path"), [(command, path) for command, paths in COMMANDS.items() for path in paths]
)
def test_the_commands_of_a_pull_request_name_a_conflict(project, command, path):
    project.measure((60, 70), weight_bytes=300)
    project.write(path, CONFLICT)
    more = ["--out", "report.md"] if command == "pr-report" else []
    result = CliRunner().invoke(main, [command, "--base", "main", *more])
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    place = path if path == "policy.yaml" else f"{path} of the working tree"
    assert result.stderr.startswith(f"Error: {place}, line 2: a conflict of a merge stands there (<<<<<<< HEAD)")
