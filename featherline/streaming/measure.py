"""Chooses the threshold of a wake word on a stream of some speakers and reports it on a stream of others."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.core.parsing import Tree
from featherline.prediction.models import Fitted
from featherline.prediction.program import Program
from featherline.records.frontend import AudioConstants
from featherline.streaming import streams, tradeoff
from featherline.streaming.streams import Clip

RECALL = 0.95
PER_HOUR = 1.0  # false accepts that are wanted where nobody says how many
REFRACTORY_S = 1.0
# Of a background stream, with the features of all its windows: 730 MB an hour were measured at 16,000 samples a second.
BYTES_A_SAMPLE = 13
MOST_GB = 16.0


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


def at_95_recall(
    fitted: Fitted,
    words: Mapping[str, Sequence[np.ndarray]],
    others: Mapping[str, Sequence[np.ndarray]],
    hours: float,
    seed: int,
) -> Tree:
    """How often an hour a model takes something else for its keyword, where it hears 95 % of those.

    Args:
        fitted: the model.
        words: clips of the keyword of the splits `validation` and `test`, each int16 at the model's rate.
        others: the same of everything else.
        hours: how long the background stream of each split is.
        seed: of order, gains and noise.

    Returns:
        `recall_pct` and `false_accepts_per_hour_at_95_recall` of the test split with its exact 95 % Poisson interval,
        at the threshold that the validation split chose; they are None where no threshold hears 95 % of its keywords.
        `stream_hours` and `stream_events`: of the test split.
    """
    first, second = (
        [[Clip(samples, "") for samples in clips[split]] for split in ("validation", "test")]
        for clips in (words, others)
    )
    rng = np.random.default_rng(seed)
    event = event_of(fitted, None)
    measured = measure_clips(
        fitted, event, (first[0], first[1]), (second[0], second[1]), hours, PER_HOUR, REFRACTORY_S, rng
    )
    point = measured["at_95_recall"] or {}
    return {
        "stream_hours": measured["test"]["hours"],
        "stream_events": measured["test"]["events"],
        "stream_recall_pct": point.get("recall_pct"),
        "false_accepts_per_hour_at_95_recall": point.get("false_accepts_per_hour"),
        "false_accepts_per_hour_low": point.get("per_hour_low"),
        "false_accepts_per_hour_high": point.get("per_hour_high"),
    }


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
    """Recall against false accepts an hour, of recordings in folders.

    Args:
        positives, background: folders of wav files that show the event, and that do not.
        fitted, event, hours, per_hour, refractory_s, seed: as of `measure_clips`.

    Returns:
        As of `measure_clips`.

    Raises:
        FeatherlineError: as of `streams.clips`; where a folder is in the other, or the memory does not hold the hours.
    """
    _check_folders(positives, background)
    _check_hours(hours, fitted)
    rng = np.random.default_rng(seed)
    words = streams.halves(streams.clips(positives, fitted), rng)
    others = streams.halves(streams.clips(background, fitted), rng)
    return measure_clips(fitted, event, words, others, hours, per_hour, refractory_s, rng)


def _check_folders(positives: Path, background: Path) -> None:
    inner, outer = sorted((positives.resolve(), background.resolve()), key=lambda path: len(path.parts), reverse=True)
    if inner.is_relative_to(outer):
        raise FeatherlineError(
            f"--positives {positives} and --background {background} share recordings, so that each event would be a "
            "false accept too: name two folders, neither of them in the other."
        )


def _check_hours(hours: float, fitted: Fitted) -> None:
    """Raises `FeatherlineError` above `MOST_GB`: a stream is kept whole while a program listens to it."""
    gb_an_hour = 3600 * fitted.rate_hz * BYTES_A_SAMPLE / 1e9
    most_hours = MOST_GB / gb_an_hour
    if hours > most_hours:
        raise FeatherlineError(
            f"--hours is {hours:g}, and a background is kept in memory, {gb_an_hour:.2g} GB an hour: take "
            f"{math.floor(most_hours)} or fewer."
        )


def measure_clips(
    fitted: Fitted,
    event: str,
    words: tuple[Sequence[Clip], Sequence[Clip]],
    others: tuple[Sequence[Clip], Sequence[Clip]],
    hours: float,
    per_hour: float,
    refractory_s: float,
    rng: np.random.Generator,
) -> Tree:
    """Recall against false accepts an hour.

    Args:
        fitted: the model.
        event: the class that is waited for.
        words: clips with the event, of those that choose the threshold and of those that test it.
        others: the same of clips without it.
        hours: how long each of both background streams is.
        per_hour: wanted false accepts an hour.
        refractory_s: how long the event is not told again.
        rng: of the order, gains and noise.

    Returns:
        Plain data: event, smoothing and refractory_windows of the firmware, the chosen `detection`, `validation` and
        `test` at it, `at_95_recall` (None where no threshold hears so many), the whole `curve` of both, and the
        distinct seconds.
    """
    refractory = math.ceil(refractory_s / hop_seconds(fitted))
    made = [
        stream
        for word, other in zip(words, others, strict=True)
        for stream in (
            streams.positives(word, other, int(fitted.rate_hz), rng),
            streams.background(other, 3600 * hours, int(fitted.rate_hz), rng),
        )
    ]
    calls = [isolation.Call(_heard, (fitted, event, stream)) for stream in made]
    heard = [answer for answer in isolation.run(calls, "streams", unit="stream") if isinstance(answer, tradeoff.Heard)]
    if len(heard) < len(made):
        raise FeatherlineError(f"A process that listened to {fitted.name} was killed: free memory, or lower the hours.")
    splits = {"validation": (heard[0], heard[1]), "test": (heard[2], heard[3])}
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


def _heard(fitted: Fitted, event: str, stream: streams.Stream) -> tradeoff.Heard:
    # A program that waits for nothing: its sums are what thresholds are held against.
    without_event = fitted.front_end.model_copy(update={"detection": None})
    windows = Program(fitted.model, without_event).run(stream.samples)
    sums = windows.sums[:, fitted.classes.index(event)]
    hours = len(stream.samples) / fitted.rate_hz / 3600
    return tradeoff.Heard(sums, windows.places, hours, stream.events, stream.distinct_s)
