"""Factors behind ordered answers: correlations, omega and its interval, two factors, and what they refuse."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from pipeline.compare.exhibits.ordered import ordered_rows
from pipeline.compare.measurement.ordinal import fit_ordinal
from pipeline.compare.measurement.polychoric import Ordered, both_below
from pipeline.spec.study import Study
from tests.once import results_of

LOADINGS = np.array([0.5, 0.6, 0.7, 0.8, 0.85])
STEPS = {"even": (-1.5, -0.5, 0.5, 1.5), "skewed": (0.0, 0.7, 1.2, 1.7), "two": (0.3,)}
OMEGA = LOADINGS.sum() ** 2 / (LOADINGS.sum() ** 2 + (1 - LOADINGS**2).sum())


def drawn(rng: np.random.Generator, people: int, steps: str = "even", trait: np.ndarray | None = None) -> np.ndarray:
    trait = rng.standard_normal(people) if trait is None else trait
    felt = trait[:, None] * LOADINGS + rng.standard_normal((people, len(LOADINGS))) * np.sqrt(1 - LOADINGS**2)
    return 1.0 + np.searchsorted(STEPS[steps], felt)


@pytest.mark.parametrize("correlation", [-0.97, -0.4, 0.0, 0.3, 0.9, 0.99])
def test_the_chance_of_lying_below_two_limits_is_scipys(correlation: float) -> None:
    joint = multivariate_normal(cov=[[1, correlation], [correlation, 1]])
    for first, second in ((-1.2, 0.4), (0.0, 0.0), (2.0, 1.5), (-0.3, 8.0)):
        assert both_below(np.array(first), np.array(second), np.array(correlation)) == pytest.approx(joint.cdf([first, second]), abs=2e-5)


@pytest.mark.parametrize("steps", STEPS)
def test_correlations_and_loadings_are_of_what_lies_behind_the_answers(steps: str) -> None:
    rng = np.random.default_rng(1)
    found = fit_ordinal(drawn(rng, 4000, steps), [5])
    errors = np.sqrt(np.diag(found.covariance))
    assert (np.abs(found.loadings - LOADINGS) < 4 * errors).all()
    spread = np.sqrt(np.diag(found.ordered.covariance) / 4000)
    wanted = np.outer(LOADINGS, LOADINGS)[found.ordered.pairs]
    assert (np.abs(found.ordered.correlations - wanted) < 4 * spread).all()


def test_the_interval_of_omega_and_the_test_hold_what_they_say_on_skewed_answers() -> None:
    rng, draws, held, rejected = np.random.default_rng(2), 150, 0, 0
    for _ in range(draws):
        found = fit_ordinal(drawn(rng, 250, "skewed"), [5])
        _, low, high = found.omega(0.95)
        held += low <= OMEGA <= high
        rejected += found.test.p_value < 0.05
    assert held >= 0.88 * draws
    assert rejected <= 0.11 * draws


def test_two_factors_that_go_together_are_told_apart_from_one() -> None:
    rng = np.random.default_rng(3)
    first = rng.standard_normal(1500)
    second = 0.5 * first + np.sqrt(0.75) * rng.standard_normal(1500)
    answers = np.hstack([drawn(rng, 1500, trait=first), drawn(rng, 1500, trait=second)])
    two, one = fit_ordinal(answers, [5, 5]), fit_ordinal(answers, [10])
    assert abs(two.estimates[two.free[-1]] - 0.5) < 4 * two.covariance[-1, -1] ** 0.5
    assert two.test.p_value > 0.001
    assert one.robust()["cfi"] < 0.9 < two.robust()["cfi"]


def test_the_order_of_people_and_the_names_of_answers_change_nothing() -> None:
    rng = np.random.default_rng(4)
    answers = drawn(rng, 300)
    found, other = fit_ordinal(answers, [5]), fit_ordinal(rng.permutation(answers) * 10 + 3, [5])
    assert other.loadings == pytest.approx(found.loadings, abs=1e-9)
    turned = fit_ordinal(6 - answers, [5])
    assert turned.omega(0.95) == pytest.approx(found.omega(0.95), abs=1e-9)
    assert Ordered.of(np.vstack([answers, np.full((2, 5), np.nan)])).classes.shape == (300, 5)


def test_a_scale_of_few_people_has_a_reason_and_one_of_many_steps_no_row(trs: Study) -> None:
    rows = results_of(trs)[2].estimates.query("estimand == 'ordinal_omega'")
    assert set(zip(rows["outcome"], rows["wave"], strict=True)) == {
        (name, wave) for name in ("turnover_intention", "employability") for wave in ("t1", "t2")
    }
    assert rows["estimate"].between(rows["conf_low"], rows["conf_high"]).all()
    scale = _Bare()
    [few] = ordered_rows(scale, "", drawn(np.random.default_rng(5), 60))
    assert few["note"] == "too_few_people"
    assert list(ordered_rows(scale, "", np.random.default_rng(6).normal(size=(400, 4)))) == []


class _Bare:
    """Stands for a scale of which only the answers matter."""

    def common(self, wave: str, estimator: str) -> dict[str, object]:
        return {"wave": wave, "estimator": estimator}
