"""What one group of numbers looks like: centre, spread, quartiles and shape."""

from dataclasses import dataclass

import numpy as np

from pipeline.compare.numbers.student import critical_value

NAN = float("nan")


@dataclass(frozen=True)
class Summary:
    """A group described; what too few values or no spread leave undefined is NaN."""

    n: int
    mean: float
    standard_deviation: float
    standard_error: float
    median: float
    lower_quartile: float
    upper_quartile: float
    minimum: float
    maximum: float
    skewness: float
    excess_kurtosis: float


def summarise(values: np.ndarray) -> Summary:
    """Describe one group.

    Parameters
    ----------
    values : array of float, shape (people,)
        In the outcome's unit, none missing; may be empty.

    Returns
    -------
    Summary
        Standard deviation with n - 1; quartiles by linear interpolation
        between order statistics (type 7); skewness g1 and excess kurtosis g2
        from moments with n. NaN: everything but n for no value; the standard
        deviation and error for one value; the shape where all values are equal.
    """
    n = len(values)
    if n == 0:
        return Summary(0, *([NAN] * 10))
    lower, median, upper = np.percentile(values, [25, 50, 75])
    deviation = float(values.std(ddof=1)) if n > 1 else NAN
    skewness, kurtosis = _shape(values)
    return Summary(
        n=n,
        mean=float(values.mean()),
        standard_deviation=deviation,
        standard_error=deviation / np.sqrt(n),
        median=float(median),
        lower_quartile=float(lower),
        upper_quartile=float(upper),
        minimum=float(values.min()),
        maximum=float(values.max()),
        skewness=skewness,
        excess_kurtosis=kurtosis,
    )


def mean_interval(summary: Summary, confidence: float) -> tuple[float, float]:
    """Give Student's interval of a mean; NaN for fewer than two values.

    Parameters
    ----------
    summary : Summary
        Of the group.
    confidence : float
        Level, 0-1.

    Returns
    -------
    low, high : float
        In the outcome's unit.
    """
    if summary.n < 2:
        return NAN, NAN
    half = critical_value(confidence, summary.n - 1) * summary.standard_error
    return summary.mean - half, summary.mean + half


def _shape(values: np.ndarray) -> tuple[float, float]:
    """Give skewness g1 and excess kurtosis g2; NaN without spread."""
    if np.ptp(values) == 0:
        return NAN, NAN
    centred = values - values.mean()
    variance = (centred**2).mean()
    return float((centred**3).mean() / variance**1.5), float((centred**4).mean() / variance**2 - 3)
