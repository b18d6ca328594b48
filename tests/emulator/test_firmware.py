import numpy as np
import pytest

from featherline.codegen import lower
from featherline.core.errors import FeatherlineError
from featherline.emulator import firmware
from featherline.emulator.firmware import LayerCode
from featherline.interpreters import tflm
from featherline.interpreters.values import quantize
from featherline.tflite import model as tflite

DOUBLE = {
    "model.c": b"""
#include <stdint.h>
static const volatile int8_t double_weights[4] = {2, 2, 2, 2};
static int8_t held[4];
__attribute__((noinline)) static void model_0_mul(const int8_t *input)
{
    for (int i = 0; i < 4; ++i) held[i] = (int8_t)(input[i] * double_weights[i]);
}
void model_invoke(const int8_t *input, int8_t *output)
{
    model_0_mul(input);
    for (int i = 0; i < 4; ++i) output[i] = held[i];
}
"""
}
INPUTS = np.arange(40, dtype=np.int8).reshape(10, 4)


@pytest.fixture(scope="module")
def network(converted):
    """What a converted network takes, with its layers and the model."""
    model = tflite.read(converted.path("int8"))
    fed = quantize(converted.inputs, model.inputs[0])
    expected = tflm.examine(model.path, fed).outputs
    layers = [LayerCode(name, one.operators, one.macs) for name, one in lower(model).functions().items()]
    return firmware.measure(lower(model).files(), layers, fed, expected), layers, model


def test_a_network_answers_on_the_core_as_on_tflm(network, converted):
    result, _, _ = network
    assert result["equal_items"] == result["items"] == len(converted.inputs)


def test_flash_is_told_by_what_it_holds(network):
    result, _, model = network
    parts = ("code_bytes", "weight_bytes", "table_bytes", "data_bytes")
    assert sum(result[part] for part in parts) == result["flash_bytes"]
    assert result["weight_bytes"] >= sum(
        operator.inputs[1].elements
        for operator in model.operators
        if operator.name in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
    )
    assert result["io_bytes"] == model.inputs[0].elements + model.outputs[0].elements


def test_instructions_are_told_by_layer_and_nearly_all_are_in_layers(network):
    result, layers, _ = network
    assert [layer["function"] for layer in result["layers"]] == [layer.function for layer in layers]
    mean = result["instructions"]
    assert result["instructions_min"] <= mean <= result["instructions_max"]
    within = sum(layer["instructions"] for layer in result["layers"])
    assert 0.95 * mean < within <= mean
    for layer in result["layers"]:
        assert (layer["instructions_per_mac"] is None) == (layer["macs"] == 0)


def test_a_layer_that_the_compiler_leaves_out_takes_nothing():
    layers = [LayerCode("model_0_mul", ("MUL",), 4), LayerCode("model_1_mean", ("MEAN",), 0)]
    told = firmware.measure(DOUBLE, layers, INPUTS, 2 * INPUTS)["layers"]
    assert [layer["instructions"] > 0 for layer in told] == [True, False]
    with pytest.raises(FeatherlineError, match="no function model_1_conv_2d"):
        firmware.measure(DOUBLE, [*layers, LayerCode("model_1_conv_2d", ("CONV_2D",), 8)], INPUTS, 2 * INPUTS)


def test_wrong_answers_are_counted():
    layers = [LayerCode("model_0_mul", ("MUL",), 4)]
    expected = 2 * INPUTS
    assert firmware.measure(DOUBLE, layers, INPUTS, expected)["equal_items"] == 10
    expected[3, 2] += 1
    result = firmware.measure(DOUBLE, layers, INPUTS, expected)
    assert (result["items"], result["equal_items"]) == (10, 9)
    assert (result["weight_bytes"], result["ram_bytes"], result["macs"]) == (4, 4, 4)


def test_the_same_model_gives_the_same_figures():
    layers = [LayerCode("model_0_mul", ("MUL",), 4)]
    assert firmware.measure(DOUBLE, layers, INPUTS, 2 * INPUTS) == firmware.measure(DOUBLE, layers, INPUTS, 2 * INPUTS)


PROGRAM = DOUBLE | {
    "program.c": b"""
#include <stdint.h>
void model_invoke(const int8_t *input, int8_t *output);
static int8_t features[4], output[4];
static int filled;
int32_t model_program_push(const int16_t *samples, int32_t count, int32_t *found)
{
    int32_t taken = 0;
    while (taken < count && filled < EVERY) {
        features[taken & 3] = (int8_t)(samples[taken] >> 8);
        ++taken;
        ++filled;
    }
    *found = -1;
    if (filled == EVERY) {
        filled = 0;
        model_invoke(features, output);
        *found = output[0] & 1;
    }
    return taken;
}
const int8_t *model_program_output(void) { return output; }
"""
}


def with_a_window_every(samples: int) -> dict[str, bytes]:
    return PROGRAM | {"program.c": PROGRAM["program.c"].replace(b"EVERY", str(samples).encode())}


def test_a_whole_program_is_measured_from_window_to_window():
    result = firmware.measure_program(with_a_window_every(1010), rate_hz=500, chunk=100, values=1)
    assert (result["samples"], result["seconds"]) == (1010, 2.02)
    assert result["ram_bytes"] == 16
    assert result["total_bytes"] == result["flash_bytes"] + result["ram_bytes"] + result["stack_bytes"]
    # Every sample passes the front end, the model is called once.
    assert result["front_end_instructions"] > 1000 > result["model_instructions"] > 0


def test_a_program_without_a_window_is_refused():
    with pytest.raises(FeatherlineError, match="no window due twice within 120 s"):
        firmware.measure_program(with_a_window_every(10**6), rate_hz=500, chunk=100, values=1)
