import os
import sys

import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.interpreters import litert
from featherline.tflite import model

SCHEMES = ["none", "float16", "dynamic_range", "int8", "int16x8"]


@pytest.fixture
def convert(converted):
    """The converter, imported after the fixture that pays for TensorFlow."""
    from featherline.tflite.converter import convert

    return convert


def classifier(shape, *layers, name="other"):
    from featherline.networks.backend import keras

    return keras.Sequential([keras.Input(shape), *layers], name=name)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_layers_become_one_operator_each_and_batch_normalization_none(converted, scheme):
    operators = model.operator_counts(model.read(converted.path(scheme)))
    operators["builtin"].pop("DEQUANTIZE", None)  # of float16 weights
    assert operators == {
        "builtin": {"CONV_2D": 2, "FULLY_CONNECTED": 2, "MAX_POOL_2D": 2, "RESHAPE": 1, "SOFTMAX": 1},
        "select": {},
        "custom": {},
    }


@pytest.mark.parametrize(
    ("scheme", "stored"), [("none", "float32"), ("float16", "float16"), ("int8", "int8"), ("int16x8", "int8")]
)
def test_a_scheme_decides_how_kernels_are_stored(converted, scheme, stored):
    kernels = [t for t in model.read(converted.path(scheme)).tensors if t.constant and len(t.shape) == 4]
    assert {kernel.type for kernel in kernels} == {stored}


def test_the_float_model_computes_what_the_network_computes(converted):
    outputs = litert.outputs(converted.path("none"), converted.inputs)
    np.testing.assert_allclose(outputs, converted.probabilities, atol=1e-5)


@pytest.mark.parametrize("scheme", ["int8", "int16x8"])
def test_integer_models_can_take_floats(converted, convert, tmp_path, scheme):
    (tmp_path / "m.tflite").write_bytes(convert(converted.network, scheme, converted.inputs, integer_io=False))
    for entry, expected in ((converted.path(scheme), scheme[:5].rstrip("x")), (tmp_path / "m.tflite", "float32")):
        read = model.read(entry)
        assert (read.inputs[0].type, read.outputs[0].type) == (expected, expected)


def test_equal_networks_give_equal_bytes_whatever_else_was_built(converted, convert):
    from featherline.networks.backend import keras

    for _ in range(3):
        classifier((4, 1, 1), keras.layers.Flatten(), keras.layers.Dense(2))
    assert convert(converted.network, "int8", converted.inputs) == converted.path("int8").read_bytes()


