"""Which operators a network needs: TensorFlow Lite's built-in ones, TensorFlow's own, or such as nobody has.

The converter decides. Where it refuses to do with built-in operators it names each operation
at fault by the scope that TensorFlow traced it in, and scopes are named after layers.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from featherline.core.errors import FeatherlineError
from featherline.networks.backend import keras, tf
from featherline.tflite import converter, model, network_inputs

# Ends the name of a layer in a scope, where TensorFlow adds counters: `erf` and `erf_1` both become `erf_1` else.
_MARK = ".layer"
_KINDS = {"ERROR_NEEDS_FLEX_OPS": "select", "ERROR_NEEDS_CUSTOM_OPS": "custom"}


@dataclass(frozen=True)
class Need:
    """An operator that is not built in.

    Attributes:
        operator: as the .tflite file spells it; `FlexErf` is TensorFlow's Erf.
        kind: `select` or `custom`.
        layer: the layer that brought it, `encoder/erf` for the layer erf of the network
            encoder inside this one; None where an operation stands in no layer.
    """

    operator: str
    kind: str
    layer: str | None


@dataclass(frozen=True)
class Decision:
    """What a network needs, and the file that it becomes.

    Attributes:
        operator_set: `builtin`, `select` where it needs operators of TensorFlow, `custom`
            where it needs some that TensorFlow's runtime lacks too.
        needs: operators that are not built in, in the order of layers.
        content: of the float32 .tflite file, for a batch of one. With built-in operators
            alone equal networks give equal bytes; a select operator carries a counter of the
            process that converted it, as information for debugging.
    """

    operator_set: str
    needs: tuple[Need, ...]
    content: bytes

    def layers(self) -> dict[str, list[str]]:
        """Of each operator that is not built in the layers that brought it, `?` where it stands in none."""
        layers: dict[str, list[str]] = {}
        for need in self.needs:
            layers.setdefault(need.operator, []).append(need.layer or "?")
        return layers


def decide(network: keras.Model) -> Decision:
    """Finds the smallest set of operators that a network converts with.

    Args:
        network: any Keras model, of any number of inputs and outputs.

    Raises:
        FeatherlineError: where the converter refuses the network whatever is allowed, in its own words.

    Example:
        >>> x = keras.Input((8,), name="input")
        >>> decide(keras.Model(x, keras.ops.erf(x))).needs
        (Need(operator='FlexErf', kind='select', layer='erf'),)
    """
    fixed = network_inputs.with_batch_of_one(network)
    attempt = converter.attempt_floats(fixed)
    refused: list[Need] = []
    if attempt.content is None:
        with _marked(fixed, network):
            refused = _refused(converter.attempt_floats(fixed).failure)
        kinds = {need.kind for need in refused}
        if kinds:
            attempt = converter.attempt_floats(fixed, select="select" in kinds, custom="custom" in kinds)
    if attempt.content is None:
        raise FeatherlineError(
            f"Network {network.name} could not be converted with any operators: {attempt.last_words()}"
        ) from attempt.failure

    # The file has the last word: some operators come into it without having been refused.
    written = model.parse(attempt.content, f"{network.name}.tflite")
    kind_of = {operator.name: operator.kind for operator in written.operators if operator.kind != "builtin"}
    needs = [need for need in refused if need.operator in kind_of]
    silent = kind_of.keys() - {need.operator for need in needs}
    if silent:
        with _marked(fixed, network):
            layers = _fused(fixed, silent)
        needs += [Need(name, kind_of[name], layer) for name in sorted(silent) for layer in layers.get(name, [None])]
    return Decision(model.operator_set(written), _in_order(needs, network), attempt.content)


@contextmanager
def _marked(fixed: keras.Model, network: keras.Model) -> Iterator[None]:
    """Gives every layer a scope that `_layer` can tell from TensorFlow's counters.

    Operations such as `keras.ops.erf` open no scope; they get one of the same kind. Neither
    network is a layer of its own: that `fixed` may hold `network` is nobody's business.
    """
    layers = [layer for layer in fixed._flatten_layers(include_self=False) if layer is not network]
    names = {layer: layer.name for layer in layers}
    with ExitStack() as undone:
        for layer, name in names.items():
            if not isinstance(layer, keras.layers.InputLayer):  # inputs are matched by their names
                undone.callback(setattr, layer, "name", name)
                layer.name = name + _MARK
        for operation in _operations([fixed, *names, network]):
            undone.callback(delattr, operation, "call")
            operation.call = _scoped(operation.call, operation.name + _MARK)
        yield


def _scoped(call: Callable[..., object], scope: str) -> Callable[..., object]:
    def within(*arguments: object, **named: object) -> object:
        with tf.name_scope(scope):
            return call(*arguments, **named)

    return within


def _operations(layers: Iterable[keras.Layer]) -> list[keras.Operation]:
    """The operations of all networks among `layers` that are no layers, each once."""
    operations = [operation for layer in layers for operation in getattr(layer, "operations", [])]
    return list(dict.fromkeys(operation for operation in operations if not isinstance(operation, keras.layers.Layer)))


def _layer(scope: str) -> str | None:
    """The path of a layer from TensorFlow's name of an operation in it.

    >>> _layer("network_1/encoder.layer_1/erf_1.layer_2/Erf")
    'encoder/erf_1'
    """
    parts = [re.fullmatch(rf"(.+){re.escape(_MARK)}(?:_\d+)?", part) for part in scope.split("/")]
    return "/".join(part[1] for part in parts if part) or None


def _refused(failure: Exception | None) -> list[Need]:
    """What the converter would have to be allowed, from the records that hang on its exception."""
    needs = []
    for error in getattr(failure, "errors", []):
        kind = _KINDS.get(error.ErrorCode.Name(error.error_code))
        if kind:
            name = error.operator.name.removeprefix("tf.")
            # Calls go from the operation outwards; those inside of a loop carry the layer on an outer one.
            layers = [_layer(call.name.partition("@")[0]) for call in error.location.call]
            layer = next((layer for layer in layers if layer), None)
            needs.append(Need(f"Flex{name}" if kind == "select" else name, kind, layer))
    return needs


def _fused(network: keras.Model, names: set[str]) -> dict[str, list[str | None]]:
    """The layers of the functions that the converter replaces by one custom operator each.

    `tf.function(experimental_implements=...)` says so, and then nothing is refused.
    """
    graph = network_inputs.traced(network)
    functions = {function.signature.name: function for function in graph.library.function}
    layers: dict[str, list[str | None]] = {}

    def walk(nodes: Iterable[tf.compat.v1.NodeDef], outer: str) -> None:
        for node in nodes:
            if "f" not in node.attr:
                continue
            function = functions[node.attr["f"].func.name]
            name = function.attr["_implements"].func.name
            if name in names:
                layers.setdefault(name, []).append(_layer(outer + node.name))
            else:
                walk(function.node_def, f"{outer}{node.name}/")

    walk(graph.node, "")
    return layers


def _in_order(needs: list[Need], network: keras.Model) -> tuple[Need, ...]:
    """Each need once, in the order of layers: the converter's own order is that of no list."""
    places = {operation.name: place for place, operation in enumerate(getattr(network, "operations", network.layers))}

    def place(need: Need) -> tuple[int, str, str]:
        return places.get((need.layer or "").partition("/")[0], len(places)), need.layer or "", need.operator

    return tuple(sorted(dict.fromkeys(needs), key=place))
