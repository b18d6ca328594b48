"""Where recordings come from: an official download, a folder of archives, a simulation."""

import errno
import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType

import pooch
import requests
from urllib3.exceptions import HTTPError

from featherline.core.errors import FeatherlineError
from featherline.core.progress import bar
from featherline.importing.archives import unpack
from featherline.params import UNPACKED_GB, Fetch
from featherline.records.provenance import Origin, Recordings

CHUNK_BYTES = 1 << 20
DOWNLOAD_CHUNK_BYTES = 1 << 14
READ_TIMEOUT_S = 30
# A download that brings less is broken off and tried again.
STALL_S = 60
LEAST_BYTES_A_SECOND = 100
# Between two tries where the server names no time; four times as long each time.
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 120
BUSY = (429, 503)
CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(?:(\d+)|\*)")
# A line of sha256sum; `*` marks a file that was read as binary.
CHECKSUM_LINE = re.compile(r"([0-9a-fA-F]{64})\s+\*?(?:\./)?(\S.*)")

pooch.get_logger().setLevel("WARNING")


@dataclass(frozen=True)
class Archive:
    """One archive of an official download.

    Attributes:
        url: where it is downloaded from; `kaggle:<owner>/<dataset>` goes through kagglehub;
            None for one that is nowhere to be downloaded and can only lie in a mirror folder.
        checksum: `sha256:<hex>`, or `git:<hex>` for a git blob's SHA-1; None where the
            publisher gives none, and then what was downloaded is only recorded.
        patterns: file names under which a mirror folder may hold it, whole or in part.
        folder: where in the raw folder its content goes ("" for the top).
    """

    url: str | None
    checksum: str | None
    patterns: tuple[str, ...]
    folder: str = ""

    @property
    def name(self) -> str:
        return (self.url or "").rstrip("/").rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Inventory:
    """What a raw folder holds, counted from the files themselves."""

    groups: int
    items: int
    hours: float


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _matches(path: Path, checksum: str) -> bool:
    kind, _, expected = checksum.partition(":")
    if kind == "git":
        digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode())
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
        return digest.hexdigest() == expected
    return sha256(path) == expected


# --- public: the official download ------------------------------------------------------------


class _GivenUp(requests.RequestException):
    """What another try would not change."""


class _Busy(requests.RequestException):
    """The server said when to come back, in seconds."""

    def __init__(self, status: int, wait_s: float) -> None:
        super().__init__(f"the server says {status}, and to wait {wait_s:,.0f} s")
        self.wait_s = wait_s


def _resuming_download(url: str, output_file: str, _pooch: object) -> None:
    """A pooch downloader that goes on where an earlier, broken download stopped."""
    finished = Path(output_file)
    name = hashlib.sha256(url.encode()).hexdigest()[:16]
    part = finished.parent / f"{name}.part"
    kept_etag = part.with_suffix(".etag")
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    if have and kept_etag.exists():
        headers["If-Range"] = kept_etag.read_text(encoding="utf-8")  # a file that changed since comes whole
    with requests.get(url, stream=True, headers=headers, timeout=READ_TIMEOUT_S) as response:
        content_range = _content_range(response)
        if response.status_code == 416:  # nothing is left of it: the part is whole, if the server knows its size
            kept_etag.unlink(missing_ok=True)
            if content_range[1] in (None, have):
                shutil.move(part, finished)
                return
            part.unlink()
            raise requests.ConnectionError(f"{have:,} bytes came, and the server has {content_range[1]:,}")
        _check_status(response)
        resumed = response.status_code == 206
        if resumed and content_range[0] not in (None, have):
            part.unlink()
            raise requests.ConnectionError(
                f"the server sent another part than was asked for, from byte {content_range[0]:,} on"
            )
        have = have if resumed else 0
        total = _length(response) + have or None
        with part.open("ab" if resumed else "wb") as stream:
            if not resumed:  # only now is the old part gone
                kept_etag.unlink(missing_ok=True)
                etag = response.headers.get("etag", "")
                if etag.startswith('"'):  # a weak one, W/"...", does not promise the same bytes
                    kept_etag.write_text(etag, encoding="utf-8")
            progress = bar(url.rsplit("/", 1)[-1], total, unit="B", unit_scale=True, initial=have)
            with progress:
                for chunk in _flowing(response):
                    stream.write(chunk)
                    progress.update(len(chunk))
    if total and part.stat().st_size != total:
        raise requests.ConnectionError(f"the connection closed after {part.stat().st_size:,} of {total:,} bytes")
    shutil.move(part, finished)
    kept_etag.unlink(missing_ok=True)


