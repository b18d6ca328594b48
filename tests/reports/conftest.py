"""Results of made-up models, in the layout that the stages write."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

SCHEMES = ("none", "float16", "dynamic_range", "int8", "int16x8")
PLAN = {"original": SCHEMES, "reduced": (*SCHEMES, "int8_qat", "int4", "int2")}
BITS = {"none": 32, "float16": 16, "dynamic_range": 8, "int8": 8, "int16x8": 8, "int8_qat": 8, "int4": 4, "int2": 4}
SNR_DB = {"float16": 70, "dynamic_range": 44, "int8": 34, "int16x8": 47, "int8_qat": 36, "int4": 21, "int2": 9}
REASONS = {
    "float16": "DEQUANTIZE of float16 | Node DEQUANTIZE (number 0f) failed to prepare",
    "dynamic_range": "Hybrid models are not supported on TFLite Micro.",
}
OPERATORS = ("CONV_2D", "MAX_POOL_2D", "RESHAPE", "FULLY_CONNECTED")
WEIGHTS = {"original": 83_557, "reduced": 1_403}
EPOCHS = 15
ORIGINAL = {
    "validation_accuracy": 0.94,
    "weights": 83_557,
    "weight_bytes": 83_900,
    "activation_bytes": 9_216,
    "macs": 1_234_567,
}
TRIALS_HEADER = (
    "number,score,validation_accuracy,final_validation_accuracy,epochs,stopped,weights,weight_bytes,activation_bytes,macs,"
    "conv_blocks,dense_blocks,pareto,winner,architecture"
)
HYPERVOLUMES = {"search": 0.41, "random search": 0.32, "by hand": 0.1}


def frontend(classes: int) -> dict:
    """The file frontend.json of an application of motion."""
    return {
        "application": "MotionSense",
        "classes": [f"class {number}" for number in range(classes)],
        "input_shape": [192, 1, 2],
        "normalization": {"axis": 3, "mean": [1.0625, 0.0], "scale": [0.5, 0.25]},
        "splits": {
            name: {"items": items, "groups": groups, "items_per_class": [items // classes] * classes}
            for name, items, groups in (("train", 900, 12), ("validation", 300, 4), ("test", 360, 4))
        },
        "frontend": {
            "kind": "motion",
            "unit": "g",
            "native_rate_hz": 50,
            "sample_rate_hz": 25,
            "interpolation": 1,
            "decimation": 2,
            "taps": [0.5] * 100,
            "window_samples": 192,
            "hop_samples": 96,
            "channels": ["magnitude", "vertical"],
            "smallest_gravity_g": 0.001,
            "log": {"floor": 0.001},
            "dct": None,
        },
        "protocol": "group",
        "provenance": {
            "source": "simulated",
            "groups": 20,
            "items": 300,
            "hours": 7.83,
            "licence": "MIT",
            "complete": None,
        },
    }


def _accuracy(classes: list[str], share: float, runtime: str, rng: np.random.Generator) -> dict:
    count = len(classes)
    confusion = np.stack(
        [
            rng.multinomial(120, np.full(count, (1 - share) / (count - 1)) + (share - (1 - share) / (count - 1)) * row)
            for row in np.eye(count)
        ]
    )
    correct, items = int(np.trace(confusion)), int(confusion.sum())
    low, high = proportion_confint(correct, items, method="wilson")
    recall = 100 * np.diag(confusion) / confusion.sum(axis=1)
    return {
        "runtime": runtime,
        "items": items,
        "correct": correct,
        "accuracy_pct": round(100 * correct / items, 4),
        "low_pct": round(100 * low, 4),
        "high_pct": round(100 * high, 4),
        "balanced_pct": round(float(recall.mean()), 4),
        "recall_pct": recall.round(4).tolist(),
        "precision_pct": [90.5, None, *[88.0] * (count - 2)],
        "confusion": confusion.tolist(),
    }


def _model(
    app: str, title: str, classes: list[str], source: str, complete: bool | None, variant: str, scheme: str, seed: int
) -> dict:
    rng = np.random.default_rng(seed)
    reason = REASONS.get(scheme)
    accuracy = _accuracy(classes, 0.95 if variant == "original" else 0.92, "litert" if reason else "tflm", rng)
    names = ["serving_default_input:0", "conv/Relu;conv/BiasAdd", "pool/MaxPool", "", "StatefulPartitionedCall:0"]
    width = 4 if scheme in ("none", "float16", "dynamic_range") else 1
    tensors = [
        {
            "index": i,
            "name": name,
            "shape": [1, 128 // (i + 1), 4],
            "type": "float32" if width == 4 else "int8",
            "bytes": 128 // (i + 1) * 4 * width,
            "constant": False,
            "scale": None,
            "zero_point": None,
            **_life(i, offset=128 * 4 * width * (i % 2)),
        }
        for i, name in enumerate(names)
    ]
    dynamic_bytes = sum(tensor["bytes"] for tensor in tensors)
    weight_bytes = WEIGHTS[variant] * BITS[scheme] // 8
    tensors.append(
        {
            "index": 5,
            "name": "conv/kernel",
            "shape": [4, 5, 1, 4],
            "type": "int8",
            "bytes": weight_bytes,
            "constant": True,
            "scale": [0.1],
            "zero_point": [0],
            **_life(5, offset=None),
        }
    )
    return {
        "application": app,
        "title": title,
        "variant": variant,
        "scheme": scheme,
        "file": f"{variant}-{scheme}.tflite",
        "sha256": f"{seed:064x}",
        "provenance": {
            "source": source,
            "groups": 20,
            "items": 300,
            "hours": 7.83,
            "licence": "MIT",
            "complete": complete,
        },
        "protocol": "group",
        "group": "subject",
        "classes": classes,
        "test": {"items": accuracy["items"], "groups": 4},
        "accuracy": accuracy,
        "litert": None
        if reason
        else {
            "accuracy_pct": accuracy["accuracy_pct"],
            "same_class_items": accuracy["items"],
            "equal_output_items": accuracy["items"] - 3,
        },
        "mcnemar": None if scheme == "none" else {"lost_items": 9, "won_items": 2, "p_value": 0.065430},
        "deployment": {
            "reason": reason,
            "converted_bytes": weight_bytes + 5184,
            "file_bytes": weight_bytes + 3184,
            "packed": scheme in ("int4", "int2"),
            "tables_bytes": weight_bytes + 2184 if scheme == "int2" else None,
            "tables_reason": None if reason or scheme == "int2" else "The file would grow by 96 bytes.",
        },
        "loss": _loss(scheme),
        "size": {
            "packed_bytes": WEIGHTS[variant] * (2 if scheme == "int2" else BITS[scheme]) // 8,
            "scale_bytes": 0 if scheme == "none" else 192,
            "file_bytes": weight_bytes + 3184,
            "weights": WEIGHTS[variant],
            "weight_bytes": weight_bytes,
            "tensor_bytes": weight_bytes + dynamic_bytes,
            "dynamic_tensor_bytes": dynamic_bytes,
        },
        "operators": {"builtin": dict.fromkeys(OPERATORS, 1), "select": {}, "custom": {}},
        "findings": [],
        "input": {"shape": [1, 128, 1, 4], "type": "int8", "scale": 0.03, "zero_point": 3, "data": None},
        "output": {"shape": [1, len(classes)], "type": "int8", "scale": 0.004, "zero_point": -128},
        "memory": {
            "peak_bytes": 768 * width,
            "peak_operator": 0,
            "arena_head_bytes": 768 * width,
            "sum_tensor_bytes": weight_bytes + dynamic_bytes,
        },
        "steps": [_step(place, name, tensors) for place, name in enumerate(OPERATORS)],
        "tensors": tensors,
        "boards": _boards(reason),
        "tflm": {
            "deployable": reason is None,
            "reason": reason,
            "arena_bytes": None if reason else dynamic_bytes + 2_100,
            "activation_bytes": None if reason else dynamic_bytes,
            "bookkeeping_bytes": None if reason else 2_100,
        },
        "firmware": _firmware(variant) if scheme == "int8" else None,
        "firmware_reason": None if scheme == "int8" else f"{variant}-{scheme}.tflite: no C can be written for CUMSUM.",
    }


def _firmware(variant: str) -> dict:
    program = {"flash_bytes": 3_928, "ram_bytes": 1_606, "stack_bytes": 184, "total_bytes": 5_718}
    counted = {"front_end_instructions": 177_924, "model_instructions": 87_808, "samples": 192, "seconds": 3.84}
    parts = {"optimize": "Os", "code_bytes": 2_000, "weight_bytes": 900, "table_bytes": 132, "data_bytes": 0}
    return parts | {
        "compiler": "a compiler",
        "flash_bytes": 3_032,
        "ram_bytes": 524,
        "stack_bytes": 160,
        "io_bytes": 579,
        "instructions": 87_773,
        "instructions_min": 87_700,
        "instructions_max": 87_800,
        "items": 360,
        "equal_items": 360,
        "macs": 24_264,
        "layers": [],
        "program": parts | program | counted if variant == "reduced" else None,
        "program_reason": None if variant == "reduced" else "Only the leading model is measured as a whole program.",
    }


def _life(index: int, offset: int | None) -> dict:
    """Of a chain: every operator reads the tensor before it and writes the next; the sixth tensor is a constant."""
    constant = index == len(OPERATORS) + 1
    return {
        "subgraph": 0,
        "dynamic": False,
        "written_by": None if constant or index == 0 else index - 1,
        "read_by": [0] if constant else list(range(index, min(index + 1, len(OPERATORS)))),
        "first": None if constant else max(index - 1, 0),
        "last": None if constant else min(index, len(OPERATORS) - 1),
        "offset_bytes": offset,
    }


def _step(place: int, name: str, tensors: list[dict]) -> dict:
    return {
        "index": place,
        "name": name,
        "kind": "builtin",
        "subgraph": 0,
        "macs": 10_240 >> place if place != 1 else 0,
        "tflm": True,
        "inputs": [place],
        "outputs": [place + 1],
        "live_bytes": tensors[place]["bytes"] + tensors[place + 1]["bytes"],
    }


def _boards(reason: str | None) -> list[dict]:
    small = {"name": "Small board", "mcu": "An MCU", "flash_bytes": 65_536, "ram_bytes": 16_384, "clock_mhz": 48}
    large = {"name": "Large board", "mcu": "An MCU", "flash_bytes": 1 << 20, "ram_bytes": 262_144, "clock_mhz": 133.5}
    refused = "TensorFlow Lite Micro does not run the model." if reason else None
    full = "It needs 12,000 bytes of RAM beside 16,384 for everything else, and the board has 16,384."
    return [
        small | {"holds": False, "reason": refused or full},
        large | {"holds": reason is None, "reason": refused},
    ]


def _loss(scheme: str) -> dict:
    operators = ("CONV_2D", "MAX_POOL_2D", "FULLY_CONNECTED")
    ratios = [None if scheme == "none" else SNR_DB[scheme] + change for change in (0.0, 1.5, -2.25)]
    layers = [
        {"operator": operator, "place": place, "shape": [64 >> place, 1, 4], "snr_db": ratio}
        for place, (operator, ratio) in enumerate(zip(operators, ratios, strict=True))
    ]
    return {"items": 200, "layers": layers, "worst": [] if scheme == "none" else [2, 0, 1]}


def _write(path: Path, content: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def _history(epochs: int) -> str:
    rows = [
        f"{i},{1 / (i + 1):.4f},{1 - 0.5 / (i + 1):.4f},{1.2 / (i + 1):.4f},{0.95 - 0.5 / (i + 1):.4f}"
        for i in range(epochs)
    ]
    return "\n".join(["epoch,loss,accuracy,val_loss,val_accuracy", *rows]) + "\n"


def _candidates(count: int, seed: int) -> pd.DataFrame:
    """Made-up trials, the worst third of them stopped early."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"number": range(count), "weights": rng.integers(300, 12_000, count)})
    table["weight_bytes"] = table["weights"] + 64
    table["activation_bytes"] = 16 * rng.integers(30, 300, count)
    table["macs"] = 40 * table["weights"]
    table["validation_accuracy"] = (0.8 + 0.1 * rng.random(count) + 0.006 * np.log(table["weights"])).round(6)
    table["stopped"] = table["validation_accuracy"].rank() <= count // 3
    table["epochs"] = table["stopped"].map({True: 5, False: EPOCHS})
    error, size = 1 - table["validation_accuracy"], table["weight_bytes"] / ORIGINAL["weight_bytes"]
    table["score"] = (0.8 * error + 0.2 * size).round(6)
    costs = np.stack([error, table["weight_bytes"], table["activation_bytes"]], axis=1)
    table["pareto"] = [not ((costs <= own).all(axis=1) & (costs < own).any(axis=1)).any() for own in costs]
    table["winner"] = table["score"] == table["score"].min()
    table["final_validation_accuracy"] = np.where(table["winner"], 0.951, np.nan)
    table["conv_blocks"], table["dense_blocks"] = 2, 1
    table["architecture"] = '{"conv_blocks":[{"filters":8,"kernel":5,"poolings":2}],"head":"flatten"}'
    return table[TRIALS_HEADER.split(",")]


