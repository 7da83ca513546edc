"""Who computes what a second time: for each estimator and estimand which package, and what no package can.

To add an estimator: a line here for each of its estimands. A number that is
neither computed again nor named in ``WITHOUT`` stops the build.
"""

from dataclasses import dataclass

from pipeline.compare.opinion import (
    coders,
    correlations,
    families,
    imputed,
    interacted,
    levels,
    means,
    models,
    moves,
    over_time,
    ranks,
    shares,
    survey,
    times,
    weights,
    what_if,
)
from pipeline.compare.opinion.view import Recompute
from pipeline.compare.registry import IMPUTED

OURS, NUMPY, PANDAS, PINGOUIN, SCIPY, STATSMODELS = "rorlighet", "numpy", "pandas", "pingouin", "scipy", "statsmodels"


@dataclass(frozen=True)
class Second:
    """One second computation.

    Parameters
    ----------
    of : str
        Package that the numbers come from.
    by : str
        Package that computes them again; never the same.
    compute : function
        Takes the view of a row's level and the row; gives some of its columns.
    """

    of: str
    by: str
    compute: Recompute


_MEAN = (Second(SCIPY, STATSMODELS, means.one_mean), Second(OURS, SCIPY, means.clustered_mean))
_CHANGE = (*_MEAN, Second(OURS, PANDAS, means.hedges_g_av_again), Second(SCIPY, STATSMODELS, means.equivalence_of_change))
_SHARE = (Second(OURS, NUMPY, shares.share_of_units), Second(STATSMODELS, SCIPY, shares.wilson))
_TARGET = (Second(OURS, PANDAS, shares.target_share),)
_LINEAR = (Second(STATSMODELS, SCIPY, means.linear_effect), Second(OURS, SCIPY, means.clustered_effect))
_DRAWN = (Second(OURS, SCIPY, means.linear_estimate),)
_GENERALISED = (Second(STATSMODELS, SCIPY, models.generalised),)
_ENDS = (Second(OURS, PANDAS, shares.worst_case),)
_MOVED = ("share_improved", "share_unchanged", "share_worse", "share_up", "share_same", "share_down")
_CEILING = ("share_at_ceiling_before", "share_at_ceiling_after")

