"""`operators`: which operators a model needs, whether TensorFlow Lite Micro runs them, and what to do better."""

from __future__ import annotations

import importlib.util
import re
import tempfile
import textwrap
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from featherline.commands.columns import aligned
from featherline.commands.failing import in_one_sentence
from featherline.commands.paths import Input, Output
from featherline.core import isolation, outputs
from featherline.core.errors import FeatherlineError
from featherline.core.files import as_json
from featherline.interpreters import tflm
from featherline.tflite import lint, model
from featherline.tflite.wording import findings

if TYPE_CHECKING:  # imported late where it is called: it takes long
    from featherline.networks.backend import keras


@dataclass(frozen=True)
class Operators:
    """What `operators` tells about one model.

    Attributes:
        converted: the model, or what the network becomes in float32.
        operator_set: `builtin`, `select` or `custom`.
        tflm_reason: why TensorFlow Lite Micro does not run it; None where it does.
        layers: of a Keras network, the layers that brought an operator which is not built in.
        findings: of a Keras network.
        remarks: on a .tflite file.
    """

    converted: model.Model
    operator_set: str
    tflm_reason: str | None
    layers: dict[str, list[str]] = field(default_factory=dict)
    findings: list[lint.Finding] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@click.command(
    epilog="""\b
Examples:
  python -m featherline operators network.keras
  python -m featherline operators models/motionsense/tflite/*.tflite
  python -m featherline operators network.keras --layers my_layers.py --json operators.json
"""
)
@click.argument("models", metavar="MODEL...", nargs=-1, required=True, type=Input())
@click.option("--json", "json_file", type=Output(outputs.File), help="Write all of it to this file too.")
@click.option(
    "--layers",
    "layers_file",
    type=Input(),
    help="A Python file that registers layers of your own; it is run before a .keras file is read.",
)
@in_one_sentence
def operators(models: tuple[Path, ...], json_file: outputs.File | None, layers_file: Path | None) -> None:
    """Tells which operators models need, whether TensorFlow Lite Micro runs them, and what to do better.

    A .keras file is converted to float32 in memory; nothing is written beside it.
    """
    for path in (*models, *([layers_file] if layers_file else [])):
        if not path.exists():
            raise FeatherlineError(f"{path} is missing.")
    for path in models:
        if path.suffix not in (".keras", ".tflite"):
            raise FeatherlineError(f"{path} is neither a .keras nor a .tflite file.")
    if layers_file and any(path.suffix == ".keras" for path in models):
        _run(layers_file)
    records = {}
    for path in models:
        operators = _of_network(path) if path.suffix == ".keras" else _of_file(path)
        click.echo("\n".join(_page(path, operators)) + "\n")
        records[str(path)] = _record(operators)
    if json_file:
        json_file.write(as_json(records))


def _run(path: Path) -> None:
    from featherline.networks import backend  # noqa: F401, in silence what the file would import with chatter

    specification = importlib.util.spec_from_file_location(path.stem, path)
    if specification is None or specification.loader is None:
        raise FeatherlineError(f"{path} cannot be run: it is no Python file by its name.")
    try:
        specification.loader.exec_module(importlib.util.module_from_spec(specification))
    except Exception as error:  # whatever a file of somebody else may raise
        raise FeatherlineError(f"{path} cannot be run: {type(error).__name__}: {error}") from error


def _of_file(path: Path) -> Operators:
    converted = model.read(path)
    return Operators(converted, model.operator_set(converted), _tflm_reason(path), remarks=findings(converted))


def _of_network(path: Path) -> Operators:
    from featherline.tflite import operator_sets

    network = _network(path)
    findings = lint.lint(network)
    try:
        decision = operator_sets.decide(network)
    except FeatherlineError:
        # What the converter stumbled over may be among the findings, in better words.
        click.echo("\n".join([str(path), "", *_listed(findings)]) + "\n")
        raise
    layers: dict[str, list[str]] = {}
    for need in decision.needs:
        layers.setdefault(need.operator, []).append(need.layer or "?")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"{path.stem}.tflite")
        file.write_bytes(decision.content)
        converted, reason = model.read(file), _tflm_reason(file)
    return Operators(converted, decision.operator_set, reason, layers, findings)


def _network(path: Path) -> keras.Model:
    from featherline.networks.backend import keras

    if not zipfile.is_zipfile(path):
        raise FeatherlineError(f"{path} is no Keras model, or was cut short: save it again with model.save.")
    try:
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises ValueError, TypeError, KeyError or BadZipFile, by what is broken
        reason = " ".join(str(error).split())
        unknown = re.findall("Could not locate class '([^']+)'", reason)
        if unknown:
            raise FeatherlineError(
                f"{path} has a layer of the class {unknown[-1]}, which Keras does not know: name the Python file "
                "that registers it with --layers."
            ) from None
        raise FeatherlineError(f"{path} is no Keras model that can be read ({reason[:160]}).") from None


def _tflm_reason(path: Path) -> str | None:
    [reason] = isolation.run([isolation.Call(tflm.refusal, (path,))], "try on TFLM", workers=1)
    return isolation.CRASH if isinstance(reason, isolation.Crashed) else reason


_MEANING = {
    "builtin": "TensorFlow Lite's built-in operators are enough",
    "select": "needs TensorFlow's own operators, which no microcontroller runs",
    "custom": "needs operators that you must write yourself",
}


def _page(path: Path, operators: Operators) -> list[str]:
    counts = model.operator_counts(operators.converted)
    rows = [
        (name, str(number), kind, ", ".join(dict.fromkeys(operators.layers.get(name, []))))
        for kind in counts
        for name, number in counts[kind].items()
    ]
    return [
        str(path),
        f"  operator set: {operators.operator_set} ({_MEANING[operators.operator_set]})",
        f"  runs on TFLM: {_runs(operators.tflm_reason)}",
        "",
        *aligned(("operator", "count", "kind", "layer"), rows),
        "",
        *(_listed(operators.findings, operators.remarks) or ["  no findings"]),
    ]


def _runs(reason: str | None) -> str:
    if reason is None:
        return "yes"
    return f"not tried: {reason}" if reason == tflm.MISSING else f"no: {reason}"


def _listed(findings: Iterable[lint.Finding], remarks: Iterable[str] = ()) -> list[str]:
    heads = [f"{finding.trap}, {finding.layer}{' (elsewhere)' if finding.elsewhere else ''}" for finding in findings]
    texts = [f"{head}: {finding.problem} {finding.fix}" for head, finding in zip(heads, findings, strict=True)]
    return [
        textwrap.fill(text, 100, initial_indent="  - ", subsequent_indent="    ", break_long_words=False)
        for text in (*texts, *remarks)
    ]


def _record(operators: Operators) -> dict[str, object]:
    return {
        "operator_set": operators.operator_set,
        "operators": model.operator_counts(operators.converted),
        "layers": operators.layers,
        "tflm": {
            "runs": None if operators.tflm_reason == tflm.MISSING else operators.tflm_reason is None,
            "reason": operators.tflm_reason,
        },
        "findings": [finding.plain() for finding in operators.findings],
        "remarks": operators.remarks,
    }