def _summary(method: str, candidates: pd.DataFrame) -> dict:
    return {
        "method": method,
        "trained": len(candidates),
        "stopped": int(candidates["stopped"].sum()),
        "hypervolume": HYPERVOLUMES[method],
        "best": _best(candidates),
    }


def _best(candidates: pd.DataFrame) -> dict:
    best = candidates[candidates["winner"]].iloc[0]
    costs = {name: int(best[name]) for name in ("weights", "weight_bytes", "activation_bytes", "macs")}
    return {"validation_accuracy": float(best["validation_accuracy"]), "score": float(best["score"]), **costs}


def _write_search(folder: Path, trials: int, baselines: Sequence[str], changes: dict) -> None:
    """Writes what the stage `reduce` leaves of its search; `changes` replace keys of search.json."""
    searched = _candidates(trials, seed=7)
    others = {"random search": _candidates(trials, seed=8), "by hand": _candidates(1, seed=9)}
    compared = {"search": searched} | {method: others[method] for method in baselines}
    searched.to_csv(folder / "trials.csv", index=False)
    rows = pd.concat([table.assign(method=method) for method, table in compared.items()])
    rows[rows["method"] != "search"][["method", *searched.columns]].to_csv(folder / "baselines.csv", index=False)
    search = {
        "objective": "weighted",
        "error_weight": 0.8,
        "accuracy_tolerance": 0.01,
        "scheme": "int8",
        "limits": {"max_weight_bytes": 12_000, "max_arena_bytes": None, "max_macs": 500_000},
        "original": ORIGINAL,
        "epochs": EPOCHS,
        "final_epochs": 60,
        "distillation_share": 0.0,
        "methods": [_summary(method, table) for method, table in compared.items()],
        "finalists": [{"number": 1} | _best(searched) | {"validation_accuracy": 0.951}] * 3,
    }
    _write(folder / "search.json", search | changes)


