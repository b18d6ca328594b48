"""Samples that are kept in no text, in the exact formats that their programs write."""

import json

import cbor2
import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
import scipy.io

from tests.importing import public_sets
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


def mat_of_h5py(path, rows):
    """HDF5 as MATLAB 7.3 writes it, without the lines that MATLAB writes before it."""
    import h5py

    with h5py.File(path, "w") as file:
        for name, values in zip(("ax", "ay", "az"), rows[:, 1:].T, strict=True):
            file[name] = values


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


@pytest.mark.parametrize(
    ("suffix", "writes", "changes"),
    [*((suffix, writes, changes) for suffix, (writes, changes) in FORMATS.items()), (".mat", mat_of_h5py, {})],
)
def test_every_container_gives_the_same_samples(take, tmp_path, suffix, writes, changes):
    taken = take(write_folder(tmp_path / "moves", through(tmp_path, writes), suffix), **changes)
    for samples, (who, label) in zip(taken.samples, [(who, label) for who in PEOPLE for label in LABELS], strict=True):
        np.testing.assert_array_equal(samples, movement(label, who)[:, 1:])


def stated_npz(path, rows):
    with path.open("wb") as stream:
        np.savez(stream, acc=rows[:, 1:], fs=100)


def stated_mat(path, rows):
    with path.open("wb") as stream:
        scipy.io.savemat(stream, {"acc": rows[:, 1:], "fs": 100.0})


def stated_json(path, rows):
    path.write_text(json.dumps({"meta": {"fs": 100}, "samples": rows[:, 1:].tolist()}))


@pytest.mark.parametrize(("suffix", "writes"), [(".npz", stated_npz), (".mat", stated_mat), (".json", stated_json)])
def test_a_rate_that_a_file_says_beside_its_table_is_held_against_the_settings(refused, tmp_path, suffix, writes):
    folder = write_folder(tmp_path / "moves", through(tmp_path, writes), suffix)
    assert "has 100 samples a second" in refused(folder, columns=[1, 2, 3])


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
    folder = public_sets.bearings(tmp_path / "bearings")
    changes = {"kind": "sensor", "unit": "g", "native_rate_hz": 12_000, "columns": ["1"]}
    taken = take(folder, array="*_DE_time", time={"column": "none"}, **changes)
    assert [samples.shape for samples in taken.samples] == [(12_000, 1)] * 6
    assert 0.05 < np.abs(taken.samples[0]).mean() < 0.1


def test_beats_of_an_ecg_are_cut_around_their_annotations(take, tmp_path):
    folder = public_sets.heart_beats(tmp_path / "ecg")
    taken = take(folder, kind="sensor", columns=["MLII"], unit="mV", native_rate_hz=360, annotations="atr")
    assert set(taken.labels) == {"N", "V"} and set(taken.groups) == {f"patient-{n}" for n in range(100, 104)}
    assert {samples.shape for samples in taken.samples} == {(234, 1)}
    assert all(abs(int(samples[:, 0].argmax()) - 90) < 12 for samples in taken.samples)


STROKES = {"kind": "sensor", "columns": ["x", "y"], "unit": "raw", "native_rate_hz": 25, "time": {"column": "none"}}


def test_strokes_of_a_magic_wand_are_recordings_of_one_file(take, refused, tmp_path):
    folder = public_sets.magic_wand(tmp_path / "wand")
    settings = {**STROKES, "pattern": "{group}_*.json", "label_column": "label", "id_column": "recording"}
    taken = take(folder, **settings)
    assert taken.labels == ["0", "1"] * 24 and taken.groups == [who for who in PEOPLE for _ in range(12)]
    first = json.loads((folder / "p_0.json").read_text())["strokes"][0]["strokePoints"]
    np.testing.assert_array_equal(taken.samples[0], [[point["x"], point["y"]] for point in first])
    content = (folder / "q_0.json").read_text()
    (folder / "q_0.json").write_text(content.replace('"y"', '"z"', 1))
    assert "q_0.json, sample 2 of recording 1 has x, y, and the first sample" in refused(folder, **settings)


def test_strokes_may_be_lists_of_numbers_with_times(take, tmp_path):
    """`[{"label": ..., "points": [[x, y, t in ms], ...]}, ...]`, whose columns have numbers."""
    folder = tmp_path / "strokes"
    folder.mkdir()
    for who in PEOPLE:
        rows = [(label, movement(label, who)[:80] * [1000, 1, 1, 1]) for label in LABELS]
        strokes = [{"label": label, "points": values[:, [1, 2, 0]].tolist()} for label, values in rows]
        (folder / f"{who}.json").write_text(json.dumps(strokes))
    changes = {**STROKES, "columns": [1, 2], "native_rate_hz": 50, "time": {"column": 3, "unit": "ms"}}
    taken = take(folder, pattern="{group}.json", label_column="label", id_column="recording", **changes)
    np.testing.assert_array_equal(taken.samples[0], movement("slow", "p")[:80, 1:3])
    assert taken.labels == list(LABELS) * 4


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
