"""Train the original network, the large one that reduce cuts down."""

from pathlib import Path

from featherline import params
from featherline.core.files import read_json
from featherline.core.live import live
from featherline.signals.dataset import read_items
from stages.command import Run, stage


@stage
def train(run: Run) -> None:
    settings = run.stage_settings("train", params.Train)
    data, models = Path("data/processed") / run.app, Path("models") / run.app
    frontend = read_json(data / "frontend.json")

    from featherline.networks import builder, histories, storage, training  # TensorFlow takes seconds to import

    network = builder.build(settings, tuple(frontend["input_shape"]), len(frontend["classes"]), run.seed)
    with live(models / "live" / "train") as log:
        outcome = training.fit(
            network,
            read_items(data / "train.npz"),
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
