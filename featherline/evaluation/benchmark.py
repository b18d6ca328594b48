"""Everything that is recorded about a converted model, as plain data for its metrics file."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from featherline.core import isolation, statistics
from featherline.core.errors import FeatherlineError
from featherline.core.pareto import non_dominated
from featherline.evaluation import boards
from featherline.evaluation.fit import Fit, fed, plain, quantized
from featherline.evaluation.scores import percent, scored
from featherline.interpreters import litert, tflm
from featherline.signals.dataset import Items
from featherline.tflite import anatomy
from featherline.tflite import model as tflite
from featherline.tflite.plan import Planned
from featherline.tflite.weights import count_weights
from featherline.tflite.wording import findings, tensor_labels


@dataclass(frozen=True)
class Run:
    """What both runtimes made of one model and the test split; `fit` tells how that lies in the range of the input."""

    model: tflite.Model
    tflm: tflm.Examination
    litert_outputs: np.ndarray
    fit: Fit | None = None

    @property
    def outputs(self) -> np.ndarray:
        """Those of TensorFlow Lite Micro where it ran, else LiteRT's."""
        return self.tflm.outputs if self.tflm.deployable else self.litert_outputs


def run_all(paths: list[Path], inputs: np.ndarray, classes: int, workers: int = 2) -> list[Run]:
    """Runs models over a batch on TensorFlow Lite Micro and on LiteRT, in worker processes.

    Args:
        paths: .tflite files.
        inputs: normalized features, float32, shape (items, height, width, channels).
        classes: how many outputs each model must have.
        workers: how many processes work at once.

    Raises:
        FeatherlineError: where a file is missing or broken, does not fit the features, or is
            refused by LiteRT too.
    """
    models = [tflite.read(path) for path in paths]
    for model in models:
        _check_fit(model, inputs.shape[1:], classes)
    taken, fits = zip(
        *(fed(inputs, model.inputs[0], quantized(model, model.inputs[0])) for model in models), strict=True
    )
    calls = [isolation.Call(tflm.examine, (path, values)) for path, values in zip(paths, taken, strict=True)]
    calls += [isolation.Call(litert.outputs, (path, values)) for path, values in zip(paths, taken, strict=True)]
    results = isolation.run(calls, "run models", workers)
    runs = []
    half = len(models)
    for model, examination, outputs, fit in zip(models, results[:half], results[half:], fits, strict=True):
        if isinstance(outputs, isolation.Crashed):
            raise FeatherlineError(f"{model.path} crashes LiteRT: convert it again.")
        if isinstance(examination, isolation.Crashed):
            examination = tflm.Examination(reason=isolation.CRASH)
        runs.append(Run(model, examination, outputs, fit))
    return runs


def _check_fit(model: tflite.Model, shape: tuple[int, ...], classes: int) -> None:
    if model.inputs[0].shape[1:] != shape:
        raise FeatherlineError(
            f"{model.path} takes inputs of shape {list(model.inputs[0].shape[1:])}, and the test split has "
            f"{list(shape)}: run the stages from train on again."
        )
    if model.outputs[0].elements != classes:
        raise FeatherlineError(
            f"{model.path} tells {model.outputs[0].elements} classes apart, and the test split has {classes}: "
            "run the stages from train on again."
        )


def metrics(
    app: str, planned: Planned, frontend: dict, test: Items, run: Run, conversion: dict, unquantized: Run | None
) -> dict:
    """The metrics file of one model, as plain data without NaN; percentages have two decimals.

    Args:
        app: key of the application in params.yaml.
        planned: variant and scheme of the model.
        frontend: content of frontend.json.
        test: the test split that the model ran on.
        run: what the runtimes made of it.
        conversion: what the stage convert recorded of it, {"deployment": ..., "loss": ...}, and what its C
            takes, {"firmware": ..., "firmware_reason": ...}.
        unquantized: the same variant under the scheme `none`, to which others are compared.
    """
    ran_on_tflm = run.tflm.deployable
    classes = frontend["classes"]
    weights = count_weights(run.model)
    examined = anatomy.examine(run.model)
    return {
        "application": app,
        "title": frontend["application"],
        "variant": planned.variant,
        "scheme": planned.scheme,
        "file": planned.file,
        "sha256": hashlib.sha256(run.model.path.read_bytes()).hexdigest(),
        "provenance": frontend["provenance"],
        "protocol": frontend["protocol"],
        "group": frontend["frontend"].get("group", "group"),
        "classes": classes,
        "test": {"items": len(test), "groups": len(np.unique(test.groups))},
        "accuracy": {"runtime": "tflm" if ran_on_tflm else "litert"}
        | scored(test.labels, _predictions(run.outputs), len(classes)),
        "litert": _agreement(test.labels, run) if ran_on_tflm else None,
        "mcnemar": None if unquantized is None else _disagreement(test.labels, unquantized, run),
        "size": {
            "file_bytes": run.model.file_bytes,
            "weights": weights.number,
            "weight_bytes": weights.bytes,
            "packed_bytes": weights.packed_bytes,
            "scale_bytes": weights.scale_bytes,
            "tensor_bytes": sum(tensor.bytes for tensor in run.model.tensors),
            "dynamic_tensor_bytes": sum(tensor.bytes for tensor in run.model.tensors if not tensor.constant),
        },
        **conversion,
        "operators": tflite.operator_counts(run.model),
        "findings": findings(run.model),
        "input": _interface(run.model.inputs[0]) | {"data": plain(run.fit)},
        "output": _interface(run.model.outputs[0]),
        "memory": anatomy.plain_memory(examined),
        "steps": anatomy.plain_steps(examined),
        "tensors": anatomy.plain_tensors(run.model, examined, tensor_labels(run.model)),
        "tflm": {
            "deployable": run.tflm.deployable,
            "reason": run.tflm.reason,
            "arena_bytes": run.tflm.arena_bytes,
            "activation_bytes": run.tflm.activation_bytes,
            "bookkeeping_bytes": run.tflm.bookkeeping_bytes,
        },
        "boards": boards.estimates(boards.read(), run.model.file_bytes, run.tflm.arena_bytes, run.tflm.reason),
    }


