"""What multiple imputation costs: 20 imputations of 2,000 people × 20 mixed answers, beside scikit-learn's IterativeImputer."""

import time
import warnings
from collections.abc import Callable, Iterator

import numpy as np

from pipeline.score.chained import Plan, Variable, chained
from tests.bench.measure import RUNS

PEOPLE, ANSWERS, TIMES, ROUNDS = 2000, 20, 20, 10
NUMBERS, RATINGS = 10, 16
"""Answers up to the first are numbers, up to the second ratings of four steps, and the others of three categories."""


def drawn() -> tuple[np.ndarray, np.ndarray]:
    """Draw answers that go together (n, 20), and the same with a fifth missing, rather of those who are high in the first, which is known of all."""
    rng = np.random.default_rng(1)
    felt = 0.7 * rng.standard_normal((PEOPLE, 1)) + rng.standard_normal((PEOPLE, ANSWERS))
    felt[:, NUMBERS:RATINGS] = np.digitize(felt[:, NUMBERS:RATINGS], (-1.0, 0.0, 1.0))
    felt[:, RATINGS:] = np.digitize(felt[:, RATINGS:], (-0.5, 0.6))
    missing = rng.random(felt.shape) < 0.4 / (1 + np.exp(-1.5 * felt[:, :1]))
    missing[:, 0] = False
    return felt, np.where(missing, np.nan, felt)


def ours(known: np.ndarray) -> np.ndarray:
    """Give each answer's mean over people and imputations, all chains at once."""
    variables = [Variable(column, ~np.isnan(column), place >= RATINGS) for place, column in enumerate(known.T)]
    found = chained(variables, np.empty((len(known), 0)), None, Plan(TIMES, ROUNDS, 3)).values
    return np.array([_mean(column, values) for column, values in zip(known.T, found, strict=True)])


def theirs(known: np.ndarray) -> np.ndarray:
    """The same by scikit-learn, which takes ratings and categories as numbers and draws from a normal distribution."""
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401 - adds what the next line imports
    from sklearn.impute import IterativeImputer

    each = [
        IterativeImputer(sample_posterior=True, max_iter=ROUNDS, random_state=seed, tol=0.0).fit_transform(known) for seed in range(TIMES)
    ]
    return np.mean(each, axis=(0, 1))


def _mean(column: np.ndarray, values: np.ndarray) -> float:
    unknown = np.isnan(column)
    return float((column[~unknown].sum() + values.sum(axis=1).mean()) / len(column))


def imputation_rows() -> Iterator[str]:
    """Give the rows of both, how many times the one is the other, and how far both and those who answered are from all answers."""
    whole, known = drawn()
    warnings.simplefilter("ignore")
    own, other = (_least(work, known, runs) for work, runs in ((ours, RUNS), (theirs, 1)))
    of_numbers = slice(1, NUMBERS)
    answered = np.abs(np.nanmean(known, axis=0) - whole.mean(axis=0))[of_numbers].mean()
    off = [np.abs(means - whole.mean(axis=0))[of_numbers].mean() for _, _, means in (own, other)]
    said = f"{TIMES} imputations of {PEOPLE:,} people × {ANSWERS} mixed answers, {ROUNDS} rounds"
    near = f"means of numbers on average {off[0]:.3f} from those of all answers; of the answered alone {answered:.3f}"
    yield f"| {said} | {own[0]:.2f} | {own[1]:.2f} | {near} |"
    yield f"| the same by scikit-learn's IterativeImputer | {other[0]:.2f} | {other[1]:.2f} | {other[0] / own[0]:.0f} × as much; {off[1]:.3f} |"


def _least(work: Callable[[np.ndarray], np.ndarray], known: np.ndarray, runs: int) -> tuple[float, float, np.ndarray]:
    found = []
    for _ in range(runs):
        began, cpu = time.perf_counter(), time.process_time()
        means = work(known)
        found.append((time.process_time() - cpu, time.perf_counter() - began, means))
    return min(found, key=lambda one: one[:2])