def test_the_network_itself_is_left_as_it_was(converted, convert):
    before = converted.network.get_weights()
    convert(converted.network, "int8", converted.inputs)
    assert converted.network.input_shape == (None, 32, 1, 4)
    for old, new in zip(before, converted.network.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_folded_network_gives_the_bytes_of_the_network(converted, convert, scheme):
    """So nothing of the normalization is left to the converter, whose reciprocal square roots differ by processor."""
    from featherline.networks.folding import fold

    folded = convert(fold(converted.network), scheme, converted.inputs)
    assert folded == converted.path(scheme).read_bytes()


@pytest.fixture(scope="module")
def stray(converted):
    """A network whose normalization stands behind the activation, and items for it."""
    from featherline.networks.backend import keras

    network = classifier(
        (16, 1, 4),
        keras.layers.Conv2D(6, (3, 1), activation="relu", name="conv"),
        keras.layers.BatchNormalization(name="late"),
        keras.layers.Flatten(),
        keras.layers.Dense(3, activation="softmax", name="output"),
    )
    rng = np.random.default_rng(4)
    network.set_weights([rng.uniform(0.1, 1, w.shape) * (1 - 2 * ("kernel" in w.path)) for w in network.weights])
    return network, rng.normal(size=(30, 16, 1, 4)).astype(np.float32)


def test_a_normalization_behind_the_activation_becomes_mul_and_add_of_exact_constants(stray, convert):
    network, items = stray
    content = convert(network, "none")
    read = model.parse(content, "stray")
    assert {"MUL": 1, "ADD": 1}.items() <= model.operator_counts(read)["builtin"].items()
    gamma, beta, mean, variance = (w.astype(np.float64) for w in network.get_layer("late").get_weights())
    factor = gamma * (1 / np.sqrt(variance + 1e-3))
    for name, expected in (("MUL", factor), ("ADD", beta - mean * factor)):
        [constant] = [operator.inputs[1] for operator in read.operators if operator.name == name]
        stored = np.frombuffer(content, np.float32, constant.elements, constant.offset)
        np.testing.assert_array_equal(stored, expected.astype(np.float32))


@pytest.mark.parametrize("scheme", ["int8", "int16x8"])
def test_scales_are_those_of_the_ranges_that_the_network_has(stray, convert, scheme):
    """TensorFlow's own calibrator takes the range of what ADD and MUL leave in the place of their input."""
    from featherline.networks.backend import keras

    network, items = stray
    read = model.parse(convert(network, scheme, items), "stray")
    results = {operator.name: operator.outputs[0] for operator in read.operators}
    convolved = keras.Model(network.inputs, network.get_layer("conv").output)(items).numpy().max()
    steps = 255 if scheme == "int8" else 32767
    assert results["CONV_2D"].scale[0] == pytest.approx(convolved / steps, rel=2**-12)


@pytest.mark.parametrize("scheme", ["int8", "int16x8"])
@pytest.mark.parametrize("calibration", [None, np.empty((0, 32, 1, 4), np.float32)])
def test_a_scheme_that_calibrates_needs_items(converted, convert, scheme, calibration):
    with pytest.raises(FeatherlineError, match=f"{scheme} needs a representative dataset.*calibration_items"):
        convert(converted.network, scheme, calibration)


def test_calibration_must_fit_the_network_and_be_finite(converted, convert):
    with pytest.raises(FeatherlineError, match=r"shape \(16, 1, 4\).*takes \(32, 1, 4\)"):
        convert(converted.network, "int8", converted.inputs[:, :16])
    with pytest.raises(FeatherlineError, match="NaN"):
        convert(converted.network, "int8", np.full((3, 32, 1, 4), np.nan, np.float32))


def test_an_unknown_scheme_is_refused_with_the_known_ones(converted, convert):
    with pytest.raises(FeatherlineError, match="'int7'.*none, float16, dynamic_range, int8, int16x8"):
        convert(converted.network, "int7", converted.inputs)


def test_a_weight_that_is_not_finite_is_named(converted, convert):
    from featherline.networks.backend import keras

    broken = keras.models.clone_model(converted.network)
    weights = broken.get_weights()
    weights[-2][0, 0] = np.nan
    broken.set_weights(weights)
    with pytest.raises(FeatherlineError, match="output/kernel.*NaN"):
        convert(broken, "none")


@pytest.mark.parametrize(("units", "activation"), [(3, None), (3, "sigmoid"), (1, "softmax")])
def test_a_network_that_is_no_classifier_is_refused(converted, convert, units, activation):
    from featherline.networks.backend import keras

    network = classifier(
        (4, 1, 1), keras.layers.Flatten(), keras.layers.Dense(units, activation=activation), name="no_classifier"
    )
    with pytest.raises(FeatherlineError, match="no_classifier is no classifier.*softmax"):
        convert(network, "none")


def test_what_the_converter_says_is_kept_for_the_error(converted, convert, capfd, monkeypatch):
    from featherline.networks.backend import keras

    # As outside of pytest, where Python prints to the same descriptor as native code.
    monkeypatch.setattr(sys, "stdout", os.fdopen(1, "w", closefd=False))
    entry = keras.Input((4, 1, 2))
    x = keras.layers.Flatten()(keras.ops.erf(entry))  # no built-in operator computes it
    network = keras.Model(entry, keras.layers.Dense(2, activation="softmax")(x), name="with_erf")
    with pytest.raises(FeatherlineError, match="with_erf could not be converted to none: 'tf.Erf' op is neither"):
        convert(network, "none")
    assert capfd.readouterr() == ("", "")


def test_a_softmax_is_seen_without_running_a_network_that_no_cpu_runs():
    from featherline.networks.backend import keras
    from featherline.tflite import converter

    entry = keras.Input((3, 8, 8), name="input")
    convolved = keras.layers.Conv2D(4, 3, data_format="channels_first")(entry)
    network = keras.Model(entry, keras.layers.Dense(2, activation="softmax")(keras.layers.Flatten()(convolved)))
    assert converter._gives_probabilities(network)
