"""Measures how far the front end in C is from the one in Python, on the recordings of the test split.

Give the folder of a finished clone, whose data/raw, data/processed and models are read. A row says
how many of the quantized features are equal and how many within one step of each other, and how many
items get the same class: on the one side from the whole program in C, samples pushed one after
another, on the other side from TensorFlow Lite Micro on the features of Python. A second table says
what the front end alone takes on the emulated Cortex-M4, fed with noise: the longest push is the one
that makes a window, or a frame of sound, and instructions a second are those of the second window.

Examples:
    python benchmarks/measure_front_end.py
    python benchmarks/measure_front_end.py --project ../clone motionsense
"""

import contextlib
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import click
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from featherline import applications, params_file  # noqa: E402
from featherline.codegen import frontend as c_frontend  # noqa: E402
from featherline.codegen import lower, program  # noqa: E402
from featherline.codegen.frontend.motion import UNITS_PER_G  # noqa: E402
from featherline.emulator import host_program, toolchain  # noqa: E402
from featherline.emulator.machine import Call, Machine  # noqa: E402
from featherline.interpreters import tflm  # noqa: E402
from featherline.interpreters.values import quantize  # noqa: E402
from featherline.records.base import load  # noqa: E402
from featherline.records.frontend import FrontEndFile  # noqa: E402
from featherline.signals import audio, motion, sound_files  # noqa: E402
from featherline.signals.dataset import Items, read_items  # noqa: E402
from featherline.tflite import model as tflite  # noqa: E402
from stages.command import guarded  # noqa: E402

MODEL = "reduced-int8"
PUSH = "model_frontend_push"


class _Enough(Exception):
    """All recordings are known; what preprocessing would make of them is not needed."""


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("apps", nargs=-1)
@click.option("--project", type=click.Path(path_type=Path), default=Path("."), help="Folder of a finished clone.")
def main(apps: tuple[str, ...], project: Path) -> None:
    guarded(lambda: measure(apps, project), "measure_front_end", debug=False)


def measure(apps: tuple[str, ...], project: Path) -> None:
    tree = params_file.read(project / "params.yaml")
    print("| application | source | items | equal | within one step | farthest | same class |")
    print("| :-- | :-- | --: | --: | --: | --: | --: |")
    for app in apps or tree["apps"]:
        show(app, project, tree)
    print(
        "\n| application | code bytes | table bytes | RAM bytes | stack bytes | longest push | instructions a second |"
    )
    print("| :-- | --: | --: | --: | --: | --: | --: |")
    for app in apps or tree["apps"]:
        show_cost(app, project)


def show(app: str, project: Path, tree: dict) -> None:
    found = compare(app, project, tree)
    print(
        f"| {found.title} | {found.source} | {found.items} | {found.equal:.2%} | {found.within_one_step:.3%} "
        f"| {found.farthest_steps} | {found.same_class:.2%} |",
        flush=True,
    )


def show_cost(app: str, project: Path) -> None:
    frontend = load(FrontEndFile, project / "data/processed" / app / "frontend.json", "preprocess")
    model = tflite.read(project / "models" / app / "tflite" / f"{MODEL}.tflite")
    image = toolchain.compile(c_frontend.sources(frontend, model.inputs[0]), [PUSH])
    machine, noise = Machine(image), np.random.default_rng(0)
    rate_hz, chunk, values = program.stream(frontend)
    buffer, due = machine.place(2 * chunk * values), machine.place(4)
    calls: list[list[Call]] = [[]]
    waiting = 0
    while len(calls) < 3:
        if not waiting:
            machine.write(buffer, noise.integers(-8192, 8192, chunk * values).astype(np.int16))
            waiting = chunk
        calls[-1].append(machine.call(PUSH, buffer + 2 * values * (chunk - waiting), waiting, due))
        waiting -= calls[-1][-1].result
        if any(machine.read(due, 4)):
            calls.append([])
    everything = calls[0] + calls[1]
    seconds = sum(call.result for call in calls[1]) / rate_hz
    print(
        f"| {frontend.application} | {image.code_bytes} | {image.constant_bytes} | {image.ram_bytes} "
        f"| {max(call.stack_bytes for call in everything)} | {max(call.instructions for call in everything):,} "
        f"| {sum(call.instructions for call in calls[1]) / seconds:,.0f} |",
        flush=True,
    )


