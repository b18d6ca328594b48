"""The inputs of any Keras network by name, and the same network for one item at a time."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.core.quiet import captured_output
from featherline.networks.backend import keras, tf


def match_inputs(network: keras.Model, arrays: Sequence[np.ndarray], source: str) -> dict[str, np.ndarray]:
    """A representative dataset by the names that the inputs of a network get when it is converted.

    Args:
        network: any Keras model.
        arrays: for each of its inputs, in its order, an array (items, ...) without the batch.
        source: the file that they are from, for errors.

    Raises:
        FeatherlineError: where number, shape or values do not fit the inputs.
    """
    entries = _entries(network)
    if len(arrays) != len(entries):
        raise FeatherlineError(
            f"{source} has items for {len(arrays)} inputs, and the network has {len(entries)}: {', '.join(entries)}."
        )
    for (name, entry), array in zip(entries.items(), arrays, strict=True):
        expected = tuple(entry.shape[1:])
        if array.ndim != len(expected) + 1 or any(
            side not in (None, given) for side, given in zip(expected, array.shape[1:], strict=True)
        ):
            raise FeatherlineError(
                f"{source} has items of shape {list(array.shape[1:])}, and input {name} of the network takes "
                f"{list(expected)}."
            )
    return dict(zip(entries, arrays, strict=True))


def with_batch_of_one(network: keras.Model) -> keras.Model:
    """The same network for one item at a time: a free batch size would be calculated at run time.

    A network that cannot be copied layer by layer, as one with a Lambda, or a subclass of
    Model, becomes the only layer of a new one.

    Raises:
        FeatherlineError: where the network was never built, so that nobody knows its inputs.
    """
    entries = [keras.Input(e.shape[1:], 1, e.dtype, name=name) for name, e in _entries(network).items()]
    with captured_output():  # Keras warns of inputs that are not named as their place in a dictionary
        if is_graph(network):
            given = keras.tree.pack_sequence_as(_structure_of_inputs(network), entries)
            try:
                fixed = keras.models.clone_model(network, input_tensors=given)
                fixed.set_weights(network.get_weights())
            except Exception:  # which of many, a layer decides that cannot be made again from its own config
                fixed = None
            # A layer whose config leaves something out is made again all the same, as another one.
            if fixed is not None and _names(fixed) == _names(network):
                return fixed
        else:
            given = entries[0] if len(entries) == 1 else entries
        return keras.Model(entries, network(given), name=network.name)


def _structure_of_inputs(network: keras.Model) -> Any:
    """The inputs as a network takes them: a tensor, or a list or dictionary of tensors."""
    return network.inputs[0] if isinstance(network, keras.Sequential) else network.input


def is_graph(network: keras.Model) -> bool:
    """Whether Keras knows how the layers are connected; of a subclass of Model it does not."""
    return bool(getattr(network, "inputs", None))


def _names(network: keras.Model) -> list[str]:
    layers = network._flatten_layers(include_self=False)
    return [layer.name for layer in layers if not isinstance(layer, keras.layers.InputLayer)]


def _entries(network: keras.Model) -> dict[str, keras.KerasTensor]:
    """The inputs of a network by the name that each one gets.

    Without a name of its own the input would be called after a counter of this process,
    and the bytes would depend on what else the process has built.
    """
    if is_graph(network):
        inputs = network.inputs
        names = [entry._keras_history.operation.name for entry in inputs]
    else:
        # A network that was called knows the shapes; of their types it says nothing.
        shapes = network.get_build_config() or {}
        shapes = shapes.get("shapes_dict") or {"input": shapes.get("input_shape")}
        if None in shapes.values():
            raise FeatherlineError(f"Network {network.name} has no input shape yet: call it once on an item.")
        names, inputs = list(shapes), [keras.KerasTensor(shape) for shape in shapes.values()]
    return {"input": inputs[0]} if len(inputs) == 1 else dict(zip(names, inputs, strict=True))


def traced(network: keras.Model) -> Any:
    """The graph of a network as TensorFlow traces it, a GraphDef."""
    structure = _structure_of_inputs(network)
    given = keras.tree.map_structure(lambda entry: tf.TensorSpec(entry.shape, entry.dtype), structure)
    return tf.function(lambda items: network(items)).get_concrete_function(given).graph.as_graph_def()
