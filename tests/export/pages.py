"""What is in an exported page, and its WebAssembly as a library of Python."""

import base64
import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import numpy as np
import wasmtime


def embedded(html: str, part: str) -> str:
    """Content of a script of data: `wasm` or `model`."""
    [content] = re.findall(rf'<script type="[a-z/]+" id="{part}">(.*?)</script>', html, re.S)
    return unescape(content)


def model_of(html: str) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(embedded(html, "model"))
    return known


class Program:
    """The program of a page, from its start on."""

    def __init__(self, html: str) -> None:
        engine = wasmtime.Engine()
        module = wasmtime.Module(engine, base64.b64decode(embedded(html, "wasm")))
        assert not module.imports
        self._store = wasmtime.Store(engine)
        self._exports = wasmtime.Instance(self._store, module, []).exports(self._store)
        self.known = model_of(html)

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: self._exports[name](self._store, *arguments)

    def _bytes(self, place: int, count: int) -> np.ndarray:
        memory = self._exports["memory"]
        return np.frombuffer(memory.read(self._store, place, place + count), np.int8)

    def _write(self, place: int, content: np.ndarray) -> None:
        self._exports["memory"].write(self._store, content.tobytes(), place)

    @property
    def inputs(self) -> int:
        return int(np.prod(self.known["inputShape"]))

    def answer(self, item: np.ndarray) -> np.ndarray:
        """The model alone: int8, shape (inputs,) to shape (classes,)."""
        self._write(self.input(), item.astype(np.int8))
        self.infer()
        return self._bytes(self.result(), len(self.known["classes"]))

    def stream(self, samples: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray, int]]:
        """Features, outputs and decision of each window of int16 samples, shape (samples,) or (samples, 3)."""
        room = self.capacity()
        for start in range(0, len(samples), room):
            part = np.ascontiguousarray(samples[start : start + room])
            self._write(self.samples(), part)
            at = 0
            while at < len(part):
                at = self.push(at, len(part))
                if self.decision() >= 0:
                    outputs = self._bytes(self.output(), len(self.known["classes"])).copy()
                    yield self._bytes(self.features(), self.inputs).copy(), outputs, self.decision()
