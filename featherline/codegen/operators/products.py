"""Products of matrices of which none is constant: BATCH_MATMUL, and FULLY_CONNECTED with computed weights."""

from math import prod

import numpy as np

from featherline.codegen import fixed_point
from featherline.codegen.layers import Layer
from featherline.codegen.operators.moves import steps_of
from featherline.codegen.operators.step import Step
from featherline.codegen.settings import Activation
from featherline.tflite.model import Tensor
from featherline.tflite.options import BatchMatMulOptions


def batch_matmul(step: Step) -> Layer:
    """BATCH_MATMUL of matrices of a batch, of which one may be repeated."""
    options = step.options(BatchMatMulOptions)
    first, second, result = step.operand(0), step.operand(1), step.result
    if min(len(first.shape), len(second.shape), len(result.shape)) < 2:
        raise step.error("its inputs are no matrices")
    rows, depth = first.shape[-2:] if not options.adj_x else first.shape[:-3:-1]
    again, columns = second.shape[-2:] if not options.adj_y else second.shape[:-3:-1]
    outer = result.shape[:-2]
    if depth != again or result.shape[-2:] != (rows, columns):
        raise step.error("its matrices do not fit each other")
    places = {"one_places": _places(step, first, outer), "other_places": _places(step, second, outer)}
    one_row, one_depth = (1, rows) if options.adj_x else (depth, 1)
    other_column, other_depth = (depth, 1) if options.adj_y else (1, columns)
    steps = {"one_row": one_row, "one_depth": one_depth, "other_column": other_column, "other_depth": other_depth}
    sizes = {"batch": prod(outer), "rows": rows, "depth": depth, "columns": columns}
    limits = np.iinfo(result.type)
    bounds = Activation(int(limits.min), int(limits.max))
    biases = np.zeros(columns, "int32" if result.type == "int8" else "int64")
    return _product(step, sizes | steps, places | {"biases": biases}, bounds)


def dense(step: Step) -> Layer:
    """FULLY_CONNECTED whose weights are computed."""
    source, weights, bias = step.operand(0), step.operand(1), step.given(2)
    if len(weights.shape) != 2 or len(weights.scale or ()) != 1:
        raise step.error("its weights are no matrix of one scale")
    columns, depth = weights.shape
    rows = source.elements // max(depth, 1)
    if rows * depth != source.elements or step.result.elements != rows * columns:
        raise step.error("its weights do not fit its input and output")
    wide = "int32" if step.result.type == "int8" else "int64"
    biases = np.zeros(columns, wide)
    if bias is not None:
        step.check_types([bias], ("int32",) if wide == "int32" else ("int64",))
        biases = step.values(bias).ravel()
    sizes = {"batch": 1, "rows": rows, "depth": depth, "columns": columns}
    steps = {"one_row": depth, "one_depth": 1, "other_column": depth, "other_depth": 1}
    places = {"one_places": np.zeros(1, np.int32), "other_places": np.zeros(1, np.int32)}
    return _product(step, sizes | steps, places | {"biases": biases}, step.activation())


def _product(step: Step, fields: dict[str, int], arrays: dict[str, np.ndarray], bounds: Activation) -> Layer:
    first, second, result = step.operand(0), step.operand(1), step.result
    step.check_same_types([result, first, second])
    product = float(np.float32(step.scale(first)) * np.float32(step.scale(second)))
    multiplier, shift = fixed_point.quantized(product / step.scale(result))
    fields |= {
        "one_zero": step.zero_point(first),
        "other_zero": step.zero_point(second),
        "multiplier": multiplier,
        "shift": shift,
        "output_zero": step.zero_point(result),
    }
    sum_type = "int32" if result.type == "int8" else "int64"
    return step.loops(
        "matmul",
        fields,
        arrays,
        {"value": result.type, "sum": sum_type},
        [first, second],
        activation=bounds,
        macs=result.elements * fields["depth"],
    )


def _places(step: Step, tensor: Tensor, outer: tuple[int, ...]) -> np.ndarray:
    """Where the matrix of a tensor begins for each one of the result."""
    sides = (*[1] * (len(outer) + 2 - len(tensor.shape)), *tensor.shape)
    batch = sides[:-2]
    if len(batch) != len(outer) or any(a not in (1, b) for a, b in zip(batch, outer, strict=True)):
        raise step.error(f"tensor {tensor.index} of shape {list(tensor.shape)} is spread over {list(outer)}")
    steps = [0 if side == 1 else number for side, number in zip(batch, steps_of(sides), strict=False)]
    return np.array([int(np.dot(index, steps)) if steps else 0 for index in np.ndindex(*outer)], np.int32)
