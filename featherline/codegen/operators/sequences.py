"""Operators that remember: SVDF and UNIDIRECTIONAL_SEQUENCE_LSTM, each with states that outlive an inference."""

import math

import numpy as np

from featherline.codegen import fixed_point
from featherline.codegen.layers import Layer
from featherline.codegen.operators.step import Step
from featherline.tflite.model import Tensor
from featherline.tflite.options import SVDFOptions, UnidirectionalSequenceLSTMOptions

_GATE_SCALE = 2.0**-12  # of what goes into the curve of a gate
_CURVE_SCALE = 2.0**-15  # of what comes out of it
# By place among the inputs, for the input, forget, cell and output gates.
_WEIGHTS, _RECURRENT, _BIASES = (1, 2, 3, 4), (5, 6, 7, 8), (12, 13, 14, 15)
_PEEPHOLES_AND_MORE = (9, 10, 11, 16, 17, 20, 21, 22, 23)
_HIDDEN, _CELL = 18, 19


def svdf(step: Step) -> Layer:
    """SVDF."""
    options = step.options(SVDFOptions)
    source, features, times, state = (step.operand(place) for place in (0, 1, 2, 4))
    bias, result = step.given(3), step.result
    step.check_types([source, features, result], ("int8",))
    step.check_types([times, state], ("int8", "int16"))
    step.check_same_types([state, times])
    if options.fused_activation_function not in ("RELU", "NONE"):
        raise step.error(f"its activation {options.fused_activation_function} is unknown")
    if len(source.shape) != 2 or len(features.shape) != 2 or len(times.shape) != 2 or options.rank < 1:
        raise step.error("its tensors are no matrices")
    (batch, inputs), (filters, memory) = source.shape, times.shape
    units = filters // options.rank
    fits = features.shape == (filters, inputs) and units * options.rank == filters
    if not fits or state.elements != batch * filters * memory or result.elements != batch * units:
        raise step.error("its weights do not fit its input and output")
    biases = np.zeros(units, np.int32)
    if bias is not None:
        step.check_types([bias], ("int32",))
        biases = step.values(bias).ravel()
    if not state.variable or len(biases) != units:
        raise step.error("its state is no variable, or it has not one bias for each unit")
    scales = [np.float32(step.scale(tensor)) for tensor in (source, features, state, times, result)]
    multiplier, shift = fixed_point.quantized(float(scales[0] * scales[1] / scales[2]))
    output_multiplier, output_shift = fixed_point.quantized(float(scales[2] * scales[3] / scales[4]))
    limits = np.iinfo(state.type)
    fields = {
        "batch": batch,
        "inputs": inputs,
        "filters": filters,
        "memory": memory,
        "rank": options.rank,
        "input_zero": step.zero_point(source),
        "multiplier": multiplier,
        "shift": shift,
        "state_zero": step.zero_point(state),
        "lowest": int(limits.min),
        "highest": int(limits.max),
        "output_multiplier": output_multiplier,
        "output_shift": output_shift,
        "output_zero": step.zero_point(result),
    }
    arrays = {"features": step.values(features), "times": step.values(times), "biases": biases}
    macs = batch * filters * (inputs + memory)
    return step.loops("svdf", fields, arrays, {"state": state.type}, macs=macs, states=[state.index])


