"""Applications on tiny simulated recordings, from `make repro` to `dvc metrics diff`.

One that hears and one that feels; all four are among the long tests.
"""

import io
import json
import re
import time

import pandas as pd
import pytest

from tests.pipeline import dependencies
from tests.pipeline.conftest import TINY_SPACE, Project, clone
from tests.pipeline.workspace import ROOT

TITLES = {
    "motionsense": "MotionSense",
    "musicclassifier": "MusicClassifier",
    "keywordspotting": "KeywordSpotting",
    "carsensor": "CarSensor",
}
MODELS = ["original-none", "original-dynamic_range", "reduced-none", "reduced-dynamic_range", "reduced-int8"]


REPRO = ("python", "-m", "featherline", "repro")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(["keywordspotting", "carsensor"], id="two"),
        pytest.param(list(TITLES), id="all", marks=pytest.mark.soak),
    ],
)
def apps(request) -> list[str]:
    """The applications that run; the first of them searches in earnest."""
    return request.param


@pytest.fixture(scope="module")
def project(apps, tmp_path_factory) -> Project:
    """A clone that has run nothing."""
    project = clone(tmp_path_factory.mktemp("clone"))
    project.shrink(apps)
    project.edit(
        apps=apps,
        motionsense__fetch__simulation={"subjects": 5, "trial_seconds": 12},
        carsensor__fetch__simulation={"persons": 6, "recordings": 6, "recording_seconds": 30},
        musicclassifier__fetch__simulation={"tracks": 5, "track_seconds": 6},
        keywordspotting__fetch__simulation__speakers=12,
        keywordspotting__benchmark__stream_hours=0.02,
        # One search chooses the front end as well, by what whole programs take.
        carsensor__reduce__space=TINY_SPACE | {"frontend": {"window_seconds": [5.12]}},
        carsensor__reduce__cost="program_bytes",
    )
    return project


def others(project):
    """Content of what one application alone must leave as it is."""
    folders = [f"{top}/{app}" for top in ("models", "metrics", "data/raw") for app in TITLES if app != "carsensor"]
    files = [path for name in (*folders, "reports", "Models_Analysis") for path in (project.folder / name).rglob("*")]
    return {path: path.read_bytes() for path in files if path.is_file()}


@pytest.fixture(scope="module")
def alone(project):
    """What a clone that has run nothing says to one application alone, and the files of the others before it."""
    before = others(project)
    return project.run(*REPRO, "carsensor"), before, others(project)


@pytest.fixture(scope="module")
def first_run(project, alone):
    """What the first run of all applications printed."""
    done = project.run(*REPRO)
    project.commit("applications, tiny")
    return done


@pytest.fixture(scope="module")
def built(project, first_run):
    """The project after its first run of all, committed."""
    return project


def test_one_application_alone_is_made_from_nothing_and_leaves_the_others_alone(project, alone):
    done, before, after = alone
    assert re.match(r"7 of 7 stages run, which takes about (\d+ (min|s) ?)+\.\n", done.stdout)
    assert "[7/7] benchmark@carsensor took" in done.stdout
    assert before == after and len(before) > 100
    page = project.folder / "results/carsensor"
    assert {path.name for path in page.iterdir()} == {"index.html", "CarSensor.xlsx", "cards"}
    assert "MotionSense" not in (page / "index.html").read_text()


def test_a_run_ends_with_the_table_that_matters_and_where_to_look(alone, first_run, apps):
    table = alone[0].stdout.partition("Simulated recordings: ")[2]
    for model in MODELS:
        assert re.search(rf"  CarSensor  +{model} +\d", table), table
    assert "results/carsensor/index.html" in table
    of_all = 7 * len(apps) + 1
    assert first_run.stdout.startswith(f"{of_all - 7} of {of_all} stages run, which takes about ")  # carsensor has run
    table = first_run.stdout.partition("Simulated recordings: ")[2]
    for app in apps:
        assert re.search(rf"  {TITLES[app]} +reduced-int8 +\d.* yes\n", table), table
    assert "reports/index.html" in table


def test_every_model_table_and_page_is_there(built, apps):
    for app in apps:
        for model in MODELS:
            assert (built.folder / f"models/{app}/tflite/{model}.tflite").stat().st_size > 1000
            metrics = json.loads((built.folder / f"metrics/{app}/{model}.json").read_text())
            assert metrics["accuracy"]["items"] == metrics["test"]["items"] > 0
            assert metrics["provenance"]["source"] == "simulated"
        sheet = pd.read_excel(built.folder / f"Models_Analysis/{TITLES[app]}.xlsx", sheet_name="Summary")
        assert set(MODELS) <= set(sheet["Model"].dropna())
        headline = json.loads((built.folder / f"metrics/{app}.json").read_text())[app]
        assert headline["deployable"] is True
        assert headline["arena_bytes"] > 0
        assert ("false_accepts_per_hour_at_95_recall" in headline) == (app == "keywordspotting")
    assert (built.folder / "reports/index.html").stat().st_size > 10_000


def test_stages_open_nothing_but_what_dvc_yaml_says(built, apps):
    undeclared, unopened = dependencies.against_opened(built.opened_files, apps)
    assert (undeclared, unopened) == ([], [])


def test_what_tflm_cannot_run_is_not_called_deployable(built, apps):
    # The original is large enough that dynamic range makes int8 weights beside float activations.
    hybrid = json.loads((built.folder / f"metrics/{apps[0]}/original-dynamic_range.json").read_text())
    assert hybrid["tflm"]["deployable"] is False
    assert "Hybrid models are not supported" in hybrid["tflm"]["reason"]
    assert hybrid["accuracy"]["runtime"] == "litert"


