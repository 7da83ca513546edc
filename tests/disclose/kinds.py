"""Kinds of people: every combination of group, answers in some waves, and facts; what a declaration says of each kind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd

from pipeline.score.rules import SCORING_RULES
from pipeline.score.scored import reversed_items
from pipeline.spec.naming import level_codes, split_reference
from pipeline.spec.study import Study, Variable
from tests.disclose.survey import Survey

NOTHING = "(no answer)"
OTHER = "(another)"
"""All levels of a fact but the one that is looked at."""
GROUP = "group"


class Elsewhere(Exception):
    """A released number is about something that these kinds of people do not tell apart."""


@dataclass(frozen=True)
class Kinds:
    """Axis -> codes. An axis is the group, a fact, or a question with its wave."""

    study: Study
    axes: Mapping[str, Sequence[str]]

    @cached_property
    def table(self) -> dict[str, np.ndarray]:
        """Give the code of each kind on each axis."""
        rows = np.array(list(product(*self.axes.values())), dtype="object").reshape(-1, len(self.axes))
        return dict(zip(self.axes, rows.T, strict=True))

    @cached_property
    def size(self) -> int:
        return int(np.prod([len(codes) for codes in self.axes.values()]))

    def where(self, axis: str, codes: Iterable[str]) -> np.ndarray:
        """Mark the kinds that have one of the codes."""
        wanted = set(codes)
        if axis not in self.axes or not wanted <= self._marked[axis].keys():
            raise Elsewhere(axis)
        return np.any([self._marked[axis][code] for code in wanted], axis=0)

    @cached_property
    def _marked(self) -> dict[str, dict[str, np.ndarray]]:
        return {axis: {code: self.table[axis] == code for code in codes} for axis, codes in self.axes.items()}

    @cached_property
    def everybody(self) -> np.ndarray:
        return np.ones(self.size, dtype=bool)

    def in_group(self, group: str) -> np.ndarray:
        """Mark the kinds of a group, or of everybody."""
        if group in ("", "all"):
            return self.everybody
        return self.where(GROUP, [group])

    def values(self, name: str, wave: str) -> np.ndarray:
        """Give the answer or the score of each kind, as text or number; None where there is none."""
        key = (name, wave)
        if key not in self._values:
            self._values[key] = self._scored(name, wave) if name in self.study.measure else self._answered(name, wave)
        return self._values[key]

    @cached_property
    def _values(self) -> dict[tuple[str, str], np.ndarray]:
        return {}

    def _answered(self, name: str, wave: str) -> np.ndarray:
        if name not in self.study.variable or (axis := axis_of(self.study, name, wave)) not in self.axes:
            raise Elsewhere(name)
        codes = self.table[axis]
        numeric = self.study.variable[name].is_numeric
        return np.array([None if code == NOTHING else float(code) if numeric else code for code in codes], dtype="object")

    def _scored(self, name: str, wave: str) -> np.ndarray:
        """Score each kind by the study's own rule."""
        measure = self.study.measure[name]
        if wave not in (self.study.waves_of_measure(measure) or ("",)):
            raise Elsewhere(f"{name}@{wave}")
        items = {}
        for item in measure.items:
            kind = "float64" if self.study.variable[item].is_numeric else "str"
            items[item] = pd.Series([np.nan if one is None else one for one in self._answered(item, wave)], dtype=kind)
        scored = SCORING_RULES[measure.rule].score(reversed_items(measure, pd.DataFrame(items)), measure)
        return np.array([None if pd.isna(one) else one for one in scored], dtype="object")

    def known(self, name: str, wave: str) -> np.ndarray:
        key = (name, wave)
        if key not in self._known:
            self._known[key] = np.array([one is not None for one in self.values(name, wave)])
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[str, str], np.ndarray]:
        return {}

    def among(self, name: str, wave: str, codes: Iterable[str]) -> np.ndarray:
        """Mark the kinds with one of some answers or scores, as codes."""
        wanted, edges = set(codes), self._edges(name)
        return np.array(
            [one is not None and (class_of(one, edges) if edges else code_of(one)) in wanted for one in self.values(name, wave)]
        )

    def _edges(self, name: str) -> tuple[float, ...]:
        """Give the edges of the classes in which a number is shown."""
        measure = self.study.measure.get(name)
        if measure is None:
            return self.study.variable[name].classes if name in self.study.variable else ()
        return () if measure.categories else measure.classes

    def at_level(self, level: str) -> np.ndarray:
        """Mark the kinds at a level such as ``sex*town=woman*north``."""
        inside = self.everybody
        if level != "all":
            names, _, codes = level.partition("=")
            for name, code in zip(names.split("*"), codes.split("*"), strict=True):
                inside = inside & (self.in_group(code) if self.study.declaration.sample.group == name else self.where(name, [code]))
        return inside

    def fulfilling(self, restrict: Mapping[str, Iterable[str]]) -> np.ndarray:
        """Mark the kinds inside a restriction."""
        inside = self.everybody
        for reference, codes in restrict.items():
            inside = inside & self.among(*split_reference(reference), codes)
        return inside


def axis_of(study: Study, name: str, wave: str) -> str:
    return name if study.variable[name].fixed or not wave else f"{name}@{wave}"


