"""A CMake package: for add_subdirectory and find_package, with an example on the host in C and in C++."""

from importlib import resources

from featherline.codegen import naming
from featherline.core.errors import FeatherlineError
from featherline.export import checks, parts
from featherline.export.exported import Exported

_FREESTANDING = resources.files("featherline") / "emulator" / "freestanding"  # where there is no C library
# Targets that CMake or one of its generators makes itself, in small letters as all names here, what
# target_link_libraries takes for a keyword, and the library of mathematics.
_OF_CMAKE = (
    *("all", "all_build", "clean", "depend", "edit_cache", "help", "install", "list_install_components", "package"),
    *("package_source", "preinstall", "rebuild_cache", "run_tests", "test"),
    *("debug", "general", "optimized", "m"),
)


def files(exported: Exported) -> dict[str, bytes]:
    """Files of the folder by their path in it; raises `FeatherlineError` where CMake has a target of that name."""
    name, kind = exported.name, parts.sample_kind(exported)
    if name in _OF_CMAKE:
        raise FeatherlineError(
            f"The name {name!r} is that of a target, a library or a keyword of CMake itself: take another with --name."
        )
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
