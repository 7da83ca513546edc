"""An attacker with a linear programme: what can be worked out about the counts behind a release.

Reads released tables and the declaration only. Unknown are the counts of people by
answer and group; every released number about them is an equation. The least and
greatest count that fit are found by scipy, which the package itself may not use here.
"""

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array

from pipeline.disclose.classes import greatest, least
from pipeline.spec.declaration import Measure
from pipeline.spec.study import Study
from pipeline.tables.results import Released

NOTHING = "(no answer)"
DIGITS = 12
ROUNDED = 1e-4
EXHIBITS = ("answers", "experience", "measure")
COUNTING = ("count_of", "count_correct")


def half_unit(number: float) -> float:
    """Give half a unit of the last digit that a released number shows: two decimals, or three; a fraction of people has twelve digits."""
    for places in (2, 3):
        if number and abs(round(number, places) - number) < 10.0**-DIGITS:
            return 0.5 * 10.0**-places
    return 0.5 * 10.0 ** (math.floor(math.log10(abs(number))) - DIGITS + 1) if number else 0.5 * 10.0**-DIGITS


class Reader:
    """Unknown counts and what is known of sums of them."""

    def __init__(self) -> None:
        self.places: dict[Hashable, int] = {}
        self.complete: set[tuple[str, str]] = set()
        self.equal: list[tuple[dict[int, float], float]] = []
        self.at_most: list[tuple[dict[int, float], float]] = []

    def place(self, unknown: Hashable) -> int:
        return self.places.setdefault(unknown, len(self.places))

    def know(self, unknowns: Mapping[Hashable, float] | Iterable[Hashable], number: float) -> None:
        self.equal.append((self._row(unknowns), float(number)))

    def bound(self, unknowns: Mapping[Hashable, float], number: float) -> None:
        self.at_most.append((self._row(unknowns), float(number)))

    def between(self, unknowns: Mapping[Hashable, float], low: float, high: float) -> None:
        self.bound(unknowns, high + ROUNDED)
        self.bound({unknown: -weight for unknown, weight in unknowns.items()}, ROUNDED - low)

    def _row(self, unknowns: Mapping[Hashable, float] | Iterable[Hashable]) -> dict[int, float]:
        weights = unknowns if isinstance(unknowns, Mapping) else dict.fromkeys(unknowns, 1.0)
        return {self.place(unknown): weight for unknown, weight in weights.items()}

    def range_of(self, unknown: Hashable) -> float:
        """Give greatest minus least whole count that fits; infinity without upper limit, or when nothing is known of it."""
        if unknown not in self.places:
            return np.inf
        ends = [self._end(unknown, sign) for sign in (1.0, -1.0)]
        return np.floor(ends[1] + 1e-6) - np.ceil(ends[0] - 1e-6)

    def _end(self, unknown: Hashable, sign: float) -> float:
        cost = np.zeros(len(self.places))
        cost[self.places[unknown]] = sign
        found = linprog(cost, **self._constraints, bounds=(0, None), method="highs")
        if found.status == 3:
            return np.inf * -sign
        assert found.status == 0, f"the released tables contradict each other: {found.message}"
        return found.fun * sign

    @cached_property
    def _constraints(self) -> dict[str, object]:
        """Give everything known, each thing once, as sparse matrices; nothing may be added after the first question."""
        known = {kind: list({_key(*row): row for row in rows}.values()) for kind, rows in (("eq", self.equal), ("ub", self.at_most))}
        matrices = {f"A_{kind}": self._matrix(rows) for kind, rows in known.items() if rows}
        return matrices | {f"b_{kind}": np.array([number for _, number in rows]) for kind, rows in known.items() if rows}

    def _matrix(self, rows: list[tuple[dict[int, float], float]]) -> csr_array:
        entries = [(number, place, weight) for number, (weights, _) in enumerate(rows) for place, weight in weights.items()]
        line, column, weight = zip(*entries, strict=True)
        return csr_array((weight, (line, column)), shape=(len(rows), len(self.places)))


