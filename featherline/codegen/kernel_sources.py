"""The C that is written by hand, put together for one program: kernels for the types that it needs, and helpers."""

import re
from collections.abc import Mapping, Sequence
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


def settled(source: str, kernel: str, values: Mapping[str, int]) -> str:
    """A kernel in which fields of its struct that are the same for all of its layers are numbers.

    What does not change is folded by the compiler: loops of one step, borders of no width, bounds that cut off nothing.

    Args:
        source: of the kernel, whose functions call their settings `l`.
        kernel: its name.
        values: of these fields.
    """
    title = f"nn_{kernel}_t"
    kinds = {member.name: member.kind for member in _members(kernel)}
    fixed = {name: f"(({kinds[name]}){value})" for name, value in values.items() if name in kinds}
    source = structs.without(source, title, fixed)
    for name, number in fixed.items():
        source = re.sub(rf"\bl->{name}\b", number, source)
    return re.sub(
        rf"^[^\n;}}]*\bconst {title} \*l\b[^{{;]*\n\{{\n.*?\n\}}\n", _used, source, flags=re.MULTILINE | re.DOTALL
    )


def _used(function: re.Match[str]) -> str:
    """A function that reads none of its settings any more says so."""
    head, body = function[0].split("\n{\n", 1)
    return function[0] if re.search(r"\bl\b", body) else f"{head}\n{{\n  (void)l;\n{body}"


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
