"""Recordings come from where params say, checked, unpacked with distrust, and never from elsewhere."""

import errno
import gzip
import hashlib
import io
import lzma
import os
import tarfile
import threading
import types
import zipfile
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from featherline.applications import sources
from featherline.applications.sources import Archive, Inventory
from featherline.core.errors import FeatherlineError
from featherline.records.provenance import Recordings


def zipped(members: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name), text)  # no date: the same bytes in every test process
    return stream.getvalue()


CONTENT = zipped({"walk/1.csv": "x,y,z\n" + "0,0,1\n" * 50_000})
CHECKSUM = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"


@pytest.fixture
def server():
    """An archive server on loopback that closes the connection early as often as it is told to."""

    class Handler(BaseHTTPRequestHandler):
        breaks = 0
        ranges = []
        content = CONTENT
        etag = None

        def do_GET(self):
            if not self.path.endswith("recordings.zip"):
                self.send_error(404)
                return
            start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
            if self.headers.get("If-Range", self.etag) != self.etag:
                start = 0
            type(self).ranges.append(start)
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(self.content) - start))
            if self.etag:
                self.send_header("ETag", self.etag)
            self.end_headers()
            rest = self.content[start:]
            if type(self).breaks:
                type(self).breaks -= 1
                rest = rest[: len(rest) // 2]
            self.wfile.write(rest)

        def log_message(self, *_):
            """Silent."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    Handler.url = f"http://127.0.0.1:{httpd.server_port}/recordings.zip"
    yield Handler
    httpd.shutdown()
    httpd.server_close()


def test_a_broken_download_goes_on_where_it_stopped(server, tmp_path):
    server.breaks = 2
    path = sources.download(Archive(server.url, CHECKSUM, ()), tmp_path)
    assert path.read_bytes() == CONTENT
    assert server.ranges[0] == 0
    assert server.ranges[1:] == sorted(set(server.ranges[1:]))
    assert len(server.ranges) == 3


def test_a_later_run_goes_on_where_an_earlier_one_gave_up(server, tmp_path):
    server.breaks = 1
    with pytest.raises(FeatherlineError, match="could not be downloaded"):
        sources.download(Archive(server.url, CHECKSUM, ()), tmp_path, attempts=1)
    sources.download(Archive(server.url, CHECKSUM, ()), tmp_path, attempts=1)
    assert server.ranges[1] > 0


def test_a_file_that_changed_since_is_downloaded_from_its_start(server, tmp_path):
    server.content, server.etag, server.breaks = b"-" * len(CONTENT), '"first"', 1
    with pytest.raises(FeatherlineError, match="could not be downloaded"):
        sources.download(Archive(server.url, None, ()), tmp_path, attempts=1)
    server.content, server.etag, server.breaks = CONTENT, '"second"', 1
    path = sources.download(Archive(server.url, CHECKSUM, ()), tmp_path, attempts=2)
    assert path.read_bytes() == CONTENT
    assert server.ranges[:2] == [0, 0] and server.ranges[2] > 0
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_no_failed_download(server, tmp_path):
    part = hashlib.sha256(server.url.encode()).hexdigest()[:16] + ".part"
    (tmp_path / part).symlink_to("/dev/full")
    with pytest.raises(OSError) as raised:
        sources.download(Archive(server.url, CHECKSUM, ()), tmp_path)
    assert raised.value.errno == errno.ENOSPC


def test_what_is_there_is_not_downloaded_again(server, tmp_path):
    for _ in range(2):
        sources.download(Archive(server.url, CHECKSUM, ()), tmp_path)
    assert server.ranges == [0]


def test_a_wrong_checksum_is_said_and_nothing_is_kept(server, tmp_path):
    with pytest.raises(FeatherlineError, match=r"recordings\.zip has a wrong checksum .* data\.source to mirror"):
        sources.download(Archive(server.url, "sha256:" + "0" * 64, ()), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_git_blob_checksum_is_understood(server, tmp_path):
    blob = hashlib.sha1(b"blob %d\0" % len(CONTENT) + CONTENT).hexdigest()
    assert sources.download(Archive(server.url, f"git:{blob}", ()), tmp_path).is_file()


def test_a_failed_download_says_which_url_and_how_to_use_a_mirror(server, tmp_path):
    missing = server.url.replace("recordings", "gone")
    with pytest.raises(FeatherlineError, match=r"gone\.zip could not be downloaded \(404 .* data\.mirror"):
        sources.download(Archive(missing, None, ()), tmp_path)


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/outside.txt", "a/../../outside.txt"])
def test_a_path_that_leads_out_of_the_folder_is_refused(tmp_path, name):
    (tmp_path / "evil.zip").write_bytes(zipped({name: "!"}))
    with tarfile.open(tmp_path / "evil.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo(name), io.BytesIO(b""))
    for kind in ("zip", "tar"):
        with pytest.raises(FeatherlineError, match="leads out of the folder"):
            sources.unpack(tmp_path / f"evil.{kind}", tmp_path / "raw")
    assert not (tmp_path / "outside.txt").exists()


def test_links_and_resource_forks_are_left_out(tmp_path):
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        for name in ("._ghost", "__MACOSX/x", "real.txt"):
            archive.addfile(tarfile.TarInfo(name))
    sources.unpack(tmp_path / "a.tar", tmp_path / "raw")
    assert [path.name for path in (tmp_path / "raw").rglob("*")] == ["real.txt"]


@pytest.mark.parametrize("cut", [10, len(CONTENT) // 2, len(CONTENT) - 10])
def test_an_archive_cut_short_is_named(tmp_path, cut):
    (tmp_path / "a.zip").write_bytes(CONTENT[:cut])
    with pytest.raises(FeatherlineError, match=r"a\.zip"):
        sources.unpack(tmp_path / "a.zip", tmp_path / "raw")


def test_a_damaged_tar_gz_is_named_even_behind_its_last_file(tmp_path):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("empty.csv"))
    whole = gzip.compress(stream.getvalue())
    (tmp_path / "a.tar.gz").write_bytes(whole[:-8] + b"\0\0\0\0" + whole[-4:])
    with pytest.raises(FeatherlineError, match=r"a\.tar\.gz cannot be unpacked \(CRC check failed"):
        sources.unpack(tmp_path / "a.tar.gz", tmp_path / "raw")


def damaged(packed: bytes) -> bytes:
    middle = len(packed) // 2
    return packed[:middle] + b"\xff" * 64 + packed[middle + 64 :]


@pytest.mark.parametrize("compress", [gzip.compress, lzma.compress])
def test_a_compressed_tar_damaged_within_is_named(tmp_path, compress):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        member = tarfile.TarInfo("noise")
        member.size = 200_000
        archive.addfile(member, io.BytesIO(np.random.default_rng(1).bytes(member.size)))
    (tmp_path / "a.tar").write_bytes(damaged(compress(stream.getvalue())))
    with pytest.raises(FeatherlineError, match=r"a\.tar cannot be unpacked"):
        sources.unpack(tmp_path / "a.tar", tmp_path / "raw")


@pytest.mark.parametrize(
    ("at", "value", "reason"), [(6, 1, "is encrypted"), (8, 99, "compression method is not supported")]
)
def test_a_zip_of_a_kind_that_python_cannot_read_is_named(tmp_path, at, value, reason):
    packed = bytearray(zipped({"a.csv": "x"}))
    packed[at] = packed[packed.index(b"PK\1\2") + at + 2] = value  # in the local header and in the directory
    (tmp_path / "a.zip").write_bytes(packed)
    with pytest.raises(FeatherlineError, match=rf"a\.zip cannot be unpacked \(.*{reason}"):
        sources.unpack(tmp_path / "a.zip", tmp_path / "raw")


def test_a_zip_damaged_within_is_named(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "0,0,1\n" * 1000)
    packed = bytearray(stream.getvalue())
    packed[30 + len("a.csv")] = 0xFF  # behind the local header: a kind of block that there is not
    with pytest.raises(zlib.error), zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.read("a.csv")
    (tmp_path / "a.zip").write_bytes(packed)
    with pytest.raises(FeatherlineError, match=r"a\.zip cannot be unpacked"):
        sources.unpack(tmp_path / "a.zip", tmp_path / "raw")


TOY = types.SimpleNamespace(
    TITLE="Toy",
    LICENCE={"simulated": "none", "public": "MIT"},
    archives=lambda _: (Archive("http://127.0.0.1:9/recordings.zip", CHECKSUM, ("recordings*.zip", "recordings")),),
    simulate=lambda folder, settings, seed: (folder / "simulated.csv").write_text(f"{seed}\n"),
    inventory=lambda folder: Inventory(groups=1, items=len(list(folder.rglob("*.csv"))), hours=0.5),
)


def fetch(tmp_path, source: str, mirror=None, seed: int = 7) -> Recordings:
    raw = tmp_path / "raw"
    raw.mkdir()
    return sources.fetch(TOY, None, source, mirror, raw, cache=tmp_path / "cache", seed=seed)


def test_a_simulation_needs_no_archive(tmp_path):
    provenance = fetch(tmp_path, "simulated")
    assert provenance.source == "simulated"
    assert provenance.archives == ()
    assert (tmp_path / "raw" / "simulated.csv").read_text() == "7\n"


def test_a_mirror_may_hold_a_part_and_that_is_recorded(tmp_path):
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "recordings_part.zip").write_bytes(zipped({"walk/1.csv": "part"}))
    provenance = fetch(tmp_path, "mirror", str(mirror))
    assert provenance.licence == "MIT"
    assert provenance.archives[0].complete is False
    assert (tmp_path / "raw/walk/1.csv").read_text() == "part"


def test_a_complete_mirror_and_an_unpacked_one(tmp_path):
    mirror = tmp_path / "mirror"
    (mirror / "recordings").mkdir(parents=True)
    (mirror / "recordings" / "1.csv").write_text("unpacked")
    assert fetch(tmp_path, "mirror", str(mirror)).items == 1
    (mirror / "recordings.zip").write_bytes(CONTENT)
    (mirror / "recordings" / "1.csv").unlink()
    (mirror / "recordings").rmdir()
    (tmp_path / "raw" / "1.csv").unlink()
    (tmp_path / "raw").rmdir()
    assert fetch(tmp_path, "mirror", str(mirror)).archives[0].complete is True


def test_a_mirror_is_held_against_its_own_checksums(tmp_path):
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "recordings.zip").write_bytes(CONTENT)
    (mirror / "SHA256SUMS").write_text("0" * 64 + "  recordings.zip\n")
    with pytest.raises(FeatherlineError, match="has another checksum than"):
        fetch(tmp_path, "mirror", str(mirror))


DIGEST = CHECKSUM.removeprefix("sha256:")


@pytest.mark.parametrize(
    "line",
    [f"{DIGEST}  {{}}", f"{DIGEST} *{{}}", f"{DIGEST}  ./{{}}", f"{DIGEST.upper()}  {{}}", f"{DIGEST} *./{{}}\r"],
)
@pytest.mark.parametrize(
    "name", ["recordings.zip", "recordings of two persons.zip", "recordings \udcfc.zip"], ids=ascii
)
def test_the_checksums_of_a_mirror_may_be_written_in_many_ways(tmp_path, line, name):
    archives = TOY.archives(None)
    (tmp_path / name).write_bytes(CONTENT)
    sums = f"# made by hand\n\n{'0' * 64}  another.zip\n{line.format(name)}\n"
    (tmp_path / "SHA256SUMS").write_bytes(os.fsencode(sums))
    assert sources.find_in_mirror(archives, tmp_path) == {archives[0]: tmp_path / name}
    (tmp_path / name).write_bytes(CONTENT + b"!")
    with pytest.raises(FeatherlineError, match="has another checksum than"):
        sources.find_in_mirror(archives, tmp_path)


@pytest.mark.parametrize("line", ["recordings.zip", DIGEST, f"{DIGEST[:40]}  recordings.zip", "MD5 (a.zip) = 00"])
def test_a_line_that_is_no_checksum_is_named(tmp_path, line):
    (tmp_path / "recordings.zip").write_bytes(CONTENT)
    (tmp_path / "SHA256SUMS").write_text(f"{DIGEST}  recordings.zip\n{line}\n")
    with pytest.raises(FeatherlineError, match=r"SHA256SUMS, line 2, is no checksum"):
        sources.find_in_mirror(TOY.archives(None), tmp_path)


def test_a_download_without_a_checksum_that_cannot_be_unpacked_is_not_kept(server, tmp_path):
    unchecked = types.SimpleNamespace(**{**vars(TOY), "archives": lambda _: (Archive(server.url, None, ()),)})
    arguments = (None, "public", None, tmp_path / "raw", tmp_path / "cache", 7)
    server.content = b"<html>sign in first</html>"
    with pytest.raises(FeatherlineError, match="neither a zip nor a tar archive"):
        sources.fetch(unchecked, *arguments)
    server.content = CONTENT
    assert sources.fetch(unchecked, *arguments).items == 1


@pytest.mark.parametrize(
    ("source", "mirror", "sentence"),
    [
        ("mirror", None, "data.mirror names no folder"),
        ("mirror", "/no/such/folder", "is not a folder"),
        ("mirror", ".", "holds none of: recordings"),
        ("public", None, "could not be downloaded"),
    ],
)
def test_there_is_no_falling_back_to_another_source(tmp_path, source, mirror, sentence):
    with pytest.raises(FeatherlineError, match=sentence):
        fetch(tmp_path, source, mirror and (mirror if mirror.startswith("/") else str(tmp_path)))
    assert list((tmp_path / "raw").iterdir()) == []
