"""The table of docs/compiler.md: each operator that TensorFlow Lite Micro registers, and what C there is of it."""

import sys
from pathlib import Path

from featherline.codegen.operators import ELSEWHERE, LEFT_OUT, LOWER, RESTRICTIONS
from featherline.tflite.tflm_operators import BUILTIN


def markdown() -> str:
    """The table in Markdown, by name of the operator.

    Example:
        >>> markdown().splitlines()[2]
        '| ABS | int8, float32 | |'
    """
    lines = ["| operator | types of activations in C | restrictions, or why there is no C |", "| :-- | :-- | :-- |"]
    for name in sorted(BUILTIN):
        kinds = ", ".join(LOWER[name].kinds) if name in LOWER else "any" if name in ELSEWHERE else "none"
        note = RESTRICTIONS.get(name, LEFT_OUT.get(name, ""))
        lines.append(f"| {name} | {kinds} | {note} |" if note else f"| {name} | {kinds} | |")
    return "\n".join(lines) + "\n"


def replaced(page: str) -> str:
    """A page with its table of operators written anew."""
    head, _, rest = page.partition("| operator |")
    _, _, tail = rest.partition("\n\n")
    return head + markdown() + ("\n" + tail if tail else "")


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(replaced(path.read_text(encoding="utf-8")), encoding="utf-8")
