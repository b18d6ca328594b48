"""A front end of a stranger is computed and exported, or refused in one sentence: never a traceback, never endless."""

import time

import numpy as np
import pytest
import soundfile

from featherline import export
from featherline.core.errors import FeatherlineError
from featherline.export import checks, exported, web
from featherline.prediction import models
from featherline.prediction.program import Program
from featherline.prediction.recordings import Options, read
from featherline.records.frontend import AudioConstants
from tests.export import hostile_front_ends as hostile

LONGEST_S = 10.0  # of the processor
IN_MAKE_TEST, IN_SOAK = 3, 250  # of each kind


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    """One that all four kinds can read: a table and a sound of some seconds."""
    folder = tmp_path_factory.mktemp("recordings")
    t = np.arange(700) / 50
    columns = (t, 0.1 * np.sin(6 * t), 0.98 + 0 * t, 0.05 * np.cos(9 * t), 1 + 0 * t, np.sin(t))
    rows = "".join(",".join(f"{value:.4f}" for value in row) + "\n" for row in zip(*columns, strict=True))
    (folder / "a.csv").write_text("time,x,y,z,v,w\n" + rows)
    soundfile.write(folder / "a.wav", np.random.default_rng(0).normal(scale=0.1, size=150_000).clip(-1, 1), 22_050)
    return folder


def told(recordings, folder) -> list[str]:
    """What predict and each kind of export say against a model; nothing where they take it."""
    said = []
    try:
        fitted = models.find(str(folder))
        sound = isinstance(fitted.front_end.frontend, AudioConstants)
        samples = read(recordings / ("a.wav" if sound else "a.csv"), fitted, Options()).samples
        Program(fitted.model, fitted.front_end).run(samples)
    except FeatherlineError as error:
        said.append(str(error))
    for kind in export.KINDS:
        try:
            export.files(kind, exported.read(str(folder)))
        except FeatherlineError as error:
            said.append(str(error))
    return said


def check(name, count, first, recordings, tmp_path, monkeypatch):
    # What a compiler and an interpreter would only repeat for each.
    monkeypatch.setattr(web, "module", lambda exported: b"")
    monkeypatch.setattr(checks, "_hold_against_tflm", lambda *_: None)
    rng, good = np.random.default_rng(first), hostile.front_end(name)
    for place in range(count):
        content = hostile.mutated(good, rng)
        begun = time.process_time()
        said = told(recordings, hostile.write(tmp_path / f"{place}", name, content))
        assert time.process_time() - begun < LONGEST_S, content
        assert not [sentence for sentence in said if "\n" in sentence], content


@pytest.mark.parametrize("name", hostile.MODELS)
def test_a_front_end_of_a_stranger_is_taken_or_refused_in_a_sentence(name, recordings, tmp_path, monkeypatch):
    check(name, IN_MAKE_TEST, 1, recordings, tmp_path, monkeypatch)


@pytest.mark.soak
@pytest.mark.parametrize("name", hostile.MODELS)
def test_a_thousand_front_ends_of_strangers_are_taken_or_refused_in_a_sentence(name, recordings, tmp_path, monkeypatch):
    check(name, IN_SOAK, 2, recordings, tmp_path, monkeypatch)


@pytest.mark.parametrize("part", [3, "x", None, [], [1]])
def test_a_part_that_is_no_table_is_named(part, tmp_path):
    content = hostile.front_end("pump") | {"frontend": part}
    with pytest.raises(FeatherlineError, match=r"frontend\.json: frontend.*: Input should be a valid dictionary"):
        models.find(str(hostile.write(tmp_path / "pump", "pump", content)))
