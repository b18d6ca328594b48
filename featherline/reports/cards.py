"""A card for each deployable model: what it is for, what it stands on, what it must be fed, where it ends."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import jinja2

from featherline.core import markdown
from featherline.records import frontend_files
from featherline.records.base import load, plain
from featherline.records.frontend import AudioConstants, FrontEndFile, MotionConstants, SensorConstants
from featherline.records.model import PipelineModel
from featherline.reports import wording
from featherline.reports.results import Results

MOST_NUMBERS = 24  # in a list of constants; a longer one is told by its length


def front_ends(results: Results, folder: Path) -> dict[str, FrontEndFile]:
    """What computes the input of each model, by its name.

    Args:
        results: of an application.
        folder: `models/<app>`.
    """
    files = {model.name: frontend_files.of_model(folder / "tflite", model.name) for model in results.models}
    of_file = {file: load(FrontEndFile, file, "convert") for file in dict.fromkeys(files.values())}
    return {name: of_file[file] for name, file in files.items()}


def render(results: Results, frontends: Mapping[str, FrontEndFile]) -> dict[str, str]:
    """Writes the cards of an application.

    Args:
        results: what the stages left of it.
        frontends: what feeds each of its models.

    Returns:
        Name of each deployable model -> its card in Markdown.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("featherline.reports", "."),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        "text": markdown.text,
        "code": markdown.code,
        "thousands": "{:,}".format,
        "percent": lambda value: "not known" if value is None else f"{value:.2f}",
        "capitalize_first": lambda text: text[:1].upper() + text[1:],
    }
    template = environment.get_template("card.md.jinja")
    return {
        model.name: template.render(
            results=results,
            model=model,
            frontend=frontends[model.name],
            banner=wording.banner(results),
            provenance=wording.provenance(results),
            protocol=wording.protocol(model),
            compared=wording.compared(model),
            remarks=wording.remarks(model, results),
            heard=heard(frontends[model.name]),
            constants=list(_flat(plain(frontends[model.name].frontend))),
            precision=_precision(model),
            weakest=_weakest(model),
        )
        for model in results.models
        if model.tflm.deployable
    }


def heard(frontend: FrontEndFile) -> str:
    """What an item is, in words: from which sensor and how long."""
    front = frontend.frontend
    if isinstance(front, MotionConstants):
        seconds = front.window_samples / front.sample_rate_hz
        return f"{seconds:.2f} s of a three-axis accelerometer ({front.native_rate_hz} Hz, in {front.unit})"
    if isinstance(front, SensorConstants):
        seconds = front.window_samples / front.sample_rate_hz
        columns = ", ".join(front.columns)
        return f"{seconds:.2f} s of a sensor with the columns {columns} ({front.native_rate_hz:g} Hz, in {front.unit})"
    if isinstance(front, AudioConstants):
        return f"{front.clip_samples / front.sample_rate_hz:.2f} s of a microphone ({front.sample_rate_hz:,} Hz)"
    return f"an input of the shape {' x '.join(map(str, frontend.input_shape))}"


def _flat(constants: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in constants.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list) and (len(value) > MOST_NUMBERS or any(isinstance(entry, list) for entry in value)):
            yield f"{prefix}{name}", f"a list of {len(value)}, in frontend.json"
        elif isinstance(value, list):
            yield f"{prefix}{name}", ", ".join(map(str, value))
        elif value is not None:
            yield f"{prefix}{name}", str(value)


def _precision(model: PipelineModel) -> list[float | None]:
    """In percent, one for each class; None where it was never answered."""
    columns = list(zip(*model.accuracy.confusion, strict=True))
    return [100 * column[i] / sum(column) if sum(column) else None for i, column in enumerate(columns)]


def _weakest(model: PipelineModel) -> tuple[str, float] | None:
    pairs = zip(model.classes, model.accuracy.recall_pct, strict=True)
    recalls = [(name, recall) for name, recall in pairs if recall is not None]
    return min(recalls, key=lambda pair: pair[1], default=None)