def _key(weights: dict[int, float], number: float) -> tuple[frozenset[tuple[int, float]], float]:
    return frozenset(weights.items()), number


def codes_of(study: Study, name: str) -> tuple[str, ...]:
    """Give answers or classes of a table in declared order."""
    if name in study.measure:
        measure = study.measure[name]
        return tuple(measure.categories) or classes(measure.classes)
    return study.codes_of(study.variable[name]) or classes(study.variable[name].classes)


def classes(edges: tuple[float, ...]) -> tuple[str, ...]:
    return tuple(f"{low:g}-<{high:g}" for low, high in pairwise(edges)) + ((f"{edges[-1]:g}-",) if edges else ())


def groups_of(study: Study, column: str) -> tuple[str, ...]:
    sample = study.declaration.sample
    return (sample.participant, sample.control) if column == "all" else (column,)


def read_wave(study: Study, released: Released, wave: str, with_means: bool) -> Reader:
    """Put down everything the release says about the answers of one wave; means and what follows from them on request."""
    reader = Reader()
    _read_tables(reader, study, released.distributions, wave)
    for measure in study.declaration.measures:
        if wave in study.waves_of_measure(measure) and measure.rule in ("as_category", "collapsed", "classes_of"):
            _link_classes(reader, study, measure)
        if wave in study.waves_of_measure(measure) and (with_means or READ[measure.rule] is not _read_sum):
            _read_measure(reader, study, released, measure, wave)
    _read_categories(reader, study, released.estimates, wave)
    return reader


def _read_tables(reader: Reader, study: Study, cells: pd.DataFrame, wave: str) -> None:
    mine = (cells["wave"] == wave) & (cells["unit"] == study.declaration.sample.unit)
    shown = cells[mine & ~cells["withheld"] & cells["n"].notna()]
    for row in shown[shown["exhibit"].isin(EXHIBITS)].itertuples():
        groups = groups_of(study, row.column)
        reader.know(product([row.outcome], row.row.split("+"), groups), row.n)
        reader.know(product([row.outcome], codes_of(study, row.outcome), groups), row.total)
    for row in shown[(shown["exhibit"] == "missing") & (shown["row"] == "answered")].itertuples():
        groups = groups_of(study, row.column)
        reader.know(product([row.outcome], codes_of(study, row.outcome), groups), row.n)
        reader.know(product([row.outcome], (*codes_of(study, row.outcome), NOTHING), groups), row.total)
        reader.complete |= {(row.outcome, row.column)} if row.n == row.total else set()


def _link_classes(reader: Reader, study: Study, measure: Measure) -> None:
    """Join a question and the classes that a measure sorts its answers into."""
    [item] = measure.items
    for group in groups_of(study, "all"):
        if measure.rule == "classes_of":
            _link_edges(reader, measure, study.variable[item].classes, group)
            continue
        codes = measure.collapse or {code: (code,) for code in measure.categories}
        for name, inside in codes.items():
            reader.know({(measure.name, name, group): 1.0, **dict.fromkeys(product([item], inside, [group]), -1.0)}, 0)


def _link_edges(reader: Reader, measure: Measure, edges: tuple[float, ...], group: str) -> None:
    """Between two edges that both have, a question's and a measure's classes hold the same people."""
    both = [edge for edge in edges if edge in measure.classes]
    named, codes = dict(zip(measure.classes, measure.categories, strict=True)), dict(zip(edges, classes(edges), strict=True))
    for low, high in zip(both, [*both[1:], np.inf], strict=True):
        mine = [(measure.name, name, group) for edge, name in named.items() if low <= edge < high]
        theirs = [(measure.items[0], code, group) for edge, code in codes.items() if low <= edge < high]
        reader.know({**dict.fromkeys(mine, 1.0), **dict.fromkeys(theirs, -1.0)}, 0)


