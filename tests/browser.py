"""Debian's Chromium without a window, driven by its own protocol over two pipes: clicks, files, pictures."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_TIMEOUT_S = 60
_PIPES = (3, 4)


class Browser:
    """One page of a browser; `faults` are the errors that its console and its scripts told."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._to, self._from = to_browser, from_browser
        self._received = b""
        self._number = 0
        self._session: str | None = None
        self.faults: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "DOM"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Calls a method of the protocol and waits for its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next(_TIMEOUT_S)
            assert answer is not None, f"{method} got no answer within {_TIMEOUT_S} s"
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                return dict(answer["result"])

    def _next(self, timeout_s: float) -> dict[str, Any] | None:
        until = time.monotonic() + timeout_s
        while b"\0" not in self._received:
            if not select.select([self._from], [], [], max(0.0, until - time.monotonic()))[0]:
                return None
            part = os.read(self._from, 1 << 16)
            assert part, "the browser ended"
            self._received += part
        message, _, self._received = self._received.partition(b"\0")
        content: dict[str, Any] = json.loads(message)
        self._listen(content)
        return content

    def _listen(self, message: dict[str, Any]) -> None:
        told = message.get("params", {})
        match message.get("method"):
            case "Runtime.exceptionThrown":
                details = told["exceptionDetails"]
                self.faults.append(details.get("exception", {}).get("description") or details["text"])
            case "Runtime.consoleAPICalled" if told["type"] == "error":
                self.faults.append(" ".join(str(part.get("description", part.get("value"))) for part in told["args"]))
            case "Log.entryAdded" if told["entry"]["level"] == "error":
                self.faults.append(told["entry"]["text"])

    def open(self, address: str) -> None:
        """Goes to a page, and waits until it and its script are there."""
        self.call("Page.navigate", url=address)
        self.wait("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """What an expression of JavaScript gives, promises awaited; it counts as a tap of the user."""
        done = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def wait(self, condition: str, timeout_s: float = 30) -> Any:
        """Waits until an expression of JavaScript is true, and returns what it gives."""
        until = time.monotonic() + timeout_s
        while not (value := self.run(condition)):
            assert time.monotonic() < until, (
                f"not within {timeout_s} s: {condition}\n{self.run('document.body.innerText')}"
            )
            time.sleep(0.02)
        return value

    def choose(self, selector: str, *files: Path) -> None:
        """Gives files to an `input` as if its user had chosen them."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(file.resolve()) for file in files])

    def resize(self, width: int, height: int, phone: bool = False) -> None:
        """Shows the page in so many CSS pixels; a phone has a touch screen."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if phone else 1,
            mobile=phone,
        )
        self.call("Emulation.setTouchEmulationEnabled", enabled=phone)

    def picture(self, path: Path) -> None:
        """Writes the whole page as a PNG."""
        image = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(image["data"]))


@contextmanager
def browsing(*options: str) -> Iterator[Browser]:
    """Starts Chromium, and ends it behind the block."""
    assert CHROMIUM is not None
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    # No Debian package's own flags, no first-run pages, and nothing that needs a network.
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    with tempfile.TemporaryDirectory(prefix="featherline-browser-", ignore_cleanup_errors=True) as profile:
        command = [CHROMIUM, *flags, f"--user-data-dir={profile}", "--remote-debugging-pipe", *options]

        def place() -> None:
            # The protocol's pipes are file descriptors 3 and 4, which may be others of this process.
            copies = os.dup(theirs_in), os.dup(theirs_out)
            for copy, number in zip(copies, _PIPES, strict=True):
                os.dup2(copy, number)

        process = subprocess.Popen(
            command, preexec_fn=place, pass_fds=_PIPES, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            yield Browser(ours_out, ours_in)
        finally:
            process.kill()
            process.wait()
            os.close(ours_out)
            os.close(ours_in)
