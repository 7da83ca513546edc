"""Analyses proposed from the answer to one question: what is compared, and in which outcomes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.draft.assembled import Draft, Drafted
from pipeline.draft.described import Labels
from pipeline.draft.groups import as_at_first, let_numbers_be_answers, named, numbers_of, two_codes, without_group, wording_of
from pipeline.draft.words import text
from pipeline.spec.vocabulary import NUMERIC_TYPES

MOST_OUTCOMES = 8
MOST_LEVELS = 12
OBSERVATIONAL, SINGLE = "observational", "single_group"
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Analyses:
    """The part of study.toml that says what is compared.

    Attributes
    ----------
    design : str
    question : mapping
        Language -> the question that the analyses answer.
    labels : mapping
        Key of study.toml -> label of the group and its two answers.
    sample, exclusions, lines : tuple of str
        Lines below ``[sample]``, those of who is taken out, and those of measures, analyses and reports.
    """

    design: str
    question: Texts
    lines: tuple[str, ...]
    labels: Mapping[str, Labels] = field(default_factory=dict)
    sample: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()


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


def proposed(draft: Draft, compare: str, outcomes: Sequence[str], languages: Sequence[str]) -> Analyses:
    """Propose what to compute.

    Parameters
    ----------
    draft : Draft
        The variable compared becomes fixed in it.
    compare : str
        A variable of two answers, by its name or heading; empty: nobody is compared.
    outcomes : sequence of str
        Names or headings; empty: the first questions that are numbers.
    languages : sequence of str
        Of the study.

    Raises
    ------
    ResearcherError
        When a name is not there, or the group has not two answers.
    """
    group = named(draft, compare, "COMPARE") if compare else None
    codes = two_codes(draft, group) if group else []
    chosen = [named(draft, name, "OUTCOMES") for name in outcomes] or _usual(draft, group)
    for one in chosen:
        if one.kind.type in NUMERIC_TYPES and {*numbers_of(draft, one)[0].values()} == {0.0, 1.0}:
            let_numbers_be_answers(draft, one, ("yes", "no"))
    last = draft.waves[-1] if draft.waves else ""
    found = [_outcome(draft, one, last) for one in chosen]
    role = "primary"
    if group:
        first = as_at_first(draft, group)
        group.fixed = True
        lines = [*_measures(found, languages), *_compared(found, draft, role, languages), *_report("comparison", "group_comparison")]
        labels = {answer.code: answer.label for answer in draft.lists[group.answers]}
        told = {"group_label": group.label, "participant_label": labels[codes[0]], "control_label": labels[codes[1]]}
        sample = (
            *first,
            f'group = "{group.name}"',
            "# Differences are participant minus control.",
            f'participant = "{codes[0]}"',
            f'control = "{codes[1]}"',
        )
        question = {
            "sv": f"Hur skiljer sig svaren åt efter {wording_of(group, 'sv')}?",
            "en": f"How do answers differ by {wording_of(group, 'en')}?",
        }
        return Analyses(OBSERVATIONAL, question, tuple(lines), told, sample, tuple(without_group(draft, group, languages)))
    if len(draft.waves) > 1 and (changing := [one for one in found if len(_waves(draft, one.variable)) > 1]):
        template = "before_after" if any(one.kind == "number" for one in changing) else "progress"
        lines = [*_measures(changing, languages), *_changes(changing, draft, role, languages), *_report("changes", template)]
        question = {
            "sv": f"Hur förändras svaren från {draft.waves[0]} till {last}?",
            "en": f"How do answers change from {draft.waves[0]} to {last}?",
        }
        return Analyses(SINGLE, question, tuple(lines))
    lines = [*_measures(found, languages), *_described(found, role, languages), *_by_levels(draft)]
    return Analyses(SINGLE, {"sv": "Vad svarar de som deltog?", "en": "What do those who took part answer?"}, tuple(lines))


def _in_a_sentence(variable: Drafted) -> Labels:
    """Give the wording of a question as a sentence can hold it: without the mark at its end."""
    return {language: label.rstrip(" ?:.") or label for language, label in variable.label.items()}


def _usual(draft: Draft, group: Drafted | None) -> list[Drafted]:
    """Give the questions that are numbers, those in order first."""
    numbers = [
        one for one in draft.variables.values() if one.kind.type in NUMERIC_TYPES and one is not group and not (one.fixed and draft.waves)
    ]
    others = [one for one in draft.variables.values() if one.kind.type == "select_one" and one is not group]
    several = [one for one in draft.variables.values() if one.kind.type == "select_multiple"]
    return sorted(numbers, key=lambda one: one.kind.type != "rating")[:MOST_OUTCOMES] or others[:MOST_OUTCOMES] or several[:1]


def _waves(draft: Draft, variable: Drafted) -> list[str]:
    if variable.fixed:
        return []
    held = {source.wave for source in draft.sources if source.name in variable.raw_names}
    return [wave for wave in draft.waves if wave in held]


def _outcome(draft: Draft, variable: Drafted, last: str) -> Outcome:
    waves = _waves(draft, variable)
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


RULES = {"number": ('rule = "as_answered"',), "share": ('rule = "one_of"', 'counts = ["yes"]')}
"""Kind of outcome -> how a question becomes a measure of it."""


def _measures(outcomes: Sequence[Outcome], languages: Sequence[str]) -> Iterator[str]:
    """Declare a number, or the share who say yes, of each question that is an outcome."""
    measured = [one for one in outcomes if one.kind in RULES]
    if measured:
        yield '# DECIDE: say of each measure which direction is better, "higher" or "lower", where one is; unit is printed beside its numbers.'
    for one in measured:
        yield from ("[[measures]]", f'name = "{one.name}"', f"label = {text(_in_a_sentence(one.variable), languages, one.variable.name)}")
        yield from (
            f"unit = {text(one.unit, languages, '')}",
            *RULES[one.kind],
            f'items = ["{one.variable.name}"]',
            'direction = "neither"',
            "",
        )


@dataclass(frozen=True)
class Estimation:
    """What an analysis is called, and how it estimates."""

    id: str
    estimator: str
    label: Texts
    role: str

    def lines(self, outcomes: Sequence[str], languages: Sequence[str], *more: str) -> Iterator[str]:
        """Write it as a part of study.toml."""
        quoted = ", ".join('"' + one + '"' for one in outcomes)
        yield from ("[[analyses]]", f'id = "{self.id}"', f"label = {text(self.label, languages, self.id)}", f'role = "{self.role}"')
        yield from (f'estimator = "{self.estimator}"', f"outcomes = [{quoted}]", *more, "")


RAW = {
    "number": ("means", "welch", {"sv": "Medelvärden", "en": "Means"}),
    "share": ("shares", "risk_difference", {"sv": "Andelar", "en": "Shares"}),
    "category": ("answers", "table", {"sv": "Svar", "en": "Answers"}),
}
"""Kind of outcome -> id of its analysis, estimator and label, where two groups are compared."""
CHANGED = {
    "number": ("change", "paired", {"sv": "Förändring", "en": "Change"}),
    "share": ("moves_of_shares", "transition", {"sv": "Förändring av andelar", "en": "Change of shares"}),
    "category": ("moves", "transition", {"sv": "Byten mellan svar", "en": "Moves between answers"}),
}
"""The same, where people are compared with themselves before."""


def _compared(outcomes: Sequence[Outcome], draft: Draft, role: str, languages: Sequence[str]) -> Iterator[str]:
    yield "# DECIDE: which outcomes are primary, and how small a difference would still matter (smallest_difference)."
    yield "# Outcomes of one role and family have their p-values adjusted together (Holm). docs/estimators.md lists the estimators;"
    yield "# where people are clustered, state cluster under [sample] and use adjusted in place of welch and risk_difference."
    for kind, (name, estimator, label) in RAW.items():
        own = [one.reference for one in outcomes if one.kind == kind]
        if own:
            own_role = "secondary" if kind == "category" and role == "primary" else role
            yield from Estimation(name, estimator, label, own_role).lines(own, languages, *_family(own_role))
    for one in outcomes:
        before = [wave for wave in _waves(draft, one.variable) if wave != one.wave][:1]
        if one.kind == "number" and before:
            yield "# The same between people alike before."
            label = {
                "sv": f"{wording_of(one.variable, 'sv')}, justerat för läget före",
                "en": f"{wording_of(one.variable, 'en')}, adjusted for baseline",
            }
            covariates = f'covariates = ["{one.name}@{before[0]}"]'
            yield from Estimation(f"adjusted_{one.name}", "adjusted", label, "secondary").lines([one.reference], languages, covariates)


def _family(role: str) -> tuple[str, ...]:
    return ('family = "primary"',) if role == "primary" else ()


def _changes(outcomes: Sequence[Outcome], draft: Draft, role: str, languages: Sequence[str]) -> Iterator[str]:
    yield "# The same people before and after."
    for kind, (name, estimator, label) in CHANGED.items():
        own = [one for one in outcomes if one.kind == kind]
        if own:
            before = f'before = "{_waves(draft, own[0].variable)[0]}"'
            yield from Estimation(name, estimator, label, role).lines([one.reference for one in own], languages, before, *_family(role))


def _described(outcomes: Sequence[Outcome], role: str, languages: Sequence[str]) -> Iterator[str]:
    own = [one.reference for one in outcomes]
    if own:
        yield "# How many answered; every outcome named here is described. Name a group in COMPARE=… and draft again to compare two."
        yield from Estimation("answered", "response", {"sv": "Vilka som svarade", "en": "Who answered"}, role).lines(own, languages)


def _report(name: str, template: str, *more: str) -> Iterator[str]:
    yield "# Which templates are rendered; the question decides which fits."
    yield from ("[[reports]]", f'id = "{name}"', f'template = "{template}"', *more)


def _by_levels(draft: Draft) -> Iterator[str]:
    """A page per level of a question that has a few, where there is one."""
    few = [
        one
        for one in draft.variables.values()
        if one.kind.type == "select_one" and one.fixed and 1 < len(draft.lists[one.answers]) <= MOST_LEVELS
    ]
    if few:
        yield f"# DECIDE: {few[0].name} is only a proposal; any question of a few answers can take its place."
        yield from _report("levels", "one_level", f'per = "{few[0].name}"')


def nothing_in(lines: Sequence[str]) -> Iterator[str]:
    """Say at the top of study.toml that there are no analyses or reports, where none are proposed."""
    for part in ("analyses", "reports"):
        if f"[[{part}]]" not in lines:
            yield f"{part} = []  # DECIDE: nothing is proposed; docs/declare.md shows what can be."
