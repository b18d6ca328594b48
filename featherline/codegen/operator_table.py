"""The table of docs/compiler.md: each operator that TensorFlow Lite Micro registers, and what C there is of it."""

import sys
from pathlib import Path

from featherline.codegen.operators import ELSEWHERE, FORMS_LEFT_OUT, LEFT_OUT, LOWER, RESTRICTIONS
from featherline.tflite.tflm_forms import RUN
from featherline.tflite.tflm_operators import BUILTIN


def markdown() -> str:
    """The table in Markdown, by name of the operator.

    Example:
        >>> markdown().splitlines()[2]
        '| ABS | int8, int16 | int8, float32 | not int16: no layer of Keras converts to it |'
    """
    lines = [
        "| operator | TFLM runs, beside real numbers | types of activations in C | restrictions, or why none |",
        "| :-- | :-- | :-- | :-- |",
    ]
    for name in sorted(BUILTIN):
        kinds = ", ".join(LOWER[name].kinds) if name in LOWER else "any" if name in ELSEWHERE else "none"
        forms, reason = FORMS_LEFT_OUT.get(name, ((), ""))
        notes = [RESTRICTIONS.get(name, LEFT_OUT.get(name, "")), f"not {', '.join(forms)}: {reason}" if forms else ""]
        note = "; ".join(filter(None, notes))
        run = ", ".join(RUN[name]) or "none" if name in RUN else "control flow"
        lines.append(f"| {name} | {run} | {kinds} | {note} |" if note else f"| {name} | {run} | {kinds} | |")
    return "\n".join(lines) + "\n"


def replaced(page: str) -> str:
    """A page with its table of operators written anew."""
    head, _, rest = page.partition("| operator |")
    _, _, tail = rest.partition("\n\n")
    return head + markdown() + ("\n" + tail if tail else "")


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(replaced(path.read_text(encoding="utf-8")), encoding="utf-8")
