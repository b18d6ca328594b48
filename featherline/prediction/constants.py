"""The numbers of a front end, read from the C header that a device compiles: there is no second source of them."""

import re

import numpy as np

from featherline.codegen import naming
from featherline.core.parsing import Tree

_DEFINE = re.compile(r"^#define NN_FRONTEND_(\w+) (.+)$", re.MULTILINE)
_NO_NUMBERS = ("CHANNELS", "COLUMN_NAMES")  # of any sensor: a table of its own, and texts
_CHANNEL = re.compile(r"channel\((\w+), ([^,]+)f, ([^)]+)f\)")


def of_header(text: str) -> Tree:
    """Macros of a front end that are numbers or lists of numbers.

    Args:
        text: what `featherline.codegen.frontend` writes, with the prefix `nn`.

    Returns:
        Name without the prefix -> int, float32 of shape (), or an array in the order of the list.

    >>> of_header("#define NN_FRONTEND_TAPS {3, -1}")["TAPS"].tolist()
    [3, -1]
    """
    numbers: Tree = {}
    for name, value in _DEFINE.findall(text):
        if re.fullmatch(r"-?\d+", value):
            numbers[name] = int(value)
        elif re.fullmatch(r"-?[\d.e+-]+f", value):
            numbers[name] = np.array(value[:-1], np.float32)
        elif value.startswith("{") and name not in _NO_NUMBERS:
            listed = re.findall(r"-?\d[\d.e+-]*f?", value)
            kind = np.float32 if any(number.endswith("f") for number in listed) else np.int64
            rows = value.count("{") - 1
            array = np.array([number.rstrip("f") for number in listed]).astype(kind)
            numbers[name] = array.reshape(rows, -1) if rows else array
    return numbers


def channels_of_header(text: str) -> list[tuple[str, np.float32, np.float32]]:
    """Name, gain and offset of each channel of an accelerometer's header."""
    return [(name, np.float32(gain), np.float32(offset)) for name, gain, offset in _CHANNEL.findall(text)]


def smoothing(asked: int | None) -> int:
    """NN_PROGRAM_SMOOTHING of a device's program: what a front end or params.yaml asks for, else the firmware's."""
    if asked is not None:
        return asked
    text = naming.source("program/program.h", "nn").decode()
    match = re.search(r"#define NN_PROGRAM_SMOOTHING (\d+)", text)
    assert match is not None
    return int(match[1])