def write_results(
    root: Path,
    app: str,
    title: str,
    classes: list[str],
    source: str = "simulated",
    complete: bool | None = None,
    trials: int = 8,
    baselines: Sequence[str] = ("random search", "by hand"),
    search: dict | None = None,
) -> None:
    """Writes everything that the report stage reads about one application.

    `search` replaces keys of search.json.
    """
    _write(root / "models" / app / "quantized" / "plan.json", PLAN)
    names = [(variant, scheme) for variant, schemes in PLAN.items() for scheme in schemes]
    for seed, (variant, scheme) in enumerate(names):
        _write(
            root / "metrics" / app / f"{variant}-{scheme}.json",
            _model(app, title, classes, source, complete, variant, scheme, seed),
        )
    _write(root / "models" / app / "tflite" / "frontend.json", frontend(len(classes)))
    _write(root / "models" / app / "tflite" / "made_from.json", {f"data/processed/{app}/test.npz": "ab" * 32})
    folder = root / "models" / app
    (folder / "original_history.csv").write_text(_history(30))
    (folder / "reduced_history.csv").write_text(_history(22))
    _write_search(folder, trials, baselines, search or {})


@pytest.fixture
def example(tmp_path: Path) -> Callable[..., Path]:
    """Writes example results for `motionsense` and returns their folder; arguments as of `write_results`."""

    def write(
        app: str = "motionsense",
        title: str = "MotionSense",
        classes: tuple[str, ...] = ("stairs", "walking", "still"),
        **options,
    ) -> Path:
        write_results(tmp_path, app, title, list(classes), **options)
        return tmp_path

    return write


