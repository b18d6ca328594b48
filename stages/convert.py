"""Converts both networks to TensorFlow Lite under every scheme of the plan."""

from pathlib import Path

from featherline.files import new_folder, write_json
from featherline.params import Convert
from featherline.progress import track
from featherline.signals.dataset import read_items
from featherline.tflite import model, plan
from stages.command import Run, stage


@stage
def convert(run: Run) -> None:
    from featherline.networks import storage
    from featherline.tflite import converter

    settings = run.own("convert", Convert)
    models = Path("models", run.app)
    planned = plan.read(models / "quantized" / "plan.json")
    calibration = read_items(models / "quantized" / "calibration.npz").inputs
    networks = {name: storage.load(models / f"{name}.keras") for name in dict.fromkeys(e.variant for e in planned)}

    with new_folder(models / "tflite") as folder:
        for entry in track(planned, "convert", unit="model"):
            file = folder / entry.file
            file.write_bytes(converter.convert(networks[entry.variant], entry.scheme, calibration, settings.integer_io))
            converted = model.read(file)
            report = {"file": entry.file} | model.operator_counts(converted) | {"findings": model.findings(converted)}
            write_json(folder / f"{entry.name}.operators.json", report)


if __name__ == "__main__":
    convert()
