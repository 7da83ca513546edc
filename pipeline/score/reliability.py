"""How well the items of a measure hang together: Cronbach's alpha and what each item adds.

Arrays in, numbers out. Complete rows only: alpha with missing answers depends
on which pairs of items happen to be answered. ``scores`` decides which measures
and waves get a row.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

NAN = float("nan")
NOISE = 1e-12
"""An alpha this close to 1 is 1."""
FEW_OTHER = 5
"""With fewer who gave some item another answer than the most frequent one, the interval held alpha in 71 to 86 % of 800
draws of skewed answers (tests/validate/methods/alpha.py)."""


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha with its interval, or the reason why there is none."""

    alpha: float
    conf_low: float
    conf_high: float
    n: int
    note: str = ""


def complete_rows(answers: np.ndarray) -> np.ndarray:
    """Keep the people who answered every item.

    Parameters
    ----------
    answers : array of float, shape (people, items)
        NaN where not answered.

    Returns
    -------
    array of float, shape (complete people, items)
    """
    return answers[~np.isnan(answers).any(axis=1)]


def cronbach_alpha(answers: np.ndarray, confidence: float = 0.95) -> Alpha:
    """Estimate Cronbach's alpha on complete rows, with an interval.

    Parameters
    ----------
    answers : array of float, shape (people, items)
        Answers after reversing; NaN where not answered.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    Alpha
        Numbers are NaN, with a note, for fewer than two items or complete rows
        (``too_few_items``, ``too_few_people``), for an item that everybody
        answered alike (``constant_item``) or sums that are all the same
        (``constant_sum``). Only the interval is missing where few gave another
        answer to some item than the most frequent one (``few_other_answers``),
        and where all items go exactly in step, so that alpha is 1 (``items_in_step``).
    """
    complete = complete_rows(answers)
    people = len(complete)
    note = _why_no_alpha(complete)
    if note:
        return Alpha(NAN, NAN, NAN, people, note)
    alpha = _alpha(complete)
    note = "items_in_step" if 1 - alpha < NOISE else _why_no_interval(complete)
    low, high = (NAN, NAN) if note else alpha_interval(complete, confidence)
    return Alpha(alpha, low, high, people, note)


def alpha_interval(complete: np.ndarray, confidence: float = 0.95) -> tuple[float, float]:
    """Give an interval of alpha by leaving out one person at a time, on the scale of log(1 - alpha).

    Parameters
    ----------
    complete : array of float, shape (people, items)
        Without missing answers; alpha below 1, and every item answered otherwise
        by at least ``FEW_OTHER`` than by most.
    confidence : float
        Level, 0-1.

    Returns
    -------
    low, high : float
        Student's; its degrees of freedom are those of a variance of values with
        so long tails as the pseudo-values, n - 1 at most.

    Notes
    -----
    Feldt's interval takes answers as normal: where three of four people gave the
    top answer it held alpha in 76 % of draws, however many people there were
    (tests/validate/methods/alpha.py).

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, ch. 11.
    """
    people, items = complete.shape
    centred = complete - complete.mean(axis=0)
    sums = centred.sum(axis=1)
    left = people / (people - 1)
    between = (centred**2).sum() - left * (centred**2).sum(axis=1)
    total = (sums**2).sum() - left * sums**2
    logs = np.log(1 - items / (items - 1) * (1 - between / total))
    apart = (logs - logs.mean()) ** 2
    error = float(np.sqrt((people - 1) / people * apart.sum()))
    tails = float((apart**2).mean() / apart.mean() ** 2)
    df = min(max(2 * people / (tails - (people - 3) / (people - 1)), 1.0), people - 1)
    half = float(stdtrit(df, (1 + confidence) / 2)) * error
    whole = float(np.log(1 - _alpha(complete)))
    return 1 - float(np.exp(whole + half)), 1 - float(np.exp(whole - half))


def alpha_if_dropped(answers: np.ndarray) -> np.ndarray:
    """Give the alpha of the other items, for each item left out in turn.

    Parameters
    ----------
    answers : array of float, shape (people, items)
        NaN where not answered; people complete on all items are used throughout.

    Returns
    -------
    array of float, shape (items,)
        NaN where fewer than two items would be left, or as ``cronbach_alpha``.
    """
    complete = complete_rows(answers)
    without = [np.delete(complete, item, axis=1) for item in range(complete.shape[1])]
    return np.array([NAN if _why_no_alpha(one) else _alpha(one) for one in without])


def item_rest_correlations(answers: np.ndarray) -> np.ndarray:
    """Correlate each item with the sum of the others, complete rows.

    Parameters
    ----------
    answers : array of float, shape (people, items)
        NaN where not answered.

    Returns
    -------
    array of float, shape (items,)
        NaN where ``cronbach_alpha`` gives a note, or where the others' sum is constant.
    """
    complete = complete_rows(answers)
    if _why_no_alpha(complete):
        return np.full(answers.shape[1], NAN)
    rest = complete.sum(axis=1, keepdims=True) - complete
    return np.array([_correlation(complete[:, item], rest[:, item]) for item in range(complete.shape[1])])


def _alpha(complete: np.ndarray) -> float:
    items = complete.shape[1]
    between = complete.var(axis=0, ddof=1).sum()
    total = complete.sum(axis=1).var(ddof=1)
    return float(items / (items - 1) * (1 - between / total)) if total > 0 else NAN


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return NAN
    return float(np.corrcoef(one, other)[0, 1])


def _why_no_alpha(complete: np.ndarray) -> str:
    people, items = complete.shape
    if items < 2:
        return "too_few_items"
    if people < 2:
        return "too_few_people"
    if not (complete != complete[0]).any(axis=0).all():
        return "constant_item"
    return "constant_sum" if np.ptp(complete.sum(axis=1)) == 0 else ""


def _why_no_interval(complete: np.ndarray) -> str:
    others = [len(item) - np.unique(item, return_counts=True)[1].max() for item in complete.T]
    return "few_other_answers" if min(others) < FEW_OTHER else ""
