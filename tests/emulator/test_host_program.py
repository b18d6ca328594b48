import ctypes

import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.emulator import host_program
from featherline.signals import audio, motion

COUNTER = {
    "count.h": b"int count(void);\n",
    "count.c": b'#include "count.h"\nstatic int counted = FIRST;\nint count(void) { return counted++; }\n',
}


def test_each_library_has_variables_of_its_own():
    one, other = (host_program.load(COUNTER, {"FIRST": first}) for first in ("3", "7"))
    assert [one.count(), one.count(), other.count()] == [3, 4, 7]


def test_the_compiler_says_what_it_refuses():
    with pytest.raises(FeatherlineError, match="refuses count.c: .*FIRST"):
        host_program.load(COUNTER)


@pytest.mark.parametrize(
    ("acceleration_g", "expected"), [(0.0, 0), (1.0, 4096), (-0.5, -2048), (9.0, 32767), (-9.0, -32768)]
)
def test_acceleration_becomes_what_a_sensor_of_16_bits_gives(acceleration_g, expected):
    assert motion.to_int16(np.array([acceleration_g]), 4096).tolist() == [expected]


def test_samples_of_16_bits_survive_the_way_through_floats():
    samples = np.arange(-32768, 32768, dtype=np.int16)
    np.testing.assert_array_equal(audio.to_int16(samples.astype(np.float32) / 32768), samples)


PUSHED = {
    "program.c": b"""
#include <stdint.h>
/* A window is due with each third sample. */
static int8_t features[2];
static int32_t pushed;
void model_frontend_reset(void) { pushed = 0; }
int32_t model_frontend_push(const int16_t *samples, int32_t count, const int8_t **due) {
    for (int32_t taken = 0; taken < count;) {
        features[0] = (int8_t)samples[taken];
        features[1] = (int8_t)count;
        ++taken;
        if (++pushed % 3 == 0) { *due = features; return taken; }
    }
    *due = 0;
    return count;
}
void model_program_reset(void) { model_frontend_reset(); }
const int8_t *model_program_output(void) { return features; }
int32_t model_program_push(const int16_t *samples, int32_t count, int32_t *found) {
    const int8_t *due;
    const int32_t taken = model_frontend_push(samples, count, &due);
    *found = due ? pushed : -1;
    return taken;
}
"""
}


def test_every_window_of_a_piece_is_gathered_and_the_last_piece_may_be_short():
    library = host_program.load(PUSHED)
    assert isinstance(library, ctypes.CDLL)
    samples = np.arange(10, dtype=np.int16)
    windows = [[2, 8], [5, 5], [8, 2]]  # what was left of the piece when a window was due
    for _ in range(2):  # a stream begins anew each time
        assert host_program.features(library, samples, 8, 2).tolist() == windows
        classes, outputs = host_program.decisions(library, samples, 8, 2)
        assert (classes.tolist(), outputs.tolist()) == ([3, 6, 9], windows)


def test_nothing_due_gives_no_windows():
    library = host_program.load(PUSHED)
    assert host_program.features(library, np.zeros(2, np.int16), 3, 2).shape == (0, 2)
