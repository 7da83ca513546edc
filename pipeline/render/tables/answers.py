"""Answers to one question and reasons for missing ones, by wave and group; and the questions that most left open."""

from pipeline.render.answers import reason_label
from pipeline.render.described import Counts, Described, Question
from pipeline.render.selection import capital
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, cells
from pipeline.spec.vocabulary import ANSWERED, EVERYBODY, MISSING_REASONS

MOST_LEFT_OPEN = 15
MISSED = ("not_reached", "skipped", "refused", "dont_know", "unreadable")
"""Reasons of those who could have answered."""
Place = tuple[str, str]
"""Wave and group: one column."""


def answers_table(described: Described, question: Question) -> Table:
    """Table of everything that was counted of a question, folded under a line that sums it up."""
    say = described.results.say
    places = [(wave, group) for wave in question.waves for group in dict.fromkeys((*described.counts(question, wave).groups, EVERYBODY))]
    columns = tuple(ColumnHead(described.group_label(group), described.wave_label(wave)) for wave, group in places)
    lines = [*_answer_lines(described, question, places), *_number_lines(described, question, places)]
    lines += _reason_lines(described, question, places)
    caption = say("databook.table.caption", question=question.label)
    return Table(question.slug, caption, say("databook.table.stub"), columns, tuple(lines), fold=say("databook.table.fold"))


def _answer_lines(described: Described, question: Question, places: list[Place]) -> list[Line]:
    counts = {wave: described.counts(question, wave) for wave, _ in places}
    codes = dict.fromkeys(code for one in counts.values() for code in one.codes)
    return [
        Line(described.code_label(question, code), cells(_share(described, counts[wave], group, code) for wave, group in places))
        for code in codes
    ]


def _share(described: Described, counts: Counts, group: str, code: str) -> str:
    """Write ``412 (37 %)``: of those who answered."""
    if code not in counts.codes or group not in counts.of:
        return ""
    number, of = counts.number(group)[counts.codes.index(code)], counts.answered.get(group, 0)
    share = f" ({described.results.percent(number / of)})" if of else ""
    return f"{described.results.number(number, 0)}{share}"


def _number_lines(described: Described, question: Question, places: list[Place]) -> list[Line]:
    given = {
        (wave, row.group, row.code): float(row.value) for wave in question.waves for row in described.found(question.name, wave, "number")
    }
    lines = []
    for name, parts in (
        ("mean", ("mean", "standard_deviation")),
        ("median", ("median", "lower_quartile", "upper_quartile")),
        ("ends", ("minimum", "maximum")),
    ):
        texts = [_numbers(described, question, name, [given.get((wave, group, part)) for part in parts]) for wave, group in places]
        if any(texts):
            lines.append(Line(described.results.say(f"databook.number.{name}"), cells(texts)))
    return lines


def _numbers(described: Described, question: Question, name: str, values: list[float | None]) -> str:
    """Write a mean with its spread, a median with its quartiles, or both ends; nothing where there is none."""
    there = [described.written(question, value) for value in values if value is not None]
    if not there:
        return ""
    if name == "ends":
        return "–".join(dict.fromkeys(there)) if question.type != "date" else "\n".join(dict.fromkeys(there))
    return there[0] + (f"\n({'–'.join(there[1:])})" if there[1:] else "")


def _reason_lines(described: Described, question: Question, places: list[Place]) -> list[Line]:
    given = {wave: described.reasons(question, wave) for wave, _ in places}
    codes = [code for code in (ANSWERED, *MISSING_REASONS) if any(code in of for one in given.values() for of in one.values())]
    lines = [Line(described.results.say("databook.table.reasons"))]
    for code in codes:
        label = described.results.say("missing.answered") if code == ANSWERED else reason_label(described.results, code)
        texts = (described.results.number(given[wave].get(group, {}).get(code, 0), 0) for wave, group in places)
        lines.append(Line(capital(label), cells(texts)))
    return lines


def left_open_table(described: Described) -> Table | None:
    """Table of the questions that most of those who could have answered did not; None where all did."""
    found = []
    for question in described.questions:
        for wave in question.waves:
            own = described.reasons(question, wave).get(EVERYBODY, {})
            missed = sum(own.get(code, 0) for code in MISSED)
            if missed and question.type != "text":
                found.append((missed / (missed + own[ANSWERED]), missed, question, wave, own))
    if not found:
        return None
    found.sort(key=lambda one: (-one[0], one[2].number, one[3]))
    say, results = described.results.say, described.results
    columns = (
        ColumnHead(say("databook.left_open.share")),
        ColumnHead(say("databook.left_open.count")),
        ColumnHead(say("table.reasons"), number=False),
    )
    lines = []
    for share, missed, question, wave, own in found[:MOST_LEFT_OPEN]:
        why = "; ".join(f"{results.number(own[code], 0)} {reason_label(results, code)}" for code in MISSED if own.get(code))
        where = f" ({described.wave_label(wave)})" if wave else ""
        lines.append(
            Line(
                f"{question.heading}{where}",
                (Cell(results.percent(share)), Cell(results.number(missed, 0)), Cell(why)),
            )
        )
    more = len(found) - len(lines)
    notes = (say("databook.left_open.note"), *((say("databook.left_open.more", count=more),) if more else ()))
    return Table("left-open", say("databook.left_open.caption"), say("table.question"), columns, tuple(lines), notes)
