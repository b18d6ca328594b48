"""A download from a server that misbehaves ends whole or in one sentence, in bounded time; a part is never used."""

import hashlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from featherline.applications import downloads
from featherline.applications.sources import Archive
from featherline.core.errors import FeatherlineError

CONTENT = bytes(range(256)) * 1000
CHECKSUM = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"


class Server:
    """A server on loopback: each request takes the next of its `answers`, and the last one stays."""

    def __init__(self) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer.requested.append((self.path, self.headers.get("Range"), time.monotonic()))
                self.close_connection = True
                answer = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                answer(self)

            def log_message(self, *_):
                """Silent."""

        self.requested, self.answers, self.released = [], [whole], threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/recordings.zip"
        Handler.outer = self
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


def head(handler, status: int, length: int, **headers: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(length))
    handler.send_header("Connection", "close")
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()


def whole(handler) -> None:
    head(handler, 200, len(CONTENT))
    handler.wfile.write(CONTENT)


def half(handler) -> None:
    head(handler, 200, len(CONTENT))
    handler.wfile.write(CONTENT[: len(CONTENT) // 2])


def rest(handler) -> None:
    start = int(handler.headers["Range"].removeprefix("bytes=").removesuffix("-"))
    head(handler, 206, len(CONTENT) - start, Content_Range=f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}")
    handler.wfile.write(CONTENT[start:])


def another_part(handler) -> None:
    """Says 206 and sends bytes from another place than was asked for."""
    head(handler, 206, len(CONTENT) - 10, Content_Range=f"bytes 10-{len(CONTENT) - 1}/{len(CONTENT)}")
    handler.wfile.write(CONTENT[10:])


def nothing_left(handler) -> None:
    head(handler, 416, 0, Content_Range=f"bytes */{len(CONTENT)}")


def busy(seconds: str, status: int = 429):
    return lambda handler: head(handler, status, 0, Retry_After=seconds)


def error(status: int):
    return lambda handler: head(handler, status, 0)


def stalled(handler) -> None:
    head(handler, 200, len(CONTENT))
    handler.wfile.write(CONTENT[:20_000])
    handler.wfile.flush()
    handler.outer.released.wait(20)


def dripping(handler) -> None:
    """A byte now and then: never still long enough for a timeout of a single read."""
    head(handler, 200, len(CONTENT))
    for byte in CONTENT:
        if handler.outer.released.wait(0.05):
            return
        handler.wfile.write(bytes([byte]))


def sign_in(handler) -> None:
    head(handler, 200, 23)
    handler.wfile.write(b"<html>sign in first</ht")


def packed(handler) -> None:
    """Says that it compressed what it did not."""
    head(handler, 200, len(CONTENT), Content_Encoding="gzip")
    handler.wfile.write(CONTENT)


@pytest.fixture
def server():
    made = Server()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Waits of a second where the pipeline waits for a minute."""
    monkeypatch.setattr(downloads, "READ_TIMEOUT_S", 0.4)
    monkeypatch.setattr(downloads, "STALL_S", 0.6)
    monkeypatch.setattr(downloads, "LONGEST_WAIT_S", 2.0)
    monkeypatch.setattr(downloads, "FIRST_WAIT_S", 0.05)


def downloaded(server, tmp_path, *answers, checksum: str | None = CHECKSUM) -> bytes:
    server.answers = list(answers)
    return downloads.download(Archive(server.url, checksum, ()), tmp_path).read_bytes()


def failed(server, tmp_path, *answers, checksum: str | None = CHECKSUM) -> str:
    """The one sentence in which a download ends; no archive is there, and the next run gets the right one."""
    server.answers = list(answers)
    started = time.monotonic()
    with pytest.raises(FeatherlineError) as raised:
        downloads.download(Archive(server.url, checksum, ()), tmp_path)
    assert time.monotonic() - started < 10
    assert not (tmp_path / "recordings.zip").exists()
    sentence = str(raised.value)
    assert "\n" not in sentence and server.url in sentence and "set data.source to mirror" in sentence
    return sentence


def test_a_server_that_says_when_to_come_back_is_waited_for(server, tmp_path):
    assert downloaded(server, tmp_path, busy("1"), whole) == CONTENT
    (_, _, first), (_, _, second) = server.requested
    assert 1.0 <= second - first < 5


@pytest.mark.parametrize("answers", [(busy("0", 503), whole), (error(503), error(502), whole)])
def test_a_server_that_is_busy_for_a_moment_is_asked_again(server, tmp_path, answers):
    assert downloaded(server, tmp_path, *answers) == CONTENT


@pytest.mark.parametrize("seconds", ["86400", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_a_server_that_wants_too_long_a_wait_is_named_with_it(server, tmp_path, seconds):
    assert "429" in (sentence := failed(server, tmp_path, busy(seconds))) and "wait" in sentence
    assert len(server.requested) == 1


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_that_stays_broken_is_given_up(server, tmp_path, status):
    assert str(status) in failed(server, tmp_path, error(status))
    assert len(server.requested) == 3


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_what_will_not_change_is_not_asked_again(server, tmp_path, status):
    assert str(status) in failed(server, tmp_path, error(status))
    assert len(server.requested) == 1


@pytest.mark.parametrize("misbehaving", [stalled, dripping])
def test_a_stalled_download_is_resumed(server, tmp_path, misbehaving):
    assert downloaded(server, tmp_path, misbehaving, rest) == CONTENT
    assert server.requested[1][1] not in (None, "bytes=0-")


def test_a_download_that_always_stalls_ends_in_bounded_time(server, tmp_path):
    assert "recordings.zip could not be downloaded" in failed(server, tmp_path, stalled)


def test_a_server_without_ranges_sends_the_whole_again(server, tmp_path):
    assert downloaded(server, tmp_path, half, whole) == CONTENT


@pytest.mark.parametrize("checksum", [CHECKSUM, None])
def test_a_part_that_was_not_asked_for_is_not_appended(server, tmp_path, checksum):
    assert downloaded(server, tmp_path, half, another_part, whole, checksum=checksum) == CONTENT


@pytest.mark.parametrize("checksum", [CHECKSUM, None])
def test_a_server_that_says_all_is_there_while_half_is_missing_is_not_believed(server, tmp_path, checksum):
    assert downloaded(server, tmp_path, half, nothing_left, whole, checksum=checksum) == CONTENT


def test_a_redirect_to_another_host_is_held_to_the_checksum(server, tmp_path):
    other = Server()
    try:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        redirect = lambda handler: head(handler, 302, 0, Location=elsewhere)  # noqa: E731
        assert downloaded(server, tmp_path / "good", redirect) == CONTENT
        other.answers = [sign_in]
        assert "wrong checksum" in failed(server, tmp_path / "bad", redirect)
    finally:
        other.close()


@pytest.mark.parametrize(
    "where", ["file:///etc/passwd", "ftp://127.0.0.1/recordings.zip", "http://[", "", "http://127.0.0.1:1/x"]
)
def test_a_redirect_to_what_is_no_server_is_one_sentence(server, tmp_path, where):
    failed(server, tmp_path, lambda handler: head(handler, 302, 0, Location=where), checksum=None)


def test_a_redirect_in_circles_is_one_sentence(server, tmp_path):
    assert "redirects" in failed(server, tmp_path, lambda handler: head(handler, 302, 0, Location=server.url))


def test_content_that_is_not_compressed_as_it_says_is_one_sentence(server, tmp_path):
    failed(server, tmp_path, packed)


def test_a_length_that_is_no_number_is_one_sentence(server, tmp_path):
    def wordy(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "many")
        handler.end_headers()
        handler.wfile.write(CONTENT)

    failed(server, tmp_path, wordy)
