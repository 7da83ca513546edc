"""An attacker who counts in whole people: everything a release says about some kinds of people, as printed, solved together.

A released number is an interval, half a unit of its last printed digit to either side.
Sums of answers, of their squares, third and fourth powers are sums of people of each
kind, weighted; so are differences of means of two groups whose sizes are released.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd

from pipeline.spec.declaration import Analysis
from pipeline.spec.naming import split_reference
from pipeline.spec.study import Study
from pipeline.tables.results import Released
from tests.disclose.attack import half_unit
from tests.disclose.kinds import GROUP, NOTHING, Elsewhere, Kinds, axis_of, edges_of, is_coded, is_counted_exactly
from tests.disclose.whole_numbers import MOST, Equations

MOST_AXES = 3
"""Questions that share an answer are also looked at together, up to so many axes."""
EXHIBITS = ("answers", "experience", "measure")
MOVES = {"share_improved": 1, "share_up": 1, "share_unchanged": 0, "share_same": 0, "share_worse": -1, "share_down": -1}
OF_EVERYBODY = ("attainment_least", "attainment_most", "bound_low", "bound_high")
COUNTS = ("attainment_count", "count")
SHARES = ("share", "attainment", "attainment_exact")
OF_ITEMS = ("factor", "invariance")
"""Models of all who answered any question of a scale."""
WEIGHTED = "survey_weighted"


@dataclass(frozen=True)
class Told:
    """A released row: which axes it is about, and what stands beside it."""

    axes: frozenset[str]
    row: Any
    analysis: Analysis | None = None
    beside: Mapping[str, float] = field(default_factory=dict)
    """What else is released of the same people: estimand -> number."""


@dataclass(frozen=True)
class Reading:
    """A release as an attacker reads it, sorted once by what each number is about."""

    study: Study
    cells: list[Told]
    estimates: list[Told]
    sizes: dict[str, float]
    """Group, or ``all`` -> how many people are in the sample."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """Stratum -> how many of the population each of its people stands for, which the plan of the sample tells."""

    @classmethod
    def of(cls, study: Study, released: Released, weights: Mapping[str, float] | None = None) -> "Reading":
        """Sort the rows of a release about the people of the sample."""
        unit = study.declaration.sample.unit
        cells, rows, flow = (table[table["unit"] == unit] for table in (released.distributions, released.estimates, released.flow))
        shown = cells[~cells["withheld"] & cells["n"].notna()]
        analyses = {one.id: one for one in study.declaration.analyses}
        beside: dict[tuple, dict[str, float]] = {}
        for row in rows[rows["estimate"].notna()].itertuples():
            beside.setdefault(same(row), {})[row.estimand] = row.estimate
        told = rows[rows["n"].notna() | rows["estimate"].notna()]
        return cls(
            study,
            [Told(axes, row) for row in shown.itertuples() if (axes := axes_of_cell(study, row)) is not None],
            [
                Told(axes, row, analyses.get(row.analysis), beside.get(same(row), {}))
                for row in told.itertuples()
                if (axes := axes_of_estimate(study, row, analyses.get(row.analysis))) is not None
            ],
            {row.group: row.n for row in flow[_counts_sample(study, flow)].itertuples()},
            weights or {},
        )

    def spaces(self) -> list[frozenset[str]]:
        """Give the axes of every question that the release answers, small ones first; none that a part of another has."""
        found = dict.fromkeys(told.axes for told in (*self.cells, *self.estimates) if told.axes)
        joined = [one | other for one, other in combinations(found, 2) if one & other and len(one | other) <= MOST_AXES]
        return sorted(dict.fromkeys([*found, *joined]), key=lambda axes: (len(axes), sorted(axes)))


def _counts_sample(study: Study, flow: pd.DataFrame) -> pd.Series:
    """Mark the rows that say how many people are in the sample, or in one of its groups."""
    sample = study.declaration.sample
    chain = flow["chain"].eq("sample") | flow["chain"].str.startswith("analysed:")
    return chain & flow["node"].eq("in_sample") & flow["n"].notna() & flow["group"].isin(["all", sample.participant, sample.control])


def same(row: Any) -> tuple:
    return row.analysis, row.outcome, row.wave, row.level, row.term


def items_of(study: Study, name: str, wave: str) -> frozenset[str] | None:
    """Give the axes that a variable or measure is made of; None for what is no answer of a person."""
    items = study.measure[name].items if name in study.measure else (name,)
    known = [study.variable[item] for item in items if item in study.variable]
    if len(known) < len(items) or any(not (is_coded(one) or one.classes or edges_of(study, one)[1]) for one in known):
        return None
    return frozenset(axis_of(study, item, wave) for item in items if item != study.declaration.sample.group)


def united(parts: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    axes = list(parts)
    return None if any(one is None for one in axes) else frozenset().union(*axes)


def level_axes(study: Study, level: str) -> frozenset[str]:
    names = level.partition("=")[0].split("*") if level != "all" else []
    return frozenset(name for name in names if name != study.declaration.sample.group)


def axes_of_cell(study: Study, row: Any) -> frozenset[str] | None:
    return united([level_axes(study, row.level), *(items_of(study, row.outcome, wave) for wave in row.wave.split(">"))])


def axes_of_estimate(study: Study, row: Any, analysis: Analysis | None) -> frozenset[str] | None:
    """Give the axes that an estimate is about; of an adjusted one with its covariates."""
    if row.outcome not in study.measure and row.outcome not in study.variable:
        return None
    references = [] if analysis is None else [*analysis.restrict]
    if analysis is not None and row.estimator == "adjusted":
        references += analysis.covariates
    if row.estimator == WEIGHTED and study.declaration.sample.strata:
        references.append(study.declaration.sample.strata)
    references += next((list(one.restrict) for one in (analysis.readings if analysis else ()) if one.id == row.term), [])
    waves = (row.wave, *([analysis.before] if analysis is not None and analysis.before is not None else []))
    parts = [items_of(study, row.outcome, wave) for wave in waves] + [items_of(study, *split_reference(one)) for one in references]
    return united([level_axes(study, row.level), *parts])


@dataclass(frozen=True)
class Sums:
    """A released row, the kinds of people it is about, and what is known of them."""

    kinds: Kinds
    equations: Equations
    row: Any
    beside: Mapping[str, float]
    weights: Mapping[str, float] = field(default_factory=dict)

    @property
    def source(self) -> str:
        row = self.row
        return f"{row.analysis} {row.estimand} {row.outcome}@{row.wave} {row.level} {row.term}"

    def say(self, weights: np.ndarray, number: float, away: float = 0.0, what: str = "") -> None:
        self.equations.add(weights, number - away, number + away, f"{self.source}{what}")


def equations_of(reading: Reading, kinds: Kinds) -> Equations:
    """Put down everything that a release says about some kinds of people."""
    equations = Equations(kinds.size)
    for group, size in reading.sizes.items():
        equations.add(kinds.in_group(group).astype(float), size, size, f"flow in_sample {group}")
    axes = set(kinds.axes)
    for told in reading.cells:
        if told.axes <= axes:
            with suppress(Elsewhere):
                _read_cell(kinds, equations, told.row)
    for told in reading.estimates:
        if told.axes <= axes:
            with suppress(Elsewhere):
                _read_estimate(Sums(kinds, equations, told.row, told.beside, reading.weights), told.analysis)
    return equations


def _read_cell(kinds: Kinds, equations: Equations, row: Any) -> None:
    """Read tables of answers and classes, transitions, and how many answered."""
    source = f"{row.exhibit} {row.outcome}@{row.wave} {row.level} {row.row} {row.column}"
    for weights, number, what in _of_cell(kinds, row):
        if not pd.isna(number):
            equations.add(weights.astype(float), number, number, source + what)


def _of_cell(kinds: Kinds, row: Any) -> Iterator[tuple[np.ndarray, float, str]]:
    level = kinds.at_level(row.level)
    if row.exhibit in EXHIBITS:
        inside = kinds.in_group(row.column) & level
        yield inside & kinds.among(row.outcome, row.wave, row.row.split("+")), row.n, ""
        yield inside & kinds.known(row.outcome, row.wave), row.total, " total"
    elif row.exhibit == "missing" and row.row == "answered":
        yield kinds.in_group(row.column) & level & kinds.known(row.outcome, row.wave), row.n, ""
    elif row.exhibit == "transition":
        before, after = row.wave.split(">")
        first = level & kinds.among(row.outcome, before, row.row.split("+"))
        yield first & kinds.among(row.outcome, after, row.column.split("+")), row.n, ""
        yield first & kinds.known(row.outcome, after), row.total, " total"


def _read_estimate(sums: Sums, analysis: Analysis | None) -> None:
    """Read how many people an estimate is about, and the sum that it is."""
    row, kinds = sums.row, sums.kinds
    inside = kinds.at_level(row.level)
    if analysis is not None:
        inside = inside & kinds.fulfilling(analysis.restrict)
        reading = next((one for one in analysis.readings if one.id == row.term), None)
        inside = inside & kinds.fulfilling(reading.restrict if reading else {})
        if reading and reading.planned:
            return
    if ": " in row.term and row.estimand == "share":
        _read_category(sums, inside)
    elif row.group_b and not pd.isna(row.group_b):
        _read_comparison(sums, analysis, inside)
    elif row.estimand == "response_rate":
        return
    else:
        _read_one_group(sums, analysis, inside)


def _read_category(sums: Sums, inside: np.ndarray) -> None:
    row, kinds = sums.row, sums.kinds
    code = row.term.partition(": ")[0].removeprefix(f"{row.outcome}=")
    inside = inside & kinds.in_group(row.group_a)
    if not pd.isna(row.n):
        sums.say((inside & kinds.known(row.outcome, row.wave)).astype(float), row.n, what=" n")
        if not pd.isna(row.estimate):
            sums.say(
                (inside & kinds.among(row.outcome, row.wave, [code])).astype(float), row.estimate * row.n, half_unit(row.estimate) * row.n
            )


def _is_paired(analysis: Analysis | None) -> bool:
    return analysis is not None and analysis.before is not None


def _read_one_group(sums: Sums, analysis: Analysis | None, inside: np.ndarray) -> None:
    row, kinds = sums.row, sums.kinds
    inside = inside & kinds.in_group(row.group_a)
    known = inside & kinds.known(row.outcome, row.wave)
    if row.analysis == "imputation":
        return  # who is imputed lacks an answer for some reasons and not for others, which are no kinds of people here
    if row.estimand in OF_EVERYBODY:
        people = inside
    elif row.analysis == "measurement":
        people = inside & np.all([kinds.known(item, row.wave) for item in kinds.study.measure[row.outcome].items], axis=0)
    elif row.estimator in OF_ITEMS:
        people = inside & _modelled(kinds, row)
    elif _is_paired(analysis):
        people = known & kinds.known(row.outcome, analysis.before)
    else:
        people = known
    if not pd.isna(row.n):
        sums.say(people.astype(float), row.n, what=" n")
    if pd.isna(row.estimate) or pd.isna(row.n):
        return
    READ_ONE.get(row.estimand, _nothing)(sums, analysis, people)


def _modelled(kinds: Kinds, row: Any) -> np.ndarray:
    """Mark those whom a model of a scale is about: who answered any question, in both waves or in either group where these are compared."""
    compared = row.term.partition("*")[0]
    waves = (row.wave, *([compared] if compared in {wave.name for wave in kinds.study.declaration.waves} else []))
    items = kinds.study.measure[row.outcome].items
    answered = np.all([np.any([kinds.known(item, wave) for item in items], axis=0) for wave in waves], axis=0)
    fact = compared in kinds.study.variable and compared != kinds.study.declaration.sample.group
    return answered & ~kinds.where(compared, [NOTHING]) if fact else answered


def _number(sums: Sums, wave: str) -> np.ndarray:
    return numbers_of(sums.kinds, sums.row.outcome, wave)


def numbers_of(kinds: Kinds, name: str, wave: str) -> np.ndarray:
    """Give the value of each kind as a number; 0 where there is none."""
    items = kinds.study.measure[name].items if name in kinds.study.measure else (name,)
    values = kinds.values(name, wave)
    if not all(is_counted_exactly(kinds.study, item) for item in items) and not set(filter(None, values)) <= {0.0, 1.0}:
        raise Elsewhere(name)
    return np.array([0.0 if one is None else float(one) for one in values])


def _nothing(*_: object) -> None:
    """Tests and intervals follow from sums, or from nothing that is a sum."""


def _read_share(sums: Sums, analysis: Analysis | None, people: np.ndarray) -> None:
    row = sums.row
    sums.say(people * _number(sums, row.wave), row.estimate * row.n, half_unit(row.estimate) * row.n)


def _read_count(sums: Sums, analysis: Analysis | None, people: np.ndarray) -> None:
    row = sums.row
    sums.say(people * _number(sums, row.wave), row.estimate)


def _read_everybody(sums: Sums, analysis: Analysis | None, people: np.ndarray) -> None:
    """Read the least and most that a share can be, those lost included."""
    row, kinds = sums.row, sums.kinds
    if kinds.study.measure[row.outcome].rule != "one_of" or _is_paired(analysis):
        return
    lost = ~kinds.known(row.outcome, row.wave)
    # those to whom the measure does not apply are not lost
    if kinds.study.measure[row.outcome].leaves_out:
        return
    counted = _number(sums, row.wave) + (lost if row.estimand in ("attainment_most", "bound_high") else 0)
    sums.say(people * counted, row.estimate * row.n, half_unit(row.estimate) * row.n)


def _order(sums: Sums, wave: str) -> np.ndarray:
    measure = sums.kinds.study.measure[sums.row.outcome]
    if measure.categories:
        place = {code: float(number) for number, code in enumerate(measure.categories)}
        return np.array([0.0 if one is None else place[str(one)] for one in sums.kinds.values(sums.row.outcome, wave)])
    return _number(sums, wave)


def _read_moves(sums: Sums, analysis: Analysis | None, people: np.ndarray) -> None:
    row = sums.row
    measure = sums.kinds.study.measure[row.outcome]
    sign = -1 if measure.direction == "lower" and row.estimand in ("share_improved", "share_worse") else 1
    moved = np.sign(_order(sums, row.wave) - _order(sums, analysis.before)) * sign
    sums.say(people * (moved == MOVES[row.estimand]).astype(float), row.estimate * row.n, half_unit(row.estimate) * row.n)


def _read_share_change(sums: Sums, analysis: Analysis | None, people: np.ndarray) -> None:
    row = sums.row
    sums.say(people * (_number(sums, row.wave) - _number(sums, analysis.before)), row.estimate * row.n, half_unit(row.estimate) * row.n)


def _read_mean(wave_of: Callable[[Any, Analysis | None], tuple[str, ...]]) -> Callable[..., None]:
    """Read the sum of a wave's answers, or of later less earlier ones, and of their squares from the error."""

    def read(sums: Sums, analysis: Analysis | None, people: np.ndarray) -> None:
        row = sums.row
        after, *before = wave_of(row, analysis)
        value = _number(sums, after) - (_number(sums, before[0]) if before else 0)
        moments = Moments(sums, people, value, row.n, around(row.estimate))
        moments.say_sum()
        if not pd.isna(row.std_error) and pd.isna(row.n_clusters):
            root = math.sqrt(row.n)
            moments.say_squares((row.std_error - half_unit(row.std_error)) * root, (row.std_error + half_unit(row.std_error)) * root)

    return read


