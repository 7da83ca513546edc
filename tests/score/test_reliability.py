"""Alpha: its definition, its properties, and when there is none. Values from R are in tests/reference."""

import numpy as np
import pytest

from pipeline.score.reliability import (
    alpha_if_dropped,
    cronbach_alpha,
    feldt_interval,
    item_rest_correlations,
    mean_correlation,
    standardised_alpha,
)

NO = np.nan
ANSWERS = np.array([[1, 2, 1], [2, 2, 3], [3, 4, 3], [4, 3, 5], [5, 5, 4]], dtype=float)


def test_alpha_is_one_minus_the_items_share_of_the_sums_variance() -> None:
    # Variances of the items: 10/4, 6.8/4, 8.8/4; of the sums 4, 7, 10, 12, 14: 63.2/4.
    assert cronbach_alpha(ANSWERS).alpha == pytest.approx(3 / 2 * (1 - (10 + 6.8 + 8.8) / 63.2))


def test_two_equal_items_agree_perfectly() -> None:
    assert cronbach_alpha(ANSWERS[:, [0, 0]]).alpha == pytest.approx(1)


def test_people_with_a_missing_answer_are_left_out() -> None:
    with_gaps = np.vstack([ANSWERS, [[5, NO, 1], [NO, NO, NO]]])
    assert cronbach_alpha(with_gaps) == cronbach_alpha(ANSWERS)


def test_alpha_of_standard_scores_is_the_standardised_alpha() -> None:
    scores = (ANSWERS - ANSWERS.mean(axis=0)) / ANSWERS.std(axis=0, ddof=1)
    assert standardised_alpha(ANSWERS) == pytest.approx(cronbach_alpha(scores).alpha)
    assert mean_correlation(ANSWERS) == pytest.approx(np.corrcoef(ANSWERS, rowvar=False)[np.triu_indices(3, 1)].mean())


def test_an_item_that_measures_something_else_lowers_alpha() -> None:
    other = np.column_stack([ANSWERS, [3, 1, 4, 1, 3]])
    found = cronbach_alpha(other)
    assert alpha_if_dropped(other)[3] == pytest.approx(cronbach_alpha(ANSWERS).alpha)
    assert alpha_if_dropped(other)[3] > found.alpha
    assert item_rest_correlations(other)[3] == pytest.approx(np.corrcoef(other[:, 3], ANSWERS.sum(axis=1))[0, 1])


def test_the_interval_holds_alpha_and_narrows_with_people() -> None:
    few, many = feldt_interval(0.8, 30, 4), feldt_interval(0.8, 3000, 4)
    assert few[0] < many[0] < 0.8 < many[1] < few[1]


@pytest.mark.parametrize(
    ("answers", "note"),
    [
        (np.empty((0, 3)), "too_few_people"),
        (np.full((4, 3), NO), "too_few_people"),
        (ANSWERS[:1], "too_few_people"),
        (ANSWERS[:, :1], "too_few_items"),
        (np.column_stack([ANSWERS, np.ones(5)]), "constant_item"),
        (np.column_stack([ANSWERS[:, 0], 6 - ANSWERS[:, 0]]), "constant_sum"),
    ],
)
def test_where_there_is_no_alpha_a_note_says_why(answers: np.ndarray, note: str) -> None:
    found = cronbach_alpha(answers)
    assert np.isnan([found.alpha, found.conf_low, found.conf_high]).all()
    assert found.note == note
    assert np.isnan(standardised_alpha(answers))
    assert np.isnan(item_rest_correlations(answers)).all()


def test_two_items_leave_nothing_when_one_is_dropped() -> None:
    assert np.isnan(alpha_if_dropped(ANSWERS[:, :2])).all()
