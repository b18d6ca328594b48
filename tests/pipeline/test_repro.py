"""`featherline repro`: what it says before, while stages run, when one fails or is interrupted, and how long is left.

Stages are a copy and a pause here, in a DVC project of their own; test_simulated.py runs those of Featherline.
"""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from featherline.cli import main
from featherline.core import progress
from featherline.core.errors import FeatherlineError
from featherline.pipeline import display, durations, plan, repro
from featherline.pipeline.plan import Action, Step

ROOT = Path(__file__).resolve().parents[2]
STAGES = {
    "copy": {"cmd": "cp a.txt b.txt", "deps": ["a.txt"], "outs": ["b.txt"]},
    "count": {"cmd": "wc -c < b.txt > c.txt", "deps": ["b.txt"], "outs": [{"c.txt": {"cache": False}}]},
    "pause": {"cmd": "sh pause.sh", "deps": ["c.txt", "pause.sh"], "outs": ["d.txt"]},
}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A DVC project of three stages in a row that has run once; what it printed as events."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "dvc.yaml").write_text(yaml.safe_dump({"stages": STAGES}))
    (folder / "a.txt").write_text("a\n")
    (folder / "pause.sh").write_text("echo a line of the stage; cp c.txt d.txt\n")
    (folder / ".dvc").mkdir()
    (folder / ".dvc/config").write_text("[core]\n    no_scm = true\n    analytics = false\n    check_update = false\n")
    events: list[repro.Event] = []
    home = Path.cwd()
    os.chdir(folder)
    try:
        first = plan.make()
        outcome = repro.run([], folder, events.append)
    finally:
        os.chdir(home)
    return folder, first, events, outcome


@pytest.fixture
def project(template, tmp_path, monkeypatch):
    subprocess.run(["cp", "-r", template[0], tmp_path / "project"], check=True)
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def actions(targets=()) -> list[Action]:
    return [step.action for step in plan.make(targets)]


def test_stages_are_told_as_they_begin_and_end_with_what_they_print(template):
    _, first, events, outcome = template
    assert [step.stage for step in first] == ["copy", "count", "pause"]
    assert {step.action for step in first} == {Action.RUN}
    assert outcome == repro.Outcome(status=0, interrupted=False, failed=None)
    shown = [event for event in events if not isinstance(event, repro.Tick)]
    assert [type(event).__name__ for event in shown] == [*["Begun", "Passed"] * 2, "Begun", "Printed", "Passed"]
    assert shown[5] == repro.Printed("a line of the stage")
    assert all(event.seconds > 0 for event in shown if isinstance(event, repro.Passed))


def test_what_did_not_change_is_skipped(project):
    assert actions() == [Action.SKIP] * 3
    assert actions(["copy"]) == [Action.SKIP]


def test_another_input_runs_all_that_comes_after_it(project):
    Path("a.txt").write_text("another\n")
    assert actions() == [Action.RUN] * 3
    Path("a.txt").write_text("a\n")
    Path("pause.sh").write_text("exit 3\n")
    assert actions() == [Action.SKIP, Action.SKIP, Action.RUN]


def test_inputs_of_an_earlier_run_bring_its_outputs_back(project):
    Path("dvc.lock").unlink()
    # What `count` will read is not known before `copy` has its outputs.
    assert actions() == [Action.RESTORE, Action.RUN, Action.RUN]
    events: list[repro.Event] = []
    assert repro.run([], project, events.append).status == 0
    restored = [event.stage for event in events if isinstance(event, repro.Passed) and event.restored]
    assert restored == ["copy", "pause"]  # DVC makes again what it does not cache


def test_a_lost_output_comes_from_the_cache_or_is_made_again(project):
    Path("b.txt").unlink()
    assert actions() == [Action.RESTORE, Action.SKIP, Action.SKIP]
    subprocess.run(["rm", "-rf", ".dvc/cache"], check=True)
    # `count` has its output, which git would hold; it runs only where `copy` does not write what it wrote before.
    assert actions() == [Action.RUN, Action.FOLLOW, Action.RUN]


def test_a_broken_dvc_yaml_is_told_in_one_sentence(project):
    Path("dvc.yaml").write_text("stages: [\n")
    with pytest.raises(FeatherlineError, match="DVC cannot tell what to run: .*dvc.yaml"):
        plan.make()


def test_a_stage_that_fails_is_named_and_what_it_said_is_shown(project):
    Path("pause.sh").write_text("echo no such channel >&2; exit 3\n")
    events: list[repro.Event] = []
    outcome = repro.run([], project, events.append)
    assert (outcome.status != 0, outcome.interrupted, outcome.failed) == (True, False, "pause")
    assert repro.Printed("no such channel") in events


PROGRAM = """
import sys
from pathlib import Path
from featherline.pipeline import repro
def show(event):
    print(event, flush=True)
print(repro.run([], Path("."), show), flush=True)
"""


def test_an_interrupt_ends_the_stage_and_keeps_those_before_it(project):
    Path("a.txt").write_text("another\n")
    Path("pause.sh").write_text("echo $$ > pid; exec sleep 60\n")
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        # Started as a job of the background is, interrupts ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    while process.poll() is None and not Path("pid").exists():
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=120)
    assert re.search(r"Outcome\(status=[1-9]\d*, interrupted=True, failed='pause'\)", printed), printed
    with pytest.raises(ProcessLookupError):
        os.kill(int(Path("pid").read_text()), 0)
    assert actions() == [Action.SKIP, Action.SKIP, Action.RUN]


def shown(steps, events, recorded, stream=None) -> str:
    stream = stream or io.StringIO()
    view = display.Display(steps, durations.Clock(recorded), stream)
    for event in events:
        view.show(event)
    view.close()
    return stream.getvalue()


