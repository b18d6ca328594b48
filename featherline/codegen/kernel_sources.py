"""The C that is written by hand, put together for one program: kernels for the types that it needs, and helpers."""

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from featherline.codegen import structs
from featherline.codegen.settings import Loops, Settings

_KERNELS = resources.files("featherline.codegen") / "kernels"
_HELPERS = {
    "nn_advance": "advance",
    "nn_multiplied": "multiplied",
    "nn_multiplied_wide": "multiplied_wide",
    "nn_bounded": "bounded",
    "nn_sigmoid": "sigmoid",
    "nn_tanh": "tanh",
}
"""In which file a function is that several kernels call."""


def text(file: str) -> str:
    """The C of a file in `kernels/`, by its name without the ending."""
    return (_KERNELS / f"{file}.c").read_text(encoding="utf-8")


def holds(settings: Settings, field: str, value: int) -> bool:
    """Whether a number fits the field of a kernel's struct."""
    if isinstance(settings, Loops):
        return -(1 << 31) <= value < 1 << 31
    members = {member.name: member for member in _members(settings.kernel)}
    return field not in members or members[field].holds(value)


@cache
def _members(kernel: str) -> tuple[structs.Field, ...]:
    """The fields of the struct of a kernel, but for those that another file defines the type of."""
    return tuple(structs.read(text("scale") + text("requantize_wide") + text(kernel)).get(f"nn_{kernel}_t", ()))


def of_loops(settings: Sequence[Loops]) -> list[str]:
    """The helpers and kernels that some settings need, each once."""
    kernels: dict[str, str] = {}
    for entry in settings:
        if entry.function not in kernels:
            kernels[entry.function] = instance(entry)
    called = set(re.findall(r"\bnn_\w+(?=\()", "".join(kernels.values())))
    helpers = []
    for title, file in _HELPERS.items():
        if title in called:
            helpers.append(text(file))
    return [*helpers, *(kernels[function] for function in sorted(kernels))]


def instance(settings: Loops) -> str:
    """A kernel for some types: `nn_value_t` becomes `int16_t`, and `nn_move` `nn_move_int16`."""
    written = text(settings.source)
    for placeholder, kind in settings.types.items():
        written = re.sub(rf"\bnn_{placeholder}_t\b", kind, written)
    return re.sub(rf"\bnn_{settings.source}(?=_|\b)", f"nn_{settings.function}", written)