def _content_range(response: requests.Response) -> tuple[int | None, int | None]:
    """The first byte of what came and the size of the whole, as far as the server says them."""
    match = CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
    return (None, None) if match is None else (int(match[1]) if match[1] else None, int(match[2]) if match[2] else None)


def _length(response: requests.Response) -> int:
    length = response.headers.get("content-length", "0")
    if not length.isdecimal():
        raise _GivenUp(f"the server says a length of {length!r}")
    # Of what the server compressed on the way the length says nothing.
    return 0 if response.headers.get("content-encoding", "identity") != "identity" else int(length)


def _check_status(response: requests.Response) -> None:
    status = response.status_code
    if status in BUSY and (wait_s := _retry_after_s(response)) is not None:
        raise _Busy(status, wait_s)
    try:
        response.raise_for_status()
    except requests.HTTPError as error:
        raise error if status >= 500 or status in BUSY else _GivenUp(str(error)) from None
    if status not in (200, 206):  # a redirect to nowhere has a body, too
        raise _GivenUp(f"the server answers {status} {response.reason}")


def _retry_after_s(response: requests.Response) -> float | None:
    """Seconds that the server wants to be left alone for, written as such or as a date; None where it says nothing."""
    pause = response.headers.get("retry-after", "").strip()
    if pause.isdecimal():
        return float(pause)
    try:
        then = parsedate_to_datetime(pause)
        return max((then - datetime.now(then.tzinfo)).total_seconds(), 0.0)
    except (ValueError, OverflowError):
        return None


def _flowing(response: requests.Response) -> Iterator[bytes]:
    """What comes, as long as it comes: a byte now and then keeps every single read within its timeout."""
    since, came = time.monotonic(), 0
    try:
        while chunk := response.raw.read1(DOWNLOAD_CHUNK_BYTES, decode_content=True):
            yield chunk
            came += len(chunk)
            if (seconds := time.monotonic() - since) > STALL_S:
                if came < LEAST_BYTES_A_SECOND * seconds:
                    raise requests.ConnectionError(f"no more than {came:,} bytes came in {seconds:.0f} s")
                since, came = time.monotonic(), 0
    except HTTPError as error:
        raise requests.ConnectionError(str(error)) from None


def download(archive: Archive, cache: Path, attempts: int = 3) -> Path:
    """Downloads an archive into `cache` unless it is there already, and checks it.

    A broken connection is tried again and goes on where it stopped, in this run or the next. A server that is busy
    is asked again when it says so, unless that is too long to wait.

    Raises:
        FeatherlineError: naming the URL, what went wrong and how to use a mirror instead.
        OSError: where the disk is full.
    """
    target = cache / archive.name
    fix = "; fetch it by other means, put it in a folder and set data.source to mirror and data.mirror to that folder."
    cache.mkdir(parents=True, exist_ok=True)
    for attempt in range(1, attempts + 1):
        try:
            pooch.retrieve(archive.url, known_hash=None, fname=archive.name, path=cache, downloader=_resuming_download)
            break
        except OSError as error:  # as are all that requests raises
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
            wait_s = error.wait_s if isinstance(error, _Busy) else FIRST_WAIT_S * 4 ** (attempt - 1)
            if (
                attempt == attempts
                or isinstance(error, (_GivenUp, requests.TooManyRedirects))
                or wait_s > LONGEST_WAIT_S
            ):
                reason = " ".join(str(error).split())
                raise FeatherlineError(f"{archive.url} could not be downloaded ({reason}){fix}") from None
            time.sleep(wait_s)
        except ValueError as error:  # as urllib3 raises for an address that is none
            raise FeatherlineError(f"{archive.url} could not be downloaded ({error}){fix}") from None
    if archive.checksum and not _matches(target, archive.checksum):
        target.unlink()
        raise FeatherlineError(
            f"{archive.url} has a wrong checksum (expected {archive.checksum}); what was downloaded is deleted"
            f", run again{fix}"
        )
    return target


def download_from_kaggle(archive: Archive) -> Path:
    """Downloads a Kaggle dataset through kagglehub and returns the folder it lies in."""
    import kagglehub

    handle = (archive.url or "").removeprefix("kaggle:")
    try:
        return Path(kagglehub.dataset_download(handle))
    except Exception as error:  # kagglehub passes on whatever its HTTP client raised
        reason = " ".join(str(error).split())[:300]
        raise FeatherlineError(
            f"Kaggle dataset {handle} could not be downloaded ({reason}); fetch it from "
            f"https://www.kaggle.com/datasets/{handle}, put it in a folder and set data.source to mirror and "
            "data.mirror to that folder."
        ) from None


