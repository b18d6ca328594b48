"""A recording that no logger wrote is read rightly or refused in one sentence, in bounded time and memory."""

import gzip
import io
import json
import os
import re
import struct
import subprocess
import sys
import time
import warnings
import zipfile
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import soundfile
from click.testing import CliRunner

from featherline.cli import main
from featherline.core.errors import FeatherlineError
from featherline.importing import containers, listing, reading, sound, survey, windows
from featherline.importing.listing import Row
from featherline.importing.settings import Checks, Csv
from featherline.signals import sound_files
from tests.importing import hostile
from tests.importing.examples import as_csv

ROOT = Path(__file__).resolve().parents[2]
BIG_ROWS = 10_000_000 // 27


def test_a_hundred_recordings_of_every_kind_are_read_or_refused():
    told = hostile.run(100, first=1)
    assert told["recordings"] >= 100 and told["read"] > 30 and told["refused"] > 30


@pytest.mark.soak
@pytest.mark.parametrize("first", [1, 2])
def test_five_thousand_recordings_are_read_or_refused_below_a_gigabyte(first):
    """Part `recordings`."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.importing.hostile", "--inputs", "2500", "--seed", str(first)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert json.loads(done.stdout)["recordings"] >= 2500


def refused(path: Path, columns: tuple[str, ...] = ("ax", "ay", "az")) -> str:
    from dataclasses import replace

    with pytest.raises(FeatherlineError) as raised:
        reading.read(Row(path.name, path, "a", "b", str(path)), replace(hostile.plan(), columns=columns))
    assert "\n" not in str(raised.value) and path.name in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize("suffix", [".csv", ".gz"])
def test_a_table_that_unpacks_to_a_thousand_times_its_size_is_refused(tmp_path, suffix):
    bomb = gzip.compress(b"t,ax,ay,az\n" + b"0,0,0,0\n" * 9_000_000)
    (tmp_path / f"a{suffix}").write_bytes(bomb)
    assert "unpacks to more than 40 times its size" in refused(tmp_path / f"a{suffix}")


def test_arrays_that_unpack_to_a_thousand_times_their_size_are_refused(tmp_path):
    """The size that an archive says, and one inside of the array that nothing can hold."""
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("samples.npy", hostile.GOOD[".npy"][".npy"] + bytes(80_000_000))
    assert "unpacks to more than" in refused(tmp_path / "a.npz")
    huge = io.BytesIO()
    np.lib.format.write_array_header_1_0(huge, {"descr": "<f8", "fortran_order": False, "shape": (2**40, 3)})
    (tmp_path / "a.npy").write_bytes(huge.getvalue() + bytes(100))
    refused(tmp_path / "a.npy")


def test_a_matlab_variable_that_unpacks_to_a_thousand_times_its_size_is_refused(tmp_path):
    import scipy.io

    scipy.io.savemat(tmp_path / "a.mat", {"samples": np.zeros((4_000_000, 3))}, do_compression=True)
    assert "unpacks to more than" in refused(tmp_path / "a.mat", ("1", "2", "3"))


def test_a_matlab_7_3_variable_that_unpacks_to_a_thousand_times_its_size_is_refused(tmp_path):
    import h5py

    with h5py.File(tmp_path / "a.mat", "w", userblock_size=512) as file:
        file.create_dataset("samples", (3, 40_000_000), chunks=(3, 100_000), compression="gzip")
    with (tmp_path / "a.mat").open("r+b") as stream:
        stream.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM")
    assert "unpacks to more than" in refused(tmp_path / "a.mat", ("1", "2", "3"))


@pytest.mark.parametrize("lists", [False, True])
def test_a_parquet_table_that_unpacks_to_a_thousand_times_its_size_is_refused(tmp_path, lists):
    """A run of equal numbers is one entry of the file, however long it is."""
    zeros = pa.array(np.zeros(1_000_000))
    column = pa.ListArray.from_arrays([0, len(zeros)], zeros) if lists else zeros
    with pq.ParquetWriter(
        tmp_path / "a.parquet", pa.schema({name: column.type for name in ("ax", "ay", "az")})
    ) as file:
        for _ in range(10):
            file.write_table(pa.table({name: column for name in ("ax", "ay", "az")}))
    assert "unpacks to more than 40 times its size" in refused(tmp_path / "a.parquet")
    [looked] = survey.look(tmp_path).files
    assert "unpacks to more than 40 times its size" in looked.error


def test_a_long_text_in_many_rows_of_a_parquet_table_is_kept_once(tmp_path):
    """As an array of text each row would take the 4 MB of the longest."""
    rows = 20_000
    texts = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array(["x" * 1_000_000]))
    columns = {name: np.random.default_rng(0).normal(size=rows) for name in ("ax", "ay", "az")}
    pq.write_table(pa.table({**columns, "comment": texts}), tmp_path / "a.parquet")
    [looked] = survey.look(tmp_path).files
    assert looked.error is None and looked.rows == rows


def test_a_long_text_beside_many_rows_of_json_is_kept_once(tmp_path):
    """As an array of text each row would take the 4 MB of the longest."""
    values = np.random.default_rng(0).normal(size=(20_000, 3)).round(4).tolist()
    rows = [dict(zip(("ax", "ay", "az"), row, strict=True)) | {"comment": ""} for row in values]
    rows[7]["comment"] = "x" * 1_000_000
    (tmp_path / "a.json").write_text(json.dumps(rows))
    [looked] = survey.look(tmp_path).files
    assert looked.error is None and looked.rows == len(rows)


def test_a_table_in_a_zip_that_unpacks_to_a_thousand_times_its_size_is_refused(tmp_path):
    zeros = b"t,ax,ay,az\n" + b"0,0,0,0\n" * 9_000_000
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Acceleration.csv", zeros)
    assert "'Acceleration.csv' unpacks to more than 40 times its size" in refused(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for place in range(4):
            archive.writestr(f"sensor-{place}.csv", zeros[:20_000_000])
    assert "a.zip unpacks to more than 40 times its size" in refused(tmp_path / "a.zip")


@pytest.mark.parametrize("name", ["a.csv", "a.wav", "manifest.csv", "notes.txt"])
def test_a_pipe_in_a_folder_of_recordings_is_refused_and_not_read(tmp_path, name):
    """Nobody writes to it, so that reading would never end."""
    (tmp_path / "b.csv").write_text(as_csv(hostile.ROWS))
    os.mkfifo(tmp_path / name)
    with pytest.raises(FeatherlineError, match=f"{name} is a pipe, a socket or a device and no file: remove it"):
        survey.look(tmp_path)
    with pytest.raises(FeatherlineError, match=f"{name} is a pipe, a socket or a device"):
        listing.by_pattern(tmp_path, "{label}.csv", (".csv",), ("label",))


def test_a_pipe_that_a_manifest_or_a_record_names_is_refused_and_not_read(tmp_path):
    os.mkfifo(tmp_path / "a.csv")
    (tmp_path / "manifest.csv").write_text("file,label,group\na.csv,slow,p\n")
    with pytest.raises(FeatherlineError, match="a.csv is a pipe"):
        listing.read(tmp_path, (".csv",))
    (tmp_path / "b.hea").write_text("b 1 50 1000\na.csv 16 200/g 16 0 0 0 0 ax\n")
    with pytest.raises(FeatherlineError, match="a.csv is a pipe"):
        containers.read(tmp_path / "b.hea", Csv())


@pytest.mark.parametrize("command", [["inspect"], ["predict", "motionsense"], ["convert"], ["to-c"], ["operators"]])
def test_a_device_that_a_command_is_given_is_refused_and_not_read(command):
    outcome = CliRunner().invoke(main, [*command, "/dev/zero"])
    assert outcome.exit_code == 2 and "/dev/zero is a pipe, a socket or a device and no file" in outcome.output


@pytest.mark.parametrize("written", ["[%s, %s]", "%s\n%s"])
def test_half_of_a_character_in_a_json_recording_is_told(tmp_path, written):
    """It is JSON, but neither a terminal nor a file takes it."""
    samples = ('{"a\\ud800": 1, "ay": 2, "az": 3}', '{"a\\ud800": 2, "ay": 2, "az": 3}')
    (tmp_path / "a.json").write_text(written % samples)
    assert "cannot be read as json (\\ud800 is half of a character): get it again" in refused(tmp_path / "a.json")


@pytest.mark.parametrize("depth", [500, 100_000])
@pytest.mark.parametrize("suffix", [".json", ".cbor"])
def test_a_tree_of_any_depth_is_refused(tmp_path, suffix, depth):
    deep = b"[" * depth + b"]" * depth if suffix == ".json" else b"\x81" * depth + b"\x01"
    (tmp_path / f"a{suffix}").write_bytes(deep)
    refused(tmp_path / f"a{suffix}")


def test_a_list_of_cbor_that_says_it_is_endless_is_refused(tmp_path):
    for head in (
        b"\x9b" + struct.pack(">Q", 2**62),
        b"\x5b" + struct.pack(">Q", 2**40),
        b"\x7b" + struct.pack(">Q", 2**62),
    ):
        (tmp_path / "a.cbor").write_bytes(head + b"\x01" * 100)
        refused(tmp_path / "a.cbor")


def test_a_wfdb_header_cannot_lead_to_another_file(tmp_path):
    outside = tmp_path / "outside.dat"
    outside.write_bytes(bytes(6000))
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "a.hea").write_text("a 1 50 1000\n../outside.dat 16 200/g 16 0 0 0 0 ax\n")
    assert "outside.dat" in refused(tmp_path / "records" / "a.hea", ("ax",))


def test_a_header_of_wfdb_that_is_broken_is_told_in_words_of_people(tmp_path):
    (tmp_path / "a.hea").write_text("a/3 0 360 99999999999\nx 5\n~ 99999999\na 4\n")
    assert "cannot be read as hea (what it says of itself does not fit together): get it again" in refused(
        tmp_path / "a.hea"
    )


def test_a_matlab_7_3_file_cannot_lead_to_another_file(tmp_path):
    import h5py

    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["samples"] = hostile.ROWS[:, 1:]
    with h5py.File(tmp_path / "a.mat", "w") as file:
        file["samples"] = h5py.ExternalLink("other.h5", "samples")
        file["circle"] = h5py.SoftLink("/circle")
    assert "holds no array of numbers" in refused(tmp_path / "a.mat", ("1", "2", "3"))


def test_a_wav_that_says_it_is_endless_is_refused_or_read_as_far_as_it_goes(tmp_path):
    content = bytearray(hostile.GOOD[".wav"][".wav"])
    content[4:8] = content[40:44] = struct.pack("<I", 2**32 - 1)
    (tmp_path / "a.wav").write_bytes(content)
    row = Row("a.wav", tmp_path / "a.wav", "a", "b", "a.wav")
    [clip] = sound.read(row, sound.Plan(hostile.SOUND_RATE_HZ, True, None, None, Checks()), None, [])
    assert clip.seconds == pytest.approx(1.0, abs=0.01)


def cut_short(content: bytes) -> bytes:
    return content[:-1000]


def not_finite(content: bytes) -> bytes:
    encoded = io.BytesIO()
    samples = np.full(1000, 0.1, np.float32)
    samples[500] = np.nan
    soundfile.write(encoded, samples, hostile.SOUND_RATE_HZ, "FLOAT", format="WAV")
    return encoded.getvalue()


def with_rate(rate_hz: int, content: bytes) -> bytes:
    return content[:24] + struct.pack("<I", rate_hz) + content[28:]


@pytest.mark.parametrize(
    ("spoiled", "sentence"),
    [
        (cut_short, r"is cut short \(31,044 bytes of the 32,044 its header tells\): get it again"),
        (not_finite, "holds samples that are NaN or infinite: get it again"),
        (partial(with_rate, 0), "its header tells no rate or no channels that audio can have"),
        (partial(with_rate, 2**31 - 1), "2,147,483,647 samples a second, as no recording has: get it again"),
    ],
)
def test_sound_that_is_broken_is_told_by_inspect_and_left_as_it_is_by_fetch(tmp_path, spoiled, sentence):
    """Resampled it would be whole: the stage preprocess, which refuses or skips it, could not tell any more."""
    (tmp_path / "a.wav").write_bytes(spoiled(hostile.GOOD[".wav"][".wav"]))
    [looked] = survey.look(tmp_path).files
    assert re.search(sentence, looked.error)
    row = Row("a.wav", tmp_path / "a.wav", "a", "b", "a.wav")
    [clip] = sound.read(row, sound.Plan(8000, True, None, None, Checks()), None, [])
    assert clip.samples is None
    with pytest.raises(FeatherlineError, match=sentence):
        sound_files.read_clip(tmp_path / "a.wav", 8000)


def test_ten_megabytes_take_less_than_ten_seconds(tmp_path):
    rows = np.tile(hostile.ROWS, (BIG_ROWS // len(hostile.ROWS), 1))
    rows[:, 0] = np.arange(len(rows)) / hostile.RATE_HZ
    (tmp_path / "a.csv").write_text(as_csv(rows))
    started = time.process_time()
    read = reading.read(Row("a.csv", tmp_path / "a.csv", "a", "b", "a.csv"), hostile.plan())
    assert len(read.recordings[0].samples) == len(rows)
    survey.look(tmp_path)
    assert time.process_time() - started < 20
    # A mark of another dialect in the last line, so that its place is looked for.
    with (tmp_path / "a.csv").open("a") as stream:
        stream.write("1,2,x,4\n")
    started = time.process_time()
    refused(tmp_path / "a.csv")
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "content", [b"," * 10_000_000, b"1," * 5_000_000, b"\n" * 10_000_000, b'"' * 10_000_000, b"1" * 10_000_000]
)
def test_ten_megabytes_of_one_mark_are_refused_in_ten_seconds(tmp_path, content):
    (tmp_path / "a.csv").write_bytes(content)
    started = time.process_time()
    refused(tmp_path / "a.csv")
    assert time.process_time() - started < 10


def _archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return stream.getvalue()


def _array(values: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, values, allow_pickle=True)
    return stream.getvalue()


def _twice(content: bytes) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(archive.namelist()[0], archive.read(archive.namelist()[0]))
    return stream.getvalue()


WINDOWS = np.zeros((4, 10, 3), np.float32)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.npy", _archive(samples=_array(WINDOWS)), "is an archive and no array"),
        ("a.npy", _array(np.array([[["x"]]], object)), "cannot be read as npy"),
        ("a.npy", _array(WINDOWS.astype(str)), "array holds <U32, and windows are numbers"),
        ("a.npy", _array(WINDOWS.astype(complex)), "array holds complex128"),
        ("a.npz", _archive(samples=b"no array"), "holds : set fetch.array"),
        ("a.npz", _archive(samples=_array(WINDOWS)[:200]), "cannot be read as npz"),
        ("a.npz", _twice(_archive(samples=_array(WINDOWS))), "holds two arrays 'samples': give each a name of its own"),
        ("a.npz", b"PK\3\4", "cannot be read as npz"),
    ],
)
def test_an_array_of_windows_that_is_none_is_refused_by_fetch_and_told_by_inspect(tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FeatherlineError) as raised:
        windows.of_array(path, None, ("x", "y", "z"), ())
    assert sentence in str(raised.value) and "\n" not in str(raised.value) and str(path) in str(raised.value)
    [file] = survey.look(tmp_path).files
    assert file.error is not None and "\n" not in file.error


def test_inspect_tells_of_windows_without_any_in_them(tmp_path):
    (tmp_path / "a.npy").write_bytes(_array(WINDOWS[:0]))
    [file] = survey.look(tmp_path).files
    assert file.error is not None and "\n" not in file.error
