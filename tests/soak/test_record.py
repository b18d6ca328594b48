"""The record of long tests: what passed on a commit is not run again there, and a summary tells of each part."""

from tests.soak import record


def test_what_passed_on_this_commit_is_left_out_and_what_failed_is_not(tmp_path, monkeypatch):
    file = tmp_path / "soak.jsonl"
    monkeypatch.setattr(record, "commit", lambda: "aaa")
    for test, outcome in (("m.py::one", "passed"), ("m.py::two", "failed"), ("n.py::three", "passed")):
        record.write(file, test, outcome, 30)
    record.write(file, "n.py::three", "failed", 30)
    assert record.passed(file, "aaa") == {"m.py::one"}
    assert record.passed(file, "bbb") == record.passed(file, "aaa with changes") == set()


def test_the_summary_tells_of_the_commit_that_a_part_last_ran_on(tmp_path, monkeypatch):
    file = tmp_path / "soak.jsonl"
    monkeypatch.setattr(record, "commit", lambda: "aaa")
    record.write(file, "m.py::one", "failed", 30)
    monkeypatch.setattr(record, "commit", lambda: "bbb")
    record.write(file, "m.py::one", "passed", 60)
    record.write(file, "m.py::two", "skipped", 0)
    with file.open("a") as stream:
        stream.write('{"test": "m.py::three", "comm')  # the machine was switched off
    [line] = record.summary(record.entries(file))
    assert line.startswith("m.py: 1 passed, 1 skipped on bbb, ") and line.endswith(", 1.0 min")
