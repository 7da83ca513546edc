"""Primary questions in words, whatever their estimator: in the summary, and in the main results.

An estimate is told by what it estimates, its number, how sure it is, and its
verdict: a sentence that any estimator can fill.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.render.answers import cells_of
from pipeline.render.labels import answer_label, class_codes, first_place
from pipeline.render.markup import Markup, element, paragraph
from pipeline.render.primary import Question
from pipeline.render.results import Results
from pipeline.render.selection import DIFFERENCE_BY, Row, known, why_absent
from pipeline.render.wording.decisions import apart_sentences, family_sentences
from pipeline.render.wording.estimates import (
    compared_text,
    freedom_text,
    in_points,
    is_there,
    place_label,
    restricted_text,
    size_text,
    statistic_text,
    term_text,
    written,
)
from pipeline.render.wording.findings import verdict_mark
from pipeline.render.wording.lines import DIFFERENCES
from pipeline.render.wording.one_line import groups_said, one_line
from pipeline.render.wording.phrases import compares_chosen_groups, interval_with_level

ASSOCIATION = "association"
SIZED = ("rank_biserial", "cramers_v", "eta_squared")
"""Sizes that tell what the number beside them does not."""
MOST_SAID = 6
"""Up to this many estimates of a question are said in the summary; the others stand in the main results."""


def brief_questions(results: Results, questions: Sequence[Question]) -> list[Markup]:
    """Give an item per question for the summary."""
    return [element("li", *_blocks(results, question, True), class_=question.main.verdict) for question in questions]


def question_findings(results: Results, questions: Sequence[Question]) -> Iterator[Markup]:
    """Give the paragraphs on each question for the main results."""
    for question in questions:
        heading = element("h3", results.label("analysis", question.analysis["id"]), *_mark(results, question))
        yield from (heading, *_blocks(results, question, False)[1:])


def _blocks(results: Results, question: Question, brief: bool) -> list[Markup]:
    """Give the question's name with its verdict, then who it is about and what was found."""
    title = element("p", results.label("analysis", question.analysis["id"]), *_mark(results, question), class_="outcome")
    rows = question.rows[:MOST_SAID] if brief else question.rows
    about = [*about_sentences(results, question), *_direction_sentence(results, question)]
    sentences = [*about, *_found_sentences(results, question, rows, brief), *family_sentences(results, question.main)]
    sentences += apart_sentences(results, question.main) if known(question.main.p_value) else []
    left = len(question.rows) - len(rows)
    return [title, paragraph(" ".join([*sentences, *([results.say("primary.more", count=left)] if left else [])]))]


def _mark(results: Results, question: Question) -> list[str | Markup]:
    return [" ", verdict_mark(results, question.main)] if question.main.verdict else []


def about_sentences(results: Results, question: Question) -> list[str]:
    """Say which groups are compared and who it is about, where that is not everybody in the study's own groups."""
    compared, restricted = compared_text(results, question.analysis), restricted_text(results, question.analysis)
    said = [results.say("primary.compared", compared=compared)] if compared else []
    return [*said, *([results.say("primary.part", facts=restricted)] if restricted else [])]


def _direction_sentence(results: Results, question: Question) -> Iterator[str]:
    """Say which group is subtracted from which, where a question is about a difference between two."""
    if any(row.estimand in DIFFERENCES or row.estimand.startswith(DIFFERENCE_BY) for row in question.rows):
        first, second = _groups(results, question)
        yield results.say("primary.minus", first=first, second=second)


def _found_sentences(results: Results, question: Question, rows: Sequence[Row], brief: bool) -> Iterator[str]:
    """Give a sentence per place, such as each level, with its estimates; and one on how answers are spread, where that is the question."""
    for place, members in groupby(rows, lambda row: place_label(results, row)):
        here = list(members)
        told = [_estimate(results, question, row, brief) for row in here if is_there(row)]
        if told:
            sizes = {int(row.n) for row in here if known(row.n)}
            n = f"; {results.say('table.n', n=results.number(sizes.pop(), 0))}" if len(sizes) == 1 else ""
            yield results.say("primary.found", place=place, found="; ".join(told) + n)
        for row in (row for row in here if not is_there(row)):
            yield results.say("primary.absent", place=place, quantity=_quantity(results, row), reason=why_absent(results, [row.note]))
        if any(row.estimand == ASSOCIATION and is_there(row) for row in here):
            yield from filter(None, [spread_sentence(results, question), results.say("primary.cramers_v")])


