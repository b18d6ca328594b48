import hashlib
import re

import numpy as np
import pytest
import soundfile

from featherline.core.errors import FeatherlineError
from featherline.simulation import espeak
from featherline.simulation import speech as simulated_speech


def small(folder, seed=1):
    folder.mkdir()
    simulated_speech.simulate(folder, keyword="on", speakers=6, keyword_clips=2, other_clips=3, seed=seed)
    return folder


def contents(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return small(tmp_path_factory.mktemp("speech") / "archive")


def test_the_layout_is_that_of_the_official_archive(archive):
    clips = list(archive.glob("[!_]*/*.wav"))
    assert len(clips) == 6 * (2 + 3)
    assert len(list((archive / "on").glob("*_nohash_[01].wav"))) == 6 * 2
    for clip in clips:
        info = soundfile.info(clip)
        assert (info.samplerate, info.frames, info.channels, info.subtype) == (16_000, 16_000, 1, "PCM_16")
        speaker, _, number = clip.stem.partition("_nohash_")
        assert len(speaker) == 8 and int(speaker, 16) >= 0 and number.isdigit()
    assert len(list((archive / "_background_noise_").glob("*.wav"))) == len(simulated_speech.BACKGROUNDS)


def test_the_lists_hold_out_whole_speakers_by_the_hash_of_their_name(archive):
    on_disk = {f"{path.parent.name}/{path.name}" for path in archive.glob("[!_]*/*.wav")}
    for split, file in simulated_speech.SPLIT_LISTS.items():
        listed = (archive / file).read_text().split()
        expected = {n for n in on_disk if simulated_speech.split_of(n.split("/")[1].partition("_")[0]) == split}
        assert expected and set(listed) == expected


def test_the_rule_is_the_official_one():
    """Two speakers of the real lists of version 0.01, which hold out 10 % twice."""
    assert simulated_speech.split_of("0c40e715", 10, 10) == "test"
    assert simulated_speech.split_of("0ea0e2f4", 10, 10) == "test"


def test_the_same_seed_gives_the_same_bytes(archive, tmp_path):
    assert contents(small(tmp_path / "again")) == contents(archive)


def test_another_seed_gives_other_speakers(archive, tmp_path):
    names = [{path.name.partition("_")[0] for path in f.glob("on/*")} for f in (archive, small(tmp_path / "b", 2))]
    assert not names[0] & names[1]


def test_clips_are_loud_enough_and_differ(archive):
    clips = [soundfile.read(path)[0] for path in sorted(archive.glob("on/*.wav"))]
    assert all(0.04 < np.abs(clip).max() < 1 for clip in clips)
    assert len({clip.tobytes() for clip in clips}) == len(clips)


def test_a_voice_says_the_same_word_in_the_same_samples():
    """eSpeak NG keeps state between words; a process of its own keeps that from leaking out."""
    script = [(espeak.Voice("en-us+whisper", 50, 50, 160), ["happy", "on"])]
    first = espeak.speak(script)
    espeak.speak([(espeak.Voice("en+f2", 60, 40, 200), ["yes"])])
    for one, other in zip(first[0], espeak.speak(script)[0], strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("word", ["-", "..", " "])
def test_a_word_that_makes_no_sound_is_named(word):
    with pytest.raises(FeatherlineError, match=f"eSpeak NG says nothing for '{re.escape(word)}'"):
        espeak.speak([(espeak.Voice("en", 50, 50, 160), ["on", word])])


def test_a_voice_process_that_fails_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setattr(espeak.sys, "executable", "/bin/false")
    with pytest.raises(FeatherlineError, match=r"eSpeak NG stopped with status 1 .*requirements\.txt"):
        espeak.speak([(espeak.Voice("en", 50, 50, 160), ["on"])])


def test_a_keyword_that_takes_longer_than_a_clip_is_refused(tmp_path):
    with pytest.raises(FeatherlineError, match="'the weather forecast for tomorrow' takes .* shorter keyword"):
        simulated_speech.simulate(
            tmp_path,
            keyword="the weather forecast for tomorrow",
            speakers=3,
            keyword_clips=1,
            other_clips=1,
            seed=1,
        )


def test_there_are_over_a_hundred_voice_variants():
    assert len(espeak.variants()) > 100