SECOND: dict[tuple[str, str], tuple[Second, ...]] = {
    ("welch", "mean_difference"): (
        Second(SCIPY, STATSMODELS, means.difference_of_means),
        Second(SCIPY, STATSMODELS, means.equivalence_of_means),
        Second(OURS, PANDAS, means.hedges_g_again),
    ),
    ("rank", "location_shift"): (Second(SCIPY, PANDAS, ranks.two_groups_by_rank), Second(OURS, NUMPY, ranks.median_of_differences)),
    ("risk_difference", "risk_difference"): (
        Second(OURS, PANDAS, shares.difference_of_shares),
        Second(STATSMODELS, SCIPY, shares.newcombe),
        Second(SCIPY, STATSMODELS, shares.equal_shares),
    ),
    ("risk_difference", "risk_ratio"): (Second(STATSMODELS, SCIPY, shares.ratio_of_shares),),
    ("risk_difference", "odds_ratio"): (Second(STATSMODELS, SCIPY, shares.ratio_of_odds),),
    **{("adjusted", name): _LINEAR for name in ("adjusted_mean_difference", "adjusted_risk_difference", "interaction")},
    **{(name, f"difference_by_{name}"): _DRAWN for name in ("wild_bootstrap", "cluster_bootstrap")},
    ("permutation", "difference_by_permutation"): (Second(OURS, SCIPY, means.exchanged_difference),),
    **{("logistic", f"{name}_by_logistic"): _GENERALISED for name in ("difference", "ratio", "odds_ratio")},
    **{("poisson", f"{name}_by_poisson"): _GENERALISED for name in ("difference", "ratio")},
    ("hurdle", "difference_by_hurdle"): _GENERALISED,
    ("hurdle", "ratio_by_hurdle"): (Second(STATSMODELS, NUMPY, models.amounts),),
    ("ordered", "odds_ratio_by_ordered"): (Second(OURS, SCIPY, models.odds_of_higher),),
    ("ordered", "superiority_by_ordered"): (Second(STATSMODELS, SCIPY, models.chance_above),),
    **{("what_if", name): (Second(OURS, SCIPY, what_if.explained_away),) for name in ("robustness_value", "robustness_value_limit")},
    ("what_if", "remaining_difference"): (Second(OURS, SCIPY, what_if.beside_as_strong),),
    ("what_if", "tipping_point"): (Second(OURS, SCIPY, what_if.turned_by_those_lost),),
    **{("what_if", name): (Second(OURS, SCIPY, what_if.confounding_by_ratio),) for name in ("e_value", "e_value_limit")},
    ("cox", "hazard_ratio"): (Second(STATSMODELS, SCIPY, times.ratio_of_hazards),),
    **{(name, f"difference_by_{kind}"): (Second(OURS, SCIPY, weights.weighted_difference),) for name, kind in weights.KINDS.items()},
    **{(name, one): (Second(OURS, PANDAS, weights.what_weights_did),) for name in weights.LIKE_FIRST for one in weights.BESIDE},
    ("doubly_robust", "difference_by_doubly_robust"): (Second(OURS, SCIPY, weights.doubly_robust_difference),),
    ("matching", "difference_by_matching"): (Second(OURS, STATSMODELS, weights.matched_difference),),
    ("survey_weighted", "difference_by_survey"): (Second(OURS, SCIPY, survey.difference_in_population),),
    **{("survey_weighted", name): (Second(OURS, SCIPY, survey.of_one_group),) for name in survey.OF_GROUPS},
    ("change_score", "difference_by_change"): (Second(OURS, SCIPY, over_time.compared_change),),
    ("difference_in_differences", "difference_by_differences"): (Second(OURS, SCIPY, over_time.change_of_means),),
    ("growth", "difference_by_growth"): (Second(OURS, SCIPY, over_time.change_of_levels),),
    ("random_intercept", "difference_by_random_intercept"): (Second(OURS, SCIPY, over_time.beside_levels),),
    ("interacted", "difference_by_interacted"): (Second(OURS, SCIPY, interacted.own_slopes),),
    **{
        ("mediation", f"difference_{name}"): (Second(OURS, SCIPY, interacted.split_by_residuals),)
        for name in ("through", "beside", "total")
    },
    ("negative_binomial", "ratio_by_negative_binomial"): (Second(OURS, SCIPY, models.spread_counts),),
    **{("trimming_bounds", name): (Second(OURS, PANDAS, interacted.cut_to_alike),) for name in ("trimmed_low", "trimmed_high")},
    ("table", "association"): (Second(SCIPY, STATSMODELS, shares.association),),
    ("several_groups", "mean"): (Second(SCIPY, STATSMODELS, means.one_mean),),
    ("several_groups", "equal_means"): (Second(STATSMODELS, SCIPY, levels.means_alike),),
    ("several_groups", "equal_ranks"): (Second(SCIPY, PANDAS, levels.ranks_alike),),
    ("several_groups", "level_difference"): (Second(SCIPY, PANDAS, levels.two_levels),),
    **{("correlation", name): (Second(SCIPY, STATSMODELS, correlations.as_slope),) for name in ("pearson_correlation", "rank_correlation")},
    ("response", "response_rate"): (Second(OURS, PANDAS, shares.response_rate),),
    **{("attainment", name): (*_TARGET, Second(STATSMODELS, SCIPY, shares.target_interval)) for name in ("attainment", "attainment_exact")},
    **{("attainment", f"attainment_{name}"): _TARGET for name in ("least", "most", "count")},
    ("count", "count"): (Second(OURS, PANDAS, shares.units_counted),),
    **{("paired", name): _MEAN for name in ("mean_before", "mean_after")},
    ("paired", "mean_change"): _CHANGE,
    ("paired", "median_change"): (Second(SCIPY, PANDAS, ranks.changes_by_rank), Second(OURS, NUMPY, ranks.median_of_averages)),
    **{("paired", name): _SHARE for name in (*_MOVED, *_CEILING)},
    **{("retrospective", name): _MEAN for name in ("mean_before", "mean_then", "mean_after")},
    **{("retrospective", name): _CHANGE for name in ("mean_change", "response_shift")},
    **{("transition", name): _SHARE for name in _MOVED},
    ("transition", "marginal_homogeneity"): (Second(STATSMODELS, SCIPY, moves.equal_margins),),
    ("transition", "share_change"): (Second(OURS, STATSMODELS, moves.change_of_share),),
    ("survival", "survival_at"): (Second(STATSMODELS, SCIPY, times.share_without_event),),
    ("survival", "median_time"): (Second(OURS, SCIPY, times.median_time),),
    ("survival", "restricted_mean"): (Second(OURS, SCIPY, times.area_under_curve),),
    ("survival", "log_rank"): (Second(STATSMODELS, SCIPY, times.two_curves),),
    ("agreement", "percent_agreement"): (Second(OURS, NUMPY, coders.coded_alike), Second(STATSMODELS, SCIPY, coders.coded_alike_interval)),
    **{("agreement", name): (Second(OURS, STATSMODELS, coders.kappa),) for name in ("cohens_kappa", "weighted_kappa")},
    ("agreement", "fleiss_kappa"): (Second(OURS, STATSMODELS, coders.kappa_of_several),),
    ("agreement", "krippendorff_alpha"): (Second(OURS, STATSMODELS, coders.nominal_alpha),),
    ("agreement", "intraclass_correlation"): (Second(OURS, PINGOUIN, coders.absolute_agreement),),
    **{("bounds", name): _ENDS for name in ("bound_low", "bound_high")},
}
"""Estimator and estimand -> what computes its numbers again, from the view of the row's level."""

