"""Small stand-ins of public sets, in their exact layouts and with the faults of their official files."""

import json
import zipfile
from pathlib import Path

import numpy as np
import scipy.io
import wfdb

from tests.importing.examples import LABELS, PEOPLE, movement

STANDARD_GRAVITY = 9.80665


def text(rows, header, scale=1.0, order=(0, 1, 2, 3)):
    """Rows of times and axes under a header, the axes scaled and in another order."""
    values = rows * [1, scale, scale, scale]
    return header + "\n" + "".join(",".join(f"{row[place]:.6f}" for place in order) + "\n" for row in values)


def wisdm(folder: Path, seconds=10):
    """WISDM_ar_v1.1_raw.txt: two readings on a line, `,;` and `;;` at its end, a reading without z, the time 0."""
    folder.mkdir()
    lines = []
    for number, who in enumerate(PEOPLE):
        for name, label in (("Walking", "slow"), ("Jogging", "fast")):
            for t, x, y, z in movement(label, who, seconds, 20) * [1, *[STANDARD_GRAVITY] * 3]:
                at = 49105962326000 + number * 10**12 + round(t * 1e9) + (name == "Jogging") * 10**11
                lines.append(f"{number + 1},{name},{at},{x:.6f},{y:.6f},{z:.6f}")
    # Two readings on one line, and the ends that the official file has.
    content = f"{lines[0]};{lines[1]};\n{lines[2]},;\n{lines[3]};;\n" + "".join(f"{line};\n" for line in lines[4:])
    content = content.replace(f"{lines[40]};", f"{lines[40].rpartition(',')[0]},;")
    (folder / "WISDM_ar_v1.1_raw.txt").write_text(content)
    return folder


def pamap2(folder: Path, seconds=3):
    """Protocol/subject101.dat: 54 columns with blanks, NaN where the radio lost a sample, code 0 between two."""
    protocol = folder / "PAMAP2_Dataset" / "Protocol"
    protocol.mkdir(parents=True)
    for number, who in enumerate(PEOPLE, start=101):
        rows = np.concatenate([movement(label, who, seconds, 100) for label in LABELS])
        codes = np.repeat([4, 5], 100 * seconds)
        codes[:20] = 0
        table = np.full((len(rows), 54), np.nan)
        table[:, 0], table[:, 1] = np.arange(len(rows)) / 100 + 8.4, codes
        table[:, 4:7] = rows[:, 1:] * STANDARD_GRAVITY
        table[100, 4:7] = np.nan
        np.savetxt(protocol / f"subject{number}.dat", table, fmt="%.5f")
    return folder


def motionsense(folder: Path, seconds=6):
    """A_DeviceMotion_data/<trial>/sub_<n>.csv: the first column has no name, acceleration is a sum."""
    header = ",gravity.x,gravity.y,gravity.z,userAcceleration.x,userAcceleration.y,userAcceleration.z"
    for number, who in enumerate(PEOPLE, start=1):
        for trial, label in (("wlk_7", "slow"), ("jog_9", "fast")):
            below = folder / "A_DeviceMotion_data" / trial
            below.mkdir(parents=True, exist_ok=True)
            rows = movement(label, who, seconds)
            gravity = np.tile([0, 0, 1.0], (len(rows), 1))
            table = np.column_stack([np.arange(len(rows)), gravity, rows[:, 1:] - gravity])
            np.savetxt(below / f"sub_{number}.csv", table, "%.6f", ",", header=header, comments="")
    return folder


def uci_har(folder: Path):
    """<split>/Inertial Signals/total_acc_<axis>_<split>.txt: 128 values of a window a row, in g."""
    top = folder / "UCI HAR Dataset"
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
    return folder


def sensor_logger_zip(path: Path, who: str, label: str, seconds=6):
    """TotalAcceleration at 50 Hz and Gyroscope at 100 Hz, which starts 0.3 s late; a logger writes z, y, x."""
    rows = movement(label, who, seconds) * [1, *[STANDARD_GRAVITY] * 3]
    t = 0.3 + np.arange(100 * seconds - 40) / 100
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("TotalAcceleration.csv", text(rows, "seconds_elapsed,z,y,x", 1.0, (0, 3, 2, 1)))
        gyroscope = np.column_stack([t, np.sin(t), np.cos(t), 0.1 * t])
        archive.writestr("Gyroscope.csv", text(gyroscope, "seconds_elapsed,z,y,x", 1.0, (0, 3, 2, 1)))
        archive.writestr("Metadata.csv", "version,device name\n1,phone\n")


