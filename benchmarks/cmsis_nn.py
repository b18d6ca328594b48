"""A model as a program that calls CMSIS-NN, for comparison with the generated C; the pipeline does not use it.

CMSIS-NN 4.0.0 (Apache-2.0) is taken from the package `bakenn` 1.0.0 of PyPI, which ships its
sources. Convolutions, dense layers and pools call its kernels; what those sources do not have
(softmax, mean, additions) is the function that Featherline generates, so that it costs the same in
both. Graphs, borders of real numbers and what streaming models keep are Featherline's for that
reason.
"""

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np

from featherline.codegen import fixed_point, generator, lower, memory
from featherline.codegen.layers import Layer, Network
from featherline.codegen.settings import Loops
from featherline.core.errors import FeatherlineError
from featherline.emulator import cores, toolchain
from featherline.emulator.firmware import INVOKE, LayerCode
from featherline.emulator.machine import Machine
from featherline.tflite import model as tflite
from featherline.tflite.values import constant_values, content_of

PACKAGE = "bakenn==1.0.0"
_VENDOR = "bakenn/backend/cmsis_nn/vendor/"
NAME = INVOKE.removesuffix("_invoke")
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
class _Call:
    """A layer as a call of CMSIS-NN: constants and a statement of C, and what asks for its scratch buffer."""

    constants: str
    call: str
    scratch: str | None


def program(
    model: tflite.Model, kernels: dict[str, bytes], core: str = cores.DEFAULT
) -> tuple[dict[str, bytes], list[LayerCode]]:
    """The sources of a program whose `model_invoke` runs the model, and its functions.

    It is the program that Featherline writes, in which the bodies of convolutions, dense layers and pools call
    CMSIS-NN, with memory that is planned for their scratch buffers. What CMSIS-NN has to leave out is Featherline's on
    both sides: all other operators, and layers that its kernels do not take (int16, batches). Weights of 4 bits are
    bytes there.

    Raises:
        FeatherlineError: naming the operator that no C can be written for.
    """
    network = _divided(model, lower(model).network)
    functions = {generator.function(NAME, place, layer): layer for place, layer in enumerate(network.layers)}
    calls: dict[str, _Call] = {}
    for function, layer in functions.items():
        operator = _operator(model, layer)
        if operator is not None:
            calls[function] = _KERNELS[operator.name](model, operator, f"cmsis_{function}")
    sizes = dict.fromkeys(calls, 16)
    asked = [f"{function}_asks" for function, call in calls.items() if call.scratch]
    if asked:
        image = toolchain.compile(kernels | _sources(model, network, calls, sizes), [*asked, INVOKE], core=core)
        machine = Machine(image, core=core)  # vectors need other scratch buffers
        sizes = {
            function: machine.call(f"{function}_asks").result if call.scratch else 0 for function, call in calls.items()
        }
    layers = [LayerCode(function, layer.operators, layer.macs) for function, layer in functions.items()]
    return kernels | _sources(model, network, calls, sizes), layers


def foreign(model: tflite.Model) -> list[str]:
    """Operators of a model that are Featherline's in both programs, each once."""
    network = _divided(model, lower(model).network)
    names = (layer.operators[0] for layer in network.layers if _operator(model, layer) is None)
    return list(dict.fromkeys(names))


def _divided(model: tflite.Model, network: Network) -> Network:
    """The same network with each pooling that was fused into a convolution, or with another, as a layer of its own."""
    layers: list[Layer] = []
    sizes, kinds = dict(network.sizes), dict(network.kinds)
    for layer in network.layers:
        rest, pools = layer, []
        while len(rest.operators) > 1 + _is_bordered(layer):
            pool = next(one for one in model.operators if one.outputs and one.outputs[0].index == rest.output)
            if rest.operators[-1] != "MAX_POOL_2D" or pool.name != "MAX_POOL_2D":
                raise FeatherlineError(f"{model.path}: the comparison with CMSIS-NN does not know {layer.operators}.")
            between = pool.inputs[0]
            sizes[between.index] = between.elements
            pools.insert(0, replace(rest, operators=("MAX_POOL_2D",), inputs=(between.index,), macs=0))
            rest = replace(rest, operators=rest.operators[:-1], output=between.index)
        layers += [rest, *pools]
    return replace(network, layers=tuple(layers), sizes=sizes, kinds=kinds)


