"""How a program is called: tensors of the file as they are, the whole numbers behind them, and what it remembers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from featherline.codegen import literals
from featherline.codegen.layers import Network
from featherline.codegen.memory import Memory
from featherline.codegen.operators.step import C_TYPES
from featherline.tflite.model import Tensor


@dataclass(frozen=True)
class Code:
    """C, and how many bytes of constants it holds on a core that aligns nothing."""

    text: str
    constant_bytes: int


def defines(network: Network, macro: str) -> list[str]:
    """What a header says of the ends of a model that are more or other than one tensor of int8."""
    lines = []
    for end, tensors in (("INPUT", network.sources), ("OUTPUT", network.results)):
        lines.append(f"#define {macro}_{end}S {len(tensors)}")
        if len(tensors) > 1:
            lines.append(f"#define {macro}_{end}_BYTES {sum(map(_bytes, tensors))} /* of all together */")
        for title, tensor in zip(_titles(end, tensors), tensors, strict=True):
            lines += _described(f"{macro}_{title}", tensor)
    for end, outer, inner in (
        ("INPUT", network.sources, network.core_inputs),
        ("OUTPUT", network.results, network.core_outputs),
    ):
        if network.bordered:
            for title, tensor in zip(_titles(f"QUANTIZED_{end}", outer), inner, strict=True):
                lines += _described(f"{macro}_{title}", tensor)
    return lines


def _described(macro: str, tensor: Tensor) -> list[str]:
    lines = [
        f"#define {macro}_NAME {literals.string(tensor.name)}",
        f"#define {macro}_TYPE {C_TYPES[tensor.type]}",
        f"#define {macro}_BYTES {_bytes(tensor)}",
        f"#define {macro}_ELEMENTS {tensor.elements}",
        f"#define {macro}_SHAPE {{{', '.join(str(side) for side in tensor.shape) or '1'}}}",
    ]
    if tensor.scale is not None and len(tensor.scale) == 1:
        lines += [
            f"#define {macro}_SCALE {literals.number(float(tensor.scale[0]))}",
            f"#define {macro}_ZERO_POINT {literals.number((tensor.zero_point or (0,))[0])}",
        ]
    return lines


def _bytes(tensor: Tensor) -> int:
    return tensor.elements * tensor.bits // 8


def _titles(end: str, tensors: Sequence[Tensor]) -> list[str]:
    return [end] if len(tensors) == 1 else [f"{end}_{place}" for place in range(len(tensors))]


def parameters(network: Network, core: bool) -> str:
    """The parameters of `invoke`, or of `invoke_quantized`."""
    inputs, outputs = (network.core_inputs, network.core_outputs) if core else (network.sources, network.results)
    return ", ".join(
        [
            *(
                f"const {C_TYPES[tensor.type]} *{title}"
                for title, tensor in zip(_titles("input", inputs), inputs, strict=True)
            ),
            *(
                f"{C_TYPES[tensor.type]} *{title}"
                for title, tensor in zip(_titles("output", outputs), outputs, strict=True)
            ),
        ]
    )


def places(network: Network, memory: Memory, name: str) -> tuple[list[str], list[str]]:
    """Functions that tell where inputs and outputs may lie within the program's memory, declared and defined."""
    if not network.ends_within:
        return [], []
    ends = ((_titles("input", network.sources), network.sources, network.inputs),) + (
        (_titles("output", network.results), network.results, network.outputs),
    )
    declared, defined = [], []
    for titles, tensors, buffers in ends:
        for title, tensor, buffer in zip(titles, tensors, buffers, strict=True):
            function = f"{C_TYPES[tensor.type]} *{name}_{title}(void)"
            declared.append(f"{function};")
            defined.append(f"{function}\n{{\n  return {_address(network, memory, name, buffer)};\n}}\n")
    return declared, defined


def _address(network: Network, memory: Memory, name: str, buffer: int) -> str:
    """Where a buffer lies, as C says it."""
    area, offsets = ("state", memory.states) if buffer in memory.states else ("memory", memory.buffers)
    return f"({C_TYPES[network.kind(buffer)]} *)({name}_{area} + {offsets[buffer] // memory.unit_bytes})"


def invocations(network: Network, memory: Memory, name: str, calls: Sequence[tuple[str, list[int]]]) -> list[str]:
    """The functions that run a program.

    Args:
        network: what it computes.
        memory: where its buffers lie.
        name: what each symbol begins with.
        calls: the function of each layer, with the buffers that it is handed.
    """
    core = list(calls[network.entry_layers : len(calls) - network.exit_layers])
    inputs, outputs = _titles("input", network.sources), _titles("output", network.results)
    whole = dict(zip(network.inputs, inputs, strict=True)) | dict(zip(network.outputs, outputs, strict=True))
    within = dict(zip(network.core_input_buffers, inputs, strict=True))
    within |= dict(zip(network.core_output_buffers, outputs, strict=True))

    def at(buffer: int, given: dict[int, str]) -> str:
        return given[buffer] if buffer in given else _address(network, memory, name, buffer)

    def called(functions: Sequence[tuple[str, list[int]]], given: dict[int, str]) -> list[str]:
        return [
            f"  {function}({', '.join(at(buffer, given) for buffer in arguments)});"
            for function, arguments in functions
        ]

    read = {buffer for _, buffers in calls for buffer in buffers}
    unread = [f"  (void){whole[buffer]};" for buffer in network.inputs if buffer not in read]
    ready = [f"  if (!{name}_ready) {{", f"    {name}_reset();", "  }"] if network.states else []
    if not network.bordered:
        head = f"void {name}_invoke({parameters(network, core=False)})"
        return ["\n".join([head, "{", *unread, *ready, *called(core, whole), "}", ""])]
    first, last = calls[: network.entry_layers], calls[len(calls) - network.exit_layers :]
    passed = [at(buffer, whole) for buffer in (*network.core_input_buffers, *network.core_output_buffers)]
    return [
        "\n".join(
            [
                f"void {name}_invoke_quantized({parameters(network, core=True)})",
                *("{", *unread, *ready, *called(core, within), "}", ""),
            ]
        ),
        "\n".join(
            [
                f"void {name}_invoke({parameters(network, core=False)})",
                *("{", *called(first, whole)),
                f"  {name}_invoke_quantized({', '.join(passed)});",
                *(*called(last, whole), "}", ""),
            ]
        ),
    ]


def states(network: Network, memory: Memory, name: str) -> Code:
    """Memory that outlives an inference, and the function that brings it back to what it begins with."""
    parts = [
        f"static int{8 * memory.unit_bytes}_t {name}_state[{memory.state_bytes // memory.unit_bytes}];",
        f"static uint8_t {name}_ready;\n",
    ]
    lines, constant_bytes = [f"void {name}_reset(void)", "{", f"  int8_t *state = (int8_t *){name}_state;"], 0
    for place, (buffer, values) in enumerate(network.states.items()):
        content = np.frombuffer(np.ascontiguousarray(values).tobytes(), np.int8)
        if not content.size:
            continue
        source = str(content[0])
        if (content != content[0]).any():
            source = f"{name}_begun_{place}[i]"
            numbers = ", ".join(map(str, content.tolist()))
            parts.append(f"static const int8_t {name}_begun_{place}[] = {{\n  {numbers}}};\n")
            constant_bytes += content.size
        lines += [
            f"  for (int32_t i = 0; i < {content.size}; ++i) {{",
            f"    state[{memory.states[buffer]} + i] = {source};",
            "  }",
        ]
    return Code("\n".join([*parts, *lines, f"  {name}_ready = 1;", "}", ""]), constant_bytes)
