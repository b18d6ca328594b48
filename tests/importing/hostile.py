"""Recordings as no logger writes them, of every kind that fetch reads: files of a good one with something done to it.

    python -m tests.importing.hostile --inputs 5000

reads so many, each by the stage fetch, by `inspect`, by `predict` and by `stream`, and prints what came out.
"""

import argparse
import gzip
import io
import json
import signal
import struct
import sys
import tempfile
import time
import warnings
import wave
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from featherline.core.errors import FeatherlineError
from featherline.importing import reading, sound, survey
from featherline.importing.listing import Row
from featherline.importing.plan import Plan
from featherline.importing.settings import Checks, Csv, Time
from featherline.prediction import models
from featherline.prediction import recordings as predicted
from featherline.streaming import streams
from tests.importing.examples import as_csv, movement

ROOT = Path(__file__).resolve().parents[2]
LONGEST_S = 10.0  # of the processor, which others may keep busy
MOST_MEMORY_KB = 1_000_000
RATE_HZ = 50
SOUND_RATE_HZ = 16000
ROWS = movement("slow", "p")
TEXT = (".csv", ".txt", ".json", ".hea")
# Fields, names and bits of syntax that a reader may stumble over.
TOKENS = [
    *(
        "nan",
        "inf",
        "-inf",
        "1e999",
        "-1e308",
        "1e-320",
        "0x1F",
        "1_000",
        "+5",
        "--5",
        "1.2.3",
        "1,5",
        "1,024",
        "1'000",
    ),
    *(
        "",
        " ",
        '"',
        '""',
        "'",
        '"a\nb"',
        "a,b",
        ";",
        "\t",
        "|",
        "\\",
        "#",
        "%",
        "//",
        "=1+1",
        "@x",
        "\0",
        "\x1a",
        "\ufeff",
    ),
    *("NaT", "None", "null", "true", "[]", "{}", "[[", "\u00a0", "\u0660\u0661", "9" * 400, "1" * 4301, "x" * 5000),
    *(
        "12:30:05",
        "2024-02-30",
        "2024-01-01T00:00:00Z",
        "99999999999999999999",
        "-0",
        "\r",
        "\r\n",
        "\n\n",
        "\x85",
        "\u2028",
    ),
]
# Sizes and counts in a header that nothing can hold.
INTEGERS = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1]


class TooSlow(Exception):
    """A recording took longer than any may."""


# --- good recordings ---------------------------------------------------------------------------


def _npy() -> bytes:
    stream = io.BytesIO()
    np.save(stream, ROWS[:, 1:])
    return stream.getvalue()


def _npz() -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, samples=ROWS[:, 1:])
    return stream.getvalue()


def _mat() -> bytes:
    import scipy.io

    stream = io.BytesIO()
    scipy.io.savemat(stream, {"samples": ROWS[:, 1:], "fs": 50.0}, do_compression=True)
    return stream.getvalue()


def _parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    pq.write_table(pa.table({name: ROWS[:, place] for place, name in enumerate(("t", "ax", "ay", "az"))}), stream)
    return stream.getvalue()


def _payload() -> dict:
    sensors = [{"name": name, "units": "g"} for name in ("ax", "ay", "az")]
    return {"payload": {"interval_ms": 20, "sensors": sensors, "values": ROWS[:, 1:].tolist()}}


def _cbor() -> bytes:
    import cbor2

    return cbor2.dumps(_payload())


def _wav() -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SOUND_RATE_HZ)
        file.writeframes((8000 * np.sin(np.arange(SOUND_RATE_HZ) / 9)).astype("<i2").tobytes())
    return stream.getvalue()


def _wfdb() -> dict[str, bytes]:
    import wfdb

    with tempfile.TemporaryDirectory() as folder:
        wfdb.wrsamp(
            "a", fs=50, units=["g"] * 3, sig_name=["ax", "ay", "az"], p_signal=ROWS[:, 1:], fmt=["16"] * 3,
            write_dir=folder,
        )  # fmt: skip
        return {path.suffix: path.read_bytes() for path in Path(folder).iterdir()}


def _zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Acceleration.csv", as_csv(ROWS))
        archive.writestr("Gyroscope.csv", as_csv(ROWS))
    return stream.getvalue()


GOOD: dict[str, dict[str, bytes]] = {
    ".csv": {".csv": as_csv(ROWS).encode()},
    ".txt": {".txt": as_csv(ROWS).replace(",", "\t").encode()},
    ".gz": {".gz": gzip.compress(as_csv(ROWS).encode(), mtime=0)},
    ".npy": {".npy": _npy()},
    ".npz": {".npz": _npz()},
    ".mat": {".mat": _mat()},
    ".parquet": {".parquet": _parquet()},
    ".json": {".json": json.dumps(_payload()).encode()},
    ".cbor": {".cbor": _cbor()},
    ".hea": _wfdb(),
    ".zip": {".zip": _zip()},
    ".wav": {".wav": _wav()},
}


