import json

import numpy as np
import pytest
from pydantic import ValidationError

from featherline.core.errors import FeatherlineError
from featherline.signals import audio
from tests.signals.tones import RATE_HZ, tone


def settings(**changes) -> audio.Features:
    chosen = {
        "kind": "log_mel",
        "sample_rate_hz": RATE_HZ,
        "frame_samples": 512,
        "hop_samples": 320,
        "coefficients": 20,
        "lowest_hz": 60,
        "highest_hz": 7600,
        "log_floor": 1e-3,
    }
    return audio.Features(**{**chosen, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"frame_samples": 500}, "power of two"),
        ({"highest_hz": 9000}, "half of sample_rate_hz"),
        ({"lowest_hz": 7700}, "lowest_hz < highest_hz"),
        ({"kind": "mfcc", "coefficients": 50}, "mel_bands"),
        ({"log_floor": 0}, "greater than 0"),
    ],
)
def test_settings_that_cannot_be_computed_are_refused(changes, message):
    with pytest.raises(ValidationError, match=message):
        settings(**changes)


def test_a_mel_band_without_a_bin_is_refused():
    with pytest.raises(FeatherlineError, match="holds no bin of an FFT of 64 samples"):
        audio.front_end(settings(frame_samples=64, coefficients=40), RATE_HZ)


def test_a_clip_shorter_than_a_frame_is_refused():
    with pytest.raises(FeatherlineError, match="frame_samples is 512, and a clip has 100"):
        audio.front_end(settings(), 100)


# --- features


@pytest.mark.parametrize("kind", ["log_mel", "mfcc"])
def test_features_are_those_of_librosa(kind):
    import librosa

    chosen = settings(kind=kind, coefficients=13)
    clips = np.random.default_rng(0).normal(0, 0.1, (2, RATE_HZ)).astype(np.float32)
    found = audio.features(clips, audio.front_end(chosen, RATE_HZ))
    power = librosa.feature.melspectrogram(
        y=clips, sr=RATE_HZ, n_fft=512, hop_length=320, center=False, norm=None, fmin=60, fmax=7600,
        n_mels=40 if kind == "mfcc" else 13,
    )  # fmt: skip
    expected = np.log(power + 1e-3)
    if kind == "mfcc":
        expected = librosa.feature.mfcc(S=expected, n_mfcc=13)
    assert found.shape == (2, 49, 13, 1)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[..., 0], expected.transpose(0, 2, 1), atol=audio.FEATURE_STEP)
    assert np.array_equal(found, np.rint(found / audio.FEATURE_STEP) * audio.FEATURE_STEP)


@pytest.mark.parametrize("kind", ["log_mel", "mfcc"])
def test_the_constants_alone_are_enough_to_compute_the_features(kind):
    """What a C front end will do, from frontend.json and nothing else."""
    clip = tone(seconds=1) + np.random.default_rng(1).normal(0, 0.01, RATE_HZ).astype(np.float32)
    tables = audio.front_end(settings(kind=kind), RATE_HZ)
    told = json.loads(json.dumps(audio.constants(tables)))
    length = told["frame_samples"]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    computed = []
    for frame in range(told["frames"]):
        start = frame * told["hop_samples"]
        power = np.abs(np.fft.rfft(clip[start : start + length] * window)) ** 2
        bands = [
            np.dot(power[first : first + len(weights)], weights)
            for first, weights in zip(told["mel"]["first_bins"], told["mel"]["weights"], strict=True)
        ]
        logarithms = np.log(np.array(bands) + told["log"]["floor"])
        computed.append(logarithms if told["dct"] is None else np.array(told["dct"]) @ logarithms)
    np.testing.assert_allclose(computed, audio.features(clip[None], tables)[0, ..., 0], atol=1e-3)


def test_statistics_are_those_of_the_frames():
    clips = np.random.default_rng(0).normal(0, 0.1, (3, RATE_HZ)).astype(np.float32)
    frames = audio.features(clips, audio.front_end(settings(kind="mfcc"), RATE_HZ))[..., 0].astype(np.float64)
    tables = audio.front_end(settings(kind="mfcc", summary="statistics"), RATE_HZ)
    found = audio.features(clips, tables)
    count = frames.shape[2]
    assert found.shape == (3, *tables.shape) == (3, 1, 3 * count, 1)
    mean, variance, change = np.split(found[:, 0, :, 0], 3, axis=1)
    np.testing.assert_allclose(mean, frames.mean(axis=1), atol=2 * audio.STATISTICS_STEP)
    np.testing.assert_allclose(variance, np.log(frames.var(axis=1) + audio.STATISTICS_FLOOR), atol=0.01)
    steps = (np.diff(frames, axis=1) ** 2).mean(axis=1)
    np.testing.assert_allclose(change, np.log(steps + audio.STATISTICS_FLOOR), atol=0.01)


def test_statistics_of_a_single_frame_are_refused():
    with pytest.raises(FeatherlineError, match="summary is statistics, and a clip of 600 samples has a single frame"):
        audio.front_end(settings(summary="statistics"), 600)


def test_a_tone_is_found_in_the_band_around_it():
    tables = audio.front_end(settings(), RATE_HZ)
    low, high = (audio.features(tone(hz, 1)[None], tables)[0, 5, :, 0].argmax() for hz in (300, 5000))
    assert low < high


def test_digital_silence_gives_the_floor_and_no_infinity():
    found = audio.features(np.zeros((1, RATE_HZ), np.float32), audio.front_end(settings(), RATE_HZ))
    np.testing.assert_allclose(found, np.log(1e-3), atol=audio.FEATURE_STEP / 2)
