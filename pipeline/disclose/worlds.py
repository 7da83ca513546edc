"""Where people may stand: cells of an answer in one wave, an answer in another, and facts.

A reader of a release knows sums over such cells and asks what one cell, or a few,
must hold. A ``World`` holds the cells of one question; ``Values`` say what its
answers are worth in each outcome that is made of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import inf, isfinite, nextafter, prod

import numpy as np

from pipeline.disclose.classes import greatest, least
from pipeline.spec.declaration import Measure
from pipeline.spec.scales import scale_of
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import RULE_KINDS

NOTHING = ""
"""Code on an axis of those who did not answer, or of whom the fact is not known."""
OF_ONE_QUESTION = ("one_of", "above", "as_category", "collapsed", "classes_of", "as_answered")
UP, SAME, DOWN, FIRST_ONLY, SECOND_ONLY = "up", "same", "down", "first_only", "second_only"
MOVE, TOP = "move", "top:"
LOW, HIGH = "low", "high"
"""Ends between which a number made of several questions lies: somebody in between stands in part at each."""
Conditions = Mapping[str, frozenset[str]]
"""Axis -> codes; axes that are not named are free."""


@dataclass(frozen=True)
class World:
    """The cells of one question.

    Parameters
    ----------
    question : str
        A variable; or a measure of several questions, which is taken as a whole.
    waves : tuple of str
        One wave, or the one before and the one after; an empty wave for what is fixed.
    axes : mapping of str to codes
        Waves with the answers (for a number made of several questions ``move`` and
        ``top:<wave>``), and facts; each with ``NOTHING``.
    """

    question: str
    waves: tuple[str, ...]
    axes: Mapping[str, tuple[str, ...]]

    @property
    def size(self) -> int:
        """Number of cells."""
        return prod(map(len, self.axes.values()))

    @property
    def parts(self) -> int:
        """Number of parts that facts, which are the last axes, divide people into."""
        facts = self.axes.keys() - {*self.waves, MOVE, *(f"{TOP}{wave}" for wave in self.waves)}
        return prod(len(self.axes[fact]) for fact in facts)

    @property
    def has_answers(self) -> bool:
        """Say whether single answers are told apart."""
        return MOVE not in self.axes

    @property
    def has_ends(self) -> bool:
        """Say whether instead of answers only the ends of a number are told apart."""
        return HIGH in self.axes.get(self.waves[-1], ())

    @cached_property
    def _places(self) -> dict[str, np.ndarray]:
        """Code of each cell on each axis, as its number."""
        return dict(zip(self.axes, np.indices([len(codes) for codes in self.axes.values()]).reshape(len(self.axes), -1), strict=True))

    def among(self, conditions: Conditions) -> np.ndarray:
        """Mark the cells that fulfil every condition; array of bool (cells,)."""
        inside = np.ones(self.size, dtype=bool)
        for axis, wanted in conditions.items():
            inside &= np.array([code in wanted for code in self.axes[axis]])[self._places[axis]]
        return inside

    def known(self, *waves: str) -> dict[str, frozenset[str]]:
        """Give the condition of having answered in all of these waves."""
        if self.has_answers:
            return {wave: frozenset(self.axes[wave]) - {NOTHING} for wave in waves}
        inside = [{UP, SAME, DOWN, FIRST_ONLY if wave == self.waves[0] else SECOND_ONLY} for wave in waves]
        return {MOVE: frozenset(set.intersection(*inside))}

    def valued(self, values: Mapping[str, float], wave: str) -> np.ndarray:
        """Give each cell the value of its answer in a wave; NaN where it has none. Array (cells,)."""
        return np.array([values.get(code, np.nan) for code in self.axes[wave]])[self._places[wave]]

    def moved(self, values: Mapping[str, float], way: int) -> np.ndarray:
        """Mark the cells of those who moved up (1), stayed (0) or moved down (-1) in these values."""
        if not self.has_answers:
            return self.among({MOVE: frozenset([{1: UP, 0: SAME, -1: DOWN}[way]])})
        before, after = (self.valued(values, wave) for wave in self.waves)
        return np.sign(after - before) == way


def both_hold(one: Conditions, other: Conditions) -> dict[str, frozenset[str]]:
    """Hold two sets of conditions together."""
    return {**one, **{axis: codes & one.get(axis, codes) for axis, codes in other.items()}}


def question_of(study: Study, name: str) -> str:
    """Give the question that an outcome is made of: its only item, or itself where it is made of several or of any number."""
    measure = study.measure.get(name)
    if measure is None or measure.rule not in OF_ONE_QUESTION or len(measure.items) > 1:
        return name
    return measure.items[0] if measure.rule != "as_answered" or tells_apart(study, measure.items[0]) else name


def tells_apart(study: Study, question: str) -> bool:
    """Say whether each answer is told apart from every other; of a number only classes are."""
    return question in study.measure or bool(study.codes_of(study.variable[question]))


def answers_to(study: Study, question: str) -> tuple[str, ...]:
    """Give the answers of a question that tables, shares and classes can tell apart; none for a number made of several."""
    if question in study.measure:
        kind = RULE_KINDS[study.measure[question].rule]
        return {"share": ("1", "0"), "category": tuple(study.measure[question].categories)}.get(kind, ())
    return study.codes_of(study.variable[question]) or tuple(repr(edge) for edge in _edges(study, question))


def _edges(study: Study, question: str) -> list[float]:
    """Give the least values of the finest classes of a number, the first of them of what lies below all; none without classes."""
    edges = set(study.variable[question].classes)
    for measure in study.declaration.measures:
        if measure.items == (question,):
            edges |= set(measure.classes) | ({_above(study, measure)} if measure.rule == "above" else set())
    return [-inf, *sorted(edges)] if edges else []


def _above(study: Study, measure: Measure) -> float:
    """Give the least value above a threshold."""
    assert measure.threshold is not None
    whole = study.variable[measure.items[0]].type == "integer"
    return float(int(measure.threshold // 1) + 1) if whole else nextafter(measure.threshold, inf)


def values_of(study: Study, outcome: str) -> dict[str, float]:
    """Give what each answer of a question is worth in an outcome; answers that the measure leaves out are absent.

    Returns
    -------
    dict
        1 and 0 for a share, the number for a number, the place for a class.
    """
    question = question_of(study, outcome)
    answers = [
        code for code in answers_to(study, question) if outcome not in study.measure or code not in study.measure[outcome].leaves_out
    ]
    measure = study.measure.get(outcome)
    if measure is None or question == outcome:
        ordered = study.kind_of(outcome) == "category"
        return {code: float(place) if ordered else float(code) for place, code in enumerate(answers)}
    if measure.rule == "one_of":
        return {code: float(code in measure.counts) for code in answers}
    if measure.rule == "above":
        return {code: float(float(code) >= _above(study, measure)) for code in answers}
    if measure.rule == "classes_of":
        places = {code: sum(edge <= float(code) for edge in measure.classes) - 1 for code in answers}
        return {code: float(place) for code, place in places.items() if place >= 0}
    if measure.rule == "as_answered":
        turned = sum(measure.range or ()) if measure.reversed else None
        return {code: float(code) if turned is None else turned - float(code) for code in answers}
    order = {code: float(place) for place, name in enumerate(measure.categories) for code in measure.collapse.get(name, (name,))}
    return {code: order[code] for code in answers if code in order}


def ends_of(study: Study, outcome: str, reach: float) -> dict[str, float]:
    """Give the least and the greatest value of a number: the ends of its scale, or of its questions', or what is far beyond any value."""
    low, high = scale_of(study, outcome)
    measure = study.measure.get(outcome)
    if measure is not None and measure.rule == "mean_of_items" and not isfinite(low + high):
        ends = [scale_of(study, item) for item in measure.items]
        low, high = min(one for one, _ in ends), max(one for _, one in ends)
    return {LOW: low if isfinite(low) else -reach, HIGH: high if isfinite(high) else reach}


