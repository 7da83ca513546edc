"""Tables and figures that are not one number: how answers and measures are distributed."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from pipeline.compare.exhibits.classes import class_counts, classify, experience_rows, transition_rows
from pipeline.compare.exhibits.coding import coding_rows
from pipeline.compare.exhibits.curves import analysis_curve_rows, curve_rows
from pipeline.compare.gather.panel import Panel
from pipeline.compare.gather.protocol import AnalysisFrame
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import CHOICE_TYPES, EVERYBODY, MISSING_CODES, MISSING_SUFFIX
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import DISTRIBUTIONS

EXHIBITS = {"transition": transition_rows, "experience": experience_rows, "curve": curve_rows, "coding": coding_rows}
"""Kind of declared exhibit -> function that gives its rows."""


def distributions_of(panel: Panel, gathered: Iterable[AnalysisFrame]) -> pd.DataFrame:
    """Make ``distributions.csv``: what every study gets, then the declared exhibits.

    Parameters
    ----------
    panel : Panel
    gathered : iterable of AnalysisFrame
        Of the declared analyses.

    Returns
    -------
    DataFrame with the columns of DISTRIBUTIONS
    """
    rows = [*_variable_rows(panel), *_measure_rows(panel)]
    for exhibit in panel.study.declaration.exhibits:
        made = EXHIBITS[exhibit.kind](panel, exhibit)
        rows += [{"analysis": exhibit.id, "exhibit": exhibit.kind} | row for row in made]
    for one in gathered:
        if one.analysis.estimator == "survival":
            rows += [{"analysis": one.analysis.id, "exhibit": "times"} | row for row in analysis_curve_rows(one)]
    return table_of(DISTRIBUTIONS, ({"study": panel.study.id, "level": EVERYBODY} | row for row in rows))


def _variable_rows(panel: Panel) -> Iterator[dict[str, object]]:
    """Give answers and missing reasons of every question with answers or classes."""
    for variable in panel.study.variables:
        if variable.type not in CHOICE_TYPES and not variable.classes:
            continue
        for wave in panel.waves_of(variable.name):
            rows, masks = panel.rows(variable.name, wave), panel.masks(variable.name, wave)
            common = {"unit": variable.unit, "outcome": variable.name, "wave": wave}
            answers = class_rows(panel.study, variable.name, rows[variable.name], masks)
            yield from (common | {"exhibit": "answers"} | row for row in answers)
            yield from (common | {"exhibit": "missing"} | row for row in _missing_rows(rows[variable.name + MISSING_SUFFIX], masks))


def class_rows(study: Study, name: str, values: pd.Series, masks: dict[str, np.ndarray]) -> Iterator[dict[str, object]]:
    """Give one row per class and column; ``x`` is the left edge of a class of numbers."""
    classified = classify(study, name, values)
    places = dict(zip(classified.labels, classified.edges, strict=True))
    for row in class_counts(classified.labels, classified.places, masks):
        yield row | {"x": places[str(row["row"])]}


def _missing_rows(reasons: pd.Series, masks: dict[str, np.ndarray]) -> Iterator[dict[str, object]]:
    """Give those who answered and those who did not by reason, of everybody who was asked."""
    codes = reasons.to_numpy()
    occurring = {reason: code for reason, code in MISSING_CODES.items() if (codes == code).any()}
    labels = ("answered", *occurring)
    places = np.select([codes == code for code in (0, *occurring.values())], range(len(labels)), default=-1)
    yield from class_counts(labels, places, masks)


def _measure_rows(panel: Panel) -> Iterator[dict[str, object]]:
    """Give the distribution of every measure that is a category or has classes."""
    for measure in panel.study.declaration.measures:
        if panel.study.kind_of(measure.name) != "category" and not measure.classes:
            continue
        for wave in panel.waves_of(measure.name):
            values, masks = panel.rows(measure.name, wave)[measure.name], panel.masks(measure.name, wave)
            common = {"exhibit": "measure", "unit": panel.study.unit_of(measure.name), "outcome": measure.name, "wave": wave}
            yield from (common | row for row in class_rows(panel.study, measure.name, values, masks))
