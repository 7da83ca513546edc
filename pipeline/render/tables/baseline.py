"""Table 1: who the groups were at the start, and how far apart."""

from itertools import groupby

from pipeline.render.balance import Covariate, covariates, is_complete
from pipeline.render.labels import answer_label
from pipeline.render.results import Results
from pipeline.render.selection import capital, known, note_texts, outcome_in_wave, those_there
from pipeline.render.tables.parts import absent, inside_names
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table

TWO_FIGURES = 10
"""A mean from here on, such as an age, has one decimal: the second says nothing."""


def table_one(results: Results) -> Table | None:
    """Table of every balance covariate by group, with the standardised difference where there are two; None when there is none."""
    found = covariates(results)
    if not found:
        return None
    say = results.say
    compares = len(results.groups) > 1
    difference = [ColumnHead(say("table.standardised_difference"))] if compares else []
    columns = (*(ColumnHead(capital(results.group_label(group))) for group in results.groups), *difference)
    lines: list[Line] = []
    for (outcome, wave), members in groupby(found, key=lambda one: (one.outcome, one.wave)):
        lines += _covariate_lines(results, outcome_in_wave(results, outcome, wave), list(members))
    measured = [one.difference for one in found if one.difference is not None and known(one.difference.estimate)]
    notes = dict.fromkeys(note for row in measured for note in note_texts(results, row.note))
    footnotes = (say("table.one_note"), *(say("table.difference_note", note=note, **inside_names(results)) for note in notes))
    caption = say("table.one_caption" if compares else "table.one_caption_of_one")
    shows = those_there(row for one in found for row in (*one.groups.values(), one.difference))
    return Table("one", caption, say("table.characteristic"), columns, tuple(lines), footnotes, shows=shows)


def _covariate_lines(results: Results, name: str, members: list[Covariate]) -> list[Line]:
    """Give one row for a number or a share; for a category a row with the number known, then one per category."""
    if not any(one.category for one in members):
        return [Line(name, _cells(results, members[0]), apart=True)]
    return [Line(name), *(Line(answer_label(results, one.outcome, one.category), _cells(results, one)) for one in members)]


def _cells(results: Results, covariate: Covariate) -> tuple[Cell, ...]:
    groups = [_group_cell(results, covariate, group) for group in results.groups]
    if len(groups) < 2:
        return tuple(groups)
    row = covariate.difference
    if row is None:
        return (*groups, Cell(""))
    if known(row.estimate):
        return (*groups, Cell(results.number(row.estimate)))
    return (*groups, Cell(results.say("table.complete") if is_complete(row) else absent(results, row), note_texts(results, row.note)))


def _group_cell(results: Results, covariate: Covariate, group: str) -> Cell:
    """Write mean and standard deviation, or number of people and share."""
    share, mean = covariate.groups.get((group, "share")), covariate.groups.get((group, "mean"))
    row = share if share is not None else mean
    if row is None:
        return Cell("")
    if not known(row.estimate):
        return Cell(absent(results, row), note_texts(results, row.note))
    count = f"\n{results.say('table.n', n=int(row.n))}" if known(row.n) and not covariate.category else ""
    if share is not None:
        people = f"{results.number(round(row.estimate * row.n), 0)} " if known(row.n) and covariate.category else ""
        share_text = results.percent(row.estimate, 1)
        return Cell(f"{people}({share_text})" if people else f"{share_text}{count}")
    spread = covariate.groups.get((group, "standard_deviation"))
    digits = 1 if abs(row.estimate) >= TWO_FIGURES else 2
    deviation = f" ({results.number(spread.estimate, digits)})" if spread is not None and known(spread.estimate) else ""
    return Cell(f"{results.number(row.estimate, digits)}{deviation}{count}")
