"""Turn recordings into normalized features in three splits, and say how a device computes the same."""

from pathlib import Path
from typing import Any

import numpy as np

from featherline.core.files import new_folder, read_json, write_json
from featherline.signals.dataset import Items, check, normalize, write_items
from stages.command import Run, echo_remarks, stage


@stage
def preprocess(run: Run) -> None:
    settings = run.stage_settings("preprocess", run.application.Preprocess)
    raw = Path("data/raw") / run.app
    provenance = read_json(raw / "provenance.json")
    dataset = run.application.preprocess(raw, settings, run.seed)
    check(dataset)
    echo_remarks("preprocess", dataset.remarks)
    dataset, normalization = normalize(dataset)
    with new_folder(Path("data/processed") / run.app) as folder:
        for name, items in dataset.splits.items():
            write_items(folder / f"{name}.npz", items)
        write_json(
            folder / "frontend.json",
            {
                "application": provenance["application"],
                "classes": list(dataset.classes),
                "input_shape": list(dataset.splits["train"].inputs.shape[1:]),
                "normalization": {
                    "axis": normalization.axis,
                    "mean": normalization.mean.tolist(),
                    "scale": normalization.scale.tolist(),
                },
                "frontend": dataset.frontend,
                "protocol": settings.split.protocol,
                "splits": {name: _counts(items, len(dataset.classes)) for name, items in dataset.splits.items()},
                "provenance": _summary(provenance),
            },
        )


def _counts(items: Items, classes: int) -> dict[str, object]:
    return {
        "items": len(items),
        "groups": len(np.unique(items.groups)),
        "items_per_class": np.bincount(items.labels, minlength=classes).tolist(),
    }


def _summary(provenance: dict[str, Any]) -> dict[str, Any]:
    complete = [archive["complete"] for archive in provenance["archives"]]
    return {
        **{key: provenance[key] for key in ("source", "groups", "items", "hours", "licence")},
        "complete": all(complete) if complete and None not in complete else None,
    }


if __name__ == "__main__":
    preprocess()
