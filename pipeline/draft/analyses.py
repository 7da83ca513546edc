"""Analyses proposed from the answer to one question: what is compared, and in which outcomes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.draft.assembled import Draft
from pipeline.draft.described import Labels
from pipeline.draft.groups import as_at_first, let_numbers_be_answers, named, numbers_of, two_codes, without_group, wording_of
from pipeline.draft.outcomes import Outcome, Texts, measures, outcome_of, usual, waves_of
from pipeline.draft.words import quoted, text
from pipeline.spec.vocabulary import NUMERIC_TYPES

MOST_LEVELS = 12
OBSERVATIONAL, SINGLE = "observational", "single_group"


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
    chosen = [named(draft, name, "OUTCOMES") for name in outcomes] or usual(draft, group)
    for one in chosen:
        if one.kind.type in NUMERIC_TYPES and {*numbers_of(draft, one)[0].values()} == {0.0, 1.0}:
            let_numbers_be_answers(draft, one, ("yes", "no"))
    last = draft.waves[-1] if draft.waves else ""
    found = [outcome_of(draft, one, last) for one in chosen]
    role = "primary"
    if group:
        first = as_at_first(draft, group)
        group.fixed = True
        lines = [*measures(found, languages), *_compared(found, draft, role, languages), *_report("comparison", "group_comparison")]
        labels = {answer.code: answer.label for answer in draft.lists[group.answers]}
        told = {
            "group_label": {language: wording_of(group, language) for language in group.label},
            "participant_label": labels[codes[0]],
            "control_label": labels[codes[1]],
        }
        sample = (
            *first,
            f'group = "{group.name}"',
            "# Differences are participant minus control.",
            f'participant = "{codes[0]}"',
            f'control = "{codes[1]}"',
        )
        question = {
            "sv": f"Hur skiljer sig svaren åt efter {quoted(wording_of(group, 'sv'), 'sv')}?",
            "en": f"How do answers differ by {quoted(wording_of(group, 'en'), 'en')}?",
        }
        return Analyses(OBSERVATIONAL, question, tuple(lines), told, sample, tuple(without_group(draft, group, languages)))
    if len(draft.waves) > 1 and (changing := [one for one in found if len(waves_of(draft, one.variable)) > 1]):
        template = "before_after" if any(one.kind == "number" for one in changing) else "progress"
        lines = [*measures(changing, languages), *_changes(changing, draft, role, languages), *_report("changes", template)]
        question = {
            "sv": f"Hur skiljer sig svaren {draft.called(last)['sv']} från dem {draft.called(draft.waves[0])['sv']}?",
            "en": f"How do answers {draft.called(last)['en']} differ from those {draft.called(draft.waves[0])['en']}?",
        }
        return Analyses(SINGLE, question, tuple(lines))
    lines = [*measures(found, languages), *_described(found, role, languages), *_by_levels(draft)]
    return Analyses(SINGLE, {"sv": "Vad svarar de som deltog?", "en": "What do those who took part answer?"}, tuple(lines))


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
        before = [wave for wave in waves_of(draft, one.variable) if wave != one.wave][:1]
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
            before = f'before = "{waves_of(draft, own[0].variable)[0]}"'
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
