import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

from featherline.core import statistics
from featherline.core.errors import FeatherlineError


def test_thirty_six_of_thirty_nine_says_less_than_it_seems():
    low, high = statistics.wilson_interval(36, 39)
    assert (round(100 * low, 1), round(100 * high, 1)) == (79.7, 97.3)


def test_the_interval_is_that_of_the_formula():
    # Wilson 1927 with z = 1.96, worked by hand for 8 of 10
    z, n, p = 1.959964, 10, 0.8
    centre, half = (p + z**2 / 2 / n) / (1 + z**2 / n), z / (1 + z**2 / n) * (p * (1 - p) / n + z**2 / 4 / n**2) ** 0.5
    assert statistics.wilson_interval(8, 10) == pytest.approx((centre - half, centre + half))


@given(st.integers(1, 5000).flatmap(lambda items: st.tuples(st.integers(0, items), st.just(items))))
def test_the_interval_holds_the_share_and_stays_possible(counts):
    correct, items = counts
    low, high = statistics.wilson_interval(correct, items)
    assert 0 <= low <= correct / items <= high <= 1
    assert high - low > 0


@given(
    st.integers(1, 5000).flatmap(lambda items: st.tuples(st.integers(0, items), st.just(items))),
    st.sampled_from([0.9, 0.95, 0.99]),
)
def test_the_interval_is_that_of_statsmodels(counts, confidence):
    expected = proportion_confint(*counts, alpha=1 - confidence, method="wilson")
    assert statistics.wilson_interval(*counts, confidence) == pytest.approx(expected, rel=1e-13, abs=1e-15)


@given(st.lists(st.tuples(*[st.booleans()] * 2), min_size=1, max_size=400))
def test_the_exact_test_is_that_of_statsmodels(correct):
    first, second = np.array(correct).T
    both = [[(first & second).sum(), (first & ~second).sum()], [(~first & second).sum(), (~first & ~second).sum()]]
    disagreement = statistics.compare(np.ones(len(correct), int), first.astype(int), second.astype(int))
    assert disagreement.p_value == mcnemar(both, exact=True).pvalue


def test_confusion_has_true_classes_in_rows():
    confusion = statistics.confusion_matrix(np.array([0, 0, 0, 1, 2]), np.array([0, 0, 1, 1, 0]), 3)
    assert confusion.tolist() == [[2, 1, 0], [0, 1, 0], [1, 0, 0]]
    np.testing.assert_allclose(statistics.recall_per_class(confusion), [2 / 3, 1, 0])


def test_balanced_accuracy_does_not_reward_the_common_class():
    labels = np.array([0] * 90 + [1] * 10)
    result = statistics.accuracy(labels, np.zeros(100, int), 2)
    assert (result.items, result.correct, result.share, result.balanced) == (100, 90, 0.9, 0.5)


def test_a_class_without_items_has_no_recall_and_no_say():
    result = statistics.accuracy(np.array([0, 0, 1]), np.array([0, 2, 1]), 3)
    assert np.isnan(result.recall[2])
    assert result.balanced == 0.75


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1))
def test_everything_agrees_with_the_confusion_matrix(pairs):
    labels, predictions = np.array(pairs).T
    result = statistics.accuracy(labels, predictions, 4)
    assert result.confusion.sum() == result.items == len(pairs)
    assert result.correct == (labels == predictions).sum()
    assert 0 <= result.balanced <= 1


def test_no_items_are_an_error():
    with pytest.raises(FeatherlineError, match="no items"):
        statistics.accuracy(np.array([], int), np.array([], int), 2)


def test_mcnemar_counts_the_items_on_which_two_classifiers_differ():
    labels = np.zeros(100, int)
    first, second = labels.copy(), labels.copy()
    first[:2] = 1  # the second alone is right on two items
    second[2:12] = 1  # the first alone on ten
    second[50] = first[50] = 1  # and both are wrong on one
    found = statistics.compare(labels, first, second)
    assert (found.first_alone, found.second_alone) == (10, 2)
    # Two or fewer of 12 by a fair coin, both tails: 2 * (1 + 12 + 66) / 4096.
    assert found.p_value == pytest.approx(2 * 79 / 4096)
    assert statistics.compare(labels, first, first).p_value == 1
