"""What `make release` refuses: uncommitted changes, simulated recordings, models that do not run."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from featherline import params, params_file
from featherline.applications import keywordspotting
from featherline.cli import main
from featherline.core.errors import FeatherlineError
from featherline.release import contents, run

ROOT = Path(__file__).resolve().parents[2]
ZOO = ROOT / "zoo"


def git(folder, *arguments):
    identity = ["-c", "user.name=Example", "-c", "user.email=example@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path):
    """A repository with the files that a release asks for, committed."""
    folder = tmp_path / "project"
    (folder / "stages").mkdir(parents=True)
    (folder / "featherline").mkdir()
    (folder / "stages" / "fetch.py").write_text("")
    (folder / "featherline" / "code.py").write_text("")
    (folder / "dvc.yaml").write_text("stages: {}\n")
    (folder / "params.yaml").write_text("seed: 42\ndata:\n  source: simulated\n  mirror:\napps:\n- motionsense\n")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Begin")
    return folder


def finished(folder, source="mirror", deployable=True):
    """Adds what a run leaves of one application, with the models of simulated recordings under another name."""
    app = "motionsense"
    for name in ("metrics", "models", "data/raw", "data/processed"):
        (folder / name / app).mkdir(parents=True)
    (folder / "models" / app / "tflite").mkdir()
    shutil.copy(ROOT / "models" / app / "tflite" / "frontend.json", folder / "models" / app / "tflite")
    for name in ("reduced-int8", "reduced-int4"):
        shutil.copy(ROOT / "models" / app / "tflite" / f"{name}.tflite", folder / "models" / app / "tflite")
        content = json.loads((ROOT / "metrics" / app / f"{name}.json").read_text())
        content["provenance"]["source"] = source
        content["tflm"] |= {"deployable": deployable, "reason": None if deployable else "It takes no softmax."}
        (folder / "metrics" / app / f"{name}.json").write_text(json.dumps(content))
    headline = {app: {"model": "reduced-int8", "source": source}}
    (folder / "metrics" / f"{app}.json").write_text(json.dumps(headline))
    return run.read(folder, folder)


def release(project, *arguments, monkeypatch):
    monkeypatch.chdir(project)
    return CliRunner().invoke(main, ["release", *map(str, arguments)])


def test_changes_that_no_commit_has_are_refused_and_nothing_is_written(project, monkeypatch):
    (project / "featherline" / "code.py").write_text("changed = True\n")
    result = release(project, "--run", project, monkeypatch=monkeypatch)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "featherline/code.py is not as committed: a release belongs to a commit" in result.stderr
    assert not (project / "zoo").exists()


def test_a_run_of_simulated_recordings_is_refused(project, monkeypatch):
    finished(project, source="simulated")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "Results")
    result = release(project, "--run", project, monkeypatch=monkeypatch)
    assert result.exit_code == 2
    assert "is one of simulated recordings, and the zoo has models of real ones" in result.stderr
    assert not (project / "zoo").exists()


def test_a_model_that_is_not_deployable_is_refused(project):
    made = finished(project, deployable=False)
    with pytest.raises(FeatherlineError, match="reduced-int8 is not deployable .*: It takes no softmax."):
        contents.files(made, "motionsense")


def test_a_model_that_is_not_that_of_its_metrics_is_refused(project):
    made = finished(project)
    (project / "models/motionsense/tflite/reduced-int4.tflite").write_bytes(b"another")
    with pytest.raises(FeatherlineError, match="is not the model that .* is about"):
        contents.files(made, "motionsense")


def test_a_folder_that_is_no_clone_is_refused(project, tmp_path, monkeypatch):
    result = release(project, "--run", tmp_path, monkeypatch=monkeypatch)
    assert result.exit_code == 2
    assert "is no clone of the project" in result.stderr
    assert "one of the two" in release(project, monkeypatch=monkeypatch).stderr
    assert "is no folder" in release(project, "--mirror", tmp_path / "none", monkeypatch=monkeypatch).stderr


def test_one_application_is_written_and_others_stay(tmp_path):
    made = {app: (ZOO / app / "metrics.json").read_bytes() for app in ("carsensor", "motionsense")}
    contents.write(tmp_path / "zoo", {app: {"metrics.json": content} for app, content in made.items()})
    contents.write(tmp_path / "zoo", {"carsensor": {"metrics.json": made["carsensor"], "new": b"new"}}, keep=True)
    assert (tmp_path / "zoo/motionsense/metrics.json").read_bytes() == made["motionsense"]
    assert (tmp_path / "zoo/carsensor/new").read_bytes() == b"new"
    assert "motionsense" in (tmp_path / "zoo/README.md").read_text().lower()
    contents.write(tmp_path / "zoo", {"carsensor": {"metrics.json": made["carsensor"]}})
    assert not (tmp_path / "zoo/motionsense").exists()


def test_an_application_that_the_run_does_not_have_is_refused(project):
    made = finished(project)
    assert run.of_apps(made, ["motionsense"]).apps == ("motionsense",)
    with pytest.raises(FeatherlineError, match="no models of other: name one of motionsense"):
        run.of_apps(made, ["other"])


def test_what_was_changed_is_told_without_paths(project):
    (project / "params.yaml").write_text(
        "seed: 42\ndata:\n  source: mirror\n  mirror: /home/me\napps:\n- motionsense\n"
    )
    made = run.read(project, project)
    assert made.changed == {"data.mirror": "a folder of archives", "data.source": "mirror"}
    assert len(made.commit) == 40
    (project / "stages" / "fetch.py").write_text("changed = True\n")
    with pytest.raises(FeatherlineError, match="stages/fetch.py is not as committed"):
        run.read(project, project)


def test_checksums_are_lines_that_sha256sum_reads():
    digest = hashlib.sha256(b"x").hexdigest()
    assert contents.sums({"b": b"x", "a": b"x"}).decode() == f"{digest}  a\n{digest}  b\n"


def test_the_settings_of_the_wake_word_are_ones_that_its_stages_take():
    tree = params_file.read(ROOT / "params.yaml")
    run.set_wake_word(tree)
    settings = params_file.block(tree, "keywordspotting.preprocess", keywordspotting.Preprocess)
    assert settings.scenes is not None
    assert settings.keyword == run.KEYWORD
    assert params_file.block(tree, "keywordspotting.reduce", params.Reduce).max_weight_bytes == 1200
    for stage, block in params.STAGES.items():
        params_file.block(tree, f"keywordspotting.{stage}", block)
