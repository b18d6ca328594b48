"""Fine-tuning of a trained network for few bits.

TensorFlow is imported when the work begins, so that whoever hands it to another process
does not wait for it.
"""

from dataclasses import dataclass
from pathlib import Path

from featherline.params import FineTuning
from featherline.signals.dataset import read_for_training, read_items


@dataclass(frozen=True)
class Task:
    """What decides a fine-tuning.

    Attributes:
        source: a .keras file.
        bits: of each kernel value.
        data: the folder that holds train.npz and validation.npz.
        calibration: an .npz file of items whose activations set the ranges to begin with.
        settings: epochs, batch size, learning rate, distillation.
        balanced: whether every class counts the same.
        seed: of the order in which training takes items, and of dropout.
        refit: the network has learnt from the validation split, too: so does this, and ends with the last epoch.
    """

    source: Path
    bits: int
    data: Path
    calibration: Path
    settings: FineTuning
    balanced: bool
    seed: int
    refit: bool = False


def fine_tune(task: Task) -> tuple[bytes, list[dict[str, float]]]:
    """Trains a network on with its kernels rounded to `task.bits` and its activations to 8 bits.

    It starts from the trained network with batch normalization folded away, learns from that
    network's own answers as far as `settings.distillation` says, and ends with the epoch of the
    best validation accuracy.

    Returns:
        The content of a .keras file with a rounded network, and one row for each epoch.

    Raises:
        FeatherlineError: where a file is missing or broken, a layer cannot be rounded, or the
            loss is no longer finite.
    """
    from featherline.networks import storage, training
    from featherline.networks.fake_quantization import rounded
    from featherline.networks.folding import fold

    train, validation = read_for_training(task.data, task.refit)
    trained = storage.load(task.source)
    network = rounded(fold(trained), task.bits, read_items(task.calibration).inputs)
    taught = task.settings.distillation
    distillation = None
    if taught.share:
        answers = training.answers([trained], train.inputs)
        distillation = training.Distillation(answers, taught.share, taught.temperature)
    fitted = training.fit(
        network,
        train,
        validation,
        epochs=task.settings.epochs,
        batch_size=task.settings.batch_size,
        learning_rate=task.settings.learning_rate,
        seed=task.seed,
        balanced=task.balanced,
        distillation=distillation,
    )
    return storage.serialized(network), fitted.history
