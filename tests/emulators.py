"""What tests of an emulated core need beside Python packages."""

import pytest

from featherline.emulator import qemu_processor
from featherline.emulator.cores import CORES


def needs(core: str) -> None:
    """Skips the test where what emulates a core is not installed."""
    if CORES[core].emulator == "qemu" and not qemu_processor.available():
        pytest.skip(qemu_processor.missing())
