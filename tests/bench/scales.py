"""What a battery of scales costs: item analysis, alpha and omega of 12 scales, 2 groups and 2 waves of 2,000 people, beside the same by other packages."""

import time
import warnings
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import pandas as pd
import pingouin
from statsmodels.multivariate.factor import Factor
from statsmodels.stats.descriptivestats import describe

from pipeline.compare.measurement.one_factor import one_factor
from pipeline.score.reliability import alpha_if_dropped, cronbach_alpha, item_rest_correlations
from tests.bench.measure import RUNS

SCALES, ITEMS, GROUPS, WAVES, PEOPLE = 12, 6, 2, 2, 2000


def batteries() -> list[np.ndarray]:
    """Draw answers 1-5 of every scale, group and wave, two in a hundred of them missing."""
    rng = np.random.default_rng(1)
    loadings = np.linspace(0.5, 0.85, ITEMS)
    drawn = []
    for _ in product(range(SCALES), range(GROUPS), range(WAVES)):
        felt = rng.standard_normal((PEOPLE // GROUPS, 1)) * loadings
        felt += rng.standard_normal(felt.shape) * np.sqrt(1 - loadings**2)
        answers = 1.0 + np.searchsorted((-1.2, -0.3, 0.6, 1.4), felt)
        drawn.append(np.where(rng.random(answers.shape) < 0.02, np.nan, answers))
    return drawn


def ours(answers: np.ndarray) -> float:
    """Item analysis, alpha and omega, each with its interval, in our own functions."""
    cronbach_alpha(answers)
    item_rest_correlations(answers)
    alpha_if_dropped(answers)
    known = ~np.isnan(answers)
    for end in (1.0, 5.0):
        (answers == end).sum(axis=0) / known.sum(axis=0)
    return one_factor(answers).omega


def theirs(answers: np.ndarray) -> float:
    """The same by calls of pingouin and statsmodels: an interval of omega, which neither has, from a bootstrap of 100 draws."""
    frame = pd.DataFrame(answers, columns=[f"q{place}" for place in range(answers.shape[1])])
    complete = frame.dropna()
    describe(frame, stats=("nobs", "missing", "mean", "std", "min", "max"))
    pingouin.cronbach_alpha(data=complete)
    for name in complete:
        rest = complete.drop(columns=name)
        pingouin.corr(complete[name], rest.sum(axis=1))
        pingouin.cronbach_alpha(data=rest)
    values = complete.to_numpy()
    rng = np.random.default_rng(2)
    for _ in range(100):
        _omega(values[rng.integers(len(values), size=len(values))])
    return _omega(values)


def _omega(values: np.ndarray) -> float:
    loadings = Factor(values, n_factor=1, method="ml").fit().loadings[:, 0]
    return float(loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum()))


def scale_rows() -> Iterator[str]:
    """Give the rows of both, and how many times the one is the other."""
    drawn = batteries()
    warnings.simplefilter("ignore")
    said = f"item analysis, alpha and omega of {SCALES} scales × {GROUPS} groups × {WAVES} waves, {PEOPLE:,} people"
    own, other = (_least(work, drawn, runs) for work, runs in ((ours, RUNS), (theirs, 1)))
    yield f"| {said} | {own[0]:.2f} | {own[1]:.2f} | in one process that runs already |"
    yield f"| the same by pingouin and statsmodels | {other[0]:.2f} | {other[1]:.2f} | {other[0] / own[0]:.0f} × as much |"


def _least(work: Callable[[np.ndarray], float], drawn: list[np.ndarray], runs: int) -> tuple[float, float]:
    found = []
    for _ in range(runs):
        began, cpu = time.perf_counter(), time.process_time()
        for answers in drawn:
            work(answers)
        found.append((time.process_time() - cpu, time.perf_counter() - began))
    return min(found)
