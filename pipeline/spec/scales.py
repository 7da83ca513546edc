"""The ends of an outcome's scale, as declared, and what lies below its digits."""

from math import nan

import numpy as np

from pipeline.spec.study import Study

COUNTING_RULES = ("count_of", "count_correct")

DIGITS = 14
"""Digits that are kept of the largest value: means of items are fractions, and the noise of binary ones would break ties."""
CHANGE_DIGITS = 11
"""Of a difference between two such values, whose last digits are those of rounding."""


def without_noise(values: np.ndarray, size: float, digits: int = DIGITS) -> np.ndarray:
    """Round to so many digits of the largest value, whatever unit it is in.

    Parameters
    ----------
    values : array of float
        NaN where missing.
    size : float
        Largest absolute value of the outcome; a measure in another unit, or
        times a power of ten, is rounded at the same places.
    digits : int
        Kept of ``size``.

    Returns
    -------
    array, same shape
        No negative zero.
    """
    if not 0 < size < np.inf:
        return values
    return np.round(values, digits - 1 - int(np.floor(np.log10(size)))) + 0.0


def scale_of(study: Study, name: str) -> tuple[float, float]:
    """Give the least and greatest value that an outcome can have.

    Parameters
    ----------
    study : Study
    name : str
        A measure or variable.

    Returns
    -------
    least, greatest : float
        NaN where nothing is declared, and for categories.
    """
    if study.kind_of(name) == "share":
        return 0.0, 1.0
    if name not in study.measure:
        variable = study.variable[name]
        codes = [float(code) for code in study.codes_of(variable)] if variable.type == "rating" else []
        low, high = (min(codes), max(codes)) if codes else (variable.minimum, variable.maximum)
        return (nan if low is None else low), (nan if high is None else high)
    measure = study.measure[name]
    if measure.rule in COUNTING_RULES:
        return 0.0, float(len(measure.items))
    if measure.rule == "share_correct":
        return 0.0, 1.0
    if measure.range is None:
        return (nan, nan) if len(measure.items) > 1 else scale_of(study, measure.items[0])
    times = len(measure.items) if measure.rule == "sum_of_items" else 1
    return measure.range[0] * times, measure.range[1] * times
