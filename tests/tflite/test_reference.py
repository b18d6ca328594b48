"""Values of any tensor of a model, by kernels with one order of sums."""

import numpy as np

from featherline.tflite import model, reference


def test_each_item_gives_the_tensors_that_were_asked_for(converted):
    read = model.read(converted.path("none"))
    asked = [read.outputs[0].index, read.inputs[0].index]
    activations = list(reference.activations(converted.path("none").read_bytes(), converted.inputs[:5], asked))
    assert len(activations) == 5
    np.testing.assert_allclose([outputs[0] for outputs, _ in activations], converted.probabilities[:5], atol=1e-5)
    np.testing.assert_array_equal([inputs[0] for _, inputs in activations], converted.inputs[:5])


def test_a_dense_layer_is_summed_one_product_after_another(converted):
    """As on a device: no kernel that sums 4, 8 or 16 products at once gives these bits."""
    read = model.read(converted.path("none"))
    content = converted.path("none").read_bytes()
    dense = next(operator for operator in read.operators if operator.name == "FULLY_CONNECTED")
    kernel, bias = (
        np.frombuffer(content, np.float32, tensor.elements, tensor.offset).reshape(tensor.shape)
        for tensor in dense.inputs[1:3]
    )
    for inputs, outputs in reference.activations(
        content, converted.inputs, [dense.inputs[0].index, dense.outputs[0].index]
    ):
        expected = np.zeros(len(kernel), np.float32)
        for column, value in enumerate(inputs[0]):
            expected = expected + kernel[:, column] * value
        np.testing.assert_array_equal(outputs[0], np.maximum(expected + bias, 0))
