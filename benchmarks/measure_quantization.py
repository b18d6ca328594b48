"""Measures what quantization takes: the stages quantize and convert without fine-tuning, and each fine-tuning.

Run it in the project's folder, after `dvc repro convert@APP`. The stages run in a copy of what
they read, so nothing of the project changes. Other programs make every time longer; the
last column compares within one run.

Examples:
    python benchmarks/measure_quantization.py motionsense
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

from featherline import params, params_file  # noqa: E402
from featherline.core.files import read_json  # noqa: E402
from featherline.networks.fine_tuning import fine_tune  # noqa: E402
from featherline.params import KERNEL_BITS  # noqa: E402
from featherline.signals.dataset import read_items  # noqa: E402
from stages.command import Run, guarded  # noqa: E402


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("app")
def main(app: str) -> None:
    guarded(lambda: measure(app), "measure_quantization", debug=False)


def measure(app: str) -> None:
    run = Run(app, params_file.read())
    print("| what | seconds | of the training it starts from |\n| :-- | --: | --: |")
    show_stages(app)
    show_fine_tuning(run)


def show_stages(app: str) -> None:
    """All schemes that need no fine-tuning, both variants, each stage in a process of its own."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for part in (f"data/processed/{app}", f"models/{app}"):
            shutil.copytree(part, folder / part)
        tree = params_file.read()
        for variant in ("original", "reduced"):
            schemes = tree[app]["quantize"][variant]
            tree[app]["quantize"][variant] = [scheme for scheme in schemes if scheme not in KERNEL_BITS]
        (folder / "params.yaml").write_text(yaml.safe_dump(tree))
        begun = time.perf_counter()
        for stage in ("quantize", "convert"):
            command = [sys.executable, "-m", f"stages.{stage}", app]
            environment = os.environ | {"PYTHONPATH": str(ROOT)}
            subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
        print(f"| quantize + convert, no fine-tuning | {time.perf_counter() - begun:.1f} | |", flush=True)


def show_fine_tuning(run: Run) -> None:
    """Each fine-tuning of the plan against the training of its network, one after another in this process."""
    settings, balanced = (
        run.stage_settings("quantize", params.Quantize),
        run.stage_settings("train", params.Train).class_weights == "balanced",
    )
    data, models = Path("data/processed") / run.app, Path("models") / run.app
    calibration = models / "quantized/calibration.npz"
    for variant in ("original", "reduced"):
        tuned = [scheme for scheme in getattr(settings, variant) if scheme in KERNEL_BITS]
        if not tuned:
            continue
        begun = time.perf_counter()
        train_again(run, variant, data, balanced)
        whole = time.perf_counter() - begun
        print(f"| training of {variant} | {whole:.1f} | |", flush=True)
        for scheme in tuned:
            begun = time.perf_counter()
            bits = KERNEL_BITS[scheme]
            fine_tune(models / f"{variant}.keras", bits, data, calibration, settings.fine_tuning, balanced, run.seed)
            took = time.perf_counter() - begun
            print(f"| fine-tuning of {variant}-{scheme} | {took:.1f} | {took / whole:.2f} |", flush=True)


def train_again(run: Run, variant: str, data: Path, balanced: bool) -> None:
    """Trains a network as the stages train and reduce do, and throws it away."""
    from featherline.networks import training
    from featherline.networks.builder import build

    train, validation = (read_items(data / f"{split}.npz") for split in ("train", "validation"))
    frontend = read_json(data / "frontend.json")
    if variant == "original":
        architecture = run.stage_settings("train", params.Train)
        fitting = {key: getattr(architecture, key) for key in ("epochs", "batch_size", "learning_rate", "patience")}
    else:
        settings = run.stage_settings("reduce", params.Reduce)
        budgets = settings.budget
        budget = budgets.simulated if frontend["provenance"]["source"] == "simulated" else budgets.recordings
        architecture = winning_architecture(Path("models") / run.app / "trials.csv")
        fitting = {
            "epochs": budget.final_epochs,
            "batch_size": settings.batch_size,
            "learning_rate": settings.learning_rate,
        }
    network = build(architecture, tuple(frontend["input_shape"]), len(frontend["classes"]), run.seed)
    training.fit(network, train, validation, seed=run.seed, balanced=balanced, **fitting)


def winning_architecture(trials: Path) -> params.Architecture:
    import pandas as pd

    table = pd.read_csv(trials)
    return params.Architecture.model_validate_json(table.loc[table["winner"], "architecture"].item())


if __name__ == "__main__":
    main()
