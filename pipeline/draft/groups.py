"""The group that is compared, found and made fit: two answers, the same throughout, and nobody without one unseen."""

import json
from collections.abc import Iterator, Sequence

from pipeline.clean.written import number_in
from pipeline.draft.assembled import Draft, Drafted
from pipeline.draft.described import Answer, Kind
from pipeline.draft.people import rows_without
from pipeline.draft.words import in_a_sentence, text, unused
from pipeline.errors import ResearcherError, examples, suggestion
from pipeline.spec.folding import comparable
from pipeline.spec.sources import BLANK
from pipeline.spec.vocabulary import NUMERIC_TYPES


def wording_of(variable: Drafted, language: str) -> str:
    """Give how a question is called inside a sentence; its name where it has no wording."""
    return in_a_sentence(variable.label.get(language) or next(iter(variable.label.values()), "") or variable.name, language)


def named(draft: Draft, name: str, where: str) -> Drafted:
    """Find a variable by its name, or by its heading in a file."""
    for one in draft.variables.values():
        if comparable(name) in {comparable(text) for text in (one.name, *one.raw_names.values())}:
            return one
    headings = [next(iter(one.raw_names.values()), one.name) for one in draft.variables.values()]
    meant = suggestion(name, [*draft.variables, *headings])
    allowed = "" if meant else ", ".join(examples(headings))
    remedy = meant or "Name a question by its heading in the file, or a variable of codebook.csv."
    raise ResearcherError.of(f"{where}={name}", "is no variable of the draft", allowed, remedy)


def two_codes(draft: Draft, group: Drafted) -> list[str]:
    """Give the two answers of a group; the first is taken for those who took part.

    Raises
    ------
    ResearcherError
        When it has not two.
    """
    if group.kind.type in NUMERIC_TYPES:
        let_numbers_be_answers(draft, group, (f"{group.name}_high", f"{group.name}_low"))
    codes = [*dict.fromkeys(answer.code for answer in draft.lists.get(group.answers, ()) if not answer.missing)]
    if len(codes) != 2:
        remedy = "Name another, or draft without and declare it."
        raise ResearcherError.of(f"COMPARE={group.name}", _answers_told(draft, group, len(codes)), "a question of two answers", remedy)
    return codes


def _answers_told(draft: Draft, group: Drafted, answers: int) -> str:
    """Say how many answers, or numbers, a question has that has not two."""
    if answers:
        return f"has {answers} answers"
    if group.kind.type in NUMERIC_TYPES:
        return f"has {len({*numbers_of(draft, group)[0].values()})} different numbers"
    return f"is of type {group.kind.type}"


def as_at_first(draft: Draft, group: Drafted) -> list[str]:
    """Let a group that people of one file change over time be the one they were in first."""
    held = [source for source in draft.sources if source.name in group.raw_names]
    if group.fixed or len({source.wave for source in held}) < 2 or len({id(source.table) for source in draft.sources}) > 1:
        return []
    for source in held[1:]:
        del group.raw_names[source.name]
        source.holds = [one for one in source.holds if one[0] is not group]
    return [f"# DECIDE: answers to {group.name} change between waves; people are compared by the one of {held[0].wave}: is that right?"]


def let_numbers_be_answers(draft: Draft, variable: Drafted, codes: tuple[str, str]) -> None:
    """Make a question of a column that holds two numbers, such as 0 and 1; the greater has the first code, so that 1 is the participant."""
    values, reasons = numbers_of(draft, variable)
    numbers = [*dict.fromkeys(values.values())]
    if len(numbers) != 2:
        return
    code = dict(zip(numbers, codes, strict=True))
    answers = [
        Answer(code[value], text, {language: f"{wording_of(variable, language)} ({value:g})" for language in variable.label})
        for text, value in values.items()
    ]
    variable.answers = unused(variable.name, draft.lists)
    draft.lists[variable.answers] = (*answers, *reasons)
    decide = f"its numbers {numbers[1]:g} and {numbers[0]:g} are read as answers: say in answers.csv what they mean"
    variable.kind = Kind("select_one", "two numbers", tuple(answers), decide=decide)


def numbers_of(draft: Draft, variable: Drafted) -> tuple[dict[str, float], list[Answer]]:
    """Give the numbers of a variable by how they are written, the greatest first, and its answers that say why there is none."""
    reasons = [answer for answer in draft.lists.get(variable.answers, ()) if answer.missing]
    known = {comparable(answer.raw) for answer in reasons}
    texts = dict.fromkeys(text for item in variable.items for column in item.columns for text in column.texts)
    values = {text: number_in(text.replace(",", "."), ".") for text in texts if comparable(text) not in known}
    read = {text: value for text, value in values.items() if value is not None}
    return dict(sorted(read.items(), key=lambda one: -one[1])), reasons


def without_group(draft: Draft, group: Drafted, languages: Sequence[str]) -> Iterator[str]:
    """Take out, in the open, those who did not say which group they are of; where several files say it, nobody is."""
    sources = [source for source in draft.sources if source.name in group.raw_names]
    if len({id(source.table) for source in draft.sources}) > 1:
        return
    reasons = {comparable(one.raw): one.missing for one in draft.lists[group.answers] if one.missing}
    lost, given = rows_without(sources[0].table, group.items[0].columns[0], reasons)
    if not lost.any() or given:
        return
    values = [BLANK, *dict.fromkeys(reasons.values())]
    yield f"# DECIDE: {int(lost.sum())} rows do not say which group they are of ({group.name}) and are taken out: is that right?"
    yield from (
        "[[exclusions]]",
        'id = "no_group"',
        f"sources = {json.dumps([source.name for source in sources])}",
        f'variable = "{group.name}"',
    )
    label = {"sv": f"utan svar på {wording_of(group, 'sv')}", "en": f"without an answer on {wording_of(group, 'en')}"}
    yield from (f"values = {json.dumps(values)}", f"label = {text(label, languages, group.name)}", "")
