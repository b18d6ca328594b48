"""Archives of strangers: unpacked within bounds, only plain files, each once and below the folder."""

import bz2
import errno
import gzip
import lzma
import os
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO, cast

from featherline.core.errors import FeatherlineError
from featherline.core.progress import bar
from featherline.params import UNPACKED_GB

CHUNK_BYTES = 1 << 20
BYTES_A_GB = 1_000_000_000
# What a file or a folder takes on the disk, however little it holds.
BLOCK_BYTES = 4096
# tarfile reads what stands before a member, such as a long name, in one piece.
LARGEST_READ_BYTES = 64 << 20
TAR_BLOCK_BYTES = 512
COMPRESSIONS: dict[bytes, Callable[..., object]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\0": lzma.open,
}
# RuntimeError: encrypted, or of unknown compression. A bare OSError is missing, as a full disk breaks no archive.
BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    RuntimeError,
    ValueError,
)


def unpack(archive: Path, folder: Path, unpacked_gb: float = UNPACKED_GB, key: str = "data.unpacked_gb") -> None:
    """Unpacks a zip or tar archive, or copies a folder, without trusting anything inside.

    Only plain files are written, and only below `folder`; links and macOS resource forks are left out.

    Args:
        archive: the archive, a folder, or a single CSV file.
        folder: where its content goes; what was written there before an error is the caller's to remove.
        unpacked_gb: what it may take on the disk, in 10^9 bytes.
        key: the key of params.yaml that says so, for messages.

    Raises:
        FeatherlineError: where the archive is broken or takes more; where a path in it leads elsewhere, comes
            twice or is no proper name; or where it holds a device. The sentence names the archive and the member.
    """
    folder.mkdir(parents=True, exist_ok=True)
    members = Members(archive, folder, unpacked_gb, key)
    try:
        if archive.is_dir():
            _copy_folder(archive, members)
        elif zipfile.is_zipfile(archive):
            _unpack_zip(archive, members)
        elif _is_tar(archive):
            _unpack_tar(archive, members)
        elif archive.suffix == ".csv":
            shutil.copy(archive, folder)
        else:
            raise FeatherlineError(f"{archive} is neither a zip nor a tar archive: it may be cut short, get it again.")
    except BROKEN as error:
        raise FeatherlineError(f"{archive} cannot be unpacked ({error}): get it again.") from None


