import numpy as np
import pytest

from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.deployment.equality import Unequal, Unproven, check_equal
from tests.tflite.handmade import FLOAT, INT4, INT16, ITEM, OPERATORS, Handmade, classifier


def model(seed=0, **changes) -> bytes:
    return classifier(np.random.default_rng(seed), **changes)


def items(kind="int8") -> np.ndarray:
    return np.random.default_rng(5).integers(-128, 128, (10, *ITEM[1:])).astype(kind)


def test_a_model_is_equal_to_itself_as_file_and_as_content(tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes(model())
    check_equal(path, path, items())
    check_equal(model(), path, items())


def test_items_that_differ_are_counted_and_the_file_is_named(tmp_path):
    (tmp_path / "before.tflite").write_bytes(model(seed=0))
    (tmp_path / "after.tflite").write_bytes(model(seed=1))
    with pytest.raises(Unequal, match=r"after.tflite answers 10 of 10 items differently from .*before.tflite"):
        check_equal(tmp_path / "before.tflite", tmp_path / "after.tflite", items())


def test_one_item_is_enough():
    made = [Handmade(), Handmade()]
    for limit, hand in zip((0, 1), made, strict=True):
        entry, floor, result = (
            hand.tensor((1, 2), FLOAT),
            hand.tensor((1, 2), FLOAT, np.float32([[limit, limit]])),
            hand.tensor((1, 2), FLOAT),
        )
        hand.operator(OPERATORS.MAXIMUM, [entry, floor], [result])
    before, after = (hand.content([0], [2]) for hand in made)
    check_equal(before, after, np.float32([[5, 6], [1, 1]]))
    with pytest.raises(Unequal, match="the result answers 1 of 3 items differently from the source"):
        check_equal(before, after, np.float32([[5, 6], [0, 7], [8, 9]]))


def test_equal_bytes_on_another_scale_are_other_numbers():
    made = []
    for scale in (0.1, 0.2):
        hand = Handmade()
        entry, result = hand.tensor((1, 4), INT16, scale=scale), hand.tensor((1, 4), INT16, scale=scale)
        hand.operator(OPERATORS.RELU, [entry], [result])
        made.append(hand.content([entry], [result]))
    with pytest.raises(Unequal, match="its input is int16 .* scale .0.2"):
        check_equal(*made, np.int16([[1, 2, 3, 4]]))


def test_a_source_that_tflm_refuses_proves_nothing(converted):
    with pytest.raises(Unproven, match="float16.tflite does not run on TensorFlow Lite Micro.*DEQUANTIZE"):
        check_equal(converted.path("float16"), converted.path("float16"), converted.inputs)


def test_a_result_that_tflm_refuses_is_not_equal():
    refused = model(activations=INT16, kernels=INT4, levels=7)  # the runtime has no such kernel
    with pytest.raises(Unequal, match="the result does not run on TensorFlow Lite Micro, and the source does"):
        check_equal(model(activations=INT16), refused, items("int16"))


def test_no_items_prove_nothing():
    with pytest.raises(FeatherlineError, match="zero items"):
        check_equal(model(), model(), items()[:0])


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FeatherlineError, match="absent.tflite is missing"):
        check_equal(model(), tmp_path / "absent.tflite", items())


def test_models_are_compared_in_a_process_of_their_own():
    call = isolation.Call(check_equal, (model(), model(), items()))
    assert isolation.run([call], "compare", workers=1) == [None]
    call = isolation.Call(check_equal, (model(seed=0), model(seed=1), items()))
    with pytest.raises(Unequal, match="10 of 10"):
        isolation.run([call], "compare", workers=1)
