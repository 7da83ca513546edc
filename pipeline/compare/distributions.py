"""Tables and figures that are not one number: how answers and measures are distributed."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.compare.cells import asked_groups, class_index, classes_of, counted, group_codes, group_of, masks_of
from pipeline.compare.curves import curve_rows
from pipeline.compare.experience import experience_rows
from pipeline.compare.transition import transition_rows
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import CHOICE_TYPES, MISSING_CODES, MISSING_SUFFIX
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import DISTRIBUTIONS
from pipeline.tables.results import Cleaned, Scored

EXHIBITS = {"transition": transition_rows, "experience": experience_rows, "curve": curve_rows}
"""Kind of declared exhibit -> function that gives its rows."""


def distributions_of(study: Study, cleaned: Cleaned, scored: Scored) -> pd.DataFrame:
    """Make ``distributions.csv``: what every study gets, then the declared exhibits.

    Parameters
    ----------
    study : Study
    cleaned, scored
        Results of the stages before.

    Returns
    -------
    DataFrame with the columns of DISTRIBUTIONS
    """
    rows = [*_variable_rows(study, cleaned), *_measure_rows(study, cleaned, scored)]
    for exhibit in study.declaration.exhibits:
        made = EXHIBITS[exhibit.kind](study, cleaned, scored, exhibit)
        rows += [{"analysis": exhibit.id, "exhibit": exhibit.kind} | row for row in made]
    return table_of(DISTRIBUTIONS, ({"study": study.id, "level": "all"} | row for row in rows))


def _variable_rows(study: Study, cleaned: Cleaned) -> Iterator[dict[str, object]]:
    """Give answers and missing reasons of every question with answers or classes."""
    for variable in study.variables:
        if variable.type not in CHOICE_TYPES and not variable.classes:
            continue
        for wave in study.waves_of(variable) or ("",):
            rows = _rows_of(cleaned, variable, wave)
            groups = group_of(study, cleaned, variable.unit, rows[study.unit[variable.unit].id])
            masks = masks_of(groups, asked_groups(study, wave))
            common = {"unit": variable.unit, "outcome": variable.name, "wave": wave}
            yield from (common | {"exhibit": "answers"} | row for row in class_rows(study, variable.name, rows[variable.name], masks))
            yield from (common | {"exhibit": "missing"} | row for row in _missing_rows(rows[variable.name + MISSING_SUFFIX], masks))


def _rows_of(cleaned: Cleaned, variable: Variable, wave: str) -> pd.DataFrame:
    if variable.fixed:
        return cleaned.units[variable.unit]
    responses = cleaned.responses[variable.unit]
    return responses.loc[responses["wave"] == wave]


def class_rows(study: Study, name: str, values: pd.Series, masks: dict[str, np.ndarray]) -> Iterator[dict[str, object]]:
    """Give one row per class and column; ``x`` is the left edge of a class of numbers."""
    labels, edges = classes_of(study, name)
    places = dict(zip(labels, edges, strict=True))
    for row in counted(labels, class_index(study, name, values), masks):
        yield row | {"x": places[str(row["row"])]}


def _missing_rows(reasons: pd.Series, masks: dict[str, np.ndarray]) -> Iterator[dict[str, object]]:
    """Give those who answered and those who did not by reason, of everybody who was asked."""
    codes = reasons.to_numpy()
    occurring = {reason: code for reason, code in MISSING_CODES.items() if (codes == code).any()}
    labels = ("answered", *occurring)
    places = np.select([codes == code for code in (0, *occurring.values())], range(len(labels)), default=-1)
    yield from counted(labels, places, masks)


def _measure_rows(study: Study, cleaned: Cleaned, scored: Scored) -> Iterator[dict[str, object]]:
    """Give the distribution of every measure that is a category or has classes."""
    for measure in study.declaration.measures:
        if study.kind_of(measure.name) != "category" and not measure.classes:
            continue
        unit = study.unit_of(measure.name)
        for wave in study.waves_of_measure(measure):
            scores = scored.scores[unit]
            rows = scores.loc[scores["wave"] == wave]
            codes = asked_groups(study, wave) if wave else group_codes(study)
            masks = masks_of(group_of(study, cleaned, unit, rows[study.unit[unit].id]), codes)
            common = {"exhibit": "measure", "unit": unit, "outcome": measure.name, "wave": wave}
            yield from (common | row for row in class_rows(study, measure.name, rows[measure.name], masks))
