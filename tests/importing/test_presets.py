"""Stand-ins of well-known sources, with the faults of their official files, read without further settings."""

import zipfile

import numpy as np
import pytest

from tests.importing import public_sets
from tests.importing.examples import movement, write_folder
from tests.importing.public_sets import text

PRESET = {"columns": None, "unit": None}


def wanted(who="p", label="slow"):
    return movement(label, who)[:, 1:]


LOGGERS = {
    "phyphox": lambda rows: text(
        rows, '"Time (s)","Acceleration x (m/s^2)","Acceleration y (m/s^2)","Acceleration z (m/s^2)"', 9.80665
    ),
    "physics_toolbox": lambda rows: text(rows, "time,gFx,gFy,gFz"),
    "edge_impulse": lambda rows: text(rows * [1000, 1, 1, 1], "timestamp,accX,accY,accZ", 9.80665),
    "sensor_logger": lambda rows: text(rows, "seconds_elapsed,z,y,x", 9.80665, (0, 3, 2, 1)),
    "arduino": lambda rows: (
        "2,0.03,1.0\n"
        + "".join(f"12:00:{t:06.3f} -> ax:{x:.4f} ay:{y:.4f} az:{z:.4f}\n" for t, x, y, z in rows)
        + "12:00:06.0"
    ),
}


@pytest.mark.parametrize("preset", LOGGERS)
def test_a_logger_needs_no_columns_and_no_unit(take, tmp_path, preset):
    taken = take(write_folder(tmp_path / "moves", LOGGERS[preset], ".txt"), preset=preset, **PRESET)
    assert len(taken.samples) == 8
    np.testing.assert_allclose(taken.samples[0], wanted(), atol=1e-6)


def test_several_sensors_are_joined_by_time(take, tmp_path):
    folder = public_sets.sensor_logger(tmp_path / "phone")
    taken = take(folder, preset="sensor_logger", **PRESET)
    np.testing.assert_allclose(taken.samples[0], wanted(), atol=1e-6)
    columns = ["TotalAcceleration.x", "Gyroscope.x", "Gyroscope.z"]
    both = take(folder, kind="sensor", columns=columns, unit="SI")
    assert abs(len(both.samples[0]) - 280) <= 1
    np.testing.assert_allclose(both.samples[0][:, 0] / 9.80665, wanted()[15 : 15 + len(both.samples[0]), 0], atol=1e-4)
    t = 0.3 + np.arange(len(both.samples[0])) / 50
    np.testing.assert_allclose(both.samples[0][10:-10, 1], np.sin(t)[10:-10], atol=2e-3)
    assert "Gyroscope has 100 samples a second, starts 0.3 s late" in both.remarks


def test_two_sensors_of_one_name_in_a_zip_are_refused(refused, tmp_path):
    folder = public_sets.sensor_logger(tmp_path / "phone")
    with zipfile.ZipFile(folder / "p-slow.zip", "a") as archive:
        archive.writestr("watch/Gyroscope.csv", "seconds_elapsed,z,y,x\n0,1,2,3\n")
    sentence = refused(folder, preset="sensor_logger", **PRESET)
    assert "p-slow.zip holds 'Gyroscope.csv' twice" in sentence


def test_linear_acceleration_alone_is_refused_by_its_name(refused, tmp_path):
    header = (
        '"Time (s)","Linear Acceleration x (m/s^2)","Linear Acceleration y (m/s^2)","Linear Acceleration z (m/s^2)"'
    )
    folder = write_folder(tmp_path / "moves", lambda rows: text(rows, header))
    assert "has linear acceleration alone (Linear Acceleration x (m/s^2)" in refused(folder, preset="phyphox", **PRESET)


def test_wisdm_with_its_known_faults(take, tmp_path):
    folder = public_sets.wisdm(tmp_path / "wisdm")
    taken = take(folder, preset="wisdm", native_rate_hz=None, **PRESET)
    assert set(taken.labels) == {"Walking", "Jogging"} and set(taken.groups) == {"1", "2", "3", "4"}
    assert "1 samples without a number were cut out" in taken.remarks
    np.testing.assert_allclose(taken.samples[0][:40], movement("slow", "p", 10, 20)[:40, 1:], atol=1e-5)


def test_pamap2_by_its_own_codes(take, tmp_path):
    folder = public_sets.pamap2(tmp_path / "pamap2")
    taken = take(folder, preset="pamap2", native_rate_hz=None, **PRESET)
    assert set(taken.labels) == {"walking", "running"} and set(taken.groups) == {"101", "102", "103", "104"}
    assert len(taken.samples[0]) == 280


def test_motionsense_by_its_folders(take, tmp_path):
    folder = public_sets.motionsense(tmp_path / "ms")
    taken = take(folder, preset="motionsense", native_rate_hz=None, **PRESET)
    assert set(taken.labels) == {"wlk", "jog"} and set(taken.groups) == {"1", "2", "3", "4"}
    np.testing.assert_allclose(taken.samples[4], wanted(), atol=1e-5)


def test_uci_har_by_its_layout(take, tmp_path):
    folder = public_sets.uci_har(tmp_path / "uci")
    taken = take(folder, preset="uci_har", native_rate_hz=None, **PRESET)
    assert set(taken.labels) == {"WALKING", "STANDING"} and len(taken.samples) == 16
    np.testing.assert_allclose(taken.samples[0], wanted()[:128], atol=1e-6)
