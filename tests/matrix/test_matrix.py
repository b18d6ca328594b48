"""The generated C answers as TensorFlow Lite Micro does, to the byte, whatever compiles and executes it."""

from pathlib import Path

import pytest

from featherline import codegen
from featherline.tflite import model as tflite
from tests.matrix import builds, programs, table
from tests.matrix.rows import QUICK, ROWS, Row

FEW = ("carsensor_reduced_int8", "zoo_keywordspotting_reduced_int4")


def named(rows: tuple[Row, ...]):
    return pytest.mark.parametrize("row", rows, ids=[row.name for row in rows])


@named(QUICK)
def test_two_models_in_one_program_answer_alike(row, tmp_path):
    few = [one for one in programs.committed() if one.name in FEW]
    assert len(few) == len(FEW)
    assert builds.wrong_items(row, builds.build(row, programs.together(few), tmp_path)) == 0


@pytest.mark.parametrize("row", [QUICK[0], QUICK[3]], ids=["executable", "emulated"])
def test_the_matrix_counts_the_items_that_come_out_wrong(row, tmp_path):
    one = next(one for one in programs.committed() if one.name in FEW)
    golden = programs.golden(one)
    golden.outputs[1:3] ^= 1
    files = codegen.lower(tflite.read(one.file)).files(one.name, golden=golden)
    assert builds.wrong_items(row, builds.build(row, builds.Program(files, [f"{one.name}_check"]), tmp_path)) == 2


@pytest.mark.soak
@named(ROWS)
def test_every_committed_model_answers_alike(row, tmp_path, record_property):
    tried = programs.everything()
    reason = builds.missing(row)
    if reason is not None:
        record_property(table.PROPERTY, _line(row, len(tried), 0, 0, 0, f"skipped: {reason}").recorded())
        pytest.skip(reason)
    refused = _wrong_together(row, tried, tmp_path / "together")
    if refused is None:
        record_property(table.PROPERTY, _line(row, *[len(tried)] * 4, "right, all in one image").recorded())
        return
    # Each for itself, to know which: there are cores where they do not fit together.
    compiled = executed = right = 0
    failures, too_large = [], []
    for place, (told, one) in enumerate(tried.items()):
        try:
            executable = builds.build(row, one, tmp_path / str(place))
            compiled += 1
            wrong = builds.wrong_items(row, executable)
        except builds.TooLarge:
            too_large.append(told)
        except AssertionError as error:
            failures.append(f"{told}: {error}")
        else:
            executed += 1
            right += wrong == 0
            failures += [f"{told}: {wrong} are wrong"] * bool(wrong)
    if not too_large and not failures:
        failures.append(f"each is right, and all in one image are not: {refused}")
    words = [f"{len(failures)} failed"] * bool(failures) + [f"{len(too_large)} too large for it"] * bool(too_large)
    record_property(table.PROPERTY, _line(row, len(tried), compiled, executed, right, ", ".join(words)).recorded())
    assert not failures, "\n".join(failures)


def _wrong_together(row: Row, tried: dict[str, builds.Program], folder: Path) -> str | None:
    """Why all in one image are not right; None where they are."""
    try:
        wrong = builds.wrong_items(row, builds.build(row, programs.joined(tried.values()), folder))
    except (builds.TooLarge, AssertionError) as error:
        return str(error)
    return f"{wrong} are wrong" if wrong else None


def _line(row: Row, *counts_and_result) -> table.Line:
    return table.Line(row.compiler, row.core, row.standard, *counts_and_result)