def _estimate(results: Results, question: Question, row: Row, brief: bool) -> str:
    """Write what is estimated and its number with, in brackets, interval, p-value, size and verdict; the size not in brief, beside a number."""
    text = written(results, row) if known(row.estimate) else statistic_text(results, row)
    if known(row.estimate) and row.measure_unit == "share":
        text = results.say("words.points", value=text) if in_points(row) else results.percent(row.estimate, 1)
    several = len([one for one in question.rows if one.verdict]) > 1
    more = (
        interval_with_level(results, row) if known(row.estimate) else freedom_text(results, row),
        _p_text(results, row),
        size_text(results, row) if not brief or row.effect_kind in SIZED else "",
        results.say(f"verdict.{row.verdict}") if row.verdict and several else "",
    )
    brackets = "; ".join(filter(None, more))
    return " ".join(filter(None, [_quantity(results, row), text, f"({brackets})" if brackets else ""]))


def _p_text(results: Results, row: Row) -> str:
    """Write a p-value, and what becomes of it within its family."""
    if not known(row.p_value):
        return ""
    own = results.p_value(row.p_value)
    return results.say("primary.p_family", p=own, adjusted=results.p_number(row.p_adjusted)) if known(row.p_adjusted) else own


def _quantity(results: Results, row: Row) -> str:
    told = term_text(results, row)
    name = results.say(f"estimand.{row.estimand}")
    return f"{name}, {told}," if told else name


def spread_sentence(results: Results, question: Question) -> str:
    """Say how the answers of each group are spread over the classes; empty where it is about other people, or not shown."""
    if about_sentences(results, question) or len(results.groups) < 2:
        return ""
    exhibit = "measure" if results.has_label("measure", question.outcome) else "answers"
    cells = cells_of(results, exhibit)
    found = [{row.row: row for row in cells.get((question.outcome, question.wave, group), [])} for group in results.groups]
    codes = sorted(found[0], key=lambda code: first_place(class_codes(results, question.outcome), code))
    if not codes or any(code not in rows or rows[code].withheld for rows in found for code in codes):
        return ""
    names = [results.inside(results.group_label(group)) for group in results.groups]
    shares = {
        code: ", ".join(f"{name} {results.percent(rows[code].share)}" for name, rows in zip(names, found, strict=True)) for code in codes
    }
    spread = [f"{answer_label(results, question.outcome, code)}: {text}" for code, text in shares.items()]
    return results.say("primary.spread", classes="; ".join(spread))


def questions_headline(results: Results, questions: Sequence[Question]) -> str:
    """Say in one line what was found on the questions that compare two groups and have a verdict; empty without any."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for question in (one for one in questions if one.main.group_b and one.main.verdict):
        found.setdefault(_compared(results, question), []).extend(verdicts_of(results, [question]))
    return " ".join(
        one_line(results.say, groups_said(results.say, {"a": first, "b": second}, {}), pairs) for (first, second), pairs in found.items()
    )


def compares_own_groups(results: Results, question: Question) -> bool:
    """Say whether a question compares the study's own groups and has a verdict."""
    own = (question.main.group_a, question.main.group_b) == results.groups
    return bool(own and question.main.verdict and not compares_chosen_groups(results, question.analysis))


def verdicts_of(results: Results, questions: Sequence[Question]) -> list[tuple[str, str]]:
    """Give each question's name inside a sentence, and its verdict."""
    return [(_named(results, question), question.main.verdict) for question in questions]


def _compared(results: Results, question: Question) -> tuple[str, str]:
    """Name the groups compared; those of another variable with its name, as ``kom: ja``."""
    group = question.analysis.get("group") or ""
    of = f"{results.inside(results.outcome_label(group))}: " if compares_chosen_groups(results, question.analysis) else ""
    first, second = _groups(results, question)
    return f"{of}{first}", f"{of}{second}"


def _groups(results: Results, question: Question) -> tuple[str, str]:
    group = question.analysis.get("group") or ""
    return results.inside(results.group_label(question.main.group_a, group)), results.inside(
        results.group_label(question.main.group_b, group)
    )


def _named(results: Results, question: Question) -> str:
    """Name an outcome with those it is about or, where that is everybody, the analysis: it is one of several of the outcome."""
    about = restricted_text(results, question.analysis)
    whole = "" if compares_chosen_groups(results, question.analysis) else results.inside(results.label("analysis", question.analysis["id"]))
    named = about or whole
    name = results.inside(results.outcome_label(question.outcome))
    return f"{name} ({named})" if named else name
