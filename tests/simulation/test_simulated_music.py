import numpy as np
import pytest
import soundfile

from featherline.simulation import music as simulated_music
from featherline.simulation.genres import GENRES, chord_notes


@pytest.mark.parametrize("genre", GENRES)
def test_every_pattern_of_a_genre_is_one_bar_and_every_chord_is_known(genre):
    style = GENRES[genre]
    patterns = [*style.comp, *style.bass, *style.lead, *(p for choices in style.drums.values() for p in choices)]
    assert {len(pattern) for pattern in patterns} == {simulated_music.STEPS}
    assert set("".join(patterns)) <= set(".-xX13578")
    assert set(style.drums) <= set(simulated_music.DRUM_NOTES)
    assert all(len(chord_notes(chord)) >= 3 for chords in style.chords for chord in chords.split())


def test_chords_are_spelled_in_semitones_above_c():
    assert chord_notes("C") == [0, 4, 7]
    assert chord_notes("Bbm7") == [10, 13, 17, 20]


def test_the_layout_is_that_of_the_official_archive(tmp_path):
    simulated_music.simulate(tmp_path, tracks=2, track_seconds=1.5, seed=3)
    found = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.wav"))
    assert found == sorted(f"genres/{genre}/{genre}.0000{n}.wav" for genre in GENRES for n in range(2))
    info = soundfile.info(tmp_path / "genres" / "blues" / "blues.00001.wav")
    assert (info.samplerate, info.channels, info.duration) == (22_050, 1, 1.5)


@pytest.mark.parametrize("genre", ["classical", "metal"])
def test_the_same_seed_gives_the_same_track_and_another_a_different_one(genre):
    one, again, other = (simulated_music.record(genre, 2, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).max() > 0.1
    assert one.shape == (2 * simulated_music.SAMPLE_RATE_HZ,)
    assert 0.3 < np.abs(one).max() <= 1


def test_muffled_records_have_less_treble_and_borrowed_parts_change_the_piece():
    def treble(**shares: float) -> tuple[np.ndarray, float]:
        recorded = simulated_music.record("metal", 2, np.random.default_rng(5), **shares)
        spectrum = np.abs(np.fft.rfft(recorded)) ** 2
        return recorded, float(spectrum[len(spectrum) // 2 :].sum() / spectrum.sum())  # above 5.5 kHz

    plain, plain_treble = treble()
    muffled, muffled_treble = treble(muffled=1.0)
    borrowed, _ = treble(borrowed=1.0)
    assert muffled_treble < plain_treble / 4
    assert np.abs(borrowed - plain).max() > 0.1
