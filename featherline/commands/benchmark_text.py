"""What `benchmark` prints: a page for each model, and a table of all of them. --json has the rest."""

import textwrap
from collections.abc import Callable, Sequence

from featherline.commands.columns import aligned
from featherline.interpreters.tflm import MISSING
from featherline.records.model import RangeFit, Tflm
from featherline.records.single_model import (
    ClassAccuracy,
    CoreRun,
    Latency,
    LiteRtRun,
    Port,
    Reconstruction,
    SingleModel,
)
from featherline.records.structure import BoardEstimate, TimedStep

_WIDTH = 100
_MOST_ROWS = 12
_MOST_KINDS = 6


def pages(models: Sequence[SingleModel]) -> list[str]:
    """Lines of text, none wider than 100 columns but for long names."""
    lines = [line for model in models for line in (*_page(model), "")]
    return lines + (_comparison(models) if len(models) > 1 else [])


def _page(model: SingleModel) -> list[str]:
    size = model.size
    types = ", ".join(f"{sums.number:,} {kind}" for kind, sums in model.weights_by_type.items()) or "none"
    rows = [
        ("file", f"{size.file_bytes:,} bytes"),
        ("weights", f"{size.weights:,} in {size.weight_bytes:,} bytes ({types})"),
        *(row for port in model.inputs for row in (("input", _interface(port)), *_data(port.data))),
        *(("output", _interface(port)) for port in model.outputs),
        ("operators", _operators(model)),
        ("macs", _macs(model.steps)),
        ("activations", _memory(model)),
        ("on TFLM", _verdict(model.tflm)),
        ("latency", _latency(model.latency, model.litert)),
        ("host time", _host_time(model)),
        (model.core.figures.core if model.core.figures else "core", _core(model.core)),
        ("accuracy", _accuracy(model.accuracy)),
        ("anomalies", _reconstruction(model.reconstruction)),
        ("boards", _boards(model.boards)),
    ]
    return [
        model.file,
        *(line for name, text in rows if text for line in _row(name, text)),
        "",
        *_classes(model.accuracy),
        *_steps(model.steps),
    ]


def _row(name: str, text: str) -> list[str]:
    wrapped = textwrap.wrap(text, _WIDTH - 15, break_long_words=False)
    return [f"  {name if number == 0 else '':<12} {line}" for number, line in enumerate(wrapped)]


def _host_time(model: SingleModel) -> str:
    shares = ", ".join(f"{kind.operators} {kind.share_pct:.0f} %" for kind in model.host_kinds[:_MOST_KINDS])
    return f"{shares}; without {', '.join(model.untimed)}, not timed alone" if model.untimed else shares


def _interface(port: Port) -> str:
    quantization = ""
    if port.scale and port.zero_point:
        quantization = f", scale {port.scale[0]:.6g}, zero point {port.zero_point[0]}"
    return f"{port.type} {list(port.signature)}{quantization}"


def _data(fit: RangeFit | None) -> list[tuple[str, str]]:
    """How the data lies in the range of an input, and a warning where it does not."""
    if fit is None:
        return []
    return [("data", fit.sentence()), *([("WARNING", f"{fit.warning}.")] if fit.warning else [])]


def _operators(model: SingleModel) -> str:
    kinds = {"builtin": model.operators.builtin, "select": model.operators.select, "custom": model.operators.custom}
    parts = []
    for kind, counts in kinds.items():
        ranked = sorted(counts.items(), key=lambda entry: -entry[1])
        listed = ", ".join(f"{count} {name}" for name, count in ranked[:8])
        more = f", and {len(ranked) - 8} more by --json" if len(ranked) > 8 else ""
        if listed:
            parts.append(f"{kind}: {listed}{more}")
    return "; ".join(parts)


def _macs(steps: Sequence[TimedStep]) -> str:
    unknown = sum(step.macs is None for step in steps)
    total = sum(step.macs or 0 for step in steps)
    return f"{total:,}" + (f", and those of {unknown} operators that nobody can tell" if unknown else "")


def _memory(model: SingleModel) -> str:
    memory = model.memory
    if memory.peak_bytes is None or memory.peak_operator is None:
        return "not known: sizes are open in the file"
    step = model.steps[memory.peak_operator]
    states = f"; {model.state_bytes:,} bytes of states are kept beside them" if model.state_bytes else ""
    shape_source = " (for the shapes that LiteRT ran)" if model.shapes == "run" else ""
    return (
        f"{memory.peak_bytes:,} bytes at most, at operator {step.index} ({step.name}){shape_source}; "
        f"all tensors together {memory.sum_tensor_bytes:,}{states}"
    )


def _verdict(tflm: Tflm) -> str:
    if tflm.reason == MISSING:
        return f"not tried: {MISSING}"
    if not tflm.deployable:
        return f"does not run: {tflm.reason}"
    if tflm.arena_bytes is None:
        return "runs, in an arena that could not be told"
    return (
        f"runs in an arena of {tflm.arena_bytes:,} bytes ({tflm.activation_bytes:,} for activations; the rest, which "
        "holds pointers of this host, is an upper bound)"
    )


def _latency(latency: Latency | None, litert: LiteRtRun) -> str:
    if latency is None:
        return f"not measured: {litert.reason}"
    return (
        f"{latency.average_us:,} us on average of {latency.runs} runs on {latency.threads} thread(s), "
        f"standard deviation {latency.std_us:,}, median {latency.p50_us:,}, 90 % {latency.p90_us:,}, "
        f"99 % {latency.p99_us:,}; initialisation {latency.initialisation_us:,}, first inference "
        f"{latency.first_inference_us:,}, warm-up {latency.warmup_average_us:,} (LiteRT on this host)"
    )