_POOLED = {
    "welch": "mean_difference",
    "risk_difference": "risk_difference",
    "adjusted": "adjusted_mean_difference",
    "logistic": "difference_by_logistic",
    "poisson": "difference_by_poisson",
    **{name: f"difference_by_{kind}" for name, kind in weights.KINDS.items()},
    "survey_weighted": "difference_by_survey",
}
"""Estimator -> its tested estimand, which is computed again of each imputation and pooled."""
SECOND |= {
    (name, IMPUTED): (Second(OURS, PANDAS, imputed.again([one.compute for one in SECOND[name, tested]], tested)),)
    for name, tested in _POOLED.items()
}

BESIDE: dict[str, Second] = {
    "p_adjusted": Second(STATSMODELS, PANDAS, families.adjusted_by_holm),
    "p_equivalence_adjusted": Second(STATSMODELS, PANDAS, families.adjusted_by_holm),
    "detectable_difference": Second(STATSMODELS, SCIPY, families.detectable),
}
"""Column, or estimand, -> what computes it again from the rows beside it; takes the table ``estimates`` in place of a view."""

_LIMITS = ("conf_low", "conf_high")
_CLUSTERED = dict.fromkeys(("std_error", "df", "statistic", "p_value", *_LIMITS), "many_clusters") | {
    "p_equivalence": "clustered_equivalence"
}
_NONCENTRAL = dict.fromkeys(("effect_low", "effect_high"), "noncentral_t")
_JACKKNIFE = dict.fromkeys(_LIMITS, "leave_one_out")
WITHOUT: dict[str, dict[str, str]] = {
    "welch": _NONCENTRAL,
    "rank": dict.fromkeys(("estimate", *_LIMITS), "hodges_lehmann")
    | dict.fromkeys(("effect_low", "effect_high"), "fisher_z")
    | {"p_equivalence": "shifted_interval"},
    "risk_difference": {"p_value": "fisher_exact", "p_equivalence": "shifted_interval"},
    "adjusted": _CLUSTERED,
    "permutation": dict.fromkeys(("estimate", "p_value"), "permutation"),
    "wild_bootstrap": dict.fromkeys(("p_value", *_LIMITS), "wild_bootstrap") | {"p_equivalence": "shifted_interval"},
    "cluster_bootstrap": dict.fromkeys(("std_error", *_LIMITS), "cluster_bootstrap"),
    **{name: _CLUSTERED | {"p_equivalence": "shifted_interval"} for name in ("logistic", "poisson", "hurdle")},
    **dict.fromkeys((*weights.LIKE_FIRST, "survey_weighted"), _CLUSTERED),
    "change_score": _CLUSTERED,
    "difference_in_differences": _CLUSTERED,
    **{name: dict.fromkeys(("estimate", "df", "effect"), "restricted_likelihood") for name in ("growth", "random_intercept")},
    "mediation": dict.fromkeys(("std_error", *_LIMITS), "drawn_splits"),
    "interacted": _CLUSTERED,
    "cox": dict.fromkeys(("df", "statistic", "p_value", *_LIMITS), "clustered_hazards"),
    "several_groups": dict.fromkeys(("p_value", *_LIMITS), "studentized_range"),
    "ordered": {"df": "brunner_munzel", "std_error": "brunner_munzel"},
    "attainment": dict.fromkeys(_LIMITS, "clustered_share"),
    **{name: {**_NONCENTRAL, **_CLUSTERED} for name in ("paired", "retrospective")},
    "transition": _CLUSTERED | dict.fromkeys(_LIMITS, "clustered_share"),
    "survival": dict.fromkeys(("std_error", *_LIMITS), "restricted_mean") | dict.fromkeys(("statistic", "df", "p_value"), "log_rank"),
    "agreement": {**_JACKKNIFE, "std_error": "kappa_error", "estimate": "krippendorff"},
}
"""Estimator -> column -> method that no other package computes."""
WITHOUT_OF_ESTIMAND: dict[str, dict[str, str]] = {
    IMPUTED: dict.fromkeys(("std_error", "df", "statistic", "p_value", "p_equivalence", *_LIMITS), "pooled_error"),
    "missing_information": {"estimate": "missing_information"},
    "median_change": dict.fromkeys(("estimate", *_LIMITS), "hodges_lehmann") | {"p_value": "exact_signed_rank"},
    "intraclass_correlation": dict.fromkeys(_LIMITS, "shrout_fleiss"),
    **{name: dict.fromkeys(_LIMITS, "clustered_share") for name in (*_MOVED, *_CEILING)},
}
"""The same where an estimand has a method of its own."""