def answers_in(study: Study, outcome: str, row: str) -> frozenset[str]:
    """Give the answers that a row of a table counts; joined codes are several rows."""
    return frozenset().union(*(_answers_in(study, outcome, part) for part in row.split("+")))


def _answers_in(study: Study, outcome: str, row: str) -> frozenset[str]:
    measure, question = study.measure.get(outcome), question_of(study, outcome)
    answers = answers_to(study, question)
    if row in answers:
        return frozenset([row])
    if measure is not None and row in measure.categories:
        place = float(list(measure.categories).index(row))
        return frozenset(code for code, value in values_of(study, outcome).items() if value == place)
    low = -inf if row.startswith("-<") else least(row)
    end = greatest(row, whole=False) if "-<" in row else inf
    return frozenset(code for code in answers if low <= float(code) < end)


def answers_with_values(study: Study, outcome: str, wanted: Iterable[str]) -> frozenset[str]:
    """Give the answers that have one of some values, as a restriction writes them."""
    measure = study.measure.get(outcome)
    if study.kind_of(outcome) == "category" and (measure is None or measure.categories):
        return frozenset().union(*(_answers_in(study, outcome, code) for code in wanted))
    numbers = {float(one) for one in wanted}
    return frozenset(code for code, value in values_of(study, outcome).items() if value in numbers)
