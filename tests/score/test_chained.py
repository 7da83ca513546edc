"""Chained equations: what is given to whom, what is recovered, what is refused."""

import numpy as np
import pytest

from pipeline.score.chained import Plan, Variable, chained, too_large

PLAN = Plan(m=10, rounds=8, seed=4)
NOTHING_FIXED = np.empty((400, 0))


def number(values: np.ndarray, donors: np.ndarray | None = None) -> Variable:
    return Variable(values, ~np.isnan(values) if donors is None else donors, categories=False)


def drawn(seed: int = 1, n: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw a cause, what comes of it, and who answers that: rather those whose cause is low."""
    draw = np.random.default_rng(seed)
    cause = draw.normal(size=n)
    outcome = np.round(2 + cause + draw.normal(size=n))
    return cause, outcome, draw.random(n) < 1 / (1 + np.exp(1.5 * cause))


def test_a_mean_that_those_who_answered_miss_is_recovered() -> None:
    off = []
    for seed in range(20):
        cause, outcome, answers = drawn(seed)
        [_, values] = chained([number(cause), number(np.where(answers, outcome, np.nan))], NOTHING_FIXED, None, Plan(5, 5, seed)).values
        whole = (values.mean() * (~answers).sum() + outcome[answers].sum()) / len(outcome)
        off.append((whole - outcome.mean(), outcome[answers].mean() - outcome.mean()))
    imputed, answered = np.mean(off, axis=0)
    assert abs(imputed) < 0.06
    assert answered < -0.4


def test_only_answers_that_may_be_given_are_given() -> None:
    cause, outcome, answers = drawn()
    known = np.where(answers, outcome, np.nan)
    donors = answers & (known != 2)
    [_, values] = chained([number(cause), number(known, donors)], NOTHING_FIXED, None, PLAN).values
    assert set(np.unique(values)) <= set(np.unique(known[donors]))
    assert values.shape == (10, (~answers).sum())


def test_a_category_goes_to_people_like_those_who_have_it() -> None:
    cause, _, answers = drawn()
    kind = np.digitize(cause, [-0.7, 0.7]).astype(float)
    variable = Variable(np.where(answers, (kind + 1) % 3, np.nan), answers, categories=True)
    [_, values] = chained([number(cause), variable], NOTHING_FIXED, None, PLAN).values
    assert (values == ((kind + 1) % 3)[~answers]).mean() > 0.6 > 1 / 3
    assert set(np.unique(values)) <= {0.0, 1.0, 2.0}


def test_people_of_one_cluster_are_given_what_is_usual_there() -> None:
    draw = np.random.default_rng(3)
    place = np.repeat(np.arange(20), 20)
    level = draw.normal(0, 2, 20)
    outcome = level[place] + draw.normal(size=400)
    answers = draw.random(400) < 0.7
    [values] = chained([number(np.where(answers, outcome, np.nan))], NOTHING_FIXED, place, PLAN).values
    assert np.corrcoef(values.mean(axis=0), level[place][~answers])[0, 1] > 0.9
    [alone] = chained([number(np.where(answers, outcome, np.nan))], NOTHING_FIXED, None, PLAN).values
    assert abs(np.corrcoef(alone.mean(axis=0), level[place][~answers])[0, 1]) < 0.4


def test_the_same_seed_draws_the_same_and_the_chains_differ() -> None:
    cause, outcome, answers = drawn()
    variables = [number(cause), number(np.where(answers, outcome, np.nan))]
    one, same = (chained(variables, NOTHING_FIXED, None, PLAN).values[1] for _ in range(2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one[0], one[1])


def test_chains_that_settle_tell_the_same() -> None:
    cause, outcome, answers = drawn()
    apart = chained([number(cause), number(np.where(answers, outcome, np.nan))], NOTHING_FIXED, None, Plan(20, 40, 2)).apart
    assert np.isnan(apart[0])
    assert apart[1] == pytest.approx(1, abs=0.1)


def test_without_anything_unknown_nothing_is_drawn() -> None:
    cause, outcome, _ = drawn()
    made = chained([number(cause), number(outcome)], NOTHING_FIXED, None, PLAN)
    assert [values.shape for values in made.values] == [(10, 0), (10, 0)]
    assert np.isnan(made.apart).all()


def test_columns_that_others_determine_and_levels_that_nobody_has_do_no_harm() -> None:
    cause, outcome, answers = drawn()
    level = Variable(np.where(cause > 0, 2.0, 5.0), np.ones(400, dtype=bool), categories=True)
    constant, twice = number(np.ones(400)), number(2 * cause)
    known = number(np.where(answers, outcome, np.nan))
    values = chained([number(cause), twice, constant, level, known], NOTHING_FIXED, None, PLAN).values[-1]
    assert np.corrcoef(values.mean(axis=0), outcome[~answers])[0, 1] > 0.5


@pytest.mark.parametrize(("known", "refused"), [(7, [0]), (8, [])])
def test_a_model_with_as_many_columns_as_people_is_named(known: int, refused: list[int]) -> None:
    draw = np.random.default_rng(1)
    values = draw.normal(size=400)
    values[known:] = np.nan
    fixed = draw.normal(size=(400, 5))
    assert 1 + fixed.shape[1] + 1 == 7  # an intercept, what is fixed, the other variable
    assert too_large([number(values), number(draw.normal(size=400))], fixed) == refused
