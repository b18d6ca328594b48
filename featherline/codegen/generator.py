"""The files of a C program: kernels that the model needs, its constants, a function for each layer."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from featherline.codegen import headers, layout, literals, lowering, memory, naming, structs
from featherline.codegen.layers import Channels, Layer, Network
from featherline.core.errors import FeatherlineError
from featherline.tflite import model as tflite

_KERNELS = Path(__file__).parent / "kernels"
_COLUMNS = 110


@dataclass(frozen=True)
class Golden:
    """Inputs with the outputs of TensorFlow Lite Micro: int8, shape (items, ...)."""

    inputs: np.ndarray
    outputs: np.ndarray


def generate(
    model: tflite.Model | bytes,
    name: str = "model",
    classes: Sequence[str] = (),
    golden: Golden | None = None,
) -> dict[str, bytes]:
    """Writes a model as plain C without an interpreter, equal to TensorFlow Lite Micro to the byte.

    It compiles as C99, C11 and C++17, on cores whose `int` has 16 bits too.

    Args:
        model: in int8 with one input and one output, or the content of its file.
        name: what each file, macro and symbol of the program begins with, so that several can be linked together.
        classes: names of the classes, for the header: as many as the model has outputs, or none.
        golden: inputs and outputs that `<name>_check.c` tries on the target; without them there is none.

    Returns:
        The content of each file by its name: <name>.h, <name>.c, <name>_check.c, manifest.json.

    Raises:
        FeatherlineError: naming the operator or tensor that no C can be written for, or the name or class
            that is refused.
    """
    naming.check(name)
    if isinstance(model, bytes):
        content, model = model, tflite.parse(model, name)
    else:
        content = model.content if model.content is not None else Path(model.path).read_bytes()
    network = lowering.network(model, content)
    _check_classes(classes, network)
    planned = memory.plan(network)
    program = _program(network, planned, name)
    digest = hashlib.sha256(content).hexdigest()
    files = {f"{name}.h": _header(network, planned, program, name, classes, digest), f"{name}.c": program.text}
    if golden is not None:
        files[check_file(name)] = _check(name, golden)
    encoded = {file: text.encode() for file, text in sorted(files.items())}
    digests = {file: hashlib.sha256(held).hexdigest() for file, held in encoded.items()}
    manifest = {"model_sha256": digest, "name": name, "files": digests}
    return encoded | {"manifest.json": (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode()}


def check_file(name: str) -> str:
    """The file of a program that tries golden vectors."""
    return f"{name}_check.c"


def _check_classes(classes: Sequence[str], network: Network) -> None:
    outputs = network.result.elements
    if not classes:
        return
    if len(classes) != outputs:
        raise FeatherlineError(f"There are {len(classes)} classes for {outputs} outputs: name one for each output.")
    for place, one in enumerate(classes):
        if not one.strip() or "\0" in one:
            raise FeatherlineError(f"Class {place + 1} of {outputs} has no name: give each class one.")
        if one in classes[:place]:
            raise FeatherlineError(f"The class {one!r} is there twice: give each class a name of its own.")


@dataclass(frozen=True)
class _Code:
    """C, and how many bytes of constants it holds on a core that aligns nothing."""

    text: str
    constant_bytes: int


def _header(
    network: Network, planned: memory.Memory, program: _Code, name: str, classes: Sequence[str], digest: str
) -> str:
    big = name.upper()
    lines = [
        f'#define {big}_SHA256 "{digest}" /* of the .tflite file */',
        "/* Static memory beside input and output. */",
        "#if defined(__AVR__) /* has its constants in RAM too */",
        f"#define {big}_RAM_BYTES {planned.bytes + program.constant_bytes}",
        "#else",
        f"#define {big}_RAM_BYTES {planned.bytes}",
        "#endif",
    ]
    for end, tensor in (("INPUT", network.source), ("OUTPUT", network.result)):
        shape = ", ".join(str(side) for side in tensor.shape)
        lines += [
            f"#define {big}_{end}_BYTES {tensor.elements}",
            f"#define {big}_{end}_SHAPE {{{shape}}}",
            f"#define {big}_{end}_SCALE {np.float32(tensor.scale[0])!s}f",
            f"#define {big}_{end}_ZERO_POINT {_number(tensor.zero_point[0])}",
        ]
    if classes:
        lines += [
            f"#define {big}_CLASSES {len(classes)}",
            f"#define {big}_CLASS_NAMES {{{', '.join(map(literals.string, classes))}}}",
        ]
    lines += [
        "",
        f"/* Reads {big}_INPUT_BYTES numbers and writes {big}_OUTPUT_BYTES; not reentrant.",
        f"   On Cortex-M cores with the DSP extension it has assembly within; define {big}_PORTABLE",
        f"   where {name}.c is compiled, and it is plain C there too. */",
        f"void {name}_invoke(const int8_t *input, int8_t *output);",
        "",
        f"/* How many golden items come out wrong: in {check_file(name)}, where there is one. Compile that with",
        f"   {big}_CHECK_MAIN defined for a program that says so. */",
        f"int {name}_check(void);",
        "",
    ]
    title = f"{name}: a neural network in int8, generated by Featherline."
    return headers.write(name, "", title, "\n".join(lines), made_of=program.text)


def _program(network: Network, planned: memory.Memory, name: str) -> _Code:
    kinds = {layer.kind for layer in network.layers}
    channels = [one for layer in network.layers for one in layer.channels.values()]
    narrow = all(one.narrow for one in channels) and "add" not in kinds
    kernels = ["common"]
    if channels:
        kernels.append("requantize_narrow" if narrow else "requantize_wide")
    if kinds & {"conv", "depthwise", "depthwise_fours", "pool", "mean", "add", "mul"}:
        full = all(_full_range(layer) for layer in network.layers)
        kernels.append("saturate" if full else "clamp")
    if "conv" in kinds:
        kernels.append("pairs")
    kernels += [kind for kind in _ORDER if kind in kinds]
    sources = [(_KERNELS / f"{file}.c").read_text(encoding="utf-8") for file in kernels]
    types = structs.read("".join(sources))
    parts = ['#include "nn.h"\n']
    if "conv" in kinds:
        switches = {
            "PACKED": _is_packed(network),
            "ALWAYS_POOLED": _always_pooled(network),
            "ONE_ROW": _one_row(network),
        }
        parts.append("".join(f"#define NN_{key} {int(value)}\n" for key, value in switches.items()))
    parts = [naming.prefixed(part, name) for part in (*parts, *sources)]
    if planned.bytes:
        parts.append(f"static int32_t {name}_memory[{planned.bytes // 4}];\n")
    constant_bytes = sum(map(structs.constant_bytes, sources))
    for place, layer in enumerate(network.layers):
        written = _layer(layer, f"{name}_{place}_{_title(layer)}", name, narrow, planned.scratch.get(place), types)
        parts.append(written.text)
        constant_bytes += written.constant_bytes
    parts.append(_invoke(network, planned, name))
    return _Code("\n".join(parts), constant_bytes)


_ORDER = ("conv", "depthwise", "depthwise_fours", "pool", "reduce_max", "mean", "lookup", "add", "mul", "softmax")


def _is_packed(network: Network) -> bool:
    return any("bits" in layer.settings for layer in network.layers)


def _always_pooled(network: Network) -> bool:
    """Whether two neighbouring windows of a convolution always share a pooling window."""
    held = [layer.settings for layer in network.layers if layer.kind == "conv"]
    return all(one["pool_width"] > 1 or one["columns"] == 1 for one in held)


def _one_row(network: Network) -> bool:
    """Whether each convolution is one along a single row."""
    held = [layer.settings for layer in network.layers if layer.kind == "conv"]
    return all(one["input_height"] == one["kernel_height"] == one["rows"] == one["output_height"] == 1 for one in held)


def _full_range(layer: Layer) -> bool:
    """Whether the activation of a layer lets every int8 through."""
    return (layer.settings.get("lowest", -128), layer.settings.get("highest", 127)) == (-128, 127)


def _title(layer: Layer) -> str:
    return layer.operators[0].lower()


def _layer(
    layer: Layer, symbol: str, name: str, narrow: bool, scratch: int | None, types: dict[str, list[structs.Field]]
) -> _Code:
    """Constants and function of one layer."""
    arrays, values = {}, {field: str(value) for field, value in layer.settings.items()}
    if layer.kind == "lookup":
        arrays[f"{symbol}_table"] = ("int8_t", layer.weights)
    elif layer.weights is not None:
        held = ("uint32_t", layout.words(layer)) if layer.kind == "conv" else ("int8_t", layer.weights)
        arrays[f"{symbol}_weights"] = held
        values["weights"] = f"{symbol}_weights"
    constants = [one for one in layer.inputs if not isinstance(one, int)]
    if constants:
        arrays[f"{symbol}_constant"] = ("int8_t", constants[0])
    parts = [_array(kind, title, numbers) for title, (kind, numbers) in arrays.items()]
    constant_bytes = sum(numbers.nbytes for _, numbers in arrays.values())
    for field, channels in layer.channels.items():
        entries = [_entry(*one, narrow) for one in zip(*_columns_of(channels), strict=True)]
        if field == "channels":
            parts.append(f"static const {name}_channel_t {symbol}_channels[] = {{\n  {_wrapped(entries)}}};\n")
            constant_bytes += len(entries) * sum(one.avr_bytes for one in types["nn_channel_t"])
            values[field] = f"{symbol}_channels"
        else:
            values[field] = entries[0]
    if layer.kind != "lookup":
        # By place: C++17 has no designators. Packed weights alone have the fields of `_PACKED`.
        fields = [one for one in types[f"nn_{layer.kind}_t"] if one.name in values or one.name not in _PACKED]
        given = _wrapped([f"/* {one.name} */ {values[one.name]}" for one in fields])
        parts.append(f"static const {name}_{layer.kind}_t {symbol}_settings = {{\n  {given}}};\n")
        constant_bytes += sum(one.avr_bytes for one in fields)
    buffers = [one for one in layer.inputs if isinstance(one, int)]
    arguments = ["one", "other"][: len(buffers)] if len(layer.inputs) == 2 else ["input"]
    passed = iter(arguments)
    read = [next(passed) if isinstance(one, int) else f"{symbol}_constant" for one in layer.inputs]
    call = [f"{symbol}_table" if layer.kind == "lookup" else f"&{symbol}_settings", *read, "output"]
    if layer.kind == "lookup":
        call.append(values["number"])
    if layer.kind == "conv":
        call.append(f"{name}_memory + {scratch // 4}")
    head = ", ".join([f"const int8_t *{one}" for one in arguments] + ["int8_t *output"])
    parts.append(
        f"/* {', '.join(layer.operators)} */\nstatic {name.upper()}_APART void {symbol}({head})\n"
        f"{{\n  {name}_{layer.kind}({', '.join(call)});\n}}\n"
    )
    return _Code("\n".join(parts), constant_bytes)


_PACKED = ("bits", "room")


def _columns_of(channels: Channels) -> tuple[tuple[int, ...], ...]:
    return channels.multipliers, channels.biases, channels.shifts


def _entry(multiplier: int, bias: int, shift: int, narrow: bool) -> str:
    if narrow:
        return f"{{{multiplier}, {_number(bias * 32 - shift)}}}"
    return f"{{{multiplier}, {_number(bias)}, {shift}}}"


def _number(value: int) -> str:
    """A constant of 32 bits or less; the lowest one cannot be written as the negative of the largest."""
    return f"(-{-value - 1} - 1)" if value == -(1 << 31) else str(value)


def _array(kind: str, symbol: str, values: np.ndarray) -> str:
    texts = [f"0x{value:08x}" if kind == "uint32_t" else str(value) for value in values.ravel().tolist()]
    return f"static const {kind} {symbol}[] = {{\n  {_wrapped(texts)}}};\n"


def _wrapped(texts: list[str]) -> str:
    """Values with commas between them, in lines of bearable length."""
    lines, line = [], ""
    for text in texts:
        if line and len(line) + len(text) > _COLUMNS:
            lines.append(line.rstrip())
            line = ""
        line += f"{text}, "
    return "\n  ".join([*lines, line.rstrip()]) + "\n"


def _invoke(network: Network, planned: memory.Memory, name: str) -> str:
    def at(buffer: int) -> str:
        if buffer == network.input:
            return "input"
        if buffer == network.output:
            return "output"
        return f"(int8_t *)({name}_memory + {planned.buffers[buffer] // 4})"

    lines = [f"void {name}_invoke(const int8_t *input, int8_t *output)", "{"]
    for place, layer in enumerate(network.layers):
        arguments = [at(one) for one in (*layer.inputs, layer.output) if isinstance(one, int)]
        lines.append(f"  {name}_{place}_{_title(layer)}({', '.join(arguments)});")
    return "\n".join([*lines, "}", ""])


def _check(name: str, golden: Golden) -> str:
    inputs, outputs = (np.asarray(held, np.int8) for held in (golden.inputs, golden.outputs))
    return (
        naming.prefixed(_CHECK_HEAD, name)
        + f"#define {name.upper()}_CHECK_ITEMS {len(inputs)}\n\n"
        + _array("int8_t", f"{name}_check_inputs", inputs)
        + _array("int8_t", f"{name}_check_outputs", outputs)
        + naming.prefixed(_CHECK_BODY, name)
    )


_CHECK_HEAD = """\
/* Tries nn_invoke on inputs whose outputs are known from TensorFlow Lite Micro. */
#include "nn.h"

"""
_CHECK_BODY = """
int nn_check(void)
{
  static int8_t output[NN_OUTPUT_BYTES];
  const int8_t *input = nn_check_inputs, *expected = nn_check_outputs;
  int wrong = 0;
  for (int item = 0; item < NN_CHECK_ITEMS; ++item, input += NN_INPUT_BYTES) {
    int differs = 0;
    nn_invoke(input, output);
    for (int32_t i = 0; i < NN_OUTPUT_BYTES; ++i) {
      differs |= output[i] != *expected++;
    }
    wrong += differs;
  }
  return wrong;
}

#if defined(NN_CHECK_MAIN)
#include <stdio.h>

int main(void)
{
  const int wrong = nn_check();
  printf("nn_check: %d of %d items right\\n", NN_CHECK_ITEMS - wrong, NN_CHECK_ITEMS);
  return wrong != 0;
}
#endif
"""
