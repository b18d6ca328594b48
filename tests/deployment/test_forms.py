"""A model is published as small as it can be proven equal to what was converted."""

import numpy as np
import pytest

from featherline.deployment import equality, forms
from featherline.tflite import model
from tests.tflite.handmade import ITEM, classifier


def test_a_model_that_runs_becomes_smaller_and_stays_the_same(converted):
    source = converted.path("int8").read_bytes()
    deployed = forms.deploy(source, None, converted.inputs)
    assert deployed.reason is None
    assert deployed.converted_bytes == len(source) > len(deployed.content)
    assert (deployed.packed, deployed.tables) == (False, None)
    assert "so few values" in deployed.tables_reason


@pytest.mark.parametrize(("scheme", "said"), [("float16", "DEQUANTIZE"), ("dynamic_range", "FULLY_CONNECTED")])
def test_a_model_that_tflm_refuses_stays_as_it_was_converted(converted, scheme, said):
    source = converted.path(scheme).read_bytes()
    deployed = forms.deploy(source, None, converted.inputs)
    assert deployed.content == source
    assert said in deployed.reason
    assert deployed.tables_reason is None


def test_four_bit_kernels_are_packed_where_the_file_becomes_smaller(rounded_networks, windows):
    from featherline.tflite.converter import rounded_forms

    source, packed = rounded_forms(rounded_networks[4])
    deployed = forms.deploy(source, packed, windows)
    assert deployed.packed
    assert len(deployed.content) < len(packed) < len(source)
    kinds = {tensor.type for tensor in model.parse(deployed.content, "the model").tensors if len(tensor.shape) == 4}
    assert kinds == {"int8", "int4"}


def test_packing_that_does_not_pay_is_left_out(rounded_networks, windows):
    from featherline.tflite.converter import rounded_forms

    source, _ = rounded_forms(rounded_networks[8])
    assert not forms.deploy(source, source, windows).packed


def test_a_form_that_answers_otherwise_is_never_published(rounded_networks, windows):
    from featherline.tflite.converter import rounded_forms

    source, other = (rounded_forms(rounded_networks[bits])[1] for bits in (4, 2))
    with pytest.raises(equality.Unequal):
        forms.deploy(source, other, windows)


@pytest.mark.parametrize(("filters", "pays"), [((4, 6), False), ((64, 128), True)])
def test_look_up_tables_are_a_file_of_their_own_where_they_pay(filters, pays):
    source = classifier(np.random.default_rng(2), levels=1, filters=filters)
    items = np.random.default_rng(1).normal(size=(8, *ITEM[1:])).astype(np.float32)
    deployed = forms.deploy(source, None, items)
    assert (deployed.tables is not None) == pays
    assert (deployed.tables_reason is None) == pays
    if pays:
        assert len(deployed.tables) < len(deployed.content)
