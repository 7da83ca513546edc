"""Released numbers that are no sums of people: tests, effect sizes, ratios and adjusted differences, of every table that fits the sums.

All whole counts that fit the sums are written down, and of each what would then have
been released; what differs from the printed number is struck out. Only where these
are not too many: an attacker who would have to write down more gives up here.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammaln

from pipeline.spec.declaration import Analysis
from pipeline.spec.naming import split_reference
from tests.disclose.kinds import GROUP, Elsewhere, Kinds
from tests.disclose.whole_attack import Reading, half_unit, numbers_of
from tests.disclose.whole_numbers import Equations

MOST_TABLES = 20_000
MOST_WRITTEN = 32
"""Kinds of people of which all tables are written down, where these are not too many."""


@dataclass(frozen=True)
class Statistic:
    """A released number, and what it would be for other counts."""

    source: str
    number: float
    looks_at: tuple[np.ndarray, ...]
    """What it tells kinds of people apart by."""
    of: Callable[[np.ndarray], np.ndarray]
    """Counts (tables, kinds) -> number per table; NaN where it would not have been made."""

    def fits(self, tables: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return np.abs(self.of(tables) - self.number) <= half_unit(self.number) + 1e-9 * max(abs(self.number), 1.0)


def statistics_of(reading: Reading, kinds: Kinds) -> Iterator[Statistic]:
    """Give the numbers about two groups of these kinds of people that are no sums; none where all are about fewer axes, and met there."""
    compared = [told for told in reading.estimates if told.row.group_b and not pd.isna(told.row.group_b)]
    own = set(kinds.axes) - {GROUP}
    if not any(told.axes == own for told in compared):
        return
    for told in compared:
        if told.axes <= own:
            with suppress(Elsewhere):
                yield from _of_row(kinds, told.row, told.analysis)


def _of_row(kinds: Kinds, row: Any, analysis: Analysis | None) -> Iterator[Statistic]:
    if row.group_a not in kinds.axes.get(GROUP, ()):
        raise Elsewhere(row.group_a)
    inside = kinds.at_level(row.level) & kinds.known(row.outcome, row.wave)
    inside = inside & (kinds.fulfilling(analysis.restrict) if analysis else True)
    arms = [inside & kinds.in_group(row.group_a), inside & kinds.in_group(row.group_b)]
    covariates = analysis.covariates if analysis else ()
    looks_at = (*arms, *(kinds.values(*one) for one in ((row.outcome, row.wave), *map(split_reference, covariates))))
    for column, made in READ.get(row.estimand, _nothing)(kinds, row, analysis, arms).items():
        if not pd.isna(number := getattr(row, column)):
            yield Statistic(f"{row.analysis} {row.estimand} {row.outcome}@{row.wave} {row.level} {column}", float(number), looks_at, made)


Made = dict[str, Callable[[np.ndarray], np.ndarray]]
Arms = list[np.ndarray]


def _nothing(*_: object) -> Made:
    return {}


def _association(kinds: Kinds, row: Any, analysis: Analysis | None, arms: Arms) -> Made:
    """Give chi-square and Cramér's V of classes by group."""
    values = kinds.values(row.outcome, row.wave)
    classes = sorted({str(one) for one, known in zip(values, arms[0] | arms[1], strict=True) if known})
    marks = np.array([[arm & (values == code) for arm in arms] for code in classes], dtype=float)

    def chi_square(tables: np.ndarray) -> np.ndarray:
        cells = np.einsum("tk,cgk->tcg", tables, marks)
        expected = cells.sum(2, keepdims=True) * cells.sum(1, keepdims=True) / cells.sum((1, 2), keepdims=True)
        return np.where(expected > 0, (cells - expected) ** 2 / expected, 0.0).sum((1, 2))

    def strength(tables: np.ndarray) -> np.ndarray:
        return np.sqrt(chi_square(tables) / (tables @ (arms[0] | arms[1]).astype(float)))

    def freedom(tables: np.ndarray) -> np.ndarray:
        return (np.einsum("tk,cgk->tc", tables, marks) > 0).sum(1) - 1.0

    return {"statistic": chi_square, "effect": strength, "df": freedom}


