"""What kind of variable a column is, and why: from what the file says of it, else from its values."""

import re
from collections.abc import Iterator, Sequence

from pipeline.draft.described import Answer, Column, Kind, Labels, Option
from pipeline.draft.quantities import as_numbers, dates_in, is_number, numbers_in
from pipeline.draft.words import is_among, is_personal, is_system, missing_reason, numbered, scale_of, words
from pipeline.spec.boxes import PLACE
from pipeline.spec.folding import comparable
from pipeline.spec.personal import PERSONAL

MOST_CHOICES, LONGEST_CHOICE, LEAST_REPEATED = 40, 150, 2
"""Answers to a question that a column may have, their letters, and how often each stands there on average."""
LONG_SCALE = 11
WORDED = "a few answers that stand there again and again"


def kind_of(column: Column, tool: str, language: str) -> Kind:
    """Say what a column is."""
    return next(kind for ask in QUESTIONS if (kind := ask(column, tool, language)) is not None)


def _left_out(column: Column, tool: str, language: str) -> Kind | None:
    wording = column.question.label.values()
    if is_system(column.heading, tool):
        return Kind("", "added by the survey tool")
    if column.question.is_personal or is_personal(column.heading, *wording) or _names_people(column):
        return Kind("", "may name a person")
    if not column.texts:
        return Kind("", "empty")
    if len(column.texts) == 1 and not column.question.options and column.answered == len(column.rows):
        return Kind("", "the same in every row")
    return None


def _names_people(column: Column) -> bool:
    few = column.texts[:200]
    return bool(few) and any(sum(map(is_one, few)) > len(few) / 2 for is_one in PERSONAL.values())


def _labelled(column: Column, tool: str, language: str) -> Kind | None:
    """Answers that the file or the structure of the survey gives labels to."""
    options = column.question.options
    if not options or column.question.kind == "box":
        return None
    known = {comparable(option.raw) for option in options}
    others = [text for text in column.texts if comparable(text) not in known]
    real = [option for option in options if not option.missing and not missing_reason(_any(option.label))]
    if others and all(map(is_number, others)) and (not real or column.level == "scale" or len(others) > LONG_SCALE):
        return as_numbers(
            column,
            [_answer(option) for option in options if option not in real or not is_number(option.raw)],
            "numbers, with labels for some",
        )
    unlabelled = [Option(text, {language: text}) for text in others]
    answers = [_answer(option) for option in [*options, *unlabelled]]
    if len(others) > MOST_CHOICES:
        return None
    if not real and not others:
        return Kind("", "holds nothing but reasons why there is no answer")
    return _choice(
        column, answers, "the file's value labels" if tool in ("sav", "dta") else "the answers that the survey offers", bool(unlabelled)
    )


def _any(label: Labels) -> str:
    return next((text for text in label.values() if text), "")


def _answer(option: Option) -> Answer:
    reason = missing_reason(_any(option.label)) or ("skipped" if option.missing or option.raw == "-99" else "")
    return Answer("", option.raw, option.label, reason)


def _choice(column: Column, answers: list[Answer], why: str, unlabelled: bool = False) -> Kind:
    real = [answer for answer in answers if not answer.missing]
    decide = (
        "some of its values have no label: say what they mean" if unlabelled and not all(is_number(answer.raw) for answer in real) else ""
    )
    scale = next((found for language in _languages(real) if (found := scale_of([answer.label.get(language, "") for answer in real]))), {})
    split = numbered([answer.raw for answer in real])
    coded = all(re.fullmatch(r"-?\d+", answer.raw) for answer in real)
    if scale and not coded:
        language = next(language for language in _languages(real) if answers_fit(real, language, scale))
        real.sort(key=lambda answer: scale[answer.label.get(language, "")])
    if split and not coded:
        real.sort(key=lambda answer: split[answer.raw][0])
        real = [Answer(str(split[answer.raw][0]), answer.raw, _shortened(answer, split[answer.raw][1])) for answer in real]
    elif coded:
        real = [Answer(str(int(answer.raw)), answer.raw, answer.label) for answer in real]
        real.sort(key=lambda answer: int(answer.code))
    ordered = len(real) > 2 and (
        bool(scale) or bool(split) or (coded and column.level == "ordinal") or (coded and unlabelled and not decide)
    )
    why = f"{why}; in order of a known scale" if scale and len(real) > 2 else f"{why}; in order of their numbers" if ordered else why
    kept = [*real, *(Answer(answer.missing, answer.raw, answer.label, answer.missing) for answer in answers if answer.missing)]
    return Kind("rating" if ordered else "select_one", why, tuple(kept), ordered, decide=decide)


