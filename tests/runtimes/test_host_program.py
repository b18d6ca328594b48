import ctypes

import numpy as np
import pytest

from featherline.errors import FeatherlineError
from featherline.runtimes import host_program

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
    assert host_program.samples_of_motion(np.array([acceleration_g]), 4096).tolist() == [expected]


def test_samples_of_16_bits_survive_the_way_through_floats():
    samples = np.arange(-32768, 32768, dtype=np.int16)
    np.testing.assert_array_equal(host_program.samples_of_audio(samples.astype(np.float32) / 32768), samples)


PUSHED = {
    "program.c": b"""
static signed char features[2];
static int pushed;
void frontend_reset(void) { pushed = 0; }
const signed char *frontend_push(const short *samples, int count) {
    features[0] = (signed char)samples[0];
    features[1] = (signed char)count;
    return ++pushed % 2 ? 0 : features;
}
void program_reset(void) { frontend_reset(); }
const signed char *program_output(void) { return features; }
int program_push(const short *samples, int count) { return frontend_push(samples, count) ? pushed : -1; }
"""
}


def test_what_was_due_is_gathered_and_the_last_piece_may_be_short():
    library = host_program.load(PUSHED)
    assert isinstance(library, ctypes.CDLL)
    samples = np.arange(10, dtype=np.int16)
    for _ in range(2):  # a stream begins anew each time
        assert host_program.features_of_audio(library, samples, 3, 2).tolist() == [[3, 3], [9, 1]]
        classes, outputs = host_program.decisions_of_audio(library, samples, 3, 2)
        assert (classes.tolist(), outputs.tolist()) == ([2, 4], [[3, 3], [9, 1]])


def test_nothing_due_gives_no_windows():
    library = host_program.load(PUSHED)
    assert host_program.features_of_audio(library, np.zeros(2, np.int16), 3, 2).shape == (0, 2)
