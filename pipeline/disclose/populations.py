"""Which people an estimate is about, and whether counts can be solved from it."""

import pandas as pd

from pipeline.spec.declaration import Analysis
from pipeline.spec.naming import split_reference
from pipeline.spec.study import Study

WEIGHTED = ("weighted_att", "weighted_ate", "weighted_overlap", "entropy_balancing")
ADJUSTING = (
    *("adjusted", "permutation", "wild_bootstrap", "cluster_bootstrap", "logistic", "poisson", "hurdle", "ordered", "what_if", "cox"),
    *WEIGHTED,
)
MODELLED = (*ADJUSTING, "rank", "alpha")
"""Estimators whose numbers no one can turn back into counts or sums (but for those that adjust, without a covariate of many values)."""
FEW_VALUES = 10
"""A covariate with more values than this mixes the counts so that they cannot be told from what is adjusted for it."""


def special_analyses(study: Study) -> dict[str, Analysis]:
    """Give the analyses about part of the sample, or by another group than the sample's."""
    own = study.declaration.sample.group or None
    return {analysis.id: analysis for analysis in study.declaration.analyses if analysis.restrict or analysis.group not in (None, own)}


def is_exact(study: Study, rows: pd.DataFrame) -> pd.Series:
    """Mark estimates that follow from counts or sums of each group, so that these can be solved from them."""
    declared = study.declaration.analyses
    bare = [one.id for one in declared if not any(_has_many_values(study, split_reference(name)[0]) for name in one.covariates)]
    modelled = rows["estimator"].isin(MODELLED) & ~(rows["estimator"].isin(ADJUSTING) & rows["analysis"].isin(bare))
    return ~modelled


def _has_many_values(study: Study, name: str) -> bool:
    """Say whether a covariate has too many values for the few tables that an adjusted result leaves open to be written down."""
    measure = study.measure.get(name)
    if measure is not None:
        return study.kind_of(name) == "number" and (len(measure.items) > 1 or _has_many_values(study, measure.items[0]))
    variable = study.variable[name]
    return variable.is_numeric and not 0 < len(study.codes_of(variable)) <= FEW_VALUES
