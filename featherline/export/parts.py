"""What the folders of all kinds have in common: texts from templates, and what recordings allow."""

import hashlib
import re
from collections.abc import Mapping

import jinja2

import featherline
from featherline.codegen import program
from featherline.core import markdown
from featherline.core.errors import FeatherlineError
from featherline.export.checks import STEPS
from featherline.export.exported import Exported
from featherline.records.frontend import SensorConstants
from featherline.tflite.values import content_of

NOTICE = "NOTICE"


def compiled(exported: Exported) -> dict[str, bytes]:
    """The C of the program that is to be compiled, by file name."""
    return {file: content for file, content in sorted(exported.sources.items()) if file.endswith(".c")}


def included(exported: Exported) -> dict[str, bytes]:
    """The headers of the program by file name."""
    return {file: content for file, content in sorted(exported.sources.items()) if file.endswith(".h")}


def text(template: str, exported: Exported, **more: str) -> bytes:
    """A text of the folder.

    Args:
        template: in `templates/`, without its ending.
        more: what it needs beside what is known of the model.
    """
    front_end = exported.fitted.front_end
    columns = front_end.frontend.columns if isinstance(front_end.frontend, SensorConstants) else ()
    # Names are those of whoever made the model. READMEs show them as they are; files of settings have a few characters.
    shown = markdown.text if template.endswith(".md") else _plain
    return (
        _environment()
        .get_template(f"{template}.jinja")
        .render(
            name=exported.name,
            macro=exported.name.upper(),
            title=shown(exported.title),
            version=featherline.__version__,
            model=shown(exported.fitted.name),
            sha256=sha256(exported),
            motion=exported.fitted.is_motion,
            sensor=isinstance(front_end.frontend, SensorConstants),
            columns=", ".join(map(shown, columns)),
            values=program.stream(front_end)[2],
            rate_hz=program.stream(front_end)[0],
            window_seconds=exported.fitted.window_seconds,
            classes=[shown(name) for name in exported.fitted.classes],
            event=shown(front_end.detection.event) if front_end.detection else None,
            sources=list(compiled(exported)),
            steps=STEPS,
            **more,
        )
        .encode()
    )


def sample_kind(exported: Exported) -> str:
    """Which samples the example of a folder takes: `motion`, `sensor` or `audio`."""
    if isinstance(exported.fitted.front_end.frontend, SensorConstants):
        return "sensor"
    return "motion" if exported.fitted.is_motion else "audio"


def refuse_sensor(exported: Exported, wanted: str, instead: str) -> None:
    """Raises `FeatherlineError` where a model listens to a sensor that `wanted` cannot know."""
    if sample_kind(exported) == "sensor":
        raise FeatherlineError(
            f"{exported.fitted.name} listens to a sensor of its own, and {wanted}: take --as {instead}."
        )


def notice(exported: Exported) -> dict[str, bytes]:
    """The NOTICE that lies beside the model, which says what its recordings allow; nothing where there is none."""
    path = exported.folder / NOTICE
    return {NOTICE: path.read_bytes()} if path.is_file() else {}


def below(folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same files in a folder."""
    return {f"{folder}/{file}": content for file, content in files.items()}


def sha256(exported: Exported) -> str:
    """Of the .tflite file."""
    return hashlib.sha256(content_of(exported.lowered.model)).hexdigest()


def _plain(name: str) -> str:
    """A name as it may stand anywhere in a file of settings: nothing else begins there."""
    return " ".join(re.sub(r"[^\w.,()+-]+", " ", name).split())


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("featherline.export", "templates"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
