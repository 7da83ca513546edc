"""A comparison with missing answers imputed: the same people several times, and one row of what an estimator makes of each."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.compare.gather.cohort import Row, notes_joined
from pipeline.compare.gather.comparison import Comparison
from pipeline.compare.gather.panel import Panel, as_kind
from pipeline.compare.numbers.pooling import pooled
from pipeline.compare.registry import IMPUTED, Estimator
from pipeline.spec.declaration import Analysis
from pipeline.spec.naming import split_reference

MISSING_INFORMATION = "missing_information"
"""Estimand: the share of the information on a pooled difference that is missing."""
NORMAL = ("risk_difference",)
"""Tested estimands whose degrees of freedom are a chi-square's; their error is that of a normal estimate."""
MANY = 1e6
"""Degrees of freedom that stand for a normal estimate."""
ABOUT = ("level", "group_a", "group_b", "term", "measure_unit", "n", "n_a", "n_b", "n_clusters", "n_missing")
"""Columns of a row that say what it is about: of every imputation the same."""


def imputed_frames(panel: Panel, analysis: Analysis, frame: pd.DataFrame) -> tuple[pd.DataFrame, ...]:
    """Give the frame of an analysis once per imputation, its outcomes and covariates as imputed.

    Parameters
    ----------
    panel : Panel
        Of the unit of the analysis.
    analysis : Analysis
    frame : DataFrame
        As answered, indexed by id.

    Returns
    -------
    tuple of DataFrame
        Empty where nothing is to be imputed, or nothing could be.
    """
    if not analysis.imputed or panel.unit not in panel.scored.imputed:
        return ()
    key = panel.study.unit[panel.unit].id
    each = panel.scored.imputed[panel.unit].groupby("imputation", sort=True)
    names = [name for name in dict.fromkeys((*analysis.outcomes, *analysis.covariates)) if name in panel.scored.imputed[panel.unit]]
    return tuple(
        frame.assign(
            **{name: as_kind(panel.study, split_reference(name)[0], rows.set_index(key)[name].reindex(frame.index)) for name in names}
        )
        for _, rows in each
    )


def imputation_problem(panel: Panel, analysis: Analysis) -> str:
    """Give the reason why answers that an analysis needs could not be imputed; empty where they were."""
    if not analysis.imputed or panel.unit in panel.scored.imputed:
        return ""
    return notes_joined(*panel.scored.imputation["note"])


def pooled_rows(estimator: Estimator, estimate: Callable[..., list[Row]], comparison: Comparison) -> list[Row]:
    """Give what an estimator makes of a comparison with answers imputed.

    Parameters
    ----------
    estimator : Estimator
    estimate : function
        Its function.
    comparison : Comparison
        With ``imputations``, or the reason why there are none.

    Returns
    -------
    list of rows
        The test of everybody, pooled (``difference_by_imputation``), and the share of information that is missing. Without
        an error where one of the imputations has none, with its note.
    """
    frames = comparison.imputations or (comparison.frame,)
    each = [_tested(estimator, estimate(replace(comparison, frame=frame, imputations=(), imputation_problem=""))) for frame in frames]
    about = {name: each[0][name] for name in ABOUT if name in each[0]}
    if any({name: row.get(name) for name in about} != about for row in each):
        raise ValueError(f"{comparison.outcome}: imputations are not about the same people")
    notes = comparison.imputation_problem or notes_joined(*_different(row.get("note", "") for row in each))
    rows = [about | {"estimand": IMPUTED, "note": notes}, about | {"estimand": MISSING_INFORMATION, "measure_unit": "index", "note": notes}]
    if comparison.imputation_problem or any(row.get("estimate") is None for row in each):
        return rows
    estimates, errors, df = (np.array([_number(row, name) for row in each]) for name in ("estimate", "std_error", "df"))
    if not (errors > 0).all():
        return [rows[0] | {"estimate": float(estimates.mean())}, rows[1]]
    freedom = MANY if each[0]["estimand"] in NORMAL or np.isnan(df).any() else float(df.mean())
    found = pooled(estimates, errors, freedom, comparison.confidence)
    return [rows[0] | found.test.columns(), rows[1] | {"estimate": found.missing_information}]


def _tested(estimator: Estimator, rows: list[Row]) -> Row:
    """Give the row that tests the outcome."""
    return min((row for row in rows if estimator.place_of_test(row) is not None), key=lambda row: estimator.place_of_test(row) or 0)


def _number(row: Row, name: str) -> float:
    return float("nan") if (found := row.get(name)) is None else float(str(found))


def _different(notes: Iterable[object]) -> list[str]:
    """Give each remark once."""
    return list(dict.fromkeys(code for note in notes for code in str(note).split()))
