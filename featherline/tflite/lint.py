"""What a network will cost on a device for no gain, seen before it is converted.

`lint` reads a Keras network and names layers; `kept_float` compares two converted models and
names tensors. What can only be seen in one converted file is found by `tflite.wording.findings`.
Layers are known by the names of their classes, so that comparing files needs no TensorFlow.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from featherline.core.errors import FeatherlineError
from featherline.tflite.model import Model, Tensor
from featherline.tflite.weights import count_weights

# Of Keras, whose classes have no types that can be followed: a layer or a network, and what knows its graph.
Layer = Any

# The converter stores the weights of dynamic range as int8 from this many elements on.
DYNAMIC_RANGE_ELEMENTS = 1024

_ONE_DIMENSION = {
    "Conv1D": "Conv2D with a (k, 1) kernel",
    "SeparableConv1D": "SeparableConv2D with a (k, 1) kernel",
    "DepthwiseConv1D": "DepthwiseConv2D with a (k, 1) kernel",
    "Conv1DTranspose": "Conv2DTranspose with a (k, 1) kernel",
    "MaxPooling1D": "MaxPooling2D with a (k, 1) window",
    "AveragePooling1D": "AveragePooling2D with a (k, 1) window",
}
# These read one layout as well as the other: an axis is all that changes.
_ANY_LAYOUT = ("GlobalAveragePooling", "GlobalMaxPooling", "ZeroPadding", "Cropping")
_AFFINE = ("BaseConv", "BaseSeparableConv", "BaseDepthwiseConv", "BaseConvTranspose", "Dense", "EinsumDense")
_NO_WORK = ("Dropout", "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization", "Identity")
_FREE_BATCH = {
    "Flatten": "SHAPE, STRIDED_SLICE and PACK",
    "Reshape": "SHAPE, STRIDED_SLICE and PACK",
    "BaseConvTranspose": "SHAPE, STRIDED_SLICE and PACK",
    "RNN": "a list of tensors that no built-in operator knows",
}
# What TensorFlow takes for the name of a scope; the outermost one must not begin with an underscore.
_SCOPE = r"[A-Za-z0-9_.\\/>-]+"


@dataclass(frozen=True)
class Finding:
    """One thing to do better.

    Attributes:
        trap: which one, as docs/operators.md calls it: `channels_first`, `one_dimension`,
            `normalization`, `free_batch`, `float_interface`, `name` or `kept_float`.
        layer: the layer at fault, `encoder/conv` for the layer conv of the network encoder
            inside this one; of `kept_float` the tensor or the file.
        problem: what the device pays for, a sentence.
        fix: what to do instead, a sentence.
        elsewhere: whether only other converters fall into it. Featherline fixes the batch
            size of a network at one before it converts, so a free batch costs nothing here.
    """

    trap: str
    layer: str
    problem: str
    fix: str
    elsewhere: bool = False

    def plain(self) -> dict[str, str | bool]:
        """The finding as plain data, under the names that written reports have had since their first version."""
        return {
            "trap": self.trap,
            "layer": self.layer,
            "problem": self.problem,
            "cure": self.fix,
            "elsewhere": self.elsewhere,
        }


@dataclass(frozen=True, eq=False)
class _Step:
    """One call of a layer. `sources` is None where Keras does not know what it reads."""

    path: str
    layer: Layer
    sources: list["_Step"] | None
    input_shape: tuple[int | None, ...] = ()
    output_shape: tuple[int | None, ...] = ()
    readers: list["_Step | None"] = field(default_factory=list)


def lint(network: Layer, scheme: str | None = None, integer_io: bool = True) -> list[Finding]:
    """Finds what costs operators, bytes or memory for nothing, in the order of layers.

    Args:
        network: any Keras model. Of a subclass of Model, Keras does not know how layers are
            connected: `normalization` and `free_batch` cannot be found there.
        scheme: the quantization that it is meant for; None where that is open.
        integer_io: as `featherline.tflite.converter.convert` takes it.

    Returns:
        At most one finding of each trap for a layer; nothing for a network without these faults.
    """
    steps = list(_walk(network))
    findings = [finding for step in steps for rule in _RULES for finding in rule(step)]
    findings += _names(network, steps)
    if scheme in ("int8", "int16x8") and not integer_io:
        findings += _float_interface(network, scheme)
    graph = _graph(network)
    if graph and all(entry.shape[0] is not None for entry in graph.inputs):
        findings = [finding for finding in findings if finding.trap != "free_batch"]
    return list({(finding.trap, finding.layer): finding for finding in findings}.values())


def _channels_first(step: _Step) -> Iterator[Finding]:
    if getattr(step.layer, "data_format", None) != "channels_first" or _is(step, *_ANY_LAYOUT, prefix=True):
        return
    if _is(step, "Conv1D", "SeparableConv1D", "DepthwiseConv1D", "Conv1DTranspose"):
        problem = "The converter refuses one-dimensional convolutions that are channels_first."
    else:
        problem = "A TRANSPOSE of the whole activation comes before it and another one after it."
    fix = 'Leave data_format at "channels_last" and give the network inputs of (height, width, channels).'
    yield Finding("channels_first", step.path, problem, fix)


def _one_dimension(step: _Step) -> Iterator[Finding]:
    for name, better in _ONE_DIMENSION.items():
        if _is(step, name):
            problem = f"{name} is converted as two-dimensional, between two RESHAPE that copy whole activations."
            fix = f"Use {better} on inputs of (length, 1, channels)."
            if getattr(step.layer, "padding", None) == "causal":
                fix += " For causal padding set padding to valid behind ZeroPadding2D(((k - 1, 0), (0, 0)))."
            yield Finding("one_dimension", step.path, problem, fix)


def _normalization(step: _Step) -> Iterator[Finding]:
    if not _is(step, "BatchNormalization") or step.sources is None:
        return
    reason = None if _on_last_axis(step) else "it normalizes another axis than the last one"
    here = step
    while reason is None:
        [source] = here.sources or []
        if len(source.readers) > 1:
            reason = f"{source.path} is read by others too"
        elif _is(source, *_AFFINE):
            activation = getattr(getattr(source.layer, "activation", None), "__name__", "linear")
            if activation == "linear":
                return
            reason = f"the activation of {source.path} comes before it"
        elif _passes(source):
            here = source
        elif _is(source, "Lambda") or not type(source.layer).__module__.startswith("keras."):
            return  # nobody but its author knows what it calculates
        else:
            reason = f"{source.path} ({type(source.layer).__name__}) comes before it"
    yield Finding(
        "normalization",
        step.path,
        f"It does not fold into a convolution, because {reason}: MUL and ADD of the whole activation stay.",
        "Put it between the convolution, without an activation of its own, and the activation.",
    )


def _on_last_axis(step: _Step) -> bool:
    axis = step.layer.axis
    axis = axis[0] if isinstance(axis, list | tuple) and len(axis) == 1 else axis
    if axis in (-1, len(step.input_shape) - 1):
        return True
    # Behind a channels_first layer the converter turns channels into the last axis by itself.
    return axis == 1 and any(getattr(s.layer, "data_format", None) == "channels_first" for s in step.sources or [])


def _passes(step: _Step) -> bool:
    """Whether a normalization behind this layer reaches the convolution before it."""
    if _is(step, *_NO_WORK) or _is(step, "BatchNormalization", "Rescaling"):
        return True
    if _is(step, "Activation"):
        return bool(step.layer.activation.__name__ == "linear")
    return _is(step, "Flatten", "Reshape") and step.input_shape[-1] == step.output_shape[-1]


def _free_batch(step: _Step) -> Iterator[Finding]:
    costs = [cost for name, cost in _FREE_BATCH.items() if _is(step, name)]
    if _is(step, "Dense") and len(step.input_shape) > 2:
        costs = ["SHAPE, GATHER and REDUCE_PROD, the last of which TensorFlow Lite Micro lacks"]
    for cost in costs:
        problem = f"Under a free batch size its shape is calculated at run time: {cost}."
        fix = (
            "Nothing to do here, Featherline fixes the batch size at one; for another converter build the network "
            "from keras.Input(shape, batch_size=1)."
        )
        yield Finding("free_batch", step.path, problem, fix, elsewhere=True)


_RULES: tuple[Callable[[_Step], Iterator[Finding]], ...] = (
    _channels_first,
    _one_dimension,
    _normalization,
    _free_batch,
)


def _names(network: Layer, steps: list[_Step]) -> list[Finding]:
    graph = _graph(network)
    # The only input is renamed before conversion.
    renamed = graph.inputs[0]._keras_history.operation if graph and len(graph.inputs) == 1 else None
    named = {step.path: step.layer.name for step in steps if step.layer is not renamed}
    wrong = [path for path, name in named.items() if not re.fullmatch(_SCOPE, name)]
    if not re.fullmatch(f"(?!_){_SCOPE}", network.name):
        wrong.append(network.name)
    problem = "TensorFlow cannot trace anything of this name, so the converter fails."
    fix = "Name it with letters, digits, points, hyphens and underscores."
    return [Finding("name", path, problem, fix) for path in wrong]


def _float_interface(network: Layer, scheme: str) -> list[Finding]:
    width = scheme.partition("x")[0]
    graph = _graph(network)
    names = [entry._keras_history.operation.name for entry in graph.inputs] if graph else [network.name]
    places = [(name, "QUANTIZE", "Input") for name in names]
    places += [(name, "DEQUANTIZE", "Output") for name in (graph.output_names if graph else [network.name])]
    return [
        Finding(
            "float_interface",
            name,
            f"{side} in float32 around a model in {width}: a {operator} and a float copy of the tensor in the arena.",
            "Set integer_io and convert numbers with the scale and zero point that the file holds.",
        )
        for name, operator, side in places
    ]


def _walk(network: Layer) -> list[_Step]:
    """Every call of every layer, networks inside of it taken apart, from the inputs on."""
    steps, outputs = _taken_apart(network, "", None)
    for step in steps:
        for source in step.sources or []:
            source.readers.append(step)
    for output in outputs:
        output.readers.append(None)  # whoever runs the network
    return steps


def _taken_apart(network: Layer, prefix: str, entries: list[_Step] | None) -> tuple[list[_Step], list[_Step]]:
    graph = _graph(network)
    if graph is None:
        return _inside(network, prefix), []
    steps: list[_Step] = []
    writers: dict[int, _Step] = {}  # by the tensor that it writes
    for depth in sorted(graph._nodes_by_depth, reverse=True):
        for node in graph._nodes_by_depth[depth]:
            layer = node.operation
            sources = [writers[id(tensor)] for tensor in node.input_tensors]
            if node.is_input and entries is not None:
                place = [id(tensor) for tensor in graph.inputs].index(id(node.output_tensors[0]))
                outputs = [entries[place]]
            elif _graph(layer):
                inner, outputs = _taken_apart(layer, f"{prefix}{layer.name}/", sources)
                steps += inner
            else:
                shapes = [tuple(tensors[0].shape) if tensors else () for tensors in (node.input_tensors, node.outputs)]
                step = _Step(f"{prefix}{layer.name}", layer, sources, input_shape=shapes[0], output_shape=shapes[1])
                steps += [step, *_inside(layer, f"{step.path}/")]
                outputs = [step] * len(node.output_tensors)
            writers |= {id(tensor): step for tensor, step in zip(node.output_tensors, outputs, strict=True)}
    return steps, [writers[id(tensor)] for tensor in graph.outputs]


def _graph(layer: Layer) -> Layer | None:
    """What knows how the layers of a network are connected; None for a layer, and for a subclass of Model."""
    graph = getattr(layer, "_functional", None) or layer  # a Sequential holds one
    return graph if hasattr(graph, "_nodes_by_depth") else None


def _inside(layer: Layer, prefix: str) -> list[_Step]:
    """The layers that another one holds and calls in its own way."""
    flatten = getattr(layer, "_flatten_layers", None)
    inner = flatten(include_self=False, recursive=False) if flatten else []
    steps = [_Step(f"{prefix}{part.name}", part, None) for part in inner]
    return [each for step in steps for each in (step, *_inside(step.layer, f"{step.path}/"))]


def _is(step: _Step, *names: str, prefix: bool = False) -> bool:
    classes = [kind.__name__ for kind in type(step.layer).__mro__]
    return any(kind.startswith(names) if prefix else kind in names for kind in classes)


def kept_float(before: Model, after: Model) -> list[Finding]:
    """Which weights dynamic range left in float32, and why; biases stay so by design and are left out.

    Args:
        before: the float32 model.
        after: the same network under `dynamic_range`.

    Returns:
        A finding for the file where nothing became smaller, then one for each tensor.

    Raises:
        FeatherlineError: where the two are not of one network.
    """
    earlier, later = count_weights(before), count_weights(after)
    if earlier.number != later.number:
        raise FeatherlineError(
            f"{before.path} has {earlier.number} weights and {after.path} has {later.number}: "
            "they are not of one network."
        )
    findings = []
    if earlier.bytes == later.bytes:
        problem = f"Dynamic range made nothing smaller: {later.bytes} weight bytes before and after."
        findings.append(Finding("kept_float", after.path.name, problem, "Convert to int8: it has no smallest size."))
    reported = set()
    for operator in after.operators:
        for tensor in operator.inputs[:2]:  # a bias is the third one
            if tensor is not None and tensor.constant and tensor.type == "float32" and tensor.buffer not in reported:
                reported.add(tensor.buffer)
                findings.append(_kept(tensor, operator.name))
    return findings


def _kept(tensor: Tensor, operator: str) -> Finding:
    if tensor.elements < DYNAMIC_RANGE_ELEMENTS:
        reason = f"it has {tensor.elements} elements, and dynamic range starts at {DYNAMIC_RANGE_ELEMENTS}"
    else:
        reason = f"{operator} has no form of int8 weights and float activations"
    return Finding(
        "kept_float",
        tensor.name,
        f"It stays float32, {tensor.bytes} bytes, because {reason}.",
        "Convert to int8, where every weight takes one byte.",
    )