@dataclass(frozen=True)
class _Bordered(tflite.Operator):
    """A convolution whose padding a PAD before it has told: rows above and columns to the left."""

    rows_above: int = 0
    columns_left: int = 0


def _is_bordered(layer: Layer) -> bool:
    return layer.operators[0] in ("PAD", "PADV2") and len(layer.operators) > 1


def _operator(model: tflite.Model, layer: Layer) -> tflite.Operator | None:
    """What a layer stands for, where CMSIS-NN has a kernel that takes it."""
    if _is_bordered(layer):
        [border] = [one for one in model.operators if one.name == layer.operators[0] and _feeds(model, one, layer)]
        operator = _operator(model, replace(layer, operators=layer.operators[1:]))
        if operator is None:
            return None
        _, _, above, _, left, *_ = constant_values(model, border.inputs[1]).ravel().tolist()
        inputs = (border.inputs[0], *operator.inputs[1:])
        return _Bordered(**(vars(operator) | {"inputs": inputs}), rows_above=above, columns_left=left)
    if layer.operators[0] not in _KERNELS or layer.times > 1:
        return None
    writers = (one for one in model.operators if one.outputs and one.outputs[0] and one.name == layer.operators[0])
    operator = next((one for one in writers if one.outputs[0].index == layer.output), None)
    if operator is None or any(tensor.type != "int8" for tensor in (operator.inputs[0], operator.outputs[0])):
        return None
    # Weights of 4 bits are bytes there: its kernels take no others.
    return operator if len(operator.inputs) < 2 or operator.inputs[1].type in ("int8", "int4") else None


def _feeds(model: tflite.Model, border: tflite.Operator, layer: Layer) -> bool:
    """Whether the convolution of a layer reads what a PAD writes."""
    readers = [one for one in model.operators if border.outputs[0] in one.inputs]
    return any(reader.outputs[0].index == layer.output for reader in readers)


def _sources(model: tflite.Model, network: Network, calls: dict[str, _Call], sizes: dict[str, int]) -> dict[str, bytes]:
    """The program of Featherline with the functions of `calls` put in place of its own."""
    layers = []
    for place, layer in enumerate(network.layers):
        function = generator.function(NAME, place, layer)
        if function in calls:
            # Any settings will do for the planner but those of kernels that may overwrite their input.
            layer = replace(layer, settings=Loops(source="move"), scratch_bytes=sizes[function])
        layers.append(layer)
    planned = memory.plan(replace(network, layers=tuple(layers)))
    files = generator.write(network, planned, content_of(model), NAME, (), None)
    text = files.pop(f"{NAME}.c").decode()
    del files["manifest.json"]
    for place, layer in enumerate(network.layers):
        function = generator.function(NAME, place, layer)
        if function not in calls:
            continue
        call = calls[function]
        scratch = (
            f"(int8_t *)({NAME}_memory + {planned.scratch[place] // planned.unit_bytes})" if sizes[function] else "0"
        )
        body = (
            f"\n  const cmsis_nn_context context = {{{scratch}, {sizes[function]}}};\n  (void)context;\n  {call.call}\n"
        )
        text, found = re.subn(
            rf"(static \w+ void {function}\(const int8_t \*)\w+(, int8_t \*output\)\n{{).*?(?=\n}}\n)",
            lambda match, call=call, body=body: f"{call.constants}{match[1]}input{match[2]}{body}",
            text,
            flags=re.DOTALL,
        )
        if found != 1:
            raise FeatherlineError(f"The generated program has no function {function} of one input.")
        if call.scratch:
            text += f"int32_t {function}_asks(void)\n{{\n  return {call.scratch};\n}}\n"
    return files | {f"{NAME}.c": f'#include "arm_nnfunctions.h"\n{text}'.encode()}