@dataclass(frozen=True)
class Told:
    """What is released of one measure and group."""

    group: str
    n: float
    numbers: dict[str, float]
    """Estimand -> estimate."""


def _read_measure(reader: Reader, study: Study, released: Released, measure: Measure, wave: str) -> None:
    rows = released.estimates
    mine = rows[
        (rows["outcome"] == measure.name)
        & (rows["wave"] == wave)
        & (rows["level"] == "all")
        & rows["analysis"].isin(["description", "balance"])
    ]
    described = mine[mine["group_b"].eq("") & mine["group_a"].ne("") & mine["n"].notna()]
    for group, part in described.groupby("group_a"):
        numbers = {row.estimand: row.estimate for row in part.itertuples() if not np.isnan(row.estimate)}
        READ[measure.rule](reader, study, measure, Told(str(group), float(part["n"].max()), numbers))


def _read_one_of(reader: Reader, study: Study, measure: Measure, told: Told) -> None:
    [item] = measure.items
    base = [code for code in codes_of(study, item) if code not in measure.leaves_out]
    reader.know(product([item], base, [told.group]), told.n)
    if "share" in told.numbers:
        reader.know(product([item], measure.counts, [told.group]), round(told.numbers["share"] * told.n))


def _read_above(reader: Reader, study: Study, measure: Measure, told: Told) -> None:
    [item] = measure.items
    codes = codes_of(study, item)
    reader.know(product([item], codes, [told.group]), told.n)
    if "share" not in told.numbers:
        return
    above = [code for code in codes if least(code) > measure.threshold]
    cut = [code for code in codes if least(code) <= measure.threshold < greatest(code, whole=True)]
    part = ("part", item, told.group)
    reader.know([*product([item], above, [told.group]), part], round(told.numbers["share"] * told.n))
    reader.bound({part: 1.0, **dict.fromkeys(product([item], cut, [told.group]), -1.0)}, 0)


def _read_lock_in(reader: Reader, study: Study, measure: Measure, told: Told) -> None:
    """Join both questions: the classes are cells of their joint table; who is doubly locked in is known also with one answer."""
    link_joint(reader, measure, told.group)
    pairs = product(("yes", "no", "dont_know", NOTHING), repeat=2)
    known = [pair for pair in pairs if "yes" in pair or pair == ("no", "no")]
    reader.know([("joint", *pair, told.group) for pair in known], told.n)
    if "share" in told.numbers:
        reader.know([("joint", "no", "no", told.group)], round(told.numbers["share"] * told.n))


def link_joint(reader: Reader, measure: Measure, group: str) -> None:
    answers = ("yes", "no", "dont_know", NOTHING)
    for axis, item in enumerate(measure.items):
        for one in answers:
            inside = [("joint", *pair, group) for pair in product(answers, repeat=2) if pair[axis] == one]
            reader.know({**dict.fromkeys(inside, 1.0), (item, one, group): -1.0}, 0)
    classes_ = {"none": ("yes", "yes"), "workplace": ("no", "yes"), "occupation": ("yes", "no"), "double": ("no", "no")}
    for name, pair in classes_.items():
        reader.know({("joint", *pair, group): 1.0, ("lock_in", name, group): -1.0}, 0)


def _read_sum(reader: Reader, study: Study, measure: Measure, told: Told) -> None:
    """Use the mean: a bound by the classes, and an equation with the questions where nobody left one out."""
    if "mean" not in told.numbers:
        return
    total, off = told.numbers["mean"] * told.n, half_unit(told.numbers["mean"]) * told.n
    top = len(measure.items) if measure.rule in COUNTING else measure.range[1] if measure.range else 1e6
    for sign, ends in ((1.0, least), (-1.0, lambda code: min(greatest(code, whole=False), top))):
        weights = {(measure.name, code, told.group): sign * ends(code) for code in codes_of(study, measure.name)}
        if weights:
            reader.bound(weights, sign * total + off + ROUNDED)
    per_person = 1 if measure.rule in COUNTING else len(measure.items)
    if {(item, told.group) for item in measure.items} <= reader.complete:
        weights = {(item, code, told.group): _adds(measure, item, code) for item in measure.items for code in codes_of(study, item)}
        reader.between(weights, (total - off) * per_person, (total + off) * per_person)


