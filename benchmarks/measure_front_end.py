"""Measures how far the front end in C is from the one in Python, on the recordings of the test split.

Give the folder of a finished clone, whose data/raw, data/processed and models are read. A row says
how many of the quantized features are within one step of each other, how many equal, and how many
items get the same class from TensorFlow Lite Micro.

Examples:
    python benchmarks/measure_front_end.py
    python benchmarks/measure_front_end.py --project ../clone motionsense
"""

import contextlib
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import click
import numpy as np
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from featherline import applications  # noqa: E402
from featherline.codegen import frontend as c_frontend  # noqa: E402
from featherline.codegen.frontend.motion import UNITS_PER_G  # noqa: E402
from featherline.files import read_json  # noqa: E402
from featherline.runtimes import host_program, tflm  # noqa: E402
from featherline.runtimes.values import quantize  # noqa: E402
from featherline.signals import audio, motion  # noqa: E402
from featherline.signals.dataset import Items, read_items  # noqa: E402
from featherline.tflite import model as tflite  # noqa: E402
from stages.command import guarded  # noqa: E402

MODEL = "reduced-int8"


class _Enough(Exception):
    """All recordings are known; what preprocessing would make of them is not needed."""


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("apps", nargs=-1)
@click.option("--project", type=click.Path(path_type=Path), default=Path("."), help="Folder of a finished clone.")
def main(apps: tuple[str, ...], project: Path) -> None:
    guarded(lambda: measure(apps, project), "measure_front_end", debug=False)


def measure(apps: tuple[str, ...], project: Path) -> None:
    tree = yaml.safe_load((project / "params.yaml").read_text())
    print("| application | source | items | equal | within one step | farthest | same class |")
    print("| :-- | :-- | --: | --: | --: | --: | --: |")
    for app in apps or tree["apps"]:
        show(app, project, tree)


def show(app: str, project: Path, tree: dict) -> None:
    processed = project / "data/processed" / app
    frontend, items = read_json(processed / "frontend.json"), read_items(processed / "test.npz")
    path = project / "models" / app / "tflite" / f"{MODEL}.tflite"
    model = tflite.read(path)
    sources = c_frontend.sources(frontend, model.inputs[0], ROOT / "firmware")
    stream = of_motion if frontend["frontend"]["kind"] == "motion" else of_audio
    found = stream(app, project, tree, frontend, items, host_program.load(sources))
    expected = quantize(items.inputs, model.inputs[0])
    found = found.reshape(expected.shape)
    steps = np.abs(found.astype(int) - expected.astype(int))
    classes = [tflm.run(path.read_bytes(), model, inputs).outputs.argmax(axis=1) for inputs in (found, expected)]
    print(
        f"| {frontend['application']} | {frontend['provenance']['source']} | {len(items)} | {np.mean(steps == 0):.2%} "
        f"| {np.mean(steps <= 1):.3%} | {steps.max()} | {np.mean(classes[0] == classes[1]):.2%} |",
        flush=True,
    )


def of_motion(app: str, project: Path, tree: dict, frontend: dict, items: Items, library) -> np.ndarray:
    """Features of the test split's recordings, each streamed as a whole; the order is that of the items."""
    recordings: list[motion.Recording] = []

    def take(found, *_):
        recordings.extend(found)
        raise _Enough

    with mock.patch.object(motion, "dataset", take):
        preprocess(app, project, tree)
    held_out, count = set(items.groups.tolist()), int(np.prod(frontend["input_shape"]))
    return np.concatenate(
        [
            host_program.features_of_motion(
                library, host_program.samples_of_motion(recording.acceleration, UNITS_PER_G), count
            )
            for recording in recordings
            if recording.group in held_out
        ]
    )


def of_audio(app: str, project: Path, tree: dict, frontend: dict, items: Items, library) -> np.ndarray:
    """Features of the test split's clips, each streamed on its own."""
    hop_samples, count = frontend["frontend"]["hop_samples"], int(np.prod(frontend["input_shape"]))
    features = []
    for clip in test_clips(app, project, tree, frontend, items):
        found = host_program.features_of_audio(library, host_program.samples_of_audio(clip), hop_samples, count)
        features.append(found[0])
    return np.stack(features)


def test_clips(app: str, project: Path, tree: dict, frontend: dict, items: Items) -> Iterator[np.ndarray]:
    """What preprocessing hands to `audio.features` for the test split.

    Where a group is a file, by its name; where clips are drawn, those that come last.
    """
    by_file = frontend["frontend"]["group"] == "track"
    held_out, current = set(items.groups.tolist()), [Path()]
    clips: deque[np.ndarray] = deque(maxlen=len(items))
    read_clips, constants = audio.read_clips, frontend["frontend"]

    def reading(paths, *settings):
        paths = list(paths)
        for place, samples in read_clips(paths, *settings):
            current[0] = paths[place]
            if not by_file or f"{paths[place].parent.name}/{paths[place].stem}" in held_out:
                yield place, samples

    def taking(given, tables):
        clips.extend(np.array(clip) for clip in given)
        return np.zeros((len(given), constants["frames"], constants["coefficients"], 1), np.float32)

    with mock.patch.object(audio, "read_clips", reading), mock.patch.object(audio, "features", taking):
        preprocess(app, project, tree)
    return iter(clips)


def preprocess(app: str, project: Path, tree: dict) -> None:
    application = applications.find(app)
    settings = application.Preprocess.model_validate(tree[app]["preprocess"])
    with contextlib.suppress(_Enough):
        application.preprocess(project / "data/raw" / app, settings, tree["seed"])


if __name__ == "__main__":
    main()
