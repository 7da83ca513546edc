"""A declared study filled with made-up answers: raw files as an evaluator would receive them.

Cells hold the wording of the answer list, and numbers and dates as the source
writes them.
"""

import numpy as np
import pandas as pd

from pipeline.exports import exported
from pipeline.simulate.draw import Drawn, draw, recipe_of, seed_of
from pipeline.simulate.mess import FileLayout, concerns, date_form, with_mess
from pipeline.simulate.world import column
from pipeline.spec.sources import EVERYTHING, Source
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import MISSING_CODES

USUAL_DECIMALS = 0
TEXT_FORMATS = ("csv", "limesurvey")
"""Formats that hold numbers as text, so that the source's decimal sign matters; the others hold numbers."""


def simulate_study(study: Study) -> dict[str, bytes]:
    """Make up every raw file of a study.

    Parameters
    ----------
    study : Study
        With or without ``[simulation]``; what it does not declare gets a usual value.

    Returns
    -------
    dict
        File name -> content; the same bytes on every run.
    """
    drawn = draw(recipe_of(study), seed_of(study))
    sources: dict[str, list[Source]] = {}
    for source in study.declaration.sources:
        sources.setdefault(source.file, []).append(source)
    return {file: exported(study, held[0], file_table(drawn, held)) for file, held in sources.items()}


def file_table(drawn: Drawn, held: list[Source]) -> pd.DataFrame:
    """Give the table of one file, which may hold several sources side by side.

    Returns
    -------
    DataFrame of str
        One row per row of the file; columns by heading, those that are not
        read at the end, blank.
    """
    study, world = drawn.world.study, drawn.world
    table = _side_by_side([source_cells(drawn, source) for source in held])
    declared = next((one for one in world.simulation.mess if concerns(one, held[0])), None)
    if declared is not None:
        table = with_mess(FileLayout(study, held[0]), declared, table, world.seed)
    not_read = [name for name in held[0].ignored if EVERYTHING not in name and name not in table.columns]
    return table.assign(**dict.fromkeys(not_read, "")).reset_index(drop=True)


def _side_by_side(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Join the tables of one file by unit; a heading that several have is written once."""
    joined = tables[0]
    for table in tables[1:]:
        joined = joined.combine_first(table)
    headings = dict.fromkeys(heading for table in tables for heading in table.columns)
    return joined[list(headings)].sort_index().fillna("")


def source_cells(drawn: Drawn, source: Source) -> pd.DataFrame:
    """Write every row of a source, tidily.

    Returns
    -------
    DataFrame of str
        One row per unit in the source, indexed by its position among the
        units; one column per variable of the source, by heading.
    """
    held = [variable for variable in drawn.world.study.variables if source.name in variable.raw_names]
    rows = np.flatnonzero(in_source(drawn, source))
    cells = {variable.raw_names[source.name]: _cells(drawn, source, variable)[rows] for variable in held}
    return pd.DataFrame(cells, index=rows, dtype="object")


def in_source(drawn: Drawn, source: Source) -> np.ndarray:
    """Say which units have a row in a source: who answers its wave; every unit without a wave."""
    everybody = np.ones(drawn.world.size(source.unit), dtype=bool)
    return everybody if source.wave is None else drawn.answering[source.unit, source.wave]


def _cells(drawn: Drawn, source: Source, variable: Variable) -> np.ndarray:
    """Write one variable of every unit: its values, and missing reasons as the answer list does, blank when it has no row for one."""
    world, study = drawn.world, drawn.world.study
    if variable.type == "id":
        return column(world, source.unit, variable.name).astype(object)
    key = (variable.name, "" if variable.fixed else str(source.wave))
    answers = study.answer_lists.get(variable.answers, ())
    reasons = {MISSING_CODES[answer.missing]: answer.raw for answer in reversed(answers) if answer.missing}
    missing = drawn.missing.get(key, np.zeros(world.size(variable.unit), dtype=np.int8)).tolist()
    decimals = getattr(world.simulation.part.get(variable.name), "decimals", USUAL_DECIMALS)
    written = _written(study, source, variable, world.values[key], decimals)
    return np.array([reasons.get(code, "") if code else cell for cell, code in zip(written, missing, strict=True)], dtype=object)


def _written(study: Study, source: Source, variable: Variable, values: np.ndarray, decimals: int) -> list[str]:
    """Write values that are there."""
    if variable.is_numeric and values.dtype.kind == "f":
        sign = (source.decimal if source.format in TEXT_FORMATS else None) or "."
        return [f"{value:.{decimals}f}".replace(".", sign) for value in values]
    if variable.type == "date":
        return pd.to_datetime(values).strftime(date_form(source)).tolist()
    answers = study.answer_lists.get(variable.answers, ()) if variable.type != "text" else ()
    wording = {answer.code: answer.raw for answer in reversed(answers) if not answer.missing}
    return [wording.get(value, value) for value in values.tolist()]
