import sys

import pytest


@pytest.fixture(autouse=True)
def _no_scope_is_left_behind():
    """A network that TensorFlow refuses to trace leaves its name in Keras' scopes, where the next one would find it."""
    yield
    if "keras" in sys.modules:
        sys.modules["keras"].backend.clear_session()
