"""A machine that takes part in a search, in this process or, as `python -m tests.reduction.machine`, in one of its own.

Data, space and budget are tiny. Training is real, or pretended: then a candidate's accuracy
follows from its architecture, and a search takes as long as its store does.
"""

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from featherline.params import Architecture, Budget, Reduce
from featherline.reduction import identity, proposals, store, study, worker_pool
from featherline.reduction.costs import costs_of
from featherline.reduction.feasibility import Field, survey
from featherline.reduction.front_ends import key_of
from featherline.reduction.objective import Candidate, Yardstick
from featherline.signals.dataset import Items, write_items
from stages.command import guarded

ROOT = Path(__file__).resolve().parent.parent.parent
INPUT_SHAPE, CLASSES = (16, 1, 2), 2
ORIGINAL = Architecture(conv_blocks=[{"filters": 16, "poolings": 1}], dense_blocks=[{"units": 16}])
SPACE = {
    "conv_blocks": [1, 2],
    "poolings": [1, 2],
    "filters": [2, 4, 8],
    "kernel": [3, 5],
    "dense_blocks": [0, 1],
    "units": [4, 8],
    "head": ["flatten", "global_average"],
}


@dataclass(frozen=True)
class Machine:
    """What one machine is started with.

    Attributes:
        place: a storage URL, or the path of a file.
        data: a folder as `write_data` makes it.
        settings: keys of `reduce` that differ from those of the tests.
        pretended_seconds: what training takes; None trains for real.
    """

    place: str
    data: Path
    candidates: int = 12
    epochs: int = 2
    workers: int = 1
    seed: int = 1
    settings: dict = field(default_factory=dict)
    heartbeat_seconds: int = 1
    grace_seconds: int = 4
    pretended_seconds: float | None = None

    @property
    def budget(self) -> Budget:
        return Budget(trials=self.candidates, epochs=self.epochs, final_epochs=1)

    @property
    def reduce(self) -> Reduce:
        common = {"error_weight": 0.9, "batch_size": 32, "learning_rate": 0.01, "dropout": 0.0, "space": SPACE}
        return Reduce(**common | {"budget": {"simulated": self.budget, "recordings": self.budget}} | self.settings)

    @property
    def task(self) -> worker_pool.Task:
        settings = self.reduce
        return worker_pool.Task(
            self.data, INPUT_SHAPE, CLASSES, settings.batch_size, settings.learning_rate, balanced=True, seed=self.seed
        )

    def search(self) -> study.Search:
        settings = self.reduce
        of_space = Field(settings, INPUT_SHAPE, CLASSES)
        seen = survey(of_space, self.seed)
        yardstick = Yardstick(costs_of(ORIGINAL, INPUT_SHAPE, CLASSES, settings.scheme), 0.9, seen.cheapest, CLASSES)
        guided = partial(proposals.guided, of_space, example=seen.example, seed=self.seed, yardstick=yardstick)
        return study.Search(of_space, yardstick, self.budget, guided, "search test")

    @contextmanager
    def store(self):
        settings = self.reduce
        made_with = identity.made_with(settings, self.task, self.epochs, 1000)
        objectives = study.objectives(settings.objective)
        if "://" in self.place:
            times = self.heartbeat_seconds, self.grace_seconds
            opened = store.shared(self.place, "test", made_with, objectives, *times)
        else:
            opened = store.local(Path(self.place), "test", made_with, objectives)
        with opened as trial_store:
            yield trial_store

    def run(self, pool=None) -> list[Candidate]:
        """Takes part until the search is over; in a pool of its own where none is given."""
        if pool is not None:
            with self.store() as trial_store:
                return study.run(self.search(), trial_store, pool, self.workers)
        with worker_pool.workers(self.task, self.workers) as pool:
            return self.run(pool)

    @property
    def command(self) -> list[str]:
        """The same machine in a process of its own."""
        return [sys.executable, "-m", "tests.reduction.machine", json.dumps(asdict(self), default=str)]


def pretended(architecture: Architecture, epochs: int, standards=None, front_end="") -> worker_pool.Outcome:
    """What training might give: the same for the same architecture, at once."""
    time.sleep(float(os.environ.get("PRETENDED_SECONDS", 0)))
    digest = hashlib.sha256(key_of(architecture, front_end).encode()).digest()
    curve = []
    for epoch in range(epochs):
        curve.append(0.5 + 0.4 * digest[0] / 255 * (epoch + 1) / epochs)
        if standards and curve[-1] < standards[epoch]:
            break
    return worker_pool.Outcome(tuple(curve), stopped=len(curve) < epochs)


@contextmanager
def workers_here(task: worker_pool.Task, count: int) -> Iterator[ThreadPoolExecutor]:
    """Stands for `trials.workers` where processes are not the point: each would import TensorFlow anew."""
    worker_pool._task = task
    worker_pool._data.cache_clear()
    with ThreadPoolExecutor(1) as pool:
        yield pool


def write_data(folder: Path, items: int = 120) -> Path:
    """Two classes that differ in the mean of the first channel."""
    rng = np.random.default_rng(0)
    for name in ("train", "validation"):
        labels = rng.integers(0, CLASSES, items).astype(np.int32)
        inputs = rng.normal(size=(items, *INPUT_SHAPE)).astype(np.float32)
        inputs[..., 0] += 0.6 * labels[:, None, None]
        write_items(folder / f"{name}.npz", Items(inputs, labels, np.array(["a"] * items)))
    return folder


def told(candidates: list[Candidate]) -> list[dict]:
    """Candidates as a machine in a process of its own prints them."""
    return json.loads(json.dumps([{"values": c.values, "curve": c.curve, "stopped": c.stopped} for c in candidates]))


def main() -> None:
    settings = json.loads(sys.argv[1])
    machine = Machine(**settings | {"data": Path(settings["data"])})
    if machine.pretended_seconds is not None:
        os.environ["PRETENDED_SECONDS"] = str(machine.pretended_seconds)
        worker_pool.train_candidate = pretended
    guarded(lambda: print(json.dumps(told(machine.run()))), "machine", debug=False)


if __name__ == "__main__":
    main()
