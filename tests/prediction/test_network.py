"""The network in NumPy against TensorFlow Lite Micro, on networks of every kind."""

import numpy as np
import pytest
from hypothesis import given, settings

from featherline.prediction import network
from featherline.tflite import model as tflite
from tests.codegen import random_networks
from tests.codegen.programs import Case, expected
from tests.tflite.handmade import mean_of_single_values


@settings(max_examples=300, **random_networks.ONCE)
@given(random_networks.cases())
def test_300_random_networks_answer_as_tflm_does(case):
    lowered = network.lowered(tflite.parse(case.content, "the case"))
    answers = network.run(lowered, case.inputs.reshape(len(case.inputs), -1))
    kinds = [layer.settings.kernel for layer in lowered.layers]
    np.testing.assert_array_equal(answers, expected(case), f"{kinds}")


@pytest.mark.parametrize("app", ["motionsense", "carsensor", "keywordspotting", "musicclassifier"])
def test_the_models_of_the_pipeline_answer_as_tflm_does(app, project):
    content = (project / "models" / app / "tflite" / "reduced-int8.tflite").read_bytes()
    model = tflite.parse(content, app)
    inputs = np.random.default_rng(0).integers(-128, 128, (40, *model.inputs[0].shape[1:])).astype(np.int8)
    answers = network.run(network.lowered(model), inputs.reshape(len(inputs), -1))
    np.testing.assert_array_equal(answers, expected(Case(content, inputs)))


def test_a_mean_over_one_value_in_another_scale_answers_as_tflm_does():
    case = Case(mean_of_single_values(), np.random.default_rng(0).integers(-128, 128, (64, 1, 1, 4)).astype(np.int8))
    lowered = network.lowered(tflite.parse(case.content, "the case"))
    np.testing.assert_array_equal(network.run(lowered, case.inputs.reshape(64, -1)), expected(case))
