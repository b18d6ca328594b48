"""The whole program of a device in NumPy: samples in, and of each window the model's outputs and the decision."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from featherline.codegen import frontend as front_end
from featherline.prediction import audio, constants, motion, network
from featherline.tflite import model as tflite

FIRMWARE = Path(__file__).resolve().parents[1] / "firmware"
_NAME = "nn"


@dataclass(frozen=True)
class Windows:
    """What a program says of one recording.

    Attributes:
        places: which sample completed each window, int, shape (windows,).
        outputs: of the model for each window alone, int8, shape (windows, classes).
        decisions: the class of the recent windows together, int, shape (windows,).
    """

    places: np.ndarray
    outputs: np.ndarray
    decisions: np.ndarray


class Program:
    """A model with its front end, equal to the C that `featherline.codegen.program` writes.

    Args:
        model: in int8, with one input and one output.
        frontend: the content of the `frontend.json` that it was trained with.

    Raises:
        FeatherlineError: where no C can be written for the model or the front end.
    """

    def __init__(self, model: tflite.Model, frontend: dict[str, Any]) -> None:
        files = front_end.sources(frontend, model.inputs[0], FIRMWARE, _NAME)
        self._header = files[f"{_NAME}_frontend.h"].decode()
        self._network = network.lowered(model)
        self._features = motion.features if frontend["frontend"]["kind"] == "motion" else audio.features
        self._smoothing = constants.smoothing(FIRMWARE)

    def features(self, samples: np.ndarray) -> np.ndarray:
        """The model's input for each window of a recording: int8, shape (windows, values); `samples` as of `run`."""
        return self._features(samples, self._header)[0]

    def run(self, samples: np.ndarray) -> Windows:
        """Streams one recording through a program that has forgotten everything before.

        Args:
            samples: int16, shape (samples, 3) of motion, (samples,) of sound, as a device gets them.
        """
        features, places = self._features(samples, self._header)
        outputs = network.run(self._network, features)
        return Windows(places, outputs, smoothed(outputs, self._smoothing))


def smoothed(outputs: np.ndarray, smoothing: int) -> np.ndarray:
    """The class of the recent windows together after each window, as `nn_program_push` decides it.

    Args:
        outputs: int8, shape (windows, classes).
        smoothing: NN_PROGRAM_SMOOTHING.

    Returns:
        int, shape (windows,): the first of the largest sums.
    """
    sums, decisions = np.zeros(outputs.shape[1], np.int64), np.empty(len(outputs), np.int64)
    for place, output in enumerate(outputs.astype(np.int64)):
        sums = sums - np.sign(sums) * (np.abs(sums) // smoothing) + output
        decisions[place] = sums.argmax()
    return decisions
