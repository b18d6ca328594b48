"""Draw the representative dataset, plan which schemes each network gets, and fine-tune for few bits.

A network of an earlier run that would come out the same is taken as it is.
"""

from pathlib import Path
from typing import get_args

from featherline import features, params
from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.core.files import new_folder, write_json
from featherline.networks import fine_tuning_cache
from featherline.networks.fine_tuning import Task, fine_tune
from featherline.networks.histories import write_history
from featherline.records.base import load
from featherline.records.search import Search
from featherline.signals.calibration import check, representative
from featherline.signals.dataset import read_items, write_items
from stages.command import Run, stage

WORKERS = 2


@stage
def quantize(run: Run) -> None:
    settings = run.stage_settings("quantize", params.Quantize)
    balanced = run.stage_settings("train", params.Train).class_weights == "balanced"
    models = Path("models") / run.app
    with new_folder(models / "quantized") as folder:
        calibration = {variant: folder / run.calibration(variant).name for variant in get_args(params.Variant)}
        for variant, path in calibration.items():
            if not path.exists():
                _draw(run, variant, settings.calibration_items, path)
        refit = {"original": False, "reduced": bool(load(Search, models / "search.json", "reduce").refit)}
        write_json(folder / "plan.json", {variant: getattr(settings, variant) for variant in get_args(params.Variant)})
        tasks = {
            f"{variant}-{scheme}": Task(
                models / f"{variant}.keras",
                params.KERNEL_BITS[scheme],
                features.folder_of(run.app, variant),
                calibration[variant],
                settings.fine_tuning,
                balanced,
                run.seed,
                refit[variant],
            )
            for variant in get_args(params.Variant)
            for scheme in getattr(settings, variant)
            if scheme in params.KERNEL_BITS
        }
        made_with = {name: fine_tuning_cache.made_with(task) for name, task in tasks.items()}
        missing = [
            name for name in tasks if not fine_tuning_cache.take(models / "quantized", folder, name, made_with[name])
        ]
        calls = [isolation.Call(fine_tune, (tasks[name],)) for name in missing]
        for name, outcome in zip(missing, isolation.run(calls, "fine-tune", WORKERS), strict=True):
            if isinstance(outcome, isolation.Crashed):
                raise FeatherlineError(f"The fine-tuning of {name} died, most likely for want of memory: free some.")
            network, history = outcome
            network_file, history_file = fine_tuning_cache.files(name)
            (folder / network_file).write_bytes(network)
            write_history(folder / history_file, history)
            fine_tuning_cache.sign(folder, name, made_with[name])


def _draw(run: Run, variant: params.Variant, count: int, path: Path) -> None:
    """Writes the representative dataset of a network."""
    data = features.folder_of(run.app, variant)
    train = read_items(data / "train.npz")
    if variant == "reduced":  # that of preprocess was held against its training split by train
        features.check(data, train, "reduce")
    items = representative(train, count, run.seed)
    check(items, data / "train.npz")
    write_items(path, items)


if __name__ == "__main__":
    quantize()
