"""A network that somebody brings, from what Keras saved to the .tflite files that are published of it.

TensorFlow's converter runs here, which some networks kill: call these functions through `featherline.core.isolation`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.deployment import forms
from featherline.params import Scheme
from featherline.tflite import lint, ranges
from featherline.tflite import model as tflite


@dataclass(frozen=True)
class Description:
    """What is known of a network before it is quantized.

    Attributes:
        content: of the .tflite file that it becomes in float32.
        operator_set: `builtin`, `select` or `custom`.
        layers: of each operator that is not built in, the layers that brought it.
        findings: what costs operators, bytes or memory for nothing.
        looping: recurrent layers that are not unrolled.
    """

    content: bytes
    operator_set: str
    layers: dict[str, list[str]]
    findings: list[lint.Finding]
    looping: list[str]


def describe(
    path: Path, layers_file: Path | None, unroll: bool, arrays: Sequence[np.ndarray] | None, source: str
) -> Description:
    """Reads a network and decides which operators it needs; also checks that a representative dataset fits it.

    Args:
        path: as of `deployment.opening.load`.
        layers_file: a Python file that registers layers; None for none.
        unroll: whether recurrent layers are written out step by step.
        arrays: the representative dataset, an array (items, ...) for each input; None where no scheme needs it.
        source: the file that it is from, for errors.

    Raises:
        FeatherlineError: where the network or the dataset is not what it must be, or the converter refuses it.
    """
    from featherline.deployment import recurrent  # TensorFlow takes seconds to import
    from featherline.tflite import network_inputs, operator_sets

    network = _opened(path, layers_file, unroll)
    if arrays is not None:
        network_inputs.match_inputs(network, arrays, source)
    findings = lint.lint(network)
    decision = operator_sets.decide(network)
    return Description(decision.content, decision.operator_set, decision.layers(), findings, recurrent.looping(network))


def convert(
    path: Path,
    layers_file: Path | None,
    unroll: bool,
    schemes: Sequence[Scheme],
    arrays: Sequence[np.ndarray] | None,
    integer_io: bool,
) -> dict[Scheme, tuple[bytes, list[np.ndarray] | None]]:
    """Converts a network under several schemes.

    Args:
        path, layers_file, unroll, arrays: as of `describe`.
        schemes: none of them one that needs fine-tuning.
        integer_io: whether integer models take and give integers.

    Returns:
        For each scheme the content of a .tflite file, and the dataset in the order of its inputs.

    Raises:
        FeatherlineError: where the converter refuses the network.
    """
    from featherline.tflite import converter, network_inputs

    network = _opened(path, layers_file, unroll)
    items = None if arrays is None else network_inputs.match_inputs(network, arrays, "the representative dataset")
    contents = converter.convert_any(network, schemes, items, integer_io)
    return {
        scheme: (content, None if items is None else ranges.in_order(tflite.parse(content, scheme), items))
        for scheme, content in contents.items()
    }


def publish(content: bytes, arrays: Sequence[np.ndarray] | None) -> forms.Deployment:
    """The smallest form of a model that TensorFlow Lite Micro runs alike, as of `forms.deploy`.

    Args:
        content: of a .tflite file as converted.
        arrays: items for each of its inputs; None takes seeded numbers.
    """
    if arrays is None:
        rng = np.random.default_rng(0)
        arrays = [
            rng.uniform(-1, 1, (8, *tensor.shape[1:])).astype(np.float32)
            for tensor in tflite.parse(content, "the converted model").inputs
        ]
    return forms.deploy(content, None, arrays)


def _opened(path: Path, layers_file: Path | None, unroll: bool):  # type: ignore[no-untyped-def]  # Keras has no types
    from featherline.deployment import opening, recurrent

    if layers_file is not None:
        opening.run_layers(layers_file)
    network = opening.load(path)
    for entry in network.inputs:
        if None in entry.shape[1:]:
            closed = ", ".join("50" if side is None else str(side) for side in entry.shape[1:])
            raise FeatherlineError(
                f"{path}: input {entry.name} has the open shape {list(entry.shape)}, and TensorFlow Lite Micro takes "
                f"one size alone: build the network with numbers, such as keras.Input(({closed},))."
            )
    if unroll and not recurrent.looping(network):
        raise FeatherlineError(f"{path} has no recurrent layer that runs as a loop: leave --unroll out.")
    return recurrent.unrolled(network) if unroll else network
