"""Intraclass correlations: how alike people of one cluster are, or ratings of one unit.

Two families that share a name: ``cluster_correlation`` for people in clusters of
any size (Bliese's ICC(1) and ICC(2)), and ``rater_correlations`` for a complete
table of units and raters (the six of Shrout and Fleiss).
"""

from dataclasses import dataclass

import numpy as np

NAN = float("nan")
SPREAD_LEFT = 1e-12
"""A smaller share of the spread is the noise of rounding."""


@dataclass(frozen=True)
class ClusterCorrelation:
    """How much of the spread lies between clusters."""

    single: float
    """ICC(1): share of the spread of single answers that lies between clusters; may be below 0."""
    mean: float
    """ICC(2): how reliably the clusters' means differ."""
    single_by_effective_size: float
    """ICC(1) with the effective instead of the mean cluster size."""
    f: float
    p_value: float
    n: int
    clusters: int
    effective_size: float


@dataclass(frozen=True)
class RaterCorrelation:
    """One of the six intraclass correlations of ratings, with its F test and interval."""

    correlation: float
    conf_low: float
    conf_high: float
    f: float
    df_units: float
    df_within: float
    p_value: float


def cluster_correlation(values: np.ndarray, clusters: np.ndarray) -> ClusterCorrelation:
    """Describe how alike people of one cluster are, by one-way analysis of variance.

    Parameters
    ----------
    values : array of float (people,)
        None missing.
    clusters : array (people,)
        At least two clusters, and at least one of two people.

    Returns
    -------
    ClusterCorrelation
        Imprecise with fewer than about 30 clusters.

    References
    ----------
    Bliese (2000), in: Multilevel Theory, Research, and Methods in
    Organizations; mean cluster size in both, as R's package multilevel.
    """
    from scipy.special import fdtrc

    _, codes, sizes = np.unique(clusters, return_inverse=True, return_counts=True)
    means = np.bincount(codes, values) / sizes
    n, count = len(values), len(sizes)
    between = float((sizes * (means - values.mean()) ** 2).sum()) / (count - 1)
    within = float(((values - means[codes]) ** 2).sum()) / (n - count)
    size = n / count
    effective = (n - float((sizes**2).sum()) / n) / (count - 1)
    single, by_effective = ((between - within) / (between + (one - 1) * within) for one in (size, effective))
    f = between / within if within > 0 else NAN
    return ClusterCorrelation(
        single, (between - within) / between, by_effective, f, float(fdtrc(count - 1, n - count, f)), n, count, effective
    )


def rater_correlations(ratings: np.ndarray, confidence: float = 0.95) -> dict[str, RaterCorrelation]:
    """Give the six intraclass correlations of a table of ratings.

    Parameters
    ----------
    ratings : array of float (units, raters)
        At least two of each; a unit that lacks a rating is left out.
    confidence : float
        Level of the intervals, 0-1.

    Returns
    -------
    dict
        ``ICC1`` other raters for each unit, ``ICC2`` raters drawn from many
        (absolute agreement), ``ICC3`` just these raters (consistency); with
        ``k`` for the mean of all raters. NaN when ratings do not vary; without
        interval when raters differ by a constant only.

    References
    ----------
    Shrout and Fleiss (1979), Psychological Bulletin 86:420-428; McGraw and
    Wong (1996), Psychological Methods 1:30-46.
    """
    table = ratings[~np.isnan(ratings).any(axis=1)]
    units, raters = table.shape
    squares = _mean_squares(table)
    one_way = _ratio(squares.between, squares.within, (units - 1, units * (raters - 1)), confidence)
    two_way = _ratio(squares.between, squares.residual, (units - 1, (units - 1) * (raters - 1)), confidence)
    agreement = _agreement(squares, units, raters, two_way, confidence)
    single = {"ICC1": _single(one_way, raters), "ICC2": agreement, "ICC3": _single(two_way, raters)}
    averages = {"ICC1k": _single(one_way, 1), "ICC2k": _stepped_up(agreement, squares, units, raters), "ICC3k": _single(two_way, 1)}
    return single | averages