def test_nothing_runs_again_when_nothing_changed(built, apps):
    again = built.run("dvc", "repro").stdout
    assert "Running stage" not in again
    assert built.run(*REPRO, "--plan").stdout == f"All {7 * len(apps) + 1} stages are up to date: nothing has to run.\n"
    assert "up to date" in built.run("dvc", "status").stdout
    assert built.run("git", "status", "--porcelain").stdout == ""


@pytest.mark.soak  # single stages that ran twice are compared in their own tests
def test_models_and_metrics_are_the_same_bytes_when_made_again(built):
    def bytes_of_results() -> dict:
        files = [*built.folder.glob("models/*/tflite/*"), *built.folder.glob("metrics/**/*.json")]
        return {path: path.read_bytes() for path in files}

    before = bytes_of_results()
    built.run(
        "dvc",
        "repro",
        "--force",
        "--single-item",
        "train@carsensor",
        "reduce@carsensor",
        "quantize@carsensor",
        "convert@carsensor",
        "benchmark@carsensor",
    )
    assert bytes_of_results() == before


def test_a_changed_scheme_runs_what_depends_on_it_and_shows_in_the_diff(built, apps):
    done = built.run(
        "dvc",
        "exp",
        "run",
        "--set-param",
        f"{apps[-1]}.benchmark.headline=reduced-none",
        "--set-param",
        f"{apps[-1]}.quantize.reduced=[none,int8]",
    ).stdout
    ran = [line.split("'")[1] for line in done.splitlines() if line.startswith("Running stage")]
    assert ran == [*(f"{stage}@{apps[-1]}" for stage in ("quantize", "convert", "benchmark")), "report"]
    diff = built.run("dvc", "metrics", "diff").stdout
    assert "weight_bytes" in diff
    assert f"metrics/{apps[-1]}.json" in diff
    assert f"metrics/{apps[0]}.json" not in diff
    left = {path.name for path in (built.folder / f"models/{apps[-1]}/tflite").glob("*.tflite")}
    assert left == {
        "original-none.tflite",
        "original-dynamic_range.tflite",
        "reduced-none.tflite",
        "reduced-int8.tflite",
    }


@pytest.fixture(scope="module")
def experiments(built):
    """A sweep of two that ran in the queue, side by side, each in a folder of its own."""
    built.run("git", "restore", ".")
    built.run("git", "clean", "-dfq", "models")  # what an experiment wrote that the commit does not know
    built.run("dvc", "checkout")
    swept = "carsensor.benchmark.headline=reduced-none,original-none"
    built.run("dvc", "exp", "run", "--queue", "--name", "scheme", "--set-param", swept)
    built.run("dvc", "queue", "start", "--jobs", "2")
    for _ in range(120):
        queue = built.run("dvc", "queue", "status").stdout
        if not re.search("Queued|Running", queue):
            break
        time.sleep(1)
    assert queue.count("Success") == 2, queue
    return built


@pytest.mark.soak
def test_experiments_of_the_queue_leave_the_workspace_alone(experiments):
    assert experiments.run("git", "status", "--porcelain").stdout == ""
    assert "up to date" in experiments.run("dvc", "status").stdout


@pytest.mark.soak
def test_the_command_of_the_documents_shows_few_columns(experiments):
    command = re.search(r"^\$ (dvc exp show .*)$", (ROOT / "docs/pipeline.md").read_text(), re.MULTILINE)[1]
    shown = experiments.run("bash", "-c", command.replace("motionsense", "carsensor") + " --csv").stdout
    table = pd.read_csv(io.StringIO(shown))
    columns = [name for name in table.columns if "." in name]
    assert columns == ["carsensor.validation_pct", "carsensor.weight_bytes", "carsensor.program_bytes"]
    rows = table[table["Experiment"].isin(["scheme-1", "scheme-2"])].set_index("Experiment")
    assert len(rows) == 2
    # Floats have no C, and so no program.
    assert rows["carsensor.program_bytes"].isna().all() and (rows["carsensor.weight_bytes"] > 0).all()


@pytest.mark.soak
def test_an_experiment_is_compared_applied_and_made_a_branch(experiments):
    diff = experiments.run("dvc", "exp", "diff", "main", "scheme-1").stdout
    assert "carsensor.weight_bytes" in diff and "carsensor.benchmark.headline" in diff
    experiments.run("dvc", "exp", "apply", "scheme-1")
    headline = json.loads((experiments.folder / "metrics/carsensor.json").read_text())["carsensor"]
    assert headline["model"] == "reduced-none"
    experiments.run("git", "restore", ".")
    experiments.run("git", "clean", "-dfq", "models")
    experiments.run("dvc", "exp", "branch", "scheme-1", "floats")
    experiments.run("git", "switch", "--quiet", "floats")
    experiments.run("dvc", "checkout")
    assert "up to date" in experiments.run("dvc", "status").stdout
    checked = experiments.run("python", "-m", "featherline", "check", "--base", "main", check=False).stdout
    assert re.search(r"carsensor +weight_bytes .* worse", checked)


def test_the_start_up_chatter_of_tensorflow_stays_away(first_run):
    for word in ("cuda", "oneDNN", "absl", "Captures", "fully_quantize", "Warning"):
        assert word not in first_run.stderr + first_run.stdout
