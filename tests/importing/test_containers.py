"""Samples that are kept in no text, in the exact formats that their programs write."""

import json

import cbor2
import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
import scipy.io
import wfdb

from tests.importing.examples import LABELS, PEOPLE, movement, write_folder


def through(tmp_path, writes):
    """What a function makes that writes rows to a path, as bytes."""

    def content(rows):
        path = tmp_path / "one"
        writes(path, rows)
        return path.read_bytes()

    return content


def npz(path, rows):
    with path.open("wb") as stream:
        np.savez(stream, t=rows[:, 0], ax=rows[:, 1], ay=rows[:, 2], az=rows[:, 3])


def npy(path, rows):
    with path.open("wb") as stream:
        np.save(stream, rows[:, 1:])


def mat(path, rows):
    with path.open("wb") as stream:
        scipy.io.savemat(stream, {"fs": 50.0, "ax": rows[:, 1:2], "ay": rows[:, 2:3], "az": rows[:, 3:4]})


def parquet(path, rows):
    columns = {name: rows[:, place] for place, name in enumerate(("t", "ax", "ay", "az"))}
    pyarrow.parquet.write_table(pyarrow.table(columns), path)


def objects(path, rows):
    path.write_text(json.dumps([dict(zip(("t", "ax", "ay", "az"), row, strict=True)) for row in rows.tolist()]))


def edge_impulse(rows):
    """The data acquisition format of https://docs.edgeimpulse.com (JSON and CBOR)."""
    sensors = [{"name": name, "units": "m/s2"} for name in ("accX", "accY", "accZ")]
    payload = {"device_type": "X", "interval_ms": 20, "sensors": sensors, "values": (rows[:, 1:] * 9.80665).tolist()}
    return {"protected": {"ver": "v1", "alg": "none"}, "signature": "0" * 64, "payload": payload}


FORMATS = {
    ".npz": (npz, {}),
    ".npy": (npy, {"columns": [1, 2, 3]}),
    ".mat": (mat, {}),
    ".parquet": (parquet, {}),
    ".json": (objects, {}),
}


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_container_gives_the_same_samples(take, tmp_path, suffix):
    writes, changes = FORMATS[suffix]
    taken = take(write_folder(tmp_path / "moves", through(tmp_path, writes), suffix), **changes)
    for samples, (who, label) in zip(taken.samples, [(who, label) for who in PEOPLE for label in LABELS], strict=True):
        np.testing.assert_array_equal(samples, movement(label, who)[:, 1:])


@pytest.mark.parametrize(
    ("suffix", "dumps"), [(".json", lambda tree: json.dumps(tree).encode()), (".cbor", cbor2.dumps)]
)
def test_edge_impulse_names_its_own_columns_unit_and_rate(take, tmp_path, suffix, dumps):
    folder = write_folder(tmp_path / "moves", lambda rows: dumps(edge_impulse(rows)), suffix)
    taken = take(folder, preset="edge_impulse", columns=None, unit=None)
    np.testing.assert_allclose(taken.samples[0], movement("slow", "p")[:, 1:])


def test_a_file_that_is_broken_or_holds_several_arrays_is_told(refused, tmp_path):
    assert "cannot be read as npz" in refused(write_folder(tmp_path / "a", lambda rows: b"PK\x03\x04", ".npz"))

    def two(path, rows):
        with path.open("wb") as stream:
            np.savez(stream, a=rows, b=rows[:9])

    assert "set fetch.array to the one that has the samples" in refused(
        write_folder(tmp_path / "b", through(tmp_path, two), ".npz")
    )


def test_bearing_vibration_is_found_by_the_end_of_its_variables_name(take, tmp_path):
    """As the Case Western Reserve University publishes it: X097_DE_time and others, each of shape (samples, 1)."""
    folder, rng = tmp_path / "bearings", np.random.default_rng(0)
    folder.mkdir()
    lines = ["file,label,group"]
    for number, load in enumerate(("0hp", "1hp", "2hp"), start=97):
        for label, hertz in (("normal", 30), ("inner", 160)):
            t = np.arange(12_000)[:, None] / 12_000
            drive_end = 0.1 * np.sin(2 * np.pi * hertz * t) + rng.normal(0, 0.02, t.shape)
            key = f"X{number + 10 * (label == 'inner'):03d}"
            variables = {f"{key}_DE_time": drive_end, f"{key}_FE_time": 0 * t, f"{key}RPM": np.array([[1796]])}
            scipy.io.savemat(folder / f"{label}-{load}.mat", variables)
            lines.append(f"{label}-{load}.mat,{label},{load}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    changes = {"kind": "sensor", "unit": "g", "native_rate_hz": 12_000, "columns": ["1"]}
    taken = take(folder, array="*_DE_time", time={"column": "none"}, **changes)
    assert [samples.shape for samples in taken.samples] == [(12_000, 1)] * 6
    assert 0.05 < np.abs(taken.samples[0]).mean() < 0.1


def test_beats_of_an_ecg_are_cut_around_their_annotations(take, tmp_path):
    """As in the MIT-BIH Arrhythmia Database: 360 Hz, two leads, `.hea`, `.dat` and `.atr`, N and V among its "
    "symbols."""
    folder, rng = tmp_path / "ecg", np.random.default_rng(0)
    folder.mkdir()
    lines = ["file,group"]
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
    taken = take(folder, kind="sensor", columns=["MLII"], unit="mV", native_rate_hz=360, annotations="atr")
    assert set(taken.labels) == {"N", "V"} and set(taken.groups) == {f"patient-{n}" for n in range(100, 104)}
    assert {samples.shape for samples in taken.samples} == {(234, 1)}
    assert all(abs(int(samples[:, 0].argmax()) - 90) < 12 for samples in taken.samples)


def test_rows_that_are_windows_are_read_by_the_names_of_their_columns(take, refused, tmp_path):
    folder = tmp_path / "windows"
    folder.mkdir()
    names = [f"{axis}_{place}" for axis in ("ax", "ay", "az") for place in range(100)]
    lines = [",".join([*names, "label", "person"])]
    for who in PEOPLE:
        for label in LABELS:
            for cut in np.split(movement(label, who)[:, 1:], 3):
                lines.append(",".join([*(f"{value:.4f}" for value in cut.T.ravel()), label, who]))
    (folder / "all.csv").write_text("\n".join(lines) + "\n")
    (folder / "manifest.csv").write_text("file\nall.csv\n")
    columns = {"rows": "windows", "label_column": "label", "group_column": "person"}
    taken = take(folder, **columns)
    assert len(taken.samples) == 24
    np.testing.assert_array_equal(taken.samples[0], movement("slow", "p")[:100, 1:])
    (folder / "all.csv").write_text("\n".join(lines).replace("_", "?") + "\n")
    assert "set fetch.window_order to channels" in refused(folder, **columns)
    np.testing.assert_array_equal(take(folder, **columns, window_order="channels").samples[0], taken.samples[0])
