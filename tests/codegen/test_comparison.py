"""The comparison with CMSIS-NN, as far as it needs none of its sources."""

import pytest

from benchmarks import cmsis_nn
from featherline.tflite import model as tflite
from tests.codegen.random_networks import NONE, RELU, SAME, VALID, Network


@pytest.mark.parametrize("bits", [8, 4])
def test_cmsis_nn_takes_weights_of_4_bits_too_which_are_bytes_there(bits):
    network = Network(1, (1, 6, 6, 3))
    network.conv(4, (3, 3), 1, SAME, RELU, bits)
    network.pool(True, (2, 2), 2, VALID)
    network.depthwise(1, (3, 3), 1, SAME, NONE, bits)
    assert cmsis_nn.foreign(tflite.parse(network.content(), "the case")) == []
