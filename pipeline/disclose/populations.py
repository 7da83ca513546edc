"""Which people an estimate is about, and whether counts can be solved from it."""

import pandas as pd

from pipeline.spec.declaration import Analysis
from pipeline.spec.naming import split_reference
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY

MODELS = (
    *("permutation", "wild_bootstrap", "cluster_bootstrap", "logistic", "poisson", "hurdle", "ordered", "what_if", "cox"),
    *("weighted_att", "weighted_ate", "weighted_overlap", "entropy_balancing", "survey_weighted", "doubly_robust", "matching"),
    *(
        "change_score",
        "difference_in_differences",
        "growth",
        "random_intercept",
        "interacted",
        "trimming_bounds",
        "mediation",
        "negative_binomial",
    ),
)
"""Estimators of the same groups' difference by other means than its own: where that is withheld, so are they."""
MODELLED = ("adjusted", *MODELS, "rank", "alpha", "factor", "invariance", "factors_together", "invariant_items", "clusters", "imputation")
"""Estimators whose numbers no one can turn back into counts or sums (without covariates, 'adjusted' is the raw difference)."""


POOLED = ("difference_by_imputation", "missing_information")
"""Estimands of a comparison with answers imputed: about other people than answered, and withheld where what these answered is."""


def special_analyses(study: Study) -> dict[str, Analysis]:
    """Give the analyses about part of the sample, or by another group than the sample's."""
    own = study.declaration.sample.group or None
    return {analysis.id: analysis for analysis in study.declaration.analyses if analysis.restrict or analysis.group not in (None, own)}


def is_exact(study: Study, rows: pd.DataFrame) -> pd.Series:
    """Mark estimates that follow from counts or sums of each group, so that these can be solved from them."""
    bare = [analysis.id for analysis in study.declaration.analyses if not analysis.covariates]
    few = rows["estimator"].isin(MODELS) & tells_raw(study, rows)
    modelled = rows["estimator"].isin(MODELLED) & ~few & ~((rows["estimator"] == "adjusted") & rows["analysis"].isin(bare))
    return ~modelled | rows["estimand"].isin(POOLED)


LEVELS = "levels"
FEW_VALUES = 10
"""A covariate with more values than this mixes the counts so that they cannot be told from what is adjusted for it."""

NEVER_ADJUSTED = ("mean_by_survey", "share_by_survey", "design_effect")
"""What an analysis tells of each group as it is, whatever it adjusts their difference for."""


def tells_raw(study: Study, rows: pd.DataFrame) -> pd.Series:
    """Mark estimates that may tell the counts and sums of the raw ones: those not adjusted for a number of many values.

    With few categories to adjust for, and the numbers of people known, few tables of answers fit an adjusted result.
    """
    many = {
        names: any(_has_many_values(study, split_reference(name)[0]) for name in names.split()) for names in rows["covariates"].unique()
    }
    return ~rows["covariates"].map(many).astype("bool") | rows["estimand"].isin((*NEVER_ADJUSTED, *POOLED))


def has_known_weights(study: Study, analysis: Analysis) -> bool:
    """Say whether people's weights follow from the plan of the sample, margins and few categories, so that a reader may know them."""
    return not any(_has_many_values(study, split_reference(name)[0]) for name in analysis.response)


def _has_many_values(study: Study, name: str) -> bool:
    measure = study.measure.get(name)
    if measure is not None:
        return study.kind_of(name) == "number" and (len(measure.items) > 1 or _has_many_values(study, measure.items[0]))
    variable = study.variable[name]
    return variable.is_numeric and not 0 < len(study.codes_of(variable)) <= FEW_VALUES


def number_of_values(study: Study, name: str) -> int:
    """Count the categories of what is adjusted for; of a measure that is a number of few values, as many as are still few."""
    measure = study.measure.get(name)
    if measure is not None:
        return len(measure.categories) or (FEW_VALUES if study.kind_of(name) == "number" else 2)
    return len(study.codes_of(study.variable[name])) or FEW_VALUES


def is_about_one_group(study: Study, rows: pd.DataFrame) -> pd.Series:
    """Mark the estimates that are about one group of units, whatever level."""
    return rows["analysis"].eq(LEVELS) | (rows["group_a"].eq(EVERYBODY) & rows["group_b"].eq(""))
