"""How the measures behave: Cronbach's alpha, and who did not answer and why."""

from itertools import product

from pipeline.render.answers import Cells, cells_of, reason_count, reason_label, reason_place
from pipeline.render.labels import declared
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, known, note_texts, outcome_in_wave, rows_of
from pipeline.render.tables.parts import absent, confidence_level
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table
from pipeline.render.wording.phrases import interval_text
from pipeline.render.wording.scales import ITEM, item_rows
from pipeline.spec.vocabulary import ANSWERED, EVERYBODY

FOLDED_FROM = 50
"""Number of questions from which a table of them is folded."""


def reliability_table(results: Results) -> Table | None:
    """Table of Cronbach's alpha for every measure of several questions; None when there is none."""
    rows = rows_of(results.rows(analysis="measurement", estimand="cronbach_alpha", level=EVERYBODY))
    if not rows:
        return None
    say = results.say
    columns = (
        ColumnHead(say("table.questions")),
        ColumnHead(say("table.alpha")),
        ColumnHead(say("table.interval", level=confidence_level(results, rows))),
        ColumnHead(say("table.n_complete")),
    )
    measures, waves = ([one["name"] for one in results.facts[part]] for part in ("measures", "waves"))
    places = {key: place for place, key in enumerate(product(measures, ("", *waves)))}
    lines = tuple(_alpha_line(results, row) for row in sorted(rows, key=lambda row: places.get((row.outcome, row.wave), len(places))))
    caption, stub, note = (say(f"table.{part}") for part in ("reliability_caption", "measure", "reliability_note"))
    return Table("reliability", caption, stub, columns, lines, (note,), shows=tuple(rows))


def items_table(results: Results) -> Table | None:
    """Table of what each question adds to its measure; None where nothing is shown of any."""
    found = item_rows(results)
    shown = {key: items for key, items in found.items() if any(known(row.estimate) for rows in items.values() for row in rows.values())}
    if not shown:
        return None
    say = results.say
    columns = (ColumnHead(say("table.item_rest")), ColumnHead(say("table.alpha_if_dropped")))
    lines: list[Line] = []
    for (outcome, wave), items in shown.items():
        lines.append(Line(outcome_in_wave(results, outcome, wave)))
        lines += [
            Line(results.label("variable", item), tuple(_item_cell(results, rows.get(name)) for name in ITEM))
            for item, rows in items.items()
        ]
    count = sum(len(items) for items in shown.values())
    fold = say("table.items_fold", count=count) if count >= FOLDED_FROM else ""
    return Table("items", say("table.items_caption"), say("table.question"), columns, tuple(lines), (say("table.items_note"),), fold)


def _item_cell(results: Results, row: Row | None) -> Cell:
    if row is None:
        return Cell(results.number(float("nan")))
    return Cell(results.number(row.estimate) if known(row.estimate) else absent(results, row))


def _alpha_line(results: Results, row: Row) -> Line:
    there = known(row.estimate)
    items = len(declared(results, "measures", row.outcome).get("items", ()))
    cells = (
        Cell(results.number(items, 0)),
        Cell(results.number(row.estimate) if there else absent(results, row), note_texts(results, row.note)),
        Cell(interval_text(results, row).strip("()") if there else ""),
        Cell(results.number(int(row.n), 0) if known(row.n) else ""),
    )
    return Line(outcome_in_wave(results, row.outcome, row.wave), cells)


def missing_table(results: Results) -> Table | None:
    """Table of how many answered, and why the others did not, for every question that a measure uses; None without any."""
    cells = cells_of(results, "missing")
    used = list(dict.fromkeys(item for measure in results.facts["measures"] for item in measure["items"]))
    say = results.say
    columns = (
        ColumnHead(say("table.asked")),
        *(ColumnHead(capital(results.group_label(group)), say("table.answered")) for group in results.groups),
        ColumnHead(say("table.reasons"), number=False),
    )
    lines: list[Line] = []
    for wave in ("", *(wave["name"] for wave in results.facts["waves"])):
        questions = [item for item in used if (item, wave, EVERYBODY) in cells]
        if questions:
            heading = results.label("wave", wave) if wave else say("table.fixed")
            lines += [Line(capital(heading))] if results.facts["waves"] else []
            lines += [_missing_line(results, cells, (item, wave)) for item in questions]
    if not lines:
        return None
    count = sum(bool(line.cells) for line in lines)
    fold = say("table.missing_fold", count=count) if count >= FOLDED_FROM else ""
    return Table("missing", say("table.missing_caption"), say("table.question"), columns, tuple(lines), (say("table.missing_note"),), fold)


def _missing_line(results: Results, cells: Cells, place: tuple[str, str]) -> Line:
    """Say how many were asked, what share of each group answered, and how many of all gave each reason."""
    everybody = {row.row: row for row in cells[*place, EVERYBODY]}
    asked = next((row.total for row in everybody.values() if known(row.total)), None)
    shares = []
    for group in results.groups:
        row = next((row for row in cells.get((*place, group), []) if row.row == ANSWERED), None)
        shares.append("" if row is None else results.percent(row.share) if known(row.share) else results.say("table.withheld"))
    reasons = [row for code, row in everybody.items() if code != ANSWERED and row.n != 0]
    written = [
        f"{reason_count(results, row)} {reason_label(results, row.row)}" for row in sorted(reasons, key=lambda row: reason_place(row.row))
    ]
    texts = (results.number(int(asked), 0) if asked is not None else results.say("table.withheld"), *shares, "; ".join(written))
    return Line(results.label("variable", place[0]), tuple(Cell(text) for text in texts))
