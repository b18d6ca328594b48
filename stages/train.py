"""Train the original network, the large one that reduce cuts down."""

from pathlib import Path

from featherline import features, params
from featherline.core.live import live
from featherline.records.base import load
from featherline.records.frontend import FrontEndFile
from featherline.signals.dataset import read_items
from stages.command import Run, stage


@stage
def train(run: Run) -> None:
    settings = run.stage_settings("train", params.Train)
    data, models = Path("data/processed") / run.app, Path("models") / run.app
    frontend = load(FrontEndFile, data / "frontend.json", "preprocess")
    items = read_items(data / "train.npz")
    features.check(data, items, "preprocess")

    from featherline.networks import builder, histories, storage, training  # TensorFlow takes seconds to import

    height, width, channels = frontend.input_shape
    network = builder.build(settings, (height, width, channels), len(frontend.classes), run.seed)
    with live(models / "live" / "train") as log:
        outcome = training.fit(
            network,
            items,
            read_items(data / "validation.npz"),
            epochs=settings.epochs,
            batch_size=settings.batch_size,
            learning_rate=settings.learning_rate,
            seed=run.seed,
            patience=settings.patience,
            balanced=settings.class_weights == "balanced",
            description=f"train {run.app}",
            on_epoch=lambda row: log({name: value for name, value in row.items() if name != "epoch"}),
        )
    storage.save(network, models / "original.keras")
    histories.write_history(models / "original_history.csv", outcome.history)


if __name__ == "__main__":
    train()
