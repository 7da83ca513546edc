"""What an attacker in whole people finds in a release: small counts with too few values left, distributions known whole, sums of few."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, product

import numpy as np

from pipeline.spec.naming import level_codes, split_reference
from pipeline.spec.study import Study
from pipeline.tables.results import Released
from tests.disclose.kinds import GROUP, NOTHING, OTHER, Kinds, kinds_of, linked_levels, people_of
from tests.disclose.survey import Survey
from tests.disclose.whole_attack import Reading, equations_of
from tests.disclose.whole_numbers import Equations, Undecided, pinning
from tests.disclose.whole_statistics import can_be_written_down, statistics_of, tables_that_fit

MOST_KINDS = 800
"""Larger questions are left out; what they share with smaller ones is looked at there, and linked units one by one."""

LINKED = 4
"""Linked units that are looked at one by one, those with the fewest people, where all at once would be too many."""
PATIENCE = 2
"""Counts of one question that may stay undecided before the others of it are left alone."""


@dataclass(frozen=True)
class Finding:
    """A count or sum that a release tells too well."""

    what: str
    space: "Space"
    about: str
    weights: np.ndarray
    fitting: frozenset[float]
    """All values that fit."""
    enough: int

    def __str__(self) -> str:
        fitting = ", ".join(f"{one:g}" for one in sorted(self.fitting))
        return (
            f"{self.what}: {self.about} is {self.weights @ self.space.truth:g}, fitting {fitting} (of {' x '.join(self.space.kinds.axes)})"
        )

    def told_by(self) -> list[str]:
        """Give the released numbers that it follows from, none of which could be missed."""
        return pinning(self.space.equations, self.space.truth, self.weights.astype(float), self.enough)


@dataclass(frozen=True)
class Space:
    """Kinds of people, what is known of them, and the truth to which attackers are held."""

    kinds: Kinds
    equations: Equations
    truth: np.ndarray
    undecided: list[np.ndarray] = field(default_factory=list)

    @classmethod
    def of(cls, survey: Survey, reading: Reading, kinds: Kinds) -> "Space":
        equations, truth = equations_of(reading, kinds), people_of(survey, kinds)
        missed = equations.unmet(truth)
        assert missed == [], f"the attacker misreads the release, or it contradicts the answers: {missed[:3]}"
        equations.solutions.append(truth)
        return cls(kinds, equations, truth)

    @classmethod
    def all_of(cls, survey: Survey, reading: Reading) -> Iterator["Space"]:
        """Give every question of a release; one with many linked units for each of these beside all others."""
        linked = linked_codes(survey)
        for axes in map(sorted, reading.spaces()):
            kinds = kinds_of(survey.study, axes, linked)
            if kinds.size <= MOST_KINDS:
                yield cls.of(survey, reading, kinds)
                continue
            for link in [axis for axis in axes if axis in linked]:
                each = (kinds_of(survey.study, axes, linked | {link: [code, OTHER]}) for code in few_at(survey, link))
                yield from (cls.of(survey, reading, one) for one in each if one.size <= MOST_KINDS)


def few_at(survey: Survey, link: str) -> list[str]:
    """Name the linked units with the fewest people, whose counts are the smallest."""
    people = survey.cleaned.units[survey.study.declaration.sample.unit][link]
    return [str(code) for code in linked_levels(survey, link, people).value_counts().index[-LINKED:]]


def linked_codes(survey: Survey) -> dict[str, list[str]]:
    """Name the units that people are linked to as tables do."""
    units = survey.cleaned.units
    study, own = survey.study, survey.study.declaration.sample.unit
    return {
        link.name: level_codes(study.unit_with_id(link.name), len(units[study.unit_with_id(link.name)])) for link in study.links_of(own)
    }


def weights_of(survey: Survey) -> dict[str, float]:
    """Give the weight of each stratum, where it has one."""
    sample = survey.study.declaration.sample
    if not sample.weight or not sample.strata:
        return {}
    people = survey.cleaned.units[sample.unit]
    if sample.strata not in people:
        unit = survey.study.variable[sample.strata].unit
        people = people.merge(survey.cleaned.units[unit][[survey.study.unit[unit].id, sample.strata]])
    weights = people.groupby(sample.strata, sort=True)[sample.weight]
    return weights.first().to_dict() if (weights.nunique() == 1).all() else {}


def findings(survey: Survey, released: Released) -> Iterator[Finding]:
    """Attack every question of a release."""
    told = set()
    reading = Reading.of(survey.study, released, weights_of(survey))
    for space in Space.all_of(survey, reading):
        for finding in (
            *counts_found(survey.study, space),
            *few_found(survey.study, space),
            *told_by_statistics(survey.study, space, reading),
        ):
            if (finding.what, finding.about) not in told:
                told.add((finding.what, finding.about))
                yield finding
        if space.undecided:
            yield Finding("undecided", space, f"{len(space.undecided)} searches", space.undecided[0], frozenset(), 0)


def counts_found(study: Study, space: Space) -> Iterator[Finding]:
    """Give the small counts of which too few values fit, and the distributions known whole that hold one."""
    cell = study.declaration.disclosure.minimum_cell
    for group, axes in product(groups_of(space.kinds), crossed(space.kinds)):
        marked = list(marks(space.kinds, group, axes))
        small = [(about, inside, lost) for about, inside, lost in marked if 0 < inside @ space.truth < cell]
        for about, inside, lost in small:
            enough = cell if lost is None else min(cell, lost @ space.truth + 1)
            fitting = asked(space, inside, int(enough))
            if len(fitting) < enough:
                yield Finding("small count", space, about, inside, frozenset(fitting), int(enough))
        if small and len(axes) == 1 and all(len(asked(space, inside, 2)) == 1 for _, inside, _ in marked):
            yield Finding("distribution", space, f"{axes[0]} {group}", small[0][1], frozenset({small[0][1] @ space.truth}), 2)


def asked(space: Space, weights: np.ndarray, enough: int) -> set[float]:
    """Give the values that fit; what cannot be decided in time is taken to have ``enough``, and told among the findings."""
    if len(space.undecided) > PATIENCE:
        return set(range(enough))
    try:
        return space.equations.values(weights.astype(float), enough)
    except Undecided:
        space.undecided.append(weights)
        return set(range(enough))


def told_by_statistics(study: Study, space: Space, reading: Reading) -> Iterator[Finding]:
    """Give the small counts of which too few values fit where tests, ratios and adjusted differences are reckoned with too."""
    cell, kinds = study.declaration.disclosure.minimum_cell, space.kinds
    statistics = list(statistics_of(reading, kinds))
    marked = [one for group, axes in product(groups_of(kinds), crossed(kinds)) for one in marks(kinds, group, axes)]
    small = [(about, inside.astype(float)) for about, inside, lost in marked if lost is None and 0 < inside @ space.truth < cell]
    if not statistics or not small or not can_be_written_down(space.equations, statistics):
        return
    open_still = [one for one in small if len(asked(space, one[1], cell)) >= cell]
    together = tables_that_fit(space.equations, statistics, [inside for _, inside in open_still]) if open_still else None
    for about, inside in open_still:
        tables = tables_that_fit(space.equations, statistics, [inside]) if together is None else together
        if tables is not None and len(fitting := set(np.round(tables @ inside, 6))) < cell:
            assert fitting, f"nothing fits {[one.source for one in statistics if not one.fits(space.truth[None, :])[0]]}"
            by = " | ".join(one.source for one in statistics)
            yield Finding("small count by a statistic", space, f"{about} by {by}", inside, frozenset(fitting), cell)


def groups_of(kinds: Kinds) -> tuple[str, ...]:
    return (*kinds.axes.get(GROUP, ()), "all")


def crossed(kinds: Kinds) -> list[tuple[str, ...]]:
    """Give which axes are looked at together: one, two, and an answer at two crossed levels."""
    axes = [axis for axis in kinds.axes if axis != GROUP]
    facts = [axis for axis in axes if "@" not in axis]
    answers = [axis for axis in axes if "@" in axis]
    items = len({split_reference(axis)[0] for axis in answers}) > 1
    pairs = [pair for pair in combinations(axes, 2) if not items or set(pair) & set(facts)]
    return [*((axis,) for axis in axes), *pairs, *((*facts[:2], answer) for answer in answers if len(facts) > 1)]


def marks(kinds: Kinds, group: str, axes: tuple[str, ...]) -> Iterator[tuple[str, np.ndarray, np.ndarray | None]]:
    """Mark the kinds of each combination of codes; and those who were lost in the same wave, where it is about these."""
    for codes in product(*(kinds.axes[axis] for axis in axes)):
        if OTHER in codes:
            continue
        missing = [axis for axis, code in zip(axes, codes, strict=True) if code == NOTHING]
        asked = [axis for axis in axes if "@" in axis]
        if any("@" not in axis for axis in missing) or (asked and len(missing) == len(asked)):
            continue
        inside = kinds.in_group(group)
        for axis, code in zip(axes, codes, strict=True):
            inside = inside & kinds.where(axis, [code])
        about = f"{group} " + " ".join(f"{axis}={code}" for axis, code in zip(axes, codes, strict=True))
        lost = kinds.in_group(group) & np.all([kinds.where(axis, [NOTHING]) for axis in missing], axis=0) if missing else None
        yield about, inside, lost


def few_found(study: Study, space: Space) -> Iterator[Finding]:
    """Give the few people whose sum of answers follows: those at a level, lost, new, or outside a restriction."""
    base = study.declaration.disclosure.minimum_base
    kinds = space.kinds
    answers = [axis for axis in kinds.axes if "@" in axis and study.variable[split_reference(axis)[0]].type == "rating"]
    for group, axis in product(groups_of(kinds), answers):
        value = np.array([0.0 if code == NOTHING else float(code) for code in kinds.table[axis]])
        here = kinds.in_group(group) & ~kinds.where(axis, [NOTHING])
        for other in [one for one in kinds.axes if one not in (axis, GROUP)]:
            parts = (
                [[NOTHING], [code for code in kinds.axes[other] if code != NOTHING]]
                if "@" in other
                else [[code] for code in kinds.axes[other] if code != OTHER]
            )
            for codes in parts:
                inside = here & kinds.where(other, codes)
                people = inside @ space.truth
                if 0 < people < base and len(fitting := asked(space, inside * value, 2)) == 1:
                    yield Finding(
                        "sum of few",
                        space,
                        f"sum of {people:g}: {group} {axis} of {other}={'+'.join(codes)}",
                        inside * value,
                        frozenset(fitting),
                        2,
                    )
