"""What means and their errors say of a world: sums of answers, and of their squares, as closely as they are printed."""

from collections.abc import Iterable, Iterator
from math import ceil, floor, isnan
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.disclose.told import NUMBER, SPREAD, Row, Statement, Told, conditions_of, is_about_others, of_group
from pipeline.disclose.worlds import Conditions
from pipeline.spec.scales import scale_of

DIFFERENCES = ("mean_difference", "adjusted_mean_difference")
QUARTILES = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}
SPREAD_BY = (*DIFFERENCES, "location_shift", "standardised_difference", "detectable_difference")
"""Estimands of two groups that tell how far apart answers are; of few people, what goes by the order of answers tells no less."""
BOUNDS, AFTER = ("bound_low", "bound_high"), "after"
"""Ends for everybody, in which those lost stand at an end of the scale."""


NEGLIGIBLE = 1e-6
"""Room for the rounding of floating point numbers."""


class Moments(NamedTuple):
    """Mean, standard deviation and number of those who are in an estimate, nothing withheld."""

    mean: float
    deviation: float
    people: float


Described = dict[tuple[Any, ...], Moments]


def moments_of(rows: pd.DataFrame) -> Described:
    """Give what is described of each analysis, outcome, wave, level and group; of any analysis where the first is empty."""
    shown = rows[rows["estimand"].isin(["mean", "standard_deviation"])].dropna(subset=["exact", "n"])
    found: Described = {}
    for key, part in shown.groupby(["analysis", "outcome", "wave", "level", "group_a"], sort=True):
        numbers = dict(zip(part["estimand"], part["exact"], strict=True))
        if "mean" in numbers:
            moments = Moments(numbers["mean"], numbers.get("standard_deviation", np.nan), float(part["n"].max()))
            found[key] = moments
            found.setdefault(("", *key[1:]), moments)
    return found


def sum_statements(told: Told, rows: Iterable[Row], described: Described) -> Iterator[Statement]:
    """Give the sums of answers, and of their squares, that means and their errors tell where each answer is a number.

    Parameters
    ----------
    told : Told
        Nothing is told of a world that tells neither single answers nor ends apart.
    rows : rows of ``estimates``
        As they would be shown, with ``exact`` (the estimate with all digits), ``told`` and ``error``
        (as a reader takes them), ``off`` and ``error_off`` (how far they may be from what they are).
    described : mapping
        ``moments_of``.
    """
    if not told.is_exact and not told.world.has_ends:
        return
    for row in rows:
        inside = conditions_of(told, row)
        if is_about_others(row) or pd.isna(row.n) or not set(inside) <= set(told.world.axes):
            continue
        if told.study.kind_of(row.outcome) != "number":
            continue
        if row.group_b:
            yield from _difference(told, row, inside, described)
        else:
            yield from _one_group(told, row, inside, described)


def _one_group(told: Told, row: Row, inside: Conditions, described: Described) -> Iterator[Statement]:
    """Read the sum behind a mean, and the sum of squares behind its error or a standard deviation."""
    if row.estimand in QUARTILES:
        yield from _quartile(told, row, inside)
        return
    moments = described.get((row.analysis, row.outcome, row.wave, row.level, row.group_a))
    of_spread = row.estimand in ("standard_deviation", "standard_error")
    summed = _summed(told, row, "mean" if of_spread else row.estimand)
    if summed is None:
        return
    weights = np.where(told.world.among(inside), np.nan_to_num(summed), 0.0)
    known = told.world.among(inside) & ~np.isnan(summed)
    if of_spread:
        if moments is not None and not isnan(row.estimate) and not told.world.has_ends:
            times = moments.people if row.estimand == "standard_error" else 1.0
            error = Error(row.told, row.off, (moments.people - 1) * times)
            yield _squares(row, *_away(weights, known, moments), error, NUMBER)
        return
    if not isnan(row.estimate):
        yield Statement.of(weights, row.told * row.n, (row.Index,), NUMBER, row.off * row.n)
    if not isnan(row.std_error) and pd.isna(row.n_clusters) and not told.world.has_ends:
        error = Error(row.error, row.error_off, row.n * (row.n - 1))
        yield _squares(row, *_away(weights, known, Moments(row.exact, np.nan, row.n)), error, SPREAD)


def _quartile(told: Told, row: Row, inside: Conditions) -> Iterator[Statement]:
    """Read how many answers lie below a quartile at most, and at or below it at least; by the rule of linear interpolation."""
    if isnan(row.estimate) or told.world.has_ends or row.wave not in told.world.waves:
        return
    values, place = told.world.valued(told.values(row.outcome), row.wave), QUARTILES[row.estimand] * (row.n - 1)
    within = told.world.among(inside)
    below, upto = (np.flatnonzero(within & side) for side in (values < row.exact - NEGLIGIBLE, values <= row.exact + NEGLIGIBLE))
    yield Statement(below, np.ones(len(below)), -np.inf, float(ceil(place)), (row.Index,), NUMBER)
    yield Statement(upto, np.ones(len(upto)), float(floor(place) + 1), np.inf, (row.Index,), NUMBER)


