"""Correlation: how two numbers of the same units go together, in a line (Pearson) and by ranks (Spearman).

It says that units high in the one tend to be high in the other, not that the one
moves the other.
"""

import numpy as np

from pipeline.compare.gather.cohort import BESIDE, OUTCOME, Cohort, Row, counted
from pipeline.compare.numbers.correlation import linear_correlation, rank_correlation

FEWEST = 4
"""Fisher's scale has an error from four units on."""


def correlation(cohort: Cohort) -> list[Row]:
    """Correlate the outcome with the number beside it.

    Parameters
    ----------
    cohort : Cohort
        Of a number, with ``beside``, also a number.

    Returns
    -------
    list of two rows
        ``pearson_correlation`` and ``rank_correlation``; ``term`` names the other number. Noted: ``too_few_people``,
        ``constant_outcome``, ``constant_beside`` (no numbers), ``on_one_line`` (estimate alone).
    """
    known = cohort.frame.dropna(subset=[OUTCOME, BESIDE])
    first, second = (known[name].to_numpy(dtype="float64") for name in (OUTCOME, BESIDE))
    order = np.lexsort((second, first))
    rows = [
        counted(cohort, known, name, "index") | {"term": cohort.analysis.beside} for name in ("pearson_correlation", "rank_correlation")
    ]
    problem = _problem(first, second)
    if problem:
        return [row | {"note": problem} for row in rows]
    found = [of(first[order], second[order], cohort.confidence).columns() for of in (linear_correlation, rank_correlation)]
    return [row | own | {"note": "" if "p_value" in own else "on_one_line"} for row, own in zip(rows, found, strict=True)]


def _problem(first: np.ndarray, second: np.ndarray) -> str:
    if len(first) < FEWEST:
        return "too_few_people"
    return "constant_outcome" if np.ptp(first) == 0 else "constant_beside" if np.ptp(second) == 0 else ""
