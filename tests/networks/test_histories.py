"""A history is a row for each epoch, and the best of them is the one that was kept."""

import pytest

from featherline.core.errors import FeatherlineError
from featherline.networks.histories import best_accuracy, write_history
from featherline.records.tables import HISTORY_COLUMNS

HISTORY = [
    {"epoch": 1, "loss": 0.9, "accuracy": 0.5, "val_loss": 0.8, "val_accuracy": 0.6},
    {"epoch": 2, "loss": 0.7, "accuracy": 0.7, "val_loss": 0.6, "val_accuracy": 0.75},
    {"epoch": 3, "loss": 0.6, "accuracy": 0.8, "val_loss": 0.7, "val_accuracy": 0.7},
]


def test_a_history_is_a_row_for_each_epoch(tmp_path):
    write_history(tmp_path / "history.csv", HISTORY)
    header, *rows = (tmp_path / "history.csv").read_text().splitlines()
    assert header == ",".join(HISTORY_COLUMNS)
    assert rows == ["1,0.9,0.5,0.8,0.6", "2,0.7,0.7,0.6,0.75", "3,0.6,0.8,0.7,0.7"]


def test_the_best_epoch_is_the_one_that_was_kept(tmp_path):
    write_history(tmp_path / "history.csv", HISTORY)
    assert best_accuracy(tmp_path / "history.csv") == 0.75


def test_a_history_that_is_missing_says_how_to_get_it(tmp_path):
    with pytest.raises(FeatherlineError, match=r"history\.csv is missing: run the stage"):
        best_accuracy(tmp_path / "history.csv")


@pytest.mark.parametrize(
    "content", ["", "epoch,val_accuracy\n", "epoch,loss\n1,0.5\n", "val_accuracy\nhigh\n", "epoch,val_accuracy\n1\n"]
)
def test_a_file_that_is_no_history_is_named(tmp_path, content):
    (tmp_path / "history.csv").write_text(content)
    with pytest.raises(FeatherlineError, match=r"history\.csv is no training history"):
        best_accuracy(tmp_path / "history.csv")


def test_a_file_that_is_no_text_is_named(tmp_path):
    (tmp_path / "history.csv").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(FeatherlineError, match=r"history\.csv is no training history"):
        best_accuracy(tmp_path / "history.csv")