@dataclass(frozen=True)
class _MeanSquares:
    between: float
    """Units."""
    within: float
    raters: float
    residual: float


def _mean_squares(table: np.ndarray) -> _MeanSquares:
    units, raters = table.shape
    centred = table - table.mean()
    of_units = raters * float((centred.mean(axis=1) ** 2).sum())
    of_raters = units * float((centred.mean(axis=0) ** 2).sum())
    total = float((centred**2).sum())
    residual = total - of_units - of_raters
    residual = residual if residual > SPREAD_LEFT * total else 0.0
    return _MeanSquares(
        of_units / (units - 1),
        (total - of_units) / (units * (raters - 1)),
        of_raters / (raters - 1),
        residual / ((units - 1) * (raters - 1)),
    )


@dataclass(frozen=True)
class _Ratio:
    """Two mean squares, their F ratio and the limits of it; NaN where nothing is left within units."""

    between: float
    within: float
    f: float
    low: float
    high: float
    df: tuple[int, int]
    p_value: float


def _ratio(between: float, within: float, df: tuple[int, int], confidence: float) -> _Ratio:
    from scipy.special import fdtrc
    from scipy.stats import f as f_distribution

    f = between / within if within > 0 else NAN
    tail = (1 + confidence) / 2
    low, high = f / f_distribution.ppf(tail, *df), f * f_distribution.ppf(tail, *df[::-1])
    return _Ratio(between, within, f, float(low), float(high), df, float(fdtrc(*df, f)))


def _single(ratio: _Ratio, raters: int) -> RaterCorrelation:
    """Give the correlation of single ratings, or with 1 for ``raters`` that of their mean."""
    spread = ratio.between + (raters - 1) * ratio.within
    correlation = (ratio.between - ratio.within) / spread if spread > 0 else NAN
    low, high = ((one - 1) / (one + raters - 1) for one in (ratio.low, ratio.high))
    return RaterCorrelation(correlation, low, high, ratio.f, *ratio.df, ratio.p_value)


def _agreement(squares: _MeanSquares, units: int, raters: int, ratio: _Ratio, confidence: float) -> RaterCorrelation:
    """Give ICC2 with the interval of Shrout and Fleiss, whose degrees of freedom depend on the estimate."""
    from scipy.stats import f as f_distribution

    between, residual = squares.between, squares.residual
    spread = between + (raters - 1) * residual + raters * (squares.raters - residual) / units
    correlation = (between - residual) / spread if spread > 0 else NAN
    if residual == 0:
        return RaterCorrelation(correlation, NAN, NAN, ratio.f, *ratio.df, ratio.p_value)
    rater_ratio = squares.raters / residual
    part = units * (1 + (raters - 1) * correlation) - raters * correlation
    df = (units - 1) * (raters - 1) * (raters * correlation * rater_ratio + part) ** 2
    df /= (units - 1) * raters**2 * correlation**2 * rater_ratio**2 + part**2
    tail = (1 + confidence) / 2
    above, below = f_distribution.ppf(tail, units - 1, df), f_distribution.ppf(tail, df, units - 1)
    others = raters * squares.raters + (raters * units - raters - units) * residual
    low = units * (between - above * residual) / (above * others + units * between)
    high = units * (below * between - residual) / (others + units * below * between)
    return RaterCorrelation(correlation, float(low), float(high), ratio.f, *ratio.df, ratio.p_value)


def _stepped_up(single: RaterCorrelation, squares: _MeanSquares, units: int, raters: int) -> RaterCorrelation:
    """Give ICC2k: its own ratio, and the limits of ICC2 stepped up to the mean of all raters."""
    between, residual = squares.between, squares.residual
    spread = between + (squares.raters - residual) / units
    correlation = (between - residual) / spread if spread > 0 else NAN
    low, high = (raters * one / (1 + one * (raters - 1)) for one in (single.conf_low, single.conf_high))
    return RaterCorrelation(correlation, low, high, single.f, single.df_units, single.df_within, single.p_value)
