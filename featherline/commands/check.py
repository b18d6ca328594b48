"""`check`: holds the metrics of the working tree against those of another revision, by the rules of policy.yaml."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from featherline.commands.failing import in_one_sentence
from featherline.commands.paths import Input, Output
from featherline.core import outputs
from featherline.core.files import as_json
from featherline.regression import figures, policy, snapshots, verdicts

BROKEN = 1


@click.command(
    epilog="""\b
Examples:
  python -m featherline check --base main
  python -m featherline check --base HEAD --policy strict.yaml --json verdicts.json
"""
)
@click.option("--base", required=True, help="The revision to compare with: a branch, a tag or a commit.")
@click.option("--policy", "policy_file", default="policy.yaml", show_default=True, type=Input())
@click.option("--json", "json_file", type=Output(outputs.File), help="Write all of it to this file too.")
@in_one_sentence
def check(base: str, policy_file: Path, json_file: outputs.File | None) -> None:
    """Prints what became of each metric that the policy names.

    Ends with status 1 where the policy is broken, with 2 where nothing could be compared.
    """
    rules = policy.read(policy_file)
    before = snapshots.committed(base)
    rows = verdicts.compare(rules, before, snapshots.working_tree(), policy_file)
    for line, broken in _table(rows):
        click.secho(line, fg="red" if broken else None)
    count = sum(row.broken for row in rows)
    summary = f"{count} of {len(rows)} metrics break" if count else f"All {len(rows)} metrics keep to"
    click.echo(f"\n{summary} {policy_file}, against {base} ({before.short_commit}).")
    if json_file:
        json_file.write(as_json(record(before, rows)))
    sys.exit(BROKEN if count else 0)


def record(base: snapshots.Snapshot, rows: list[verdicts.Row]) -> dict[str, object]:
    """The verdicts as plain data."""
    return {
        "base": {"revision": base.name, "commit": base.commit},
        "broken": sum(row.broken for row in rows),
        "metrics": [asdict(row) | {"change": row.change} for row in rows],
    }


def _table(rows: list[verdicts.Row]) -> list[tuple[str, bool]]:
    """Lines of aligned columns, and whether each tells of a broken rule."""
    cells: list[tuple[str, ...]] = [("application", "metric", "base", "now", "change", "verdict")]
    for row in rows:
        shown = (figures.value(row.metric, number) for number in (row.base, row.now))
        moved = figures.change(row.metric, row.base, row.now)
        cells.append((row.application, row.metric, *shown, moved, row.verdict))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    broken = [False, *(row.broken for row in rows)]
    return [
        ("  ".join(place(cell, width) for place, cell, width in zip(_PLACES, line, widths, strict=True)).rstrip(), bad)
        for line, bad in zip(cells, broken, strict=True)
    ]


_PLACES = (str.ljust, str.ljust, str.rjust, str.rjust, str.ljust, str.ljust)
