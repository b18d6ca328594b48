"""A clone of the project as it stands in the working tree, with parameters small enough for a test."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from featherline import params_file
from tests.pipeline.workspace import ROOT, as_yaml

TINY_SPACE = {
    "conv_blocks": [1, 2],
    "poolings": [1, 2],
    "filters": [4],
    "kernel": [3],
    "dense_blocks": [0, 1],
    "units": [8],
    "head": ["flatten"],
}


@dataclass(frozen=True)
class Project:
    """A clone of the project in a temporary folder."""

    folder: Path

    @property
    def opened_files(self) -> Path:
        """A folder with a list of the files that each stage opened, named as DVC names the stage."""
        return self.folder.with_name(f"{self.folder.name}-opened")

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess:
        """Runs a command in the clone, with this interpreter's environment in front."""
        environment = os.environ | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            # Each stage lists there which files it opens.
            "PYTHONPATH": str(ROOT / "tests/pipeline/opened_files"),
            "FEATHERLINE_OPENED_FILES": str(self.opened_files),
            "GIT_AUTHOR_NAME": "test",
            "GIT_AUTHOR_EMAIL": "test@example.com",
            "GIT_COMMITTER_NAME": "test",
            "GIT_COMMITTER_EMAIL": "test@example.com",
        }
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)
        if check and done.returncode:
            raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done

    def edit(self, **changes) -> None:
        """Sets dotted keys of params.yaml; `__` stands for the dot."""
        path = self.folder / "params.yaml"
        tree = params_file.read(path)
        for key, value in changes.items():
            *parents, last = key.split("__")
            node = tree
            for parent in parents:
                node = node[parent]
            node[last] = value
        path.write_text(as_yaml(tree))

    def shrink(self, apps: list[str]) -> None:
        """Cuts training, search and schemes down to what shows that every stage does its work.

        One application searches in earnest, beside both baselines, and fine-tunes; each candidate
        that is trained costs seconds, and the others only show that theirs can be.
        """
        for app in apps:
            first = app == apps[0]
            self.edit(
                **{
                    f"{app}__train__epochs": 2,
                    f"{app}__reduce__workers": 1,
                    f"{app}__reduce__finalists": 2 if first else 1,
                    f"{app}__reduce__final_seeds": 1,
                    f"{app}__reduce__budget": {
                        kind: {"trials": 2 if first else 1, "epochs": 1, "final_epochs": 2}
                        for kind in ("simulated", "recordings")
                    },
                    f"{app}__reduce__space": TINY_SPACE,
                    f"{app}__quantize__original": ["none", "dynamic_range"],
                    f"{app}__quantize__reduced": ["none", "dynamic_range", "int8"] + ["int4"] * first,
                    f"{app}__quantize__fine_tuning__epochs": 1,
                    f"{app}__quantize__calibration_items": 20,
                }
            )
            if not first:
                self.edit(**{f"{app}__reduce__baselines": {"random_search": False, "by_hand": None}})

    def commit(self, message: str) -> None:
        self.run("git", "add", "--all")
        self.run("git", "commit", "--quiet", "--message", message)


def clone(folder: Path) -> Project:
    """Copies what git tracks, as it stands in the working tree, into a repository of its own."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    # Results of the full-size run are of other parameters: these runs make their own.
    (folder / "dvc.lock").unlink(missing_ok=True)
    project = Project(folder)
    project.opened_files.mkdir()
    project.run("git", "init", "--quiet", "--initial-branch=main")
    return project


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    return clone(tmp_path_factory.mktemp("clone"))


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Path:
    """A folder with the shipped params.yaml, cut down to small simulations."""
    tree = params_file.read(ROOT / "params.yaml")
    tree["motionsense"]["fetch"]["simulation"] = {"subjects": 4, "trial_seconds": 10}
    tree["carsensor"]["fetch"]["simulation"] = {"persons": 4, "recordings": 4, "recording_seconds": 12}
    tree["keywordspotting"]["fetch"]["simulation"] |= {"speakers": 12, "keyword_clips": 2, "other_clips": 4}
    tree["musicclassifier"]["fetch"]["simulation"] = {"tracks": 3, "track_seconds": 6}
    for app in tree["apps"]:
        tree[app]["reduce"]["max_program_bytes"] = None  # to measure a program takes seconds: test_front_ends does
    (tmp_path / "params.yaml").write_text(as_yaml(tree))
    monkeypatch.chdir(tmp_path)
    return tmp_path
