"""Which people an estimate is about, and whether counts can be solved from it."""

import pandas as pd

from pipeline.spec.declaration import Analysis
from pipeline.spec.study import Study

MODELLED = ("adjusted", "rank", "alpha")
"""Estimators whose numbers no one can turn back into counts or sums (without covariates, 'adjusted' is the raw difference)."""


def special_analyses(study: Study) -> dict[str, Analysis]:
    """Give the analyses about part of the sample, or by another group than the sample's."""
    own = study.declaration.sample.group or None
    return {analysis.id: analysis for analysis in study.declaration.analyses if analysis.restrict or analysis.group not in (None, own)}


def is_exact(study: Study, rows: pd.DataFrame) -> pd.Series:
    """Mark estimates that follow from counts or sums of each group, so that these can be solved from them."""
    bare = [analysis.id for analysis in study.declaration.analyses if not analysis.covariates]
    modelled = rows["estimator"].isin(MODELLED) & ~((rows["estimator"] == "adjusted") & rows["analysis"].isin(bare))
    return ~modelled
