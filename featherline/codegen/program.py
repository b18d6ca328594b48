"""The whole program of a model in C: front end, model, smoothing over windows; and the sketches that run it.

`firmware/` holds what is written by hand and is the same for all models but for the prefix of its
names; this module puts it together with what is generated for one. A sketch of TensorFlow Lite Micro
differs in what defines `<name>_invoke`, in nothing else.
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace

from featherline.codegen import frontend as front_end
from featherline.codegen import headers, memory, naming, narrowing
from featherline.codegen.frontend.header import ALONE, WORD_BYTES, Room
from featherline.codegen.lowering import Program
from featherline.core.errors import FeatherlineError
from featherline.records.frontend import AudioConstants, FrontEnd, MotionConstants, SensorConstants
from featherline.tflite.model import Model
from featherline.tflite.values import content_of

NAME = "model"
"""What the programs of the pipeline begin with."""

ARENA_ALIGNMENT_BYTES = 16
_NARROWING_BYTES = 64  # of RAM, below which layers that no longer have the same settings may cost as much flash
_BYTES_A_LINE = 16
RESOLVED = {
    "ADD": "AddAdd",
    "AVERAGE_POOL_2D": "AddAveragePool2D",
    "CONV_2D": "AddConv2D",
    "DEPTHWISE_CONV_2D": "AddDepthwiseConv2D",
    "FULLY_CONNECTED": "AddFullyConnected",
    "LOGISTIC": "AddLogistic",
    "MAX_POOL_2D": "AddMaxPool2D",
    "MEAN": "AddMean",
    "MUL": "AddMul",
    "REDUCE_MAX": "AddReduceMax",
    "RELU": "AddRelu",
    "RESHAPE": "AddReshape",
    "SOFTMAX": "AddSoftmax",
}


def sources(lowered: Program, frontend: FrontEnd, name: str = NAME) -> dict[str, bytes]:
    """All C of the whole program of a model; programs of several names fit into one folder and one firmware.

    Link with `entries`, and leave out sections that nothing uses.

    Args:
        lowered: the model, as `featherline.codegen.lower` gives it.
        frontend: that it was trained with.
        name: what each file, macro and symbol begins with.

    Returns:
        The content of each file by its name; those that end in .c are to be compiled.

    Raises:
        FeatherlineError: where no C can be written for the front end.
    """
    within, room = _joined(lowered, frontend)
    generated = within.files(name, classes=list(frontend.classes))
    return (
        {file: generated[file] for file in (f"{name}.c", f"{name}.h")}
        | front_end.sources(frontend, lowered.model.inputs[0], name, room)
        | {f"{name}_program.c": naming.source("program/program.c", name)}
        | _header(frontend, name)
    )


def joined(lowered: Program, frontend: FrontEnd) -> Program:
    """The model of a whole program, whose memory its front end uses too.

    Between two inferences nothing in it is needed, and the front end works there. Features that are made anew for each
    window are written where the model has its input, and the model may write over them.

    Args, Raises: as for `sources`.
    """
    return _joined(lowered, frontend)[0]


def _joined(lowered: Program, frontend: FrontEnd) -> tuple[Program, Room]:
    if not lowered.network.plain:
        raise FeatherlineError(
            f"{lowered.model.path} takes or gives something else than one tensor of int8, which the front end in "
            "C gives: convert it with int8 input and output, or call its C from a program of your own."
        )
    # The program has an output of its own, and of audio an input: that of the model needs no room beside them.
    inputs_within = front_end.writes_input(frontend)
    network = replace(lowered.network, ends_within=False, inputs_within=inputs_within)
    planned = memory.plan(network)
    if planned.unit_bytes != WORD_BYTES or not planned.bytes:
        return replace(lowered, network=replace(network, inputs_within=False)), ALONE
    made = _with_room(replace(lowered, network=network), frontend)
    # Beside its input another layer may be the busiest one, and a few instructions more are few beside the front end's.
    narrower = _with_room(replace(lowered, network=narrowing.narrowed(network, "ram")), frontend)
    return narrower if _shared_bytes(narrower) + _NARROWING_BYTES < _shared_bytes(made) else made


def _with_room(lowered: Program, frontend: FrontEnd) -> tuple[Program, Room]:
    """A model with room for its front end, and what it asks of that."""
    planned, network = memory.plan(lowered.network), lowered.network
    room = Room(planned.bytes, planned.buffers[network.input] if network.inputs_within else 0)
    return replace(lowered, shared_bytes=front_end.memory_bytes(frontend, room)), room


def _shared_bytes(made: tuple[Program, Room]) -> int:
    return made[0].shared_bytes or 0


def _header(frontend: FrontEnd, name: str) -> dict[str, bytes]:
    """The header of the program, with what the front end says of how it decides."""
    detection, macro = frontend.detection, f"{name.upper()}_PROGRAM"
    header = naming.source("program/program.h", name).decode()
    if frontend.smoothing is not None:
        header = re.sub(rf"(#define {macro}_SMOOTHING) \d+", rf"\g<1> {frontend.smoothing}", header)
    if detection is not None:
        mark = f"#define {macro}_NOT_DUE (-1)\n"
        lines = (
            f"#define {macro}_EVENT {frontend.classes.index(detection.event)}\n"
            f"#define {macro}_THRESHOLD ({detection.threshold})\n"
            f"#define {macro}_REFRACTORY {detection.refractory_windows}\n"
        )
        header = header.replace(mark, mark + lines)
    return {f"{name}_program.h": header.encode()}


def entries(name: str = NAME) -> tuple[str, str]:
    """What is linked of a whole program: what takes samples, and what tells the model's outputs."""
    return f"{name}_program_push", f"{name}_program_output"


