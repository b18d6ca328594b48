"""Stand-ins of well-known sources, with the faults of their official files, read without further settings."""

import zipfile

import numpy as np
import pytest

from tests.importing.examples import LABELS, PEOPLE, movement, write_folder

PRESET = {"columns": None, "unit": None}


def text(rows, header, scale=1.0, order=(0, 1, 2, 3)):
    values = rows * [1, scale, scale, scale]
    return header + "\n" + "".join(",".join(f"{row[place]:.6f}" for place in order) + "\n" for row in values)


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


def sensor_logger_zip(path, who, label):
    """TotalAcceleration at 50 Hz and Gyroscope at 100 Hz, which starts 0.3 s late; a logger writes z, y, x."""
    rows = movement(label, who) * [1, 9.80665, 9.80665, 9.80665]
    t = 0.3 + np.arange(560) / 100
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("TotalAcceleration.csv", text(rows, "seconds_elapsed,z,y,x", 1.0, (0, 3, 2, 1)))
        gyroscope = np.column_stack([t, np.sin(t), np.cos(t), 0.1 * t])
        archive.writestr("Gyroscope.csv", text(gyroscope, "seconds_elapsed,z,y,x", 1.0, (0, 3, 2, 1)))
        archive.writestr("Metadata.csv", "version,device name\n1,phone\n")


