"""Measures how far stored quantities differ between processors before their rounding, and how often that shows.

The small simulation of the tests is computed as by other processors (tests/processors.py), and every value is
kept as it is before its rounding. The table has, of the worst of these processors, the share of values that differ and
the largest and mean difference; and the number of values in a whole `dvc repro` that fall on another multiple
of the step, as is to be expected: values of a whole repro x mean difference / step.

Examples:
    python benchmarks/measure_noise.py
    python benchmarks/measure_noise.py motionsense clips
"""

import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from featherline import params_file  # noqa: E402
from tests import processors  # noqa: E402

SIMULATED_SIZES = ("subjects", "trial_seconds", "tracks", "track_seconds", "speakers", "persons", "recordings")
OTHERS = {
    "an ulp off": (["--ulp"], {}),
    "Prescott": ([], {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": " ".join(processors.LEVELS)}),
    "Nehalem": ([], {"OPENBLAS_CORETYPE": "Nehalem"}),
    "Sandybridge": ([], {"OPENBLAS_CORETYPE": "Sandybridge"}),
}


@click.command(help=__doc__)
@click.argument("parts", nargs=-1, type=click.Choice(list(processors.PARTS)))
@click.option("--ulp", is_flag=True, hidden=True)
@click.option("--keep", type=click.Path(path_type=Path), hidden=True)
def main(parts: tuple[str, ...], ulp: bool, keep: Path | None) -> None:
    if keep:
        if ulp:
            processors.a_little_off()
        np.savez(keep, **recorded(parts[0]))
        return
    click.echo("| part | quantity | step | values of a repro | differ | largest | mean | expected crossings |")
    click.echo("| :-- | :-- | --: | --: | --: | --: | --: | --: |")
    total = 0.0
    for part in parts or [*processors.SMALL, "weighted", "pareto"]:
        plain = in_child(part, [], {})
        others = [in_child(part, flags, switches) for flags, switches in OTHERS.values()]
        for name in sorted({key.partition(" step")[0] for key in plain}):
            step, values = plain[f"{name} step"], plain[name]
            differences = [np.abs(other[name] - values) for other in others if other[name].shape == values.shape]
            worst = max(differences, key=lambda one: np.mean(one / step))
            count = len(values) * times(part)
            crossings = float(np.mean(worst / step)) * count
            total += crossings
            click.echo(
                f"| {part} | {name} | {step.max():.2g} | {count:,.0f} | {100 * np.mean(worst > 0):.0f} % "
                f"| {worst.max():.1e} | {worst.mean():.1e} | {crossings:.1e} |"
            )
    click.echo(f"\nExpected crossings of a whole repro: {total:.1e}")


def in_child(part: str, flags: list[str], switches: dict[str, str]) -> dict[str, np.ndarray]:
    """Name -> values before their rounding, and name + " step" -> the step of each."""
    unset = ("NPY_DISABLE_CPU_FEATURES", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    environment = {key: value for key, value in os.environ.items() if key not in unset} | switches
    with tempfile.TemporaryDirectory() as folder:
        keep = Path(folder) / "values.npz"
        command = [sys.executable, __file__, part, *flags, "--keep", str(keep)]
        subprocess.run(command, check=True, env=environment, capture_output=True)
        with np.load(keep, allow_pickle=False) as archive:
            return dict(archive)


def times(part: str) -> float:
    """By how much the simulation of params.yaml is larger than the small one; four applications search."""
    if part not in processors.SMALL:
        return 4.0
    small, full = processors.SMALL[part], params_file.read(ROOT / "params.yaml")[part]["fetch"]["simulation"]
    ratio = np.prod([full[key] / small[key] for key in SIMULATED_SIZES if key in small])
    if part == "keywordspotting":
        clips = ("keyword_clips", "other_clips")
        ratio *= sum(full[key] for key in clips) / sum(small[key] for key in clips)
    return float(ratio)


def recorded(part: str) -> dict[str, np.ndarray]:
    """Computes a part in this process, and keeps what enters each rounding."""
    from featherline.signals import motion, sound_files
    from featherline.simulation import music as simulated_music
    from featherline.simulation import speech as simulated_speech

    kept: dict[str, list] = defaultdict(list)

    def keep(name: str, values, step) -> None:
        values = np.asarray(values, np.float64)
        kept[name].append(values.ravel())
        kept[f"{name} step"].append(np.broadcast_to(step, values.shape).ravel())

    def recording(module, on_grid: Callable) -> Callable:
        def rounded(values, step):
            frame = sys._getframe(1)
            while frame.f_code.co_name.startswith("<"):
                frame = frame.f_back
            keep(f"{module.__name__.partition('.')[2]}.{frame.f_code.co_name}", values, step)
            return on_grid(values, step)

        return rounded

    for name in processors.ROUNDING:
        module = sys.modules[f"featherline.{name}"]
        module.on_grid = recording(module, module.on_grid)
    write_clip, write_columns = sound_files.write_clip, motion.write_columns

    def clip(path, samples, rate_hz):
        keep("recordings (int16)", samples * 32767, 1.0)
        write_clip(path, samples, rate_hz)

    def columns(path, names, values, digits, index=False):
        keep("recordings (decimals)", values, 10.0**-digits)
        write_columns(path, names, values, digits, index)

    sound_files.write_clip, motion.write_columns = clip, columns
    assert simulated_speech.sound_files is sound_files
    simulated_music.ProcessPoolExecutor = lambda *_, **__: ThreadPoolExecutor(1)  # what forks keep would be lost
    processors.PARTS[part]()
    return {name: np.concatenate(values) for name, values in kept.items()}


if __name__ == "__main__":
    main()