# --- mirror: archives that are on disk already ------------------------------------------------


def find_in_mirror(archives: tuple[Archive, ...], mirror: Path) -> dict[Archive, Path]:
    """Finds which of the archives a mirror folder holds, and checks them against its SHA256SUMS.

    Raises:
        FeatherlineError: where the folder is missing, holds none of them, or holds one that
            differs from the folder's own SHA256SUMS, or where that is no list of checksums.
    """
    if not mirror.is_dir():
        raise FeatherlineError(f"data.mirror is {str(mirror)!r}, and that is not a folder.")
    paths = {}
    for archive in archives:
        candidates = sorted(
            path for path in mirror.iterdir() if any(fnmatch(path.name, pattern) for pattern in archive.patterns)
        )
        if candidates:
            paths[archive] = candidates[0]
    if not paths:
        wanted = ", ".join(pattern for archive in archives for pattern in archive.patterns)
        raise FeatherlineError(f"The mirror {mirror} holds none of: {wanted}.")
    sums = mirror / "SHA256SUMS"
    if sums.is_file():
        expected = _read_checksums(sums)
        for path in paths.values():
            if path.name in expected and sha256(path) != expected[path.name]:
                raise FeatherlineError(
                    f"{path} has another checksum than {sums} says: copy the archive again, or correct the list."
                )
    return paths


def _read_checksums(path: Path) -> dict[str, str]:
    """Digests by file name, of a list as sha256sum writes it; blank lines and # comments are passed over."""
    digests = {}
    for number, line in enumerate(os.fsdecode(path.read_bytes()).split("\n"), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        match = CHECKSUM_LINE.fullmatch(line)
        if not match:
            raise FeatherlineError(
                f"{path}, line {number}, is no checksum: it must be 64 hexadecimal digits, two blanks and a file name."
            )
        digests[match[2]] = match[1].lower()
    return digests


# --- the whole of fetch -----------------------------------------------------------------------


def fetch(
    application: ModuleType,
    settings: Fetch,
    source: str,
    mirror: str | None,
    folder: Path,
    cache: Path,
    seed: int,
    unpacked_gb: float = UNPACKED_GB,
) -> Recordings:
    """Puts an application's recordings into `folder` and returns their provenance.

    Args:
        application: the application's module.
        settings: its `Fetch` block.
        source: `simulated`, `public` or `mirror`; there is no falling back to another.
        mirror: the folder that holds the archives, for the source `mirror`.
        folder: an existing, empty folder.
        cache: where downloads are kept between runs.
        seed: of the simulation.
        unpacked_gb: what one archive may take on the disk, in 10^9 bytes.

    Returns:
        What provenance.json holds.
    """
    archives: list[Origin] = []
    if source == "simulated":
        application.simulate(folder, settings, seed)
    elif source == "public":
        for archive in application.archives(settings):
            if archive.url is None:  # only a mirror folder can hold it
                continue
            path = download_from_kaggle(archive) if archive.url.startswith("kaggle:") else download(archive, cache)
            try:
                unpack(path, folder / archive.folder, unpacked_gb)
            except FeatherlineError:
                if archive.checksum is None and path.is_file():
                    path.unlink()  # nothing else tells that it is broken; the next run must not find it
                raise
            archives.append(_origin(archive, path))
    else:
        if mirror is None:
            raise FeatherlineError("data.source is mirror, and data.mirror names no folder: set it to one.")
        for archive, path in find_in_mirror(application.archives(settings), Path(mirror).expanduser()).items():
            unpack(path, folder / archive.folder, unpacked_gb)
            archives.append(_origin(archive, path))
    counted: Inventory = application.inventory(folder)
    return Recordings(
        application=application.TITLE,
        source=source,
        archives=tuple(archives),
        licence=application.LICENCE["simulated" if source == "simulated" else "public"],
        groups=counted.groups,
        items=counted.items,
        hours=round(counted.hours, 3),
    )


def _origin(archive: Archive, path: Path) -> Origin:
    if not path.is_file():
        return Origin(url=archive.url, file=path.name, sha256=None, complete=None)
    complete = _matches(path, archive.checksum) if archive.checksum else None
    return Origin(url=archive.url, file=path.name, sha256=sha256(path), complete=complete)
