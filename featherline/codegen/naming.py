"""Names of a C program: every file, macro and symbol of it begins with one prefix.

C that is written by hand, in `kernels/` and in `firmware/`, has `nn_` and `NN_` for a prefix and
`nn.h` for the model's header, so that it can be read and compiled as it is.
"""

import re
from importlib import resources

from featherline.core.errors import FeatherlineError

_PLACEHOLDER = re.compile(r"\b(nn|NN)(?=_|\.h\b)")
_OWN_INCLUDE = re.compile(r'^#include "(?!nn[_.])([^"]+)"\n', re.MULTILINE)
# One model named `a` and another named `a_program` would both write a_program.h.
_FILE_PARTS = ("check", "frontend", "program", "result", "tflm")
_STANDARD_HEADERS = (
    *("assert", "complex", "ctype", "errno", "fenv", "float", "inttypes", "iso646", "limits", "locale", "math"),
    *("setjmp", "signal", "stdalign", "stdarg", "stdatomic", "stdbool", "stddef", "stdint", "stdio", "stdlib"),
    *("stdnoreturn", "string", "tgmath", "threads", "time", "uchar", "wchar", "wctype"),
)


def check(prefix: str) -> None:
    """Refuses a name that a program cannot have.

    Raises:
        FeatherlineError: where it has other characters, or would give a file that another program or C itself has.
    """
    if not re.fullmatch("[a-z][a-z0-9]*(_[a-z0-9]+)*", prefix):
        raise FeatherlineError(
            f"The name {prefix!r} is no name for a program: begin with a small letter, and use small letters, digits "
            "and single underscores between them."
        )
    if prefix in _STANDARD_HEADERS:
        raise FeatherlineError(
            f"The name {prefix!r} would give a file {prefix}.h, which C has already: take another name."
        )
    suffix = prefix.rpartition("_")[2]
    if suffix in _FILE_PARTS and suffix != prefix:
        raise FeatherlineError(
            f"The name {prefix!r} ends in _{suffix}, as a file of a model named {prefix.removesuffix('_' + suffix)!r} "
            "would: take another name."
        )


def prefixed(text: str, prefix: str) -> str:
    """C that is written by hand, with the prefix of one program.

    >>> prefixed('#include "nn.h"  // NN_SHA256, nn_invoke', "gesture")
    '#include "gesture.h"  // GESTURE_SHA256, gesture_invoke'
    """
    return _PLACEHOLDER.sub(lambda match: prefix if match[1] == "nn" else prefix.upper(), text)


def source(path: str, prefix: str) -> bytes:
    """The content of a file of C that is written by hand, with the prefix of one program.

    What it includes of its own folder stands in the place of the include: a program has no file for a part of another.

    Args:
        path: within `featherline/firmware`, as `program/program.c`.
        prefix: of the program.
    """
    file = resources.files("featherline").joinpath("firmware", *path.split("/"))
    folder = resources.files("featherline").joinpath("firmware", *path.split("/")[:-1])
    text = file.read_text(encoding="utf-8")
    whole = _OWN_INCLUDE.sub(lambda line: folder.joinpath(line[1]).read_text(encoding="utf-8"), text)
    return prefixed(whole, prefix).encode()
