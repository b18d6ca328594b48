"""A small repository with metrics of one application, made as the stage benchmark makes them."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.records.examples import changed, content

POLICY = """
default:
  accuracy_pct: {direction: higher, tolerance: 0.5}
  balanced_pct: {direction: higher, tolerance: 0.5}
  weight_bytes: {direction: lower}
  file_bytes: {direction: lower, tolerance: 1 %}
  deployable: {direction: higher}
"""


class Project:
    """A folder with git, one application `doors` and one model `reduced-int8` in it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.git("init", "--quiet", "--initial-branch", "main")
        self.write("policy.yaml", POLICY)
        self.write("params.yaml", "apps:\n  - doors\ndoors:\n  train:\n    filters: 8\n")

    def git(self, *arguments: str) -> str:
        person = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
        done = subprocess.run(["git", *person, *arguments], cwd=self.folder, check=True, capture_output=True, text=True)
        return done.stdout

    def commit(self, message: str = "Change something") -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def write(self, path: str, content: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(content)

    def measure(self, found: tuple[int, int] = (90, 80), weight_bytes: int = 600, app: str = "doors", **more) -> None:
        """Writes the metrics of a model that found so many of the 100 items of each of two classes."""
        correct = sum(found)
        accuracy = {
            "items": 200,
            "correct": correct,
            "accuracy_pct": correct / 2,
            "low_pct": max(correct / 2 - 5, 0),
            "high_pct": min(correct / 2 + 5, 100),
            "balanced_pct": correct / 2,
            "recall_pct": list(found),
            "precision_pct": [90.0, 90.0],
            "confusion": [[found[0], 100 - found[0]], [100 - found[1], found[1]]],
        }
        headline = {
            "model": "reduced-int8",
            "source": "simulated",
            "accuracy_pct": accuracy["accuracy_pct"],
            "balanced_pct": accuracy["accuracy_pct"],
            "weight_bytes": weight_bytes,
            "file_bytes": weight_bytes + 2000,
            "arena_bytes": 4000,
            "deployable": True,
        } | more
        model = changed(
            content("pipeline-model-2"),
            application=app,
            classes=["open", "shut"],
            accuracy=accuracy,
            size={"weight_bytes": weight_bytes, "file_bytes": weight_bytes + 2000},
            tflm={"arena_bytes": 4000},
        )
        model |= {"firmware": None, "firmware_reason": "no C was written"}
        for variant in ("original", "reduced"):
            self.write(f"models/{app}/{variant}_history.csv", f"epoch,val_accuracy\n1,0.5\n2,{correct / 200}\n")
        self.write(f"models/{app}/front.csv", f"weight_bytes,validation_accuracy\n{weight_bytes},{correct / 200}\n")
        self.write(f"metrics/{app}.json", json.dumps({app: headline}))
        self.write(f"metrics/{app}/reduced-int8.json", json.dumps(model))

    def change_model(self, **changes) -> None:
        """Replaces keys in the metrics of the model."""
        path = "metrics/doors/reduced-int8.json"
        self.write(path, json.dumps(changed(json.loads((self.folder / path).read_text()), **changes)))

    def count(self, **firmware) -> None:
        """Adds what its C took to the metrics of the model; arguments replace keys of a real record."""
        self.change_model(firmware=changed(content("pipeline-model-2")["firmware"], **firmware), firmware_reason=None)


@pytest.fixture
def empty_project(tmp_path, monkeypatch) -> Project:
    """A project that nobody has measured yet."""
    monkeypatch.chdir(tmp_path)
    project = Project(tmp_path)
    project.commit("Begin")
    return project


@pytest.fixture
def project(empty_project) -> Project:
    """A project whose base is committed as `main`."""
    empty_project.measure()
    empty_project.commit("Measure the first model")
    return empty_project