def around(number: float) -> tuple[float, float]:
    """Give between which ends a printed number lies."""
    return number - half_unit(number), number + half_unit(number)


@dataclass(frozen=True)
class Moments:
    """What released moments of some people's answers say of the sums of their answers' powers.

    Answers are taken as whole steps from a point near their mean, so that their sums are
    whole numbers: a printed mean leaves one sum or a few.
    """

    sums: Sums
    people: np.ndarray
    value: np.ndarray
    n: float
    mean: tuple[float, float]

    @cached_property
    def steps(self) -> int:
        """Give how many steps a unit has: 1 for single answers, 2 or more for means of several."""
        values = self.value[self.people > 0]
        return next((one for one in range(1, 61) if np.allclose(values * one, np.round(values * one), atol=1e-9)), 1)

    @cached_property
    def middle(self) -> float:
        return round(sum(self.mean) / 2 * self.steps)

    def power(self, exponent: int) -> np.ndarray:
        return self.people * np.round(self.value * self.steps - self.middle) ** exponent

    @cached_property
    def sum_(self) -> tuple[float, float]:
        """Give the ends of the sum of steps."""
        return whole(self.n * (self.mean[0] * self.steps - self.middle), self.n * (self.mean[1] * self.steps - self.middle))

    def say(self, exponent: int, ends: tuple[float, float], what: str) -> None:
        self.sums.equations.add(self.power(exponent), *ends, f"{self.sums.source} {what}")

    def say_sum(self) -> None:
        self.say(1, self.sum_, "sum")

    def squares(self, low: float, high: float) -> tuple[float, float]:
        """Give the ends of the sum of squares, from a standard deviation."""
        centred = [max(one, 0.0) ** 2 * (self.n - 1) * self.steps**2 for one in (low, high)]
        rest = products(self.sum_, self.sum_)
        return whole(centred[0] + max(rest[0], 0) / self.n, centred[1] + rest[1] / self.n)

    def say_squares(self, low: float, high: float) -> None:
        self.say(2, self.squares(low, high), "squares")

    def cubes(self, skewness: tuple[float, float], squares: tuple[float, float]) -> tuple[float, float]:
        """Give the ends of the sum of third powers: n g m^1.5 + 3 S Q / n - 2 S^3 / n^2."""
        n = self.n
        found = [
            g * n * max(q / n - (s / n) ** 2, 0.0) ** 1.5 + 3 * s * q / n - 2 * s**3 / n**2
            for g, q, s in product(skewness, some(squares), some(self.sum_))
        ]
        return whole(*widened(found, len({*squares}) == 1 and len({*self.sum_}) == 1))

    def fourths(self, kurtosis: tuple[float, float], squares: tuple[float, float], cubes: tuple[float, float]) -> tuple[float, float]:
        """Give the ends of the sum of fourth powers."""
        n = self.n
        found = [
            (k + 3) * n * max(q / n - (s / n) ** 2, 0.0) ** 2 + 4 * s * c / n - 6 * s**2 * q / n**2 + 3 * s**4 / n**3
            for k, q, s, c in product(kurtosis, some(squares), some(self.sum_), cubes)
        ]
        return whole(*widened(found, all(len({*one}) == 1 for one in (squares, self.sum_, cubes))))


