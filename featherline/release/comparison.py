"""The models of the zoo against those that others published for the same applications: a table and a picture.

Example:
    python -m featherline.release.comparison
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from featherline.core.failures import in_one_sentence
from featherline.core.files import new_file, read_json
from featherline.prediction.models import METRICS
from featherline.reports import published
from featherline.reports.readme import embed

ZOO, README, PICTURE = Path("zoo"), Path("README.md"), Path("docs/comparison.svg")
TABLE = "comparison"
"""The name of the markers in the README."""
_MOST_OF_OTHERS = ("reduced", "dynamic_range")
"""The smallest file that was published of each application."""
_GROUPS = {"subject": "people", "person": "people", "speaker": "people", "track": "tracks"}


@dataclass(frozen=True)
class Row:
    """One application: what was published, and the headline model of the zoo.

    Attributes:
        app, title: its names.
        reference: the published model.
        reference_items: what its accuracy was counted on, `39 items`.
        accuracy_pct, low_pct, high_pct: accuracy on the test split, with its 95 % interval.
        items, groups: of the test split; `group` is what a group is, in the plural.
        weight_bytes: of the model.
        program_bytes: flash, RAM and stack of the whole program on the device, front end included.
    """

    app: str
    title: str
    reference: published.Reference
    reference_items: str
    accuracy_pct: float
    low_pct: float
    high_pct: float
    items: int
    groups: int
    group: str
    weight_bytes: int
    program_bytes: int


def rows(zoo: Path) -> list[Row]:
    """A row for each application of the zoo that others published, by the order of the published figures.

    Args:
        zoo: the folder that holds `<app>/metrics.json`.

    Raises:
        FeatherlineError: where a file is broken.
    """
    folders = {path.parent.name: read_json(path) for path in sorted(zoo.glob(f"*/{METRICS}"))}
    known = {app: published.find(app) for app in published.applications() if app in folders}
    return [_row(folders[app], references) for app, references in known.items() if references]


def _row(metrics: Mapping[str, Any], references: published.Published) -> Row:
    model = metrics["models"][metrics["headline"]]
    reference = references.model(*_MOST_OF_OTHERS)
    assert reference is not None  # each application of the collection has this file
    return Row(
        app=metrics["application"],
        title=metrics["title"],
        reference=reference,
        reference_items=_counted(references.split),
        accuracy_pct=model["accuracy_pct"],
        low_pct=model["low_pct"],
        high_pct=model["high_pct"],
        items=metrics["test"]["items"],
        groups=metrics["test"]["groups"],
        group=_GROUPS.get(metrics["group"], f"{metrics['group']}s"),
        weight_bytes=model["weight_bytes"],
        program_bytes=model["program"]["total_bytes"],
    )


def _counted(split: str) -> str:
    """How many items of what, without what else is said of a split.

    >>> _counted("1,498 segments of 5 s, parts of one track in train and test")
    '1,498 segments'
    """
    counted = re.match(r"(?:about )?[\d,]+ \w+", split)
    return counted[0] if counted else split


def table(compared: list[Row]) -> str:
    """Markdown: a line for each application, what was published first."""
    head = (
        "| | published accuracy % | **Featherline**: accuracy % [95 % interval] on people never seen "
        "| weight bytes: published → Featherline | whole program, bytes | deployable |\n"
        "| :-- | :-- | :-- | --: | --: | :-- |\n"
    )
    return head + "".join(f"| {' | '.join(_cells(row))} |\n" for row in compared)


def _cells(row: Row) -> list[str]:
    reference = row.reference
    return [
        f"[{row.title}](zoo/{row.app}/README.md)",
        f"{reference.accuracy_pct:.2f} of {row.reference_items}",
        f"**{row.accuracy_pct:.2f}** [{row.low_pct:.2f}, {row.high_pct:.2f}] of "
        f"{row.items:,} items, {row.groups:,} {row.group}",
        f"{reference.weight_bytes:,} → **{row.weight_bytes:,}**",
        f"{row.program_bytes:,}",
        f"{'no' if reference.arena_bytes is None else 'yes'} → yes",  # the zoo takes no other
    ]


def main() -> None:
    """Writes the table into the README and the picture beside the docs."""
    from featherline.release import comparison_plot  # matplotlib takes seconds

    compared = rows(ZOO)
    text = embed(README.read_bytes().decode(), TABLE, table(compared))
    with new_file(PICTURE) as picture, new_file(README) as readme:
        picture.write_text(comparison_plot.draw(compared), encoding="utf-8")
        readme.write_bytes(text.encode())


@click.command(help=__doc__)
def command() -> None:
    with in_one_sentence("Error", status=2):
        main()


if __name__ == "__main__":
    command()
