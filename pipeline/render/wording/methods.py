"""The methods that this report used, what each assumes, and where it is described; none that it did not use.

A method is one line in ``METHODS``: its catalogue texts are ``method.<id>.name``
and ``method.<id>.text``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.render.markup import Markup, bullets, element, joined, paragraph
from pipeline.render.results import Results
from pipeline.render.wording.limits import family_reasons
from pipeline.render.wording.references import REFERENCES
from pipeline.spec.naming import split_reference

Use = Callable[[Results], bool]


@dataclass(frozen=True)
class Method:
    """One method: when a report used it, and what to read."""

    used: Use
    references: tuple[str, ...] = ()


def _has(column: str, *values: str) -> Use:
    """Say whether any estimate has one of these values in a column."""
    return lambda results: bool(results.estimates[column].isin(values).any())


def _noted_in_plan(code: str) -> Use:
    """Say whether an estimate of a declared analysis has a remark; those made for every study are shown without their test."""
    return lambda results: any(code in note.split() for note in results.estimates.loc[results.estimates["role"] != "", "note"].unique())


def _exhibited(kind: str) -> Use:
    return lambda results: bool((results.distributions["exhibit"] == kind).any())


def _either(one: Use, other: Use) -> Use:
    return lambda results: one(results) or other(results)


def _design(name: str) -> Use:
    return lambda results: bool(results.facts["design"] == name)


def _planned_with_clusters(results: Results) -> bool:
    rows = results.estimates[results.estimates["estimator"] != "agreement"]
    return bool((rows["role"].ne("") & rows["n_clusters"].notna() & rows["std_error"].notna()).any())


def _adjusted_without_clusters(results: Results) -> bool:
    adjusted = results.estimates["estimator"] == "adjusted"
    return bool((adjusted & results.estimates["n_clusters"].isna() & results.estimates["std_error"].notna()).any())


def _clustered_shares(results: Results) -> bool:
    rows = results.estimates[results.estimates["n_clusters"].notna() & results.estimates["conf_low"].notna()]
    return bool((rows["estimand"].str.startswith("share") | rows["estimand"].eq("attainment")).any())


def _bounded(results: Results) -> bool:
    return any(analysis.get("smallest_difference") for analysis in results.facts["analyses"])


def _shows_single_people(results: Results) -> bool:
    return int(results.facts["disclosure"]["minimum_base"]) == 1


def _scored(results: Results) -> bool:
    return any(len(measure["items"]) > 1 and (measure.get("minimum_answered") or 1) < 1 for measure in results.facts["measures"])


_imputed = _has("estimand", "difference_by_imputation")
_complete_cases = _has("estimator", "adjusted", "welch", "risk_difference", "rank", "paired", "retrospective")

METHODS = {
    "reporting_self_selected": Method(_design("self_selected"), ("trend", "strobe")),
    "reporting_observational": Method(_design("observational"), ("strobe",)),
    "reporting_randomised": Method(_design("randomised"), ("consort",)),
    "scoring": Method(_scored),
    "alpha": Method(_has("estimator", "alpha"), ("cronbach", "efron")),
    "standardised": Method(_has("estimand", "standardised_difference"), ("austin",)),
    "welch": Method(_has("estimator", "welch"), ("welch",)),
    "hedges_g": Method(_has("effect_kind", "hedges_g"), ("hedges",)),
    "risk_difference": Method(_has("estimator", "risk_difference"), ("newcombe",)),
    "fisher": Method(_either(_noted_in_plan("fisher_used"), _noted_in_plan("exact_raw"))),
    "adjusted": Method(_has("estimator", "adjusted")),
    "linear_shares": Method(_has("estimand", "adjusted_risk_difference")),
    "hc3": Method(_adjusted_without_clusters, ("mackinnon",)),
    "cr2": Method(_planned_with_clusters, ("bell", "pustejovsky")),
    "permutation": Method(_has("estimator", "permutation"), ("freedman", "gail")),
    "wild_bootstrap": Method(_has("estimator", "wild_bootstrap"), ("cameron", "mackinnon_webb", "webb")),
    "cluster_bootstrap": Method(_has("estimator", "cluster_bootstrap"), ("efron",)),
    "logistic": Method(_has("estimator", "logistic"), ("localio",)),
    "poisson": Method(_has("estimator", "poisson"), ("zou",)),
    "hurdle": Method(_has("estimator", "hurdle"), ("duan",)),
    "ordered": Method(_has("estimator", "ordered"), ("brunner", "mccullagh")),
    "cox": Method(_has("estimator", "cox"), ("cox", "efron_ties", "lin")),
    "propensity": Method(_has("estimator", "weighted_att", "weighted_ate", "weighted_overlap"), ("bell", "li", "lunceford")),
    "entropy_balancing": Method(_has("estimator", "entropy_balancing"), ("bell", "hainmueller")),
    "doubly_robust": Method(_has("estimator", "doubly_robust"), ("robins", "wooldridge")),
    "matching": Method(_has("estimator", "matching"), ("rosenbaum",)),
    "survey_weighted": Method(_has("estimator", "survey_weighted"), ("binder", "kish", "pustejovsky")),
    "raking": Method(lambda results: any(analysis.get("margins") for analysis in results.facts["analyses"]), ("deville",)),
    "response_weights": Method(lambda results: any(analysis.get("response") for analysis in results.facts["analyses"]), ("little",)),
    "over_time": Method(_has("estimator", "change_score", "difference_in_differences"), ("bell", "pustejovsky")),
    "mixed": Method(_has("estimator", "growth", "random_intercept"), ("bates", "giesbrecht")),
    "imputation": Method(_imputed, ("barnard", "little_matching", "rubin", "van_buuren")),
    "interacted": Method(_has("estimator", "interacted"), ("lin_interacted", "mackinnon")),
    "mediation": Method(_has("estimator", "mediation"), ("efron", "imai")),
    "negative_binomial": Method(_has("estimator", "negative_binomial"), ("lawless",)),
    "trimming_bounds": Method(_has("estimator", "trimming_bounds"), ("lee",)),
    "what_if": Method(_has("estimator", "what_if"), ("cinelli", "vanderweele")),
    "rank": Method(_has("estimator", "rank"), ("mann", "hodges")),
    "several_groups": Method(_has("estimator", "several_groups"), ("games", "kruskal", "welch_anova")),
    "correlation": Method(_has("estimator", "correlation"), ("bonett", "fisher")),
    "interaction": Method(_has("estimand", "interaction")),
    "holm": Method(_has("p_adjustment", "holm"), ("holm",)),
    "no_family": Method(lambda results: bool(family_reasons(results))),
    "bounds": Method(_bounded, ("schuirmann",)),
    "paired": Method(_has("estimand", "mean_change")),
    "hedges_g_av": Method(_has("effect_kind", "hedges_g_av"), ("hedges",)),
    "signed_rank": Method(_has("estimand", "median_change"), ("hodges", "wilcoxon")),
    "retrospective": Method(_has("estimator", "retrospective"), ("howard",)),
    "manski": Method(_has("estimator", "bounds"), ("manski",)),
    "detectable": Method(_has("estimand", "detectable_difference")),
    "wilson": Method(_either(_exhibited("experience"), _has("estimand", "share_up", "share_improved", "attainment")), ("wilson",)),
    "clustered_shares": Method(_clustered_shares, ("bell", "korn", "pustejovsky")),
    "attainment": Method(_has("estimand", "attainment"), ("clopper", "wilson")),
    "count": Method(_has("estimand", "count")),
    "transition": Method(_exhibited("transition")),
    "marginal_homogeneity": Method(_has("term", "bhapkar"), ("bhapkar", "maxwell", "stuart")),
    "mcnemar": Method(_has("term", "mcnemar"), ("agresti", "mcnemar")),
    "curve": Method(_either(_exhibited("curve"), _has("estimator", "survival")), ("kaplan",)),
    "restricted_mean": Method(_has("estimand", "restricted_mean"), ("royston",)),
    "median_time": Method(_has("estimand", "median_time"), ("brookmeyer",)),
    "log_rank": Method(_has("estimand", "log_rank"), ("mantel",)),
    "missing": Method(lambda results: _complete_cases(results) and not _imputed(results)),
    "missing_unless_imputed": Method(lambda results: _complete_cases(results) and _imputed(results)),
    "coding": Method(_exhibited("coding")),
    "agreement": Method(_has("estimator", "agreement"), ("cohen", "efron", "krippendorff")),
    "quotations": Method(lambda results: bool(results.facts.get("quotations"))),
    "disclosure": Method(lambda results: not _shows_single_people(results)),
    "single_people": Method(_shows_single_people),
}


def methods_used(results: Results) -> list[str]:
    """List the ids of the methods that this report used, in the order of ``METHODS``."""
    return [name for name, method in METHODS.items() if method.used(results)]


def methods_text(results: Results) -> Markup:
    """Describe each method used: what it does and what it takes for granted."""
    return element("dl", *(block for name in methods_used(results) for block in _described(results, name)), class_="methods")


def references_text(results: Results) -> Markup:
    """List the literature on the methods used, by author."""
    cited = {key for name in methods_used(results) for key in METHODS[name].references}
    heading = element("h3", results.say("section.references"))
    items = (element("span", REFERENCES[key], lang="en") for key in REFERENCES if key in cited)
    return joined([heading, element("div", bullets(items), class_="references")])


def _only_counted(results: Results) -> set[str]:
    """Give the outcomes that the plan counts and does nothing else with."""
    counted: set[str] = set()
    others: set[str] = set()
    for analysis in results.facts["analyses"]:
        names = counted if analysis["estimator"] == "count" else others
        names.update(split_reference(reference)[0] for reference in analysis["outcomes"])
    return counted - others


def measures_text(results: Results) -> Markup:
    """Describe each measure: what it is made of, its unit and direction."""
    items, counted = [], _only_counted(results)
    for measure in results.facts["measures"]:
        name = measure["name"]
        unit = results.say("methods.measure_counted") if name in counted else results.label("measure_unit", name)
        description = results.label("measure_description", name) if results.has_label("measure_description", name) else ""
        facts = results.say("methods.measure", unit=unit, direction=results.say(f"direction.{measure['direction']}"))
        items.append(joined([element("strong", results.label("measure", name)), f" ({facts}). ", description]))
    return joined([element("h3", results.say("methods.measures")), paragraph(results.say("methods.measures_intro")), bullets(items)])


def _described(results: Results, name: str) -> tuple[Markup, Markup]:
    return element("dt", results.say(f"method.{name}.name")), element("dd", _method_text(results, name))


def _method_text(results: Results, name: str) -> str:
    policy = results.facts["disclosure"]
    values: dict[str, str | int] = {}
    if name == "disclosure":
        values = {"base": int(policy["minimum_base"]), "cell": int(policy["minimum_cell"])}
    if name == "no_family":
        values = {"reasons": " ".join(family_reasons(results))}
    return results.say(f"method.{name}.text", **values)
