"""Measures of several questions as models see them: reliability, loadings, fit, and whether groups and waves answer alike."""

from collections.abc import Sequence
from itertools import groupby

from pipeline.render.labels import declared
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, known, note_texts, outcome_in_wave, those_there
from pipeline.render.tables.parts import absent, confidence_level, p_text
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes
from pipeline.render.wording.measurement import DEVIATES, STEPS, compared_name, measured, part_name, verdict_text
from pipeline.render.wording.phrases import interval_text

OMEGA, LOADING, ODDS = "omega_total", "loading", "item_odds_ratio"
IN_GROUP, TOGETHER = "omega_in_group", "factor_correlation"
FIT = ("comparative_fit", "tucker_lewis", "approximation_error", "residual_correlation")
ORDERED = ("ordinal_omega", *(f"ordinal_{name}" for name in FIT))
CLUSTERS = ("likeness_single", "likeness_of_means", "agreement_within")
ITEM = (LOADING, "item_rest_correlation", "alpha_if_dropped")
Found = dict[tuple[str, ...], Row]


def found_by(results: Results, names: Sequence[str]) -> Found:
    """Give the rows of some estimands by (outcome, wave, term, estimand), in declared order."""
    return {(row.outcome, row.wave, row.term, row.estimand): row for row in measured(results) if row.estimand in names}


def scales_table(results: Results) -> Table | None:
    """Table of alpha and omega of every scale in every wave."""
    found = found_by(results, ("cronbach_alpha", OMEGA))
    rows = list(found.values())
    level = results.say("table.interval", level=confidence_level(results, rows))
    heads = (
        ColumnHead(results.say("table.questions")),
        *(
            ColumnHead(text, capital(results.say(f"estimand.{name}")))
            for name in ("cronbach_alpha", OMEGA)
            for text in (results.say("table.estimate"), level)
        ),
        ColumnHead(results.say("table.n_heading")),
    )
    lines = []
    for outcome, wave in dict.fromkeys(key[:2] for key in found):
        both = [found.get((outcome, wave, "", name)) for name in ("cronbach_alpha", OMEGA)]
        count = len(declared(results, "measures", outcome).get("items", ()))
        people = next((row.n for row in reversed(both) if row is not None and known(row.n)), None)
        cells = [cell for row in both for cell in _with_interval(results, row)]
        n = Cell(results.number(int(people), 0) if people is not None else "")
        lines.append(Line(outcome_in_wave(results, outcome, wave), (Cell(results.number(count, 0)), *cells, n)))
    return _table(results, "scales", heads, lines, rows)


def _with_interval(results: Results, row: Row | None) -> tuple[Cell, Cell]:
    there = row is not None and known(row.estimate)
    return _number(results, row), Cell(interval_text(results, row).strip("()") if there else "")


def _number(results: Results, row: Row | None) -> Cell:
    if row is None:
        return Cell("")
    return Cell(
        results.plain(row.estimate, row.measure_unit) if known(row.estimate) else absent(results, row), note_texts(results, row.note)
    )


def questions_table(results: Results) -> Table | None:
    """Table of what each question has to do with the others: its loading, its correlation with the rest, alpha without it."""
    found = found_by(results, ITEM)
    columns = tuple(ColumnHead(results.say(f"table.{name}")) for name in ("loading", "item_rest", "alpha_if_dropped"))
    lines: list[Line] = []
    for outcome, wave in dict.fromkeys(key[:2] for key in found):
        lines.append(Line(outcome_in_wave(results, outcome, wave)))
        for item in declared(results, "measures", outcome).get("items", ()):
            cells = tuple(_number(results, found.get((outcome, wave, item, name))) for name in ITEM)
            lines.append(Line(results.label("variable", item), cells))
    return _table(results, "loadings", columns, lines, list(found.values()))


def fit_table(results: Results) -> Table | None:
    """Table of how well one factor fits each scale."""
    found = found_by(results, FIT)
    say = results.say
    heads = (say("table.chi_square_of"), say("table.p"), *(say(f"table.{name}") for name in FIT), say("table.n_heading"))
    lines = []
    for outcome, wave in dict.fromkeys(key[:2] for key in found):
        rows = [found.get((outcome, wave, "", name)) for name in FIT]
        [first, *_] = those_there(rows)
        n = Cell(results.number(int(first.n), 0) if known(first.n) else "")
        lines.append(Line(outcome_in_wave(results, outcome, wave), (*_test(results, first), *_of_fit(results, rows), n)))
    return _table(results, "fit", tuple(map(ColumnHead, heads)), lines, list(found.values()))


def ordered_table(results: Results) -> Table | None:
    """Table of omega and fit of what lies behind ordered answers, for each scale."""
    found, say = found_by(results, ORDERED), results.say
    rows = list(found.values())
    level = say("table.interval", level=confidence_level(results, [row for row in rows if row.estimand == ORDERED[0]]))
    heads = (
        capital(say("estimand.ordinal_omega")),
        level,
        say("table.chi_square_of"),
        say("table.p"),
        *(say(f"table.{name}") for name in FIT),
    )
    lines = []
    for outcome, wave in dict.fromkeys(key[:2] for key in found):
        omega, *fit = (found.get((outcome, wave, "", name)) for name in ORDERED)
        test = _test(results, fit[0]) if fit[0] is not None else (Cell(""), Cell(""))
        n = Cell(results.number(int(omega.n), 0) if omega is not None and known(omega.n) else "")
        lines.append(Line(outcome_in_wave(results, outcome, wave), (*_with_interval(results, omega), *test, *_of_fit(results, fit), n)))
    return _table(results, "ordered", tuple(map(ColumnHead, (*heads, say("table.n_heading")))), lines, rows)


