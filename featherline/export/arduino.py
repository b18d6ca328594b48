"""An Arduino library: a folder for the sketchbook, and the same as a zip that the IDE imports."""

import io
import zipfile
from collections.abc import Mapping

from featherline.codegen import naming, program
from featherline.export import checks, parts
from featherline.export.exported import Exported

_OLDEST = (1980, 1, 1, 0, 0, 0)  # that a zip can tell


def files(exported: Exported) -> dict[str, bytes]:
    """Files of the folder by their path in it: `README.md`, `<name>/` and `<name>.zip`.

    The layout is that of Arduino's library specification 1.5: `library.properties`, `src/`, `examples/<title>/`.
    """
    library = _library(exported)
    return {
        "README.md": library["README.md"],
        **parts.notice(exported),
        **parts.below(exported.name, library),
        f"{exported.name}.zip": _stored(parts.below(exported.name, library)),
    }


def _library(exported: Exported) -> dict[str, bytes]:
    name = exported.name
    sketch = program.sketch(exported.sources, exported.fitted.front_end, "Sensor", name)
    tried = {"Check.ino": naming.source("export/arduino/check.ino", name), **checks.sources(exported)}
    return {
        "library.properties": parts.text("arduino/library.properties", exported),
        "README.md": parts.text("arduino/README.md", exported),
        **parts.notice(exported),
        **parts.below("src", {file: content for file, content in sorted(sketch.items()) if file != "Sensor.ino"}),
        "examples/Sensor/Sensor.ino": sketch["Sensor.ino"],
        **parts.below("examples/Check", tried),
    }


def _stored(files: Mapping[str, bytes]) -> bytes:
    """A zip with the same bytes for the same files, whichever zlib is installed: nothing is compressed."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for file, written in sorted(files.items()):
            entry = zipfile.ZipInfo(file, _OLDEST)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # Unix, wherever it is written
            archive.writestr(entry, written)
    return content.getvalue()