def sensor_logger(folder: Path, seconds=6):
    """A zip a recording, as the app Sensor Logger exports it."""
    folder.mkdir()
    lines = ["file,label,group"]
    for who in PEOPLE:
        for label in LABELS:
            sensor_logger_zip(folder / f"{who}-{label}.zip", who, label, seconds)
            lines.append(f"{who}-{label}.zip,{label},{who}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return folder


def bearings(folder: Path):
    """As the Case Western Reserve University publishes it: X097_DE_time and others, each of shape (samples, 1)."""
    rng, lines = np.random.default_rng(0), ["file,label,group"]
    folder.mkdir()
    for number, load in enumerate(("0hp", "1hp", "2hp"), start=97):
        for label, hertz in (("normal", 30), ("inner", 160)):
            t = np.arange(12_000)[:, None] / 12_000
            drive_end = 0.1 * np.sin(2 * np.pi * hertz * t) + rng.normal(0, 0.02, t.shape)
            fan_end = 0.05 * np.sin(2 * np.pi * hertz * t) + rng.normal(0, 0.02, t.shape)
            key = f"X{number + 10 * (label == 'inner'):03d}"
            variables = {f"{key}_DE_time": drive_end, f"{key}_FE_time": fan_end, f"{key}RPM": np.array([[1796]])}
            scipy.io.savemat(folder / f"{label}-{load}.mat", variables)
            lines.append(f"{label}-{load}.mat,{label},{load}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return folder


def heart_beats(folder: Path):
    """As in the MIT-BIH Arrhythmia Database: 360 Hz, two leads, `.hea`, `.dat` and `.atr`, N and V its symbols."""
    rng, lines = np.random.default_rng(0), ["file,group"]
    folder.mkdir()
    for patient in range(100, 104):
        t = np.arange(360 * 20) / 360
        beats = np.arange(200, len(t) - 200, 300) + rng.integers(0, 40)
        symbols = ["V" if place % 4 == 3 else "N" for place in range(len(beats))]
        signal = np.zeros((len(t), 2))
        for beat, symbol in zip(beats, symbols, strict=True):
            signal += np.exp(-0.5 * ((np.arange(len(t)) - beat) / (25 if symbol == "V" else 6)) ** 2)[:, None]
        signal += rng.normal(0, 0.02, signal.shape)
        wfdb.wrsamp(
            str(patient), 360, ["mV", "mV"], ["MLII", "V1"], p_signal=signal, fmt=["212", "212"], write_dir=folder
        )
        wfdb.wrann(str(patient), "atr", beats, symbol=symbols, write_dir=str(folder))
        lines.append(f"{patient}.hea,patient-{patient}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return folder


def magic_wand(folder: Path, strokes_each=6, points=60):
    """Strokes as github.com/petewarden/magic_wand writes them and magic_wand_digit_data has them: person_number.json.

    `{"strokes": [{"index": 0, "strokePoints": [{"x": ..., "y": ...}, ...], "label": "0"}, ...]}`, and no times: the
    board takes 25 points a second.
    """
    folder.mkdir()
    for number, who in enumerate(PEOPLE):
        rng = np.random.default_rng(number)
        strokes = []
        for index in range(2 * strokes_each):
            t, turn = np.linspace(0, 2 * np.pi, points + int(rng.integers(0, 9))), rng.uniform(0.8, 1.2)
            label = ("0", "1")[index % 2]
            x = np.cos(turn * t) if label == "0" else 0.1 * np.cos(t)
            y = np.sin(turn * t)
            made = np.round(np.column_stack([x, y]) * 0.6 + rng.normal(0, 0.02, (len(t), 2)), 6)
            stroke_points = [{"x": x, "y": y} for x, y in made.tolist()]
            strokes.append({"index": index, "strokePoints": stroke_points, "label": label})
        (folder / f"{who}_0.json").write_text(json.dumps({"strokes": strokes}))
    return folder
