"""A model with variables must not cost the latency that was measured before it was read: native code may end there."""

from pathlib import Path

import pytest

from featherline.core import isolation
from featherline.evaluation import feeds, trial
from featherline.tflite import model as tflite

MODELS = Path(__file__).resolve().parents[3] / "shared" / "models"


@pytest.mark.soak
@pytest.mark.skipif(not MODELS.is_dir(), reason="the models of others are not here")
@pytest.mark.parametrize(
    "name", ["mww-vad", "mww-hey_jarvis", "mlperf-streaming-wakeword", "tflm-keyword_scrambled_8bit"]
)
def test_latency_and_shapes_of_models_with_variables_are_never_lost_in_ten_runs(name):
    path = MODELS / f"{name}.tflite"
    feed = feeds.random(tflite.read(path))
    for _ in range(10):
        calls = [
            isolation.Call(trial.latency, (path, feed, 5, 1, 1)),
            isolation.Call(trial.on_litert, (path, feed, 1, None, 0)),
        ]
        latency, run = isolation.run(calls, "run", workers=1)
        assert latency["average_us"] > 0
        assert run.reason is None and run.shapes