def _of_fit(results: Results, rows: Sequence[Row | None]) -> list[Cell]:
    """Write the indexes of a model; of RMSEA with its interval."""
    cells, error = [_number(results, row) for row in rows], rows[2]
    if error is not None and known(error.estimate):
        cells[2] = Cell(f"{cells[2].text}\n{interval_text(results, error)}")
    return cells


def omega_by_group_table(results: Results) -> Table | None:
    """Table of omega in each of the groups over which a scale is compared."""
    rows = [row for row in measured(results) if row.estimand == IN_GROUP]
    columns = (
        ColumnHead(capital(results.say("estimand.omega_total"))),
        ColumnHead(results.say("table.interval", level=confidence_level(results, rows))),
    )
    lines: list[Line] = []
    for (outcome, wave), members in groupby(rows, lambda row: (row.outcome, row.wave)):
        lines.append(Line(outcome_in_wave(results, outcome, wave)))
        lines += [Line(part_name(results, row), _with_interval(results, row)) for row in members]
    return _table(results, "omega_by_group", columns, lines, rows)


def together_table(results: Results) -> Table | None:
    """Table of how the factors of two scales go together, and how well the two of them describe the answers."""
    rows = [row for row in measured(results) if row.estimand == TOGETHER]
    say = results.say
    heads = (say("table.estimate"), say("table.interval", level=confidence_level(results, rows)), say("table.approximation_error"))
    lines = []
    for row in rows:
        name = f"{outcome_in_wave(results, row.outcome, row.wave)} – {results.inside(results.label('measure', row.term))}"
        error = Cell(results.number(row.effect) if known(row.effect) else "")
        lines.append(Line(name, (*_with_interval(results, row), error)))
    return _table(results, "together", tuple(map(ColumnHead, heads)), lines, rows)


def _test(results: Results, row: Row) -> tuple[Cell, Cell]:
    """Write a chi-square with its degrees of freedom, and its p-value."""
    if not known(row.statistic):
        return Cell(""), Cell("")
    return Cell(f"{results.number(row.statistic)} ({results.number(row.df, 0)})"), Cell(p_text(results, row.p_value))


def invariance_table(results: Results) -> Table | None:
    """Table of every step of every comparison of how groups, or waves, answer."""
    rows = [row for row in measured(results) if row.estimand in STEPS]
    say = results.say
    heads = [ColumnHead(say(f"table.{name}")) for name in ("chi_square_of", "p", "cfi_lost", "rmsea_lost")]
    lines: list[Line] = []
    for _, members in groupby(rows, lambda row: (row.outcome, row.wave, row.term)):
        mine = list(members)
        title = f"{outcome_in_wave(results, mine[0].outcome, mine[0].wave)}: {compared_name(results, mine[0])}"
        lines.append(Line(title))
        lines += [_step_line(results, row) for row in mine]
    return _table(results, "invariance", (*heads, ColumnHead(say("table.verdict"), number=False)), lines, rows)


def _step_line(results: Results, row: Row) -> Line:
    header = capital(results.say(f"estimand.{row.estimand}"))
    if not known(row.statistic):
        return Line(header, (Cell(absent(results, row), note_texts(results, row.note)), *[Cell("")] * 4))
    sizes = tuple(Cell(results.plain(number, row.measure_unit)) for number in (row.estimate, row.effect))
    return Line(header, (*_test(results, row), *sizes, Cell(verdict_text(results, row))))


def items_alike_table(results: Results) -> Table | None:
    """Table of the odds of a higher answer to each question, between people of two groups alike in the others."""
    rows = [row for row in measured(results) if row.estimand == ODDS]
    say = results.say
    level = say("table.interval", level=confidence_level(results, rows))
    lines: list[Line] = []
    for _, members in groupby(rows, lambda row: (row.outcome, row.wave, row.term.partition("*")[0])):
        mine = list(members)
        lines.append(Line(f"{outcome_in_wave(results, mine[0].outcome, mine[0].wave)}: {compared_name(results, mine[0])}"))
        for row in mine:
            marked = DEVIATES in row.note.split()
            cells = (*_with_interval(results, row), Cell(say("measurement.deviates") if marked else ""))
            lines.append(Line(results.label("variable", row.term.partition("*")[2]), cells))
    columns = (ColumnHead(say("estimand.odds_ratio")), ColumnHead(level), ColumnHead(say("table.remark"), number=False))
    return _table(results, "items_alike", columns, lines, rows)


def clusters_table(results: Results) -> Table | None:
    """Table of how alike people of one cluster are."""
    found = found_by(results, CLUSTERS)
    heads = (*(results.say(f"table.{name}") for name in CLUSTERS), results.say("table.n_heading"), results.say("table.clusters"))
    lines = []
    for outcome, wave in dict.fromkeys(key[:2] for key in found):
        rows = [found.get((outcome, wave, "", name)) for name in CLUSTERS]
        [first, *_] = those_there(rows)
        counts = [Cell(results.number(int(number), 0) if known(number) else "") for number in (first.n, first.n_clusters)]
        lines.append(Line(outcome_in_wave(results, outcome, wave), (*(_number(results, row) for row in rows), *counts)))
    return _table(results, "clusters", tuple(map(ColumnHead, heads)), lines, list(found.values()))


def _table(results: Results, name: str, columns: Sequence[ColumnHead], lines: Sequence[Line], rows: Sequence[Row]) -> Table | None:
    """Make a table with the caption and the note of its name; None where nothing of it is known."""
    if not rows:
        return None
    caption, note, stub = (results.say(key) for key in (f"table.{name}_caption", f"table.{name}_note", "table.measure"))
    return hoist_notes(Table(name.replace("_", "-"), caption, stub, tuple(columns), tuple(lines), (note,), shows=tuple(rows)))