def _core(core: CoreRun) -> str:
    figures = core.figures
    if figures is None:
        return f"not measured: {core.reason}"
    shares = ", ".join(f"{kind.operators} {kind.share_pct} %" for kind in figures.kinds[:_MOST_KINDS])
    cycles = f" in some {figures.cycles:,} cycles" if figures.cycles else ""
    plan = ""
    if figures.buffer_bytes is not None:
        plan = f" (buffers {figures.buffer_bytes:,}, at least {figures.buffer_bound_bytes:,} in any plan)"
    return (
        f"as C, {figures.flash_bytes:,} bytes of flash (code {figures.code_bytes:,}, weights {figures.weight_bytes:,}, "
        f"tables {figures.table_bytes:,}), {figures.ram_bytes:,} of RAM{plan}, {figures.stack_bytes:,} of "
        f"stack; {figures.instructions:,} instructions an inference{cycles}: {shares}"
    )


def _accuracy(accuracy: ClassAccuracy | None) -> str:
    if accuracy is None:
        return ""
    return (
        f"{accuracy.accuracy_pct} % of {accuracy.items} items "
        f"({accuracy.low_pct} to {accuracy.high_pct} %), "
        f"balanced {accuracy.balanced_pct} %, on {accuracy.runtime}"
    )


def _reconstruction(reconstruction: Reconstruction | None) -> str:
    if reconstruction is None:
        return ""
    kinds = (("normal ones", reconstruction.normal_error), ("anomalies", reconstruction.anomaly_error))
    errors = ", ".join(f"{error:.6g} of {kind}" for kind, error in kinds if error is not None)
    auc = (
        "no AUC without items of both labels (0 normal, 1 an anomaly)"
        if reconstruction.auc is None
        else f"AUC {reconstruction.auc:.4f}"
    )
    return (
        f"{auc}; mean squared error of its output to its input {reconstruction.error:.6g} over {reconstruction.items} "
        f"items ({errors}), on {reconstruction.runtime}"
    )


def _classes(accuracy: ClassAccuracy | None) -> list[str]:
    if accuracy is None:
        return []
    recall, precision = (
        ["-" if share is None else f"{share}" for share in shares]
        for shares in (accuracy.recall_pct, accuracy.precision_pct)
    )
    rows = [("class", "items", "recall, %", "precision, %")]
    counts = (str(sum(row)) for row in accuracy.confusion)
    names = (name[:40] for name in accuracy.classes)
    rows += list(zip(names, counts, recall, precision, strict=True))[:_MOST_ROWS]
    omitted_count = len(accuracy.classes) - (len(rows) - 1)
    return [*_table(rows), *([f"  ... and {omitted_count} more by --json"] if omitted_count else []), ""]


def _boards(boards: Sequence[BoardEstimate]) -> str:
    holding = [board.name for board in boards if board.holds]
    if len(holding) == len(boards):
        return f"an estimate: all {len(boards)} of the table hold it"
    return f"an estimate: {len(holding)} of {len(boards)} hold it{': ' if holding else ''}{', '.join(holding)}"


def _steps(steps: Sequence[TimedStep]) -> list[str]:
    costliest = sorted(steps, key=lambda step: (-(step.mean_us or 0), -(step.macs or 0)))[:_MOST_ROWS]
    shown = sorted(costliest, key=lambda step: step.index)
    rows: list[tuple[str, ...]] = [("operator", "name", "MACs", "alive, bytes", "alone, us", "on TFLM", "options")]
    for step in shown:
        figures = (step.macs, step.live_bytes, step.mean_us)
        cells = ("?" if figure is None else f"{figure:,}" for figure in figures)
        rows.append((str(step.index), step.name[:40], *cells, "yes" if step.tflm else "no", step.options))
    omitted_count = len(steps) - len(shown)
    return _table(rows) + ([f"  ... and {omitted_count} that take less"] if omitted_count else [])


_FIGURES: dict[str, Callable[[SingleModel], float | None]] = {
    "file, bytes": lambda model: model.size.file_bytes,
    "weights, bytes": lambda model: model.size.weight_bytes,
    "peak, bytes": lambda model: model.memory.peak_bytes,
    "arena, bytes": lambda model: model.tflm.arena_bytes,
    "latency, us": lambda model: model.latency.average_us if model.latency else None,
    "accuracy, %": lambda model: model.accuracy.accuracy_pct if model.accuracy else None,
}


def _comparison(models: Sequence[SingleModel]) -> list[str]:
    """One column for a model would be too wide: one row for each, best values with a star."""
    columns = {}
    for title, figure in _FIGURES.items():
        values = [figure(model) for model in models]
        known_values = [value for value in values if value is not None]
        if known_values:
            best = max(known_values) if title.startswith("accuracy") else min(known_values)
            columns[title] = ["-" if value is None else f"{value:,}{'*' if value == best else ' '}" for value in values]
    rows: list[tuple[str, ...]] = [("model", *columns)]
    rows += [
        (model.name[:32], *(column[row_index] for column in columns.values())) for row_index, model in enumerate(models)
    ]
    return [*_table(rows), "  * best of these models"]


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    return aligned(rows[0], rows[1:], left=("name", "model", "class", "on TFLM", "options"))
