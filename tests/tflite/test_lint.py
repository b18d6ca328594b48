"""What the lint says of a network is what its conversion then shows."""

import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.tflite import model
from featherline.tflite.lint import kept_float, lint


@pytest.fixture(scope="module")
def layers(converted):
    """keras.layers, imported after the fixture that pays for TensorFlow."""
    from featherline.networks.backend import keras

    return keras.layers


def chain(shape, *layers, name="network"):
    from featherline.networks.backend import keras

    network = keras.Sequential([keras.Input(shape, name="input"), *layers], name=name)
    rng = np.random.default_rng(2)
    network.set_weights([rng.uniform(0.1, 1, weight.shape) for weight in network.weights])
    return network


def traps(network, **options):
    return [(finding.trap, finding.layer) for finding in lint(network, **options) if not finding.elsewhere]


def operators(network, one_item=True):
    """Names of the operators that a network is converted to in float32."""

    from featherline.tflite import converter, network_inputs

    content = converter.attempt_floats(network_inputs.with_batch_of_one(network) if one_item else network).content
    return [operator.name for operator in model.parse(content, "network.tflite").operators]


def test_a_network_of_the_pipeline_has_no_findings_of_its_own(converted):
    assert traps(converted.network, scheme="int8") == []


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Conv1D", (4, 3)),
        ("SeparableConv1D", (4, 3)),
        ("DepthwiseConv1D", (3,)),
        ("Conv1DTranspose", (4, 3)),
        ("MaxPooling1D", (2,)),
        ("AveragePooling1D", (2,)),
        ("GlobalAveragePooling1D", ()),
        ("GlobalMaxPooling1D", ()),
        ("ZeroPadding1D", (1,)),
    ],
)
def test_one_dimension_is_a_finding_where_it_brings_reshapes(layers, name, arguments):
    network = chain((16, 4), getattr(layers, name)(*arguments, name="it"))
    assert (traps(network) == [("one_dimension", "it")]) == ("RESHAPE" in operators(network))


def test_the_fix_of_one_dimension_names_the_layer_to_use(layers):
    [finding] = [
        finding for finding in lint(chain((16, 4), layers.Conv1D(4, 3, padding="causal"))) if not finding.elsewhere
    ]
    assert "Conv2D with a (k, 1) kernel" in finding.fix
    assert "ZeroPadding2D" in finding.fix


@pytest.mark.parametrize(
    ("order", "folds"),
    [
        ("conv normalize relu", True),
        ("conv dropout normalize", True),
        ("conv normalize normalize", True),
        ("conv split normalize", True),
        ("depthwise normalize", True),
        ("separable normalize", True),
        ("transposed normalize", True),
        ("flatten dense normalize", True),
        ("conv relu normalize", False),
        ("active normalize", False),
        ("conv pool normalize", False),
        ("conv pad normalize", False),
        ("conv flatten normalize", False),
        ("conv average normalize", False),
        ("normalize conv", False),
        ("conv relu normalize conv", False),
        ("conv other_axis", False),
    ],
)
def test_a_normalization_is_a_finding_where_it_does_not_fold(layers, order, folds):
    make = {
        "conv": lambda: layers.Conv2D(4, 3, padding="same"),
        "active": lambda: layers.Conv2D(4, 3, padding="same", activation="relu"),
        "depthwise": lambda: layers.DepthwiseConv2D(3),
        "separable": lambda: layers.SeparableConv2D(4, 3),
        "transposed": lambda: layers.Conv2DTranspose(4, 3),
        "dense": lambda: layers.Dense(4),
        "normalize": lambda: layers.BatchNormalization(),
        "other_axis": lambda: layers.BatchNormalization(axis=1),
        "relu": lambda: layers.ReLU(),
        "dropout": lambda: layers.SpatialDropout2D(0.2),
        "pool": lambda: layers.MaxPooling2D(2),
        "pad": lambda: layers.ZeroPadding2D(1),
        "split": lambda: layers.Reshape((32, 2, 4)),
        "flatten": lambda: layers.Flatten(),
        "average": lambda: layers.GlobalAveragePooling2D(),
    }
    network = chain((8, 8, 2), *(make[name]() for name in order.split()))
    assert [trap for trap, _ in traps(network)] == ([] if folds else ["normalization"])
    assert ("MUL" in operators(network)) != folds


def test_a_convolution_that_others_read_too_keeps_its_normalization(layers):
    from featherline.networks.backend import keras

    entry = keras.Input((8, 8, 2), name="input")
    conv = layers.Conv2D(4, 3, name="conv")(entry)
    network = keras.Model(entry, [layers.BatchNormalization(name="normalize")(conv), conv])
    [finding] = lint(network)
    assert (finding.layer, "conv is read by others too" in finding.problem) == ("normalize", True)


