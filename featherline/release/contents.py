"""The folder of one application in the zoo, out of a finished run."""

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from featherline import codegen, features
from featherline.codegen import program
from featherline.core.errors import FeatherlineError
from featherline.core.files import as_json, new_folder, read_json
from featherline.core.parsing import Tree
from featherline.emulator import firmware
from featherline.interpreters.values import quantize
from featherline.params import Variant
from featherline.prediction import models, network
from featherline.prediction.models import Fitted
from featherline.records import frontend_files
from featherline.records.base import load, plain
from featherline.records.frontend import FrontEnd
from featherline.records.provenance import Recordings
from featherline.release import card, golden
from featherline.release.run import Run, robustness
from featherline.signals.dataset import SPLITS, Items, read_items

FEW_BITS = "reduced-int4"
SUMS = "SHA256SUMS"
_MOST_GROUPS = 20  # that a card lists one by one


def check(run: Run, app: str) -> dict[str, Tree]:
    """The metrics of the models of an application that are released, by name, the headline model first.

    Raises:
        FeatherlineError: where the run is of simulated recordings, or a model is missing, not deployable or not that of
            its metrics.
    """
    headline = _headline(run, app)
    return {name: _reported(run, app, name) for name in dict.fromkeys((headline, FEW_BITS))}


def files(run: Run, app: str) -> dict[str, bytes]:
    """All files of an application, by their path in `zoo/<app>/`.

    Raises:
        FeatherlineError: as of `check`, or where what would be written holds a window of the recordings.
    """
    reported = check(run, app)
    names = list(reported)
    headline = names[0]
    folder = run.folder / "models" / app / "tflite"
    fitted = {name: models.find(str(folder / f"{name}.tflite")) for name in names}
    variant: Variant = "reduced" if headline.startswith("reduced") else "original"
    place = features.folder_of(app, variant, run.folder)
    splits = {name: read_items(place / f"{name}.npz") for name in SPLITS}
    content_of_file: dict[str, bytes] = {frontend_files.FRONT_END: as_json(fitted[headline].frontend).encode()}
    programs: dict[str, Tree] = {}
    for name in names:
        front_end, lowered = fitted[name].front_end, codegen.lower(fitted[name].model)
        sources = program.sources(lowered, front_end)
        content_of_file[f"{name}.tflite"] = Path(fitted[name].model.path).read_bytes()
        c_files = _c(lowered, sources, fitted[name], app)
        content_of_file |= {f"c/{name}/{file}": content for file, content in c_files.items()}
        programs[name] = _measured(sources, front_end)
        if name == headline:
            sketch = program.sketch(sources, front_end, app)
            content_of_file |= {f"arduino/{app}/{file}": content for file, content in sketch.items()}
    refuse_recordings(app, content_of_file, fitted[headline], splits)
    metrics = _metrics(run, app, headline, reported, programs, fitted[headline], splits)
    content_of_file[models.METRICS] = as_json(metrics).encode()
    content_of_file["README.md"] = card.render(metrics).encode()
    content_of_file["NOTICE"] = card.notice(metrics).encode()
    content_of_file[SUMS] = sums(content_of_file)
    return content_of_file


def write(folder: Path, made: Mapping[str, Mapping[str, bytes]], keep: bool = False) -> None:
    """Writes the zoo, whole or not at all.

    Args:
        folder: takes the place of the one that is there.
        made: content by file name, as of `files`, of each application.
        keep: whether other applications stay as they are in that one.
    """
    kept = [path.parent for path in folder.glob(f"*/{models.METRICS}") if keep and path.parent.name not in made]
    with new_folder(folder) as zoo:
        for place in kept:
            shutil.copytree(place, zoo / place.name)
        for app, contents in made.items():
            for name, content in contents.items():
                (zoo / app / name).parent.mkdir(parents=True, exist_ok=True)
                (zoo / app / name).write_bytes(content)
        metrics = {
            app: read_json(zoo / app / models.METRICS) for app in sorted([*made, *(place.name for place in kept)])
        }
        (zoo / "README.md").write_text(card.overview(metrics), encoding="utf-8")


def sums(contents: Mapping[str, bytes]) -> bytes:
    """What `sha256sum --check` reads."""
    return "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(contents.items())
    ).encode()


def refuse_recordings(app: str, made: Mapping[str, bytes], fitted: Fitted, splits: Mapping[str, Items]) -> None:
    """Raises `FeatherlineError` where an array of the C is a window of the recordings."""
    windows = [quantize(items.inputs, fitted.model.inputs[0]) for items in splits.values()]
    recorded = golden.recorded(
        {name: content for name, content in made.items() if name.endswith((".c", ".h"))}, windows
    )
    if recorded:
        raise FeatherlineError(f"{app}: {recorded[0]} holds a window of the recordings, which nobody may publish.")


def _headline(run: Run, app: str) -> str:
    content = read_json(run.folder / "metrics" / f"{app}.json")[app]
    if content["source"] == "simulated":
        raise FeatherlineError(
            f"The run of {app} is one of simulated recordings, and the zoo has models of real ones: give MIRROR=, a "
            "folder of archives."
        )
    return str(content["model"])


