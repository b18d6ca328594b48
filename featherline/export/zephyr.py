"""A Zephyr module with two samples: one of a sensor, in C, and one that tries the model, in C++."""

from featherline.codegen import naming
from featherline.export import checks, parts
from featherline.export.exported import Exported


def files(exported: Exported) -> dict[str, bytes]:
    """Files of the folder by their path in it."""
    name, kind = exported.name, "motion" if exported.fitted.is_motion else "audio"
    tried = checks.sources(exported)
    headers = {file: content for file, content in tried.items() if file.endswith(".h")}
    return {
        "zephyr/module.yml": parts.text("zephyr/module.yml", exported),
        "zephyr/CMakeLists.txt": parts.text("zephyr/CMakeLists.txt", exported),
        "zephyr/Kconfig": parts.text("zephyr/Kconfig", exported),
        "README.md": parts.text("zephyr/README.md", exported),
        **parts.notice(exported),
        **parts.below("include", {**parts.included(exported), **headers}),
        **parts.below("src", parts.compiled(exported)),
        **parts.below("src", {file: content for file, content in tried.items() if file.endswith(".c")}),
        **_sample(exported, "sensor", "main.c", naming.source(f"export/zephyr/{kind}.c", name)),
        **_sample(exported, "check", "main.cpp", naming.source("export/zephyr/check.cpp", name)),
    }


def _sample(exported: Exported, sample: str, main: str, source: bytes) -> dict[str, bytes]:
    return parts.below(
        f"samples/{sample}",
        {
            "CMakeLists.txt": parts.text("zephyr/sample.txt", exported, sample=sample, main=main),
            "prj.conf": parts.text(f"zephyr/{sample}.conf", exported),
            "sample.yaml": parts.text("zephyr/sample.yaml", exported, sample=sample),
            f"src/{main}": source,
        },
    )
