"""A model as a program that calls CMSIS-NN, for comparison with the generated C; the pipeline does not use it.

CMSIS-NN 4.0.0 (Apache-2.0) is taken from the package `bakenn` 1.0.0 of PyPI, which ships its
sources. Convolutions, dense layers and pools call its kernels; what those sources do not have
(softmax, mean) is the function that Featherline generates, so that it costs the same in both.
"""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from featherline.codegen import Program, fixed_point, lower
from featherline.core.errors import FeatherlineError
from featherline.emulator import toolchain
from featherline.emulator.cortex_m4 import Machine
from featherline.emulator.firmware import LayerCode
from featherline.tflite import model as tflite
from featherline.tflite.arena import Buffer, aligned, place
from featherline.tflite.values import constant_values

PACKAGE = "bakenn==1.0.0"
_VENDOR = "bakenn/backend/cmsis_nn/vendor/"
_OURS = "ours"
_PER_CHANNEL = "cmsis_nn_per_channel_quant_params"


def sources(cache: Path) -> dict[str, bytes]:
    """The sources and headers of CMSIS-NN by file name; downloaded once into the folder `cache`."""
    name, version = PACKAGE.split("==")
    wheel = next(cache.glob(f"{name}-{version}-*.whl"), None)
    if wheel is None:
        cache.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(cache), PACKAGE]
        if subprocess.run(command).returncode:
            raise FeatherlineError(f"pip cannot download {PACKAGE}: check the connection to PyPI.")
        wheel = next(cache.glob(f"{name}-{version}-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        wanted = [file for file in archive.namelist() if file.startswith(_VENDOR) and file.endswith((".c", ".h"))]
        # They include the header of the mathematical functions and use none of them.
        return {"math.h": b""} | {PurePosixPath(file).name: archive.read(file) for file in wanted}


@dataclass(frozen=True)
class _Step:
    """An operator as a function of C: constants and statements, and the name of what asks for its scratch buffer."""

    layer: LayerCode
    constants: str
    call: str
    scratch: str | None
    input: int
    output: int


def program(model: tflite.Model, kernels: dict[str, bytes]) -> tuple[dict[str, bytes], list[LayerCode]]:
    """The sources of a program whose `model_invoke` runs the model, and its functions.

    Raises:
        FeatherlineError: naming the operator that is not known here.
    """
    lowered = lower(model)
    generated = lowered.files(name=_OURS)
    files = kernels | {f"{_OURS}.h": generated[f"{_OURS}.h"], f"{_OURS}.inc": generated[f"{_OURS}.c"]}
    steps = _steps(model, lowered)
    layers = [step.layer for step in steps]
    asked = [f"scratch_{place}" for place, step in enumerate(steps) if step.scratch]
    asking = files | {"glue.c": _glue(model, steps, dict.fromkeys(range(len(steps)), 16)).encode()}
    machine = Machine(toolchain.compile(asking, [*asked, "model_invoke"]))
    scratch_bytes = {place: machine.call(f"scratch_{place}").result for place, step in enumerate(steps) if step.scratch}
    return files | {"glue.c": _glue(model, steps, scratch_bytes).encode()}, layers


def _steps(model: tflite.Model, lowered: Program) -> list[_Step]:
    ours = {layer.output: name for name, layer in lowered.functions(_OURS).items()}
    steps, alias = [], {}
    for operator in model.operators:
        source, result = operator.inputs[0], operator.outputs[0]
        if operator.name == "RESHAPE":
            alias[result.index] = alias.get(source.index, source.index)
            continue
        write = _KERNELS.get(operator.name)
        if write is None and result.index not in ours:
            raise FeatherlineError(f"{model.path} uses {operator.name}: the comparison with CMSIS-NN does not know it.")
        name = f"cmsis_{len(steps)}_{operator.name.lower()}"
        if write is None:
            macs, constants, call, scratch = 0, "", f"{ours[result.index]}(input, output);", None
        else:
            macs, constants, call, scratch = write(model, operator, name)
        layer = LayerCode(name, (operator.name,), macs)
        steps.append(_Step(layer, constants, call, scratch, alias.get(source.index, source.index), result.index))
    return steps


def _glue(model: tflite.Model, steps: list[_Step], scratch_bytes: dict[int, int]) -> str:
    parts = ['#include "arm_nnfunctions.h"\n#include "ours.inc"\n']
    last = len(steps) - 1
    uses = {step.output: at for at, step in enumerate(steps)}
    ends = {step.input: at for at, step in enumerate(steps)}
    elements = {tensor.index: tensor.elements for tensor in model.tensors}
    inner = [index for index, at in uses.items() if at != last]
    buffers = [Buffer(elements[index], uses[index], ends[index]) for index in inner]
    buffers += [Buffer(size, at, at) for at, size in scratch_bytes.items() if size]
    placed = place(buffers)
    arena_bytes = max((at + aligned(one.bytes) for at, one in zip(placed, buffers, strict=True)), default=16)
    offsets = dict(zip(inner, placed, strict=False))
    scratch = dict(zip([at for at, size in scratch_bytes.items() if size], placed[len(inner) :], strict=True))
    parts.append(f"static int32_t arena[{arena_bytes // 4}];\n")
    for at, step in enumerate(steps):
        parts.append(step.constants)
        if step.scratch:
            parts.append(f"int32_t scratch_{at}(void) {{ return {step.scratch}; }}\n")
        buffer = f"(int8_t *)arena + {scratch[at]}" if at in scratch else "0"
        parts.append(
            f"static __attribute__((noinline)) void {step.layer.function}(const int8_t *input, int8_t *output)\n"
            f"{{\n  const cmsis_nn_context context = {{{buffer}, {scratch_bytes.get(at, 0)}}};\n"
            f"  (void)context;\n  {step.call}\n}}\n"
        )
    parts.append("void model_invoke(const int8_t *input, int8_t *output)\n{\n")
    for at, step in enumerate(steps):
        read = f"(int8_t *)arena + {offsets[step.input]}" if step.input in offsets else "input"
        written = "output" if at == last else f"(int8_t *)arena + {offsets[step.output]}"
        parts.append(f"  {step.layer.function}({read}, {written});\n")
    return "".join([*parts, "}\n"])


def _convolution(model: tflite.Model, operator: tflite.Operator, name: str) -> tuple:
    kernel = constant_values(model, operator.inputs[1])
    outputs, rows, columns, depth = kernel.shape
    result = operator.outputs[0]
    settings = _strided(operator, rows, columns)
    constants = _tensors(model, operator, name, kernel)
    constants += (
        f"static const cmsis_nn_conv_params {name}_params = {{{-operator.inputs[0].zero_point[0]}, "
        f"{result.zero_point[0]}, {settings}, {{1, 1}}, {_limits(operator)}}};\n"
        f"static const cmsis_nn_dims {name}_in = {_dims(operator.inputs[0])}, {name}_out = {_dims(result)}, "
        f"{name}_filter = {{{outputs}, {rows}, {columns}, {depth}}}, {name}_of_bias = {{1, 1, 1, {outputs}}};\n"
    )
    macs = result.elements * rows * columns * depth
    return macs, constants, _convolve(name), _convolve_scratch(name)


def _depthwise(model: tflite.Model, operator: tflite.Operator, name: str) -> tuple:
    kernel = constant_values(model, operator.inputs[1])
    _, rows, columns, outputs = kernel.shape
    result = operator.outputs[0]
    settings = _strided(operator, rows, columns)
    constants = _tensors(model, operator, name, kernel)
    constants += (
        f"static const cmsis_nn_dw_conv_params {name}_params = {{{-operator.inputs[0].zero_point[0]}, "
        f"{result.zero_point[0]}, {outputs // operator.inputs[0].shape[3]}, {settings}, {{1, 1}}, "
        f"{_limits(operator)}}};\n"
        f"static const cmsis_nn_dims {name}_in = {_dims(operator.inputs[0])}, {name}_out = {_dims(result)}, "
        f"{name}_filter = {{1, {rows}, {columns}, {outputs}}}, {name}_of_bias = {{1, 1, 1, {outputs}}};\n"
    )
    call = (
        f"arm_depthwise_conv_wrapper_s8(&context, &{name}_params, &{name}_quantization, &{name}_in, input, "
        f"&{name}_filter, {name}_weights, &{name}_of_bias, {name}_bias, &{name}_out, output);"
    )
    asked = f"arm_depthwise_conv_wrapper_s8_get_buffer_size(&{name}_params, &{name}_in, &{name}_filter, &{name}_out)"
    return result.elements * rows * columns, constants, call, asked


def _dense(model: tflite.Model, operator: tflite.Operator, name: str) -> tuple:
    kernel = constant_values(model, operator.inputs[1])
    outputs, inputs = kernel.shape
    factors = _factors(operator)
    if len(factors) > 1:
        return _dense_by_channel(model, operator, name)
    (multiplier, shift), result = factors[0], operator.outputs[0]
    constants = _tensors(model, operator, name, kernel, quantized=False)
    constants += (
        f"static const cmsis_nn_fc_params {name}_params = {{{-operator.inputs[0].zero_point[0]}, 0, "
        f"{result.zero_point[0]}, {_limits(operator)}}};\n"
        f"static const cmsis_nn_per_tensor_quant_params {name}_quantization = {{{multiplier}, {shift}}};\n"
        f"static const cmsis_nn_dims {name}_in = {{1, 1, 1, {inputs}}}, {name}_out = {{1, 1, 1, {outputs}}}, "
        f"{name}_filter = {{{inputs}, 1, 1, {outputs}}}, {name}_of_bias = {{1, 1, 1, {outputs}}};\n"
    )
    call = (
        f"arm_fully_connected_s8(&context, &{name}_params, &{name}_quantization, &{name}_in, input, &{name}_filter, "
        f"{name}_weights, &{name}_of_bias, {name}_bias, &{name}_out, output);"
    )
    return kernel.size, constants, call, None


def _dense_by_channel(model: tflite.Model, operator: tflite.Operator, name: str) -> tuple:
    """CMSIS-NN 4.0.0 has no dense layer with a scale a channel; as a convolution of 1 x 1 it has."""
    kernel = constant_values(model, operator.inputs[1])
    outputs, inputs = kernel.shape
    constants = _tensors(model, operator, name, kernel)
    constants += (
        f"static const cmsis_nn_conv_params {name}_params = {{{-operator.inputs[0].zero_point[0]}, "
        f"{operator.outputs[0].zero_point[0]}, {{1, 1}}, {{0, 0}}, {{1, 1}}, {_limits(operator)}}};\n"
        f"static const cmsis_nn_dims {name}_in = {{1, 1, 1, {inputs}}}, {name}_out = {{1, 1, 1, {outputs}}}, "
        f"{name}_filter = {{{outputs}, 1, 1, {inputs}}}, {name}_of_bias = {{1, 1, 1, {outputs}}};\n"
    )
    return kernel.size, constants, _convolve(name), _convolve_scratch(name)


def _convolve(name: str) -> str:
    return (
        f"arm_convolve_wrapper_s8(&context, &{name}_params, &{name}_quantization, &{name}_in, input, &{name}_filter, "
        f"{name}_weights, &{name}_of_bias, {name}_bias, &{name}_out, output);"
    )


def _convolve_scratch(name: str) -> str:
    return f"arm_convolve_wrapper_s8_get_buffer_size(&{name}_params, &{name}_in, &{name}_filter, &{name}_out)"


def _pool(model: tflite.Model, operator: tflite.Operator, name: str) -> tuple:
    rows, columns = operator.options.filter_height, operator.options.filter_width
    constants = (
        f"static const cmsis_nn_pool_params {name}_params = {{{_strided(operator, rows, columns)}, "
        f"{_limits(operator)}}};\n"
        f"static const cmsis_nn_dims {name}_in = {_dims(operator.inputs[0])}, {name}_out = "
        f"{_dims(operator.outputs[0])}, {name}_filter = {{1, {rows}, {columns}, 1}};\n"
    )
    call = f"arm_max_pool_s8(&context, &{name}_params, &{name}_in, input, &{name}_filter, &{name}_out, output);"
    return 0, constants, call, None


_KERNELS: dict[str, Callable[..., tuple]] = {
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _depthwise,
    "FULLY_CONNECTED": _dense,
    "MAX_POOL_2D": _pool,
}


def _dims(tensor: tflite.Tensor) -> str:
    return f"{{{', '.join(str(side) for side in tensor.shape)}}}"


def _strided(operator: tflite.Operator, rows: int, columns: int) -> str:
    """Stride and padding, width first, as CMSIS-NN has them."""
    options, source, result = operator.options, operator.inputs[0].shape, operator.outputs[0].shape

    def padding(axis: int, stride: int, window: int) -> int:
        return max((result[axis] - 1) * stride + window - source[axis], 0) // 2 if options.padding == "SAME" else 0

    return (
        f"{{{options.stride_w}, {options.stride_h}}}, "
        f"{{{padding(2, options.stride_w, columns)}, {padding(1, options.stride_h, rows)}}}"
    )


def _limits(operator: tflite.Operator) -> str:
    activation = operator.options.fused_activation_function
    if activation not in ("NONE", "RELU"):
        raise FeatherlineError(f"{operator.name} has an activation that the comparison with CMSIS-NN does not know.")
    lowest = operator.outputs[0].zero_point[0] if activation == "RELU" else -128
    return f"{{{lowest}, 127}}"


def _factors(operator: tflite.Operator) -> list[tuple[int, int]]:
    into, out = operator.inputs[0].scale[0], operator.outputs[0].scale[0]
    return [fixed_point.quantized(into * scale / out) for scale in operator.inputs[1].scale]


def _tensors(
    model: tflite.Model, operator: tflite.Operator, name: str, kernel: np.ndarray, quantized: bool = True
) -> str:
    """Weights, bias and, for a layer with a scale a channel, its factors."""
    biased = len(operator.inputs) > 2 and operator.inputs[2] is not None
    bias = constant_values(model, operator.inputs[2]) if biased else np.zeros(operator.outputs[0].shape[-1], np.int32)
    text = _array("int8_t", f"{name}_weights", kernel) + _array("int32_t", f"{name}_bias", bias)
    if quantized:
        factors = _factors(operator)
        factors = factors * (operator.outputs[0].shape[-1] if len(factors) == 1 else 1)
        text += _array("int32_t", f"{name}_multipliers", np.array([one for one, _ in factors]))
        text += _array("int32_t", f"{name}_shifts", np.array([one for _, one in factors]))
        held = f"{{(int32_t *){name}_multipliers, (int32_t *){name}_shifts}}"
        text += f"static const {_PER_CHANNEL} {name}_quantization = {held};\n"
    return text


def _array(kind: str, name: str, values: np.ndarray) -> str:
    return f"static const {kind} {name}[] = {{{', '.join(str(one) for one in values.ravel().tolist())}}};\n"
