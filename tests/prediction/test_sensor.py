"""`predict` of a model of any sensor: the columns that it was trained on, at any rate above its own."""

import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.prediction import models
from featherline.prediction.program import Program
from featherline.prediction.recordings import Options, read
from tests.export import hostile_front_ends


@pytest.fixture(scope="module")
def pump(tmp_path_factory):
    """The network of carsensor behind another front end: two columns of a sensor at 62.5 Hz."""
    folder = tmp_path_factory.mktemp("front_ends") / "pump"
    return models.find(str(hostile_front_ends.write(folder, "pump", hostile_front_ends.front_end("pump"))))


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