def _arm_sums(tables: np.ndarray, arms: Arms, value: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give size, mean and variance of each arm, each (2, tables)."""
    size = np.array([tables @ arm.astype(float) for arm in arms])
    mean = np.array([tables @ (arm * value) for arm in arms]) / size
    squares = np.array([tables @ (arm * value**2) for arm in arms])
    return size, mean, (squares - size * mean**2) / (size - 1)


def _welch(kinds: Kinds, row: Any, analysis: Analysis | None, arms: Arms) -> Made:
    """Give Welch's error, t and degrees of freedom, and Hedges' g."""
    value = numbers_of(kinds, row.outcome, row.wave)

    def error(tables: np.ndarray) -> np.ndarray:
        size, _, variance = _arm_sums(tables, arms, value)
        return np.sqrt((variance / size).sum(0))

    def effect(tables: np.ndarray) -> np.ndarray:
        size, mean, variance = _arm_sums(tables, arms, value)
        df = size.sum(0) - 2
        correction = np.exp(gammaln(df / 2) - np.log(np.sqrt(df / 2)) - gammaln((df - 1) / 2))
        return (mean[0] - mean[1]) / np.sqrt(((size - 1) * variance).sum(0) / df) * correction

    welch = "hardly_varies" not in str(row.note).split()
    return ({"std_error": error} if welch else {}) | {"effect": effect}


def _odds(ratio: bool) -> Callable[..., Made]:
    def made(kinds: Kinds, row: Any, analysis: Analysis | None, arms: Arms) -> Made:
        value = numbers_of(kinds, row.outcome, row.wave)

        def of(tables: np.ndarray) -> np.ndarray:
            _, mean, _ = _arm_sums(tables, arms, value)
            return mean[0] / mean[1] if ratio else mean[0] / (1 - mean[0]) / (mean[1] / (1 - mean[1]))

        return {"estimate": of}

    return made


def _standardised(kinds: Kinds, row: Any, analysis: Analysis | None, arms: Arms) -> Made:
    """Give the difference over the average variance."""
    code = row.term.partition(": ")[0].removeprefix(f"{row.outcome}=") if ": " in row.term else ""
    value = kinds.among(row.outcome, row.wave, [code]).astype(float) if code else numbers_of(kinds, row.outcome, row.wave)

    def of(tables: np.ndarray) -> np.ndarray:
        _, mean, variance = _arm_sums(tables, arms, value)
        return (mean[0] - mean[1]) / np.sqrt(variance.mean(0))

    return {"estimate": of}


def _adjusted(kinds: Kinds, row: Any, analysis: Analysis | None, arms: Arms) -> Made:
    """Give the coefficient of the group, and its HC3 error, of a regression on covariates of few values."""
    if analysis is None or analysis.by or not pd.isna(row.n_clusters) or "covariate" in str(row.note):
        return {}
    columns = [np.ones(kinds.size)]
    known = np.ones(kinds.size, dtype=bool)
    for reference in analysis.covariates:
        name, wave = split_reference(reference)
        known &= kinds.known(name, wave)
        columns += _columns(kinds, name, wave)
    design = np.column_stack([*columns, arms[0].astype(float)])
    value, inside = numbers_of(kinds, row.outcome, row.wave), (arms[0] | arms[1]) & known

    def fitted(tables: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        counts = tables[:, inside]
        x, y = design[inside], value[inside]
        there = np.einsum("tk,ki->ti", counts, np.abs(x)) > 0  # a category that nobody has is no column
        square = np.einsum("tk,ki,kj->tij", counts, x, x) + np.einsum("ti,ij->tij", ~there, np.eye(x.shape[1]))
        proper = np.linalg.cond(square) < 1e10
        inverse = np.full_like(square, np.nan)
        inverse[proper] = np.linalg.inv(square[proper])
        beta = np.einsum("tij,tk,k,kj->ti", inverse, counts, y, x, optimize=True)
        leverage = np.einsum("ki,tij,kj->tk", x, inverse, x, optimize=True)
        residual = (y - beta @ x.T) / (1 - leverage)
        meat = np.einsum("tk,ki,kj->tij", np.where(counts > 0, counts * residual**2, 0.0), x, x, optimize=True)
        variance = np.einsum("ti,tij,tj->t", inverse[:, -1], meat, inverse[:, -1], optimize=True)
        return beta[:, -1], np.sqrt(variance)

    error = {} if {"hardly_varies", "few_events"} & set(str(row.note).split()) else {"std_error": lambda tables: fitted(tables)[1]}
    return {"estimate": lambda tables: fitted(tables)[0], **error}


def _columns(kinds: Kinds, name: str, wave: str) -> list[np.ndarray]:
    """Give an indicator per category but the first, or the number itself."""
    if kinds.study.kind_of(name) == "category":
        codes = kinds.study.measure[name].categories if name in kinds.study.measure else kinds.study.codes_of(kinds.study.variable[name])
        return [kinds.among(name, wave, [code]).astype(float) for code in list(codes)[1:]]
    return [numbers_of(kinds, name, wave)]


READ: dict[str, Callable[..., Made]] = {
    "association": _association,
    "mean_difference": _welch,
    "risk_ratio": _odds(True),
    "odds_ratio": _odds(False),
    "standardised_difference": _standardised,
    "adjusted_mean_difference": _adjusted,
    "adjusted_risk_difference": _adjusted,
}


def can_be_written_down(equations: Equations, statistics: list[Statistic]) -> bool:
    """Say whether few enough kinds of people are told apart."""
    return len(alike([equations.sets, *(one for statistic in statistics for one in statistic.looks_at)])[0]) <= MOST_WRITTEN


def tables_that_fit(equations: Equations, statistics: list[Statistic], sums: list[np.ndarray]) -> np.ndarray | None:
    """Write down every table of whole counts that fits sums and statistics, (tables, kinds); None where these are too many.

    Kinds of people that neither these nor the sums asked about tell apart are counted as one.
    """
    places, member = alike(
        [*(one.weights for one in equations.known), *(one for statistic in statistics for one in statistic.looks_at), *sums]
    )
    if len(places) > MOST_WRITTEN:
        return None
    fewer = [replace(one, weights=one.weights[places]) for one in equations.known]
    written = written_down(Equations(len(places), fewer, [member @ one for one in equations.solutions]))
    if written is None:
        return None
    tables = np.zeros((len(written), equations.size))
    tables[:, places] = written
    for statistic in statistics:
        tables = tables[statistic.fits(tables)]
    return tables


def alike(told_apart: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Give the first of each set of kinds that nothing tells apart, and which kinds are in the set, (sets, kinds)."""
    once = {id(one): one for one in told_apart}.values()
    codes = [np.unique(one.astype("U32") if one.dtype == object else one, return_inverse=True)[1] for one in once]
    _, places, sets = np.unique(np.column_stack(codes), axis=0, return_index=True, return_inverse=True)
    return places, (np.arange(len(places))[:, None] == sets.ravel()[None, :]).astype(float)


def written_down(equations: Equations) -> np.ndarray | None:
    """Write down all whole counts that fit, kind by kind; what cannot be completed is struck out at once."""
    known = list({(one.weights.tobytes(), one.low, one.high): one for one in equations.known}.values())
    matrix = np.array([one.weights for one in known])
    low, high = (np.array([getattr(one, end) for one in known]) for end in ("low", "high"))
    ends = equations.ends()
    order = np.argsort(ends[:, 1] - ends[:, 0], kind="stable")
    added = np.stack([matrix * ends[:, 0], matrix * ends[:, 1]])
    least, most = added.min(0)[:, order], added.max(0)[:, order]
    rest_least, rest_most = (
        np.concatenate([np.cumsum(one[:, ::-1], axis=1)[:, ::-1], np.zeros((len(one), 1))], axis=1) for one in (least, most)
    )
    counts, sums = np.zeros((1, 0)), np.zeros((1, len(matrix)))
    slack = 1e-6
    for place, kind in enumerate(order):
        values = np.arange(ends[kind, 0], ends[kind, 1] + 1)
        if len(counts) * len(values) > 20 * MOST_TABLES:
            return None
        sums = (sums[:, None, :] + values[None, :, None] * matrix[:, kind]).reshape(-1, len(matrix))
        counts = np.column_stack([np.repeat(counts, len(values), axis=0), np.tile(values, len(counts))])
        keep = ((sums + rest_least[:, place + 1] <= high + slack) & (sums + rest_most[:, place + 1] >= low - slack)).all(1)
        counts, sums = counts[keep], sums[keep]
        if len(counts) > MOST_TABLES:
            return None
    tables = np.zeros_like(counts)
    tables[:, order] = counts
    return tables