# --- what is done to them ----------------------------------------------------------------------


@dataclass(frozen=True)
class Hostile:
    """The files of a recording by their suffixes, and whether nothing was done to them."""

    suffix: str
    files: dict[str, bytes]
    untouched: bool


@st.composite
def hostile(draw: st.DrawFn, kind: str | None = None) -> Hostile:
    """A recording of one kind or of any; one in ten is a good one."""
    suffix = draw(st.sampled_from(sorted(GOOD))) if kind is None else kind
    files = dict(GOOD[suffix])
    if draw(st.integers(0, 9)) == 0:
        return Hostile(suffix, files, True)
    changed = draw(st.sampled_from(sorted(files)))
    content = bytearray(files[changed])
    for _ in range(draw(st.integers(1, 4))):
        content = draw(st.sampled_from([_token, _line, _integer, _bits, _cut, _repeat, _shuffle, _noise]))(
            draw, content, suffix
        )
    files[changed] = bytes(content)
    return Hostile(suffix, files, False)


def _place(draw: st.DrawFn, content: bytearray) -> int:
    """Anywhere, but oftener near the beginning, where headers are, or near the end, where directories are."""
    length = len(content)
    near = draw(st.sampled_from([min(length, 200), length, length]))
    place = draw(st.integers(0, near))
    return length - place if draw(st.booleans()) and near < length else place


def _token(draw: st.DrawFn, content: bytearray, suffix: str) -> bytearray:
    """A field in place of another, all over or once."""
    token = draw(st.sampled_from(TOKENS)).encode("utf-8", "surrogatepass")
    start = _place(draw, content)
    end = start
    while end < len(content) and content[end] not in b',;\t\n "[]{}:':
        end += 1
    return content[:start] + token + content[end:]


