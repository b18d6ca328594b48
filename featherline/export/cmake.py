"""A CMake package: for add_subdirectory and find_package, with an example on the host in C and in C++."""

from importlib import resources

from featherline.codegen import naming
from featherline.export import checks, parts
from featherline.export.exported import Exported

_FREESTANDING = resources.files("featherline") / "emulator" / "freestanding"  # where there is no C library


def files(exported: Exported) -> dict[str, bytes]:
    """Files of the folder by their path in it."""
    name, kind = exported.name, "motion" if exported.fitted.is_motion else "audio"
    return {
        "CMakeLists.txt": parts.text("cmake/CMakeLists.txt", exported),
        "README.md": parts.text("cmake/README.md", exported),
        **parts.notice(exported),
        f"cmake/{name}-config.cmake": parts.text("cmake/config.cmake", exported),
        "cmake/zig-cortex-m.cmake": parts.text("cmake/zig-cortex-m.cmake", exported),
        **parts.below(
            "cmake/freestanding", {file: (_FREESTANDING / file).read_bytes() for file in ("memory.c", "string.h")}
        ),
        **parts.below("include", parts.included(exported)),
        **parts.below("src", parts.compiled(exported)),
        **parts.below("checks", checks.sources(exported)),
        "checks/main.c": naming.source("export/cmake/check.c", name),
        "examples/CMakeLists.txt": parts.text("cmake/examples.txt", exported),
        "examples/classify.c": naming.source(f"export/cmake/{kind}.c", name),
        "examples/classify.cpp": naming.source(f"export/cmake/{kind}.cpp", name),
    }
