"""Chooses the threshold of a wake word on a stream of some speakers and reports it on a stream of others."""

import math
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.core.parsing import Tree
from featherline.prediction.models import Fitted
from featherline.prediction.program import Program
from featherline.records.frontend import AudioConstants
from featherline.streaming import streams, tradeoff

RECALL = 0.95


def hop_seconds(fitted: Fitted) -> float:
    """From one window to the next."""
    from featherline.codegen.frontend.audio import hop_frames

    constants = fitted.front_end.frontend
    if not isinstance(constants, AudioConstants):
        raise FeatherlineError(f"{fitted.name} does not listen to sound.")
    return hop_frames(constants) * constants.hop_samples / constants.sample_rate_hz


def event_of(fitted: Fitted, named: str | None) -> str:
    """The class that is waited for.

    Raises:
        FeatherlineError: where the model hears no sound, has no such class, or nothing says which it is.
    """
    if not isinstance(fitted.front_end.frontend, AudioConstants):
        sensor = "an accelerometer" if fitted.is_motion else "a sensor"
        raise FeatherlineError(f"{fitted.name} listens to {sensor}, and a stream is one of sound.")
    event = named if named is not None else fitted.frontend["frontend"].get("keyword")
    if event not in fitted.classes:
        raise FeatherlineError(
            f"{'--event says ' + repr(named) if named else 'frontend.json names no keyword'}: name one of "
            f"{', '.join(fitted.classes)} with --event."
        )
    return str(event)


def measure(
    fitted: Fitted,
    event: str,
    positives: Path,
    background: Path,
    hours: float,
    per_hour: float,
    refractory_s: float,
    seed: int,
) -> Tree:
    """Recall against false accepts an hour.

    Args:
        fitted: the model.
        event: the class that is waited for.
        positives, background: folders of wav files that show it, and that do not.
        hours: how long each of both background streams is.
        per_hour: wanted false accepts an hour.
        refractory_s: how long the event is not told again.
        seed: of the order, gains and noise.

    Returns:
        Plain data: event, smoothing and refractory_windows of the firmware, the chosen `detection`, `validation` and
        `test` at it, `at_95_recall` (None where no threshold hears so many), the whole `curve` of both, and the
        distinct seconds.

    Raises:
        FeatherlineError: as of `streams.clips`.
    """
    rng = np.random.default_rng(seed)
    refractory = math.ceil(refractory_s / hop_seconds(fitted))
    # A program that waits for nothing: its sums are what thresholds are held against.
    without_event = fitted.front_end.model_copy(update={"detection": None})
    program, label = Program(fitted.model, without_event), fitted.classes.index(event)
    words = streams.halves(streams.clips(positives, fitted), rng)
    others = streams.halves(streams.clips(background, fitted), rng)

    def heard(stream: streams.Stream) -> tradeoff.Heard:
        windows = program.run(stream.samples)
        seconds = len(stream.samples) / fitted.rate_hz
        return tradeoff.Heard(windows.sums[:, label], windows.places, seconds / 3600, stream.events, stream.distinct_s)

    splits = {}
    for name, word, other in zip(("validation", "test"), words, others, strict=True):
        splits[name] = (
            heard(streams.positives(word, other, int(fitted.rate_hz), rng)),
            heard(streams.background(other, 3600 * hours, int(fitted.rate_hz), rng)),
        )
    curves = {name: tradeoff.curve(*both, refractory) for name, both in splits.items()}
    chosen = tradeoff.for_rate(curves["validation"], per_hour)
    sure = tradeoff.for_recall(curves["validation"], RECALL)
    return {
        "model": fitted.name,
        "event": event,
        "wanted_false_accepts_per_hour": per_hour,
        "detection": {"event": event, "threshold": chosen.threshold, "refractory_windows": refractory},
        "hop_s": hop_seconds(fitted),
        "validation": chosen.plain(),
        "test": tradeoff.point(*splits["test"], chosen.threshold, refractory).plain(),
        "at_95_recall": None if sure is None else tradeoff.point(*splits["test"], sure.threshold, refractory).plain(),
        "distinct_s": {
            name: {"positives": round(both[0].distinct_s, 1), "background": round(both[1].distinct_s, 1)}
            for name, both in splits.items()
        },
        "curve": {name: [point.plain() for point in points] for name, points in curves.items()},
    }
