"""Convert both networks to TensorFlow Lite under every scheme, proven equal on TFLM, and to C where it can be."""

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from featherline import codegen
from featherline.codegen import program
from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.core.files import new_folder, write_json
from featherline.core.progress import track
from featherline.evaluation import deployment, quantization_error
from featherline.interpreters import tflm
from featherline.interpreters.values import quantize
from featherline.params import KERNEL_BITS, Convert
from featherline.records.base import load, plain
from featherline.records.frontend import FrontEndFile
from featherline.signals import calibration
from featherline.signals.dataset import read_items
from featherline.tflite import lint, model, plan
from stages.command import Run, stage

FIRMWARE = Path(__file__).resolve().parents[1] / "featherline" / "firmware"
SKETCHED = "reduced"  # the variant that is meant for a board
GOLDEN_ITEMS = 4  # of the test split, in the program that checks a target


@dataclass(frozen=True)
class Converted:
    """A model as the converter made it.

    Attributes:
        source: content of the .tflite file.
        packed: the same with kernels stored as INT4; None where the scheme has none.
        reference: content of the float model that it stands for.
        findings: what the network or the scheme costs for nothing.
    """

    source: bytes
    packed: bytes | None
    reference: bytes
    findings: list[lint.Finding]


@stage
def convert(run: Run) -> None:
    settings = run.own("convert", Convert)
    models, processed = Path("models", run.app), Path("data/processed", run.app)
    planned = plan.read(models / "quantized" / "plan.json")
    representative = read_items(models / "quantized" / "calibration.npz")
    calibration.check(representative, models / "quantized" / "calibration.npz")
    items = read_items(processed / "test.npz").inputs

    frontend = load(FrontEndFile, processed / "frontend.json", "preprocess")

    with new_folder(models / "c") as programs, new_folder(models / "tflite") as folder:
        write_json(folder / "frontend.json", plain(frontend))  # what whoever feeds the models must compute
        converted = _convert(models, planned, representative.inputs, settings.integer_io)
        write_json(folder / "made_from.json", _made_from(processed, models, planned))
        calls = [isolation.Call(deployment.deploy, (one.source, one.packed, items)) for one in converted]
        for entry, one, outcome in zip(planned, converted, isolation.run(calls, "prove equal"), strict=True):
            if isinstance(outcome, isolation.Crashed):
                outcome = deployment.refused(one.source, isolation.CRASH)
            (folder / entry.file).write_bytes(outcome.content)
            if outcome.tables:
                (folder / entry.tables_file).write_bytes(outcome.tables)
            refusal = _write_c(
                programs / entry.name, folder / entry.file, outcome.reason, items, list(frontend.classes)
            )
            written = {"reason": refusal}
            if refusal is None and entry.variant == SKETCHED:
                written["sketches_reason"] = _add_sketches(programs / entry.name, folder / entry.file, items, frontend)
            report = _report(folder / entry.file, one, outcome) | {"c": written}
            write_json(folder / f"{entry.name}.operators.json", report)
            layers = quantization_error.by_layer(one.reference, one.source, representative.inputs)
            summary = quantization_error.summary(layers, len(representative))
            write_json(folder / f"{entry.name}.loss.json", plain(summary))


def _made_from(processed: Path, models: Path, planned: list[plan.Planned]) -> dict[str, str]:
    """SHA-256 of the test split, of the front end and of the networks, for whoever asks which they were."""
    networks = dict.fromkeys(models / f"{entry.variant}.keras" for entry in planned)
    paths = (processed / "test.npz", processed / "frontend.json", *networks)
    return {path.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _convert(
    models: Path, planned: list[plan.Planned], representative: np.ndarray, integer_io: bool
) -> list[Converted]:
    from featherline.networks import storage
    from featherline.networks.fake_quantization import unrounded
    from featherline.tflite import converter

    networks = {name: storage.load(models / f"{name}.keras") for name in dict.fromkeys(e.variant for e in planned)}
    floats = {name: converter.convert(network, "none") for name, network in networks.items()}
    converted = []
    for entry in track(planned, "convert", unit="model"):
        if entry.scheme in KERNEL_BITS:
            network = storage.load(models / "quantized" / f"{entry.name}.keras")
            source, packed = (converter.convert_rounded(network, pack, integer_io) for pack in (False, True))
            reference = converter.convert(unrounded(network, activations=False), "none")
        else:
            source = converter.convert(networks[entry.variant], entry.scheme, representative, integer_io)
            packed, reference = None, floats[entry.variant]
        findings = lint.lint(networks[entry.variant], entry.scheme, integer_io)
        if entry.scheme == "dynamic_range":
            findings += lint.kept_float(
                model.parse(reference, f"{entry.variant}-none"), model.parse(source, entry.name)
            )
        converted.append(Converted(source, None if packed == source else packed, reference, findings))
    return converted


def _write_c(folder: Path, file: Path, refusal: str | None, items: np.ndarray, classes: list[str]) -> str | None:
    """Writes a deployable model as C with golden vectors from the test split; returns why there is none."""
    if refusal is not None:
        return f"TensorFlow Lite Micro does not run it: {refusal}"
    read = model.read(file)
    try:
        codegen.generate(read, classes=classes)
    except FeatherlineError as error:
        return str(error).replace(str(file), file.name)
    inputs = quantize(items[:: max(len(items) // GOLDEN_ITEMS, 1)][:GOLDEN_ITEMS], read.inputs[0])
    outputs = tflm.run(file.read_bytes(), read, inputs).outputs
    folder.mkdir()
    for name, content in codegen.generate(read, classes=classes, golden=codegen.Golden(inputs, outputs)).items():
        (folder / name).write_bytes(content)
    return None


def _add_sketches(folder: Path, file: Path, items: np.ndarray, frontend: FrontEndFile) -> str | None:
    """Adds what runs a model on a board to its C, with generated C and with TFLM; returns why it cannot."""
    read = model.read(file)
    arena_bytes = tflm.examine(file, quantize(items[:1], read.inputs[0])).arena_bytes
    try:
        sketches = program.sketches(read, frontend, arena_bytes, FIRMWARE)
    except FeatherlineError as error:
        return str(error).replace(str(file), file.name)
    for name, content in sketches.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    manifest = folder / "manifest.json"
    manifest.write_bytes(program.extended(manifest.read_bytes(), sketches))
    return None


def _report(file: Path, converted: Converted, deployed: deployment.Deployment) -> dict:
    read = model.read(file)
    forms = {key: value for key, value in asdict(deployed).items() if key not in ("content", "tables")}
    tables_bytes = len(deployed.tables) if deployed.tables else None
    return (
        {"file": file.name, "operator_set": model.operator_set(read)}
        | model.operator_counts(read)
        # The batch is fixed at one here: what only costs elsewhere is no news.
        | {"lint": [asdict(finding) for finding in converted.findings if not finding.elsewhere]}
        | {"findings": model.findings(read)}
        | {"deployment": forms | {"file_bytes": len(deployed.content), "tables_bytes": tables_bytes}}
    )


if __name__ == "__main__":
    convert()