@dataclass(frozen=True)
class Agreement:
    """Shares of 1, of features and of items."""

    title: str
    source: str
    items: int
    equal: float
    within_one_step: float
    farthest_steps: int
    same_class: float


def compare(app: str, project: Path, tree: dict) -> Agreement:
    """Streams the test split of a finished clone through the program of its model."""
    processed = project / "data/processed" / app
    frontend, items = load(FrontEndFile, processed / "frontend.json", "preprocess"), read_items(processed / "test.npz")
    path = project / "models" / app / "tflite" / f"{MODEL}.tflite"
    model = tflite.read(path)
    library = host_program.load(program.sources(lower(model), frontend))
    stream = of_motion if frontend.frontend.kind == "motion" else of_audio
    found, outputs = stream(app, project, tree, frontend, items, library)
    expected = quantize(items.inputs, model.inputs[0])
    steps = np.abs(found.reshape(expected.shape).astype(int) - expected.astype(int))
    classes = tflm.run(path.read_bytes(), model, expected).outputs.argmax(axis=1)
    return Agreement(
        frontend.application,
        frontend.provenance.source,
        len(items),
        float(np.mean(steps == 0)),
        float(np.mean(steps <= 1)),
        int(steps.max()),
        float(np.mean(outputs.argmax(axis=1) == classes)),
    )


def of_motion(
    app: str, project: Path, tree: dict, frontend: FrontEndFile, items: Items, library
) -> tuple[np.ndarray, np.ndarray]:
    """Features and outputs of the test split's recordings, each streamed as a whole, in the order of the items."""
    recordings: list[motion.Recording] = []

    def take(found, *_):
        recordings.extend(found)
        raise _Enough

    with mock.patch.object(motion, "dataset", take):
        preprocess(app, project, tree)
    held_out, count = set(items.groups.tolist()), int(np.prod(frontend.input_shape))
    features, outputs = [], []
    for recording in recordings:
        if recording.group in held_out:
            samples = motion.to_int16(recording.acceleration, UNITS_PER_G)
            features.append(host_program.features(library, samples, 1, count))
            outputs.append(host_program.decisions(library, samples, 1, len(frontend.classes))[1])
    return np.concatenate(features), np.concatenate(outputs)


def of_audio(
    app: str, project: Path, tree: dict, frontend: FrontEndFile, items: Items, library
) -> tuple[np.ndarray, np.ndarray]:
    """Features and outputs of the test split's clips, each streamed on its own."""
    hop_samples, count = frontend.frontend.hop_samples, int(np.prod(frontend.input_shape))
    features, outputs = [], []
    for clip in test_clips(app, project, tree, frontend, items):
        samples = audio.to_int16(clip)
        features.append(host_program.features(library, samples, hop_samples, count)[0])
        outputs.append(host_program.decisions(library, samples, hop_samples, len(frontend.classes))[1][0])
    return np.stack(features), np.stack(outputs)


def test_clips(app: str, project: Path, tree: dict, frontend: FrontEndFile, items: Items) -> Iterator[np.ndarray]:
    """What preprocessing hands to `audio.features` for the test split.

    Where a group is a file, by its name; where clips are drawn, those that come last.
    """
    by_file = frontend.frontend.group == "track"
    held_out, current = set(items.groups.tolist()), [Path()]
    clips: deque[np.ndarray] = deque(maxlen=len(items))
    read_clips = sound_files.read_clips

    def reading(paths, *settings):
        paths = list(paths)
        for place, samples in read_clips(paths, *settings):
            current[0] = paths[place]
            if not by_file or f"{paths[place].parent.name}/{paths[place].stem}" in held_out:
                yield place, samples

    def taking(given, tables):
        clips.extend(np.array(clip) for clip in given)
        return np.zeros((len(given), *tables.shape), np.float32)

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
