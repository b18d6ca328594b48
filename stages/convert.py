"""Convert both networks to TensorFlow Lite under every scheme, proven equal on TFLM, and to C where it can be."""

from pathlib import Path
from typing import get_args

from featherline import features
from featherline.deployment import conversion, proof, publication
from featherline.params import Benchmark, Convert, Variant
from featherline.records import frontend_files
from featherline.signals import calibration
from featherline.signals.dataset import read_items
from featherline.tflite import plan
from stages.command import Run, stage


@stage
def convert(run: Run) -> None:
    settings, headline = run.stage_settings("convert", Convert), run.stage_settings("benchmark", Benchmark).headline
    models = Path("models", run.app)
    planned = plan.read(models / "quantized" / "plan.json")
    fed = {variant: _fed(run, variant) for variant in get_args(Variant)}
    ranges = {variant: given.calibration for variant, given in fed.items()}

    converted = conversion.convert_planned(models, planned, ranges, settings.integer_io, settings.temperature)
    proven = proof.prove_all(converted, fed, headline, settings.c.optimize)

    networks = dict.fromkeys(models / f"{entry.variant}.keras" for entry in planned)
    with publication.new_folders(models) as folders:
        frontends = {variant: given.frontend for variant, given in fed.items()}
        publication.write_models(folders, converted, proven, headline, frontends)
        places = dict.fromkeys(features.folder_of(run.app, variant) for variant in fed)
        origins = [place / file for place in places for file in ("test.npz", frontend_files.FRONT_END)]
        publication.write_origins(folders, [*origins, *networks])


def _fed(run: Run, variant: Variant) -> proof.Fed:
    """What a network is converted and tried with."""
    ranges = run.calibration(variant)
    representative = read_items(ranges)
    calibration.check(representative, ranges)
    test = read_items(features.folder_of(run.app, variant) / "test.npz")
    return proof.Fed(test.inputs, representative.inputs, features.front_end_of(run.app, variant))


if __name__ == "__main__":
    convert()
