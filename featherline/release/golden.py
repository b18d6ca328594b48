"""Golden vectors that are computed, so that a program in C can be checked without anybody's recording.

Half of them are windows of simulated recordings that went through the model's own front end, half are seeded
integers over the whole range of int8.
"""

import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from featherline import applications
from featherline.codegen import Golden
from featherline.core.errors import FeatherlineError
from featherline.interpreters import tflm
from featherline.prediction import network
from featherline.prediction.models import Fitted
from featherline.prediction.program import Program
from featherline.prediction.recordings import Options, read

SIMULATED = 2
DRAWN = 2
SEED = 20
_SMALL = {
    "motionsense": {"subjects": 3, "trial_seconds": 20},
    "musicclassifier": {"tracks": 3, "track_seconds": 12},
    "keywordspotting": {"speakers": 3, "keyword": "happy", "keyword_clips": 2, "other_clips": 2},
    "carsensor": {"persons": 3, "recordings": 2, "recording_seconds": 45},
}
_SETTINGS = {"musicclassifier": {"dataset": "official"}, "keywordspotting": {"version": "v0.01"}} | {
    "carsensor": {"dataset": "physionet"},
    "motionsense": {},
}
_ARRAY = re.compile(r"\{([-\d,\s]+)\}")


def vectors(fitted: Fitted, app: str) -> Golden:
    """Inputs and what TensorFlow Lite Micro answers.

    Args:
        fitted: the model with its front end.
        app: the application whose simulation is heard.

    Raises:
        FeatherlineError: where TensorFlow Lite Micro refuses the model, or the layers of its C answer otherwise.
    """
    inputs = np.concatenate([_simulated(fitted, app), _drawn(fitted)])
    content = fitted.model.content if fitted.model.content is not None else Path(fitted.model.path).read_bytes()
    ran = tflm.run(content, fitted.model, inputs.reshape(len(inputs), *fitted.model.inputs[0].shape[1:]))
    if ran.outputs is None:
        raise FeatherlineError(f"{fitted.name} does not run on TensorFlow Lite Micro: {ran.reason}")
    outputs = ran.outputs.reshape(len(inputs), -1)
    if (network.run(network.lowered(fitted.model), inputs) != outputs).any():
        raise FeatherlineError(f"{fitted.name}: the layers of the C do not answer as TensorFlow Lite Micro does.")
    return Golden(inputs, outputs)


def _simulated(fitted: Fitted, app: str) -> np.ndarray:
    module = applications.find(app)
    settings = module.Fetch(**_SETTINGS[app], simulation=_SMALL[app])
    program = Program(fitted.model, fitted.front_end)
    with tempfile.TemporaryDirectory(prefix="featherline-") as folder:
        module.simulate(Path(folder), settings, SEED)
        suffix = "csv" if fitted.is_motion else "wav"
        paths = sorted(path for path in Path(folder).rglob(f"*.{suffix}") if path.name != "manifest.csv")
        windows: list[np.ndarray] = []
        for path in paths[:: max(len(paths) // (2 * SIMULATED), 1)]:
            features = program.features(read(path, fitted, Options()).samples)
            windows += list(features[:1])
            if len(windows) == SIMULATED:
                return np.stack(windows)
    raise FeatherlineError(f"The simulated recordings of {app} hold no {SIMULATED} windows of {fitted.name}.")


def _drawn(fitted: Fitted) -> np.ndarray:
    rng = np.random.default_rng(SEED)
    return rng.integers(-128, 128, (DRAWN, fitted.model.inputs[0].elements)).astype(np.int8)


def recorded(files: Mapping[str, bytes], windows: Iterable[np.ndarray]) -> list[str]:
    """Which files hold a window of the recordings in one of their arrays.

    Args:
        files: C by name.
        windows: int8, shape (windows, values), of each split of the recordings, as the model takes them.

    Returns:
        Names of files with an array of which a stretch is one of the windows; stretches begin where an array of
        windows would have one, at multiples of a window's length.
    """
    known: dict[int, set[bytes]] = {}
    for split in windows:
        flat = np.ascontiguousarray(split.reshape(len(split), -1))
        known.setdefault(flat.shape[1], set()).update(row.tobytes() for row in flat)
    names = []
    for name, content in sorted(files.items()):
        for listed in _ARRAY.findall(content.decode(errors="replace")):
            numbers = [int(number) for number in re.findall(r"-?\d+", listed)]
            if any(not -128 <= number <= 127 for number in numbers):
                continue
            array = np.array(numbers, np.int8)
            if any(
                array[at : at + length].tobytes() in rows
                for length, rows in known.items()
                for at in range(0, len(array) - length + 1, length)
            ):
                names.append(name)
                break
    return names
