"""The quantization error, layer by layer."""

import json

import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.evaluation import quantization_error
from featherline.records.base import plain


def layers_of(converted, scheme: str, reference: str = "none") -> list[quantization_error.LayerError]:
    contents = [converted.path(name).read_bytes() for name in (reference, scheme)]
    return quantization_error.by_layer(*contents, converted.inputs)


def test_each_operator_has_its_signal_to_noise_ratio(converted):
    layers = layers_of(converted, "int8")
    assert [(layer.place, layer.operator) for layer in layers] == [
        *((0, "CONV_2D"), (1, "MAX_POOL_2D"), (2, "CONV_2D"), (3, "MAX_POOL_2D"), (4, "RESHAPE")),
        *((5, "FULLY_CONNECTED"), (6, "FULLY_CONNECTED"), (7, "SOFTMAX")),
    ]
    assert layers[0].shape == (32, 1, 8)
    assert all(15 < layer.snr_db < 80 for layer in layers)
    # What is only moved loses nothing more.
    assert layers[4].snr_db == layers[3].snr_db


def test_more_bits_lose_less(converted):
    int8, int16x8 = layers_of(converted, "int8"), layers_of(converted, "int16x8")
    assert all(more.snr_db > less.snr_db for less, more in zip(int8[:-1], int16x8[:-1], strict=True))


@pytest.mark.parametrize("scheme", ["float16", "dynamic_range"])
def test_conversions_between_types_are_no_layers(converted, scheme):
    assert [layer.operator for layer in layers_of(converted, scheme)] == [
        layer.operator for layer in layers_of(converted, "int8")
    ]


def test_a_model_loses_nothing_against_itself(converted):
    assert {layer.snr_db for layer in layers_of(converted, "none")} == {None}


def test_the_ratio_is_that_of_the_formula():
    signal = np.array([3.0, -4.0])
    assert quantization_error._snr_db(signal, signal + 0.5) == pytest.approx(10 * np.log10(25 / 0.5), abs=0.01)


def test_the_summary_names_the_worst_layers(converted):
    layers = layers_of(converted, "int8")
    summary = quantization_error.summary(layers, len(converted.inputs))
    assert summary.items == 60
    ratios = [layer.snr_db for layer in layers]
    assert [ratios[place] for place in summary.worst] == sorted(ratios)[:3]
    assert json.loads(json.dumps(plain(summary)))["worst"] == list(summary.worst)


def test_models_of_other_layers_cannot_be_compared(converted, few_bit_network):
    from featherline.tflite.converter import convert

    other = convert(few_bit_network, "none")
    with pytest.raises(FeatherlineError, match="their layers cannot be compared"):
        quantization_error.by_layer(converted.path("none").read_bytes(), other, converted.inputs)
