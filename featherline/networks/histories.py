"""Training histories as CSV, for `dvc plots` and the report."""

import csv
from pathlib import Path

from featherline.files import new_file

COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy")


def write_history(path: Path | str, history: list[dict]) -> None:
    """Writes one row for each epoch."""
    with new_file(path) as partial, partial.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(history)
