"""What is analysed: the questions named, or the usual ones, each as a number, a share or a category."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.draft.assembled import Draft, Drafted
from pipeline.draft.described import Labels
from pipeline.draft.groups import wording_of
from pipeline.draft.words import text
from pipeline.spec.vocabulary import NUMERIC_TYPES

MOST_OUTCOMES = 8
Texts = Mapping[str, str]
RULES = {"number": ('rule = "as_answered"',), "share": ('rule = "one_of"', 'counts = ["yes"]')}
"""Kind of outcome -> how a question becomes a measure of it."""


@dataclass(frozen=True)
class Outcome:
    """An outcome: a measure of a question or its answers as they stand, a number, a share or a category."""

    variable: Drafted
    name: str
    wave: str
    kind: str
    unit: Texts = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """Give the name with its wave."""
        return f"{self.name}@{self.wave}" if self.wave else self.name


def usual(draft: Draft, group: Drafted | None) -> list[Drafted]:
    """Give the questions that are numbers, those in order first."""
    numbers = [
        one for one in draft.variables.values() if one.kind.type in NUMERIC_TYPES and one is not group and not (one.fixed and draft.waves)
    ]
    others = [one for one in draft.variables.values() if one.kind.type == "select_one" and one is not group]
    several = [one for one in draft.variables.values() if one.kind.type == "select_multiple"]
    return sorted(numbers, key=lambda one: one.kind.type != "rating")[:MOST_OUTCOMES] or others[:MOST_OUTCOMES] or several[:1]


def waves_of(draft: Draft, variable: Drafted) -> list[str]:
    """Give the waves in which a question was asked; none of what cannot change."""
    if variable.fixed:
        return []
    held = {source.wave for source in draft.sources if source.name in variable.raw_names}
    return [wave for wave in draft.waves if wave in held]


def outcome_of(draft: Draft, variable: Drafted, last: str) -> Outcome:
    """Say how a question is analysed, in the last wave or, where it was not asked in that, its own last."""
    waves = waves_of(draft, variable)
    wave = last if last in waves else waves[-1] if waves else ""
    codes = [*dict.fromkeys(answer.code for answer in draft.lists.get(variable.answers, ()) if not answer.missing)]
    if variable.kind.type == "select_multiple":
        return Outcome(variable, f"{variable.name}_{codes[0]}", wave, "category")
    if variable.kind.type == "rating":
        span = f"{min(codes, key=int)}–{max(codes, key=int)}"
        return Outcome(variable, f"{variable.name}_value", wave, "number", {"sv": f"skala {span}", "en": f"scale {span}"})
    if variable.kind.type in NUMERIC_TYPES:
        return Outcome(variable, f"{variable.name}_value", wave, "number", {"sv": "värde", "en": "value"})
    if sorted(codes) == ["no", "yes"]:
        return Outcome(variable, f"{variable.name}_yes", wave, "share", {"sv": "andel", "en": "share"})
    return Outcome(variable, variable.name, wave, "category")


def measures(outcomes: Sequence[Outcome], languages: Sequence[str]) -> Iterator[str]:
    """Declare a number, or the share who say yes, of each question that is an outcome."""
    measured = [one for one in outcomes if one.kind in RULES]
    if measured:
        yield '# DECIDE: say of each measure which direction is better, "higher" or "lower", where one is; unit is printed beside its numbers.'
    for one in measured:
        yield from ("[[measures]]", f'name = "{one.name}"', f"label = {text(_label(one.variable), languages, one.variable.name)}")
        yield from (
            f"unit = {text(one.unit, languages, '')}",
            *RULES[one.kind],
            f'items = ["{one.variable.name}"]',
            'direction = "neither"',
            "",
        )


def _label(variable: Drafted) -> Labels:
    return {language: wording_of(variable, language) for language in variable.label}
