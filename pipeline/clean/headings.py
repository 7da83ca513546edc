"""Which column of a file a variable stands in: by its heading, by its place, or the number of the row.

A heading is compared as answers are. ``#3`` is the third column, for one without
a heading or with one that stands several times; ``#row`` is the number of the data row.
"""

import re
from collections.abc import Iterator

from pipeline.clean.cells import Headings, Imported, shown
from pipeline.errors import Problem, suggestion
from pipeline.spec.codebook import ROW_NUMBER
from pipeline.spec.folding import comparable, tidy
from pipeline.spec.sources import EVERYTHING, Source
from pipeline.spec.study import Study, Variable

PLACE = re.compile(r"#([1-9]\d{0,4})", re.ASCII)
ROWS_LOOKED_AT, COLUMNS_LOOKED_AT = 3, 500
IMPORT_ID = re.compile(r'\s*\{\s*"ImportId"')
"""Begins the cells of Qualtrics' third heading row."""
SUB_HEADINGS = ("Response", "Open-Ended Response")
"""Stand in SurveyMonkey's second heading row, in English exports."""


def variables_in(study: Study, source: Source) -> tuple[Variable, ...]:
    """Give the variables that a source holds, in codebook order."""
    return tuple(variable for variable in study.variables if source.name in variable.raw_names)


def column_of(raw_name: str, headings: Headings) -> int | None:
    """Give the position of the column that a raw_name means; None when there is none, or it is the number of the row."""
    name = tidy(raw_name)
    if name in headings.places:
        return headings.places[name][0]
    folded = headings.places_compared.get(comparable(name), ()) if name else ()
    if len(folded) == 1:
        return folded[0]
    place = PLACE.fullmatch(name)
    return int(place[1]) - 1 if place and int(place[1]) <= len(headings) else None


def column_name(position: int, headings: Headings) -> str:
    """Give the name by which a column can be declared: its heading where it has one of its own, else its place."""
    heading = headings[position]
    return heading if heading and len(headings.places[heading]) == 1 else f"#{position + 1}"


def ignoring(source: Source, position: int, headings: Headings) -> str | None:
    """Give the entry of ``ignore`` that a column falls under, rather its name than a pattern; None when there is none."""
    names = (headings[position], f"#{position + 1}")
    exact = [entry for entry in source.ignored if tidy(entry) in names]
    patterns = [entry for entry in source.ignored if EVERYTHING in entry and _fits(entry, headings[position])]
    return next(iter([*exact, *patterns]), None)


def _fits(pattern: str, heading: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in tidy(pattern).split(EVERYTHING)), heading, re.DOTALL) is not None


def missing_columns(study: Study, source: Source, where: str, headings: Headings) -> list[Problem]:
    """Find the variables of a source whose column the file does not have."""
    problems, missing = [], []
    for variable in variables_in(study, source):
        raw_name = tidy(variable.raw_names[source.name])
        place = column_of(raw_name, headings)
        if place is None and raw_name != ROW_NUMBER:
            missing.append((raw_name, variable))
        elif place is not None and PLACE.fullmatch(raw_name) and column_name(place, headings) not in (raw_name, f"#{place + 1}"):
            remedy = f"Name it by its heading in raw_name::{source.name} of '{variable.name}'."
            problems.append(Problem(f"{where}, column {raw_name}", f"has the heading {shown(headings[place])}", remedy=remedy))
    free = [headings[position] for position in _not_declared(study, source, headings)]
    near = {raw_name: suggestion(raw_name, free) for raw_name, _ in missing}
    if len(missing) == 1:
        [(raw_name, variable)] = missing
        remedy = near[raw_name] or f"Correct raw_name::{source.name} of '{variable.name}' in the codebook."
        problems.append(Problem(f"{where}, column '{raw_name}'", "is missing", remedy=remedy))
    elif missing:
        details = tuple(f"'{raw_name}', for {variable.name} {near[raw_name]}".rstrip() for raw_name, variable in missing)
        remedy = f"Correct raw_name::{source.name} in the codebook."
        problems.append(Problem(where, f"{len(missing)} columns of the codebook are missing", remedy=remedy, details=details))
    return problems


