"""Turn recordings into normalized features in three splits, and say how a device computes the same."""

from pathlib import Path

from featherline import features
from featherline.core.files import new_folder
from featherline.records.base import load
from featherline.records.provenance import Recordings
from featherline.signals.dataset import check
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
    made = features.process(dataset, recordings, settings.split.protocol, run.app, smoothing=settings.smoothing)
    with new_folder(Path("data/processed") / run.app) as folder:
        features.write(folder, made)


if __name__ == "__main__":
    preprocess()
