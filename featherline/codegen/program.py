"""The whole program of a model in C: front end, model, smoothing over windows; and the sketches that run it.

`firmware/` holds what is written by hand and is the same for all models, this module puts it
together with what is generated for one. A sketch of TensorFlow Lite Micro differs in what
defines `model_invoke`, in nothing else.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path

from featherline.codegen import frontend as front_end
from featherline.codegen.generator import generate
from featherline.errors import FeatherlineError
from featherline.tflite import model as tflite

PUSH = "program_push"
ENTRIES = (PUSH, "program_output")
RESET = "program_reset"
INVOKE = "model_invoke"

ARENA_ALIGNMENT_BYTES = 16
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


def sources(model: tflite.Model, frontend: dict, firmware: Path) -> dict[str, bytes]:
    """All C of the whole program of a model.

    The program's functions are named by `PUSH`, `RESET`, `INVOKE`; link with `ENTRIES` and leave
    out sections that nothing uses. `program_push` takes `const int16_t xyz[3]` for motion, and
    `const int16_t *samples, int count` for audio.

    Args:
        model: in int8, with one input and one output.
        frontend: the content of the `frontend.json` that it was trained with.
        firmware: the folder of the C that is written by hand.

    Returns:
        The content of each file by its name; those that end in .c are to be compiled.

    Raises:
        FeatherlineError: where no C can be written for an operator or for the front end.
    """
    generated = generate(model, classes=frontend["classes"])
    return (
        {file: generated[file] for file in ("model.c", "model.h")}
        | front_end.sources(frontend, model.inputs[0], firmware)
        | {file: (firmware / "program" / file).read_bytes() for file in ("program.c", "program.h")}
    )


def stream(frontend: dict) -> tuple[int, int | None]:
    """How samples reach `program_push`: how many a second, and how many of sound at once; None for motion."""
    constants = frontend["frontend"]
    if constants["kind"] == "motion":
        return constants["native_rate_hz"], None
    return constants["sample_rate_hz"], constants["hop_samples"]


def sketch(program: Mapping[str, bytes], frontend: dict, firmware: Path, name: str) -> dict[str, bytes]:
    """The folder of an Arduino sketch; the folder has to have its name.

    Args:
        program: what `sources` gave.
        frontend: as for `sources`.
        firmware: as for `sources`.
        name: of the sketch.
    """
    source = "motion.ino" if frontend["frontend"]["kind"] == "motion" else "audio.ino"
    sketches = firmware / "sketches"
    return {
        **program,
        f"{name}.ino": (sketches / source).read_bytes(),
        "result.h": (sketches / "result.h").read_bytes(),
    }


def tflm_sketch(
    program: Mapping[str, bytes], model: tflite.Model, arena_bytes: int, frontend: dict, firmware: Path, name: str
) -> dict[str, bytes]:
    """The same sketch with TensorFlow Lite Micro for a runtime, instead of generated C.

    Args:
        program, frontend, firmware, name: as for `sketch`.
        model: what the program was made of.
        arena_bytes: the tensor arena that it needs.

    Raises:
        FeatherlineError: where the model uses an operator whose name in the resolver is not known.
    """
    files = sketch(program, frontend, firmware, name)
    del files["model.c"]
    return files | {
        "tflm_model.cpp": (firmware / "sketches" / "tflm_model.cpp").read_bytes(),
        "tflm_model.h": _tflm_header(model, arena_bytes).encode(),
    }


def extended(manifest: bytes, files: Mapping[str, bytes]) -> bytes:
    """The `manifest.json` of `generate` with more files of the same folder, each with its SHA-256."""
    content = json.loads(manifest)
    content["files"] |= {name: hashlib.sha256(held).hexdigest() for name, held in files.items()}
    return (json.dumps(content, indent=2, sort_keys=True) + "\n").encode()


def sketches(model: tflite.Model, frontend: dict, arena_bytes: int, firmware: Path) -> dict[str, bytes]:
    """Both sketches of a model, each a folder that can be opened as it is: `sketch/` and `tflm_sketch/`.

    Args, Raises: as for `sources` and `tflm_sketch`.
    """
    program = sources(model, frontend, firmware)
    folders = {
        "sketch": sketch(program, frontend, firmware, "sketch"),
        "tflm_sketch": tflm_sketch(program, model, arena_bytes, frontend, firmware, "tflm_sketch"),
    }
    return {f"{folder}/{file}": content for folder, files in folders.items() for file, content in sorted(files.items())}


def _tflm_header(model: tflite.Model, arena_bytes: int) -> str:
    operators = sorted({operator.name for operator in model.operators})
    unknown = [operator for operator in operators if operator not in RESOLVED]
    if unknown:
        raise FeatherlineError(
            f"{model.path} uses {unknown[0]}, and the sketch of TensorFlow Lite Micro knows only "
            f"{', '.join(RESOLVED)}: write its resolver by hand."
        )
    content = model.content if model.content is not None else Path(model.path).read_bytes()
    rows = (content[start : start + _BYTES_A_LINE] for start in range(0, len(content), _BYTES_A_LINE))
    array = "\n".join("    " + " ".join(f"{byte}," for byte in row) for row in rows)
    adds = " ".join(f"resolver.{RESOLVED[operator]}();" for operator in operators)
    aligned_bytes = math.ceil(arena_bytes / ARENA_ALIGNMENT_BYTES) * ARENA_ALIGNMENT_BYTES
    return f"""\
/* A model for TensorFlow Lite Micro: its content, its operators, its tensor arena. Generated by Featherline.
   The arena was measured on a host with 64-bit pointers; a 32-bit device needs no more. */
#ifndef TFLM_MODEL_H
#define TFLM_MODEL_H

#define TFLM_ARENA_BYTES {aligned_bytes}
#define TFLM_OPERATORS {len(operators)}
#define TFLM_ADD_OPERATORS(resolver) {adds}

alignas(16) static const unsigned char tflm_model[] = {{
{array}
}};

#endif
"""
