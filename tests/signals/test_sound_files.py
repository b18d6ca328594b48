import errno
import math
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from featherline.core.errors import FeatherlineError
from featherline.signals import sound_files
from tests.signals.tones import RATE_HZ, tone


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "clip.wav"
    soundfile.write(path, tone(), RATE_HZ, subtype="PCM_16")
    return path


def test_a_written_clip_is_16_bit_mono_and_the_same_as_by_soundfile(tmp_path):
    sound_files.write_clip(tmp_path / "on" / "clip.wav", tone(), RATE_HZ)
    info = soundfile.info(tmp_path / "on" / "clip.wav")
    assert (info.samplerate, info.channels, info.subtype) == (RATE_HZ, 1, "PCM_16")
    soundfile.write(tmp_path / "direct.wav", np.rint(tone() * 32767).astype(np.int16), RATE_HZ, subtype="PCM_16")
    assert (tmp_path / "on" / "clip.wav").read_bytes() == (tmp_path / "direct.wav").read_bytes()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_told_as_such(tmp_path):
    (tmp_path / "clip.wav").symlink_to("/dev/full")
    with pytest.raises(OSError) as raised:
        sound_files.write_clip(tmp_path / "clip.wav", tone(), RATE_HZ)
    assert raised.value.errno == errno.ENOSPC


def test_a_clip_is_read_as_mono_float32(tmp_path):
    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.stack([tone(), np.zeros_like(tone())], axis=1), RATE_HZ)
    samples = sound_files.read_clip(path, RATE_HZ)
    assert samples.dtype == np.float32
    np.testing.assert_allclose(samples, tone() / 2, atol=1e-4)


def test_a_clip_of_another_rate_is_resampled(tmp_path):
    path = tmp_path / "fast.au"
    soundfile.write(path, tone(rate_hz=22_050), 22_050, subtype="PCM_16")
    samples = sound_files.read_clip(path, RATE_HZ)
    assert len(samples) == RATE_HZ // 2
    np.testing.assert_allclose(samples[500:-500], tone()[500:-500], atol=0.01)


@pytest.mark.parametrize("suffix", [".wav", ".au"])
def test_a_clip_that_is_cut_short_is_refused(tmp_path, suffix):
    path = tmp_path / f"clip{suffix}"
    soundfile.write(path, tone(), RATE_HZ, subtype="PCM_16")
    assert len(sound_files.read_clip(path, RATE_HZ)) == RATE_HZ // 2
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(FeatherlineError, match=rf"clip{suffix} is cut short .*bad_recordings"):
        sound_files.read_clip(path, RATE_HZ)


def test_compressed_sound_that_stands_for_more_than_memory_holds_is_refused(tmp_path):
    path = tmp_path / "hours.flac"
    soundfile.write(path, np.zeros(sound_files.LEAST_BOMB_BYTES // 2 + 4096, np.int16), RATE_HZ)
    with pytest.raises(FeatherlineError, match=r"hours.flac holds 33,558,528 samples in .* bytes.*convert it to WAV"):
        sound_files.read_clip(path, RATE_HZ)


def test_a_flac_that_hides_how_long_it_is_is_read_or_refused(tmp_path):
    path = tmp_path / "hidden.flac"
    soundfile.write(path, tone(), RATE_HZ)
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0  # the 36 bits of STREAMINFO that count the samples
    content[22:26] = bytes(4)
    path.write_bytes(content)
    with pytest.raises(FeatherlineError, match=r"hidden.flac holds .* samples"):
        sound_files.read_clip(path, RATE_HZ)


def test_a_streamed_header_that_tells_no_length_is_no_error(clip):
    content = bytearray(clip.read_bytes())
    place = content.index(b"data") + 4
    content[place : place + 4] = struct.pack("<I", sound_files.UNKNOWN_LENGTH)
    clip.write_bytes(content)
    assert len(sound_files.read_clip(clip, RATE_HZ)) == RATE_HZ // 2


@pytest.mark.parametrize("value", [0.0, 0.25])
def test_a_silent_clip_is_refused(tmp_path, value):
    path = tmp_path / "silent.wav"
    soundfile.write(path, np.full(1000, value), RATE_HZ)
    with pytest.raises(FeatherlineError, match="silent.wav is silent"):
        sound_files.read_clip(path, RATE_HZ)


@pytest.mark.parametrize("content", [b"", b"not a recording at all, but a page of an error"])
def test_a_file_that_is_no_audio_is_refused(tmp_path, content):
    path = tmp_path / "page.wav"
    path.write_bytes(content)
    with pytest.raises(FeatherlineError, match="page.wav is not a readable audio file"):
        sound_files.read_clip(path, RATE_HZ)


def test_a_clip_without_samples_or_with_nan_is_refused(tmp_path):
    path = tmp_path / "clip.wav"
    soundfile.write(path, np.empty(0), RATE_HZ)
    with pytest.raises(FeatherlineError, match="holds no samples"):
        sound_files.read_clip(path, RATE_HZ)
    soundfile.write(path, np.array([0.1, np.nan]), RATE_HZ, subtype="FLOAT")
    with pytest.raises(FeatherlineError, match="NaN"):
        sound_files.read_clip(path, RATE_HZ)


def test_bad_recordings_can_be_skipped(tmp_path, clip):
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF")
    assert [place for place, _ in sound_files.read_clips([broken, clip], RATE_HZ, "skip")] == [1]
    with pytest.raises(FeatherlineError, match="broken.wav"):
        list(sound_files.read_clips([broken, clip], RATE_HZ, "error"))


def test_hours_count_what_can_be_read(tmp_path, clip):
    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    assert math.isclose(sound_files.hours([clip, tmp_path / "broken.wav"]) * 3600, 0.5)
