"""Training histories as CSV, for `dvc plots`, the search and the report."""

import csv
from pathlib import Path

from featherline.core.errors import FeatherlineError
from featherline.core.files import new_file
from featherline.records.tables import HISTORY_COLUMNS


def write_history(path: Path | str, history: list[dict[str, float]]) -> None:
    """Writes one row for each epoch."""
    with new_file(path) as partial, partial.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, HISTORY_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(history)


def best_accuracy(path: Path | str) -> float:
    """The validation accuracy of the epoch that was kept, 0 to 1.

    Raises:
        FeatherlineError: where the file is missing or holds no history.
    """
    try:
        with Path(path).open(newline="") as stream:
            return max(float(row["val_accuracy"]) for row in csv.DictReader(stream))
    except FileNotFoundError:
        raise FeatherlineError(f"{path} is missing: run the stage that writes it first (dvc repro).") from None
    except (KeyError, TypeError, ValueError):
        raise FeatherlineError(f"{path} is no training history: run the stage that writes it again.") from None
