"""C as WebAssembly: compiled by the pinned compiler, which has that target too, and linked without any library.

The module imports nothing. It exports its memory and the functions that the C marks with `export_name`.
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from featherline.emulator import toolchain

OPTIMIZE = "Os"
STACK_BYTES = 16 * 1024
# What all browsers have that know an AudioWorklet (Safari 14.1 came last).
_TARGET = ("-target", "wasm32-freestanding", "-mcpu=mvp+sign_ext+nontrapping_fptoint")


def compile(sources: Mapping[str, bytes], units: Sequence[str], optimize: str = OPTIMIZE) -> bytes:
    """Compiles C to a WebAssembly module.

    Args:
        sources: file name -> content.
        units: names of those that are compiled; the others are there to be included.
        optimize: one of `toolchain.OPTIMIZATIONS`, without the dash.

    Returns:
        The module, the same bytes for the same sources.

    Raises:
        FeatherlineError: where the compiler or the linker refuses, in its own words.
    """
    with tempfile.TemporaryDirectory(prefix="featherline-") as name:
        folder = Path(name)
        objects = toolchain.compile_objects(folder, sources, units, [*_TARGET, f"-{optimize}"])
        # The stack comes first, so that one that is too small ends in a trap and not in other variables.
        link = ("wasm-ld", "--no-entry", "--gc-sections", "--strip-all", "--stack-first", "-z")
        stack = f"stack-size={STACK_BYTES}"
        failure = "The linker refuses the program"
        toolchain.run(folder, *link, stack, *objects, "-o", "program.wasm", failure=failure)
        return (folder / "program.wasm").read_bytes()
