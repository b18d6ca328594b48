"""How convolutions lie in memory; that they answer rightly wherever they lie is proven in test_generator."""

import numpy as np

from tests.codegen.programs import c_files
from tests.tflite.handmade import INT4, classifier


def test_weights_are_packed_where_that_is_smaller_in_total():
    small, large = (classifier(np.random.default_rng(0), levels=7, kernels=INT4, filters=f) for f in ((4,), (24, 24)))
    assert b"#define MODEL_PACKED 0" in c_files(small)["model.c"]
    assert b"#define MODEL_PACKED 1" in c_files(large)["model.c"]
