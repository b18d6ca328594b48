"""Front ends of strangers: frontend.json of a model with numbers, lists and keys that no stage of ours has written."""

import copy
import json
import math
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from featherline.signals import sensor

ROOT = Path(__file__).resolve().parents[2]
ZOO = ROOT / "zoo"
MODELS = {
    "motionsense": "motionsense",
    "keywordspotting": "keywordspotting",
    "musicclassifier": "musicclassifier",
    "pump": "carsensor",
}
"""A front end of each kind -> the model behind it; `pump` is one of a sensor with two columns."""
VALUES = (
    *(0, -1, 1, 2, 3, 255, 256, 65_535, 65_536, 100_000, 2**31 - 1, 2**31, -(2**31), 2**63),
    *(0.5, -0.5, 1e20, 1e308, 1e-308, -1e308, math.nan, math.inf),
    *(True, None, "", "x", "192", "1e5", "\u202e", "x" * 300, "a\nb", [], [0], [[1]], {}),
)
FACTORS = (2, 0.5, -1, 10, 1000)


def front_end(name: str) -> dict[str, Any]:
    """A good frontend.json of `MODELS`."""
    content: dict[str, Any] = json.loads((ZOO / MODELS[name] / "frontend.json").read_text())
    if name != "pump":
        return content
    columns = ("v", "w")[: content["input_shape"][2]]
    settings = sensor.SensorPreprocess(
        sample_rate_hz=62.5,
        window_seconds=content["input_shape"][0] / 62.5,
        overlap=0.5,
        channels=columns,
        split={"validation": 0.2, "test": 0.2},
    )
    content["frontend"] = sensor.front_end(settings, 62.5, sensor.Columns(columns, "V", {})).constants()
    return json.loads(json.dumps(content))


def write(folder: Path, name: str, content: dict[str, Any]) -> Path:
    """A model with a front end, as somebody hands it over."""
    folder.mkdir(parents=True)
    shutil.copyfile(ZOO / MODELS[name] / "reduced-int8.tflite", folder / "reduced-int8.tflite")
    (folder / "frontend.json").write_text(json.dumps(content))
    return folder


def mutated(content: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """One or two values of it changed, doubled or gone."""
    content = copy.deepcopy(content)
    for _ in range(int(rng.integers(1, 3))):
        places = list(_places(content))
        *parents, key = places[int(rng.integers(len(places)))]
        holder: Any = content
        for parent in parents:
            holder = holder[parent]
        value, way = holder[key], int(rng.integers(5))
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if way == 0 and is_number:
            holder[key] = value * FACTORS[int(rng.integers(len(FACTORS)))]
        elif way == 1 and is_number:
            holder[key] = value + [1, -1][int(rng.integers(2))]
        elif way == 2 and isinstance(value, list) and value:
            longer = (value[:-1], value + value, value * 50, value[::-1], value[:1] * len(value))
            holder[key] = longer[int(rng.integers(len(longer)))]
        elif way == 3 and isinstance(holder, dict):
            del holder[key]
        else:
            holder[key] = VALUES[int(rng.integers(len(VALUES)))]
    return content


def _places(content: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all keys, and of the first entries of lists."""
    if path:
        yield path
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _places(value, (*path, key))
    elif isinstance(content, list):
        for place, value in enumerate(content[:3]):
            yield from _places(value, (*path, place))