STEPS = (Step("train@a", Action.RUN), Step("reduce@a", Action.RUN), Step("report", Action.FOLLOW))
RECORDED = {"train@a": 20.0, "reduce@a": 100.0, "report": 4.0}


def test_without_a_terminal_each_stage_has_its_lines():
    events = [repro.Begun("train@a"), repro.Tick("train@a", 1.0, None), repro.Passed("train@a", 20.0)]
    events += [repro.Printed("a warning"), repro.Passed("reduce@a", restored=True), repro.Passed("report")]
    assert shown(STEPS, events, RECORDED).splitlines() == [
        "[1/3] train@a begins, about 20 s; about 2 min left",
        "[1/3] train@a took 20 s",
        "a warning",
        "[2/3] reduce@a comes from DVC's cache",
        "[3/3] report did not have to run",
    ]


def test_in_a_terminal_the_last_line_moves(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("COLUMNS", "200")
    far = progress.Progress("search a", 3, 12, "trial")
    events = [repro.Begun("train@a"), repro.Passed("train@a", 20.0), repro.Begun("reduce@a")]
    printed = shown(STEPS, [*events, repro.Tick("reduce@a", 25.0, far)], RECORDED, Terminal())
    moving = printed.split("\r\x1b[K")[-2]
    assert re.fullmatch(
        r"[█░]{20} \d+ s, about 1 min 20 s left · \[2/3\] reduce@a 25 s .* · search a 3/12 trial", moving
    )
    monkeypatch.setenv("COLUMNS", "40")
    printed = shown(STEPS, [*events, repro.Tick("reduce@a", 25.0, far)], RECORDED, Terminal())
    assert len(printed.split("\r\x1b[K")[-2]) == 39
    assert printed.endswith("\r\x1b[K")  # nothing of it stays


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([Step("report", Action.SKIP)], "All 1 stages are up to date: nothing has to run."),
        (STEPS, "2 of 3 stages run, which takes about 2 min. 1 more, about 4 s, only where what it reads comes out"),
        ([Step("train@a", Action.RESTORE)], "1 has its outputs in DVC's cache."),
    ],
)
def test_it_says_before_what_it_will_do(steps, sentence):
    assert display.announcement(steps, durations.Clock(RECORDED)).startswith(sentence)


def test_time_left_follows_the_pace_of_the_stages_that_are_done():
    clock = durations.Clock(RECORDED)
    assert clock.left_s(["train@a", "reduce@a"]) == 120
    clock.measured["train@a"] = 70.0  # twice as long, a prior of 30 s included
    assert clock.left_s(["reduce@a"]) == 200
    assert clock.left_s(["reduce@a"], running_s=50) == 150
    assert clock.left_s([]) == 0


def test_a_stage_that_takes_longer_than_recorded_slows_the_rest_while_it_runs():
    clock = durations.Clock(RECORDED)
    assert clock.left_s(["train@a", "reduce@a"], running_s=120) > clock.left_s(["train@a", "reduce@a"])


def test_a_stage_of_another_application_is_expected_to_take_as_long():
    assert durations.Clock(RECORDED).expect_s("reduce@gestures") == 100
    assert durations.Clock({}).expect_s("reduce@gestures") == 30


def test_seconds_of_this_machine_scale_those_that_were_recorded(tmp_path):
    record, note = tmp_path / "record.json", tmp_path / "note.json"
    record.write_text(json.dumps(RECORDED))
    durations.note({"train@a": 70.0}, note)
    assert durations.read(record, note) == {"train@a": 70, "reduce@a": 200, "report": 8}
    assert durations.publish(record, note)
    assert json.loads(record.read_text()) == {"reduce@a": 200, "report": 8, "train@a": 70}
    assert not durations.publish(record, tmp_path / "absent.json")


@pytest.mark.parametrize("content", ['{"train@a": "long"}', '{"train@a": 0}', '{"train@a": true}'])
def test_a_record_that_is_no_number_of_seconds_is_refused(tmp_path, content):
    (tmp_path / "record.json").write_text(content)
    with pytest.raises(FeatherlineError, match="record.json: train@a must be a number of seconds above 0"):
        durations.read(tmp_path / "record.json", tmp_path / "absent.json")


def test_every_stage_has_its_recorded_seconds():
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
    apps = yaml.safe_load((ROOT / "params.yaml").read_text())["apps"]
    names = {f"{stage}@{app}" for stage in stages if stage != "report" for app in apps} | {"report"}
    assert set(json.loads((ROOT / durations.RECORD).read_text())) == names


def test_a_stage_writes_how_far_it_is_where_it_was_told_to(tmp_path):
    file = tmp_path / "progress.json"
    progress.write_to(file)
    try:
        with progress.bar("search a", 12, unit="trial") as bar:
            bar.n = 3
            bar.refresh()
            assert progress.read(file) == progress.Progress("search a", 3, 12, "trial")
        assert list(progress.track([1, 2], "read")) == [1, 2]
    finally:
        progress.write_to(None)
    assert str(progress.read(file)) == "read 2/2 item"
    file.write_text("{")
    assert progress.read(file) is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nobody"], "params.yaml: apps does not list nobody; name one of motionsense, musicclassifier"),
        (["motionsense", "nobody"], "params.yaml: apps does not list nobody"),
    ],
)
def test_an_application_that_is_not_there_is_told(arguments, sentence, monkeypatch):
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(main, ["repro", *arguments])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: {sentence}") and result.stderr.count("\n") == 1


def test_make_hands_the_application_on():
    recipe = re.search(r"^repro:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    assert "python -m featherline repro $(APP)" in recipe
