"""A converted few-bit model holds the integers of its training, and TensorFlow Lite Micro computes with them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from featherline.core.errors import FeatherlineError
from featherline.interpreters import tflm
from featherline.interpreters.values import dequantize, quantize
from featherline.tflite import few_bits, model
from featherline.tflite.values import constant_values


@pytest.fixture(scope="module")
def sources(rounded_networks):
    """(bits, packed) -> content of the .tflite file."""
    from featherline.tflite.converter import rounded_forms

    forms = {bits: rounded_forms(rounded_networks[bits]) for bits in (8, 4, 2)}
    return {(bits, pack): forms[bits][pack] for bits in forms for pack in (False, True)}


def kernels(content: bytes, path) -> list[tuple[str, str, np.ndarray]]:
    """(operator, type of its kernel, its values) in the order of the model."""
    path.write_bytes(content)
    read = model.read(path)
    return [
        (operator.name, operator.inputs[1].type, constant_values(read, operator.inputs[1]))
        for operator in read.operators
        if len(operator.inputs) == 3
    ]


@pytest.mark.parametrize("bits", [8, 4, 2])
@pytest.mark.parametrize("pack", [False, True])
def test_the_file_holds_the_integers_of_the_training(sources, rounded_networks, tmp_path, bits, pack):
    from featherline.networks.fake_quantization import integers, rounded_layers

    stored = kernels(sources[bits, pack], tmp_path / "model.tflite")
    trained = [integers(layer)[0] for layer in rounded_layers(rounded_networks[bits])]
    assert [name for name, _, _ in stored] == [
        *("CONV_2D", "DEPTHWISE_CONV_2D", "CONV_2D", "FULLY_CONNECTED", "FULLY_CONNECTED")
    ]
    for (_, _, kernel_values), expected in zip(stored, trained, strict=True):
        assert sorted(kernel_values.ravel()) == sorted(expected.ravel())
    np.testing.assert_array_equal(stored[0][2], trained[0].transpose(3, 0, 1, 2))
    np.testing.assert_array_equal(stored[1][2][0], trained[1][..., 0])
    np.testing.assert_array_equal(stored[4][2], trained[4].T)


def test_convolutions_are_packed_and_dense_kernels_are_not(sources, tmp_path):
    def types(bits: int, pack: bool) -> list[str]:
        return [kind for _, kind, _ in kernels(sources[bits, pack], tmp_path / "model.tflite")]

    assert types(4, True) == types(2, True) == ["int4"] * 3 + ["int8"] * 2
    assert types(4, False) == types(8, True) == ["int8"] * 5


@pytest.mark.parametrize("bits", [8, 4, 2])
def test_tflm_answers_as_the_network_was_trained_to(sources, rounded_networks, windows, bits):
    expected = rounded_networks[bits](windows).numpy()
    answers = []
    for pack in (False, True):
        read = model.parse(sources[bits, pack], "the model")
        ran = tflm.run(sources[bits, pack], read, quantize(windows, read.inputs[0]))
        assert ran.deployable, ran.reason
        answers.append(ran.outputs)
    np.testing.assert_array_equal(answers[0], answers[1])
    # A few steps of 1/256: TFLM multiplies by integers where the network had floats.
    np.testing.assert_allclose(dequantize(answers[0], read.outputs[0]), expected, atol=8 / 256)


def test_models_take_floats_where_asked_to(rounded_networks):
    from featherline.tflite.converter import rounded_forms

    read = model.parse(rounded_forms(rounded_networks[4], integer_io=False)[1], "the model")
    assert (read.inputs[0].type, read.outputs[0].type) == ("float32", "float32")


def test_a_network_that_was_not_rounded_is_refused(few_bit_network):
    from featherline.tflite.converter import rounded_forms

    with pytest.raises(FeatherlineError, match="was not trained with fake quantization: run the stage quantize again"):
        rounded_forms(few_bit_network)


def test_kernels_must_fit_the_model(sources):
    kernel = few_bits.Kernel("conv1", np.zeros((6, 5, 1, 4), np.int8), np.ones(6), np.zeros(6))
    with pytest.raises(FeatherlineError, match="has 5 operators with kernels, and the network 1 layers"):
        few_bits.write(sources[8, False], [kernel], pack=False)
    with pytest.raises(FeatherlineError, match=r"Layer conv1 .* shape \(6, 5, 1, 4\), and its operator DEPTHWISE_CONV"):
        few_bits.write(sources[8, False], [kernel] * 5, pack=False)


@given(st.lists(st.integers(-8, 7), max_size=40))
def test_packing_keeps_every_value(numbers):
    packed = few_bits.packed_int4(np.array(numbers, np.int8))
    assert len(packed) == -(-len(numbers) // 2)
    nibbles = np.stack([packed & 15, packed >> 4], axis=1).ravel()[: len(numbers)].astype(np.int8)
    assert (np.where(nibbles > 7, nibbles - 16, nibbles) == numbers).all()