def _predictions(outputs: np.ndarray) -> np.ndarray:
    """The most probable class; the first of equals, as a loop on the device finds it."""
    return outputs.argmax(axis=1)


def _agreement(labels: np.ndarray, run: Run) -> dict:
    classes = _predictions(run.litert_outputs)
    return {
        "accuracy_pct": percent((classes == labels).mean()),
        "same_class_items": int((classes == _predictions(run.tflm.outputs)).sum()),
        "equal_output_items": int((run.litert_outputs == run.tflm.outputs).all(axis=1).sum()),
    }


def _disagreement(labels: np.ndarray, unquantized: Run, run: Run) -> dict:
    """Items on which a model and the unquantized one are not both right or both wrong, and McNemar's test of them."""
    found = statistics.compare(labels, _predictions(unquantized.outputs), _predictions(run.outputs))
    return {"lost_items": found.first_alone, "won_items": found.second_alone, "p_value": round(found.p_value, 6)}


def _interface(tensor: tflite.Tensor) -> dict:
    quantized = tensor.scale is not None
    return {
        "shape": list(tensor.shape),
        "type": tensor.type,
        "scale": tensor.scale[0] if quantized else None,
        "zero_point": tensor.zero_point[0] if quantized else None,
    }


def validation(items: Items, run: Run, classes: int) -> dict:
    """How accurate a model is on the validation split, to choose between experiments without the test split.

    Args:
        items: the validation split that the model ran on.
        run: what the runtimes made of it.
        classes: how many there are.
    """
    found = scored(items.labels, _predictions(run.outputs), classes)
    return {"validation_items": found["items"], "validation_pct": found["accuracy_pct"]}


def headline(results: dict[str, dict], name: str, validated: dict) -> dict:
    """The few figures of one model that lead every table, beside accuracy and size of the unquantized original.

    Args:
        results: metrics of every model by name.
        name: the model that leads, a key of `results`.
        validated: what `validation` says of it.
    """
    chosen, original = results[name], results.get("original-none")
    accuracy, firmware = chosen["accuracy"], chosen["firmware"] or {}
    return {
        "model": name,
        "source": chosen["provenance"]["source"],
        **validated,
        "test_items": accuracy["items"],
        "original_pct": original["accuracy"]["accuracy_pct"] if original else None,
        "original_weight_bytes": original["size"]["weight_bytes"] if original else None,
        "accuracy_pct": accuracy["accuracy_pct"],
        "low_pct": accuracy["low_pct"],
        "high_pct": accuracy["high_pct"],
        "balanced_pct": accuracy["balanced_pct"],
        "weight_bytes": chosen["size"]["weight_bytes"],
        "file_bytes": chosen["size"]["file_bytes"],
        "arena_bytes": chosen["tflm"]["arena_bytes"],
        "flash_bytes": firmware.get("flash_bytes"),
        "ram_bytes": firmware.get("ram_bytes"),
        "stack_bytes": firmware.get("stack_bytes"),
        "instructions": firmware.get("instructions"),
        "program_bytes": (firmware.get("program") or {}).get("total_bytes"),
        "deployable": chosen["tflm"]["deployable"],
    }


def confusion_rows(result: dict) -> list[dict]:
    """The test items of a model, one row each, {"actual", "predicted"}: what the template `confusion` of DVC counts.

    Args:
        result: metrics of the model.
    """
    classes = result["classes"]
    return [
        {"actual": actual, "predicted": predicted}
        for actual, line in zip(classes, result["accuracy"]["confusion"], strict=True)
        for predicted, items in zip(classes, line, strict=True)
        for _ in range(items)
    ]


def front_rows(results: dict[str, dict]) -> list[dict]:
    """Accuracy against weight bytes, one row a model, lightest first.

    Args:
        results: metrics of every model by name.

    Returns:
        {"model", "weight_bytes", "accuracy_pct", "front"}; `front` is yes for a model than which no other is both as
        light and as accurate, and one of these more so.
    """
    costs = {
        name: (result["size"]["weight_bytes"], -result["accuracy"]["accuracy_pct"]) for name, result in results.items()
    }
    on_front = dict(zip(costs, non_dominated(list(costs.values())), strict=True))
    return [
        {
            "model": name,
            "weight_bytes": weight_bytes,
            "accuracy_pct": -negative_accuracy,
            "front": "yes" if on_front[name] else "no",
        }
        for name, (weight_bytes, negative_accuracy) in sorted(costs.items(), key=lambda item: (item[1], item[0]))
    ]
