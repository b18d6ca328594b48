"""Where recordings come from: an official download, a folder of archives, a simulation."""

import hashlib
import os
import re
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType

from featherline.core.errors import FeatherlineError
from featherline.importing.archives import unpack
from featherline.params import UNPACKED_GB, Fetch
from featherline.records.provenance import Origin, Recordings

CHUNK_BYTES = 1 << 20
# A line of sha256sum; `*` marks a file that was read as binary.
CHECKSUM_LINE = re.compile(r"([0-9a-fA-F]{64})\s+\*?(?:\./)?(\S.*)")


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


def matches(path: Path, checksum: str) -> bool:
    """Whether a file is the one of a checksum, `sha256:<hex>` or `git:<hex>` of a blob."""
    kind, _, expected = checksum.partition(":")
    if kind == "git":
        digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode())
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
        return digest.hexdigest() == expected
    return sha256(path) == expected


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
        from featherline.applications import downloads  # its libraries take half a second to import

        for archive in application.archives(settings):
            if archive.url is None:  # only a mirror folder can hold it
                continue
            path = downloads.retrieve(archive, cache)
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
    complete = matches(path, archive.checksum) if archive.checksum else None
    return Origin(url=archive.url, file=path.name, sha256=sha256(path), complete=complete)