def products(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Give the ends of a product, or of a square where both are the same."""
    found = [first * second for first, second in product(one, other)]
    return (
        0.0 if one[0] <= 0 <= one[1] and one is other else min(first * first for first in one) if one is other else min(found),
        max(found),
    )


def some(ends: tuple[float, float]) -> list[float]:
    """Give whole numbers between two ends: all of a few, else some, 0 among them."""
    low, high = ends
    if high - low <= 8:
        return list(np.arange(low, high + 1))
    return sorted({*np.round(np.linspace(low, high, 9)), *([0.0] if low < 0 < high else [])})


def widened(found: list[float], exact: bool) -> tuple[float, float]:
    """Give the ends of what was found at the corners of a box; inside it may be a little beyond."""
    reach = 0.0 if exact else 0.25 * (max(found) - min(found))
    return min(found) - reach, max(found) + reach


def whole(low: float, high: float) -> tuple[float, float]:
    """Give the first and the last whole number between two ends."""
    slack = 1e-6 + 1e-9 * max(abs(low), abs(high))
    return math.ceil(low - slack), math.floor(high + slack)


def _read_summary(sums: Sums, analysis: Analysis | None, people: np.ndarray) -> None:
    """Read deviation, error, skewness and kurtosis beside the mean of the same people."""
    row, beside = sums.row, sums.beside
    if "mean" not in beside:
        return
    moments = Moments(sums, people, _number(sums, row.wave), row.n, around(beside["mean"]))
    if row.estimand in ("standard_deviation", "standard_error"):
        scale = math.sqrt(row.n) if row.estimand == "standard_error" else 1.0
        moments.say_squares(*(end * scale for end in around(row.estimate)))
    elif "standard_deviation" in beside:
        squares = moments.squares(*around(beside["standard_deviation"]))
        if row.estimand == "skewness":
            moments.say(3, moments.cubes(around(row.estimate), squares), "cubes")
        elif "skewness" in beside:
            cubes = moments.cubes(around(beside["skewness"]), squares)
            moments.say(4, moments.fourths(around(row.estimate), squares, cubes), "fourth powers")


QUARTERS = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}


def _read_quarter(sums: Sums, analysis: Analysis | None, people: np.ndarray) -> None:
    """Read how many lie below and up to a median or quartile, which lies between two people in order."""
    row = sums.row
    value, away = _number(sums, row.wave), half_unit(row.estimate) + 1e-9
    place = (row.n - 1) * QUARTERS[row.estimand]
    low, high = math.floor(place + 1e-9), math.ceil(place - 1e-9)
    sums.equations.add(people * (value <= row.estimate + away), low + 1, row.n, f"{sums.source} up to")
    sums.equations.add(people * (value < row.estimate - away), 0, high, f"{sums.source} below")


def _read_comparison(sums: Sums, analysis: Analysis | None, inside: np.ndarray) -> None:
    """Read the sizes of two groups and, where no covariate moves it, the difference of their means."""
    row, kinds = sums.row, sums.kinds
    if row.estimand == "interaction":
        raise Elsewhere(row.term)
    inside = inside & kinds.known(row.outcome, row.wave)
    if row.estimand.startswith("adjusted") or row.covariates:
        for reference in analysis.covariates if analysis else ():
            inside = inside & kinds.known(*split_reference(reference))
    groups = [kinds.in_group(row.group_a), kinds.in_group(row.group_b)]
    if row.group_a not in kinds.axes.get(GROUP, ()):
        raise Elsewhere(row.group_a)
    sizes = [row.n_a, row.n_b]
    for group, size, what in zip(groups, sizes, (" n_a", " n_b"), strict=True):
        if not pd.isna(size):
            sums.say((inside & group).astype(float), size, what=what)
    if row.estimator == WEIGHTED:
        _read_weighted(sums, inside)
    if row.estimand in ("mean_difference", "risk_difference") and not pd.isna(row.estimate) and not any(pd.isna(sizes)) and min(sizes) > 0:
        moments = Moments(sums, inside, _number(sums, row.wave), row.n, (0.0, 0.0))
        scale = sizes[0] * sizes[1] * moments.steps
        steps = np.round(moments.value * moments.steps)
        weights = inside * steps * (groups[0] * sizes[1] - groups[1] * sizes[0])
        sums.say(weights, row.estimate * scale, half_unit(row.estimate) * scale)


def _read_weighted(sums: Sums, inside: np.ndarray) -> None:
    """Read a group's weighted mean or share: weight times answer less what is printed adds up to nearly nothing."""
    row, kinds = sums.row, sums.kinds
    if row.estimand not in ("mean_by_survey", "share_by_survey") or pd.isna(row.estimate) or not sums.weights:
        return
    stratum = kinds.study.declaration.sample.strata
    if stratum not in kinds.axes:
        raise Elsewhere(stratum)
    weights = np.array([sums.weights.get(code, 0.0) for code in kinds.table[stratum]]) * (inside & kinds.in_group(row.term))
    low, high = (weights * (_number(sums, row.wave) - end) for end in around(row.estimate))
    most = float(np.abs(weights).max()) * MOST
    sums.equations.add(low, 0.0, most, f"{sums.source} {row.term} at least")
    sums.equations.add(high, -most, 0.0, f"{sums.source} {row.term} at most")


READ_ONE: dict[str, Callable[..., None]] = {
    **dict.fromkeys(SHARES, _read_share),
    **dict.fromkeys(COUNTS, _read_count),
    **dict.fromkeys(("attainment_least", "attainment_most", "bound_low", "bound_high"), _read_everybody),
    **dict.fromkeys(MOVES, _read_moves),
    "share_change": _read_share_change,
    "mean": _read_mean(lambda row, analysis: (row.wave,)),
    "mean_after": _read_mean(lambda row, analysis: (row.wave,)),
    "mean_before": _read_mean(lambda row, analysis: (analysis.before,)),
    "mean_change": _read_mean(lambda row, analysis: (row.wave, analysis.before)),
    **dict.fromkeys(("standard_deviation", "standard_error", "skewness", "excess_kurtosis"), _read_summary),
    **dict.fromkeys(QUARTERS, _read_quarter),
}