def _languages(answers: Sequence[Answer]) -> list[str]:
    return [*dict.fromkeys(language for answer in answers for language in answer.label)]


def answers_fit(answers: Sequence[Answer], language: str, scale: dict[str, int]) -> bool:
    """Say whether the labels in a language are those that a scale orders."""
    return all(answer.label.get(language, "") in scale for answer in answers)


def _shortened(answer: Answer, label: str) -> dict[str, str]:
    return {language: label if text == answer.raw and label else text for language, text in answer.label.items()}


def _worded(column: Column, tool: str, language: str) -> Kind | None:
    """A few texts that stand there again and again."""
    texts = column.texts
    repeated = column.answered >= LEAST_REPEATED * len(texts) or (column.question.kind == "choice" and column.answered)
    short = max(map(len, texts)) <= LONGEST_CHOICE
    if (
        column.question.kind == "text"
        or is_among("kinds", column.heading, "text")
        or len(texts) > MOST_CHOICES
        or not repeated
        or not short
        or len(texts) < 2
    ):
        return None
    if column.answered < len(column.rows) and len(texts) == 1:
        return None
    answers = [Answer("", text, {language: text}, missing_reason(text)) for text in sorted(texts)]
    return _choice(column, answers, WORDED)


def _several(column: Column, tool: str, language: str) -> Kind | None:
    """Several answers in one cell, such as ``CV;Interview;``."""
    if column.question.kind == "box" and column.question.options and PLACE not in column.heading:
        kept = [option for option in column.question.options if not option.missing]
        return Kind("select_multiple", "the survey lets people tick several answers", tuple(Answer("", one.raw, one.label) for one in kept))
    for sign in (";", ",") if column.question.kind != "text" else ():
        parts = [[part.strip() for part in text.split(sign) if part.strip()] for text in column.texts]
        every = dict.fromkeys(part for several in parts for part in several)
        times = sum(len(several) * int(count) for several, count in zip(parts, column.counts, strict=True))
        common = times >= 3 * len(every) and max(map(len, every), default=0) <= LONGEST_CHOICE
        if (
            {min(2, len(several)) for several in parts} >= {1, 2}
            and common
            and len(every) <= min(MOST_CHOICES, len(column.texts))
            and not all(map(is_number, column.texts))
        ):
            answers = tuple(Answer("", part, {language: part}) for part in sorted(every))
            return Kind("select_multiple", f"cells hold several answers, with {sign!r} between them", answers)
    return None


def _ticks(column: Column, tool: str, language: str) -> Kind | None:
    if len(column.texts) == 1 and column.answered < len(column.rows):
        return Kind("", "one answer and blanks: declare it when you know what a blank means")
    return None


def _rest(column: Column, tool: str, language: str) -> Kind | None:
    return Kind("", "free text, or more answers than a question has")


QUESTIONS = (_left_out, _labelled, _ticks, dates_in, _several, numbers_in, _worded, _rest)
"""Asked in this order; the first that has an answer decides."""


def candidates(kinds: Sequence[tuple[str, str, Kind]]) -> Iterator[str]:
    """Say which variables could be the group, the cluster or a weight, given each one's name, heading and kind."""
    two = [name for name, _, kind in kinds if kind.type == "select_one" and sum(not answer.missing for answer in kind.answers) == 2]
    nested = [name for name, heading, kind in kinds if is_among("kinds", heading, "cluster") and kind.type == "select_one"]
    weights = [name for name, heading, kind in kinds if is_among("kinds", heading, "weight") and kind.type in ("decimal", "integer")]
    for what, names in (("two answers, so it could be the group", two), ("could be the cluster", nested), ("could be a weight", weights)):
        if names:
            yield f"{what}: {', '.join(names)}"


def yes_no(answers: Sequence[Answer]) -> dict[str, str]:
    """Give the codes ``yes`` and ``no`` by raw text, where an answer list is that."""
    codes = {}
    for answer in answers:
        texts = {comparable(text) for text in (answer.raw, *answer.label.values())}
        codes[answer.raw] = next((code for code in ("yes", "no") if texts & set(words()["kinds"][code])), "")
    return codes if sorted(codes.values()) == ["no", "yes"] else {}
