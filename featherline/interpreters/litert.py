"""LiteRT, the TensorFlow Lite runtime of phones and computers: outputs, and latency on this host."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.core.quiet import captured_output
from featherline.tflite import reference


@dataclass(frozen=True)
class Latency:
    """Host latency of a model with batch 1, in microseconds.

    Attributes:
        initialisation_us: building the interpreter and allocating its tensors.
        first_inference_us: the first run, which pays for cold caches and packed weights.
        warmup_average_us: mean of the warm-up runs after it.
        average_us, std_us: mean and standard deviation of the runs that count.
        min_us, p50_us, p90_us, p99_us: the fastest of them, and percentiles.
    """

    initialisation_us: float
    first_inference_us: float
    warmup_average_us: float
    average_us: float
    std_us: float
    min_us: float
    p50_us: float
    p90_us: float
    p99_us: float


def outputs(path: Path | str, inputs: np.ndarray) -> np.ndarray:
    """Runs a model over a batch with LiteRT's reference kernels, the same on every processor.

    XNNPACK rounds differently from TensorFlow Lite Micro, enough to change a class now and
    then; the reference kernels agree with it to a byte or nearly.

    Args:
        path: a .tflite file with one input and one output.
        inputs: shape (items, ...), in the type of the input tensor.

    Returns:
        Shape (items, classes), in the type of the output tensor.

    Raises:
        FeatherlineError: where LiteRT refuses the model.
    """
    interpreter = interpreter_of(path, reference.KERNELS, threads=1)
    entry, result = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    collected = []
    for item in inputs:
        interpreter.set_tensor(entry, item[np.newaxis])
        interpreter.invoke()
        collected.append(interpreter.get_tensor(result)[0])
    return np.stack(collected)


def sequence(path: Path | str, feeds: Sequence[Sequence[np.ndarray]]) -> list[list[np.ndarray]]:
    """All outputs of a model for one inference after another, with LiteRT's reference kernels.

    Args:
        path: a .tflite file.
        feeds: for each inference an array for each input, in its shape and type.

    Raises:
        FeatherlineError: where LiteRT refuses the model.
    """
    interpreter = interpreter_of(path, reference.KERNELS, threads=1)
    entries = [entry["index"] for entry in interpreter.get_input_details()]
    results = [entry["index"] for entry in interpreter.get_output_details()]
    answers = []
    for feed in feeds:
        for place, values in zip(entries, feed, strict=True):
            interpreter.set_tensor(place, values)
        interpreter.invoke()
        answers.append([np.array(interpreter.get_tensor(place)) for place in results])
    return answers


def latency(path: Path | str, feed: Sequence[np.ndarray], runs: int, warmup_runs: int, threads: int) -> Latency:
    """Measures a model on this host as an application would run it, XNNPACK included.

    Inputs are written before the clock starts; only inference is timed.

    Args:
        path: a .tflite file.
        feed: one array for each input, which every run gets.
        runs: how many runs count.
        warmup_runs: how many runs come before them, the first inference apart.
        threads: of the interpreter.

    Raises:
        FeatherlineError: where LiteRT refuses the model.
    """
    content = reference.with_wide_states(Path(path).read_bytes())  # before the clock starts
    start = time.perf_counter_ns()
    interpreter = interpreter_of(path, OpResolverType.AUTO, threads, feed, content=content)
    initialisation_us = (time.perf_counter_ns() - start) / 1000
    places = [entry["index"] for entry in interpreter.get_input_details()]
    durations_us = np.empty(1 + warmup_runs + runs)
    for run in range(len(durations_us)):
        for place, values in zip(places, feed, strict=True):
            interpreter.set_tensor(place, values)
        start = time.perf_counter_ns()
        try:
            interpreter.invoke()
        except (ValueError, RuntimeError) as error:
            raise FeatherlineError(f"{path}: LiteRT cannot run it ({' '.join(str(error).split())}).") from None
        durations_us[run] = (time.perf_counter_ns() - start) / 1000
        isolation.alive()
    warmup_us, counted_us = durations_us[1 : 1 + warmup_runs], durations_us[1 + warmup_runs :]
    p50_us, p90_us, p99_us = np.percentile(counted_us, (50, 90, 99))
    return Latency(
        initialisation_us=round(initialisation_us, 1),
        first_inference_us=round(float(durations_us[0]), 1),
        warmup_average_us=round(float(warmup_us.mean() if len(warmup_us) else durations_us[0]), 1),
        average_us=round(float(counted_us.mean()), 1),
        std_us=round(float(counted_us.std()), 1),
        min_us=round(float(counted_us.min()), 1),
        p50_us=round(float(p50_us), 1),
        p90_us=round(float(p90_us), 1),
        p99_us=round(float(p99_us), 1),
    )


def interpreter_of(
    path: Path | str,
    kernels: OpResolverType,
    threads: int,
    feed: Sequence[np.ndarray] = (),
    preserve: bool = False,
    content: bytes | None = None,
) -> Interpreter:
    """An interpreter with its tensors allocated, for the shapes of `feed` where it is given.

    Args:
        path: a .tflite file.
        kernels: the reference ones, or the fastest with XNNPACK before them.
        threads: how many it may use.
        feed: one array for each input.
        preserve: whether activations can be read after a run.
        content: what the file holds, where that is known.

    Raises:
        FeatherlineError: where LiteRT refuses the model.
    """
    with captured_output():  # it announces its delegate on stderr
        try:
            interpreter = reference.interpreter(content or Path(path).read_bytes(), kernels, threads, preserve)
            for entry, values in zip(interpreter.get_input_details(), feed, strict=False):
                if tuple(entry["shape"]) != values.shape:
                    interpreter.resize_tensor_input(entry["index"], values.shape)
            interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise FeatherlineError(f"{path}: LiteRT cannot run it ({' '.join(str(error).split())}).") from None
    return interpreter
