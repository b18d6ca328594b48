"""What decides stored bytes, computed as on another processor: in a child process that is held to older instructions.

    python -m tests.processors keywordspotting weighted        # digests, and what the process got to compute with

`NPY_DISABLE_CPU_FEATURES` takes levels of instructions from numpy, `OPENBLAS_CORETYPE` chooses the kernels of OpenBLAS,
and `--ulp` stands for levels that this processor lacks: exp, log and the like come out an ulp off now and then.
"""

import argparse
import hashlib
import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import threadpoolctl
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

from featherline import params, params_file
from featherline.records.base import plain
from featherline.reduction import proposals, tables
from featherline.reduction.costs import costs_of
from featherline.reduction.feasibility import Field, Proposal, survey
from featherline.reduction.objective import Candidate, Yardstick
from featherline.signals import audio, scenes, sound_files
from featherline.signals.calibration import representative
from featherline.signals.dataset import SPLITS, normalize
from stages.command import Run

ROOT = Path(__file__).resolve().parent.parent
LEVELS = tuple(__cpu_dispatch__)  # numpy's, the lowest first
# Kernels of OpenBLAS, the oldest first, and the flag of /proc/cpuinfo that each needs.
KERNELS = {"Prescott": "pni", "Nehalem": "sse4_2", "Sandybridge": "avx", "Haswell": "avx2", "SkylakeX": "avx512f"}
REPORTED = {"Prescott": "Katmai"}  # the two share their kernels on x86-64, and OpenBLAS tells the older name
SMALL = {
    "motionsense": {"subjects": 3, "trial_seconds": 20},
    "musicclassifier": {"tracks": 3, "track_seconds": 5},
    "keywordspotting": {"speakers": 10, "keyword": "on", "keyword_clips": 2, "other_clips": 3},
    "carsensor": {"persons": 5, "recordings": 4, "recording_seconds": 45},
}
TRIALS, BATCH = 16, 4
# Where numpy's own exp, log, sin and the like are called.
_CALLERS = (
    "applications.motionsense",
    "reduction.proposals",
    "signals.audio",
    "signals.scenes",
    "simulation.motion",
    "simulation.music",
    "simulation.rides",
    "simulation.speech",
)
ROUNDING = (
    "reduction.objective",
    "reduction.proposals",
    "signals.audio",
    "signals.dataset",
    "signals.motion",
    "signals.sound_files",
)
_APPROXIMATE = ("arcsin", "arctan2", "cos", "exp", "log", "log2", "sin", "tanh")


# --- in this process -------------------------------------------------------------------------


def has(level: str) -> bool:
    """Whether this processor has a level of numpy's."""
    return __cpu_features__[level]


def runs(kernel: str) -> bool:
    """Whether a kernel of OpenBLAS runs on this processor."""
    return (
        KERNELS[kernel]
        in Path("/proc/cpuinfo").read_text(encoding="utf-8").partition("flags")[2].split("\n")[0].split()
    )


