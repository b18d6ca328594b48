"""The generated C answers as TensorFlow Lite Micro does, to the byte, whatever compiles and executes it."""

from pathlib import Path

import pytest

from featherline import codegen
from featherline.tflite import model as tflite
from tests.matrix import builds, programs, table
from tests.matrix.rows import QUICK, ROWS, Row

FEW = ("carsensor_reduced_int8", "keywordspotting_reduced_int2")
TOGETHER = "reduced-int8"


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
    files = codegen.generate(tflite.read(one.file), one.name, golden=golden)
    assert builds.wrong_items(row, builds.build(row, builds.Program(files, [f"{one.name}_check"]), tmp_path)) == 2


@pytest.mark.soak
@named(ROWS)
def test_every_committed_model_answers_alike(row, tmp_path, record_property):
    models = programs.committed()
    reason = builds.missing(row)
    if reason is not None:
        record_property(table.PROPERTY, _line(row, 0, 0, 0, f"skipped: {reason}").recorded())
        pytest.skip(reason)
    compiled = executed = right = 0
    failures, too_large = [], []
    groups = [[one] for one in models] + [[one for one in models if one.model == TOGETHER]]
    for group in groups:
        told = " and ".join(one.name for one in group)
        try:
            wrong = builds.wrong_items(row, _built(row, group, tmp_path))
        except builds.TooLarge:
            too_large.append(told)
        except AssertionError as error:
            failures.append(f"{told}: {error}")
        else:
            compiled += 1
            executed += wrong is not None
            right += wrong == 0
            failures += [f"{told}: {wrong} golden items are wrong"] * bool(wrong)
    words = [f"{len(failures)} failed"] * bool(failures) + [f"{len(too_large)} too large for it"] * bool(too_large)
    record_property(table.PROPERTY, _line(row, compiled, executed, right, ", ".join(words) or "right").recorded())
    assert not failures, "\n".join(failures)


def _built(row: Row, group: list[programs.Committed], folder: Path) -> Path:
    return builds.build(row, programs.together(group), folder / "-".join(one.name for one in group))


def _line(row: Row, compiled: int, executed: int, right: int, result: str) -> table.Line:
    models = len(programs.committed()) + 1  # and one program of several
    return table.Line(row.compiler, row.core, row.standard, models, compiled, executed, right, result)
