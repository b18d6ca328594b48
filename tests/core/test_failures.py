"""A program fails in one sentence, with the exit status that it promises."""

import errno

import pytest

from featherline.core.errors import FeatherlineError
from featherline.core.failures import in_one_sentence


@pytest.mark.parametrize(
    ("error", "sentence", "status"),
    [
        (FeatherlineError("seed is missing."), "seed is missing.", 7),
        (FeatherlineError("a.mat holds x\n\x1b[2J, y."), "a.mat holds x [2J, y.", 7),  # no line ends, no codes
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "a.csv"), "a.csv: No such file or directory.", 7),
        (
            OSError(errno.ENOSPC, "No space left on device", "a.csv"),
            "no space is left on the disk; nothing is left half-written, free some and run it again.",
            7,
        ),
        (KeyboardInterrupt(), "interrupted; nothing is left half-written, run it again.", 1),
    ],
)
def test_an_expected_error_is_one_sentence_and_a_status(capsys, error, sentence, status):
    with pytest.raises(SystemExit) as ended, in_one_sentence("train", status=7):
        raise error
    assert ended.value.code == status
    assert capsys.readouterr() == ("", f"train: {sentence}\n")


def test_debugging_shows_the_error_itself(capsys):
    with pytest.raises(FeatherlineError), in_one_sentence("train", status=1, debug=True):
        raise FeatherlineError("seed is missing.")
    assert capsys.readouterr() == ("", "")


def test_a_mistake_in_the_program_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError), in_one_sentence("train", status=1):
        _ = 1 / 0
