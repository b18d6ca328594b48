import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from featherline.regression.noise import Sample, sure_fall, wilson_bounds

found = st.integers(1, 500).flatmap(lambda items: st.builds(Sample, st.integers(0, items), st.just(items)))


@given(found)
def test_bounds_of_a_share_are_those_of_statsmodels(one):
    expected = proportion_confint(one.correct, one.items, alpha=0.1, method="wilson")
    assert wilson_bounds(one) == pytest.approx([max(expected[0], 0), min(expected[1], 1)], abs=1e-9)


@given(found, found)
def test_the_sure_fall_of_one_share_is_newcombes_bound(base, now):
    low, _ = confint_proportions_2indep(*base, *now, method="newcomb", compare="diff", alpha=0.1)
    assert sure_fall([base], [now]) == pytest.approx(low, abs=1e-9)


def test_more_items_make_the_same_fall_surer():
    assert sure_fall([Sample(90, 100)], [Sample(85, 100)]) < 0 < sure_fall([Sample(9000, 10000)], [Sample(8500, 10000)])


def test_a_fall_of_one_class_counts_by_its_share_of_the_classes():
    steady = Sample(9000, 10000)
    one_class = sure_fall([Sample(9000, 10000)], [Sample(5000, 10000)])
    of_four = sure_fall([Sample(9000, 10000), *[steady] * 3], [Sample(5000, 10000), *[steady] * 3])
    assert one_class == pytest.approx(0.4, abs=0.02)
    assert of_four == pytest.approx(0.1, abs=0.01)
