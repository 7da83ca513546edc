"""Alpha: its definition, its properties, and when there is none. Values from R are in tests/reference."""

import numpy as np
import pytest
from scipy.special import stdtrit
from scipy.stats import kurtosis

from pipeline.score.reliability import (
    alpha_if_dropped,
    cronbach_alpha,
    item_rest_correlations,
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


def test_an_item_that_measures_something_else_lowers_alpha() -> None:
    other = np.column_stack([ANSWERS, [3, 1, 4, 1, 3]])
    found = cronbach_alpha(other)
    assert alpha_if_dropped(other)[3] == pytest.approx(cronbach_alpha(ANSWERS).alpha)
    assert alpha_if_dropped(other)[3] > found.alpha
    assert item_rest_correlations(other)[3] == pytest.approx(np.corrcoef(other[:, 3], ANSWERS.sum(axis=1))[0, 1])


def answered(people: int, seed: int = 1) -> np.ndarray:
    """Draw answers 1-5 to four questions that measure one thing."""
    draw = np.random.default_rng(seed)
    traits = draw.normal(0, 1, (people, 1)) + draw.normal(0, 0.8, (people, 4))
    return np.clip(np.round(traits + 3), 1, 5)


def test_the_interval_comes_from_leaving_out_one_person_at_a_time() -> None:
    answers = answered(40)
    logs = np.log([1 - cronbach_alpha(np.delete(answers, place, axis=0)).alpha for place in range(40)])
    error = (39 / 40 * ((logs - logs.mean()) ** 2).sum()) ** 0.5
    tails = kurtosis(logs, fisher=False)
    half = stdtrit(min(2 * 40 / (tails - 37 / 39), 39), 0.975) * error
    found = cronbach_alpha(answers)
    log = np.log(1 - found.alpha)
    assert (found.conf_low, found.conf_high) == pytest.approx((1 - np.exp(log + half), 1 - np.exp(log - half)))


def test_the_interval_holds_alpha_and_narrows_with_people() -> None:
    few, many = cronbach_alpha(answered(30)), cronbach_alpha(answered(3000))
    assert few.conf_low < many.conf_low < many.alpha < many.conf_high < few.conf_high


def test_an_item_that_is_not_reversed_goes_against_the_rest() -> None:
    answers = answered(200)
    answers[:, 2] = 6 - answers[:, 2]
    assert cronbach_alpha(answers[:, 1:3]).alpha < 0
    rests = item_rest_correlations(answers)
    assert rests.argmin() == 2
    assert rests[2] < -0.5
    assert alpha_if_dropped(answers).argmax() == 2


@pytest.mark.parametrize(
    ("answers", "note"),
    [
        (np.repeat([[1.0, 1], [2, 2], [5, 5]], 7, axis=0), "items_in_step"),
        (np.repeat([[1.0, 2], [2, 3], [5, 6]], 7, axis=0), "items_in_step"),
        (np.repeat([[5.0, 4], [4, 3], [1, 2]], [20, 2, 2], axis=0), "few_other_answers"),
        (np.repeat([[5.0, 4], [4, 3], [1, 4]], [20, 3, 2], axis=0), "few_other_answers"),
        (np.repeat([[5.0, 4], [4, 3], [1, 2]], [20, 3, 2], axis=0), ""),
    ],
)
def test_an_alpha_without_interval_says_why(answers: np.ndarray, note: str) -> None:
    found = cronbach_alpha(answers)
    assert (found.note, np.isnan(found.alpha), np.isnan(found.conf_low)) == (note, False, note != "")


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
    assert np.isnan(item_rest_correlations(answers)).all()


def test_two_items_leave_nothing_when_one_is_dropped() -> None:
    assert np.isnan(alpha_if_dropped(ANSWERS[:, :2])).all()
