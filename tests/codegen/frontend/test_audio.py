"""The audio front end in C against the one in Python, frame by frame."""

import numpy as np
import pytest

from featherline.codegen import frontend as c_frontend
from featherline.codegen.frontend.audio import hop_frames
from featherline.codegen.frontend.header import Room
from featherline.core.errors import FeatherlineError
from featherline.emulator import host_program
from featherline.interpreters.values import quantize
from featherline.records.frontend import AudioConstants, FrontEnd
from featherline.signals import audio
from featherline.signals.dataset import fit_normalization
from featherline.tflite.model import Tensor
from tests.codegen.frontend.shared import features_beside_model

SETTINGS = {
    "kind": "log_mel",
    "sample_rate_hz": 8000,
    "frame_samples": 512,
    "hop_samples": 320,
    "coefficients": 12,
    "mel_bands": 20,
    "lowest_hz": 60,
    "highest_hz": 3800,
    "log_floor": 0.001,
}


def clips(count=6, samples=8000, seed=0):
    """Tones that glide, noise and pauses, loud and soft: float32 in -1..1."""
    rng = np.random.default_rng(seed)
    t = np.arange(samples) / 8000
    made = []
    for _ in range(count):
        glide = np.sin(2 * np.pi * (rng.uniform(100, 900) * t + rng.uniform(-400, 1200) * t**2))
        envelope = np.clip(np.sin(2 * np.pi * rng.uniform(0.5, 3) * t), 0, 1)
        made.append(rng.choice([0.9, 0.05]) * glide * envelope + rng.normal(scale=0.003, size=samples))
    return np.rint(np.clip(made, -1, 1) * 32767) / 32768


def described(**changes):
    """Tables, clips, and the content of a `frontend.json` that was fitted on them."""
    tables = audio.front_end(audio.Features(**SETTINGS | changes), 8000)
    heard = clips().astype(np.float32)
    features = audio.features(heard, tables)
    normalization = fit_normalization(features, 2)
    content = {
        "application": "Example",
        "classes": ["yes", "other"],
        "input_shape": list(features.shape[1:]),
        "normalization": {"axis": 2, "mean": normalization.mean.tolist(), "scale": normalization.scale.tolist()},
        "frontend": audio.constants(tables),
    }
    tensor = Tensor(0, 0, "input", (1, *features.shape[1:]), "int8", 0, False, 1, (0.03,), (-12,))
    return content, tensor, heard, quantize(normalization.apply(features), tensor)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"kind": "mfcc"},
        {"summary": "statistics"},
        {"kind": "mfcc", "summary": "statistics"},
        {"hop_samples": 512},  # frames that share nothing
        {"hop_samples": 700},  # samples between two frames
        {"frame_samples": 2048, "lowest_hz": 0, "highest_hz": 4000},  # filters to both ends of the spectrum
    ],
)
def test_every_feature_is_within_a_step_of_the_one_in_python(changes):
    content, tensor, heard, wanted = described(**changes)
    library = host_program.load(c_frontend.sources(FrontEnd.model_validate(content), tensor))
    hop, count = content["frontend"]["hop_samples"], wanted[0].size
    found = [host_program.features(library, audio.to_int16(clip), hop, count)[0] for clip in heard]
    steps = np.abs(np.stack(found).astype(int) - wanted.reshape(len(heard), -1).astype(int))
    assert steps.max() <= 1
    assert (steps == 0).mean() > 0.99


@pytest.mark.parametrize("changes", [{}, {"hop_samples": 120}, {"hop_samples": 700}, {"summary": "statistics"}])
@pytest.mark.parametrize("model_bytes", [4, 5000])
def test_a_model_may_write_over_the_spectrum(changes, model_bytes):
    content, tensor, heard, _ = described(**changes)
    frontend, samples = FrontEnd.model_validate(content), audio.to_int16(np.concatenate(heard))
    alone = host_program.load(c_frontend.sources(frontend, tensor))
    found = features_beside_model(frontend, tensor, samples, Room(model_bytes))
    np.testing.assert_array_equal(found, host_program.features(alone, samples, 1, tensor.elements))
    assert len(found) > 5


def test_windows_of_a_long_recording_share_their_frames():
    content, tensor, heard, _ = described()
    library = host_program.load(c_frontend.sources(FrontEnd.model_validate(content), tensor))
    constants = content["frontend"]
    frames, coefficients, hop = constants["frames"], constants["coefficients"], constants["hop_samples"]
    samples = audio.to_int16(np.concatenate(heard))
    found = host_program.features(library, samples, hop, frames * coefficients)
    windows = found.reshape(-1, frames, coefficients)
    moved = hop_frames(FrontEnd.model_validate(content).frontend)
    in_all = 1 + (len(samples) - constants["frame_samples"]) // hop
    assert len(windows) == 1 + (in_all - frames) // moved
    for before, after in zip(windows[:-1], windows[1:], strict=True):
        np.testing.assert_array_equal(before[moved:], after[:-moved])


def test_statistics_of_windows_that_overlap_are_each_of_its_own_frames():
    content, tensor, heard, _ = described(kind="mfcc", summary="statistics")
    library = host_program.load(c_frontend.sources(FrontEnd.model_validate(content), tensor))
    constants = content["frontend"]
    hop, clip, moved = constants["hop_samples"], constants["clip_samples"], hop_frames(FrontEnd(**content).frontend)
    samples = audio.to_int16(np.concatenate(heard))
    found = host_program.features(library, samples, hop, 3 * constants["coefficients"])
    clip_of_frames = constants["frame_samples"] + (constants["frames"] - 1) * hop
    assert clip_of_frames <= clip
    for place in (1, 5, len(found) - 1):
        from_start = host_program.features(
            library, samples[place * moved * hop :][:clip_of_frames], hop, found.shape[1]
        )
        np.testing.assert_array_equal(from_start, found[place : place + 1])


def test_it_does_not_matter_in_which_pieces_samples_come():
    content, tensor, heard, _ = described()
    library = host_program.load(c_frontend.sources(FrontEnd.model_validate(content), tensor))
    samples = audio.to_int16(heard[0])
    count = int(np.prod(content["input_shape"]))
    by_hop, by_seven, at_once = (
        host_program.features(library, samples, size, count) for size in (320, 7, len(samples))
    )
    np.testing.assert_array_equal(by_hop, by_seven)
    np.testing.assert_array_equal(by_hop, at_once)


@pytest.mark.parametrize(
    ("constants", "expected"),
    [
        ({"frames": 24, "hop_samples": 640}, 3),
        ({"frames": 3, "hop_samples": 640}, 1),
        ({"frames": 53, "hop_samples": 2048, "segment_hop_samples": 55125}, 27),
        ({"frames": 53, "hop_samples": 2048, "segment_hop_samples": 220500}, 53),
    ],
)
def test_a_window_is_due_as_often_as_the_application_says_or_eight_times_a_clip(constants, expected):
    assert hop_frames(AudioConstants.model_construct(**constants)) == expected


def test_tables_that_the_c_cannot_follow_are_refused():
    content, tensor, _, _ = described(kind="mfcc")
    content["frontend"]["dct"][2][3] += 0.01
    with pytest.raises(FeatherlineError, match="no DCT-II"):
        c_frontend.sources(FrontEnd.model_validate(content), tensor)
    content, tensor, _, _ = described()
    content["frontend"]["mel"]["weights"][4][1] += 0.01
    with pytest.raises(FeatherlineError, match="mel band 4"):
        c_frontend.sources(FrontEnd.model_validate(content), tensor)
