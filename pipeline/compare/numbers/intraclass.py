"""Intraclass correlation of a table of units and raters: how far single ratings of one unit agree."""

import numpy as np
from scipy.stats import f as f_distribution

from pipeline.compare.numbers.results import Estimate

NAN = float("nan")
SPREAD_LEFT = 1e-12
"""A smaller share of the spread is the noise of rounding."""


def rater_correlation(ratings: np.ndarray, confidence: float = 0.95) -> Estimate:
    """Give ICC2 of Shrout and Fleiss: absolute agreement of single ratings, by raters drawn from many.

    Parameters
    ----------
    ratings : array of float (units, raters)
        At least two of each; a unit that lacks a rating is left out.
    confidence : float
        Level of the interval, 0-1.

    Returns
    -------
    Estimate
        NaN when ratings do not vary; without interval when raters differ by a
        constant only. The degrees of freedom of the interval depend on the estimate.

    References
    ----------
    Shrout and Fleiss (1979), Psychological Bulletin 86:420-428; McGraw and
    Wong (1996), Psychological Methods 1:30-46.
    """
    table = ratings[~np.isnan(ratings).any(axis=1)]
    units, raters = table.shape
    between, of_raters, residual = _mean_squares(table)
    spread = between + (raters - 1) * residual + raters * (of_raters - residual) / units
    correlation = (between - residual) / spread if spread > 0 else NAN
    if residual == 0:
        return Estimate(correlation)
    rater_ratio = of_raters / residual
    part = units * (1 + (raters - 1) * correlation) - raters * correlation
    df = (units - 1) * (raters - 1) * (raters * correlation * rater_ratio + part) ** 2
    df /= (units - 1) * raters**2 * correlation**2 * rater_ratio**2 + part**2
    tail = (1 + confidence) / 2
    above, below = f_distribution.ppf(tail, units - 1, df), f_distribution.ppf(tail, df, units - 1)
    others = raters * of_raters + (raters * units - raters - units) * residual
    low = units * (between - above * residual) / (above * others + units * between)
    high = units * (below * between - residual) / (others + units * below * between)
    return Estimate(correlation, float(low), float(high))


def _mean_squares(table: np.ndarray) -> tuple[float, float, float]:
    """Give the mean squares between units, between raters, and of what is left."""
    units, raters = table.shape
    centred = table - table.mean()
    of_units = raters * float((centred.mean(axis=1) ** 2).sum())
    of_raters = units * float((centred.mean(axis=0) ** 2).sum())
    total = float((centred**2).sum())
    residual = total - of_units - of_raters
    residual = residual if residual > SPREAD_LEFT * total else 0.0
    return of_units / (units - 1), of_raters / (raters - 1), residual / ((units - 1) * (raters - 1))
