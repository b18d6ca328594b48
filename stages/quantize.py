"""Draw the representative dataset and plan which schemes each network gets."""

from pathlib import Path

from featherline import params
from featherline.files import new_folder, write_json
from featherline.signals.calibration import representative
from featherline.signals.dataset import read_items, write_items
from stages.command import Run, stage


@stage
def quantize(run: Run) -> None:
    settings = run.own("quantize", params.Quantize)
    train = read_items(Path("data/processed") / run.app / "train.npz")
    with new_folder(Path("models") / run.app / "quantized") as folder:
        write_items(folder / "calibration.npz", representative(train, settings.calibration_items, run.seed))
        write_json(folder / "plan.json", {"original": settings.original, "reduced": settings.reduced})


if __name__ == "__main__":
    quantize()
