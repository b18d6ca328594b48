"""Judges a wake word on hours of composed scenes: recall, and false accepts an hour by what was heard.

Scenes come one after the other and are forgotten: what is kept of ten hours is a score for each window. Features are
those of training, rounded to the model's int8; the C takes them in float32 and now and then comes out a step beside.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.core.parsing import Tree
from featherline.core.progress import track
from featherline.core.statistics import wilson_interval
from featherline.prediction import constants, network
from featherline.prediction.models import Fitted
from featherline.prediction.program import detected, summed
from featherline.records.frontend import AudioConstants
from featherline.signals import audio
from featherline.signals.scenes import Composer, Material, Scene, scenes_in
from featherline.streaming.measure import event_of, hop_seconds
from featherline.streaming.tradeoff import CONFIDENCE, poisson_interval

ANSWER_S = 1.0  # a detection so long after the end of a keyword still belongs to it


@dataclass(frozen=True)
class Listened:
    """What a model made of a stream.

    Attributes:
        outputs: of each window, int8, shape (windows, classes).
        places: which sample completed each window, int, shape (windows,).
        kinds: name of each scene's kind, shape (scenes,); starts: its first sample.
        events: first sample and end of each keyword, int, shape (events, 2).
        hop_s: from one window to the next.
    """

    outputs: np.ndarray
    places: np.ndarray
    kinds: np.ndarray
    starts: np.ndarray
    events: np.ndarray
    hop_s: float
    rate_hz: int

    @property
    def event_of_window(self) -> np.ndarray:
        """The place of the keyword that a detection at each window would answer; -1 where it would be false."""
        if not len(self.events):
            return np.full(len(self.places), -1)
        event = np.searchsorted(self.events[:, 0], self.places, side="right") - 1
        until = self.events[event, 1] + round(ANSWER_S * self.rate_hz)
        return np.where((event >= 0) & (self.places <= until), event, -1)

    def kind_at(self, places: np.ndarray) -> np.ndarray:
        """The kind of the scene that each of these samples is in."""
        return np.asarray(self.kinds[np.searchsorted(self.starts, places, side="right") - 1])


class Listener:
    """A model that hears scenes: quick, for many hours.

    Raises:
        FeatherlineError: where the model hears no sound, or has layers that are not known here.
    """

    def __init__(self, fitted: Fitted) -> None:
        stated, fit = fitted.front_end.frontend, fitted.front_end.normalization
        if not isinstance(stated, AudioConstants):
            raise FeatherlineError(f"{fitted.name} does not listen to sound.")
        settings = audio.Features(
            kind="log_mel" if stated.dct is None else "mfcc",
            sample_rate_hz=stated.sample_rate_hz,
            frame_samples=stated.frame_samples,
            hop_samples=stated.hop_samples,
            coefficients=stated.coefficients,
            mel_bands=stated.mel.bands,
            lowest_hz=stated.mel.lowest_hz,
            highest_hz=stated.mel.highest_hz,
            log_floor=stated.log.floor,
        )
        # A scene is cut off behind its last whole frame, so how long a clip is says nothing here.
        self._tables = audio.front_end(settings, stated.frame_samples)
        self._stated, self._network = stated, network.lowered(fitted.model)
        shape = [-1 if axis == fit.axis - 1 else 1 for axis in range(3)]
        self._mean, self._scale = (np.array(values, np.float32).reshape(shape) for values in (fit.mean, fit.scale))
        entry = fitted.model.inputs[0]
        if entry.scale is None or entry.zero_point is None:
            raise FeatherlineError(f"{fitted.name} has an input that is not quantized: convert it in int8.")
        self._values = math.prod(entry.shape)
        self._step, self._zero = entry.scale[0], entry.zero_point[0]
        self._hop_samples = round(hop_seconds(fitted) * stated.sample_rate_hz)

    def frames(self, samples: np.ndarray) -> np.ndarray:
        """Of int16 samples all whole frames, float32, shape (frames, coefficients)."""
        length, hop = self._stated.frame_samples, self._stated.hop_samples
        if len(samples) < length:
            return np.empty((0, self._stated.coefficients), np.float32)
        scaled = (samples / audio.FULL_SCALE).astype(np.float32)
        whole_samples = length + (len(samples) - length) // hop * hop
        frames: np.ndarray = audio.features(scaled[np.newaxis, :whole_samples], self._tables)[0, ..., 0]
        return frames

    def inputs(self, frames: np.ndarray) -> np.ndarray:
        """The model's inputs for all windows of these frames: int8, shape (windows, values)."""
        hop = self._hop_samples // self._stated.hop_samples
        if len(frames) < self._stated.frames:
            return np.empty((0, self._values), np.int8)
        windows = np.lib.stride_tricks.sliding_window_view(frames, self._stated.frames, axis=0)[::hop]
        windows = windows.transpose(0, 2, 1)
        if self._stated.statistics is not None:
            windows = audio.statistics(windows).astype(np.float32)
        normalized = (windows[..., np.newaxis] - self._mean) / self._scale
        steps = np.rint(normalized / self._step) + self._zero
        inputs: np.ndarray = np.clip(steps, -128, 127).astype(np.int8).reshape(len(windows), -1)
        return inputs

    def hear(self, scenes: Iterable[Scene]) -> Listened:
        """What the model makes of scenes, one after the other as one stream."""
        outputs, places, kinds, starts, events = [], [], [], [], []
        left, heard_samples = np.empty(0, np.int16), 0
        window_samples = (self._stated.frames - 1) * self._stated.hop_samples + self._stated.frame_samples
        for scene in scenes:
            kinds.append(scene.kind)
            starts.append(heard_samples)
            events += [(heard_samples + first, heard_samples + end) for first, end in scene.events]
            samples = np.concatenate([left, scene.samples])
            first_sample = heard_samples - len(left)
            inputs = self.inputs(self.frames(samples))
            outputs.append(network.run(self._network, inputs))
            ends = first_sample + window_samples - 1 + self._hop_samples * np.arange(len(inputs))
            places.append(ends)
            left, heard_samples = samples[len(inputs) * self._hop_samples :], heard_samples + len(scene.samples)
        return Listened(
            outputs=np.concatenate(outputs),
            places=np.concatenate(places),
            kinds=np.array(kinds),
            starts=np.array(starts),
            events=np.array(events, int).reshape(-1, 2),
            hop_s=self._hop_samples / self._stated.sample_rate_hz,
            rate_hz=self._stated.sample_rate_hz,
        )


