"""`convert`: a Keras network of any origin in one step: its operators, quantized, small, proven, as C, measured."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from featherline.commands import operators as operators_command
from featherline.commands.failing import in_one_sentence
from featherline.commands.paths import Input, Output, program_names
from featherline.core import isolation, outputs
from featherline.core.errors import FeatherlineError
from featherline.core.files import as_json, finite
from featherline.deployment.network_paths import is_network
from featherline.params import KERNEL_BITS, Scheme
from featherline.tflite import model as tflite

if TYPE_CHECKING:  # imported late where they are called: their libraries take long
    import numpy as np

    from featherline.deployment import single_network

SCHEMES = tuple(scheme for scheme in get_args(Scheme) if scheme not in KERNEL_BITS)
_LIMIT_S = 900  # for what TensorFlow does with a network in one go
_CALIBRATED = ("int8", "int16x8")


@click.command(
    epilog="""\b
Examples:
  python -m featherline convert network.keras --data calibration.npz --out gesture
  python -m featherline convert network.h5 --data calibration.npz --scheme int8 --scheme none --out gesture
  python -m featherline convert lstm.keras --data calibration.npz --unroll --out lstm
"""
)
@click.argument("network", metavar="MODEL", type=Input())
@click.option(
    "--data",
    type=Input(),
    help="An .npz of `inputs` (or inputs_0, inputs_1, ...): items from the training data, for the ranges of int8 and "
    "int16x8.",
)
@click.option(
    "--scheme",
    "schemes",
    multiple=True,
    type=click.Choice(SCHEMES),
    default=("int8",),
    show_default=True,
    help="How numbers are kept; may be given several times.",
)
@click.option("--float-io", is_flag=True, help="Take and give real numbers around int8 and int16x8.")
@click.option("--unroll", is_flag=True, help="Write recurrent layers out step by step, as int8 and int16x8 need it.")
@program_names
@click.option(
    "--layers", "layers_file", type=Input(), help="A Python file that registers layers of your own; it is run."
)
@click.option("--out", required=True, type=Output(outputs.Folder), help="Folder that everything takes the place of.")
@in_one_sentence
def convert(
    network: Path,
    data: Path | None,
    schemes: tuple[Scheme, ...],
    float_io: bool,
    unroll: bool,
    name: str,
    classes: str,
    layers_file: Path | None,
    out: outputs.Folder,
) -> None:
    """Turns a .keras file, an .h5 file or a SavedModel folder into .tflite files and C, and says what each costs.

    The folder gets operators.json (which operators the network needs, and what to do better), benchmark.json, and for
    each scheme a folder with NAME.tflite, minified and proven on TensorFlow Lite Micro, and, where C can be written,
    NAME.h, NAME.c, NAME_check.c and a manifest. No Python in a network is run.
    """
    from featherline.codegen import naming
    from featherline.commands import benchmark_text
    from featherline.deployment import proven_c
    from featherline.evaluation import several_models
    from featherline.records.base import plain

    if not network.exists():
        raise FeatherlineError(f"{network} is missing.")
    if not is_network(network):
        raise FeatherlineError(f"{network} is no network: give a .keras or .h5 file, or a SavedModel folder.")
    naming.check(name)
    schemes = tuple(dict.fromkeys(schemes))
    calibrated = [scheme for scheme in schemes if scheme in _CALIBRATED]
    if calibrated and data is None:
        raise FeatherlineError(
            f"Scheme {calibrated[0]} needs a representative dataset: give some hundred items of the training data with "
            "--data, or choose --scheme none."
        )
    arrays = None if data is None else _representative(data)
    class_names = [class_name.strip() for class_name in classes.split(",")] if classes.strip() else []

    with isolation.shared_workers(1):
        described = _described(network, layers_file, unroll, arrays, data)
        needed = operators_command.Operators(
            tflite.parse(described.content, f"{network.stem}.tflite"),
            described.operator_set,
            None,
            described.layers,
            described.findings,
            untried=True,
        )
        click.echo("\n".join(operators_command.page(network, needed)) + "\n")
        if described.operator_set != "builtin":
            layers = "; ".join(f"{operator} of {', '.join(names)}" for operator, names in described.layers.items())
            raise FeatherlineError(
                f"{network} needs operators that are not built in ({layers}), so no microcontroller runs it: put "
                "layers in their place that TensorFlow Lite has operators for."
            )
        contents = _converted(network, layers_file, unroll, schemes, arrays, not float_io, described)
    files = {"operators.json": as_json(operators_command.record(needed)).encode()}
    with tempfile.TemporaryDirectory(prefix="featherline-") as folder:
        written = []
        for scheme, (content, items) in contents.items():
            path = Path(folder, f"{name}-{scheme}.tflite")
            sentences, of_scheme = proven_c.published(path, content, items, name, class_names)
            click.echo(f"{scheme}: {' '.join(sentences)}\n")
            files |= {f"{scheme}/{entry}": body for entry, body in of_scheme.items()}
            written.append(path)
        records = several_models.measure(written, None, None, several_models.Measurement(), click.echo)
    records = [
        record.model_copy(update={"file": str(out.path / scheme / f"{name}.tflite")})
        for record, scheme in zip(records, contents, strict=True)
    ]
    click.echo("\n".join(benchmark_text.pages(records)))
    files["benchmark.json"] = as_json(finite({"models": [plain(record) for record in records]})).encode()
    out.write(files)
    click.echo(f"{out.path}: {', '.join(f'{entry} ({len(body):,} bytes)' for entry, body in files.items())}")


def _representative(data: Path) -> list[np.ndarray]:
    from featherline.evaluation import testdata

    return testdata.representative(data)


def _described(
    network: Path, layers_file: Path | None, unroll: bool, arrays: list[np.ndarray] | None, data: Path | None
) -> single_network.Description:
    from featherline.deployment import single_network

    call = isolation.Call(single_network.describe, (network, layers_file, unroll, arrays, str(data)), _LIMIT_S)
    [described] = isolation.run([call], "decide on operators", workers=1, unit="network")
    if isinstance(described, isolation.Late):
        raise FeatherlineError(_late(network))
    if isinstance(described, isolation.Crashed):
        raise FeatherlineError(
            f"{network}: TensorFlow's converter died of it even in float32, most likely for want of memory: free some, "
            "or leave layers out until it lives."
        )
    return described


def _late(network: Path) -> str:
    return f"{network}: TensorFlow's converter gave no answer within {_LIMIT_S} s: leave layers out until it does."


def _converted(
    network: Path,
    layers_file: Path | None,
    unroll: bool,
    schemes: tuple[Scheme, ...],
    arrays: list[np.ndarray] | None,
    integer_io: bool,
    described: single_network.Description,
) -> dict[Scheme, tuple[bytes, list[np.ndarray] | None]]:
    from featherline.deployment import single_network

    def attempt(
        unrolled: bool,
    ) -> dict[Scheme, tuple[bytes, list[np.ndarray] | None]] | isolation.Crashed:
        arguments = (network, layers_file, unrolled, schemes, arrays, integer_io)
        call = isolation.Call(single_network.convert, arguments, _LIMIT_S)
        [contents] = isolation.run([call], "convert", workers=1, unit="network")
        if isinstance(contents, isolation.Late):
            raise FeatherlineError(_late(network))
        return contents

    loops = bool(described.looping) and any(scheme in _CALIBRATED for scheme in schemes)
    try:
        contents = attempt(unroll)
    except FeatherlineError:
        if not loops:
            raise
        contents = isolation.Crashed()  # it may refuse the loop, too
    if not isinstance(contents, isolation.Crashed):
        return contents
    if not loops:
        raise FeatherlineError(
            f"{network}: TensorFlow's converter died of {', '.join(schemes)} without a word: choose another --scheme; "
            f"in float32 (--scheme none) it lives, with {len(described.content):,} bytes."
        )
    choices = [f"convert it in float32 (--scheme none, {len(described.content):,} bytes)"]
    try:
        unrolled_contents = attempt(True)
    except FeatherlineError:  # a network that cannot be unrolled, or not converted even so
        unrolled_contents = isolation.Crashed()
    if not isinstance(unrolled_contents, isolation.Crashed):
        sizes = ", ".join(f"{scheme} {len(content):,} bytes" for scheme, (content, _) in unrolled_contents.items())
        choices.insert(0, f"write every step out (--unroll, {sizes})")
    raise FeatherlineError(
        f"{network}: TensorFlow's converter cannot quantize the loop of a recurrent layer "
        f"({', '.join(described.looping)}) to {', '.join(scheme for scheme in schemes if scheme in _CALIBRATED)}: "
        f"{', or '.join(choices)}."
    )
