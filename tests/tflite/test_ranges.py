"""Ranges of activations: those that the network has, rounded, and in the file where the quantizer looks for them."""

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from featherline.tflite import model, ranges


def bounds(content: bytes) -> dict[int, tuple[float, float]]:
    tensors = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(content, 0)).subgraphs[0].tensors
    given = {index: tensor.quantization for index, tensor in enumerate(tensors)}
    return {i: (q.min[0], q.max[0]) for i, q in given.items() if q is not None and q.min is not None}


def test_the_range_of_a_tensor_is_that_of_all_items(converted):
    content = ranges.with_ranges(converted.path("none").read_bytes(), converted.inputs)
    read = model.parse(content, "ranged")
    results = bounds(content)
    low, high = results[read.inputs[0].index]
    assert (low, high) == pytest.approx((converted.inputs.min(), converted.inputs.max()), rel=2**-12)
    low, high = results[read.outputs[0].index]
    assert (low, high) == pytest.approx((converted.probabilities.min(), converted.probabilities.max()), rel=2**-11)


def test_every_activation_has_a_range_and_no_weight(converted):
    content = ranges.with_ranges(converted.path("none").read_bytes(), converted.inputs)
    read = model.parse(content, "ranged")
    assert set(bounds(content)) == {tensor.index for tensor in read.tensors if not tensor.constant}


def test_nothing_else_changes(converted):
    content = converted.path("none").read_bytes()
    before, after = model.parse(content, "none"), model.parse(ranges.with_ranges(content, converted.inputs), "ranged")
    assert [(t.name, t.type, t.shape, t.constant) for t in before.tensors] == [
        (t.name, t.type, t.shape, t.constant) for t in after.tensors
    ]
    assert model.operator_counts(before) == model.operator_counts(after)


def test_the_order_of_items_changes_no_byte(converted):
    content = converted.path("none").read_bytes()
    assert ranges.with_ranges(content, converted.inputs) == ranges.with_ranges(content, converted.inputs[::-1])


def test_bounds_keep_12_bits_and_are_floats_without_rounding():
    values = np.array([0.0, 6.0, -0.5, 3.1415926, -1000.3, 1e-30])
    results = ranges.rounded(values)
    np.testing.assert_allclose(results, values, rtol=2**-13)
    np.testing.assert_array_equal(results[:3], values[:3])
    np.testing.assert_array_equal(results.astype(np.float32), results)


def test_noise_far_above_that_of_floats_changes_no_bound():
    rng = np.random.default_rng(1)
    values = rng.normal(size=1000)
    noisy = values * (1 + rng.uniform(-1e-10, 1e-10, 1000))
    np.testing.assert_array_equal(ranges.rounded(values), ranges.rounded(noisy))
    exact = np.ldexp(rng.integers(1, 2**12, 1000), -6).astype(np.float64)  # as of features on a grid
    np.testing.assert_array_equal(ranges.rounded(exact * (1 + rng.uniform(-1e-6, 1e-6, 1000))), exact)
