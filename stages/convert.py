"""Convert both networks to TensorFlow Lite under every scheme, proven equal on TFLM, and to C where it can be."""

from pathlib import Path

from featherline.deployment import conversion, proof, publication
from featherline.params import Benchmark, Convert
from featherline.records.base import load
from featherline.records.frontend import FrontEndFile
from featherline.signals import calibration
from featherline.signals.dataset import read_items
from featherline.tflite import plan
from stages.command import Run, stage


@stage
def convert(run: Run) -> None:
    settings, headline = run.stage_settings("convert", Convert), run.stage_settings("benchmark", Benchmark).headline
    models, processed = Path("models", run.app), Path("data/processed", run.app)
    planned = plan.read(models / "quantized" / "plan.json")
    representative = read_items(models / "quantized" / "calibration.npz")
    calibration.check(representative, models / "quantized" / "calibration.npz")
    items = read_items(processed / "test.npz").inputs
    frontend = load(FrontEndFile, processed / "frontend.json", "preprocess")

    converted = conversion.convert_planned(
        models, planned, representative.inputs, settings.integer_io, settings.temperature
    )
    proven = proof.prove_all(converted, items, representative.inputs, frontend, headline, settings.c.optimize)

    networks = dict.fromkeys(models / f"{entry.variant}.keras" for entry in planned)
    with publication.new_folders(models) as folders:
        publication.write_models(folders, converted, proven, headline, frontend)
        publication.write_origins(folders, [processed / "test.npz", processed / "frontend.json", *networks])


if __name__ == "__main__":
    convert()
