"""What means and their errors say of a world: sums of answers, and of their squares, as closely as they are printed."""

from collections.abc import Iterable, Iterator
from math import ceil, floor, isnan
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.disclose.told import NUMBER, OTHER_PEOPLE, SPREAD, Row, Statement, Told, conditions_of, group_axis, restriction_axis
from pipeline.disclose.worlds import Conditions, both_hold
from pipeline.spec.scales import scale_of

DIFFERENCES = ("mean_difference", "adjusted_mean_difference")
QUARTILES = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}
RANKED = ("location_shift", "median_change")
"""Estimands by the order of answers; with few people they tell no less than the spread of the answers."""
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
        As they would be shown, with ``exact`` (the estimate with all digits), ``off`` and
        ``error_off`` (how far estimate and error may be from what is printed).
    described : mapping
        ``moments_of``.
    """
    if not told.is_exact and not told.world.has_ends:
        return
    for row in rows:
        inside = conditions_of(told, row)
        if row.estimator in OTHER_PEOPLE or pd.isna(row.n) or not set(inside) <= set(told.world.axes):
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
            error = Error(row.exact, row.off, (moments.people - 1) * times)
            yield _squares(row, np.where(known, weights - moments.mean, 0.0), error, NUMBER)
        return
    if not isnan(row.estimate):
        yield Statement.of(weights, row.exact * row.n, (row.Index,), NUMBER, row.off * row.n)
    if not isnan(row.std_error) and pd.isna(row.n_clusters) and not told.world.has_ends:
        error = Error(row.std_error, row.error_off, row.n * (row.n - 1))
        yield _squares(row, np.where(known, weights - row.exact, 0.0), error, SPREAD)


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


def _squares(row: Row, away: np.ndarray, error: Error, part: int) -> Statement:
    """Say the sum of squares of how far answers are from their mean."""
    squares = (error.size**2 + error.off**2) * error.times
    return Statement.of(away**2, squares, (row.Index,), part, 2 * error.size * error.off * error.times + NEGLIGIBLE)


def _difference(told: Told, row: Row, inside: Conditions, described: Described) -> Iterator[Statement]:
    """Read what a difference of two means says of both sums, and its error of both sums of squares."""
    sides = [_side(row, group, described) for group in (row.group_a, row.group_b)]
    values = told.values(row.outcome)
    if row.wave not in told.world.waves or not row.tells_raw or any(isnan(side.mean) for side in sides):
        return
    answered = told.world.valued(values, row.wave)
    weights, squares = np.zeros(told.world.size), np.zeros(told.world.size)
    for sign, group, side in zip((1, -1), (row.group_a, row.group_b), sides, strict=True):
        axis, codes = restriction_axis(told.study, group_axis(told, told.analyses.get(row.analysis)), [group])
        known = told.world.among(both_hold(inside, {axis: codes})) & ~np.isnan(answered)
        weights += np.where(known, sign * np.nan_to_num(answered) / side.people, 0.0)
        squares += np.where(known, (np.nan_to_num(answered) - side.mean) ** 2 / (side.people * max(side.people - 1, 1)), 0.0)
    number = sides[0].mean - sides[1].mean
    if row.estimand in DIFFERENCES and not isnan(row.estimate):
        yield Statement.of(weights, number, (row.Index,), NUMBER, max(row.off, abs(number - row.exact)))
    if told.world.has_ends or any(isnan(side.deviation) for side in sides):
        return
    if row.estimand in (*DIFFERENCES, *RANKED, "standardised_difference", "detectable_difference"):
        error = np.sqrt(sum(side.deviation**2 / side.people for side in sides))
        part = SPREAD if row.estimand in DIFFERENCES else NUMBER
        around = (error**2 + row.error_off**2, 2 * error * row.error_off + NEGLIGIBLE)
        yield Statement.of(squares, around[0], (row.Index,), part, around[1])


def _side(row: Row, group: str, described: Described) -> Moments:
    """Give what is described of one of the groups compared: in the analysis itself, else in any."""
    place = (row.outcome, row.wave, row.level, group)
    return described.get((row.analysis, *place)) or described.get(("", *place)) or Moments(np.nan, np.nan, np.nan)


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
