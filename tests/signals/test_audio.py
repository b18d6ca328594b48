import errno
import json
import math
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pydantic import ValidationError

from featherline.core.errors import FeatherlineError
from featherline.signals import audio

RATE_HZ = 16_000


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


def tone(frequency_hz=440.0, seconds=0.5, rate_hz=RATE_HZ):
    return (0.5 * np.sin(2 * np.pi * frequency_hz * np.arange(int(seconds * rate_hz)) / rate_hz)).astype(np.float32)


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "clip.wav"
    soundfile.write(path, tone(), RATE_HZ, subtype="PCM_16")
    return path


# --- writing


def test_a_written_clip_is_16_bit_mono_and_the_same_as_by_soundfile(tmp_path):
    audio.write_clip(tmp_path / "on" / "clip.wav", tone(), RATE_HZ)
    info = soundfile.info(tmp_path / "on" / "clip.wav")
    assert (info.samplerate, info.channels, info.subtype) == (RATE_HZ, 1, "PCM_16")
    soundfile.write(tmp_path / "direct.wav", np.rint(tone() * 32767).astype(np.int16), RATE_HZ, subtype="PCM_16")
    assert (tmp_path / "on" / "clip.wav").read_bytes() == (tmp_path / "direct.wav").read_bytes()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_told_as_such(tmp_path):
    (tmp_path / "clip.wav").symlink_to("/dev/full")
    with pytest.raises(OSError) as raised:
        audio.write_clip(tmp_path / "clip.wav", tone(), RATE_HZ)
    assert raised.value.errno == errno.ENOSPC


# --- reading


def test_a_clip_is_read_as_mono_float32(tmp_path):
    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.stack([tone(), np.zeros_like(tone())], axis=1), RATE_HZ)
    samples = audio.read_clip(path, RATE_HZ)
    assert samples.dtype == np.float32
    np.testing.assert_allclose(samples, tone() / 2, atol=1e-4)


def test_a_clip_of_another_rate_is_resampled(tmp_path):
    path = tmp_path / "fast.au"
    soundfile.write(path, tone(rate_hz=22_050), 22_050, subtype="PCM_16")
    samples = audio.read_clip(path, RATE_HZ)
    assert len(samples) == RATE_HZ // 2
    np.testing.assert_allclose(samples[500:-500], tone()[500:-500], atol=0.01)


@pytest.mark.parametrize("suffix", [".wav", ".au"])
def test_a_clip_that_is_cut_short_is_refused(tmp_path, suffix):
    path = tmp_path / f"clip{suffix}"
    soundfile.write(path, tone(), RATE_HZ, subtype="PCM_16")
    assert len(audio.read_clip(path, RATE_HZ)) == RATE_HZ // 2
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(FeatherlineError, match=rf"clip{suffix} is cut short .*bad_recordings"):
        audio.read_clip(path, RATE_HZ)


def test_compressed_sound_that_stands_for_more_than_memory_holds_is_refused(tmp_path):
    path = tmp_path / "hours.flac"
    soundfile.write(path, np.zeros(audio.LEAST_BOMB_BYTES // 2 + 4096, np.int16), RATE_HZ)
    with pytest.raises(FeatherlineError, match=r"hours.flac holds 33,558,528 samples in .* bytes.*convert it to WAV"):
        audio.read_clip(path, RATE_HZ)


def test_a_flac_that_hides_how_long_it_is_is_read_or_refused(tmp_path):
    path = tmp_path / "hidden.flac"
    soundfile.write(path, tone(), RATE_HZ)
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0  # the 36 bits of STREAMINFO that count the samples
    content[22:26] = bytes(4)
    path.write_bytes(content)
    with pytest.raises(FeatherlineError, match=r"hidden.flac holds .* samples"):
        audio.read_clip(path, RATE_HZ)


def test_a_streamed_header_that_tells_no_length_is_no_error(clip):
    content = bytearray(clip.read_bytes())
    place = content.index(b"data") + 4
    content[place : place + 4] = struct.pack("<I", audio.UNKNOWN_LENGTH)
    clip.write_bytes(content)
    assert len(audio.read_clip(clip, RATE_HZ)) == RATE_HZ // 2


@pytest.mark.parametrize("value", [0.0, 0.25])
def test_a_silent_clip_is_refused(tmp_path, value):
    path = tmp_path / "silent.wav"
    soundfile.write(path, np.full(1000, value), RATE_HZ)
    with pytest.raises(FeatherlineError, match="silent.wav is silent"):
        audio.read_clip(path, RATE_HZ)


@pytest.mark.parametrize("content", [b"", b"not a recording at all, but a page of an error"])
def test_a_file_that_is_no_audio_is_refused(tmp_path, content):
    path = tmp_path / "page.wav"
    path.write_bytes(content)
    with pytest.raises(FeatherlineError, match="page.wav is not a readable audio file"):
        audio.read_clip(path, RATE_HZ)


def test_a_clip_without_samples_or_with_nan_is_refused(tmp_path):
    path = tmp_path / "clip.wav"
    soundfile.write(path, np.empty(0), RATE_HZ)
    with pytest.raises(FeatherlineError, match="holds no samples"):
        audio.read_clip(path, RATE_HZ)
    soundfile.write(path, np.array([0.1, np.nan]), RATE_HZ, subtype="FLOAT")
    with pytest.raises(FeatherlineError, match="NaN"):
        audio.read_clip(path, RATE_HZ)


def test_bad_recordings_can_be_skipped(tmp_path, clip):
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF")
    assert [place for place, _ in audio.read_clips([broken, clip], RATE_HZ, "skip")] == [1]
    with pytest.raises(FeatherlineError, match="broken.wav"):
        list(audio.read_clips([broken, clip], RATE_HZ, "error"))


def test_hours_count_what_can_be_read(tmp_path, clip):
    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    assert math.isclose(audio.hours([clip, tmp_path / "broken.wav"]) * 3600, 0.5)


# --- settings


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
