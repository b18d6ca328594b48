import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.interpreters import litert
from featherline.interpreters.values import dequantize, quantize
from featherline.tflite import model, reference
from tests.codegen import single_operators
from tests.codegen.single_operators import Single
from tests.tflite.handmade import OPERATORS


@pytest.mark.parametrize(
    ("scheme", "tolerance"),
    [("none", 1e-5), ("float16", 1e-2), ("dynamic_range", 5e-2), ("int8", 0.15), ("int16x8", 5e-2)],
)
def test_every_scheme_stays_near_the_network(converted, scheme, tolerance):
    read = model.read(converted.path(scheme))
    outputs = litert.outputs(converted.path(scheme), quantize(converted.inputs, read.inputs[0]))
    assert outputs.dtype == read.outputs[0].type
    np.testing.assert_allclose(dequantize(outputs, read.outputs[0]), converted.probabilities, atol=tolerance)


def test_outputs_of_an_item_do_not_depend_on_its_neighbours(converted):
    together = litert.outputs(converted.path("none"), converted.inputs)
    alone = litert.outputs(converted.path("none"), converted.inputs[7:8])
    np.testing.assert_array_equal(together[7:8], alone)


def test_latency_is_in_microseconds(converted):
    measured = litert.latency(converted.path("none"), [converted.inputs[:1]], runs=20, warmup_runs=5, threads=1)
    assert 0 < measured.average_us < 100_000
    assert measured.initialisation_us > 0
    assert measured.first_inference_us > 0
    assert measured.warmup_average_us > 0
    assert measured.std_us >= 0


def test_a_model_that_litert_refuses_is_named(tmp_path, capfd):
    (tmp_path / "broken.tflite").write_bytes(bytes(4) + b"TFL3" + bytes(100))
    with pytest.raises(FeatherlineError, match="broken.tflite: LiteRT cannot run it"):
        litert.outputs(tmp_path / "broken.tflite", np.zeros((1, 4), np.float32))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("stream", [s for s in single_operators.sequences() if s.title.startswith("SVDF")], ids=str)
def test_states_have_the_sixteen_bits_that_litert_writes(stream):
    [operator] = model.parse(reference.with_wide_states(stream.content), "svdf.tflite").operators
    assert [operator.inputs[place].type for place in (1, 2, 4)] == ["int8", "int16", "int16"]


def test_what_the_reference_kernels_lack_runs_on_others(tmp_path):
    made = Single(1)
    entry, result = made.activation((1, 4)), made.output((1, 4))
    made.operator(OPERATORS.ELU, [entry], [result])
    (tmp_path / "elu.tflite").write_bytes(made.content([entry], [result]))
    assert litert.outputs(tmp_path / "elu.tflite", np.zeros((1, 4), np.int8)).shape == (1, 4)
