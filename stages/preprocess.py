"""Turn recordings into normalized features in three splits, and say how a device computes the same."""

from pathlib import Path

import numpy as np

from featherline.core.files import new_folder, write_arrays, write_json
from featherline.records.base import load, plain
from featherline.records.frontend import FrontEndFile, Normalization, SplitCounts, constants
from featherline.records.provenance import Recordings
from featherline.signals.dataset import Items, check, normalize, write_folds, write_items
from stages.command import Run, echo_remarks, stage


@stage
def preprocess(run: Run) -> None:
    settings = run.stage_settings("preprocess", run.application.Preprocess)
    raw = Path("data/raw") / run.app
    recordings = load(Recordings, raw / "provenance.json", "fetch")
    dataset = run.application.preprocess(raw, settings, run.seed)
    check(dataset)
    if dataset.disjoint and settings.compare_recordings is not False and not recordings.provenance.simulated:
        from featherline.importing import overlaps  # takes a second or two to import

        overlaps.report(run.application.comparable(raw, settings), dataset, settings.compare_recordings)
    echo_remarks("preprocess", dataset.remarks)
    features = dataset.splits["train"].inputs
    dataset, normalization = normalize(dataset)
    frontend = FrontEndFile(
        application=recordings.application,
        classes=dataset.classes,
        input_shape=dataset.splits["train"].inputs.shape[1:],
        normalization=Normalization(
            axis=normalization.axis,
            mean=tuple(normalization.mean.tolist()),
            scale=tuple(normalization.scale.tolist()),
        ),
        frontend=constants(dataset.frontend, run.app),
        protocol=settings.split.protocol,
        splits={name: _counts(items, len(dataset.classes)) for name, items in dataset.splits.items()},
        provenance=recordings.provenance,
    )
    with new_folder(Path("data/processed") / run.app) as folder:
        for name, items in dataset.splits.items():
            write_items(folder / f"{name}.npz", items)
        write_folds(folder, dataset)
        write_arrays(folder / "train_features.npz", inputs=features)  # train holds mean and scale against them
        write_json(folder / "frontend.json", plain(frontend))


def _counts(items: Items, classes: int) -> SplitCounts:
    return SplitCounts(
        items=len(items),
        groups=len(np.unique(items.groups)),
        items_per_class=tuple(np.bincount(items.labels, minlength=classes).tolist()),
    )


if __name__ == "__main__":
    preprocess()
