from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def project() -> Path:
    """The top of this repository, whose models are those of simulated recordings."""
    return Path(__file__).resolve().parents[2]
