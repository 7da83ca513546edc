"""Every question with its answers by wave and group, and why answers are missing."""

from pipeline.render.answers import Cells, cells_of, reason_count, reason_label, reason_place
from pipeline.render.labels import answer_label, answer_order, class_order, declared, first_place
from pipeline.render.results import Results
from pipeline.render.selection import MERGED, Row, capital, known
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table
from pipeline.spec.vocabulary import ANSWERED, EVERYBODY

Place = tuple[str, str]
"""Wave and group."""
YES_OR_NO = 2
"""Answers of a question whose table is short enough to stand together with others."""


def appendix_tables(results: Results) -> tuple[Table, ...]:
    """One table per question that has a distribution, in codebook order, and one of all yes/no questions of a measure; the group itself needs none."""
    answers, missing = cells_of(results, "answers"), cells_of(results, "missing")
    asked = {variable for variable, _, _ in answers}
    variables = [
        variable["name"] for variable in results.facts["variables"] if variable["name"] in asked - {results.facts["sample"]["group"]}
    ]
    batteries = _batteries(results, variables, answers)
    return tuple(_table(results, battery, answers, missing) for battery in batteries)


def _batteries(results: Results, variables: list[str], answers: Cells) -> list[tuple[str, ...]]:
    """Put the questions that stand in one table together: those of one measure with the same two answers, asked of the same people at the same times."""
    found: dict[object, tuple[str, ...]] = {}
    for variable in variables:
        of = next((one["name"] for one in results.facts["measures"] if variable in one["items"]), None)
        order = tuple(answer_order(results, variable))
        alike = (of, order, tuple(_places(results, variable, answers))) if of and len(order) == YES_OR_NO else variable
        found[alike] = (*found.get(alike, ()), variable)
    return list(found.values())


def _table(results: Results, battery: tuple[str, ...], answers: Cells, missing: Cells) -> Table:
    first = battery[0]
    columns = tuple(
        ColumnHead(_group_name(results, group), capital(results.label("wave", wave)) if wave else "")
        for wave, group in _places(results, first, answers)
    )
    if len(battery) == 1:
        lines, name, caption = _question_lines(results, first, answers, missing), f"question-{first}", _caption(results, first)
    else:
        measure = next(one["name"] for one in results.facts["measures"] if first in one["items"])
        headed = ((Line(_caption(results, one)), *_question_lines(results, one, answers, missing, apart=False)) for one in battery)
        lines, name = [line for own in headed for line in own], f"questions-{measure}"
        caption = results.say("table.battery_caption", measure=results.label("measure", measure))
    return Table(name.replace("_", "-"), caption, results.say("table.answer"), columns, tuple(lines))


def _question_lines(results: Results, variable: str, answers: Cells, missing: Cells, apart: bool = True) -> list[Line]:
    """Give the answers of a question, their number, and why others are missing."""
    places = _places(results, variable, answers)
    given = {place: {row.row: row for row in answers[variable, *place]} for place in places}
    reasons = {place: {row.row: row for row in missing.get((variable, *place), [])} for place in places}
    lines = [Line(answer_label(results, variable, code), _answer_cells(results, given, code)) for code in _codes(results, variable, given)]
    lines.append(Line(results.say("table.answers_total"), tuple(Cell(_total(results, rows)) for rows in given.values()), apart=apart))
    found = sorted({code for rows in reasons.values() for code in rows if code != ANSWERED}, key=lambda code: (reason_place(code), code))
    heading = [Line(results.say("table.no_answer"))] if found and apart else []
    return [*lines, *heading, *(Line(capital(reason_label(results, one)), _reason_cells(results, reasons, one)) for one in found)]


def _caption(results: Results, variable: str) -> str:
    """Give the question; of whom, where it was answered for something else than people, as ``Sector (workplaces)``."""
    unit = declared(results, "variables", variable).get("unit", "")
    label = results.label("variable", variable)
    if unit in ("", results.facts["sample"]["unit"]) or not results.has_label("unit", unit):
        return label
    return f"{label} ({results.label('unit', unit)})"


def _group_name(results: Results, group: str) -> str:
    return capital(results.say("group.all")) if group == EVERYBODY else results.group_label(group)


def _places(results: Results, variable: str, answers: Cells) -> list[Place]:
    """Give the columns: each wave in order, in it each group that was asked, and all when both were."""
    waves = ["", *(wave["name"] for wave in results.facts["waves"])]
    places = []
    for wave in waves:
        groups = [group for group in results.groups if (variable, wave, group) in answers]
        places += [(wave, group) for group in groups]
        if len(groups) != 1 and (variable, wave, EVERYBODY) in answers:
            places.append((wave, EVERYBODY))
    return places


def _codes(results: Results, variable: str, given: dict[Place, dict[str, Row]]) -> list[str]:
    """Give the answers of any column, merged ones where the first of them stands."""
    order = answer_order(results, variable)
    codes = {code for rows in given.values() for code in rows}
    return sorted(codes, key=lambda code: (first_place(order, code), class_order(code), code))


def _answer_cells(results: Results, given: dict[Place, dict[str, Row]], code: str) -> tuple[Cell, ...]:
    return tuple(Cell(_answer_text(results, rows.get(code))) for rows in given.values())


def _answer_text(results: Results, row: Row | None) -> str:
    """Write number and share: ``12 (10 %)``; nothing where the answers of that column are merged otherwise."""
    if row is None:
        return ""
    if row.withheld or not known(row.n):
        return results.say("table.withheld")
    return f"{results.number(int(row.n), 0)} ({results.percent(row.share)})"


def _total(results: Results, rows: dict[str, Row]) -> str:
    total = next((row.total for row in rows.values() if known(row.total)), None)
    return results.number(int(total), 0) if total is not None else results.say("table.withheld")


def _reason_cells(results: Results, reasons: dict[Place, dict[str, Row]], code: str) -> tuple[Cell, ...]:
    """Write how many gave a reason; nothing where it is merged otherwise, 0 where nobody lacks an answer for it."""
    return tuple(Cell(_reason_text(results, rows, code)) for rows in reasons.values())


def _reason_text(results: Results, rows: dict[str, Row], code: str) -> str:
    if code in rows:
        return reason_count(results, rows[code])
    merged = any(MERGED in other for other in rows)
    return "" if merged or MERGED in code or not rows else results.number(0, 0)
