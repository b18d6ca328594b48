"""`predict` of a model of any sensor: the columns that it was trained on, at any rate above its own."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.prediction import models
from featherline.prediction.program import Program
from featherline.prediction.recordings import Options, read
from featherline.signals import sensor

ZOO = Path(__file__).resolve().parents[2] / "zoo"


@pytest.fixture(scope="module")
def pump(tmp_path_factory):
    """The network of carsensor behind another front end: two columns of a sensor at 62.5 Hz."""
    folder = tmp_path_factory.mktemp("pump")
    content = json.loads((ZOO / "carsensor/frontend.json").read_text())
    columns = ("v", "w")[: content["input_shape"][2]]
    settings = sensor.SensorPreprocess(
        sample_rate_hz=62.5,
        window_seconds=content["input_shape"][0] / 62.5,
        overlap=0.5,
        channels=columns,
        split={"validation": 0.2, "test": 0.2},
    )
    content["frontend"] = sensor.front_end(settings, 62.5, sensor.Columns(columns, "V", {})).constants()
    (folder / "frontend.json").write_text(json.dumps(content))
    shutil.copyfile(ZOO / "carsensor/reduced-int8.tflite", folder / "reduced-int8.tflite")
    return models.find(str(folder))


def written(path, rate_hz, seconds=12):
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    rows = np.column_stack([t, 0.5 * np.sin(2 * np.pi * t), 0.4 * np.cos(2 * np.pi * t), np.ones_like(t)])
    path.write_text(
        "time;v;w;other\n" + "".join(";".join(f"{x:.6f}" for x in row).replace(".", ",") + "\n" for row in rows)
    )
    return path


def test_columns_are_found_by_name_in_any_dialect_and_rate(pump, tmp_path):
    slow = read(written(tmp_path / "slow.csv", 62.5), pump, Options())
    fast = read(written(tmp_path / "fast.csv", 250), pump, Options())
    assert slow.samples.dtype == np.int16 and slow.samples.shape == (750, 2)
    assert abs(len(fast.samples) - 750) <= 1
    # The steps of this front end hold 1 V in 16 bits.
    np.testing.assert_allclose(fast.samples[20:700] / 32767, slow.samples[20:700] / 32767, atol=0.01)
    windows = Program(pump.model, pump.front_end).run(slow.samples)
    assert len(windows.decisions) == 1 + (750 - 256) // 128


def test_a_column_that_is_missing_is_told_with_the_header(pump, tmp_path):
    path = written(tmp_path / "other.csv", 62.5)
    path.write_text(path.read_text().replace("time;v;w", "time;a;w"))
    with pytest.raises(FeatherlineError, match="has no column 'v'; its header is: time, a, w, other"):
        read(path, pump, Options())
    assert len(read(path, pump, Options(columns=("a", "w"))).samples) == 750