def _convolution(model: tflite.Model, operator: tflite.Operator, name: str) -> _Call:
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
    return _Call(constants, _convolve(name), _convolve_scratch(name))


def _depthwise(model: tflite.Model, operator: tflite.Operator, name: str) -> _Call:
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
    return _Call(constants, call, asked)


def _dense(model: tflite.Model, operator: tflite.Operator, name: str) -> _Call:
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
    return _Call(constants, call, None)


def _dense_by_channel(model: tflite.Model, operator: tflite.Operator, name: str) -> _Call:
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
    return _Call(constants, _convolve(name), _convolve_scratch(name))


def _convolve(name: str) -> str:
    return (
        f"arm_convolve_wrapper_s8(&context, &{name}_params, &{name}_quantization, &{name}_in, input, &{name}_filter, "
        f"{name}_weights, &{name}_of_bias, {name}_bias, &{name}_out, output);"
    )


def _convolve_scratch(name: str) -> str:
    return f"arm_convolve_wrapper_s8_get_buffer_size(&{name}_params, &{name}_in, &{name}_filter, &{name}_out)"


def _pool(model: tflite.Model, operator: tflite.Operator, name: str) -> _Call:
    rows, columns = operator.options.filter_height, operator.options.filter_width
    constants = (
        f"static const cmsis_nn_pool_params {name}_params = {{{_strided(operator, rows, columns)}, "
        f"{_limits(operator)}}};\n"
        f"static const cmsis_nn_dims {name}_in = {_dims(operator.inputs[0])}, {name}_out = "
        f"{_dims(operator.outputs[0])}, {name}_filter = {{1, {rows}, {columns}, 1}};\n"
    )
    kernel = "arm_avgpool_s8" if operator.name == "AVERAGE_POOL_2D" else "arm_max_pool_s8"
    call = f"{kernel}(&context, &{name}_params, &{name}_in, input, &{name}_filter, &{name}_out, output);"
    asked = None
    if operator.name == "AVERAGE_POOL_2D":
        width, depth = operator.outputs[0].shape[2], operator.inputs[0].shape[3]
        asked = f"arm_avgpool_s8_get_buffer_size({width}, {depth})"
    return _Call(constants, call, asked)


_KERNELS: dict[str, Callable[..., _Call]] = {
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _depthwise,
    "FULLY_CONNECTED": _dense,
    "MAX_POOL_2D": _pool,
    "AVERAGE_POOL_2D": _pool,
}


def _dims(tensor: tflite.Tensor) -> str:
    return f"{{{', '.join(str(side) for side in tensor.shape)}}}"


def _strided(operator: tflite.Operator, rows: int, columns: int) -> str:
    """Stride and padding, width first, as CMSIS-NN has them."""
    options, source, result = operator.options, operator.inputs[0].shape, operator.outputs[0].shape

    def padding(axis: int, stride: int, window: int) -> int:
        if isinstance(operator, _Bordered):
            return operator.rows_above if axis == 1 else operator.columns_left
        return max((result[axis] - 1) * stride + window - source[axis], 0) // 2 if options.padding == "SAME" else 0

    return (
        f"{{{options.stride_w}, {options.stride_h}}}, "
        f"{{{padding(2, options.stride_w, columns)}, {padding(1, options.stride_h, rows)}}}"
    )


def _limits(operator: tflite.Operator) -> str:
    activation, result = operator.options.fused_activation_function, operator.outputs[0]
    if activation not in ("NONE", "RELU", "RELU6"):
        raise FeatherlineError(f"{operator.name} has an activation that the comparison with CMSIS-NN does not know.")
    lowest, highest = -128, 127
    if activation != "NONE":
        lowest = max(lowest, result.zero_point[0])
    if activation == "RELU6":
        highest = min(highest, result.zero_point[0] + round(float(np.float32(6) / np.float32(result.scale[0]))))
    return f"{{{lowest}, {highest}}}"


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
