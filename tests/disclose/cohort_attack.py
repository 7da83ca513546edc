"""An attacker who reads a release about one group: counts by answer before, answer after and level, solved together.

Unknown are the people in each cell of a ``World``: a combination of codes on some
axes. Every released number about them is an equation; see ``attack``. A number that
is no sum of people (a test, a median) is taken to give away the counts that it
would follow from, where few counts could give it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from pipeline.disclose.policy import Policy
from pipeline.spec.declaration import Analysis, Measure
from pipeline.spec.naming import split_reference
from pipeline.spec.study import Study
from pipeline.tables.results import Released
from tests.disclose.attack import EXHIBITS, NOTHING, Reader, half_unit

Cell = tuple[str, ...]
Conditions = Mapping[str, Iterable[str]]
BEFORE, AFTER = "start", "exit"
MOVES = {
    "share_improved": 1,
    "share_up": 1,
    "share_unchanged": 0,
    "share_same": 0,
    "share_worse": -1,
    "share_down": -1,
}
LOWEST, HIGHEST = 1, 5
"""Ends of the scale of calmness."""
COUNTS = ("attainment_count", "count")
OF_EVERYBODY = ("attainment_least", "attainment_most", "bound_low", "bound_high")
WITH_LOST = ("attainment_most", "bound_high")


@dataclass(frozen=True)
class World:
    """Axis -> codes, in the order of the cells."""

    axes: Mapping[str, tuple[str, ...]]

    def where(self, conditions: Conditions) -> list[Cell]:
        """Give the cells that fulfil every condition."""
        wanted = [set(conditions.get(axis, codes)) for axis, codes in self.axes.items()]
        return list(
            product(*([code for code in codes if code in inside] for codes, inside in zip(self.axes.values(), wanted, strict=True)))
        )

    def code(self, cell: Cell, axis: str) -> str:
        return cell[list(self.axes).index(axis)]

    def known(self, *waves: str) -> dict[str, list[str]]:
        """Give the conditions of having answered."""
        return {wave: [code for code in self.axes[wave] if code != NOTHING] for wave in waves}


def both_conditions(one: Conditions, other: Conditions) -> dict[str, list[str]]:
    """Hold two sets of conditions together."""
    axes = {**one, **other}
    return {
        axis: [code for code in axes[axis] if code in set(one.get(axis, axes[axis])) & set(other.get(axis, axes[axis]))] for axis in axes
    }


def level_conditions(level: str) -> dict[str, list[str]]:
    """Read a level such as ``sex*town=woman*north``."""
    if level == "all":
        return {}
    names, _, codes = level.partition("=")
    return {name: [code] for name, code in zip(names.split("*"), codes.split("*"), strict=True)}


@dataclass(frozen=True)
class Attack:
    """A world, what is known of it, and where that comes from."""

    study: Study
    released: Released
    world: World
    question: str
    reader: Reader

    def know(self, conditions: Conditions, number: float) -> None:
        self.reader.know(self.world.where(conditions), number)

    def weigh(self, conditions: Conditions, weight: Callable[[Cell], float], low: float, high: float) -> None:
        self.reader.between({cell: weight(cell) for cell in self.world.where(conditions)}, low, high)

    def total(self, name: str, conditions: Conditions) -> str:
        """Give a name to a sum of cells, whose range can then be asked for."""
        self.reader.know({**dict.fromkeys(self.world.where(conditions), 1.0), name: -1.0}, 0)
        return name

    def is_about(self, conditions: Conditions) -> bool:
        return set(conditions) <= set(self.world.axes)

    def restricted(self, restrict: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
        """Read a restriction by the question or by a fact; another one is on no axis."""
        named = {reference: split_reference(reference) for reference in restrict}
        return {wave if name == self.question else reference: list(restrict[reference]) for reference, (name, wave) in named.items()}


def attack_on(study: Study, released: Released, world: World, question: str, *, with_means: bool) -> Attack:
    """Put down everything that a release says about one question in two waves, and about the levels of the world."""
    attack = Attack(study, released, world, question, Reader())
    _read_tables(attack)
    _read_transitions(attack)
    analyses = {one.id: one for one in study.declaration.analyses}
    for row in released.estimates.itertuples():
        measure = study.measure.get(row.outcome)
        if measure is None or measure.items != (question,):
            continue
        analysis = analyses.get(row.analysis)
        inside = both_conditions(level_conditions(row.level), attack.restricted(analysis.restrict if analysis else {}))
        if attack.is_about(inside):
            _read_estimate(attack, row, measure, analysis, inside)
            if with_means:
                _read_means(attack, row, inside)
    _read_flow(attack, analyses)
    return attack


def _read_tables(attack: Attack) -> None:
    """Read tables of answers, of the question and of the facts that are axes, and how many did not answer."""
    measures = [name for name, one in attack.study.measure.items() if one.items == (attack.question,) and one.categories]
    cells = attack.released.distributions
    shown = cells[~cells["withheld"] & cells["n"].notna() & (cells["level"] == "all")]
    for row in shown.itertuples():
        about = row.outcome in (attack.question, *measures) and row.wave in attack.world.axes
        axis = row.wave if about else row.outcome
        if not about and (row.wave or axis not in attack.world.axes):
            continue
        known = [code for code in attack.world.axes[axis] if code != NOTHING]
        if row.exhibit in EXHIBITS:
            attack.know({axis: row.row.split("+")}, row.n)
            attack.know({axis: known}, row.total)
        if row.exhibit == "missing" and row.row == "answered":
            attack.know({axis: known}, row.n)
            if not about:
                attack.know({}, row.total)


def _read_transitions(attack: Attack) -> None:
    cells = attack.released.distributions
    names = [attack.question, *(name for name, one in attack.study.measure.items() if one.items == (attack.question,))]
    for row in cells[(cells["exhibit"] == "transition") & cells["outcome"].isin(names)].itertuples():
        if not pd.isna(row.n):
            attack.know({BEFORE: row.row.split("+"), AFTER: row.column.split("+")}, row.n)
        if not pd.isna(row.total):
            attack.know({**attack.world.known(AFTER), BEFORE: row.row.split("+")}, row.total)


def _read_estimate(attack: Attack, row: object, measure: Measure, analysis: Analysis | None, inside: Conditions) -> None:
    """Read the numbers of people behind an estimate, and the counts that it tells."""
    if pd.isna(row.n):
        return
    if row.estimand == "response_rate":
        attack.know(inside, row.n)
        return
    reading = next((one for one in (analysis.readings if analysis else ()) if one.id == row.term), None)
    inside = both_conditions(inside, attack.restricted(reading.restrict if reading else {}))
    if not attack.is_about(inside):
        return
    paired = analysis is not None and analysis.before is not None and row.estimand not in OF_EVERYBODY
    known = both_conditions(inside, attack.world.known(*((BEFORE, AFTER) if paired else (row.wave,))))
    if not (reading and reading.planned):
        _read_people(attack, row, inside, known)
    if not pd.isna(row.estimate):
        _read_counts(attack, row, measure, inside, known)


def _read_people(attack: Attack, row: object, inside: Conditions, known: Conditions) -> None:
    attack.know(inside if row.estimand in OF_EVERYBODY else known, row.n)
    if not pd.isna(row.n_missing) and row.estimand not in ("bound_low", "bound_high"):
        attack.reader.know(set(attack.world.where(inside)) - set(attack.world.where(known)), row.n_missing)


def _read_counts(attack: Attack, row: object, measure: Measure, inside: Conditions, known: Conditions) -> None:
    if row.estimand in MOVES:
        attack.reader.know(moved(attack, measure, known, MOVES[row.estimand]), round(row.estimate * row.n))
    elif row.estimand == "share_change":
        up, down = (moved(attack, measure, known, way) for way in (1, -1))
        attack.reader.know({**dict.fromkeys(up, 1.0), **dict.fromkeys(down, -1.0)}, round(row.estimate * row.n))
    elif row.estimand.startswith("share_at_ceiling"):
        wave = BEFORE if row.estimand.endswith("before") else AFTER
        attack.know(both_conditions(known, {wave: [f"{measure.range[1]:g}"]}), round(row.estimate * row.n))
    elif measure.rule == "one_of":
        _read_share(attack, row, measure, inside)


def _read_share(attack: Attack, row: object, measure: Measure, inside: Conditions) -> None:
    if row.estimand in ("share", "attainment", "attainment_exact", *COUNTS, *OF_EVERYBODY):
        lost = [NOTHING] if row.estimand in WITH_LOST else []
        count = row.estimate if row.estimand in COUNTS else row.estimate * row.n
        attack.know(both_conditions(inside, {row.wave: [*measure.counts, *lost]}), round(count))


def moved(attack: Attack, measure: Measure, known: Conditions, way: int) -> list[Cell]:
    """Give the cells of those who moved up (1), stayed (0) or moved down (-1) in a measure."""
    order = {code: value for value, code in enumerate(measure.categories)}

    def value(code: str) -> float:
        return float(code in measure.counts) if measure.counts else float(order.get(code, code) if order else code)

    ends = [(cell, attack.world.code(cell, BEFORE), attack.world.code(cell, AFTER)) for cell in attack.world.where(known)]
    return [cell for cell, before, after in ends if np.sign(value(after) - value(before)) == way]


def _read_means(attack: Attack, row: object, inside: Conditions) -> None:
    """Read sums of answers, and sums of their squares, from means and their errors."""
    number = {code: float(code) for codes in attack.world.axes.values() for code in codes if code.isdecimal()}
    both = both_conditions(inside, attack.world.known(BEFORE, AFTER))
    values: dict[str, tuple[Conditions, Callable[[Cell], float]]] = {
        "mean": (both_conditions(inside, attack.world.known(row.wave)), lambda cell: number[attack.world.code(cell, row.wave)]),
        "mean_before": (both, lambda cell: number[attack.world.code(cell, BEFORE)]),
        "mean_after": (both, lambda cell: number[attack.world.code(cell, AFTER)]),
        "mean_change": (both, lambda cell: number[attack.world.code(cell, AFTER)] - number[attack.world.code(cell, BEFORE)]),
    }
    if row.estimand not in values or pd.isna(row.estimate):
        return
    conditions, value = values[row.estimand]
    off = half_unit(row.estimate)
    attack.weigh(conditions, value, (row.estimate - off) * row.n, (row.estimate + off) * row.n)
    if not pd.isna(row.std_error) and pd.isna(row.n_clusters):
        errors = (row.std_error + sign * half_unit(row.std_error) for sign in (-1, 1))
        means = (max(abs(row.estimate) + sign * off, 0.0) for sign in (-1, 1))
        low, high = (error**2 * row.n * (row.n - 1) + row.n * mean**2 for error, mean in zip(errors, means, strict=True))
        attack.weigh(conditions, lambda cell: value(cell) ** 2, low, high)


def _read_flow(attack: Attack, analyses: Mapping[str, Analysis]) -> None:
    """Read how many were left out of an analysis by a restriction."""
    flow = attack.released.flow
    for row in flow[flow["chain"].str.startswith("analysed:") & flow["node"].eq("restricted_out") & flow["group"].eq("all")].itertuples():
        inside = attack.restricted(analyses[row.chain.split(":")[1]].restrict)
        if attack.is_about(inside):
            attack.reader.know(set(attack.world.where({})) - set(attack.world.where(inside)), row.n)
    for row in flow[flow["chain"].eq("sample") & flow["node"].eq("in_sample") & flow["group"].eq("all")].itertuples():
        attack.know({}, row.n)


def sums_of_few(released: Released, outcome: str, frame: pd.DataFrame, by: str, policy: Policy) -> Iterator[tuple[str, str]]:
    """Give the groups of fewer people than the base whose sum of answers follows from released means.

    ``frame`` holds one row per person: ``start``, ``exit`` and the level. Unknown
    are the sums of those who answered both waves, the first only and the second
    only, at each level, within what the scale allows so many people; a sum follows
    when fewer whole values fit than the smallest cell.
    """
    levels = [*sorted(frame[by].dropna().unique()), NOTHING]
    sizes, reader = _sizes(frame, by), Reader()
    for level, kind, wave in product(levels, ("both", "one"), (BEFORE, AFTER)):
        people = sizes.get((level, kind, wave), 0)
        reader.between({(level, kind, wave): 1.0}, people * LOWEST, people * HIGHEST)
    for row in released.estimates[(released.estimates["outcome"] == outcome) & released.estimates["estimate"].notna()].itertuples():
        name, _, code = row.level.partition("=")
        inside = levels if row.level == "all" else [code] if name == by else []
        signs = {
            "mean": {row.wave: 1.0},
            "mean_before": {BEFORE: 1.0},
            "mean_after": {AFTER: 1.0},
            "mean_change": {AFTER: 1.0, BEFORE: -1.0},
        }
        kinds = ("both", "one") if row.estimand == "mean" else ("both",)
        told = {(level, kind, wave): sign for wave, sign in signs.get(row.estimand, {}).items() for level, kind in product(inside, kinds)}
        if told:
            off = half_unit(row.estimate)
            reader.between(told, (row.estimate - off) * row.n, (row.estimate + off) * row.n)
    asked = {
        (name, kind, wave): [(level, kind, wave) for level in members]
        for name, members in {**{f"{by}={level}": [level] for level in levels}, "all": levels}.items()
        for kind, wave in product(("both", "one"), (BEFORE, AFTER))
        if 0 < sum(sizes.get((level, kind, wave), 0) for level in members) < policy.base
    }
    for name, sums in asked.items():
        reader.know({**dict.fromkeys(sums, 1.0), name: -1.0}, 0)
    yield from ((name[0], " ".join(name[1:])) for name in asked if reader.range_of(name) + 1 < policy.cell)


def _sizes(frame: pd.DataFrame, by: str) -> dict[tuple[str, str, str], int]:
    known = frame[[BEFORE, AFTER]].notna()
    level = frame[by].fillna(NOTHING)
    sizes = {}
    for wave in (BEFORE, AFTER):
        for kind, mark in (("both", known.all(axis=1)), ("one", known[wave] & ~known.all(axis=1))):
            sizes |= {(one, kind, wave): int(count) for one, count in level[mark].value_counts().items()}
    return sizes
