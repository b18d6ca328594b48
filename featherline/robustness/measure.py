"""Accuracy of a deployed model on the test split whose recordings were disturbed before the front end."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np

from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.core.markdown import text
from featherline.core.parsing import Tree
from featherline.core.progress import track
from featherline.core.statistics import Accuracy, accuracy
from featherline.evaluation.pipeline_model import answers
from featherline.params import Preprocess
from featherline.records.frontend import FrontEndFile
from featherline.robustness.disturbances import Disturbance
from featherline.signals.dataset import Disturb, Items, Normalization

UNDISTURBED = "as recorded"
AT_REST_WINDOWS = 1000


def measure(
    application: ModuleType,
    raw: Path,
    preprocess: Preprocess,
    frontend: FrontEndFile,
    model: Path,
    disturbances: Sequence[Disturbance],
    split_seed: int,
    seed: int,
) -> list[Tree]:
    """Runs a model over the test split once as it is and once for each disturbance.

    Args:
        application: the module that reads the recordings.
        raw: its folder of recordings.
        preprocess: its block of params.yaml.
        frontend: what the model was made with; its normalization is applied.
        model: a .tflite file that TensorFlow Lite Micro runs.
        disturbances: of recordings of that kind.
        split_seed: of the split, as preprocess had it.
        seed: of what is random in disturbances.

    Returns:
        A row for each, the undisturbed one first: accuracy, its 95 % Wilson interval and the mean recall of classes in
        percent, and how many points of accuracy are lost.

    Raises:
        FeatherlineError: where recordings or model are missing, or the recordings give other items than the model was
            tested on.
    """
    normalization = _normalization(frontend)
    passes: list[tuple[str, Disturb | None]] = [(UNDISTURBED, None)]
    passes += [(disturbance.name, disturbance.seeded(seed)) for disturbance in disturbances]
    content = _content(model)
    rows: list[Tree] = []
    for name, disturb in track(passes, "disturb", unit="disturbance"):
        items: Items = application.preprocess(raw, preprocess, split_seed, disturb).splits["test"]
        if len(items) != frontend.splits["test"].items:
            raise FeatherlineError(
                f"{raw} gives {len(items)} test items, and the model was tested on "
                f"{frontend.splits['test'].items}: run the stages from preprocess on again."
            )
        items = replace(items, inputs=normalization.apply(items.inputs))
        predictions = _predictions(model, content, items.inputs)
        rows.append(_row(name, items, predictions, len(frontend.classes)))
    for row in rows:
        row["lost_points"] = round(rows[0]["accuracy_pct"] - row["accuracy_pct"], 2)
    return rows


def measure_at_rest(
    application: ModuleType, raw: Path, preprocess: Preprocess, frontend: FrontEndFile, model: Path, seed: int
) -> Tree | None:
    """How many of `AT_REST_WINDOWS` computed windows of a device at rest get the class that the application gives them.

    Returns:
        The class, windows, and the share in percent with its 95 % Wilson interval; None where an application has no
        such class.
    """
    if not hasattr(application, "at_rest"):
        return None
    inputs, name = application.at_rest(raw, preprocess, AT_REST_WINDOWS, seed)
    predictions = _predictions(model, _content(model), _normalization(frontend).apply(inputs))
    label = frontend.classes.index(name)
    measured = accuracy(np.full(len(inputs), label), predictions, len(frontend.classes))
    return {"class": name, "windows": measured.items, **_interval(measured)}


def _normalization(frontend: FrontEndFile) -> Normalization:
    stated = frontend.normalization
    return Normalization(stated.axis, np.array(stated.mean, np.float32), np.array(stated.scale, np.float32))


def _content(model: Path) -> bytes:
    if not model.is_file():
        raise FeatherlineError(f"{model} is missing: run the stage convert first, or name a model that it writes.")
    return model.read_bytes()


def _predictions(model: Path, content: bytes, inputs: np.ndarray) -> np.ndarray:
    """The class of each item, by TensorFlow Lite Micro in a process of its own."""
    [outputs] = isolation.run([isolation.Call(answers, (content, inputs))], "run the model")
    if isinstance(outputs, isolation.Crashed):
        raise FeatherlineError(f"{model}: {isolation.CRASH}")
    predictions: np.ndarray = outputs.argmax(axis=1)
    return predictions


def _row(name: str, items: Items, predictions: np.ndarray, classes: int) -> Tree:
    measured = accuracy(items.labels, predictions, classes)
    return {
        "disturbance": name,
        "items": measured.items,
        **_interval(measured),
        "balanced_pct": round(100 * measured.balanced, 2),
    }


def _interval(measured: Accuracy) -> dict[str, float]:
    return {
        "accuracy_pct": round(100 * measured.share, 2),
        "low_pct": round(100 * measured.low, 2),
        "high_pct": round(100 * measured.high, 2),
    }


def markdown(app: str, model: str, source: str, rows: Sequence[Tree], rest: Tree | None = None) -> str:
    """The rows as a table for people, in GitHub's Markdown; `rest` as of `measure_at_rest`."""
    lines = [
        f"# {text(app)}: robustness of {text(model)}",
        "",
        f"Test split of {rows[0]['items']:,} items, recordings: {text(source)}. Each recording is disturbed before the "
        "front end; model, normalization and ranges stay those of undisturbed recordings.",
        "",
        "| disturbance | accuracy [95 %] | points lost | mean recall |",
        "| :-- | --: | --: | --: |",
    ]
    lines += [
        f"| {row['disturbance']} | {row['accuracy_pct']:.1f} % [{row['low_pct']:.1f}, {row['high_pct']:.1f}] | "
        f"{row['lost_points']:.1f} | {row['balanced_pct']:.1f} % |"
        for row in rows
    ]
    if rest:
        share = f"{rest['accuracy_pct']:.1f} % [{rest['low_pct']:.1f}, {rest['high_pct']:.1f}]"
        of_computed = f"of {rest['windows']:,} computed windows are {text(rest['class'])}."
        lines += ["", f"On a table, some side up: {share} {of_computed}"]
    return "\n".join(lines) + "\n"
