"""The official download of an archive, which goes on where it broke off and is checked before it is used."""

import errno
import hashlib
import re
import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pooch
import requests
from urllib3.exceptions import HTTPError

from featherline.applications.sources import Archive, matches
from featherline.core.errors import FeatherlineError
from featherline.core.progress import bar

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

pooch.get_logger().setLevel("WARNING")


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


def retrieve(archive: Archive, cache: Path) -> Path:
    """Downloads an archive by its address, unless it is there already; returns its file, or its folder of Kaggle's.

    Raises:
        FeatherlineError: as `download`.
        OSError: where the disk is full.
    """
    return _from_kaggle(archive) if (archive.url or "").startswith("kaggle:") else download(archive, cache)


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
    if archive.checksum and not matches(target, archive.checksum):
        target.unlink()
        raise FeatherlineError(
            f"{archive.url} has a wrong checksum (expected {archive.checksum}); what was downloaded is deleted"
            f", run again{fix}"
        )
    return target


def _from_kaggle(archive: Archive) -> Path:
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
