"""What the command `benchmark` knows about one model, as plain data: what --json holds and what reports are made of.

`build` returns, without NaN:
    name, file, sha256
    size: {file_bytes, weights, weight_bytes, packed_bytes, scale_bytes, tensor_bytes, dynamic_tensor_bytes}
    weights: [{subgraph, index, name, type, number, bytes}], and weights_by_type: {type: {number, bytes}}
    inputs, outputs: [{name, shape, signature, type, scale: [..]|null, zero_point: [..]|null}]; of each input also
        data: {clipped_pct, used_steps, used_pct, warning: sentence|null} | null where it is not quantized or not fed
    operator_set: builtin, select or custom; operators: {kind: {name: count}}; findings: [sentence]
    memory, tensors: as in the pipeline's metrics; shapes: "file", or "run" where open ones are those that LiteRT ran
    steps: as in the pipeline's metrics, each with us: float|null, its time alone on this host
    tflm: {deployable, reason, arena_bytes, activation_bytes, bookkeeping_bytes}
    litert: {runs: bool, reason}
    latency: {runs, warmup_runs, threads, initialisation_us, first_inference_us, warmup_average_us, average_us,
        std_us, min_us, p50_us, p90_us, p99_us} | null
    accuracy: {runtime, items, correct, accuracy_pct, low_pct, high_pct, balanced_pct, recall_pct, precision_pct,
        confusion, classes} | null
    boards: as in the pipeline's metrics, an estimate
    machine: {processor, cores, system}; versions: {package: version}
"""

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from featherline.core import machine
from featherline.evaluation.boards import Boards, estimates
from featherline.evaluation.fit import Fit, plain
from featherline.evaluation.trial import LiteRt
from featherline.interpreters import tflm
from featherline.tflite import anatomy
from featherline.tflite import model as tflite

_PACKAGES = ("ai-edge-litert", "numpy", "tflite-micro")


def build(
    model: tflite.Model,
    examination: tflm.Examination,
    run: LiteRt,
    settings: dict,
    accuracy: dict | None,
    boards: Boards,
    fits: list[Fit | None] | None = None,
) -> dict:
    """Puts the record of one model together.

    Args:
        model: as read.
        examination: by TensorFlow Lite Micro.
        run: on LiteRT.
        settings: {"runs", "warmup_runs", "threads"}, with which latency was measured.
        accuracy: as of `scores.scored`, with runtime and classes; None without data.
        boards: to estimate for.
        fits: how the data lies in the range of each input; None without data.
    """
    is_open = any(tensor.dynamic for tensor in model.tensors)
    shaped = anatomy.at(model, run.shapes) if is_open and run.shapes else model
    examined = anatomy.examine(shaped)
    labels = tflite.labels(model)
    weights = tflite.weights(model)
    listed = [
        {
            "subgraph": tensor.subgraph,
            "index": tensor.index,
            "name": label,
            "type": tensor.type,
            "number": tensor.elements,
            "bytes": tensor.bytes,
        }
        for tensor, label in zip(model.tensors, labels, strict=True)
        if tflite.is_weight(tensor)
    ]
    by_type: dict[str, dict] = {}
    for entry in listed:
        sums = by_type.setdefault(entry["type"], {"number": 0, "bytes": 0})
        sums["number"] += entry["number"]
        sums["bytes"] += entry["bytes"]
    times = run.operator_us or [None] * len(model.operators)
    return {
        "name": Path(model.path).stem,
        "file": str(model.path),
        "sha256": hashlib.sha256(Path(model.path).read_bytes()).hexdigest(),
        "size": {
            "file_bytes": model.file_bytes,
            "weights": weights.number,
            "weight_bytes": weights.bytes,
            "packed_bytes": weights.packed_bytes,
            "scale_bytes": weights.scale_bytes,
            "tensor_bytes": sum(tensor.bytes for tensor in shaped.tensors),
            "dynamic_tensor_bytes": sum(tensor.bytes for tensor in shaped.tensors if not tensor.constant),
        },
        "weights": listed,
        "weights_by_type": dict(sorted(by_type.items())),
        "inputs": [
            _interface(tensor) | {"data": plain(one)}
            for tensor, one in zip(model.inputs, fits or [None] * len(model.inputs), strict=True)
        ],
        "outputs": [_interface(tensor) for tensor in model.outputs],
        "operator_set": tflite.operator_set(model),
        "operators": tflite.operator_counts(model),
        "findings": tflite.findings(model),
        "memory": anatomy.plain_memory(examined),
        "shapes": "file" if shaped is model else "run",
        "tensors": anatomy.plain_tensors(shaped, examined, labels),
        "steps": [step | {"us": us} for step, us in zip(anatomy.plain_steps(examined), times, strict=True)],
        "tflm": {
            "deployable": examination.deployable,
            "reason": examination.reason,
            "arena_bytes": examination.arena_bytes,
            "activation_bytes": examination.activation_bytes,
            "bookkeeping_bytes": examination.bookkeeping_bytes,
        },
        "litert": {"runs": run.reason is None, "reason": run.reason},
        "latency": None if run.latency is None else settings | run.latency,
        "accuracy": accuracy,
        "boards": estimates(boards, model.file_bytes, examination.arena_bytes, examination.reason),
        "machine": machine.host(),
        "versions": {package: _version(package) for package in _PACKAGES},
    }


def _version(package: str) -> str | None:
    """None where it is not installed, as TensorFlow Lite Micro on most platforms."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _interface(tensor: tflite.Tensor) -> dict:
    return {
        "name": tensor.name,
        "shape": list(tensor.shape),
        "signature": list(tensor.signature),
        "type": tensor.type,
        "scale": None if tensor.scale is None else list(tensor.scale),
        "zero_point": None if tensor.zero_point is None else list(tensor.zero_point),
    }
