"""Every model of the plan as TensorFlow's converter makes it: a network is loaded and exported once for all schemes.

The converter works in processes of its own, a network each, so that the caller does not wait for TensorFlow's import
and both cores are used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.params import KERNEL_BITS, Scheme, Variant
from featherline.tflite import lint, model
from featherline.tflite.plan import Planned


@dataclass(frozen=True)
class Converted:
    """A model as the converter made it.

    Attributes:
        source: content of the .tflite file.
        packed: the same with kernels stored as INT4; None where the scheme has none.
        reference: content of the float model that it stands for.
        findings: what the network or the scheme costs for nothing.
    """

    source: bytes
    packed: bytes | None
    reference: bytes
    findings: list[lint.Finding]


def convert_planned(
    folder: Path,
    planned: Sequence[Planned],
    calibration: Mapping[Variant, np.ndarray],
    integer_io: bool,
    temperature: float = 1.0,
) -> dict[Planned, Converted]:
    """Converts every model of a plan.

    Args:
        folder: holds `<variant>.keras` and `quantized/<variant>-<scheme>.keras`.
        planned: the models.
        calibration: of each variant float32, shape (items, height, width, channels), from the training split.
        integer_io: whether integer models take and give integers.
        temperature: which divides the logits of each.

    Raises:
        FeatherlineError: where a network is missing or broken, or the converter refuses it.
    """
    fine_tuned = [entry for entry in planned if entry.scheme in KERNEL_BITS]
    plain: dict[Variant, list[Planned]] = {}
    for entry in planned:
        if entry.scheme not in KERNEL_BITS:
            plain.setdefault(entry.variant, []).append(entry)
    groups = [*plain.values(), *([entry] for entry in fine_tuned)]
    calls = [
        isolation.Call(
            convert_network,
            (folder / f"{variant}.keras", [e.scheme for e in entries], calibration[variant], integer_io, temperature),
        )
        for variant, entries in plain.items()
    ]
    calls += [
        isolation.Call(
            convert_fine_tuned,
            (
                folder / f"{entry.variant}.keras",
                folder / "quantized" / f"{entry.name}.keras",
                entry.scheme,
                integer_io,
                temperature,
            ),
        )
        for entry in fine_tuned
    ]
    converted: dict[Planned, Converted] = {}
    for group, outcome in zip(groups, isolation.run(calls, "convert", unit="network"), strict=True):
        if isinstance(outcome, isolation.Crashed):
            names = ", ".join(entry.name for entry in group)
            raise FeatherlineError(f"The conversion of {names} died, most likely for want of memory: free some.")
        converted |= dict(zip(group, outcome, strict=True))
    return converted


def convert_network(
    file: Path, schemes: Sequence[Scheme], calibration: np.ndarray, integer_io: bool, temperature: float = 1.0
) -> list[Converted]:
    """Converts a trained network under several schemes, none of them one that it was fine-tuned for.

    Args:
        file: a .keras file.
        schemes, calibration, integer_io: as for `tflite.converter.convert_all`.
        temperature: as of `networks.softening`.

    Raises:
        FeatherlineError: where the file is missing or broken, or the converter refuses the network.
    """
    from featherline.networks import storage  # TensorFlow takes seconds to import
    from featherline.networks.softening import soften
    from featherline.tflite import converter

    network = storage.load(file)
    soften(network, temperature)
    contents = converter.convert_all(network, list(dict.fromkeys(["none", *schemes])), calibration, integer_io)
    reference = contents["none"]
    converted = []
    for scheme in schemes:
        findings = lint.lint(network, scheme, integer_io)
        if scheme == "dynamic_range":
            findings += lint.kept_float(
                model.parse(reference, f"{file.stem}-none"), model.parse(contents[scheme], f"{file.stem}-{scheme}")
            )
        converted.append(Converted(contents[scheme], None, reference, findings))
    return converted


def convert_fine_tuned(
    file: Path, rounded_file: Path, scheme: Scheme, integer_io: bool, temperature: float = 1.0
) -> list[Converted]:
    """Converts a network that was fine-tuned for few bits; the list holds it alone.

    Args:
        file: the .keras file of the network that it was fine-tuned from.
        rounded_file: its own .keras file.
        scheme: which it was fine-tuned for.
        integer_io: as for `tflite.converter.rounded_forms`.
        temperature: as of `networks.softening`.

    Raises:
        FeatherlineError: as of `convert_network`, and where the network was not fine-tuned.
    """
    from featherline.networks import storage
    from featherline.networks.fake_quantization import unrounded
    from featherline.networks.softening import soften
    from featherline.tflite import converter

    network, rounded = storage.load(file), storage.load(rounded_file)
    soften(rounded, temperature)
    source, packed = converter.rounded_forms(rounded, integer_io)
    reference = converter.convert(unrounded(rounded, activations=False), "none")
    findings = lint.lint(network, scheme, integer_io)
    return [Converted(source, None if packed == source else packed, reference, findings)]