@pytest.fixture
def record() -> Callable[..., dict]:
    """Makes the record that the command `benchmark` has of a model; arguments are its name, scheme and changed keys."""

    def make(name: str = "one", scheme: str = "int8", **changes) -> dict:
        classes = ["stairs", "walking", "still"]
        made = _model("motionsense", "MotionSense", classes, "own", None, "reduced", scheme, seed=3)
        kept = ("size", "findings", "memory", "tensors", "tflm", "boards", "operators", "sha256")
        port = {"name": "", "shape": [1, 128, 4], "signature": [-1, 128, 4], "type": "int8"}
        times = {"initialisation_us": 512.2, "first_inference_us": 90.5, "warmup_average_us": 41.1, "average_us": 40.9}
        times |= {"std_us": 1.5, "min_us": 39.0, "p50_us": 40.5, "p90_us": 43.0, "p99_us": 51.5}
        return (
            {key: made[key] for key in kept}
            | {
                "name": name,
                "file": f"models/{name}.tflite",
                "weights": [],
                "weights_by_type": {"int8": {"number": 1_403, "bytes": 1_403}},
                "inputs": [port | {"scale": [0.03], "zero_point": [3]}],
                "outputs": [port | {"name": "probabilities", "signature": [1, 3], "scale": None, "zero_point": None}],
                "operator_set": "builtin",
                "shapes": "file",
                "steps": [step | {"us": 1.5} for step in made["steps"]],
                "litert": {"runs": True, "reason": None},
                "latency": {"runs": 100, "warmup_runs": 10, "threads": 1, **times},
                "accuracy": made["accuracy"] | {"classes": classes},
                "machine": {"processor": "A processor", "cores": 2, "system": "Linux"},
                "versions": {"numpy": "2.0"},
            }
            | changes
        )

    return make
