"""Built-in, select or custom: real networks of each kind, and the layers that are to blame."""

import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.tflite import model


@pytest.fixture(scope="module")
def decide(converted):
    """The decision, imported after the fixture that pays for TensorFlow."""
    from featherline.tflite.operator_sets import decide

    return decide


@pytest.fixture(scope="module")
def layer(converted):
    """Makes a layer of one's own from a function of tensors."""
    from featherline.networks.backend import keras

    def make(name, function):
        class Own(keras.layers.Layer):
            def call(self, x):
                return function(x)

        return Own(name=name)

    return make


@pytest.fixture(scope="module")
def erf(layer):
    """Makes a layer that needs TensorFlow's own Erf."""
    from featherline.networks.backend import tf

    return lambda name: layer(name, lambda x: tf.raw_ops.Erf(x=x))


def chain(shape, *layers, name="network"):
    from featherline.networks.backend import keras

    return keras.Sequential([keras.Input(shape, name="input"), *layers], name=name)


def needs(decision):
    return [(need.operator, need.kind, need.layer) for need in decision.needs]


def test_a_plain_network_needs_built_in_operators_alone(converted, decide):
    from featherline.networks.folding import fold

    decision = decide(converted.network)
    assert (decision.operator_set, decision.needs) == ("builtin", ())
    # With its normalization folded, as `convert` does it before anything else, it is the very file.
    assert decide(fold(converted.network)).content == converted.path("none").read_bytes()


def test_each_layer_that_brought_a_select_operator_is_named(decide, erf):
    from featherline.networks.backend import keras

    # Names that TensorFlow's counters would mix up: it calls the first scope erf_1 too.
    decision = decide(chain((8, 8, 1), erf("erf"), keras.layers.Conv2D(2, 3, name="conv"), erf("erf_1")))
    assert decision.operator_set == "select"
    assert needs(decision) == [("FlexErf", "select", "erf"), ("FlexErf", "select", "erf_1")]


def test_the_content_is_that_of_a_model_with_these_operators(decide, erf):
    decision = decide(chain((4,), erf("erf")))
    read = model.parse(decision.content, "erf.tflite")
    assert model.operator_counts(read) == {"builtin": {}, "select": {"FlexErf": 1}, "custom": {}}
    assert read.inputs[0].shape == (1, 4)


def test_a_layer_that_is_used_twice_is_named_once(decide, erf):
    from featherline.networks.backend import keras

    twice = erf("twice")
    assert needs(decide(chain((4,), twice, keras.layers.Dense(4), twice))) == [("FlexErf", "select", "twice")]


def test_a_layer_inside_of_a_network_is_named_with_its_path(decide, erf):
    from featherline.networks.backend import keras

    encoder = chain((4,), erf("erf"), keras.layers.Dense(4), name="encoder")
    assert [layer for _, _, layer in needs(decide(chain((4,), encoder, erf("erf"))))] == ["encoder/erf", "erf"]


def test_an_operation_without_a_layer_has_the_name_that_keras_gave_it(decide):
    from featherline.networks.backend import keras

    entry = keras.Input((4,), name="input")
    network = keras.Model(entry, keras.ops.erf(keras.ops.erf(entry)))
    assert [need.layer for need in decide(network).needs] == [operation.name for operation in network.operations[1:]]


@pytest.mark.parametrize("function", ["betainc", "python"])
def test_what_flex_does_not_take_needs_a_custom_operator(decide, layer, function):
    from featherline.networks.backend import tf

    def python(x):
        doubled = tf.numpy_function(lambda a: np.float32(2) * a, [x], tf.float32)
        doubled.set_shape(x.shape)
        return doubled

    functions = {"betainc": lambda x: tf.math.betainc(x, x, x), "python": python}
    operator = {"betainc": "Betainc", "python": "PyFunc"}[function]
    decision = decide(chain((4,), layer("mine", functions[function])))
    assert (decision.operator_set, needs(decision)) == ("custom", [(operator, "custom", "mine")])


def test_select_and_custom_operators_stand_together_in_the_order_of_layers(decide, layer, erf):
    from featherline.networks.backend import tf

    beta = layer("beta", lambda x: tf.math.betainc(x, x, x))
    decision = decide(chain((4,), erf("first"), beta, erf("last")))
    assert decision.operator_set == "custom"
    assert [layer for _, _, layer in needs(decision)] == ["first", "beta", "last"]


def test_a_function_that_asks_for_a_kernel_of_its_own_is_found_in_the_file(decide, layer):
    """The converter writes it without asking for custom operators to be allowed."""
    from featherline.networks.backend import tf

    def kernel(x):
        name = 'name: "MyKernel" attr { key: "tfl_fusable_op" value { b: true } }'
        return tf.function(lambda y: 2 * tf.nn.relu(y), experimental_implements=name, autograph=False)(x)

    decision = decide(chain((4,), layer("one", kernel), layer("two", kernel)))
    assert decision.operator_set == "custom"
    assert needs(decision) == [("MyKernel", "custom", "one"), ("MyKernel", "custom", "two")]


def test_several_inputs_and_outputs_and_no_softmax_will_do(decide, erf):
    from featherline.networks.backend import keras

    motion, place = keras.Input((4,), name="motion"), keras.Input((3,), dtype="int32", name="place")
    outputs = [erf("erf")(keras.layers.Dense(2)(motion)), keras.layers.Embedding(5, 2)(place)]
    network = keras.Model([motion, place], outputs)
    assert needs(decide(network)) == [("FlexErf", "select", "erf")]


def test_networks_that_cannot_be_copied_are_decided_too_and_left_as_they_were(decide, erf):
    from featherline.networks.backend import keras, tf

    class Own(keras.Model):
        def __init__(self):
            super().__init__(name="subclassed")
            self.dense, self.erf = keras.layers.Dense(3, name="dense"), erf("erf")

        def call(self, x):
            return self.erf(self.dense(x))

    subclassed = Own()
    with pytest.raises(FeatherlineError, match="subclassed has no input shape yet"):
        decide(subclassed)
    subclassed(np.zeros((5, 4), np.float32))
    assert needs(decide(subclassed)) == [("FlexErf", "select", "erf")]

    network = chain((4, 4), keras.layers.Lambda(lambda x: tf.linalg.inv(x), name="inverse"))
    assert needs(decide(network)) == [("FlexMatrixInverse", "select", "inverse")]
    assert [layer.name for layer in network.layers] == ["inverse"]
    assert network.input_shape == (None, 4, 4)


def test_a_network_that_the_converter_refuses_altogether_is_told_in_its_words(decide):
    from featherline.networks.backend import keras

    first = keras.layers.Conv1D(2, 3, data_format="channels_first")
    with pytest.raises(FeatherlineError, match="turned could not be converted with any operators: .*ranspose"):
        decide(chain((4, 8), first, name="turned"))
    with pytest.raises(FeatherlineError, match="'my conv' is not a valid"):
        decide(chain((8, 8, 1), keras.layers.Conv2D(2, 3, name="my conv")))