def test_layers_are_followed_into_networks_and_named_with_their_path(layers):
    conv = chain((8, 8, 2), layers.Conv2D(4, 3, name="conv"), name="folds")
    late = chain(conv.output_shape[1:], layers.ReLU(name="relu"), layers.BatchNormalization(name="bn"), name="late")
    assert traps(chain((8, 8, 2), conv, layers.BatchNormalization(name="bn"), late)) == [("normalization", "late/bn")]


def test_what_a_layer_of_ones_own_calculates_is_not_judged(layers):
    hidden = chain((8, 8, 2), layers.Lambda(lambda x: x * 2), layers.BatchNormalization(name="bn"))
    assert traps(hidden) == []


@pytest.mark.parametrize(
    ("name", "arguments", "costs"),
    [("Conv2D", (4, 3), True), ("MaxPooling2D", (2,), True), ("Flatten", (), True), ("ZeroPadding2D", (1,), False)],
)
def test_channels_first_is_a_finding_where_it_brings_transposes(layers, name, arguments, costs):
    network = chain((2, 8, 8), getattr(layers, name)(*arguments, data_format="channels_first", name="it"))
    assert traps(network) == ([("channels_first", "it")] if costs else [])
    assert ("TRANSPOSE" in operators(network)) == costs


@pytest.mark.parametrize("name", ["Flatten", "Reshape", "Conv2DTranspose", "Dense", "GlobalAveragePooling2D", "Conv2D"])
def test_a_free_batch_is_a_finding_for_other_converters(layers, name):
    arguments = {"Reshape": [(16, 2)], "Conv2DTranspose": [4, 3], "Conv2D": [4, 3], "Dense": [3]}.get(name, [])
    network = chain((4, 4, 2), getattr(layers, name)(*arguments, name="it"))
    findings = [(finding.trap, finding.layer, finding.elsewhere) for finding in lint(network)]
    assert findings == ([("free_batch", "it", True)] if "SHAPE" in operators(network, one_item=False) else [])
    assert "SHAPE" not in operators(network)


def test_a_batch_of_one_is_no_finding(layers):
    from featherline.networks.backend import keras

    assert lint(keras.Sequential([keras.Input((4, 4, 2), batch_size=1), layers.Flatten()])) == []


@pytest.mark.parametrize(
    ("scheme", "integer_io", "findings"),
    [
        ("int8", False, [("float_interface", "input"), ("float_interface", "output")]),
        ("int16x8", False, [("float_interface", "input"), ("float_interface", "output")]),
        ("int8", True, []),
        ("dynamic_range", False, []),
        (None, False, []),
    ],
)
def test_floats_around_integers_are_a_finding(converted, scheme, integer_io, findings):
    assert traps(converted.network, scheme=scheme, integer_io=integer_io) == findings


def test_names_that_tensorflow_cannot_trace_are_found(layers):
    named = chain((8, 8, 2), layers.Conv2D(4, 3, name="my conv"), layers.ReLU(name="_relu"), name="_network")
    assert traps(named) == [("name", "my conv"), ("name", "_network")]


def test_a_subclass_of_model_is_judged_by_its_layers_alone(layers):
    from featherline.networks.backend import keras

    class Own(keras.Model):
        def __init__(self):
            super().__init__(name="own")
            self.conv, self.normalize = layers.Conv1D(4, 3, name="conv"), layers.BatchNormalization()

        def call(self, x):
            return self.normalize(self.conv(x))

    assert traps(Own()) == [("one_dimension", "conv")]


def test_weights_that_dynamic_range_left_alone_are_named_with_the_reason(converted):
    findings = kept_float(model.read(converted.path("none")), model.read(converted.path("dynamic_range")))
    elements = [96, 384, 48]  # the dense kernel of 2,048 became int8, biases are left out
    assert [f"{number} elements" in finding.problem for number, finding in zip(elements, findings, strict=True)] == [
        True
    ] * 3


def test_dynamic_range_that_made_nothing_smaller_is_told_of_the_file(converted, layers, tmp_path):
    from featherline.tflite.converter import convert

    network = chain((4, 1, 1), layers.Flatten(), layers.Dense(2, activation="softmax"))
    files = [tmp_path / "small-none.tflite", tmp_path / "small-dynamic_range.tflite"]
    for file in files:
        file.write_bytes(convert(network, file.stem.partition("-")[2]))
    findings = kept_float(*map(model.read, files))
    assert findings[0].layer == "small-dynamic_range.tflite"
    assert "made nothing smaller: 40 weight bytes" in findings[0].problem


def test_models_of_two_networks_are_not_compared(converted, layers, tmp_path):
    from featherline.tflite.converter import convert

    (tmp_path / "other.tflite").write_bytes(
        convert(chain((4, 1, 1), layers.Flatten(), layers.Dense(2, activation="softmax")), "none")
    )
    with pytest.raises(FeatherlineError, match="not of one network"):
        kept_float(model.read(tmp_path / "other.tflite"), model.read(converted.path("dynamic_range")))
