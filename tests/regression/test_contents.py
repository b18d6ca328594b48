"""Where two contents of one file differ, for each type of file that stages write."""

import io
import json
import zipfile

import h5py
import numpy as np
import openpyxl
import pytest

from featherline.regression.contents import difference
from featherline.tflite import model as tflite
from featherline.tflite.flatbuffer import unpack


def arrays(**named) -> bytes:
    content = io.BytesIO()
    np.savez(content, **named)
    return content.getvalue()


def network(date: str = "", **weights) -> bytes:
    """A .keras file, as far as its weights go."""
    content, stored = io.BytesIO(), io.BytesIO()
    with h5py.File(stored, "w") as file:
        for name, values in weights.items():
            file[f"layers/{name}/vars/0"] = values
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"date_saved": date}))
        archive.writestr("model.weights.h5", stored.getvalue())
    return content.getvalue()


def workbook(value: float) -> bytes:
    made, content = openpyxl.Workbook(), io.BytesIO()
    made.active.title = "Benchmark"
    made.active["B4"] = value
    made.save(content)
    return content.getvalue()


ONE = np.arange(12, dtype=np.float32).reshape(3, 4)
OTHER = ONE.copy()
OTHER[0, 1] += 0.25
OTHER[2, 3] -= 0.5


@pytest.mark.parametrize(
    ("path", "committed", "repeated", "told"),
    [
        (
            "train.npz",
            arrays(inputs=ONE, labels=np.array([1, 2])),
            arrays(inputs=OTHER, labels=np.array([1, 2])),
            "array inputs: 2 of 12 values differ, most at [2, 3]: 11.0 committed, 10.5 now; 1 of 2 arrays differ",
        ),
        (
            "train.npz",
            arrays(inputs=ONE, statistics=np.array([1.0, np.nan])),
            arrays(inputs=OTHER, statistics=np.array([np.nan, np.nan])),
            "array statistics: 1 of 2 values differ, most at [0]: 1.0 committed, nan now; 2 of 2 arrays differ",
        ),
        (
            "train.npz",
            arrays(inputs=ONE),
            arrays(inputs=ONE[:2]),
            "array inputs is float32[3, 4] committed, float32[2, 4] now",
        ),
        ("train.npz", arrays(inputs=ONE), arrays(labels=ONE), "array inputs is only in the committed one"),
        (
            "original.keras",
            network(conv=ONE, dense=ONE),
            network(conv=ONE, dense=OTHER),
            "tensor layers/dense/vars/0: 2 of 12 values differ, most at [2, 3]: 11.0 committed, 10.5 now; "
            "1 of 2 tensors differ",
        ),
        (
            "original.keras",
            network("1970", conv=ONE),
            network("2000", conv=ONE),
            "holds equal tensors, and differs from byte",
        ),
        (
            "metrics/doors.json",
            b'{"doors": {"accuracy_pct": 90.5, "layers": [1, 2], "model": "a"}}',
            b'{"doors": {"accuracy_pct": 90.0, "layers": [1, 5], "model": "b"}}',
            "key doors.layers.1: 2 committed, 5 now; 3 of 4 keys differ",
        ),
        (
            "a.json",
            b'{"model": "a", "b": true}',
            b'{"model": "b", "b": 1}',
            'key model: "a" committed, "b" now; 2 of 2 keys',
        ),
        (
            "a.json",
            b'{"a": 1}',
            b'{"a": 1, "b": {"c": 1, "d": 2}}',
            "key b.c is only in the repeated one, one of 2 such keys",
        ),
        (
            "a.json",
            b'{"a": 1}',
            b'{"a" : 1}',
            "holds equal keys, and differs from byte 4 on (8 bytes committed, 9 now)",
        ),
        ("a.json", b"{", b"[", "cannot be read (Expecting property name"),
        (
            "front.csv",
            b"weight_bytes,accuracy\n600,0.5\n700,0.75\n",
            b"weight_bytes,accuracy\n600,0.5\n703,0.5\n",
            "cell weight_bytes of row 2: 700 committed, 703 now; 2 of 6 cells differ",
        ),
        ("loss.tsv", b"step\tloss\n0\t1.5\n", b"step\tloss\n0\t1.25\n", "cell loss of row 1: 1.5 committed, 1.25 now"),
        ("front.csv", b"a\n1\n", b"a\n1\n2\n", "cell a of row 2 is only in the repeated one, one of 1 such cells"),
        ("front.csv", b"a\n1\n", b"b\n1\n", "cell a of row 1 is only in the committed one"),
        (
            "Doors.xlsx",
            workbook(1.5),
            workbook(2.0),
            "cell B4 of Benchmark: 1.5 committed, 2 now; 1 of 1 cells differ",
        ),
        (
            "dvc.lock",
            b"stages:\n  a:\n    md5: x\n",
            b"stages:\n  a:\n    md5: y\n",
            'key stages.a.md5: "x" committed, "y" now',
        ),
        ("plot.svg", b"<svg>", b"<sVg/>", "differs from byte 2 on (5 bytes committed, 6 now)"),
        ("model.c", b"int x;", b"int x;\n", "differs from byte 6 on (6 bytes committed, 7 now)"),
    ],
)
def test_the_part_with_the_largest_difference_is_told(path, committed, repeated, told):
    assert difference(path, committed, repeated).startswith(told)
    assert "\n" not in difference(path, committed, repeated)


def test_a_tensor_of_a_converted_model_is_told_by_its_label(converted):
    content = converted.path("none").read_bytes()
    read = tflite.parse(content, "a file")
    [kernel] = [one for one in read.tensors if one.constant and one.shape == (16, 3, 1, 8)]
    repeated = bytearray(content)
    values = np.frombuffer(content, np.float32, kernel.elements, offset=kernel.offset).copy()
    before = values[8 * 3 + 5]
    values[8 * 3 + 5] += 2  # the filter 1, the tap 0, the channel 5
    values[0] += 1
    repeated[kernel.offset : kernel.offset + kernel.bytes] = values.tobytes()
    told = difference("original-none.tflite", content, bytes(repeated))
    assert told.startswith(f"tensor {kernel.index} (")
    assert (
        f"2 of 384 values differ, most at [1, 0, 0, 5]: {before} committed, {before + np.float32(2)} now; 1 of " in told
    )


def test_scales_of_a_quantized_model_are_compared_too(converted):
    from tensorflow.lite.tools import flatbuffer_utils

    content = converted.path("int8").read_bytes()
    tree = unpack(content, "a file")
    graph = tree.subgraphs[0]
    quantization = graph.tensors[graph.inputs[0]].quantization
    quantization.scale = [2 * float(quantization.scale[0])]
    told = difference("reduced-int8.tflite", content, bytes(flatbuffer_utils.convert_object_to_bytearray(tree)))
    assert told.startswith(f"tensor {graph.inputs[0]} (") and ", scales: 1 of 1 values differ, most at [0]: " in told