def stream(frontend: FrontEnd) -> tuple[int | float, int, int]:
    """How samples reach a program: how many a second, how many at once, and how many numbers each has."""
    constants = frontend.frontend
    if isinstance(constants, MotionConstants):
        return constants.native_rate_hz, 1, 3
    if isinstance(constants, SensorConstants):
        return constants.native_rate_hz, 1, len(constants.columns)
    if isinstance(constants, AudioConstants):
        return constants.sample_rate_hz, constants.hop_samples, 1
    raise FeatherlineError(f"Nobody knows how samples reach a front end of the kind {constants.kind!r}.")


def sketch(program: Mapping[str, bytes], frontend: FrontEnd, title: str, name: str = NAME) -> dict[str, bytes]:
    """The folder of an Arduino sketch; the folder has to have its title.

    Args:
        program: what `sources` gave.
        frontend, name: as for `sources`.
        title: of the sketch.
    """
    constants = frontend.frontend
    source = "motion.ino" if isinstance(constants, MotionConstants) else "audio.ino"
    if isinstance(constants, SensorConstants):
        source = "sensor.ino"
    return {
        **program,
        f"{title}.ino": naming.source(f"sketches/{source}", name),
        f"{name}_result.h": naming.source("sketches/result.h", name),
    }


def tflm_sketch(
    program: Mapping[str, bytes],
    model: Model,
    arena_bytes: int,
    frontend: FrontEnd,
    title: str,
    name: str = NAME,
) -> dict[str, bytes]:
    """The same sketch with TensorFlow Lite Micro for a runtime, instead of generated C.

    Args:
        program, frontend, title, name: as for `sketch`.
        model: what the program was made of.
        arena_bytes: the tensor arena that it needs.

    Raises:
        FeatherlineError: where the model uses an operator whose name in the resolver is not known.
    """
    files = sketch(program, frontend, title, name)
    del files[f"{name}.c"]
    # There is no model in C whose memory the front end could share.
    files |= front_end.sources(frontend, model.inputs[0], name)
    return files | {
        f"{name}_tflm.cpp": naming.source("sketches/tflm_model.cpp", name),
        f"{name}_tflm.h": _tflm_header(model, arena_bytes, name).encode(),
    }


def extended(manifest: bytes, files: Mapping[str, bytes]) -> bytes:
    """The `manifest.json` of `generate` with more files of the same folder, each with its SHA-256."""
    content = json.loads(manifest)
    content["files"] |= {name: hashlib.sha256(file).hexdigest() for name, file in files.items()}
    return (json.dumps(content, indent=2, sort_keys=True) + "\n").encode()


def sketches(lowered: Program, frontend: FrontEnd, arena_bytes: int) -> dict[str, bytes]:
    """Both sketches of a model, each a folder that can be opened as it is: `sketch/` and `tflm_sketch/`.

    Args, Raises: as for `sources` and `tflm_sketch`.
    """
    program = sources(lowered, frontend)
    folders = {
        "sketch": sketch(program, frontend, "sketch"),
        "tflm_sketch": tflm_sketch(program, lowered.model, arena_bytes, frontend, "tflm_sketch"),
    }
    return {f"{folder}/{file}": content for folder, files in folders.items() for file, content in sorted(files.items())}


def _tflm_header(model: Model, arena_bytes: int, name: str) -> str:
    operators = sorted({operator.name for operator in model.operators})
    unknown = [operator for operator in operators if operator not in RESOLVED]
    if unknown:
        raise FeatherlineError(
            f"{model.path} uses {unknown[0]}, and the sketch of TensorFlow Lite Micro knows only "
            f"{', '.join(RESOLVED)}: write its resolver by hand."
        )
    content = content_of(model)
    rows = (content[start : start + _BYTES_A_LINE] for start in range(0, len(content), _BYTES_A_LINE))
    array = "\n".join("    " + " ".join(f"{byte}," for byte in row) for row in rows)
    adds = " ".join(f"resolver.{RESOLVED[operator]}();" for operator in operators)
    aligned_bytes = math.ceil(arena_bytes / ARENA_ALIGNMENT_BYTES) * ARENA_ALIGNMENT_BYTES
    body = f"""\
#define {name.upper()}_TFLM_ARENA_BYTES {aligned_bytes}
#define {name.upper()}_TFLM_OPERATORS {len(operators)}
#define {name.upper()}_TFLM_ADD_OPERATORS(resolver) {adds}

alignas(16) static const unsigned char {name}_tflm_model[] = {{
{array}
}};
"""
    title = (
        "A model for TensorFlow Lite Micro: its content, its operators, its tensor arena. Generated by Featherline.\n"
        "   The arena was measured on a host with 64-bit pointers; a 32-bit device needs no more."
    )
    return headers.write(name, "tflm", title, body)
