"""Estimates of the plan beside the differences in each outcome: ratios, ranks, restricted and alternative analyses."""

from pipeline.render.labels import estimand_label
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, is_main, known, note_texts, other_estimates, outcome_in_wave
from pipeline.render.tables.parts import absent, analysis_header, confidence_level, estimate_cell, inside_names, interval_text, p_text
from pipeline.render.tables.restricted import DIFFERENCES, restricted_analyses
from pipeline.render.tables.table import Cell, Column, Line, Table, hoist_notes

RATIOS = ("risk_ratio", "odds_ratio")


def ratios_table(results: Results) -> Table | None:
    """Table of the ratios that compare all participants with all controls; None when there is none."""
    rows = [row for row in other_estimates(results) if _is_main_ratio(results, row)]
    if not rows:
        return None
    say = results.say
    found = {(row.outcome, row.wave, row.analysis, row.estimand): row for row in rows}
    above = say("table.ratio_above", level=confidence_level(results, rows))
    columns = tuple(Column(capital(say(f"estimand.{estimand}")), above) for estimand in RATIOS)
    lines = tuple(
        Line(
            outcome_in_wave(results, outcome, wave),
            tuple(estimate_cell(results, found.get((outcome, wave, analysis, one))) for one in RATIOS),
        )
        for outcome, wave, analysis in dict.fromkeys(key[:3] for key in found)
    )
    caption = say("table.ratios_caption", **inside_names(results))
    return hoist_notes(Table("ratios", caption, say("table.outcome"), columns, lines, (say("table.ratios_note", **inside_names(results)),)))


def other_estimates_table(results: Results) -> Table | None:
    """Table of every other declared estimate, under the analysis it belongs to; None when there is none."""
    rows = [row for row in other_estimates(results) if not _is_main_ratio(results, row) and not _is_shown_apart(results, row)]
    if not rows:
        return None
    say = results.say
    columns = (
        Column(say("table.what"), number=False),
        Column(say("table.estimate")),
        Column(say("table.interval", level=confidence_level(results, rows))),
        Column(say("table.p")),
        Column(say("table.n_groups")),
    )
    lines: list[Line] = []
    for analysis in dict.fromkeys(row.analysis for row in rows):
        mine = [row for row in rows if row.analysis == analysis]
        lines.append(Line(analysis_header(results, mine[0])))
        lines += [_other_line(results, row) for row in mine]
    return Table("others", say("table.others_caption"), say("table.outcome"), columns, tuple(lines), (say("table.others_note"),))


def _is_main_ratio(results: Results, row: Row) -> bool:
    analysis = next(one for one in results.facts["analyses"] if one["id"] == row.analysis)
    return row.estimand in RATIOS and is_main(results, analysis)


def _is_shown_apart(results: Results, row: Row) -> bool:
    """Say whether a section of its own shows a row: part of the people, or what could have been detected."""
    apart = {one["id"] for one in restricted_analyses(results)}
    return row.estimand == "detectable_difference" or (row.analysis in apart and row.estimand in DIFFERENCES)


def _other_line(results: Results, row: Row) -> Line:
    there = known(row.estimate)
    counts = " / ".join(results.number(int(n), 0) for n in (row.n_a, row.n_b) if known(n))
    cells = (
        Cell(_quantity(results, row)),
        Cell(results.plain(row.estimate, row.measure_unit) if there else absent(results, row), note_texts(results, row.note)),
        Cell(interval_text(results, row).strip("()") if there else ""),
        Cell(p_text(results, row.p_value)),
        Cell(counts),
    )
    return Line(outcome_in_wave(results, row.outcome, row.wave), cells)


def _quantity(results: Results, row: Row) -> str:
    """Name what is estimated, with the standardised effect below where there is one."""
    unit = f" ({results.say('table.percentage_points')})" if row.measure_unit == "share" else ""
    name = f"{estimand_label(results, row.estimand, row.outcome)}{unit}"
    if not known(row.effect):
        return name
    effect = f"{results.say(f'effect_kind.{row.effect_kind}')} {results.number(row.effect)}"
    ends = (row.effect_low, row.effect_high)
    span = f" ({results.between(*(results.number(end) for end in ends))})" if all(known(end) for end in ends) else ""
    return f"{name}\n{effect}{span}"
