"""Answers as they stand in a file: wording of the answer list, numbers and dates as the source writes them."""

import numpy as np
import pandas as pd

from pipeline.simulate.complete import drawn_names
from pipeline.simulate.draw import Drawn
from pipeline.simulate.tables import in_source
from pipeline.simulate.world import column
from pipeline.spec.declaration import Source
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import MISSING_CODES

USUAL_DECIMALS = 0
ISO = "%Y-%m-%d"
TEXT_FORMATS = ("csv", "limesurvey")
"""Formats that hold numbers as text, so that the source's decimal sign matters; the others hold numbers."""


def date_form(source: Source) -> str:
    """Give the form in which a source writes dates: ISO where it reads that, else its first."""
    return ISO if ISO in source.dates else source.dates[0]


def decimal_sign(source: Source) -> str:
    """Give the decimal sign of the cells; what writes the file may still change it."""
    return (source.decimal if source.format in TEXT_FORMATS else None) or "."


def source_cells(drawn: Drawn, source: Source) -> pd.DataFrame:
    """Write every row of a source, tidily.

    Returns
    -------
    DataFrame of str
        One row per unit in the source, indexed by its position among the
        units; one column per variable of the source, by variable name.
    """
    study = drawn.world.study
    rows = np.flatnonzero(in_source(drawn, source))
    held = [variable for variable in study.variables if source.name in variable.raw_names]
    return pd.DataFrame({variable.name: _cells(drawn, source, variable)[rows] for variable in held}, index=rows, dtype="object")


def _cells(drawn: Drawn, source: Source, variable: Variable) -> np.ndarray:
    """Write one variable of every unit."""
    world, study = drawn.world, drawn.world.study
    if variable.type == "id":
        own = variable.name == study.unit[source.unit].id
        return (world.population.ids[source.unit] if own else column(world, source.unit, variable.name)).astype(object)
    wave = "" if variable.fixed else str(source.wave)
    written = _written(study, source, variable, world.values[variable.name, wave], _decimals(drawn, variable))
    missing = drawn.missing.get((variable.name, wave), np.zeros(len(written), dtype=np.int8))
    for reason in np.unique(missing[missing > 0]):
        written[missing == reason] = _reason(study, variable, int(reason))
    return written


def _written(study: Study, source: Source, variable: Variable, values: np.ndarray, decimals: int) -> np.ndarray:
    """Write values that are there."""
    if variable.is_numeric and values.dtype.kind == "f":
        return np.array([f"{value:.{decimals}f}".replace(".", decimal_sign(source)) for value in values], dtype=object)
    if variable.type == "date":
        return np.array(pd.to_datetime(values).strftime(date_form(source)), dtype=object)
    wording: dict[str, str] = {}
    for answer in study.answer_lists.get(variable.answers, ()) if variable.type != "text" else ():
        if not answer.missing:
            wording.setdefault(answer.code, answer.raw)
    return np.array([wording.get(value, value) for value in values.tolist()], dtype=object)


def _reason(study: Study, variable: Variable, code: int) -> str:
    """Write a missing reason as the answer list does; blank when it has no row for it."""
    rows = study.answer_lists.get(variable.answers, ())
    return next((answer.raw for answer in rows if answer.missing and MISSING_CODES[answer.missing] == code), "")


def _decimals(drawn: Drawn, variable: Variable) -> int:
    part = drawn_names(drawn.world.simulation).get(variable.name)
    return getattr(part, "decimals", USUAL_DECIMALS)