def _adds(measure: Measure, item: str, code: str) -> float:
    """Say what an answer adds to a sum."""
    if measure.rule == "count_of":
        return float(code in (*measure.counts, *measure.counts_also.get(item, ())))
    if measure.rule in ("count_correct", "share_correct"):
        return float(measure.correct[item] == code)
    return sum(measure.range) - float(code) if item in measure.reversed else float(code)


def _read_classes(reader: Reader, study: Study, measure: Measure, told: Told) -> None:
    reader.know(product([measure.name], codes_of(study, measure.name), [told.group]), told.n)


def _read_nothing(*_: object) -> None:
    """Bounds only: at least one yes."""


READ = {
    "one_of": _read_one_of,
    "above": _read_above,
    "double_lock_in": _read_lock_in,
    "lock_in": _read_nothing,
    "any_of": _read_nothing,
    "careless": _read_nothing,
    "count_of": _read_sum,
    "mean_of_items": _read_sum,
    "as_answered": _read_sum,
    "count_correct": _read_sum,
    "share_correct": _read_sum,
    "as_category": _read_classes,
    "collapsed": _read_classes,
    "classes_of": _read_classes,
}


def _read_categories(reader: Reader, study: Study, rows: pd.DataFrame, wave: str) -> None:
    shares = rows[(rows["wave"] == wave) & rows["estimate"].notna() & rows["estimand"].eq("share") & rows["term"].str.contains(": ")]
    for row in shares.itertuples():
        code = row.term.partition(": ")[0].removeprefix(f"{row.outcome}=")
        reader.know([(row.outcome, code, row.group_a)], round(row.estimate * row.n))


def read_transition(study: Study, released: Released, outcome: str, waves: tuple[str, str]) -> Reader:
    """Put down everything the release says about one transition: its own table, and each wave's."""
    reader = Reader()
    codes = codes_of(study, outcome)
    cells = released.distributions[released.distributions["outcome"] == outcome]
    for axis, wave in enumerate(waves):
        for row in cells[cells["exhibit"].isin(EXHIBITS) & (cells["wave"] == wave) & ~cells["withheld"]].itertuples():
            pairs = [pair for pair in product((*codes, NOTHING), repeat=2) if pair[axis] in row.row.split("+")]
            reader.know([(*pair, group) for pair in pairs for group in groups_of(study, row.column)], row.n)
    for row in cells[cells["exhibit"] == "transition"].itertuples():
        groups = groups_of(study, row.level.partition("=")[2] or "all")
        if not pd.isna(row.n):
            reader.know(product(row.row.split("+"), row.column.split("+"), groups), row.n)
        if not pd.isna(row.total):
            reader.know(product(row.row.split("+"), codes, groups), row.total)
    return reader


def read_subgroups(released: Released, study: Study, share: tuple[str, str], by: str, group: str) -> Reader:
    """Put down what is said of one share of one group: as a whole, and by the levels of a variable that some did not answer."""
    reader = Reader()
    outcome, wave = share
    levels = [*study.codes_of(study.variable[by]), NOTHING]
    rows = released.estimates
    mine = rows[(rows["outcome"] == outcome) & (rows["wave"] == wave) & (rows["analysis"] == "description") & (rows["group_a"] == group)]
    for row in mine[mine["n"].notna()].itertuples():
        inside = levels if row.level == "all" else [row.level.partition("=")[2]] if row.level.startswith(f"{by}=") else []
        if inside:
            reader.know(product(["with", "without"], inside), row.n)
        if inside and row.estimand == "share" and not np.isnan(row.estimate):
            reader.know(product(["with"], inside), round(row.estimate * row.n))
    return reader
