"""Scoring rules on tiny tables: expected values are the sums that make them."""

import numpy as np
import pandas as pd
import pytest

from pipeline.score.amounts import is_among
from pipeline.score.rules import SCORING_RULES
from pipeline.spec.declaration import Measure
from pipeline.spec.declared import Text
from pipeline.spec.vocabulary import RULE_KINDS

NO = np.nan
LABEL = Text(sv="x", en="x")


def measure(rule: str, items: tuple[str, ...] = ("a", "b", "c", "d"), **keys) -> Measure:
    return Measure(name="m", label=LABEL, unit=LABEL, rule=rule, items=items, **keys)


def score(rule: str, rows: list[list], **keys) -> list[float]:
    """Score rows of answers; numbers or codes, NO where not answered."""
    items = pd.DataFrame(rows, columns=list("abcd")[: len(rows[0])])
    numbers = {name for name in items if pd.api.types.is_numeric_dtype(items[name])}
    items = items.astype({name: "str" for name in items if name not in numbers})
    return SCORING_RULES[rule].score(items, measure(rule, tuple(items.columns), **keys)).tolist()


def test_the_registry_and_the_vocabulary_know_the_same_rules() -> None:
    assert list(SCORING_RULES) == [rule for rule in RULE_KINDS if rule in SCORING_RULES]
    assert set(SCORING_RULES) == set(RULE_KINDS)


def test_a_mean_needs_the_declared_share_of_answers() -> None:
    rows = [[1, 2, 3, 4], [1, NO, 3, 5], [1, NO, NO, 4], [NO, NO, NO, NO]]
    assert score("mean_of_items", rows, minimum_answered=0.75) == pytest.approx([(1 + 2 + 3 + 4) / 4, (1 + 3 + 5) / 3, NO, NO], nan_ok=True)


@pytest.mark.parametrize(("answered", "asked", "share"), [(3, 5, 0.6), (11, 20, 0.55), (7, 25, 0.28)])
def test_exactly_the_declared_share_is_enough_however_computers_write_it(answered: int, asked: int, share: float) -> None:
    names = tuple(f"item_{place}" for place in range(asked))
    rows = [[2.0] * count + [NO] * (asked - count) for count in (answered, answered - 1)]
    items = pd.DataFrame(rows, columns=list(names))
    found = SCORING_RULES["mean_of_items"].score(items, measure("mean_of_items", names, minimum_answered=share))
    assert found.tolist() == pytest.approx([2, NO], nan_ok=True)


def test_nobody_gets_a_score_without_answering_anything() -> None:
    nothing = [[NO, NO]]
    assert np.isnan(score("mean_of_items", nothing, minimum_answered=0.0)).all()
    assert np.isnan(score("sum_of_items", nothing, minimum_answered=0.0)).all()
    assert np.isnan(score("count_of", [[NO, NO], [1, 1]], counts=("1",), minimum_answered=0.0)[0])


def test_a_sum_stands_at_the_persons_own_mean_where_an_answer_is_missing() -> None:
    rows = [[0, 1, 2, 3], [0, 1, 2, NO]]
    assert score("sum_of_items", rows, minimum_answered=0.75) == pytest.approx([0 + 1 + 2 + 3, (0 + 1 + 2) / 3 * 4])


def test_a_count_needs_every_answer_unless_declared_otherwise() -> None:
    rows = [["yes", "no", "yes", "no"], ["yes", NO, "yes", "no"]]
    assert score("count_of", rows, counts=("yes",)) == pytest.approx([2, NO], nan_ok=True)
    assert score("count_of", rows, counts=("yes",), minimum_answered=0.75) == [2, 2]


def test_any_of_is_known_as_soon_as_one_counts() -> None:
    rows = [["yes", NO], ["no", "no"], ["no", NO], [NO, NO], ["no", "yes"]]
    assert score("any_of", rows, counts=("yes",)) == pytest.approx([1, 0, NO, NO, 1], nan_ok=True)


def test_one_of_leaves_out_those_to_whom_it_does_not_apply() -> None:
    rows = [["internal"], ["none"], ["retired"], [NO], ["external"]]
    found = score("one_of", rows, counts=("internal", "external"), leaves_out=("retired",))
    assert found == pytest.approx([1, 0, NO, NO, 1], nan_ok=True)


def test_one_of_counts_ratings_by_their_codes() -> None:
    assert score("one_of", [[5.0], [4.0], [3.0], [NO]], counts=("4", "5")) == pytest.approx([1, 1, 0, NO], nan_ok=True)


def test_above_means_strictly_above() -> None:
    assert score("above", [[0.0], [1.0], [NO]], threshold=0) == pytest.approx([0, 1, NO], nan_ok=True)


def test_an_answer_taken_as_it_is_does_not_change() -> None:
    assert score("as_answered", [[2.5], [NO]]) == pytest.approx([2.5, NO], nan_ok=True)


def test_the_lock_in_rules_take_workplace_first_and_occupation_second() -> None:
    rows = [["no", "yes"], ["yes", "no"], ["no", "no"], ["no", "dont_know"]]
    assert score("lock_in", rows)[:3] == ["workplace", "occupation", "double"]
    assert score("double_lock_in", rows) == pytest.approx([0, 0, 1, NO], nan_ok=True)


def test_a_missing_answer_is_among_no_codes() -> None:
    assert is_among(pd.Series([1.0, NO]), ("1",)).tolist() == [True, False]
    assert is_among(pd.Series(["yes", None], dtype="str"), ("yes",)).tolist() == [True, False]


@pytest.mark.parametrize(("rule", "keys"), [("mean_of_items", {}), ("count_of", {"counts": ("1", "2")}), ("any_of", {"counts": ("5",)})])
def test_a_block_of_rows_scores_as_all_rows_do(rule: str, keys: dict) -> None:
    answers = np.random.default_rng(7).integers(1, 6, size=(40, 4)).astype(float)
    answers[answers == 3] = NO
    rows = answers.tolist()
    assert score(rule, rows[:13], **keys) + score(rule, rows[13:], **keys) == pytest.approx(score(rule, rows, **keys), nan_ok=True)


def test_a_limit_is_kept_within_it_at_it_or_with_an_excuse() -> None:
    rows = [[2.5, NO], [3.0, "no"], [3.1, "yes"], [3.1, "no"]]
    assert score("within_or_excused", rows, threshold=3, counts=("yes",)) == [1, 1, 1, 0]


def test_a_limit_is_undecided_without_the_number_or_the_excuse() -> None:
    rows = [[4.0, NO], [NO, "no"], [NO, "yes"], [NO, NO]]
    assert score("within_or_excused", rows, threshold=3, counts=("yes",)) == pytest.approx([NO, NO, 1, NO], nan_ok=True)