class Members:
    """Writes the members of one archive below a folder, and keeps count of what they take.

    Args:
        archive, folder, unpacked_gb, key: as of `unpack`.
    """

    def __init__(self, archive: Path, folder: Path, unpacked_gb: float, key: str) -> None:
        self.archive, self.top, self._unpacked_gb, self._key = archive, folder.resolve(), unpacked_gb, key
        self._taken_bytes, self._files, self._folders = 0, set[Path](), {self.top}

    def write(self, name: str, size_bytes: int, opened: Callable[[], IO[bytes] | None]) -> None:
        """Writes one member, of `size_bytes` as the archive says; raises `FeatherlineError` as `unpack` does."""
        if name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].startswith("._"):
            return
        target = self._target(name)
        self.charge(name, size_bytes)
        try:
            source = opened()
            if source is None:  # as it is for whatever is no file
                return
            with source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink, CHUNK_BYTES)
        except (*BROKEN, OSError) as error:
            if not _of_content(error):
                raise
            raise FeatherlineError(
                f"{self.archive} cannot be unpacked: {name!r} cannot be read ({error}): get it again."
            ) from None

    def charge(self, name: str, size_bytes: int) -> None:
        """Counts bytes that a member takes; raises `FeatherlineError` where all together are too many."""
        self._taken_bytes += max(-(-size_bytes // BLOCK_BYTES), 1) * BLOCK_BYTES
        if self._taken_bytes > self._unpacked_gb * BYTES_A_GB:
            raise FeatherlineError(
                f"{self.archive} unpacks to more than {self._unpacked_gb:g} GB, which {name!r} exceeds: if you trust "
                f"it, raise {self._key}."
            )

    def _target(self, name: str) -> Path:
        """Where a member goes, with its folder made."""
        if not name.isprintable():  # control characters, and bytes that are no text in the archive's encoding
            raise FeatherlineError(
                f"{self.archive} holds the name {name!r}, with characters that no name has: pack it again with plain "
                "names."
            )
        target = Path(os.path.normpath(self.top / name))
        if not target.is_relative_to(self.top) or target == self.top:
            raise FeatherlineError(
                f"{self.archive} holds the path {name!r}, which leads out of the folder: do not trust it."
            )
        if max(len(part.encode()) for part in target.parts) > 255 or len(str(target).encode()) > 4000:
            raise FeatherlineError(f"{self.archive} holds {name!r}, which is too long for a name: pack it again.")
        above = [parent for parent in target.parents if parent.is_relative_to(self.top)]
        if target in self._files or target in self._folders or not self._files.isdisjoint(above):
            raise FeatherlineError(
                f"{self.archive} holds {name!r} twice, or as a file and as a folder: remove one of them."
            )
        self._files.add(target)
        for parent in reversed(above):
            if parent not in self._folders:
                self.charge(name, BLOCK_BYTES)
                self._folders.add(parent)
        target.parent.mkdir(parents=True, exist_ok=True)
        return target


def _of_content(error: Exception) -> bool:
    """Whether what an archive holds is at fault, and not the disk: bz2 gives no number, and an offset before the
    beginning gives EINVAL."""
    return not isinstance(error, OSError) or error.errno in (None, errno.EINVAL)


def _binary(path: Path) -> BinaryIO:
    return path.open("rb")


def _refuse_device(archive: Path, name: str) -> None:
    raise FeatherlineError(f"{archive} holds {name!r}, which is a device or a pipe and no file: do not trust it.")


def _copy_folder(folder: Path, members: Members) -> None:
    """Copies plain files, those that links lead to included: it is the user's own folder."""
    visited: set[str] = set()
    for where, folders, files in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if os.path.realpath(Path(where, name)) not in visited]
        visited.update(os.path.realpath(Path(where, name)) for name in folders)
        for name in sorted(files):
            path = Path(where, name)
            if not path.is_file():
                _refuse_device(folder, path.relative_to(folder).as_posix())
            members.write(path.relative_to(folder).as_posix(), path.stat().st_size, partial(_binary, path))


# --- zip ---------------------------------------------------------------------------------------


def plain_members(content: zipfile.ZipFile, archive: Path) -> list[zipfile.ZipInfo]:
    """The plain files of a zip; raises `FeatherlineError` where it holds a device, or no name. Links are left out."""
    plain = []
    for member in content.infolist():
        if not member.filename:
            raise FeatherlineError(f"{archive} holds a member without a name: get it again, or leave it out.")
        mode = member.external_attr >> 16
        if stat.S_ISCHR(mode) or stat.S_ISBLK(mode) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            _refuse_device(archive, member.filename)
        if not member.is_dir() and not stat.S_ISLNK(mode):
            plain.append(member)
    return plain


def _unpack_zip(archive: Path, members: Members) -> None:
    with zipfile.ZipFile(archive) as content:
        plain = plain_members(content, archive)
        with bar(f"unpack {archive.name}", len(plain), unit="file") as progress:
            for member in plain:
                members.write(member.filename, member.file_size, partial(content.open, member))
                progress.update()


# --- tar ---------------------------------------------------------------------------------------


class _Bounded:
    """The bytes of a tar archive, of which nothing is read in one piece that could fill the memory."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= LARGEST_READ_BYTES:
            raise tarfile.ReadError(f"a header of {size:,} bytes")
        return self._stream.read(size)

    def seek(self, offset: int) -> int:
        return self._stream.seek(offset)

    def tell(self) -> int:
        return self._stream.tell()


def _decompressing(archive: Path) -> Callable[..., object] | None:
    with archive.open("rb") as stream:
        beginning = stream.read(max(map(len, COMPRESSIONS)))
    return next((opened for magic, opened in COMPRESSIONS.items() if beginning.startswith(magic)), None)


def _is_tar(archive: Path) -> bool:
    """What is compressed is taken for a tar archive, so that its damage is told and not its kind."""
    return _decompressing(archive) is not None or tarfile.is_tarfile(archive)


def _opened(archive: Path) -> BinaryIO:
    decompressing = _decompressing(archive)
    return archive.open("rb") if decompressing is None else cast(BinaryIO, decompressing(archive))


def _unpack_tar(archive: Path, members: Members) -> None:
    last = "its beginning"
    with _opened(archive) as stream:
        try:
            with (
                closing(tarfile.open(fileobj=cast(BinaryIO, _Bounded(stream)), mode="r:")) as content,
                bar(f"unpack {archive.name}", unit="file") as progress,
            ):
                while (member := content.next()) is not None:
                    last = member.name
                    if member.ischr() or member.isblk() or member.isfifo():
                        _refuse_device(archive, member.name)
                    if member.isfile():
                        members.write(member.name, member.size, partial(content.extractfile, member))
                    else:  # its bytes are unpacked nevertheless, if only to find the next
                        members.charge(member.name, member.size)
                    progress.update()
                    content.members.clear()  # type: ignore[attr-defined]  # kept for nothing
                _check_end(content.offset, stream, members)
        except (*BROKEN, OSError) as error:
            if not _of_content(error):
                raise
            raise FeatherlineError(
                f"{archive} cannot be unpacked ({error}): it is damaged behind {last!r}, get it again."
            ) from None


def _check_end(offset: int, stream: BinaryIO, members: Members) -> None:
    """tarfile takes a damaged header for the end, which is a block of zeros; the checksum of what was compressed
    stands behind it."""
    stream.seek(offset)
    if stream.read(TAR_BLOCK_BYTES) != bytes(TAR_BLOCK_BYTES):
        raise tarfile.ReadError("the header that follows is damaged, or the end is missing")
    while behind := stream.read(CHUNK_BYTES):
        members.charge("what follows the last file", len(behind))
