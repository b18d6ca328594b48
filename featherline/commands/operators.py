"""`operators`: which operators a model needs, whether TensorFlow Lite Micro runs them, and what to do better."""

from __future__ import annotations

import tempfile
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import click

from featherline.commands.columns import aligned
from featherline.commands.failing import in_one_sentence
from featherline.commands.paths import Input, Output
from featherline.core import isolation, outputs
from featherline.core.errors import FeatherlineError
from featherline.core.files import as_json
from featherline.deployment.network_paths import is_network
from featherline.interpreters import limits, tflm
from featherline.tflite import lint, model, tflm_operators
from featherline.tflite.wording import findings


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
        untried: whether it was not given to TensorFlow Lite Micro.
    """

    converted: model.Model
    operator_set: str
    tflm_reason: str | None
    layers: dict[str, list[str]] = field(default_factory=dict)
    findings: list[lint.Finding] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    untried: bool = False


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
    help="A Python file that registers layers of your own; it is run before a network is read.",
)
@in_one_sentence
def operators(models: tuple[Path, ...], json_file: outputs.File | None, layers_file: Path | None) -> None:
    """Tells which operators models need, whether TensorFlow Lite Micro runs them, and what to do better.

    A network of Keras (.keras, .h5) or a SavedModel folder is converted to float32 in memory; nothing is written
    beside it.
    """
    for path in (*models, *([layers_file] if layers_file else [])):
        if not path.exists():
            raise FeatherlineError(f"{path} is missing.")
    for path in models:
        if path.suffix != ".tflite" and not is_network(path):
            raise FeatherlineError(
                f"{path} is neither a .tflite file nor a network (.keras, .h5, a SavedModel folder)."
            )
    if layers_file and any(is_network(path) for path in models):
        from featherline.deployment import opening

        opening.run_layers(layers_file)
    records = {}
    for path in models:
        operators = _of_network(path) if is_network(path) else _of_file(path)
        click.echo("\n".join(page(path, operators)) + "\n")
        records[str(path)] = record(operators)
    if json_file:
        json_file.write(as_json(records))


def _of_file(path: Path) -> Operators:
    converted = model.read(path, runnable=False)
    return Operators(converted, model.operator_set(converted), _tflm_reason(converted), remarks=findings(converted))


def _of_network(path: Path) -> Operators:
    from featherline.deployment import opening
    from featherline.tflite import operator_sets

    network = opening.load(path)
    findings = lint.lint(network)
    try:
        decision = operator_sets.decide(network)
    except FeatherlineError:
        # What the converter stumbled over may be among the findings, in better words.
        click.echo("\n".join([str(path), "", *_listed(findings)]) + "\n")
        raise
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"{path.stem}.tflite")
        file.write_bytes(decision.content)
        converted = model.read(file)
        reason = _tflm_reason(converted)
    return Operators(converted, decision.operator_set, reason, decision.layers(), findings)


def _tflm_reason(converted: model.Model) -> str | None:
    if not (converted.inputs and converted.outputs):
        return f"It {model.NO_ENDS}"
    call = isolation.Call(tflm.refusal, (converted.path,), limits.limit_s(converted))
    [reason] = isolation.run([call], "try on TFLM", workers=1)
    return reason.reason if isinstance(reason, isolation.Crashed) else reason


_MEANING = {
    "builtin": "TensorFlow Lite's built-in operators are enough",
    "select": "needs TensorFlow's own operators, which no microcontroller runs",
    "custom": "needs operators that you must write yourself",
}


def _meaning(operators: Operators) -> str:
    others = [operator for operator in operators.converted.operators if operator.kind != "builtin"]
    if others and all(tflm_operators.registers(operator) for operator in others):
        return "needs operators beyond the built-in ones, all of which TensorFlow Lite Micro brings along"
    return _MEANING[operators.operator_set]


def page(path: Path, operators: Operators) -> list[str]:
    """The lines that are printed of one model."""
    counts = model.operator_counts(operators.converted)
    rows = [
        (name, str(number), kind, ", ".join(dict.fromkeys(operators.layers.get(name, []))))
        for kind in counts
        for name, number in counts[kind].items()
    ]
    return [
        str(path),
        f"  operator set: {operators.operator_set} ({_meaning(operators)})",
        *([] if operators.untried else [f"  runs on TFLM: {_runs(operators.tflm_reason)}"]),
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


def record(operators: Operators) -> dict[str, object]:
    """The same as plain data."""
    return {
        "operator_set": operators.operator_set,
        "operators": model.operator_counts(operators.converted),
        "layers": operators.layers,
        "tflm": {
            "runs": None
            if operators.untried or operators.tflm_reason == tflm.MISSING
            else operators.tflm_reason is None,
            "reason": operators.tflm_reason,
        },
        "findings": [finding.plain() for finding in operators.findings],
        "remarks": operators.remarks,
    }