@dataclass(frozen=True)
class Scores:
    """A stream as its event's moving sums say it, so that thresholds can be held against it.

    Attributes:
        sums: after each window, int, shape (windows,).
        event_of_window: as of `Listened`.
        kind_of_window: name of the scene's kind, shape (windows,).
        kind_of_event: the same of each keyword.
        hours: of each kind, without the time in which a detection answers a keyword.
    """

    sums: np.ndarray
    event_of_window: np.ndarray
    kind_of_window: np.ndarray
    kind_of_event: np.ndarray
    hours: dict[str, float]

    def detections(self, threshold: int, refractory_windows: int) -> tuple[np.ndarray, np.ndarray]:
        """Which keywords are heard, bool of shape (events,), and the windows of false accepts."""
        detection_windows = np.array(detected(self.sums, threshold, refractory_windows), int)
        heard = np.zeros(len(self.kind_of_event), bool)
        answers = self.event_of_window[detection_windows]
        heard[answers[answers >= 0]] = True
        return heard, detection_windows[answers < 0]

    def for_recall(self, share: float, refractory_windows: int) -> int | None:
        """The highest threshold that hears this share of the keywords; None where none does."""
        within = self.event_of_window >= 0
        best = np.full(len(self.kind_of_event), np.iinfo(np.int64).min)
        np.maximum.at(best, self.event_of_window[within], self.sums[within])
        # A keyword whose loudest window lies in a refractory time is missed, so a lower one may be needed.
        for threshold in np.unique(best)[::-1].tolist():
            if (best >= threshold).mean() >= share:
                heard, _ = self.detections(threshold, refractory_windows)
                if heard.mean() >= share:
                    return int(threshold)
        return None

    def for_rate(self, per_hour: float, refractory_windows: int) -> int:
        """The lowest threshold with at most so many false accepts an hour."""
        least, most = int(self.sums.min()), int(self.sums.max()) + 1
        while least < most:
            middle = (least + most) // 2
            _, wrong = self.detections(middle, refractory_windows)
            if len(wrong) <= per_hour * sum(self.hours.values()):
                most = middle
            else:
                least = middle + 1
        return most

    def figures(self, threshold: int, refractory_windows: int) -> Tree:
        """Recall and false accepts at a threshold, of all and by what was heard, as plain data."""
        heard, wrong = self.detections(threshold, refractory_windows)
        kinds = {
            kind: _figures(heard[self.kind_of_event == kind], (self.kind_of_window[wrong] == kind).sum(), hours)
            for kind, hours in self.hours.items()
        }
        return {"threshold": threshold, **_figures(heard, len(wrong), sum(self.hours.values())), "kinds": kinds}