def computed(
    parts: Iterable[str], *flags: str, without: Iterable[str] = (), kernel: str | None = None
) -> dict[str, Any]:
    """Computes parts in a child process.

    Args:
        parts: keys of `PARTS`.
        flags: `--ulp`, or `--no-grid`, with which nothing is rounded.
        without: levels that numpy must not use.
        kernel: of OpenBLAS; None leaves the choice to it.

    Returns:
        `digests` by name, the `levels` that numpy has, and the `kernels` of each OpenBLAS that was loaded.
    """
    switches = ("NPY_DISABLE_CPU_FEATURES", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    environment = {key: value for key, value in os.environ.items() if key not in switches}
    if without:
        environment["NPY_DISABLE_CPU_FEATURES"] = " ".join(without)
    if kernel:
        environment["OPENBLAS_CORETYPE"] = kernel
    command = [sys.executable, "-m", "tests.processors", *parts, *flags]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


# --- in the child ----------------------------------------------------------------------------


def _digest(*contents: bytes) -> str:
    digest = hashlib.sha256()
    for content in contents:
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()[:16]


def of_application(app: str, **preprocess: object) -> dict[str, str]:
    """Recordings, features, their normalization, front end and representative dataset of a small simulation.

    Args:
        app: which application.
        preprocess: settings of the front end and of what it trains on that params.yaml does not have.
    """
    tree = params_file.read(ROOT / "params.yaml")
    tree[app]["fetch"]["simulation"] = SMALL[app]
    tree[app]["preprocess"] |= preprocess
    run = Run(app, tree)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run.application.simulate(folder, run.stage_settings("fetch", run.application.Fetch), run.seed)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        recordings = _digest(*(path.read_bytes() for path in files))
        dataset = run.application.preprocess(
            folder, run.stage_settings("preprocess", run.application.Preprocess), run.seed
        )
    normalized, constants = normalize(dataset)
    splits = [normalized.splits[split] for split in SPLITS]
    return {
        "recordings": recordings,
        "features": _digest(*(dataset.splits[split].inputs.tobytes() for split in SPLITS)),
        "normalization": _digest(constants.mean.tobytes(), constants.scale.tobytes()),
        "inputs": _digest(*(items.inputs.tobytes() for items in splits)),
        "groups": _digest(*(items.groups.tobytes() + items.labels.tobytes() for items in splits)),
        "front end": _digest(json.dumps(dataset.frontend).encode()),
        "calibration": _digest(representative(splits[0], 50, run.seed).inputs.tobytes()),
    }


def of_clips() -> dict[str, str]:
    """Resampling and both kinds of features, from noise that needs no simulation."""
    clips = np.random.default_rng(0).integers(-9000, 9000, (40, 8000)).astype(np.float32) / audio.FULL_SCALE
    common = {"sample_rate_hz": 8000, "frame_samples": 512, "hop_samples": 160, "coefficients": 13}
    found = {"resampled": _digest(sound_files.resample(clips, 44_100, 16_000).tobytes())}
    for kind, summary in (("log_mel", "frames"), ("mfcc", "frames"), ("mfcc", "statistics")):
        settings = audio.Features(kind=kind, summary=summary, lowest_hz=60, highest_hz=3800, log_floor=1e-3, **common)
        tables = audio.front_end(settings, 8000)
        found[f"{kind} {summary}"] = _digest(audio.features(clips, tables).tobytes())
        found[f"{kind} {summary} tables"] = _digest(json.dumps(audio.constants(tables)).encode())
    return found


def of_scenes() -> dict[str, str]:
    """Two scenes of each kind with a keyword in them, some with an echo, and windows of them."""
    rng = np.random.default_rng(0)
    sorts = [[rng.uniform(-0.5, 0.5, seconds * 8000).astype(np.float32) for _ in range(2)] for seconds in (1, 1, 3, 3)]
    composer = scenes.Composer(scenes.Material(*sorts), 8000, rng, varied=True)
    made = [composer.scene(kind, has_keyword=True) for kind in scenes.KINDS for _ in range(2)]
    shown = [windows for scene in made for windows in scenes.windows(scene, 8000, 2, 20, 800, rng)]
    return {
        "samples": _digest(*(scene.samples.tobytes() for scene in made)),
        "windows": _digest(*(window.tobytes() for windows in shown for window in windows)),
    }


def _error(proposal: Proposal) -> float:
    """What a training might find: a share of 180 items, less for more arithmetic and for separable convolutions."""
    blocks = proposal.architecture.conv_blocks
    plain = sum(block.convolution == "plain" for block in blocks) / len(blocks)
    return min(round(180 * (4 / proposal.costs.macs**0.35 + 0.05 * plain + 0.02 * len(blocks))) / 180, 1)


def of_search(objective: str) -> dict[str, str]:
    """A search whose candidates err by a formula; after the first eight the Gaussian process proposes."""
    run = Run("motionsense", params_file.read(ROOT / "params.yaml"))
    original = run.stage_settings("train", params.Train)
    settings = run.stage_settings("reduce", params.Reduce)
    settings = settings.model_copy(update={"objective": objective, "max_program_bytes": None})
    field = Field(settings, (192, 1, 3), 3)
    seen = survey(field, run.seed)
    costs = costs_of(original, field.input_shape, field.classes, settings.scheme)
    yardstick = Yardstick(costs, 0.98, seen.cheapest, field.classes, item=1 / 180)
    done: list[Candidate] = []
    while len(done) < TRIALS:
        batch = proposals.guided(field, done, [], BATCH, example=seen.example, seed=run.seed, yardstick=yardstick)
        done += [
            Candidate(number, p.values, p.architecture, p.costs, (round(1 - _error(p), 6),), stopped=False)
            for number, p in enumerate(batch, start=len(done))
        ]
    budget = params.Budget(trials=TRIALS, epochs=2, final_epochs=5)
    summary = tables.summary({"search": done}, settings, yardstick, done[:1], budget)
    table = tables.table(done, settings, yardstick)
    return {"search": _digest(table.to_csv().encode(), json.dumps(plain(summary)).encode())}


PARTS: dict[str, Callable[[], dict[str, str]]] = {
    **{app: lambda app=app: of_application(app) for app in SMALL},
    "companded": lambda: of_application(
        "carsensor", companding_g=0.01, sitting=0.1, augmentation={"copies": 1, "turn_seconds": 10}
    ),
    "clips": of_clips,
    "scenes": of_scenes,
    **{objective: lambda objective=objective: of_search(objective) for objective in ("weighted", "pareto")},
}


class _AnUlpOff:
    """numpy, but for functions that are approximations on some processors."""

    def __init__(self) -> None:
        self._rng = np.random.default_rng(0)

    def __getattr__(self, name: str):
        found = getattr(np, name)
        return self._off(found) if name in _APPROXIMATE else found

    def _off(self, function: Callable) -> Callable:
        def changed(*args, **options):
            result = function(*args, **options)
            return result + self._rng.integers(-1, 2, np.shape(result)) * np.spacing(result)

        return changed


def a_little_off() -> None:
    """From now on exp and the like are an ulp off now and then, wherever Featherline calls them."""
    for name in _CALLERS:
        importlib.import_module(f"featherline.{name}").np = _AnUlpOff()


def without_grid() -> None:
    """From now on nothing is rounded to a grid."""
    for name in ROUNDING:
        importlib.import_module(f"featherline.{name}").on_grid = lambda values, step: np.asarray(values, np.float64)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="+", choices=PARTS)
    parser.add_argument("--ulp", action="store_true", help="exp and the like are an ulp off now and then")
    parser.add_argument("--no-grid", action="store_true", help="nothing is rounded")
    asked = parser.parse_args()
    if asked.ulp:
        a_little_off()
    if asked.no_grid:
        without_grid()
    digests = {f"{part} {name}": digest for part in asked.parts for name, digest in PARTS[part]().items()}
    loaded = threadpoolctl.threadpool_info()
    told = {
        "digests": digests,
        "levels": [level for level in LEVELS if has(level)],
        "kernels": [library["architecture"] for library in loaded if library["internal_api"] == "openblas"],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
