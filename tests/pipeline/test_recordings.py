"""All four applications on real recordings, short, through every stage."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import measure_front_end
from featherline import params_file
from featherline.reduction import worker_pool
from stages import report
from tests.pipeline.workspace import passes
from tests.reduction.machine import workers_here

APPS = [
    "keywordspotting",
    *(pytest.param(app, marks=pytest.mark.soak) for app in ("motionsense", "musicclassifier", "carsensor")),
]
STAGES = ["fetch", "preprocess", "train", "reduce", "quantize", "convert", "benchmark"]


@pytest.fixture(scope="module")
def built(project, mirror, request) -> Path:
    """A folder in which every stage of each selected application ran, all in this process: DVC runs them in
    test_simulated.py."""
    selected = [
        item.callspec.params
        for item in request.session.items
        if item.module is request.module and hasattr(item, "callspec")
    ]
    apps = list(dict.fromkeys(parameters["app"] for parameters in selected if "app" in parameters))
    project.shrink(apps)
    project.edit(
        data={"source": "mirror", "mirror": str(mirror.resolve())},
        apps=apps,
        keywordspotting__preprocess__keyword="happy",
        keywordspotting__preprocess__augmentation__copies=0,
        keywordspotting__benchmark__stream_hours=0.02,
    )
    for app in apps:
        project.edit(**{f"{app}__quantize__original": ["none"], f"{app}__quantize__reduced": ["none", "int8"]})
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(project.folder)
        patched.setattr(worker_pool, "workers", workers_here)
        for app in apps:
            for stage in STAGES:
                passes(stage, app)
        outcome = CliRunner().invoke(report.command)
        assert outcome.exit_code == 0, outcome.output
    return project.folder


@pytest.mark.parametrize("app", APPS)
def test_an_application_goes_through_every_stage(built, app):
    headline = json.loads((built / f"metrics/{app}.json").read_text())[app]
    assert headline["source"] == "mirror"
    assert headline["deployable"] is True
    full = json.loads((built / f"metrics/{app}/reduced-int8.json").read_text())
    assert full["accuracy"]["items"] == full["test"]["items"] > 10
    assert full["accuracy"]["low_pct"] <= full["accuracy"]["accuracy_pct"] <= full["accuracy"]["high_pct"]
    assert full["protocol"] in ("group", "official")


@pytest.mark.parametrize("app", APPS)
def test_provenance_says_what_part_of_the_public_data_it_was(built, app):
    provenance = json.loads((built / f"data/raw/{app}/provenance.json").read_text())
    assert provenance["source"] == "mirror"
    assert provenance["licence"]
    assert provenance["groups"] >= 5
    assert provenance["hours"] > 0.2
    (archive,) = provenance["archives"]
    assert len(archive["sha256"]) == 64


@pytest.mark.parametrize("app", APPS)
def test_the_program_in_c_hears_and_feels_what_python_does(built, app):
    found = measure_front_end.compare(app, built, params_file.read(built / "params.yaml"))
    assert found.items > 10
    assert found.within_one_step >= 0.99
    # These networks were trained for seconds: their classes are closer to each other than those of the results.
    assert found.same_class >= 0.98


def test_the_table_calls_them_real(built):
    """Applications that `apps` leaves out keep their rows, which say what those are."""
    sections = re.split(r"^(?=(?:Real|Simulated) recordings:)", (built / "reports/results.md").read_text(), flags=re.M)
    real, simulated = ("".join(part for part in sections if part.startswith(kind)) for kind in ("Real", "Simulated"))
    for app in params_file.read(built / "params.yaml")["apps"]:
        title = json.loads((built / f"data/processed/{app}/frontend.json").read_text())["application"]
        assert f"- {title}: source mirror" in real and title not in simulated