class Error(NamedTuple):
    """An error as it is printed, how far it may be from that, and by what its square is a sum of squares."""

    size: float
    off: float
    times: float


def _away(weights: np.ndarray, known: np.ndarray, moments: Moments) -> tuple[np.ndarray, float]:
    """Give the square of how far each answer is from the mean, and how much greater their sum is than it would be.

    Whole numbers are taken from the nearest whole number, of which whole people have whole sums.
    """
    centre = round(moments.mean) if np.array_equal(weights, np.round(weights)) else moments.mean
    return np.where(known, (weights - centre) ** 2, 0.0), moments.people * (moments.mean - centre) ** 2


def _squares(row: Row, away: np.ndarray, more: float, error: Error, part: int) -> Statement:
    """Say the sum of squares of how far answers are from their mean, by so much more where they are taken from another number."""
    low, high = (max(error.size + off, 0.0) ** 2 * error.times + more for off in (-error.off, error.off))
    return Statement.of(away, (low + high) / 2, (row.Index,), part, (high - low) / 2 + NEGLIGIBLE)


def _difference(told: Told, row: Row, inside: Conditions, described: Described) -> Iterator[Statement]:
    """Read what a difference of two means says of both sums, and its error of both sums of squares."""
    if row.wave not in told.world.waves or not row.tells_raw or pd.isna(row.n_a) or pd.isna(row.n_b):
        return
    groups = (row.group_a, row.group_b)
    answered = told.world.valued(told.values(row.outcome), row.wave)
    known = [of_group(told, row, group, inside) & ~np.isnan(answered) for group in groups]
    if row.estimand in DIFFERENCES and not isnan(row.estimate):
        shares = (np.where(mark, np.nan_to_num(answered) / people, 0.0) for mark, people in zip(known, (row.n_a, row.n_b), strict=True))
        yield Statement.of(next(shares) - next(shares), row.told, (row.Index,), NUMBER, row.off + _adjusted_by(row, described))
    sides = [_side(told, row, group, described) for group in groups]
    if told.world.has_ends or row.estimand not in SPREAD_BY or any(isnan(side.deviation) for side in sides):
        return
    away = (
        np.where(mark, (np.nan_to_num(answered) - side.mean) ** 2 / (side.people * max(side.people - 1, 1)), 0.0)
        for mark, side in zip(known, sides, strict=True)
    )
    error = Error(np.sqrt(sum(side.deviation**2 / side.people for side in sides)), row.error_off, 1.0)
    yield _squares(row, next(away) + next(away), 0.0, error, SPREAD if row.estimand in DIFFERENCES else NUMBER)


def _adjusted_by(row: Row, described: Described) -> float:
    """Give how far an adjusted difference is from the raw one, which it is taken to tell; 0 for a raw one."""
    place = (row.outcome, row.wave, row.level)
    sides = [described.get((row.analysis, *place, group)) or described.get(("", *place, group)) for group in (row.group_a, row.group_b)]
    return abs(sides[0].mean - sides[1].mean - row.exact) if row.covariates and sides[0] and sides[1] else 0.0


def _side(told: Told, row: Row, group: str, described: Described) -> Moments:
    """Give what is described of one of the groups compared: in the analysis itself, or in any where it is about all of the sample."""
    place, analysis = (row.outcome, row.wave, row.level, group), told.analyses.get(row.analysis)
    own = described.get((row.analysis, *place))
    about_all = analysis is None or not analysis.restrict
    return own or (described.get(("", *place)) if about_all else None) or Moments(np.nan, np.nan, np.nan)


def _summed(told: Told, row: Row, estimand: str) -> np.ndarray | None:
    """Give what each cell adds to a mean times its n; NaN outside; None for what is no mean."""
    world, analysis, values = told.world, told.analyses.get(row.analysis), told.values(row.outcome)
    if estimand == "mean":
        return world.valued(values, row.wave) if row.wave in world.waves else None
    if estimand in BOUNDS and row.term == AFTER:
        return np.nan_to_num(world.valued(values, row.wave), nan=_end(told, row, estimand)) if row.wave in world.waves else None
    if analysis is None or analysis.before is None or (analysis.before, row.wave) != world.waves:
        return None
    before, after = (world.valued(values, wave) for wave in world.waves)
    if estimand in BOUNDS:
        other = BOUNDS[1 - BOUNDS.index(estimand)]
        return np.nan_to_num(after, nan=_end(told, row, estimand)) - np.nan_to_num(before, nan=_end(told, row, other))
    both = np.isnan(before) | np.isnan(after)
    sums = {"mean_before": before, "mean_after": after, "mean_change": after - before}
    return np.where(both, np.nan, sums[estimand]) if estimand in sums else None


def _end(told: Told, row: Row, bound: str) -> float:
    """Give the end of the scale that those lost are given."""
    return scale_of(told.study, row.outcome)[BOUNDS.index(bound)]
