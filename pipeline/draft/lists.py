"""Answer lists: one for all questions that have the same answers, with codes that say what they mean."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.draft.described import Answer
from pipeline.draft.kinds import yes_no
from pipeline.draft.words import scale_of, slug, unused
from pipeline.spec.folding import comparable


@dataclass(frozen=True)
class Wanted:
    """The answers of one variable, as the files have them."""

    variable: str
    answers: tuple[Answer, ...]
    ordered: bool


def shared_lists(wanted: Sequence[Wanted]) -> tuple[dict[str, tuple[Answer, ...]], dict[str, str]]:
    """Make answer lists.

    Returns
    -------
    lists, list_of
        List name -> its answers with codes; variable -> list name. A question in
        order has the list of another whose answers hold all of its own.
    """
    ordered = _with_unions([one for one in wanted if one.ordered])
    lists: dict[tuple, str] = {}
    answers_of: dict[str, tuple[Answer, ...]] = {}
    list_of: dict[str, str] = {}
    for one in wanted:
        answers = _coded(ordered.get(one.variable, one.answers), one.ordered)
        key = _key(answers)
        if key not in lists:
            lists[key] = unused("yes_no" if yes_no([answer for answer in answers if not answer.missing]) else one.variable, set(answers_of))
        name = lists[key]
        known = {comparable(answer.raw) for answer in answers_of.get(name, ())}
        answers_of[name] = (*answers_of.get(name, ()), *(answer for answer in answers if comparable(answer.raw) not in known))
        list_of[one.variable] = name
    return answers_of, list_of


def _key(answers: Sequence[Answer]) -> tuple:
    """Say what makes two lists one: the same answers, and the same reasons for none unless these are words, which mean the same anywhere."""
    real = [answer for answer in answers if not answer.missing]
    coded = [answer for answer in answers if answer.missing and (not real or not answer.raw[:1].isalpha())]
    return tuple((answer.code, comparable(answer.raw), answer.missing) for answer in [*real, *coded])


def _with_unions(wanted: Sequence[Wanted]) -> dict[str, tuple[Answer, ...]]:
    """Let questions in order whose answers fit together have all of them: nobody may have given the first or the last."""
    groups: list[tuple[dict[str, Answer], list[str]]] = []
    for one in sorted(wanted, key=lambda one: -len(one.answers)):
        own = {comparable(answer.raw): answer for answer in one.answers}
        fitting = next((group for group in groups if _fit_together(group[0], own)), None)
        if fitting is None:
            groups.append((own, [one.variable]))
        else:
            fitting[0].update({raw: answer for raw, answer in own.items() if raw not in fitting[0]})
            fitting[1].append(one.variable)
    return {name: _in_order([*answers.values()]) for answers, names in groups for name in names}


def _fit_together(these: Mapping[str, Answer], those: Mapping[str, Answer]) -> bool:
    """Say whether two ordered lists can be one: the smaller one's worded answers are among the larger's, or their numbers agree."""
    if any(answer.code for answer in (*these.values(), *those.values()) if not answer.missing):
        codes = {answer.code: raw for raw, answer in these.items()}
        labels = {answer.code: answer.label for answer in these.values()}
        shared = [answer for raw, answer in those.items() if answer.code in codes]
        return len(shared) > 1 and all(codes[one.code] == comparable(one.raw) and labels[one.code] == one.label for one in shared)
    return {raw for raw, answer in those.items() if not answer.missing} <= these.keys()


def _in_order(answers: list[Answer]) -> tuple[Answer, ...]:
    real, rest = [one for one in answers if not one.missing], [one for one in answers if one.missing]
    if all(one.code for one in real):
        return (*sorted(real, key=lambda one: int(one.code)), *rest)
    for language in dict.fromkeys(language for one in real for language in one.label):
        scale = scale_of([one.label.get(language, "") for one in real])
        if scale:
            return (*sorted(real, key=lambda one: scale[one.label.get(language, "")]), *rest)
    return (*real, *rest)


def _coded(answers: Iterable[Answer], ordered: bool) -> tuple[Answer, ...]:
    """Give every answer its code: its place or number in an order, else a short form of its wording."""
    real = [answer for answer in answers if not answer.missing]
    rest = [answer for answer in answers if answer.missing]
    told = yes_no(real)
    coded: list[Answer] = []
    for place, answer in enumerate(real, start=1):
        wording = answer.label.get("en") or next((text for text in answer.label.values() if text), "")
        worded = told.get(answer.raw) or slug(wording) or slug(answer.raw) or f"answer_{place}"
        code = (answer.code or str(place)) if ordered else unused(worded, {one.code for one in coded})
        coded.append(replace(answer, code=code))
    return (*coded, *(replace(answer, code=answer.missing) for answer in rest))
