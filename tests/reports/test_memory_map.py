import matplotlib
import pytest

from featherline.records.structure import ModelStructure
from featherline.reports import canvas
from featherline.reports.memory_map import alike, memory_map


@pytest.fixture
def drawn(record):
    """Draws the map of a record and returns its SVG text."""

    def draw(made: dict) -> str | None:
        with matplotlib.rc_context(canvas.STYLE):
            figure = memory_map(ModelStructure.model_validate(made))
            return figure and canvas.svg(figure, "map")

    return draw


def long(record, operators: int) -> dict:
    """A chain of as many operators, of which each reads the tensor of the one before."""
    made = record()
    step, tensor = made["steps"][0], made["tensors"][1]
    made["steps"] = [step | {"index": i, "outputs": [i + 1]} for i in range(operators)]
    made["tensors"] = [
        tensor | {"index": i, "first": max(i - 1, 0), "last": min(i, operators - 1), "offset_bytes": 16 * (i % 2)}
        for i in range(operators + 1)
    ]
    return made


def test_bars_stand_where_tensors_live(record):
    tensors = [tensor for tensor in ModelStructure.model_validate(record()).tensors if tensor.offset_bytes is not None]
    with matplotlib.rc_context(canvas.STYLE):
        (axes,) = memory_map(ModelStructure.model_validate(record())).axes
    corners = [path.vertices[:4].tolist() for path in axes.collections[0].get_paths()]
    assert corners == [
        [
            [tensor.first_operator, tensor.offset_bytes],
            [tensor.last_operator + 1, tensor.offset_bytes],
            [tensor.last_operator + 1, tensor.offset_bytes + tensor.bytes],
            [tensor.first_operator, tensor.offset_bytes + tensor.bytes],
        ]
        for tensor in tensors
    ]
    assert len(corners) == 5  # the weights have no place in the arena


def test_the_peak_the_plan_and_the_operators_are_named(record, drawn):
    text = drawn(record())
    assert "peak: 768 bytes alive" in text and "planned: 768 bytes" in text
    assert "conv_2d 0" in text and "fully_connected 3" in text


def test_a_model_without_known_sizes_has_no_map(record, drawn):
    made = record()
    made["memory"] |= {"peak_bytes": None, "peak_operator": None, "arena_head_bytes": None}
    for tensor in made["tensors"]:
        tensor["offset_bytes"] = None
    assert drawn(made) is None


def test_of_many_operators_only_numbers_are_written(record, drawn):
    text = drawn(long(record, 300))
    assert "conv_2d" not in text and "operator, as it runs" in text


def test_a_further_subgraph_stands_right_of_a_line(record, drawn):
    made = record()
    without = drawn(made).count("<path")
    for step in made["steps"][2:]:
        step["subgraph"] = 1
        made["tensors"].append(made["tensors"][step["outputs"][0]] | {"subgraph": 1})
    text = drawn(made)
    assert text.count("<path") > without and 'id="map-line2d' in text


def test_models_are_alike_by_what_is_inside_them(record):
    models = [ModelStructure.model_validate(one) for one in (record("one"), record("other"), record("third", "none"))]
    assert [len(group) for group in alike(models).values()] == [2, 1]