def _reported(run: Run, app: str, name: str) -> Tree:
    path = run.folder / "metrics" / app / f"{name}.json"
    if not path.is_file():
        raise FeatherlineError(f"{path} is missing: let {app}.quantize.reduced make {name}, and finish the run.")
    reported = read_json(path)
    if reported["provenance"]["source"] == "simulated":
        raise FeatherlineError(f"{path} stands on simulated recordings: the zoo has models of real ones.")
    if not reported["tflm"]["deployable"]:
        reason = reported["tflm"]["reason"] or "no reason is given."
        raise FeatherlineError(f"{app}/{name} is not deployable and cannot be in the zoo: {reason}")
    file = run.folder / "models" / app / "tflite" / f"{name}.tflite"
    if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != reported["sha256"]:
        raise FeatherlineError(f"{file} is not the model that {path} is about: finish the run (dvc repro).")
    return reported


def _c(lowered: codegen.Program, sources: Mapping[str, bytes], fitted: Fitted, app: str) -> dict[str, bytes]:
    """Model, front end and smoothing in C, with golden vectors that are computed."""
    within = program.joined(lowered, fitted.front_end)
    generated = within.files(classes=fitted.classes, golden=golden.vectors(fitted, app))
    program_files = {name: content for name, content in sources.items() if name not in generated}
    manifest = program.extended(generated["manifest.json"], program_files)
    return generated | program_files | {"manifest.json": manifest}


def _measured(sources: Mapping[str, bytes], front_end: FrontEnd) -> Tree:
    measured = firmware.measure_program(sources, *program.stream(front_end))
    figures = ("flash_bytes", "ram_bytes", "stack_bytes", "total_bytes", "front_end_instructions", "model_instructions")
    return {name: measured[name] for name in (*figures, "seconds")}


def _metrics(
    run: Run,
    app: str,
    headline: str,
    reported: Mapping[str, Tree],
    programs: Mapping[str, Tree],
    fitted: Fitted,
    splits: Mapping[str, Items],
) -> card.Metrics:
    leading = reported[headline]
    recordings = load(Recordings, run.folder / "data" / "raw" / app / "provenance.json", "fetch")
    provenance, disturbed = plain(recordings), read_json(robustness(run, app))
    if not any(archive.url for archive in recordings.archives):
        provenance["licence"] = None  # that of the official data says nothing of an archive that stands for none
    return {
        "application": app,
        "title": leading["title"],
        "headline": headline,
        "kind": fitted.frontend["frontend"]["kind"],
        "keyword": fitted.frontend["frontend"].get("keyword"),
        "classes": leading["classes"],
        "commit": run.commit,
        "written_by": run.written_by,
        "changed": {key: value for key, value in run.changed.items() if _concerns(key, app)},
        "data": {key: provenance[key] for key in ("source", "archives", "licence", "groups", "items", "hours")}
        | {"complete": leading["provenance"]["complete"]},
        "protocol": leading["protocol"],
        "group": leading["group"],
        "splits": {name: len(items) for name, items in splits.items()},
        "test": leading["test"],
        "models": {
            name: {
                "sha256": metrics["sha256"],
                **{
                    key: metrics["accuracy"][key]
                    for key in ("items", "correct", "accuracy_pct", "low_pct", "high_pct", "balanced_pct", "recall_pct")
                },
                "confusion": metrics["accuracy"]["confusion"],
                "decisions": metrics.get("decisions"),
                "weights": metrics["size"]["weights"],
                "weight_bytes": metrics["size"]["weight_bytes"],
                "file_bytes": metrics["size"]["file_bytes"],
                "arena_bytes": metrics["tflm"]["arena_bytes"],
                "program": programs[name],
            }
            for name, metrics in reported.items()
        },
        "per_group": _per_group(fitted, splits["test"], leading),
        "robustness": disturbed["rows"],
        "at_rest": disturbed.get("at_rest"),
    }


def _concerns(key: str, app: str) -> bool:
    return key.partition(".")[0] in (app, "data", "seed", "apps")


def _per_group(fitted: Fitted, test: Items, reported: Tree) -> Tree:
    """How much of each group is right; groups stand in no order that tells who they are, by how much is right."""
    inputs = quantize(test.inputs, fitted.model.inputs[0]).reshape(len(test), -1)
    right = network.run(network.lowered(fitted.model), inputs).argmax(axis=1) == test.labels
    if int(right.sum()) != reported["accuracy"]["correct"]:
        raise FeatherlineError(
            f"{fitted.name} is right on {int(right.sum())} of {len(test)} test items, and its metrics say "
            f"{reported['accuracy']['correct']}: finish the run (dvc repro)."
        )
    rows = []
    for group in np.unique(test.groups):
        correct = right[test.groups == group]
        rows.append(
            {"items": len(correct), "correct": int(correct.sum()), "pct": round(100 * float(correct.mean()), 2)}
        )
    rows.sort(key=lambda row: (row["pct"], row["items"]))
    return {
        "number": len(rows),
        "all_right": sum(row["items"] == row["correct"] for row in rows),
        "lowest_pct": rows[0]["pct"],
        "groups": rows if len(rows) <= _MOST_GROUPS else [],
    }