def lstm(step: Step) -> Layer:
    """UNIDIRECTIONAL_SEQUENCE_LSTM with weights of int8 and a cell of int16."""
    options = step.options(UnidirectionalSequenceLSTMOptions)
    source, hidden, cell, result = step.source, step.operand(_HIDDEN), step.operand(_CELL), step.result
    if any(step.given(place) is not None for place in _PEEPHOLES_AND_MORE):
        raise step.error("it has peepholes, a projection or layer normalization")
    if options.fused_activation_function != "TANH":
        raise step.error(f"its activation {options.fused_activation_function} is unknown")
    step.check_types([source], ("int8", "int16"))
    step.check_same_types([source, hidden, result])
    step.check_types([cell], ("int16",))
    if len(source.shape) != 3 or len(result.shape) != 3:
        raise step.error("its input is no sequence")
    if not (hidden.variable and cell.variable):
        raise step.error("its states are no variables")
    (batch, steps) = source.shape[:2] if not options.time_major else source.shape[1::-1]
    inputs, units = source.shape[2], result.shape[2]
    if hidden.elements != batch * units or cell.elements != batch * units or result.shape[:2] != source.shape[:2]:
        raise step.error("its states do not fit its input and output")
    exponent = round(math.log2(step.scale(cell)))
    if 2.0**exponent != step.scale(cell):
        raise step.error("the scale of its cell is no power of two")
    tangent_shift = 12 + exponent
    tangent = (3 << tangent_shift, 0) if tangent_shift >= 0 else (3, -tangent_shift)
    forget = fixed_point.quantized(_CURVE_SCALE)
    added = fixed_point.quantized(_CURVE_SCALE * _CURVE_SCALE / step.scale(cell))
    shown = fixed_point.quantized(_CURVE_SCALE * _CURVE_SCALE / step.scale(hidden))
    limits = np.iinfo(result.type)
    clip = int(min(max(float(options.cell_clip) / step.scale(cell), -32768.0), 32767.0))
    batch_step, time_step = (inputs, batch * inputs) if options.time_major else (steps * inputs, inputs)
    output_batch_step, output_time_step = (units, batch * units) if options.time_major else (steps * units, units)
    fields = {
        "batch": batch,
        "steps": steps,
        "inputs": inputs,
        "units": units,
        "batch_step": batch_step,
        "time_step": time_step,
        "output_batch_step": output_batch_step,
        "output_time_step": output_time_step,
        "forget_multiplier": forget[0],
        "forget_shift": forget[1],
        "cell_multiplier": added[0],
        "cell_shift": added[1],
        "hidden_multiplier": shown[0],
        "hidden_shift": shown[1],
        "hidden_zero": step.zero_point(hidden),
        "lowest": int(limits.min),
        "highest": int(limits.max),
        "clip": clip,
        "tangent_multiplier": tangent[0],
        "tangent_shift": tangent[1],
    }
    return step.loops(
        "lstm",
        fields,
        _gates(step, source, hidden, inputs, units),
        {"value": source.type, "sum": "int32" if source.type == "int8" else "int64"},
        scratch_bytes=-(-units * step.itemsize(result) // 4) * 4,
        macs=batch * steps * 4 * units * (inputs + units),
        states=[hidden.index, cell.index],
    )


def _gates(step: Step, source: Tensor, hidden: Tensor, inputs: int, units: int) -> dict[str, np.ndarray]:
    """Weights, biases and factors of all gates, one behind another."""
    arrays: dict[str, list[np.ndarray]] = {"weights": [], "recurrent_weights": [], "biases": [], "recurrent_biases": []}
    factors: list[int] = []
    wide = "int32" if source.type == "int8" else "int64"
    for places in zip(_WEIGHTS, _RECURRENT, _BIASES, strict=True):
        weights, recurrent, bias = (step.given(place) for place in places)
        if weights is None or recurrent is None or bias is None:
            raise step.error("a gate has no weights")
        step.check_types([weights, recurrent], ("int8",))
        step.check_types([bias], (wide,))
        if weights.shape != (units, inputs) or recurrent.shape != (units, units) or bias.elements != units:
            raise step.error("its weights do not fit its input and output")
        for kind, tensor, end in (("", weights, source), ("recurrent_", recurrent, hidden)):
            values = step.values(tensor)
            arrays[f"{kind}weights"].append(values.ravel())
            sums = -step.zero_point(end) * values.astype(np.int64).sum(1)
            sums = sums if kind else sums + step.values(bias).ravel().astype(np.int64)
            arrays[f"{kind}biases"].append(sums.astype(wide))
            product = float(np.float32(step.scale(end)) * np.float32(step.scale(tensor)))
            factors += fixed_point.quantized(product / _GATE_SCALE)
    joined = {name: np.concatenate(parts) for name, parts in arrays.items()}
    return joined | {"factors": np.array(factors, np.int32), "table": fixed_point.sigmoid_table()}
