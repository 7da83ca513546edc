"""How well the items of a measure hang together: Cronbach's alpha and what each item adds.

Arrays in, numbers out. Complete rows only: alpha with missing answers depends
on which pairs of items happen to be answered. ``scores`` decides which measures
and waves get a row.
"""

from dataclasses import dataclass

import numpy as np

NAN = float("nan")


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha with Feldt's interval, or the reason why there is none."""

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
    """Estimate Cronbach's alpha on complete rows, with Feldt's interval.

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
        (``too_few_items``, ``too_few_people``) or for an item that everybody
        answered alike (``constant_item``).

    References
    ----------
    Feldt, Woodruff and Salih (1987), Applied Psychological Measurement 11:93-103.
    """
    complete = complete_rows(answers)
    people, items = complete.shape
    note = _why_no_alpha(complete)
    if note:
        return Alpha(NAN, NAN, NAN, people, note)
    alpha = _alpha(complete)
    low, high = feldt_interval(alpha, people, items, confidence)
    return Alpha(alpha, low, high, people)


def feldt_interval(alpha: float, people: int, items: int, confidence: float = 0.95) -> tuple[float, float]:
    """Give Feldt's interval for an alpha from so many complete rows.

    Parameters
    ----------
    alpha : float
        Cronbach's alpha.
    people, items : int
        Complete rows (at least 2) and items (at least 2).
    confidence : float
        Level, 0-1.

    Returns
    -------
    low, high : float
    """
    from scipy.special import fdtri

    tail = (1 - confidence) / 2
    df_people, df_rest = people - 1, (people - 1) * (items - 1)
    upper = float(fdtri(df_people, df_rest, 1 - tail))
    lower = float(fdtri(df_people, df_rest, tail))
    return 1 - (1 - alpha) * upper, 1 - (1 - alpha) * lower


def standardised_alpha(answers: np.ndarray) -> float:
    """Estimate alpha from the mean correlation between items, complete rows.

    Parameters
    ----------
    answers : array of float, shape (people, items)
        NaN where not answered.

    Returns
    -------
    float
        NaN where ``cronbach_alpha`` gives a note.
    """
    correlation = mean_correlation(answers)
    items = answers.shape[1]
    return items * correlation / (1 + (items - 1) * correlation)


def mean_correlation(answers: np.ndarray) -> float:
    """Average the correlations between different items, complete rows.

    Parameters
    ----------
    answers : array of float, shape (people, items)
        NaN where not answered.

    Returns
    -------
    float
        NaN where ``cronbach_alpha`` gives a note.
    """
    complete = complete_rows(answers)
    if _why_no_alpha(complete):
        return NAN
    correlations = np.corrcoef(complete, rowvar=False)
    return float(correlations[np.triu_indices_from(correlations, k=1)].mean())


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
    return np.array([cronbach_alpha(np.delete(complete, item, axis=1)).alpha for item in range(complete.shape[1])])


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
    if (np.ptp(complete, axis=0) == 0).any():
        return "constant_item"
    return "constant_sum" if np.ptp(complete.sum(axis=1)) == 0 else ""