def _figures(heard: np.ndarray, false_accepts: int, hours: float) -> Tree:
    least, most = poisson_interval(int(false_accepts))
    of_events: Tree = {"events": len(heard), "heard": int(heard.sum())}
    if len(heard):
        low, high = wilson_interval(int(heard.sum()), len(heard), CONFIDENCE)
        shares = {"recall_pct": float(heard.mean()), "recall_low_pct": low, "recall_high_pct": high}
        of_events |= {name: round(100 * share, 2) for name, share in shares.items()}
    return of_events | {
        "hours": round(hours, 4),
        "false_accepts": int(false_accepts),
        "false_accepts_per_hour": round(false_accepts / hours, 3),
        "per_hour_low": round(least / hours, 3),
        "per_hour_high": round(most / hours, 3),
    }


def scored(listened: Listened, event: int, smoothing: int) -> Scores:
    """The moving sums of one class of a stream.

    Args:
        listened: the stream.
        event: index of the class.
        smoothing: as of `program.summed`.
    """
    events, kinds = listened.event_of_window, listened.kind_at(listened.places)
    hours = {
        str(kind): float(((kinds == kind) & (events < 0)).sum()) * listened.hop_s / 3600
        for kind in dict.fromkeys(listened.kinds.tolist())
    }
    sums = summed(listened.outputs, smoothing)[:, event]
    return Scores(sums, events, kinds, listened.kind_at(listened.events[:, 0]), hours)


def measure(
    fitted: Fitted,
    validation: Material,
    test: Material,
    hours: float,
    *,
    refractory_s: float = 1.0,
    recalls: Sequence[float] = (0.95, 0.9),
    per_hour: float = 1.0,
    seed: int = 42,
) -> Tree:
    """Recall and false accepts an hour of a wake word, on composed scenes.

    Args:
        fitted: the model.
        validation: clips that choose thresholds; test: clips that figures are of.
        hours: how long the stream of each is.
        refractory_s: for so long after it was told the word is not told again.
        recalls: shares of the keywords of validation that thresholds are wanted for.
        per_hour: false accepts an hour of validation that another threshold is wanted for.
        seed: of the scenes.

    Returns:
        Plain data: the `points`, each with the figures of both splits at one threshold, and the minutes of distinct
        recordings behind them.

    Raises:
        FeatherlineError: as of `Listener` and `event_of`.
    """
    event, listener = event_of(fitted, None), Listener(fitted)
    rate_hz, smoothing = int(fitted.rate_hz), constants.smoothing(fitted.front_end.smoothing)
    refractory = math.ceil(refractory_s / hop_seconds(fitted))
    splits = {}
    for number, (name, material) in enumerate((("validation", validation), ("test", test))):
        composer = Composer(material, rate_hz, np.random.default_rng([seed, number]))
        scenes = track(composer.stream(hours), f"{name} stream", scenes_in(hours), unit="scene")
        splits[name] = scored(listener.hear(scenes), fitted.classes.index(event), smoothing)
    wanted = {f"{100 * share:g} % recall": splits["validation"].for_recall(share, refractory) for share in recalls}
    wanted[f"{per_hour:g} false accepts an hour"] = splits["validation"].for_rate(per_hour, refractory)
    return {
        "model": fitted.name,
        "event": event,
        "hop_s": hop_seconds(fitted),
        "smoothing": smoothing,
        "refractory_windows": refractory,
        "distinct_minutes": {
            name: {sort: round(minutes, 2) for sort, minutes in material.minutes(rate_hz).items()}
            for name, material in (("validation", validation), ("test", test))
        },
        "points": {
            of: None
            if threshold is None
            else {name: scores.figures(threshold, refractory) for name, scores in splits.items()}
            for of, threshold in wanted.items()
        },
    }
