"""The files of a C program: kernels that the network needs, its constants, a function for each layer."""

import hashlib
import json
from collections.abc import Mapping, Sequence

import numpy as np

from featherline.codegen import (
    golden_check,
    headers,
    interface,
    kernel_sources,
    layout,
    literals,
    naming,
    structs,
    words,
)
from featherline.codegen.golden_check import Golden, check_file
from featherline.codegen.interface import Code
from featherline.codegen.layers import Layer, Network
from featherline.codegen.memory import Memory
from featherline.codegen.operators.step import C_TYPES
from featherline.codegen.settings import (
    SINGLE,
    UNBOUNDED,
    Add,
    Conv,
    ConvolutionSettings,
    Dense,
    DepthwiseFours,
    DepthwisePlane,
    Lookup,
    Loops,
    Mean,
    Mul,
    Pool,
    Requantization,
    Settings,
)
from featherline.core.errors import FeatherlineError


def write(
    network: Network, memory: Memory, content: bytes, name: str, classes: Sequence[str], golden: Golden | None
) -> dict[str, bytes]:
    """Writes a network as C; arguments and errors as `featherline.codegen.lowering.Program.files` has them.

    Args:
        memory: where the buffers of the network lie.
        content: of the .tflite file that it was lowered from.
    """
    _check_classes(classes, network)
    program = _program(network, memory, name)
    digest = hashlib.sha256(content).hexdigest()
    files = {f"{name}.h": _header(network, memory, program, name, classes, digest), f"{name}.c": program.text}
    if golden is not None:
        files[check_file(name)] = golden_check.text(network, name, golden)
    encoded = {file: text.encode() for file, text in sorted(files.items())}
    digests = {file: hashlib.sha256(text).hexdigest() for file, text in encoded.items()}
    manifest = {"model_sha256": digest, "name": name, "files": digests}
    return encoded | {"manifest.json": (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode()}


def function(name: str, place: int, layer: Layer) -> str:
    """The function that stands for a layer at a place of a program."""
    return f"{name}_{place}_{layer.operators[0].lower()}"


def _check_classes(classes: Sequence[str], network: Network) -> None:
    outputs = network.result.elements
    if not classes:
        return
    if len(classes) != outputs:
        raise FeatherlineError(f"There are {len(classes)} classes for {outputs} outputs: name one for each output.")
    for place, label in enumerate(classes):
        if not label.strip() or "\0" in label:
            raise FeatherlineError(f"Class {place + 1} of {outputs} has no name: give each class one.")
        if label in classes[:place]:
            raise FeatherlineError(f"The class {label!r} is there twice: give each class a name of its own.")


def _header(network: Network, memory: Memory, program: Code, name: str, classes: Sequence[str], digest: str) -> str:
    macro = name.upper()
    ram_bytes = memory.bytes + memory.state_bytes + bool(network.states)
    lines = [
        f'#define {macro}_SHA256 "{digest}" /* of the .tflite file */',
        f"/* Static memory{_rooms(network, memory)}. */",
        "#if defined(__AVR__) /* has its constants in RAM too */",
        f"#define {macro}_RAM_BYTES {ram_bytes + program.constant_bytes}",
        "#else",
        f"#define {macro}_RAM_BYTES {ram_bytes}",
        "#endif",
    ]
    if network.plain:
        for end, tensor in (("INPUT", network.source), ("OUTPUT", network.result)):
            shape = ", ".join(str(side) for side in tensor.shape)
            scale, zero_point = (tensor.scale or (1.0,))[0], (tensor.zero_point or (0,))[0]
            lines += [
                f"#define {macro}_{end}_BYTES {tensor.elements}",
                f"#define {macro}_{end}_SHAPE {{{shape}}}",
                f"#define {macro}_{end}_SCALE {np.float32(scale)!s}f",
                f"#define {macro}_{end}_ZERO_POINT {literals.number(zero_point)}",
            ]
    else:
        lines += interface.defines(network, macro)
    if classes:
        lines += [
            f"#define {macro}_CLASSES {len(classes)}",
            f"#define {macro}_CLASS_NAMES {{{', '.join(map(literals.string, classes))}}}",
        ]
    reads = f"Reads {macro}_INPUT_BYTES numbers and writes {macro}_OUTPUT_BYTES; not reentrant."
    if not network.plain:
        reads = "Reads and writes the tensors of the .tflite file as they are; not reentrant."
    lines += [
        "",
        f"/* {reads}",
        f"   On Cortex-M cores with the DSP extension it has assembly within; define {macro}_PORTABLE",
        f"   where {name}.c is compiled, and it is plain C there too. */",
        f"void {name}_invoke({interface.parameters(network, core=False)});",
    ]
    if memory.shared:
        lines += [
            "",
            "/* An inference overwrites it, the input within it too; between two the front end works there. */",
            f"#define {macro}_SHARED 1",
            f"extern int32_t {name}_memory[{memory.bytes // memory.unit_bytes}];",
        ]
    if network.ends_within:
        lines += [
            "",
            f"/* Memory within the program that may be handed to {name}_invoke in place of other memory. An inference",
            "   overwrites it: fill the input before each one, and use the output before the next. */",
            f"#define {macro}_ENDS_WITHIN 1",
            *interface.places(network, memory, name)[0],
        ]
    if network.bordered:
        lines += [
            "",
            "/* The same with the whole numbers that the tensors above become and come from: no real number within. */",
            f"void {name}_invoke_quantized({interface.parameters(network, core=True)});",
        ]
    if network.states:
        lines += [
            "",
            "/* Forgets all inferences before. The first one needs it not. */",
            f"void {name}_reset(void);",
        ]
    lines += [
        "",
        f"/* How many golden items come out wrong: in {check_file(name)}, where there is one. Compile that with",
        f"   {macro}_CHECK_MAIN defined for a program that says so. */",
        f"int {name}_check(void);",
        "",
    ]
    title = f"{name}: a neural network in int8, generated by Featherline."
    return headers.write(name, "", title, "\n".join(lines), digested=program.text)


def _rooms(network: Network, memory: Memory) -> str:
    """What the program's memory has room for besides the buffers between layers."""
    if network.ends_within:
        return ", also for input and output"
    return ", also for the front end, beside the output" if memory.shared else " beside input and output"


def _program(network: Network, memory: Memory, name: str) -> Code:
    settings = [layer.settings for layer in network.layers]
    kinds = {entry.kernel for entry in settings}
    convolutions = [entry for entry in settings if isinstance(entry, Conv)]
    planes = [entry for entry in settings if isinstance(entry, DepthwisePlane)]
    scaled = [
        factors for entry in settings if not isinstance(entry, Add) for factors in entry.requantizations().values()
    ]
    narrow = all(factors.narrow for factors in scaled)
    full = all(entry.activation == UNBOUNDED for entry in settings)
    kernels = ["common"]
    if Add.kernel in kinds or (scaled and not narrow):
        kernels.append("scale")
    if Add.kernel in kinds or (scaled and narrow):
        kernels.append("high")
    if scaled:
        kernels.append("requantize_narrow" if narrow else "requantize_wide")
    if any(isinstance(entry, ConvolutionSettings | Pool | Mean | Add | Mul) for entry in settings):
        kernels.append("saturate" if full else "clamp")
    if any(isinstance(entry, Conv | Dense | DepthwiseFours) for entry in settings):
        kernels.append("outputs")
    if convolutions:
        kernels.append("pairs")
    kernels += [kind for kind in _ORDER if kind in kinds]
    sources = [_settled(file, settings) for file in kernels]
    sources += kernel_sources.of_loops([entry for entry in settings if isinstance(entry, Loops)])
    types = structs.read("".join(sources))
    parts = ['#include "nn.h"\n']
    if any(isinstance(entry, ConvolutionSettings) for entry in settings):
        switches = {
            "NARROW": narrow,
            "SATURATED": full,
            "POOLED": any(entry.pool != SINGLE for entry in convolutions),
            "OUTPUTS_SHARED": len(kinds & {Conv.kernel, Dense.kernel, DepthwiseFours.kernel}) > 1,
        }
        parts.append(_defines(switches))
    if convolutions:
        switches = {
            "PACKED": any(entry.packing is not None for entry in convolutions),
            "LONG": any(words.is_long(layer.weights) for layer in network.layers if isinstance(layer.settings, Conv)),
            "ALWAYS_POOLED": all(_always_pooled(entry) for entry in convolutions),
            "ONE_ROW": all(_single_row(entry) for entry in convolutions),
        }
        parts.append(_defines(switches))
    dense = [layer for layer in network.layers if isinstance(layer.settings, Dense)]
    if dense:
        entries = [entry for entry in settings if isinstance(entry, Dense)]
        bytewise = [entry for entry in entries if not entry.packed]
        groups = {group for entry in bytewise for group in words.dense_groups(entry.output.channels, entry.together)}
        switches = {
            "DENSE_PACKED": len(bytewise) < len(entries),
            "FOURS": 4 in groups,
            "TWOS": 2 in groups,
            "ONES": 1 in groups,
            "DENSE_LONG": any(
                words.is_parted(layer, layer.settings) for layer in dense if isinstance(layer.settings, Dense)
            ),
        }
        parts.append(_defines(switches))
    if planes:
        threes = [entry for entry in planes if entry.of_threes]
        widths = [layout.plane_of(entry).size.width for entry in threes]
        # A bit for windows of 3 x 3 that move by one column, a bit for those that move by two.
        parts.append(_defines({"THREES": sum({entry.stride.width for entry in threes})}))
        parts.append(_defines({"PLANE_BYTES": 2 * max(widths, default=0)}))
        switches = {
            "GENERAL": len(threes) < len(planes),
            "SIDE_BY_SIDE": any(map(layout.lies_side_by_side, planes)),
            "RECTIFIED": all(_is_rectified(entry) for entry in planes),
            "DEPTHWISE_POOLED": any(entry.pool != SINGLE for entry in planes),
        }
        parts.append(_defines(switches))
    in_place = [entry for entry in settings if isinstance(entry, DepthwiseFours)]
    if in_place:
        parts.append(_defines({"IN_PLACE_POOLED": any(entry.pool != SINGLE for entry in in_place)}))
        parts.append(_defines({"ZEROS_APART": any(entry.zero_points.input for entry in in_place)}))
    parts = [naming.prefixed(part, name) for part in (*parts, *sources)]
    unit = 8 * memory.unit_bytes
    if memory.bytes:
        linkage = "" if memory.shared else "static "
        parts.append(f"{linkage}int{unit}_t {name}_memory[{memory.bytes // memory.unit_bytes}];\n")
    constant_bytes = sum(map(structs.constant_bytes, sources))
    if network.states:
        begun = interface.states(network, memory, name)
        parts.append(begun.text)
        constant_bytes += begun.constant_bytes
    for place, layer in enumerate(network.layers):
        scratch = _at(memory, name, memory.scratch.get(place, 0))
        written = _layer(network, layer, function(name, place, layer), name, narrow, scratch, types)
        parts.append(written.text)
        constant_bytes += written.constant_bytes
    calls = [
        (
            function(name, place, layer),
            [buffer for buffer in (*layer.inputs, *layer.states, layer.output) if isinstance(buffer, int)],
        )
        for place, layer in enumerate(network.layers)
    ]
    parts += interface.places(network, memory, name)[1]
    parts += interface.invocations(network, memory, name, calls)
    return Code("\n".join(parts), constant_bytes)


def _defines(switches: Mapping[str, int]) -> str:
    """Macros of the kernels."""
    return "".join(f"#define NN_{name} {int(value)}\n" for name, value in switches.items())


def _settled(file: str, settings: Sequence[Settings]) -> str:
    """The C of a file in `kernels/`, without the fields that are the same in all layers that share a kernel.

    A compiler does as much for the only layer of a kernel.
    """
    layers = [entry.numbers() for entry in settings if entry.kernel == file and isinstance(entry, ConvolutionSettings)]
    if len(layers) < 2:
        return kernel_sources.text(file)
    first, *others = layers
    same = {field: value for field, value in first.items() if all(numbers.get(field) == value for numbers in others)}
    return kernel_sources.settled(kernel_sources.text(file), file, same)


_ORDER = (
    "conv",
    "dense",
    "depthwise",
    "depthwise_fours",
    "depthwise_plane",
    "pool",
    "reduce_max",
    "mean",
    "lookup",
    "add",
    "mul",
    "softmax",
)


def _at(memory: Memory, name: str, offset_bytes: int) -> str:
    return f"{name}_memory + {offset_bytes // memory.unit_bytes}"


def _is_rectified(settings: DepthwisePlane) -> bool:
    """Whether no output lies below the zero point, and each sum has room for what rounding and the zero point add."""
    factors, zero_point = settings.requantization, settings.zero_points.output
    if not factors.narrow or settings.activation.lowest < zero_point:
        return False
    added = max((1 << -shift - 1) + (abs(zero_point) << -shift) for shift in factors.shifts)
    return factors.largest_sum + added < 1 << 31


def _always_pooled(settings: Conv) -> bool:
    """Whether two neighbouring windows of a convolution always share a pooling window."""
    return settings.pool.width > 1 or settings.sums.width == 1


def _single_row(settings: Conv) -> bool:
    """Whether a convolution is one along a single row."""
    heights = (settings.input, settings.kernel_size, settings.sums, settings.output)
    return all(shape.height == 1 for shape in heights)


def _layer(
    network: Network,
    layer: Layer,
    symbol: str,
    name: str,
    narrow: bool,
    scratch: str,
    types: dict[str, list[structs.Field]],
) -> Code:
    """Constants and function of one layer."""
    settings = layer.settings
    arrays: dict[str, tuple[str, np.ndarray]] = {}
    values = {field: str(value) for field, value in settings.numbers().items()}
    kernel = settings.kernel
    if isinstance(settings, Loops):
        kernel = settings.function
        values = {field: literals.number(value) for field, value in settings.fields.items()}
        for field, numbers in settings.arrays.items():
            arrays[f"{symbol}_{field}"] = (C_TYPES[str(numbers.dtype)], numbers)
            values[field] = f"{symbol}_{field}"
    elif isinstance(settings, Lookup):
        arrays[f"{symbol}_table"] = ("int8_t", layer.weights)
    elif isinstance(settings, Conv):
        arrays[f"{symbol}_weights"] = ("uint32_t", words.of_convolution(layer.weights, settings))
        values["weights"] = f"{symbol}_weights"
    elif isinstance(settings, Dense):
        arrays[f"{symbol}_weights"] = ("uint32_t", words.of_dense(layer.weights, settings.together, settings.bits))
        values["weights"] = f"{symbol}_weights"
    elif layer.weights.size:
        arrays[f"{symbol}_weights"] = ("int8_t", layer.weights)
        values["weights"] = f"{symbol}_weights"
    constants = {
        place: f"{symbol}_constant" if isinstance(settings, Add | Mul) else f"{symbol}_constant_{place}"
        for place, operand in enumerate(layer.inputs)
        if not isinstance(operand, int)
    }
    for place, title in constants.items():
        numbers = np.asarray(layer.inputs[place])
        arrays[title] = (C_TYPES[str(numbers.dtype)], numbers)
    parts = [literals.array(kind, title, numbers) for title, (kind, numbers) in arrays.items()]
    constant_bytes = sum(numbers.nbytes for _, numbers in arrays.values())
    for field, factors in settings.requantizations().items():
        entries = _entries(factors, narrow and not isinstance(settings, Add))
        if field == "channels":
            parts.append(f"static const {name}_channel_t {symbol}_channels[] = {{\n  {literals.wrapped(entries)}}};\n")
            constant_bytes += len(entries) * sum(member.avr_bytes for member in types["nn_channel_t"])
            values[field] = f"{symbol}_channels"
        else:
            values[field] = entries[0]
    if not isinstance(settings, Lookup):
        # By place: C++17 has no designators. Packed weights alone have the fields of `_PACKED`.
        members = types[f"nn_{kernel}_t"]
        fields = [member for member in members if member.name in values or member.name not in _PACKED]
        initializer = literals.wrapped([f"/* {field.name} */ {values[field.name]}" for field in fields])
        parts.append(f"static const {name}_{kernel}_t {symbol}_settings = {{\n  {initializer}}};\n")
        constant_bytes += sum(field.avr_bytes for field in fields)
    buffers = [operand for operand in layer.inputs if isinstance(operand, int)]
    parameters = _parameters(len(layer.inputs), len(buffers))
    passed = iter(parameters)
    operands = [constants[place] if place in constants else next(passed) for place in range(len(layer.inputs))]
    states = [f"state_{place}" for place in range(len(layer.states))]
    call = [f"{symbol}_table" if isinstance(settings, Lookup) else f"&{symbol}_settings", *operands, *states, "output"]
    if isinstance(settings, Lookup):
        call.append(str(settings.count))
    if isinstance(settings, Conv | DepthwisePlane) or (isinstance(settings, Loops) and layer.scratch_bytes):
        call.append(
            scratch
            if isinstance(settings, Conv | DepthwisePlane) and "int64" not in network.kinds.values()
            else f"(int32_t *)({scratch})"
        )
    head = ", ".join(
        [
            *(
                f"const {C_TYPES[network.kind(buffer)]} *{title}"
                for buffer, title in zip(buffers, parameters, strict=False)
            ),
            *(f"{C_TYPES[network.kind(buffer)]} *{title}" for buffer, title in zip(layer.states, states, strict=True)),
            f"{C_TYPES[network.kind(layer.output)]} *output",
        ]
    )
    body = f"  {name}_{kernel}({', '.join(call)});\n"
    if layer.times > 1:
        [source] = buffers
        there, here = (network.sizes[buffer] // layer.times for buffer in (source, layer.output))
        body = f"  for (int32_t i = 0; i < {layer.times}; ++i, input += {there}, output += {here}) {{\n  {body}  }}\n"
    parts.append(
        f"/* {', '.join(layer.operators)} */\nstatic {name.upper()}_APART void {symbol}({head})\n{{\n{body}}}\n"
    )
    return Code("\n".join(parts), constant_bytes)


def _parameters(operands: int, buffers: int) -> list[str]:
    """What a layer calls the buffers that it reads."""
    if operands == 2:
        return ["one", "other"][:buffers]
    return ["input"] if operands == 1 else [f"input_{place}" for place in range(buffers)]


_PACKED = ("bits", "room")


def _entries(factors: Requantization, narrow: bool) -> list[str]:
    channels = zip(factors.multipliers, factors.biases, factors.shifts, strict=True)
    return [_entry(multiplier, bias, shift, narrow) for multiplier, bias, shift in channels]


def _entry(multiplier: int, bias: int, shift: int, narrow: bool) -> str:
    if narrow:
        return f"{{{multiplier}, {literals.number(bias * 32 - shift - 1)}}}"
    return f"{{{multiplier}, {literals.number(bias)}, {shift}}}"
