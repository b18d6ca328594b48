"""What the trials of a study depend on: where any of it differs, they must not be mixed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict

from featherline.core import digests
from featherline.core.parsing import Tree
from featherline.params import Reduce
from featherline.reduction.whole_program import Beside
from featherline.reduction.worker_pool import Task
from featherline.signals.dataset import fold_folders

# What says how the outcome is used, where it is kept and who trains it, not what a trial gives.
_ELSEWHERE = {
    "accuracy_tolerance",
    "budget",
    "finalists",
    "final_seeds",
    "refit",
    "workers",
    "storage",
    "study",
    "distillation",
    "baselines",
    "space",
}
PACKAGES = ("tensorflow", "keras", "numpy", "scikit-learn")
CODE = (
    "features.py",
    "networks/backend.py",
    "networks/builder.py",
    "networks/equal_layers.py",
    "networks/equal_training.py",
    "networks/shapes.py",
    "networks/training.py",
    "core/numerics.py",
    "records/base.py",
    "records/frontend.py",
    "records/frontend_files.py",
    "records/limits.py",
    "records/provenance.py",
    "reduction/costs.py",
    "reduction/feasibility.py",
    "reduction/front_ends.py",
    "core/pareto.py",
    "reduction/objective.py",
    "reduction/proposals.py",
    "reduction/space.py",
    "reduction/study.py",
    "reduction/whole_program.py",
    "reduction/worker_pool.py",
    "tflite/arena.py",
)
"""Modules of this package that decide what is proposed and how it is trained."""


def made_with(
    settings: Reduce, task: Task, epochs: int, original_weight_bytes: int, beside: Mapping[str, Beside] | None = None
) -> Tree:
    """Everything that decides which candidates a study proposes and what comes of them.

    Args:
        beside: what stands beside the network in the program of each front end, by name; None where nobody asks.

    Returns:
        Key -> plain value; data and code by their SHA-256.
    """
    of_settings = settings.model_dump(mode="json")
    plain = {key: value for key, value in of_settings.items() if key not in _ELSEWHERE}
    return (
        plain
        | ({"beside": {name: asdict(around) for name, around in sorted(beside.items())}} if beside else {})
        | {f"space.{key}": value for key, value in of_settings["space"].items()}
        | {
            "epochs": epochs,
            "seed": task.seed,
            "class_weights": "balanced" if task.balanced else "none",
            "classes": task.classes,
            "original_weight_bytes": original_weight_bytes,
            "data": digests.of_files(
                folder / f"{split}.npz"
                for data in dict.fromkeys([task.data, *(front_end.data for front_end in task.front_ends.values())])
                for folder in fold_folders(data)
                for split in ("train", "validation")
            ),
            "code": digests.of_modules(CODE),
            "packages": digests.of_packages(PACKAGES),
        }
    )


def short(made_with: Tree) -> str:
    """Twelve hexadecimal digits that differ where anything does."""
    return hashlib.sha256(json.dumps(made_with, sort_keys=True).encode()).hexdigest()[:12]
