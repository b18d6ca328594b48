"""Scenes that streams are composed of: what is in them, where the keyword is, and that a seed decides all of it."""

import numpy as np
import pytest

from featherline.signals import audio
from featherline.signals.scenes import SCENE_S, Composer, Material, scenes_in, windows

RATE_HZ = 2000


def tone(hz, seconds=0.5):
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)).astype(np.float32)


@pytest.fixture
def material():
    return Material([tone(300), tone(310)], [tone(500), tone(520), tone(540)], [tone(50, 40)], [tone(700, 20)])


def composer(material, seed=1):
    return Composer(material, RATE_HZ, np.random.default_rng(seed))


def share_of(samples, hz):
    """How much of the power lies within 20 Hz of a frequency."""
    power = np.abs(np.fft.rfft(samples.astype(float))) ** 2
    near = np.abs(np.fft.rfftfreq(len(samples), 1 / RATE_HZ) - hz) < 20
    return power[near].sum() / power.sum()


def test_the_keyword_is_heard_where_a_scene_says_and_nowhere_else(material):
    for kind in material.kinds:
        scene = composer(material).scene(kind, has_keyword=True)
        assert len(scene.samples) == SCENE_S * RATE_HZ
        assert len(scene.events) == 7
        last_end = 0
        for first, end in scene.events:
            assert share_of(scene.samples[first:end], 305) > 0.5
            assert last_end <= first < end <= len(scene.samples) - RATE_HZ  # a second is left for the answer
            last_end = end
        assert composer(material).scene(kind, has_keyword=False).events == []


def test_what_is_spoken_in_varied_scenes_is_faster_or_slower(material):
    scene = Composer(material, RATE_HZ, np.random.default_rng(1), varied=True).scene("noise", has_keyword=True)
    lengths = np.array([end - first for first, end in scene.events]) / (0.5 * RATE_HZ)
    assert 1 / 1.3 - 0.01 < lengths.min() < 0.97 < 1.03 < lengths.max() < 1 / 0.77 + 0.01
    for (first, end), length in zip(scene.events, lengths, strict=True):
        assert share_of(scene.samples[first:end], 305 / length) > 0.5
    assert share_of(scene.samples[: scene.events[0][0]], 50) > 0.5  # noise is as it was


def test_music_of_varied_scenes_is_another_each_time(material):
    varied = Composer(material, RATE_HZ, np.random.default_rng(1), varied=True)
    heard = [varied.scene("music", has_keyword=False).samples for _ in range(12)]
    loudest_hz = []
    for samples in heard:
        power = np.abs(np.fft.rfft(samples.astype(float))) ** 2
        loudest_hz.append(float(np.fft.rfftfreq(len(samples), 1 / RATE_HZ)[power.argmax()]))
    assert 0.69 * 700 < min(loudest_hz) < 0.9 * 700 < 1.1 * 700 < max(loudest_hz) < 1.41 * 700
    assert all(len(samples) == SCENE_S * RATE_HZ for samples in heard)


def test_a_scene_without_keyword_is_of_its_kind(material):
    heard = {"words": 520, "noise": 50, "music": 700}
    for kind, hz in heard.items():
        assert share_of(composer(material).scene(kind, False).samples, hz) > 0.5
    silence = composer(material).scene("silence", False).samples
    assert silence.std() < 35  # steps of 16 bits


def test_a_seed_decides_the_stream_and_all_kinds_take_turns(material):
    first, again, other = (list(composer(material, seed).stream(0.1)) for seed in (1, 1, 2))
    assert len(first) == scenes_in(0.1) == 12
    assert [scene.kind for scene in first[:4]] == ["words", "noise", "music", "silence"]
    assert all(np.array_equal(one.samples, two.samples) for one, two in zip(first, again, strict=True))
    assert not np.array_equal(first[0].samples, other[0].samples)


def test_what_there_is_no_recording_of_makes_no_scene(material):
    without = Material(material.keyword, material.words, [], [])
    assert without.kinds == ("words", "silence")
    assert without.minutes(RATE_HZ) == {"keyword": 1 / 60, "words": 1.5 / 60, "noise": 0, "music": 0}


def test_windows_show_the_whole_keyword_or_hardly_any_of_it(material):
    scene, length = composer(material).scene("silence", has_keyword=True), RATE_HZ
    rng = np.random.default_rng(0)
    keyword, others = windows(scene, length, a_keyword=3, others=50, most_shift=100, rng=rng)
    assert len(keyword) == 3 * len(scene.events)
    assert len(others) == 50
    assert {len(window) for window in (*keyword, *others)} == {length}
    assert all(share_of(window, 305) > 0.5 for window in keyword)
    loudness = [np.sqrt((window.astype(float) ** 2).mean()) for window in others]
    whole = np.sqrt((keyword[0].astype(float) ** 2).mean())
    assert np.median(loudness) < 0.1 * whole


def test_a_keyword_stands_above_what_is_behind_it(material):
    scene = composer(material).scene("noise", has_keyword=True)
    first, end = scene.events[0]
    assert share_of(scene.samples[first:end], 305) > share_of(scene.samples[first:end], 50)
    assert np.abs(scene.samples.astype(int)).max() <= audio.FULL_SCALE
