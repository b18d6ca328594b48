"""The graph of a model as a picture: a box for each operator, and lines that end at boxes."""

import re

from featherline.records.structure import Memory, ModelStructure, Step, Tensor
from featherline.reports import graph_picture


def model(reads: list[list[int]]) -> ModelStructure:
    """Operators by the tensors that they read; operator i writes tensor i + 1, and tensor 0 is the input."""
    steps = [
        Step(
            index=i,
            name="ADD",
            kind="builtin",
            subgraph=0,
            macs=0,
            tflm=i != 1,
            inputs=inputs,
            outputs=(i + 1,),
            live_bytes=4,
        )
        for i, inputs in enumerate(reads)
    ]
    tensors = [
        Tensor(
            index=i,
            subgraph=0,
            name=f"<{i}>",
            shape=(1, 4),
            type="int8",
            bytes=4,
            constant=False,
            dynamic=False,
            scale=None,
            zero_point=None,
            written_by=None,
            read_by=(),
            first=None,
            last=None,
            offset_bytes=None,
        )
        for i in range(len(reads) + 1)
    ]
    memory = Memory(peak_bytes=4, peak_operator=0, arena_head_bytes=4, sum_tensor_bytes=8)
    return ModelStructure(memory=memory, steps=steps, tensors=tensors, boards=())


def boxes(svg: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'<rect x="([\d.]+)" y="([\d.]+)"', svg)]


def test_operators_stand_below_what_they_read_and_never_one_upon_another():
    svg = graph_picture.svg(model([[0], [1], [1], [2, 3], [4, 1]]))
    places = boxes(svg)
    assert len(places) == len(set(places)) == 5
    assert places[0][1] < places[1][1] == places[2][1] < places[3][1] < places[4][1]
    assert svg.count("<path ") == 6 + 2  # the last line passes two ranks
    assert svg.count('stroke="#e5534b"') == 1  # what TensorFlow Lite Micro has no kernel for
    assert "&lt;1&gt;" in svg and "int8 1×4" in svg


def test_the_picture_is_the_same_each_time_and_left_out_where_nobody_could_read_it():
    chain = model([[i] for i in range(30)])
    assert graph_picture.svg(chain) == graph_picture.svg(chain)
    assert graph_picture.svg(model([[i] for i in range(401)])) is None
    assert graph_picture.svg(chain, subgraph=1) is None