def class_of(value: float, edges: Sequence[float]) -> str:
    """Name the class that a number lies in, as tables do."""
    place = int(np.searchsorted(edges, value, side="right")) - 1
    return f"{edges[place]:g}-<{edges[place + 1]:g}" if place + 1 < len(edges) else f"{edges[place]:g}-"


def code_of(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def edges_of(study: Study, variable: Variable) -> tuple[list[float], list[float]]:
    """Give what divides a number's values: lower edges of classes, and thresholds."""
    mine = [one for one in study.declaration.measures if one.items[:1] == (variable.name,)]
    edges = {*variable.classes, *(edge for one in mine for edge in one.classes if len(one.items) == 1)}
    return sorted(edges), sorted({one.threshold for one in mine if one.threshold is not None})


def codes_of(study: Study, variable: Variable) -> tuple[str, ...]:
    """Give the answers that tell people apart; of a number without few values, one inside each stretch between edges and thresholds."""
    if is_coded(variable):
        return tuple(study.codes_of(variable))
    edges, thresholds = edges_of(study, variable)
    points = sorted({*edges, *thresholds})
    if not points:
        return ("0",)
    step = 1.0 if variable.type == "integer" else 0.01
    first = [points[0] - step] if variable.minimum is None or variable.minimum < points[0] else []
    stretches = [*first, *(value for point in points for value in (point, point + step))]
    return tuple(f"{one:g}" for one in {side_of(edges, thresholds, value): value for value in sorted(stretches, reverse=True)}.values())


def side_of(edges: Iterable[float], thresholds: Iterable[float], value: float) -> tuple[bool, ...]:
    """Say of a number above which edges and thresholds it lies."""
    return (*(value >= edge for edge in edges), *(value > one for one in thresholds))


def is_coded(variable: Variable) -> bool:
    """Say whether answers are codes of a list; a number may have a list too, of reasons why it is missing."""
    return bool(variable.answers) and variable.type not in ("integer", "decimal")


def is_counted_exactly(study: Study, name: str) -> bool:
    """Say whether the codes of a question are its values, so that sums of them mean something."""
    return is_coded(study.variable[name])


def kinds_of(study: Study, axes: Iterable[str], levels: Mapping[str, Sequence[str]]) -> Kinds:
    """Give the kinds of people that differ in group, in facts and in answers.

    Parameters
    ----------
    study : Study
    axes : iterable of str
        Facts, and questions as ``name@wave``.
    levels : mapping
        Codes of the facts that are links, such as workplaces.
    """
    sample = study.declaration.sample
    grouped = {GROUP: (sample.participant, sample.control)} if sample.group else {}
    codes = {axis: levels.get(axis) or codes_of(study, study.variable[split_reference(axis)[0]]) for axis in axes}
    return Kinds(study, grouped | {axis: (*one, NOTHING) for axis, one in codes.items()})


def people_of(survey: Survey, kinds: Kinds) -> np.ndarray:
    """Count the people of each kind, from the answers themselves."""
    study = survey.study
    sample = study.declaration.sample
    identifier = study.unit[sample.unit].id
    people = survey.cleaned.units[sample.unit].set_index(identifier)
    if sample.group:
        people = people[people[sample.group].isin([sample.participant, sample.control])]
    responses = survey.cleaned.responses[sample.unit]
    columns = {}
    for axis in kinds.axes:
        name, wave = split_reference(axis)
        if axis == GROUP and sample.group:
            columns[axis] = people[sample.group]
        elif study.variable[name].type == "id":
            named = linked_levels(survey, name, people[name])
            columns[axis] = named.where(named.isin(list(kinds.axes[axis])) | named.isna(), OTHER)
        elif wave:
            mine = responses[responses["wave"] == wave].set_index(identifier)[name].reindex(people.index)
            columns[axis] = sorted_into(study, kinds, axis, mine)
        else:
            columns[axis] = sorted_into(study, kinds, axis, facts_of(survey, name, people))
    counted = pd.DataFrame(columns).astype("object").fillna(NOTHING).value_counts().to_dict()
    counts = np.array([counted.pop(kind, 0) for kind in zip(*kinds.table.values(), strict=True)], dtype="float64")
    assert not counted, f"people of no kind: {counted}"
    return counts


def facts_of(survey: Survey, name: str, people: pd.DataFrame) -> pd.Series:
    """Give a fact of each person, or of the unit that the person is linked to."""
    if name in people:
        return people[name]
    unit = survey.study.variable[name].unit
    link = survey.study.unit[unit].id
    return people[link].map(survey.cleaned.units[unit].set_index(link)[name])


def linked_levels(survey: Survey, name: str, values: pd.Series) -> pd.Series:
    """Name linked units by their place among all, as tables do."""
    known = sorted(survey.cleaned.units[survey.study.unit_with_id(name)][name])
    return values.map(dict(zip(known, level_codes(survey.study.unit_with_id(name), len(known)), strict=True)))


def sorted_into(study: Study, kinds: Kinds, axis: str, values: pd.Series) -> pd.Series:
    """Give each answer its code; numbers the stretch that they lie in."""
    variable = study.variable[split_reference(axis)[0]]
    if is_coded(variable):
        return values.map(code_of, na_action="ignore")
    codes = [code for code in kinds.axes[axis] if code != NOTHING]
    edges, thresholds = edges_of(study, variable)
    named = {side_of(edges, thresholds, float(code)): code for code in codes}
    return values.map(lambda value: named[side_of(edges, thresholds, float(value))], na_action="ignore")