def test_several_sensors_are_joined_by_time(take, tmp_path):
    folder = tmp_path / "phone"
    folder.mkdir()
    lines = ["file,label,group"]
    for who in PEOPLE:
        for label in LABELS:
            sensor_logger_zip(folder / f"{who}-{label}.zip", who, label)
            lines.append(f"{who}-{label}.zip,{label},{who}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    taken = take(folder, preset="sensor_logger", **PRESET)
    np.testing.assert_allclose(taken.samples[0], wanted(), atol=1e-6)
    columns = ["TotalAcceleration.x", "Gyroscope.x", "Gyroscope.z"]
    both = take(folder, kind="sensor", columns=columns, unit="SI")
    assert abs(len(both.samples[0]) - 280) <= 1
    np.testing.assert_allclose(both.samples[0][:, 0] / 9.80665, wanted()[15 : 15 + len(both.samples[0]), 0], atol=1e-4)
    t = 0.3 + np.arange(len(both.samples[0])) / 50
    np.testing.assert_allclose(both.samples[0][10:-10, 1], np.sin(t)[10:-10], atol=2e-3)
    assert "Gyroscope has 100 samples a second, starts 0.3 s late" in both.remarks


def test_linear_acceleration_alone_is_refused_by_its_name(refused, tmp_path):
    header = (
        '"Time (s)","Linear Acceleration x (m/s^2)","Linear Acceleration y (m/s^2)","Linear Acceleration z (m/s^2)"'
    )
    folder = write_folder(tmp_path / "moves", lambda rows: text(rows, header))
    assert "has linear acceleration alone (Linear Acceleration x (m/s^2)" in refused(folder, preset="phyphox", **PRESET)


def test_wisdm_with_its_known_faults(take, tmp_path):
    """WISDM_ar_v1.1_raw.txt: two readings on a line, `,;` and `;;` at its end, a reading without z, the time 0."""
    folder = tmp_path / "wisdm"
    folder.mkdir()
    lines = []
    for number, who in enumerate(PEOPLE):
        for name, label in (("Walking", "slow"), ("Jogging", "fast")):
            for t, x, y, z in movement(label, who, 10, 20):
                at = 49105962326000 + number * 10**12 + round(t * 1e9) + (name == "Jogging") * 10**11
                lines.append(f"{number + 1},{name},{at},{x * 9.80665:.6f},{y * 9.80665:.6f},{z * 9.80665:.6f}")
    # Two readings on one line, and the ends that the official file has.
    content = f"{lines[0]};{lines[1]};\n{lines[2]},;\n{lines[3]};;\n" + "".join(f"{line};\n" for line in lines[4:])
    content = content.replace(f"{lines[40]};", f"{lines[40].rpartition(',')[0]},;")
    (folder / "WISDM_ar_v1.1_raw.txt").write_text(content)
    taken = take(folder, preset="wisdm", native_rate_hz=None, **PRESET)
    assert set(taken.labels) == {"Walking", "Jogging"} and set(taken.groups) == {"1", "2", "3", "4"}
    assert "1 samples without a number were cut out" in taken.remarks
    np.testing.assert_allclose(taken.samples[0][:40], movement("slow", "p", 10, 20)[:40, 1:], atol=1e-5)


def test_pamap2_by_its_own_codes(take, tmp_path):
    """Protocol/subject101.dat: 54 columns with blanks, NaN where the wireless link lost a sample, code 0 between "
    "two."""
    folder = tmp_path / "PAMAP2_Dataset" / "Protocol"
    folder.mkdir(parents=True)
    for number, who in enumerate(PEOPLE, start=101):
        rows = np.concatenate([movement("slow", who, 3, 100), movement("fast", who, 3, 100)])
        codes = np.repeat([4, 5], 300)
        codes[:20] = 0
        table = np.full((600, 54), np.nan)
        table[:, 0], table[:, 1], table[:, 4:7] = np.arange(600) / 100 + 8.4, codes, rows[:, 1:] * 9.80665
        table[100, 4:7] = np.nan
        np.savetxt(folder / f"subject{number}.dat", table, fmt="%.5f")
    taken = take(tmp_path / "PAMAP2_Dataset", preset="pamap2", native_rate_hz=None, **PRESET)
    assert set(taken.labels) == {"walking", "running"} and set(taken.groups) == {"101", "102", "103", "104"}
    assert len(taken.samples[0]) == 280


def test_motionsense_by_its_folders(take, tmp_path):
    """A_DeviceMotion_data/<trial>/sub_<n>.csv: the first column has no name, acceleration is a sum."""
    header = ",gravity.x,gravity.y,gravity.z,userAcceleration.x,userAcceleration.y,userAcceleration.z"
    for number, who in enumerate(PEOPLE, start=1):
        for trial, label in (("wlk_7", "slow"), ("jog_9", "fast")):
            folder = tmp_path / "ms" / "A_DeviceMotion_data" / trial
            folder.mkdir(parents=True, exist_ok=True)
            rows = movement(label, who)
            gravity = np.tile([0, 0, 1.0], (len(rows), 1))
            table = np.column_stack([np.arange(len(rows)), gravity, rows[:, 1:] - gravity])
            np.savetxt(folder / f"sub_{number}.csv", table, "%.6f", ",", header=header, comments="")
    taken = take(tmp_path / "ms", preset="motionsense", native_rate_hz=None, **PRESET)
    assert set(taken.labels) == {"wlk", "jog"} and set(taken.groups) == {"1", "2", "3", "4"}
    np.testing.assert_allclose(taken.samples[4], wanted(), atol=1e-5)


def test_uci_har_by_its_layout(take, tmp_path):
    """<split>/Inertial Signals/total_acc_<axis>_<split>.txt: 128 values of a window a row, in g."""
    top = tmp_path / "UCI HAR Dataset"
    (top / "train" / "Inertial Signals").mkdir(parents=True)
    (top / "activity_labels.txt").write_text("1 WALKING\n2 STANDING\n")
    windows, labels, subjects = [], [], []
    for number, who in enumerate(PEOPLE, start=1):
        for code, label in ((1, "slow"), (2, "fast")):
            rows = movement(label, who)[:, 1:]
            windows += [rows[:128], rows[64:192]]
            labels += [code] * 2
            subjects += [number] * 2
    for place, axis in enumerate("xyz"):
        table = np.array(windows)[:, :, place]
        np.savetxt(top / "train" / "Inertial Signals" / f"total_acc_{axis}_train.txt", table, "%16.7e", " ")
    (top / "train" / "y_train.txt").write_text("".join(f"{code}\n" for code in labels))
    (top / "train" / "subject_train.txt").write_text("".join(f"{number}\n" for number in subjects))
    taken = take(tmp_path, preset="uci_har", native_rate_hz=None, **PRESET)
    assert set(taken.labels) == {"WALKING", "STANDING"} and len(taken.samples) == 16
    np.testing.assert_allclose(taken.samples[0], wanted()[:128], atol=1e-6)
