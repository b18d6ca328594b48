"""Recordings come from where params say, checked, unpacked with distrust, and never from elsewhere."""

import errno
import hashlib
import io
import os
import threading
import types
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from featherline.applications import downloads, sources
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


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Between two tries nobody waits."""
    monkeypatch.setattr(downloads, "FIRST_WAIT_S", 0.0)


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
    path = downloads.download(Archive(server.url, CHECKSUM, ()), tmp_path)
    assert path.read_bytes() == CONTENT
    assert server.ranges[0] == 0
    assert server.ranges[1:] == sorted(set(server.ranges[1:]))
    assert len(server.ranges) == 3


def test_a_later_run_goes_on_where_an_earlier_one_gave_up(server, tmp_path):
    server.breaks = 1
    with pytest.raises(FeatherlineError, match="could not be downloaded"):
        downloads.download(Archive(server.url, CHECKSUM, ()), tmp_path, attempts=1)
    downloads.download(Archive(server.url, CHECKSUM, ()), tmp_path, attempts=1)
    assert server.ranges[1] > 0


def test_a_file_that_changed_since_is_downloaded_from_its_start(server, tmp_path):
    server.content, server.etag, server.breaks = b"-" * len(CONTENT), '"first"', 1
    with pytest.raises(FeatherlineError, match="could not be downloaded"):
        downloads.download(Archive(server.url, None, ()), tmp_path, attempts=1)
    server.content, server.etag, server.breaks = CONTENT, '"second"', 1
    path = downloads.download(Archive(server.url, CHECKSUM, ()), tmp_path, attempts=2)
    assert path.read_bytes() == CONTENT
    assert server.ranges[:2] == [0, 0] and server.ranges[2] > 0
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_no_failed_download(server, tmp_path):
    part = hashlib.sha256(server.url.encode()).hexdigest()[:16] + ".part"
    (tmp_path / part).symlink_to("/dev/full")
    with pytest.raises(OSError) as raised:
        downloads.download(Archive(server.url, CHECKSUM, ()), tmp_path)
    assert raised.value.errno == errno.ENOSPC


def test_what_is_there_is_not_downloaded_again(server, tmp_path):
    for _ in range(2):
        downloads.download(Archive(server.url, CHECKSUM, ()), tmp_path)
    assert server.ranges == [0]


def test_a_wrong_checksum_is_said_and_nothing_is_kept(server, tmp_path):
    with pytest.raises(FeatherlineError, match=r"recordings\.zip has a wrong checksum .* data\.source to mirror"):
        downloads.download(Archive(server.url, "sha256:" + "0" * 64, ()), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_git_blob_checksum_is_understood(server, tmp_path):
    blob = hashlib.sha1(b"blob %d\0" % len(CONTENT) + CONTENT).hexdigest()
    assert downloads.download(Archive(server.url, f"git:{blob}", ()), tmp_path).is_file()


def test_a_failed_download_says_which_url_and_how_to_use_a_mirror(server, tmp_path):
    missing = server.url.replace("recordings", "gone")
    with pytest.raises(FeatherlineError, match=r"gone\.zip could not be downloaded \(404 .* data\.mirror"):
        downloads.download(Archive(missing, None, ()), tmp_path)


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
