"""What the C of each model takes on an emulated Cortex-M4: the headline on all items and as a whole program."""

from collections.abc import Mapping

import numpy as np

from featherline.codegen import lower, program
from featherline.codegen.settings import COMPILER_FLAGS
from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.core.parsing import Tree
from featherline.emulator import firmware
from featherline.evaluation.pipeline_model import Run
from featherline.interpreters.values import quantize
from featherline.records.frontend import FrontEnd

ONLY_THE_HEADLINE = "Only the leading model is measured as a whole program."
_PROGRAM = "program"  # no model has this name: theirs have a hyphen


def measure_all(
    runs: Mapping[str, Run],
    c_files: Mapping[str, Mapping[str, bytes]],
    reasons: Mapping[str, str | None],
    headline: str,
    inputs: Mapping[str, np.ndarray],
    frontend: FrontEnd,
    optimize: str,
) -> dict[str, Tree]:
    """Measures the C of every model that has any.

    Args:
        runs: what TensorFlow Lite Micro made of each model, by name.
        c_files: the C of each by file name.
        reasons: why a model has none; None where it has.
        headline: name of the model that leads.
        inputs: the test split of each, float32, shape (items, height, width, channels).
        frontend: of the headline.
        optimize: what the C was written for, as of `codegen.lower`; it chooses the flag of the compiler too.

    Returns:
        {"firmware": figures or None, "firmware_reason": why there are none} of each model.

    Raises:
        FeatherlineError: where the C does not compile, or kills the emulator.
    """
    unmeasured = {name: reasons[name] or _without_answers(run) for name, run in runs.items()}
    calls: dict[str, isolation.Call[Tree]] = {}
    for name, run in runs.items():
        if unmeasured[name] is None:
            calls[name] = _model_call(run, c_files[name], inputs[name], name == headline, optimize)
    program_reason: str | None = None
    if headline in calls:
        try:
            sources = program.sources(lower(runs[headline].model, optimize), frontend)
            arguments = (sources, *program.stream(frontend), COMPILER_FLAGS[optimize])
            calls[_PROGRAM] = isolation.Call(firmware.measure_program, arguments)
        except FeatherlineError as error:
            program_reason = str(error)
    measured: dict[str, Tree] = {}
    for name, outcome in zip(calls, isolation.run(list(calls.values()), "run on Cortex-M4"), strict=True):
        if isinstance(outcome, isolation.Crashed):
            raise FeatherlineError(f"The C of {name} crashes the emulated Cortex-M4: run the stage convert again.")
        measured[name] = outcome
    whole_program = measured.pop(_PROGRAM, None)
    results: dict[str, Tree] = {}
    for name in runs:
        if name not in measured:
            results[name] = {"firmware": None, "firmware_reason": unmeasured[name]}
            continue
        as_program = (
            {"program": whole_program, "program_reason": program_reason}
            if name == headline
            else {"program": None, "program_reason": ONLY_THE_HEADLINE}
        )
        results[name] = {"firmware": measured[name] | as_program, "firmware_reason": None}
    return results


def _without_answers(run: Run) -> str | None:
    """Why the C of a model cannot be held against anything; None where it can."""
    if run.tflm.outputs is not None:
        return None
    return f"There are no answers of TensorFlow Lite Micro to hold the C against. {run.tflm.reason}"


def _model_call(
    run: Run, c_files: Mapping[str, bytes], inputs: np.ndarray, leads: bool, optimize: str
) -> isolation.Call[Tree]:
    assert run.tflm.outputs is not None  # or it is not measured
    count = len(inputs) if leads else min(len(inputs), firmware.ITEMS_BESIDE_HEADLINE)
    layers = [
        firmware.LayerCode(function, layer.operators, layer.macs)
        for function, layer in lower(run.model, optimize).functions().items()
    ]
    fed, flag = quantize(inputs[:count], run.model.inputs[0]), COMPILER_FLAGS[optimize]
    arguments = (c_files, layers, fed, run.tflm.outputs[:count], flag)
    return isolation.Call(firmware.measure, arguments)
