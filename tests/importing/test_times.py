"""Order, copies, gaps and rates: mended and counted, or refused with the line."""

import numpy as np
import pytest

from featherline.importing import clock, resampling
from tests.importing.examples import as_csv, movement, write_folder


def test_a_gap_cuts_a_recording_in_two(take, tmp_path):
    def paused(rows):
        rows[150:, 0] += 60
        return as_csv(rows)

    taken = take(write_folder(tmp_path / "moves", paused))
    assert [len(samples) for samples in taken.samples] == [150] * 16
    assert "1 gaps of 60.02 s together cut it into 2 recordings" in taken.remarks


def test_copies_are_taken_once(take, tmp_path):
    taken = take(write_folder(tmp_path / "moves", lambda rows: as_csv(np.repeat(rows, 2, axis=0))))
    assert [len(samples) for samples in taken.samples] == [300] * 8
    assert "300 rows that repeat the one before them" in taken.remarks


def test_another_rate_is_refused_or_brought_down_on_request(take, refused, tmp_path):
    folder = write_folder(tmp_path / "moves", rate_hz=100)
    assert "p-slow.csv has 100 samples a second from line 2 on, and fetch.native_rate_hz is 50" in refused(folder)
    taken = take(folder, time={"rate": "resample"})
    assert [len(samples) for samples in taken.samples] == [300] * 8


def test_what_a_lower_rate_cannot_hold_is_filtered_out():
    t = np.arange(2000) / 200
    hum = np.sin(2 * np.pi * 60 * t)[:, None]  # at 50 Hz it would be taken for 10 Hz
    assert np.abs(resampling.resample(hum, 200, 50))[20:-20].max() < 0.01
    slow = np.sin(2 * np.pi * 5 * t)[:, None]
    at = np.arange(625) / 62.5
    np.testing.assert_allclose(
        resampling.resample(slow, 200, 62.5)[20:600, 0], np.sin(2 * np.pi * 5 * at)[20:600], atol=0.01
    )


def test_disorder_is_refused_or_sorted_on_request(take, refused, tmp_path):
    def swapped(rows):
        rows[[100, 101]] = rows[[101, 100]]
        return as_csv(rows)

    folder = write_folder(tmp_path / "moves", swapped)
    assert "p-slow.csv, line 103: time runs backwards, from 2.02 to 2 s" in refused(folder)
    taken = take(folder, time={"order": "sort"})
    np.testing.assert_array_equal(taken.samples[0], movement("slow", "p")[:, 1:])


def test_a_mixture_of_rates_is_refused_or_made_even(take, refused, tmp_path):
    def slower(rows):
        return as_csv(np.concatenate([rows[:200], rows[200::2]]))

    folder = write_folder(tmp_path / "moves", slower)
    assert "the rate changes there" in refused(folder)
    assert abs(len(take(folder, time={"rate": "resample"}).samples[0]) - 299) <= 1


def test_a_coarse_clock_is_spread_evenly(take, tmp_path):
    def whole_seconds(rows):
        rows[:, 0] = np.floor(rows[:, 0] + 0.37)
        return as_csv(rows)

    taken = take(write_folder(tmp_path / "moves", whole_seconds))
    assert [len(samples) for samples in taken.samples] == [300] * 8
    assert "its clock has steps of 1 s, within which samples were spread evenly" in taken.remarks


@pytest.mark.parametrize(
    ("header", "written"),
    [
        ("t,ax,ay,az", lambda t: f"{t * 1000:.0f}"),
        ("timestamp,ax,ay,az", lambda t: f"{1_700_000_000_000 + t * 1000:.0f}"),
        ("time_us,ax,ay,az", lambda t: f"{t * 1e6:.0f}"),
        ("Time (ns),ax,ay,az", lambda t: f"{1_700_000_000_000_000_000 + round(t * 1e9)}"),
        ("time,ax,ay,az", lambda t: f"12:00:{t:06.3f}"),
        (
            "time,ax,ay,az",
            lambda t: f"{23 if t < 3 else 0:02d}:{59 if t < 3 else 0:02d}:{57 + t if t < 3 else t - 3:06.3f}",
        ),
        ("datetime,ax,ay,az", lambda t: f"2024-02-28 10:00:{t:06.3f}"),
        ("datetime,ax,ay,az", lambda t: f"2024-02-28T10:00:{t:06.3f}Z"),
        # The night in which clocks go forward.
        (
            "datetime,ax,ay,az",
            lambda t: f"2024-03-31T01:59:{57 + t:06.3f}+01:00" if t < 3 else f"2024-03-31T03:00:{t - 3:06.3f}+02:00",
        ),
        ("Time (min),ax,ay,az", lambda t: f"{t / 60:.7f}"),
        ("Time [h],ax,ay,az", lambda t: f"{t / 3600:.9f}"),
    ],
)
def test_times_of_every_unit_and_clocks_are_read(take, tmp_path, header, written):
    def timed(rows):
        return header + "\n" + "".join(f"{written(r[0])},{r[1]:.4f},{r[2]:.4f},{r[3]:.4f}\n" for r in rows)

    taken = take(write_folder(tmp_path / "moves", timed))
    assert [len(samples) for samples in taken.samples] == [300] * 8
    assert "gaps" not in taken.remarks


def test_the_last_tick_of_a_coarse_clock_takes_the_usual_step():
    spread = clock.spread(np.array([0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3.0]))
    np.testing.assert_allclose(np.diff(spread), 0.25)
