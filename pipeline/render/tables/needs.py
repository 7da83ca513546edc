"""Themes by number of interviews, how far coders agree on each, and the codebook: numbers of interviews, never shares."""

from pipeline.render.codings import CodedInterviews, ThemePart
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, known, note_texts, those_there
from pipeline.render.tables.parts import absent, confidence_level
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes
from pipeline.render.wording.coders import KAPPAS, Agreement, agreements, is_skewed
from pipeline.render.wording.needs import by_coders, found_of_all
from pipeline.spec.vocabulary import EVERYBODY


def themes_table(results: Results, coding: CodedInterviews, parts: tuple[ThemePart, ...], name: str) -> Table | None:
    """Table of the themes of some parts; None without any."""
    if not any(part.themes for part in parts):
        return None
    leasts = dict.fromkeys((coding.most, 1))
    columns = tuple(
        ColumnHead(capital(by_coders(results, least) if least > 1 or coding.most == 1 else results.say("needs.by_any"))) for least in leasts
    )
    lines: list[Line] = []
    for part in parts:
        if len(parts) > 1:
            lines.append(Line(results.label("part", part.id, coding.exhibit["id"])))
        lines += [Line(theme.label, tuple(Cell(found_of_all(results, theme.counts[least])) for least in leasts)) for theme in part.themes]
    caption = results.say("needs.table.themes_caption")
    notes = (results.say("needs.table.themes_note"),) if coding.most > 1 else ()
    return Table(f"themes-{name}", caption, results.say("needs.table.theme"), columns, tuple(lines), notes)


def agreement_table(results: Results, coding: CodedInterviews) -> Table | None:
    """Table of the agreement on each theme and on all of them; None when it was not measured."""
    found = agreements(results, coding)
    if not found:
        return None
    rows = [row for one in found.values() for row in (one.kappa, one.alpha) if row is not None]
    say, level = results.say, confidence_level(results, rows)
    kappa = next((row.estimand for row in rows if row.estimand in KAPPAS), KAPPAS[0])
    columns = (
        ColumnHead(say("needs.table.alike")),
        ColumnHead(capital(say(f"estimand.{kappa}")), say("needs.table.interval", level=level)),
        ColumnHead(capital(say("estimand.krippendorff_alpha")), say("needs.table.interval", level=level)),
    )
    lines = []
    for part in coding.parts:
        if part.id:
            lines.append(Line(results.label("part", part.id, coding.exhibit["id"])))
        lines += [Line(theme.label, _agreement_cells(results, found[theme.code])) for theme in part.themes if theme.code in found]
    if EVERYBODY in found:
        lines.append(Line(say("needs.table.all_themes"), _agreement_cells(results, found[EVERYBODY]), apart=True))
    skewed = any(is_skewed(one) for code, one in found.items() if code != EVERYBODY)
    notes = (say("needs.table.kappa_note"), *([say("needs.table.skewed_note")] if skewed else []), say("needs.table.interval_note"))
    told = {EVERYBODY, *(theme.code for part in coding.parts for theme in part.themes)}
    shows = those_there(row for code, one in found.items() if code in told for row in (one.alike, one.kappa, one.alpha))
    caption, stub = say("needs.table.agreement_caption"), say("needs.table.theme")
    return hoist_notes(Table("agreement", caption, stub, columns, tuple(lines), notes, shows=shows))


def _agreement_cells(results: Results, one: Agreement) -> tuple[Cell, ...]:
    alike = results.say("table.withheld")
    if one.alike is not None and known(one.alike.n):
        alike = results.say("needs.of", n=one.coded_alike, total=int(one.alike.n)) if one.coded_alike is not None else ""
    return Cell(alike), _index_cell(results, one.kappa), _index_cell(results, one.alpha)


def _index_cell(results: Results, row: Row | None) -> Cell:
    """Write kappa or alpha with its interval; remarks say why there is none."""
    if row is None:
        return Cell("")
    notes = note_texts(results, row.note)
    if not known(row.estimate):
        return Cell(absent(results, row), notes)
    if not known(row.conf_low):
        return Cell(results.number(row.estimate), notes)
    span = results.between(results.number(row.conf_low), results.number(row.conf_high))
    return Cell(f"{results.number(row.estimate)}\n({span})", notes)


def codebook_table(results: Results, coding: CodedInterviews) -> Table | None:
    """Table of what the coders took each theme to mean; None without definitions."""
    variable = coding.exhibit["rows"]
    lines: list[Line] = []
    for part in coding.parts:
        defined = [theme for theme in part.themes if results.has_label("definition", theme.code, variable)]
        if defined:
            lines.append(Line(results.label("part", part.id, coding.exhibit["id"])))
            lines += [Line(theme.label, (Cell(results.label("definition", theme.code, variable)),)) for theme in defined]
    if not lines:
        return None
    columns = (ColumnHead(results.say("needs.table.definition"), number=False),)
    return Table("codebook", results.say("needs.table.codebook_caption"), results.say("needs.table.theme"), columns, tuple(lines))
