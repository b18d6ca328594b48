"""The whole program of a device in NumPy: samples in, and of each window the model's outputs and the decision."""

from dataclasses import dataclass

import numpy as np

from featherline.codegen import frontend as front_end
from featherline.prediction import audio, constants, motion, network, sensor
from featherline.records.frontend import FrontEnd, MotionConstants, SensorConstants
from featherline.tflite import model as tflite

_NAME = "nn"


@dataclass(frozen=True)
class Windows:
    """What a program says of one recording.

    Attributes:
        places: which sample completed each window, int, shape (windows,).
        outputs: of the model for each window alone, int8, shape (windows, classes).
        sums: of the outputs of the recent windows, by which is decided, int, shape (windows, classes).
        decisions: the class of the recent windows together, int, shape (windows,).
    """

    places: np.ndarray
    outputs: np.ndarray
    sums: np.ndarray
    decisions: np.ndarray


@dataclass(frozen=True)
class Detection:
    """How a program waits for one class.

    Attributes:
        event: index of the class.
        threshold: what the sum of its outputs has to reach.
        refractory_windows: for so many windows after it was told it is not told again.
    """

    event: int
    threshold: int
    refractory_windows: int


def detection(frontend: FrontEnd) -> Detection | None:
    """What a front end says of it; None for a program that gives the best class of each window."""
    stated = frontend.detection
    if stated is None:
        return None
    return Detection(frontend.classes.index(stated.event), stated.threshold, stated.refractory_windows)


class Program:
    """A model with its front end, equal to the C that `featherline.codegen.program` writes.

    Args:
        model: in int8, with one input and one output.
        frontend: that it was trained with.

    Raises:
        FeatherlineError: where no C can be written for the model or the front end.
    """

    def __init__(self, model: tflite.Model, frontend: FrontEnd) -> None:
        files = front_end.sources(frontend, model.inputs[0], _NAME)
        self._header = files[f"{_NAME}_frontend.h"].decode()
        self._network = network.lowered(model)
        kinds = ((MotionConstants, motion.features), (SensorConstants, sensor.features))
        of_kind = (features for kind, features in kinds if isinstance(frontend.frontend, kind))
        self._features = next(of_kind, audio.features)
        self._smoothing = constants.smoothing(frontend.smoothing)
        self._detection = detection(frontend)

    def features(self, samples: np.ndarray) -> np.ndarray:
        """The model's input for each window of a recording: int8, shape (windows, values); `samples` as of `run`."""
        return self._features(samples, self._header)[0]

    def run(self, samples: np.ndarray) -> Windows:
        """Streams one recording through a program that has forgotten everything before.

        Args:
            samples: int16, as a device gets them: shape (samples, 3) of motion, (samples, columns) of a sensor,
                (samples,) of sound.
        """
        features, places = self._features(samples, self._header)
        outputs = network.run(self._network, features)
        sums = summed(outputs, self._smoothing)
        return Windows(places, outputs, sums, decided(sums, self._detection))


def summed(outputs: np.ndarray, smoothing: int) -> np.ndarray:
    """The moving sums of `nn_program_push` after each window.

    Args:
        outputs: int8, shape (windows, classes).
        smoothing: NN_PROGRAM_SMOOTHING.

    Returns:
        int, shape (windows, classes).
    """
    now, sums = np.zeros(outputs.shape[1], np.int64), np.empty(outputs.shape, np.int64)
    for place, output in enumerate(outputs.astype(np.int64)):
        now = now - np.sign(now) * (np.abs(now) // smoothing) + output
        sums[place] = now
    return sums


def decided_apart(outputs: np.ndarray, recordings: np.ndarray, smoothing: int) -> np.ndarray:
    """What a program that gives the best class tells at each window of recordings, each heard from a new start.

    Args:
        outputs: int8 or whole numbers of its range, shape (windows, classes).
        recordings: int, shape (windows,), which one each window is of; those of one stand in the order of time.
        smoothing: NN_PROGRAM_SMOOTHING.

    Returns:
        int, shape (windows,).
    """
    decisions = np.empty(len(outputs), np.int64)
    for recording in np.unique(recordings):
        chosen = recordings == recording
        decisions[chosen] = decided(summed(outputs[chosen], smoothing), None)
    return decisions


def decided(sums: np.ndarray, waits_for: Detection | None) -> np.ndarray:
    """What `nn_program_push` tells of each window: int, shape (windows,).

    Args:
        sums: as of `summed`.
        waits_for: the class that the program waits for; None for the first of the largest sums.
    """
    if waits_for is None:
        return np.asarray(sums.argmax(axis=1))
    others = [place for place in range(sums.shape[1]) if place != waits_for.event]
    decisions: np.ndarray = np.array(others)[sums[:, others].argmax(axis=1)]
    decisions[detected(sums[:, waits_for.event], waits_for.threshold, waits_for.refractory_windows)] = waits_for.event
    return decisions


def detected(sums: np.ndarray, threshold: int, refractory_windows: int) -> list[int]:
    """The windows at which an event is told.

    Args:
        sums: of the event's class, int, shape (windows,).
        threshold, refractory_windows: as of `Detection`.
    """
    events: list[int] = []
    after = 0
    for place in np.flatnonzero(sums >= threshold).tolist():
        if place >= after:
            events.append(place)
            after = place + refractory_windows + 1
    return events
