"""The graph behind a Keras network: which operations it calls, on which tensors.

Keras has no public way to ask for it (`Layer.output` alone, which fails where a layer is called twice), so everything
that needs its private attributes stands here.
"""

from dataclasses import dataclass

from featherline.networks.backend import keras


@dataclass(frozen=True)
class Call:
    """One call of an operation, most often a layer."""

    operation: keras.Operation
    inputs: tuple[keras.KerasTensor, ...]


def calls(network: keras.Model) -> list[Call]:
    """Every call within a network, those of its input layers included."""
    nodes = (node for at_depth in network._nodes_by_depth.values() for node in at_depth)
    return [Call(node.operation, tuple(node.input_tensors)) for node in nodes]


def producer(tensor: keras.KerasTensor) -> keras.Operation:
    """The operation that a symbolic tensor comes from."""
    return tensor._keras_history.operation


def call_count(layer: keras.Layer) -> int:
    """How often a layer is called, in whatever network."""
    return len(layer._inbound_nodes)