def extra_columns(study: Study, source: Source, where: str, headings: Headings) -> list[Problem]:
    """Find columns that no source of this file names, and names that stand twice."""
    problems = list(_repeated(study, source, where, headings))
    named = _declared_names(study, source)
    extra = [position for position in _not_declared(study, source, headings) if headings[position] not in named]
    absent = sorted(name for name in named - {ROW_NUMBER} if column_of(name, headings) is None)
    near = {position: suggestion(headings[position], absent) for position in extra}
    codebook = f"studies/{study.id}/codebook.csv"
    if len(extra) == 1:
        [position] = extra
        column = f"column '{headings[position]}'" if headings[position] else f"column {position + 1}, which has no heading"
        remedy = near[position] or f"Give it a row in {codebook}, or list it in ignore of the source{_as_place(position, headings)}."
        problems.append(Problem(f"{where}, {column}", "is not in the codebook", remedy=remedy))
    elif extra:
        details = tuple(f"'{headings[position]}'{_as_place(position, headings)} {near[position]}".rstrip() for position in extra)
        remedy = f'Give each a row in {codebook}, or list it in ignore of the source: a name, a pattern such as "token*", or ignore = "rest" for all of them.'
        problems.append(Problem(where, f"{len(extra)} columns are not in the codebook", remedy=remedy, details=details))
    return problems


def _as_place(position: int, headings: Headings) -> str:
    name = column_name(position, headings)
    return "" if name == headings[position] else f" as {name}"


def _repeated(study: Study, source: Source, where: str, headings: Headings) -> Iterator[Problem]:
    named = _declared_names(study, source)
    for heading, positions in headings.places.items():
        if heading in named and len(positions) > 1:
            places = ", ".join(f"#{position + 1}" for position in positions)
            remedy = (
                f"Name the one that is meant by its place ({places}), or rename one of the columns in the survey tool and export again."
            )
            yield Problem(f"{where}, column '{heading}'", f"stands {len(positions)} times in the heading", remedy=remedy)


def _declared_names(study: Study, source: Source) -> set[str]:
    sharing = study.sharing(source)
    raw_names = {tidy(variable.raw_names[other.name]) for other in sharing for variable in variables_in(study, other)}
    return raw_names.union(tidy(heading) for other in sharing for heading in other.rows)


def _not_declared(study: Study, source: Source, headings: Headings) -> list[int]:
    """Give the columns that no source of this table names or ignores."""
    used = {column_of(name, headings) for name in _declared_names(study, source)}
    sharing = study.sharing(source)
    return [
        position
        for position in range(len(headings))
        if position not in used and all(ignoring(other, position, headings) is None for other in sharing)
    ]


def column_notes(study: Study, source: Source, headings: Headings) -> Iterator[dict]:
    """Give log lines on columns found by another spelling, ids that are row numbers, and columns that a pattern takes out."""
    for variable in variables_in(study, source):
        place, name = column_of(variable.raw_names[source.name], headings), tidy(variable.raw_names[source.name])
        if place is None:
            yield {"subject": variable.name, "finding": "row_number", "detail": ""}
        elif headings[place] != name and not PLACE.fullmatch(name):
            yield {"subject": variable.name, "finding": "heading_respelt", "detail": headings[place]}
    used = {column_of(name, headings) for name in _declared_names(study, source)}
    for position in range(len(headings)):
        entry = ignoring(source, position, headings) or ""
        if position not in used and EVERYTHING in entry and entry != headings[position]:
            yield {"subject": column_name(position, headings), "finding": "ignored", "detail": entry}


def heading_hints(source: Source, where: str, imported: Imported) -> Iterator[Problem]:
    """Recognise a title that is about to be read as the heading, and rows of the heading about to be read as answers."""
    first = [column.iloc[:ROWS_LOOKED_AT].tolist() for column in imported.columns[:COLUMNS_LOOKED_AT]]
    named = [heading for heading in imported.headings if heading]
    if len(named) == 1 < len(imported.headings) - 1 and any(sum(bool(tidy(cell)) for cell in row) > 1 for row in zip(*first, strict=True)):
        remedy = "If that is a title, state skip_rows of the source in study.toml: the number of rows above the heading."
        yield Problem(where, f"its heading {shown(named[0])} is one cell, but the rows below have more", remedy=remedy)
    tool, rows = "", 0
    for number in range(min(ROWS_LOOKED_AT, len(first[0]) if first else 0)):
        cells = [column[number] for column in first]
        if any(map(IMPORT_ID.match, cells)):
            tool, rows = "Qualtrics", number + 1
        elif number == 0 and (imported.headings[0], cells[0]) == ("V1", "ResponseID"):
            tool, rows = "Qualtrics", 1
        elif number == 0 and not tidy(cells[0]) and any(cell in SUB_HEADINGS for cell in cells):
            tool, rows = "SurveyMonkey", 1
    if tool:
        joined = ' and headings = "joined"' if tool == "SurveyMonkey" else ""
        remedy = f"State heading_rows = {source.heading_rows + rows}{joined} of the source in study.toml."
        yield Problem(f"{where}, data row {rows}", f"is a heading, as {tool} writes them", remedy=remedy)
