"""Reads the structs of the kernels: which fields they have, in which order, and how many bytes an AVR gives them."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

_STRUCT = re.compile(r"typedef struct \{([^}]*)\} (\w+);")
_POINTER_BYTES = 2  # of an AVR, which aligns nothing


@dataclass(frozen=True)
class Field:
    """A field of a struct: its name, the bytes that it takes on an AVR, its type without pointer and `const`."""

    name: str
    avr_bytes: int
    kind: str = field(default="", repr=False)

    def holds(self, value: int | float) -> bool:
        """Whether a number fits the field."""
        width = re.fullmatch(r"(u?)int(\d+)_t", self.kind)
        if width is None:
            return True
        bits = int(width[2])
        lowest, beyond = (0, 1 << bits) if width[1] else (-(1 << bits - 1), 1 << bits - 1)
        return lowest <= value < beyond


def read(sources: str) -> dict[str, list[Field]]:
    """The fields of each struct of some C, in their order, by the name of its type.

    >>> read("typedef struct {\\n  const int8_t *at; /* weights */\\n  uint16_t a, b;\\n} nn_one_t;")["nn_one_t"]
    [Field(name='at', avr_bytes=2), Field(name='a', avr_bytes=2), Field(name='b', avr_bytes=2)]
    """
    types: dict[str, list[Field]] = {}
    for body, title in _STRUCT.findall(re.sub(r"/\*.*?\*/", "", sources, flags=re.DOTALL)):
        declarations = re.sub(r"^#.*$", "", body, flags=re.MULTILINE).split(";")
        types[title] = [field for text in declarations if text.strip() for field in _declared(text, types)]
    return types


def _declared(declaration: str, known: dict[str, list[Field]]) -> list[Field]:
    kind, *names = re.findall(r"\*?\w+", declaration.replace("const ", ""))
    if kind in known:
        size_bytes = sum(member.avr_bytes for member in known[kind])
    elif kind == "float":
        size_bytes = 4
    else:
        size_bytes = int(re.sub(r"u?int(\d+)_t", r"\1", kind)) // 8
    return [Field(name.lstrip("*"), _POINTER_BYTES if name.startswith("*") else size_bytes, kind) for name in names]


def without(sources: str, title: str, names: Collection[str]) -> str:
    """Some C with fewer fields in one of its structs.

    >>> without("typedef struct {\\n  uint16_t a, b; /* sides */\\n  int8_t c;\\n} nn_one_t;", "nn_one_t", ["a", "c"])
    'typedef struct {\\n  uint16_t b; /* sides */\\n} nn_one_t;'
    """

    def thinned(line: re.Match[str]) -> str:
        kept = [name for name in re.split(r",\s*", line[3]) if name not in names]
        return f"{line[1]}{line[2]} {', '.join(kept)};{line[4]}\n" if kept else ""

    struct = next(declared for declared in _STRUCT.finditer(sources) if declared[2] == title)
    body = re.sub(r"^( *)(u?int\d+_t) ([\w, ]+);(.*)\n", thinned, struct[1], flags=re.MULTILINE)
    return sources[: struct.start(1)] + body + sources[struct.end(1) :]


def constant_bytes(sources: str) -> int:
    """Bytes of the constant arrays within some C.

    >>> constant_bytes("static const uint16_t shifts[] = {0, 16, 8};")
    6
    """
    arrays = re.findall(r"static const u?int(\d+)_t \w+\[\] = \{([^}]*)\}", sources)
    return sum(int(bits) // 8 * len(values.split(",")) for bits, values in arrays)
