import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from featherline.reduction import worker_pool
from tests.reduction import machine
from tests.reduction.machine import ROOT, Machine, write_data


@pytest.fixture(scope="session")
def data(tmp_path_factory) -> Path:
    return write_data(tmp_path_factory.mktemp("data"))


@pytest.fixture
def pool(monkeypatch) -> Iterator[ThreadPoolExecutor]:
    """Threads that pretend to train."""
    monkeypatch.setattr(worker_pool, "train_candidate", machine.pretended)
    with ThreadPoolExecutor(3) as threads:
        yield threads


@contextmanager
def _started(one: Machine) -> Iterator[subprocess.Popen]:
    # A session of its own: the interrupt of a terminal reaches a machine and its workers, and not the test.
    process = subprocess.Popen(
        one.command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        yield process
    finally:
        for child in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []:
            child.kill()
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def started():
    """Starts a machine in a process of its own, as a context."""
    return _started


@pytest.fixture(scope="session", autouse=True)
def _quiet_workers() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
