"""C that tries an exported model where it runs: golden vectors of the model, and noise through the whole program.

Both are computed from seeds, so that no recording is in them. `<name>_check.c` has inputs of the model with its
outputs, `<name>_program_check.c` feeds front end, model and smoothing with noise that it makes itself.
"""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from featherline import codegen
from featherline.codegen import headers, naming, program
from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.export.exported import Exported
from featherline.interpreters import tflm
from featherline.prediction import constants, network
from featherline.prediction.models import Fitted
from featherline.prediction.program import Program, Windows
from featherline.records.frontend import AudioConstants, MotionConstants, SensorConstants
from featherline.tflite.values import content_of

DRAWN = 2
SEED = 20
WINDOWS_AFTER_THE_FIRST = 4
LOUDNESSES = 8
STEPS = 8  # of 256: what program_check.c lets pass where a compiler rounds otherwise
_MULTIPLIER, _INCREMENT = 1664525, 1013904223  # the generator of program_check.c


@lru_cache(maxsize=1)  # kinds ask for it more than once
def sources(exported: Exported) -> Mapping[str, bytes]:
    """Both checks of a model.

    Returns:
        `<name>_check.c` and `<name>_program_check.c` with its header, by file name. Each .c has one function without
        arguments that returns how many items come out wrong: `<name>_check` and `<name>_program_check`.

    Raises:
        FeatherlineError: where TensorFlow Lite Micro answers otherwise than the layers of the C.
    """
    name, check = exported.name, codegen.check_file(exported.name)
    computed = Program(exported.fitted.model, exported.fitted.front_end)
    samples = noise(exported)
    golden = vectors(exported, computed.features(samples))
    generated = exported.lowered.files(name, exported.fitted.classes, golden)
    return {
        check: generated[check],
        f"{name}_program_check.c": naming.source("program/program_check.c", name),
        f"{name}_program_check.h": _header(exported, len(samples), computed.run(samples)).encode(),
    }


def vectors(exported: Exported, features: np.ndarray) -> codegen.Golden:
    """Inputs of the model, the first and the last of `features` and seeded integers, with what it answers.

    Raises:
        FeatherlineError: where TensorFlow Lite Micro is installed and answers otherwise than the layers of the C.
    """
    fitted = exported.fitted
    drawn = np.random.default_rng(SEED).integers(-128, 128, (DRAWN, fitted.model.inputs[0].elements))
    inputs = np.concatenate([features[[0, -1]], drawn.astype(np.int8)])
    outputs = network.run(network.lowered(fitted.model), inputs)
    if tflm.available():
        _hold_against_tflm(fitted, inputs, outputs)
    return codegen.Golden(inputs, outputs)


def noise(exported: Exported) -> np.ndarray:
    """The samples that program_check.c makes: int16, shape (samples, 3) of motion, (samples,) of sound."""
    rate_hz, _, values = program.stream(exported.fitted.front_end)
    hop_seconds = _hop_seconds(exported)
    count = int(rate_hz * (exported.fitted.window_seconds + (WINDOWS_AFTER_THE_FIRST + 0.5) * hop_seconds))
    stated = exported.fitted.front_end.frontend
    if isinstance(stated, MotionConstants | SensorConstants):
        # Where windows begin close to each other, the filter's beginning is longer than what is between them.
        of_two_windows = (stated.window_samples + stated.hop_samples + 1) * stated.decimation + len(stated.taps)
        count = max(count, -(-of_two_windows // stated.interpolation))
    drawn, seed = np.empty(count * values, np.int64), 0
    for place in range(len(drawn)):
        seed = (seed * _MULTIPLIER + _INCREMENT) & 0xFFFF_FFFF
        drawn[place] = (seed >> 17) - 16384
    loudness = np.arange(count).repeat(values) // _samples_a_loudness(count) % LOUDNESSES
    samples: np.ndarray = (np.sign(drawn) * (np.abs(drawn) >> loudness)).astype(
        np.int16
    )  # C rounds a quotient towards zero
    return samples.reshape(count, values) if values > 1 else samples


def _samples_a_loudness(count: int) -> int:
    return max(count // (2 * LOUDNESSES), 1)


def _hop_seconds(exported: Exported) -> float:
    """From one window to the next, as the C has it."""
    header = exported.sources[f"{exported.name}_frontend.h"].decode()
    numbers = constants.of_header(header.replace(f"{exported.name.upper()}_", "NN_"))
    rate_hz, _, _ = program.stream(exported.fitted.front_end)
    if not isinstance(exported.fitted.front_end.frontend, AudioConstants):
        return float(numbers["HOP_SAMPLES"] * numbers["DECIMATION"] / numbers["INTERPOLATION"] / rate_hz)
    return float(numbers["HOP_FRAMES"] * numbers["HOP_SAMPLES"] / rate_hz)


def _header(exported: Exported, samples: int, windows: Windows) -> str:
    macro = f"{exported.name.upper()}_PROGRAM_CHECK"
    smoothing = f"{exported.name.upper()}_PROGRAM_SMOOTHING"
    asked = constants.smoothing(exported.fitted.front_end.smoothing)
    listed = {"OUTPUTS": windows.outputs.ravel(), "CLASSES": windows.decisions}
    arrays = "".join(
        f"#define {macro}_{end} {{{', '.join(map(str, values.tolist()))}}}\n" for end, values in listed.items()
    )
    body = f"""\
#include "{exported.name}_program.h"

#if {smoothing} != {asked}
#error "The check was computed with {smoothing} {asked}: leave it out of a program with another."
#endif

#define {macro}_SAMPLES {samples}
#define {macro}_SAMPLES_A_LOUDNESS {_samples_a_loudness(samples)}
#define {macro}_WINDOWS {len(windows.decisions)}
#define {macro}_STEPS {STEPS}
{arrays}
/* How many windows come out wrong. Forgets everything that was pushed before. */
int {exported.name}_program_check(void);
"""
    return headers.write(
        exported.name, "program_check", "What the program says of noise. Generated by Featherline.", body
    )


def _hold_against_tflm(fitted: Fitted, inputs: np.ndarray, outputs: np.ndarray) -> None:
    content = content_of(fitted.model)
    shaped = inputs.reshape(len(inputs), *fitted.model.inputs[0].shape[1:])
    [ran] = isolation.run([isolation.Call(tflm.run, (content, fitted.model, shaped))], "try the C", workers=1)
    if isinstance(ran, isolation.Crashed):
        raise FeatherlineError(f"{fitted.name}: {isolation.CRASH} Nothing was written.")
    if ran.outputs is None:
        raise FeatherlineError(
            f"{fitted.name} does not run on TensorFlow Lite Micro, so it is not exported: {ran.reason}"
        )
    if (ran.outputs.reshape(outputs.shape) != outputs).any():
        raise FeatherlineError(
            f"{fitted.name}: the C differs from TensorFlow Lite Micro on seeded inputs: nothing was written, report "
            "the model to Featherline."
        )