def _line(draw: st.DrawFn, content: bytearray, suffix: str) -> bytearray:
    """A line left out, doubled, shortened or lengthened."""
    lines = bytes(content).split(b"\n")
    at = draw(st.integers(0, len(lines) - 1))
    what = draw(st.integers(0, 4))
    lines[at : at + 1] = [
        [],
        [lines[at]] * 2,
        [lines[at][: len(lines[at]) // 2]],
        [lines[at] + b",1,2"],
        [b"," * 2000],
    ][what]
    return bytearray(b"\n".join(lines))


def _integer(draw: st.DrawFn, content: bytearray, suffix: str) -> bytearray:
    form = draw(st.sampled_from(["<B", "<H", "<I", "<Q", ">I", ">Q"]))
    value = draw(st.sampled_from(INTEGERS)) & (256 ** struct.calcsize(form) - 1)
    packed, start = struct.pack(form, value), _place(draw, content)
    return content[:start] + packed + content[start + len(packed) :]


def _bits(draw: st.DrawFn, content: bytearray, suffix: str) -> bytearray:
    for _ in range(draw(st.integers(1, 8))):
        if content:
            content[min(_place(draw, content), len(content) - 1)] ^= 1 << draw(st.integers(0, 7))
    return content


def _cut(draw: st.DrawFn, content: bytearray, suffix: str) -> bytearray:
    start, stop = sorted((_place(draw, content), _place(draw, content)))
    return content[:start] if draw(st.booleans()) else content[:start] + content[stop:]


def _repeat(draw: st.DrawFn, content: bytearray, suffix: str) -> bytearray:
    start, stop = sorted((_place(draw, content), _place(draw, content)))
    return content[:stop] + content[start:stop] * draw(st.integers(1, 3)) + content[stop:]


def _shuffle(draw: st.DrawFn, content: bytearray, suffix: str) -> bytearray:
    """The inside of another kind under this one's suffix, or the same in another encoding."""
    if suffix in TEXT and draw(st.booleans()):
        encoding = draw(st.sampled_from(["utf-16", "utf-16-le", "utf-32", "utf-7", "cp037", "utf-8-sig"]))
        return bytearray(bytes(content).decode("utf-8", "replace").encode(encoding, "replace"))
    other = draw(st.sampled_from(sorted(GOOD)))
    return bytearray(next(iter(GOOD[other].values())))


def _noise(draw: st.DrawFn, content: bytearray, suffix: str) -> bytearray:
    made = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).bytes(draw(st.integers(0, 2000)))
    start = _place(draw, content)
    return content[:start] + made + content[start:]


# --- reading them ------------------------------------------------------------------------------


def plan() -> Plan:
    return Plan(
        accelerations=False,
        rate_hz=float(RATE_HZ),
        columns=None,
        unit="g",
        csv=Csv(),
        time=Time(rate="resample", order="sort"),
        checks=Checks(frozen_seconds=None),
    )


def write(recording: Hostile, folder: Path) -> Path:
    for suffix, content in recording.files.items():
        (folder / f"a{suffix}").write_bytes(content)
    return folder / f"a{recording.suffix}"


def outcome(recording: Hostile, fitted: dict[str, models.Fitted], told: Counter[str]) -> None:
    """Reads one; raises whatever is neither right nor one sentence, `TooSlow` included."""
    with tempfile.TemporaryDirectory() as name:
        path = write(recording, Path(name))
        readers = [lambda: _fetched(path, recording), lambda: _inspected(path)]
        model = fitted.get(recording.suffix)
        if model is not None:
            readers.append(lambda: predicted.read(path, model, predicted.Options()))
        if recording.suffix == ".wav":
            readers.append(lambda: _streamed(path, fitted[".wav"]))
        for read in readers:
            try:
                read()
                told["read"] += 1
            except FeatherlineError as error:
                assert not recording.untouched, f"a good recording was refused: {error}"
                assert str(error).count("\n") == 0, f"more than a line: {error}"
                told["refused"] += 1


def _fetched(path: Path, recording: Hostile) -> None:
    row = Row(path.name, path, "a", "b", str(path))
    if recording.suffix == ".wav":
        clips = sound.read(row, sound.Plan(SOUND_RATE_HZ, True, None, None, Checks()), None, [])
        assert all(np.isfinite(clip.samples).all() for clip in clips if clip.samples is not None)
        return
    columns = {".npy": ("1", "2", "3"), ".npz": ("1", "2", "3"), ".mat": ("1", "2", "3")}.get(recording.suffix)
    if recording.suffix == ".zip":
        columns = tuple(f"Acceleration.{name}" for name in ("ax", "ay", "az"))
    from dataclasses import replace

    made = reading.read(row, replace(plan(), columns=columns or ("ax", "ay", "az")))
    for item in made.recordings:
        assert np.isfinite(item.samples).all(), "a number that is none"
    if recording.untouched:
        [item] = made.recordings
        np.testing.assert_allclose(item.samples, ROWS[:, 1:], atol=2e-4)


def _streamed(path: Path, model: models.Fitted) -> None:
    """As clips of two speakers."""
    folder = path.parent / "clips"
    folder.mkdir()
    for speaker in "ab":
        (folder / f"{speaker}_nohash_0.wav").write_bytes(path.read_bytes())
    clips = streams.clips(folder, model)
    heard = streams.positives(clips, clips, int(model.rate_hz), np.random.default_rng(0))
    assert heard.samples.dtype == np.int16


def _inspected(path: Path) -> None:
    looked = survey.look(path.parent)
    assert all("\n" not in (file.error or "") for file in looked.files)


def fitted_models() -> dict[str, models.Fitted]:
    """A model of motion and one of sound, of the zoo."""
    return {".csv": models.find(str(ROOT / "zoo/motionsense")), ".wav": models.find(str(ROOT / "zoo/keywordspotting"))}


def run(inputs: int, first: int) -> Counter[str]:
    """Reads so many recordings; raises at the first that is neither read nor refused in a sentence, made small."""
    told: Counter[str] = Counter()
    fitted = fitted_models()

    def late(*_: object) -> None:
        raise TooSlow(f"longer than {LONGEST_S:g} s")

    # A crash of a library under a hostile file would be a warning too many as well.
    @seed(first)
    @settings(
        max_examples=inputs, deadline=None, database=None, print_blob=False, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(hostile())
    def each(recording: Hostile) -> None:
        told["recordings"] += 1
        previous = signal.signal(signal.SIGPROF, late)
        signal.setitimer(signal.ITIMER_PROF, LONGEST_S)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                outcome(recording, fitted, told)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, previous)

    each()
    return told


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--inputs", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    started = time.monotonic()
    told = run(chosen.inputs, chosen.seed)
    # Of this program alone: `ru_maxrss` begins at what the program that started it had.
    [peak] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    peak_kb = int(peak.split()[1])
    print(json.dumps({**told, "seconds": round(time.monotonic() - started, 1), "peak_kb": peak_kb}))
    if peak_kb > MOST_MEMORY_KB:
        sys.exit(f"the largest took {peak_kb:,} KB of memory")


if __name__ == "__main__":
    main()
