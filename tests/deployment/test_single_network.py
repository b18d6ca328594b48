"""A network that somebody brings becomes the .tflite file that TensorFlow Lite Micro runs."""

import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.deployment import single_network
from featherline.networks.backend import keras
from featherline.tflite import model as tflite


@pytest.fixture(scope="module")
def two_inputs(tmp_path_factory):
    """A network of two inputs and no softmax, and items for both."""
    path = tmp_path_factory.mktemp("network") / "network.keras"
    window, age = keras.Input((8, 1, 2), name="window"), keras.Input((3,), name="age")
    x = keras.layers.Flatten()(keras.layers.Conv2D(3, (3, 1), activation="relu")(window))
    keras.Model([window, age], keras.layers.Dense(2)(keras.layers.Concatenate()([x, age]))).save(path)
    rng = np.random.default_rng(0)
    # The inputs differ in their ranges: a mix-up of the two would show in the scales.
    return path, [rng.uniform(-1, 1, (20, 8, 1, 2)), rng.uniform(-100, 100, (20, 3))]


def test_a_network_of_two_inputs_is_quantized_by_the_range_of_each_and_proven(two_inputs):
    path, arrays = two_inputs
    content, items = single_network.convert(path, None, False, ["int8"], arrays, True)["int8"]
    scales = {tensor.elements: tensor.scale[0] for tensor in tflite.parse(content, "network").inputs}
    assert scales[16] == pytest.approx(2 / 255, rel=0.1) and scales[3] == pytest.approx(200 / 255, rel=0.1)
    published = single_network.publish(content, items)
    assert published.reason is None
    assert len(published.content) < published.converted_bytes == len(content)


def test_a_dataset_that_does_not_fit_is_refused_by_the_name_of_the_input(two_inputs):
    path, [windows, ages] = two_inputs
    with pytest.raises(FeatherlineError, match=r"data.npz has items for 1 inputs, and the network has 2: window, age"):
        single_network.describe(path, None, False, [windows], "data.npz")
    with pytest.raises(
        FeatherlineError, match=r"items of shape \[3\], and input window of the network takes \[8, 1, 2\]"
    ):
        single_network.describe(path, None, False, [ages, windows], "data.npz")
    with pytest.raises(FeatherlineError, match="has no recurrent layer that runs as a loop: leave --unroll out"):
        single_network.describe(path, None, True, [windows, ages], "data.npz")
