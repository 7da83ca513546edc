"""The registry of estimators: one line each, loaded when used.

To add one: write ``estimators/<name>.py`` with one function that takes a
``Comparison`` (two groups) or a ``Cohort`` (one group) and gives rows, and add
its entry here. An entry states which keys of an analysis the estimator uses and
needs, so that no declared key is silently ignored; docs/estimators.md is
generated from it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from pipeline.spec.vocabulary import EVERYBODY

MEDIATOR = "through:mediator"
"""Column of what a difference may go through."""

SELECTIVE_KEYS = (
    *("covariates", "by", "group", "contrast", "smallest_difference", "before", "then", "beside", "target", "readings"),
    *("event", "event_codes", "times", "horizon", "rater", "subject", "margins", "response", "caliper", "mediator", "imputed"),
)
"""Keys of an analysis that only some estimators use; the protocol serves the others for every estimator."""
IMPUTED = "difference_by_imputation"
"""Estimand of any tested difference whose missing answers were imputed."""
TWO_GROUPS = frozenset({"group", "contrast", "smallest_difference"})
"""Keys that every comparison of two groups uses."""


@dataclass(frozen=True)
class Estimator:
    """One way to answer a question about two groups, or about one.

    Parameters
    ----------
    module, function : str
        Where it lives; imported at first use.
    allows : frozenset of str
        Which of ``SELECTIVE_KEYS`` it uses, ``weight`` when it uses how the sample
        was drawn, ``imputed`` when its test can be pooled over imputations, and ``cluster`` when its errors allow for clusters. Without ``cluster`` its rows carry the note
        ``clusters_ignored`` in a clustered study, and give no verdict. Comparisons also use ``TWO_GROUPS``.
    kinds : tuple of str
        Kinds of outcome it can estimate.
    summary, estimands, errors, assumptions : str
        For docs/estimators.md: what it does, what it estimates, where its
        intervals come from, and what must hold for it to be believed.
    takes_cohort : bool
        Whether it is about one group of units, a ``Cohort``, not a ``Comparison`` of two.
    needs : frozenset of str
        Those keys it allows that must be declared.
    complete : tuple of str
        Columns of a cohort that must be known for a unit to be analysed.
    tested : tuple of str
        The row of everybody whose p-value answers the question of an outcome, by
        its estimand, or by its term where the estimator makes several tests; of
        several names the first that is there and not rough. Families, verdicts
        and detectable differences are about this row and no other. Empty: the
        estimator makes no such test.
    supports : bool
        Whether it infers without a p-value, so that no family can adjust it.
    infers : bool
        Whether it says something about others than those studied; what does
        not may be primary whatever is clustered.
    ignores : tuple of str
        Estimands whose errors ignore clusters though the others allow for them.
    decides_clustered : tuple of str
        Kinds of outcome whose main result allows for clusters; empty: all of them, with ``cluster``.
    keeps_unclustered : bool
        Whether units of an unknown cluster stay in a clustered study.
    bounded : bool
        Whether its test has an interval that a smallest difference that matters can be held against.
    one_of : frozenset of str
        Those keys of several names of which one analysis takes one only, because each makes a test.
    randomised : bool
        Whether it means nothing unless chance made the groups.
    needs_clusters : bool
        Whether it draws or turns whole clusters, and does nothing without.
    """

    module: str
    function: str
    allows: frozenset[str]
    kinds: tuple[str, ...]
    summary: str
    estimands: str
    errors: str
    assumptions: str
    takes_cohort: bool = False
    needs: frozenset[str] = frozenset()
    complete: tuple[str, ...] = ("outcome",)
    tested: tuple[str, ...] = ()
    supports: bool = False
    infers: bool = True
    ignores: tuple[str, ...] = ()
    decides_clustered: tuple[str, ...] = ()
    keeps_unclustered: bool = False
    bounded: bool = True
    one_of: frozenset[str] = frozenset()
    randomised: bool = False
    needs_clusters: bool = False

    @property
    def uses(self) -> frozenset[str]:
        """Every selective key that it does not ignore."""
        groups = frozenset() if self.takes_cohort else TWO_GROUPS if self.bounded else TWO_GROUPS - {"smallest_difference"}
        return self.allows | self.needs | groups

    @property
    def allows_clusters(self) -> bool:
        """Whether its errors allow for clusters."""
        return "cluster" in self.allows

    @property
    def allows_weights(self) -> bool:
        """Whether it uses the sample's weight, strata and population."""
        return "weight" in self.allows

    def place_of_test(self, row: Mapping[str, object]) -> int | None:
        """Give the place of a row among the tests of an outcome; None for rows at levels and for what is no test."""
        named = (row["estimand"], row.get("term"))
        tests = (*self.tested, IMPUTED)
        return next((place for place, name in enumerate(tests) if name in named and row["level"] == EVERYBODY), None)

    def may_decide(self, kind: str, clustered: bool) -> bool:
        """Say whether a primary analysis of such an outcome may rest on it."""
        return not (clustered and self.infers) or (self.allows_clusters and kind in (self.decides_clustered or self.kinds))

    def load(self) -> Callable[..., list[dict[str, object]]]:
        """Import the function; it takes a ``Comparison`` or a ``Cohort``."""
        return getattr(import_module(self.module), self.function)


_OF_WEIGHTS = (
    "(the weighted means' difference); beside it effective_number of people in each group (Kish), and per covariate imbalance_before and "
    "imbalance_after: the difference of means over one standard deviation without weights, the first group's where it is left as it is, else the "
    "root of the average variance; of a category the size of the one furthest apart before"
)
_WEIGHTED_ERRORS = (
    "The sandwich of the weights' equations and the outcome's together, with Student's t on people less parameters; where a cluster is declared the "
    "jackknife over clusters, weights estimated anew, with Student's t on clusters less one (with one group in fewer than four clusters it rejects somewhat too often, and says so). None where a group is worth fewer than ten people, or "
    "where the groups cannot be weighted without one cluster. Refused where covariates tell some people's group for certain (group_separated), where "
    "no weights make the means equal (no_overlap), or where nothing settles."
)
_WEIGHTED_ASSUMPTIONS = (
    "Nothing that moves both the choice of group and the outcome is left out of the covariates; like people are in both groups; the log odds of "
    "the group are linear in the covariates (with entropy balancing: or the outcome is); clusters are independent of each other."
)

_PARALLEL = "Without the programme the first group would have changed as much as the second."
_MIXED_ERRORS = (
    "Restricted maximum likelihood with Satterthwaite's degrees of freedom, as lme4 and lmerTest give them. Where nothing is common (no_likeness) those of "
    "independent rows. They hold if the model does; CR2 does not need that."
)

ESTIMATORS: dict[str, Estimator] = {
    "welch": Estimator(
        module="pipeline.compare.estimators.welch",
        function="welch",
        allows=frozenset({"imputed"}),
        kinds=("number",),
        summary="Difference of two means, whatever their variances.",
        estimands="mean_difference; beside it Hedges' g",
        errors="Welch's t with Satterthwaite's degrees of freedom, or Student's where its error is larger and fewer than five of a group are "
        "away from a value that most have; g with the exact correction and the noncentral t interval.",
        assumptions="People answer independently; each group has enough people, or nearly normal answers, for its mean to be normal.",
        tested=("mean_difference",),
    ),
    "rank": Estimator(
        module="pipeline.compare.estimators.rank",
        function="rank",
        allows=frozenset(),
        kinds=("number",),
        summary="How far one group's answers lie above the other's, by ranks (Wilcoxon, Mann and Whitney).",
        estimands="location_shift (Hodges and Lehmann); beside it the rank-biserial correlation",
        errors="Normal approximation with corrections for ties and continuity; the interval inverts the test.",
        assumptions="People answer independently; the shift is a difference of medians only if both distributions have the same shape.",
        tested=("location_shift",),
    ),
    "risk_difference": Estimator(
        module="pipeline.compare.estimators.risk_difference",
        function="risk_difference",
        allows=frozenset({"imputed"}),
        kinds=("share",),
        summary="Difference of two shares, with their ratio and the ratio of their odds.",
        estimands="risk_difference, risk_ratio, odds_ratio",
        errors="Newcombe's interval and Pearson's chi-square for the difference, Fisher's exact test where an expected count is below 5; "
        "Katz's and Woolf's intervals for the ratios.",
        assumptions="People answer independently.",
        tested=("risk_difference",),
    ),
    "adjusted": Estimator(
        module="pipeline.compare.estimators.adjusted",
        function="adjusted",
        allows=frozenset({"covariates", "by", "cluster", "imputed"}),
        kinds=("number", "share"),
        summary="Difference of means or shares between people alike in the covariates, by linear regression; by subgroups on request.",
        estimands="adjusted_mean_difference or adjusted_risk_difference; with `by` also interaction; risk_difference where an arm has few events",
        errors="HC3 with n - p degrees of freedom; where a cluster is declared, CR2 with Satterthwaite's degrees of freedom "
        "(Bell and McCaffrey; Pustejovsky and Tipton). Where fewer than five of an arm did, or did not: none, and the raw comparison with "
        "Newcombe's interval and Fisher's test leads. Where fewer than five of an arm are away from a number that most have: the larger of HC3 and "
        "the error under one variance; none with clusters.",
        assumptions="Nothing that moves both the choice of group and the outcome is left out of the covariates; the outcome is linear in them; "
        "clusters are independent of each other.",
        tested=("adjusted_mean_difference", "adjusted_risk_difference", "risk_difference"),
    ),
    "permutation": Estimator(
        module="pipeline.compare.estimators.permutation",
        function="permutation",
        allows=frozenset({"covariates", "cluster"}),
        kinds=("number", "share"),
        summary="Whether the difference between the groups, adjusted for the covariates, would be as large had the groups fallen out otherwise.",
        estimands="difference_by_permutation: within clusters where these hold both groups (note exchanged_within), of the clusters' means where each "
        "is of one group (exchanged_clusters)",
        errors="None, so no test of equivalence. The p-value is exact where there are at most 50,000 arrangements (every_arrangement), else from 9,999 "
        "draws with the study's seed. Exchanged is what the covariates leave (Freedman and Lane): between all, between people of one cluster or stratum, "
        "or whole clusters.",
        assumptions="What is tested is that nobody's outcome would be another in the other group; those who are exchanged are alike but for the covariates. "
        "A stratum is named as the analysis' `cluster`.",
        tested=("difference_by_permutation",),
        bounded=False,
    ),
    "wild_bootstrap": Estimator(
        module="pipeline.compare.estimators.wild_bootstrap",
        function="wild_bootstrap",
        allows=frozenset({"covariates", "cluster"}),
        kinds=("number", "share"),
        summary="Test and interval of the adjusted difference when clusters are few, beside CR2.",
        estimands="difference_by_wild_bootstrap",
        errors="Restricted wild cluster bootstrap of the t statistic: Rademacher's weights, Webb's below 12 clusters, all of them where there are fewer "
        "than 10,000, else 9,999 draws with the study's seed; the interval inverts the test.",
        assumptions="Clusters are independent of each other; each group has several. With fewer than four in a group it finds too little, and with one no "
        "method holds.",
        tested=("difference_by_wild_bootstrap",),
        needs_clusters=True,
    ),
    "cluster_bootstrap": Estimator(
        module="pipeline.compare.estimators.cluster_bootstrap",
        function="cluster_bootstrap",
        allows=frozenset({"covariates", "cluster"}),
        kinds=("number", "share"),
        summary="Error and interval of the adjusted difference from drawing whole clusters anew.",
        estimands="difference_by_cluster_bootstrap",
        errors="9,999 draws of clusters with replacement, with the study's seed; percentile interval. None where a draw has nobody of one group.",
        assumptions="Clusters are independent of each other, and many: with few the interval is too narrow.",
        supports=True,
        needs_clusters=True,
        bounded=False,
    ),
    "logistic": Estimator(
        module="pipeline.compare.estimators.logistic",
        function="logistic",
        allows=frozenset({"covariates", "cluster", "imputed"}),
        kinds=("share",),
        summary="Difference and ratio of shares between people alike in the covariates, by logistic regression.",
        estimands="difference_by_logistic and ratio_by_logistic: what the shares would be if everybody were in the one and in the other group; "
        "odds_ratio_by_logistic, of people with the same covariates",
        errors="The delta method with the covariates as they are, and the normal distribution; where a cluster is declared CR2 and Satterthwaite's degrees "
        "of freedom. None where fewer than five of an arm did, or did not. Refused where the covariates tell outcomes for certain (separated).",
        assumptions="Nothing that moves both the choice of group and the outcome is left out of the covariates; the log odds are linear in them; clusters are "
        "independent of each other.",
        tested=("difference_by_logistic",),
    ),
    "poisson": Estimator(
        module="pipeline.compare.estimators.poisson",
        function="poisson",
        allows=frozenset({"covariates", "cluster", "imputed"}),
        kinds=("number",),
        summary="Difference and ratio of mean counts between people alike in the covariates.",
        estimands="difference_by_poisson (standardised to everybody's covariates) and ratio_by_poisson",
        errors="Robust (HC0) with the normal distribution, so that the variance need not be the mean; where a cluster is declared CR2 and Satterthwaite's "
        "degrees of freedom. Refused for what is not a count, and where nobody of an arm has any.",
        assumptions="Nothing that moves both the choice of group and the outcome is left out of the covariates; these multiply the mean; clusters are independent "
        "of each other.",
        tested=("difference_by_poisson",),
    ),
    "hurdle": Estimator(
        module="pipeline.compare.estimators.hurdle",
        function="hurdle",
        allows=frozenset({"covariates", "cluster"}),
        kinds=("number",),
        summary="Amounts of which many have none: how many have any, and how many times as much those with any have.",
        estimands="difference_by_hurdle (of the share with any, standardised) and ratio_by_hurdle (of geometric means among those with any; "
        "n is still of all)",
        errors="As for `logistic`, and HC3 on the logarithm; where a cluster is declared CR2 with Satterthwaite's degrees of freedom for both. No ratio "
        "where fewer than ten of an arm have any.",
        assumptions="As for `logistic`. The ratio compares those who have any, whom the programme may itself have chosen: a description.",
        tested=("difference_by_hurdle",),
    ),
    "ordered": Estimator(
        module="pipeline.compare.estimators.ordered",
        function="ordered",
        allows=frozenset({"covariates"}),
        kinds=("category",),
        summary="Ordered classes: the odds of a higher one between people alike in the covariates, and the chance of being above.",
        estimands="odds_ratio_by_ordered (proportional odds), and superiority_by_ordered: the chance that somebody of the first group is in a higher class "
        "than somebody of the second, ties counted half, without covariates",
        errors="The likelihood's own error with the normal distribution; for the chance Brunner and Munzel's test and interval.",
        assumptions="Classes are declared from the lowest to the highest; the group multiplies the odds of being above a class by the same number whichever the "
        "class; people answer independently; nothing that moves both the choice of group and the outcome is left out of the covariates.",
        tested=("odds_ratio_by_ordered",),
        bounded=False,
    ),
    "cox": Estimator(
        module="pipeline.compare.estimators.cox",
        function="cox",
        allows=frozenset({"covariates", "cluster"}),
        kinds=("number",),
        summary="How many times as often an event comes in the one group as in the other, between people alike in the covariates.",
        estimands="hazard_ratio",
        errors="Of the partial likelihood, ties by Efron's method, with the normal distribution; where a cluster is declared robust (Lin and Wei), with "
        "Student's t on the number of clusters less one. None where an arm has fewer than five events.",
        assumptions="Group and covariates multiply the hazard by the same number all the time; those whose time ended otherwise had the same prospects as those "
        "still followed; nothing that moves both the choice of group and the event is left out of the covariates; clusters are independent of each other.",
        needs=frozenset({"event", "event_codes"}),
        complete=("outcome", "event"),
        tested=("hazard_ratio",),
        bounded=False,
    ),
    "weighted_att": Estimator(
        module="pipeline.compare.estimators.weighted",
        function="weighted_att",
        allows=frozenset({"cluster", "imputed"}),
        kinds=("number", "share"),
        summary="Difference for people like the first group: the second is weighted by the odds of being in the first.",
        estimands=f"difference_by_att {_OF_WEIGHTS}",
        errors=_WEIGHTED_ERRORS,
        assumptions=_WEIGHTED_ASSUMPTIONS,
        needs=frozenset({"covariates"}),
        tested=("difference_by_att",),
    ),
    "weighted_ate": Estimator(
        module="pipeline.compare.estimators.weighted",
        function="weighted_ate",
        allows=frozenset({"cluster", "imputed"}),
        kinds=("number", "share"),
        summary="Difference for everybody: each group is weighted by the inverse of the chance of being where one is.",
        estimands=f"difference_by_ate {_OF_WEIGHTS}",
        errors=_WEIGHTED_ERRORS,
        assumptions=_WEIGHTED_ASSUMPTIONS,
        needs=frozenset({"covariates"}),
        tested=("difference_by_ate",),
    ),
    "weighted_overlap": Estimator(
        module="pipeline.compare.estimators.weighted",
        function="weighted_overlap",
        allows=frozenset({"cluster", "imputed"}),
        kinds=("number", "share"),
        summary="Difference for those who could as well have been in either group: each weighted by the chance of being in the other.",
        estimands=f"difference_by_overlap {_OF_WEIGHTS}",
        errors=_WEIGHTED_ERRORS,
        assumptions=_WEIGHTED_ASSUMPTIONS,
        needs=frozenset({"covariates"}),
        tested=("difference_by_overlap",),
    ),
    "entropy_balancing": Estimator(
        module="pipeline.compare.estimators.weighted",
        function="entropy_balancing",
        allows=frozenset({"cluster", "imputed"}),
        kinds=("number", "share"),
        summary="Difference for people like the first group: the most even weights of the second that make the covariates' means equal.",
        estimands=f"difference_by_entropy {_OF_WEIGHTS}",
        errors=_WEIGHTED_ERRORS,
        assumptions=_WEIGHTED_ASSUMPTIONS,
        needs=frozenset({"covariates"}),
        tested=("difference_by_entropy",),
    ),
    "doubly_robust": Estimator(
        module="pipeline.compare.estimators.weighted",
        function="doubly_robust",
        allows=frozenset({"cluster"}),
        kinds=("number", "share"),
        summary="Difference for people like the first group: its mean less what a weighted regression of the second predicts for it.",
        estimands=f"difference_by_doubly_robust {_OF_WEIGHTS}",
        errors=_WEIGHTED_ERRORS,
        assumptions="As `weighted_att`, but that either the odds of the group or the outcome among the second group is linear in the covariates; not both need be.",
        needs=frozenset({"covariates"}),
        tested=("difference_by_doubly_robust",),
    ),
    "matching": Estimator(
        module="pipeline.compare.estimators.weighted",
        function="matching",
        allows=frozenset({"caliper"}),
        kinds=("number", "share"),
        summary="Difference for people like the matched of the first group: each beside the one of the second whose chance of being in the first is nearest.",
        estimands=f"difference_by_matching {_OF_WEIGHTS}; effective_number is the pairs",
        errors="Student's t of the pairs' differences, which takes the chances as known. None of fewer than ten "
        "pairs, or where pairs are apart in one direction by more than a tenth of a standard deviation of the chances (pairs_apart: name a caliper). Who has nobody left, or near enough, is left out (unmatched_left_out): then the difference is about fewer people.",
        assumptions=_WEIGHTED_ASSUMPTIONS,
        needs=frozenset({"covariates"}),
        tested=("difference_by_matching",),
    ),
    "survey_weighted": Estimator(
        module="pipeline.compare.estimators.survey_weighted",
        function="survey_weighted",
        allows=frozenset({"covariates", "cluster", "weight", "margins", "response", "imputed"}),
        kinds=("number", "share"),
        summary="Difference in the population that the sample was drawn from: each person counts by the declared weight.",
        estimands="difference_by_survey (by weighted least squares where there are covariates); beside it mean_by_survey or share_by_survey, "
        "effective_number of people (Kish) and design_effect of each group",
        errors="Where strata or the population are declared linearisation within strata, clusters with replacement or by the declared number to draw "
        "from, with Student's t on clusters less strata less coefficients plus one; otherwise CR2 with Satterthwaite's degrees of freedom, people without a "
        "declared cluster each by themselves. Chances of answering are taken as known. Where margins are met (raking), linearisation of what the margins leave. Intervals of shares on the logit scale. None where a stratum has one cluster (stratum_of_one_cluster), a group is in fewer than four clusters (linearised_of_few), or "
        "more were drawn than there are (population_too_small). Refused where nobody of the sample is in a level of a margin "
        "(margin_level_empty), no weights meet them (margins_not_met), or what people were like before tells for certain that some answered or did "
        "not (response_separated).",
        assumptions="The weight says how many of the population a person stands for; those who did not answer are like those who did, where response is declared among people alike in that; nothing that moves "
        "both the choice of group and the outcome is left out of the covariates; clusters were drawn independently of each other.",
        tested=("difference_by_survey",),
    ),
    "change_score": Estimator(
        module="pipeline.compare.estimators.over_time",
        function="change_score",
        allows=frozenset({"covariates", "before", "cluster"}),
        kinds=("number", "share"),
        summary="Difference of how much people changed, among those known at both times.",
        estimands="difference_by_change",
        errors="HC3 on the changes, or CR2 with Satterthwaite's degrees of freedom where a cluster is declared. None where fewer than five of an arm are "
        "away from a change that most have.",
        assumptions=_PARALLEL,
        needs=frozenset({"before"}),
        complete=("outcome", "before"),
        tested=("difference_by_change",),
    ),
    "difference_in_differences": Estimator(
        module="pipeline.compare.estimators.over_time",
        function="difference_in_differences",
        allows=frozenset({"before", "cluster"}),
        kinds=("number", "share"),
        summary="Change of the first group's mean less the second's, with everybody known at either time.",
        estimands="difference_by_differences (n is of those known afterwards)",
        errors="CR2 with Satterthwaite's degrees of freedom; clusters are people where none are declared. None where fewer than five of an arm at a time "
        "did, or did not, or are away from a number that most have.",
        assumptions=_PARALLEL + " Those known at one time only are like the others of their group.",
        needs=frozenset({"before"}),
        tested=("difference_by_differences",),
    ),
    "growth": Estimator(
        module="pipeline.compare.estimators.over_time",
        function="growth",
        allows=frozenset({"before"}),
        kinds=("number",),
        summary="The same by a model in which each person has a level of their own (random intercept).",
        estimands="difference_by_growth (n is of those known afterwards); beside it how alike two values of one person are",
        errors=_MIXED_ERRORS,
        assumptions=_PARALLEL
        + " Who is known at one time only depends on nothing but what is known; levels and what is left are normal, the same spread in both groups.",
        needs=frozenset({"before"}),
        tested=("difference_by_growth",),
    ),
    "random_intercept": Estimator(
        module="pipeline.compare.estimators.random_intercept",
        function="random_intercept",
        allows=frozenset({"covariates", "cluster"}),
        kinds=("number",),
        summary="Difference between people alike in the covariates, by a model in which each cluster has a level of its own.",
        estimands="difference_by_random_intercept; beside it how alike people of one cluster are",
        errors=_MIXED_ERRORS,
        assumptions="Nothing that moves both the choice of group and the outcome is left out of the covariates; clusters' levels have nothing to do with them, "
        "and are normal, as is what is left.",
        tested=("difference_by_random_intercept",),
        needs_clusters=True,
    ),
    "interacted": Estimator(
        module="pipeline.compare.estimators.interacted",
        function="interacted",
        allows=frozenset({"cluster"}),
        kinds=("number", "share"),
        summary="Difference for all who are analysed, by a regression in which covariates mean something of their own in each group (Lin).",
        estimands="difference_by_interacted",
        errors="HC2 with n - p degrees of freedom; where a cluster is declared, CR2 with Satterthwaite's. None where fewer than five of an arm did, or did "
        "not, or are away from a number that most have. Refused where a group has too few people for slopes of its own (arm_too_small).",
        assumptions="Nothing that moves both the choice of group and the outcome is left out of the covariates; the outcome is linear in them within each group.",
        needs=frozenset({"covariates"}),
        tested=("difference_by_interacted",),
    ),
    "mediation": Estimator(
        module="pipeline.compare.estimators.mediation",
        function="mediation",
        allows=frozenset({"covariates", "cluster"}),
        kinds=("number", "share"),
        summary="How much of an adjusted difference goes through something that the programme may have moved first.",
        estimands="difference_through the mediator, difference_beside it, and difference_total of the same people, their sum",
        errors="Percentiles of 4,999 draws of people, or of whole clusters where one is declared, with the study's seed. None where fewer than five of an arm "
        "did, or did not, or are away from a number that most have.",
        assumptions="Nothing is left out that moves two of group, mediator and outcome; the mediator came before the outcome and does the same to it in both "
        "groups; both models are linear. None of it can be seen in the data, and chance in making the groups does not secure it.",
        needs=frozenset({"mediator"}),
        complete=("outcome", MEDIATOR),
        bounded=False,
    ),
    "negative_binomial": Estimator(
        module="pipeline.compare.estimators.negative_binomial",
        function="negative_binomial",
        allows=frozenset({"covariates"}),
        kinds=("number",),
        summary="How many times as many, between people alike in the covariates, where counts are more spread than Poisson's.",
        estimands="ratio_by_negative_binomial; beside it the spread (1 / theta: the variance is the mean and so many times its square)",
        errors="Expected information, normal distribution. None where fewer than five of an arm are away from a number that most have.",
        assumptions="As `poisson`, and the variance grows with the square of the mean; people answer independently.",
        tested=("ratio_by_negative_binomial",),
        bounded=False,
    ),
    "trimming_bounds": Estimator(
        module="pipeline.compare.estimators.trimming_bounds",
        function="trimming_bounds",
        infers=False,
        allows=frozenset(),
        kinds=("number", "share"),
        summary="Between which ends the difference lies for those who would be known in either group (Lee).",
        estimands="trimmed_low and trimmed_high; beside them how many people were cut off",
        errors="None: the bounds hold what the loss could do, not the chance of drawing these people.",
        assumptions="Chance made the groups (design 'randomised', else refused); whoever is known in the group that lost more would be known in the other too.",
        bounded=False,
        randomised=True,
    ),
    "what_if": Estimator(
        module="pipeline.compare.estimators.what_if",
        function="what_if",
        infers=False,
        allows=frozenset({"covariates", "cluster"}),
        kinds=("number", "share"),
        summary="How strong something unmeasured must be, or how unlike the others those lost, to change an adjusted difference.",
        estimands="robustness_value (share of the rest of group and outcome that something must explain to leave nothing; robustness_value_limit: to let the "
        "interval reach 0), remaining_difference beside something as strong as each covariate, tipping_point (how far those lost of the first group "
        "must be from those known of it, when those lost of the second are like the rest, to leave no difference), and of shares e_value and "
        "e_value_limit of the standardised ratio",
        errors="None: arithmetic on the adjusted difference. The limit of the robustness value is of independent people and not given where clusters count; "
        "that of the E-value has the errors of `logistic`.",
        assumptions="Nothing. They say what it would take, not whether it is so.",
        bounded=False,
    ),
    "table": Estimator(
        module="pipeline.compare.estimators.table",
        function="table",
        allows=frozenset(),
        kinds=("category",),
        summary="Whether two groups are spread alike over categories.",
        estimands="association; beside it Cramér's V",
        errors="Pearson's chi-square without correction.",
        assumptions="People answer independently; few expected counts are below 5.",
        tested=("association",),
        bounded=False,
    ),
    "several_groups": Estimator(
        module="pipeline.compare.estimators.several_groups",
        function="several_groups",
        allows=frozenset({"by"}),
        kinds=("number",),
        summary="Whether the levels of a variable differ in their means, and which two of them do.",
        estimands="equal_means (Welch's F; df is the denominator's, the numerator's is levels less one) with eta squared; beside it equal_ranks, the mean of "
        "each level, and level_difference of every two",
        errors="Welch's analysis of variance; Kruskal and Wallis' test corrected for ties; Games and Howell's intervals and p-values for pairs, which hold "
        "for all pairs together; Student's t for the mean of a level. Levels of one person are left out (level_of_one); no test of means "
        "where fewer than five of a level are away from a value that most have.",
        assumptions="People answer independently; each level has enough people, or nearly normal answers, for its mean to be normal. Why levels differ it does not say.",
        takes_cohort=True,
        needs=frozenset({"by"}),
        one_of=frozenset({"by"}),
        tested=("equal_means",),
        bounded=False,
    ),
    "correlation": Estimator(
        module="pipeline.compare.estimators.correlation",
        function="correlation",
        allows=frozenset({"beside"}),
        kinds=("number",),
        summary="How two numbers of the same units go together.",
        estimands="pearson_correlation (in a line) and rank_correlation (Spearman)",
        errors="Student's t on n - 2; Fisher's interval, for ranks with Bonett and Wright's error. No interval where all lie on one line.",
        assumptions="Units answer independently; for Pearson's both numbers go together in a line and neither has a long tail. It says nothing of cause.",
        takes_cohort=True,
        needs=frozenset({"beside"}),
        complete=("outcome", "beside"),
    ),
    "response": Estimator(
        module="pipeline.compare.estimators.response",
        function="response",
        infers=False,
        allows=frozenset({"by", "readings"}),
        kinds=("number", "share", "category"),
        summary="How many of those asked answered the outcome's wave, under every reading of who was asked.",
        estimands="response_rate",
        errors="None: a fact about this study.",
        assumptions="None. Anybody with a row in the wave counts, complete or partial (RR2 of AAPOR where everybody asked was eligible).",
        takes_cohort=True,
    ),
    "attainment": Estimator(
        module="pipeline.compare.estimators.attainment",
        function="attainment",
        allows=frozenset({"by", "readings", "cluster"}),
        keeps_unclustered=True,
        kinds=("share",),
        summary="Whether a target share was reached in this group, and whether it is supported for similar groups, under every reading.",
        estimands="attainment, attainment_exact, attainment_least and attainment_most (those lost counted as not reached, as reached), "
        "attainment_count",
        errors="Wilson's interval, and Clopper and Pearson's; where a cluster is declared, CR2 on the logit scale and Korn and Graubard's, neither "
        "ever inside them; none for what was reached in this group, which is a fact. Supported or not only if those lost could not change it.",
        assumptions="For similar groups: units are like those of the groups meant, and, if no cluster is declared, reach the target independently "
        "of each other.",
        takes_cohort=True,
        needs=frozenset({"target"}),
        supports=True,
    ),
    "count": Estimator(
        module="pipeline.compare.estimators.count",
        function="count",
        infers=False,
        allows=frozenset({"by"}),
        kinds=("share",),
        summary="Whether a target number of units was reached.",
        estimands="count",
        errors="None: a fact.",
        assumptions="Each unit is counted once.",
        takes_cohort=True,
        needs=frozenset({"target"}),
    ),
    "paired": Estimator(
        module="pipeline.compare.estimators.paired",
        function="paired",
        allows=frozenset({"by", "cluster", "smallest_difference"}),
        kinds=("number",),
        summary="How the same units changed between two waves, after minus before.",
        estimands="mean_change, mean_before, mean_after; Hedges' g of the change (average standard deviation of both waves), median_change "
        "(Hodges and Lehmann), share_improved, share_unchanged, share_worse (share_up, share_same, share_down where no direction is better), "
        "share_at_ceiling_before, share_at_ceiling_after",
        errors="Student's t for pairs; where a cluster is declared, CR2 with Satterthwaite's degrees of freedom, or the units of one cluster "
        "where a level is one. By rank: Wilcoxon's signed-rank test as in R (those who did not change left out; exact below 50 without ties), "
        "clusters or not. Wilson's intervals for shares; where a cluster is declared, CR2 on the logit scale.",
        assumptions="Those known in both waves are like those lost; nothing else changed between the waves. It is a change, not an effect.",
        takes_cohort=True,
        needs=frozenset({"before"}),
        complete=("outcome", "before"),
        tested=("mean_change",),
        ignores=("median_change",),
    ),
    "retrospective": Estimator(
        module="pipeline.compare.estimators.retrospective",
        function="retrospective",
        allows=frozenset({"by", "cluster", "beside"}),
        kinds=("number",),
        summary="Self-rated change asked afterwards (now minus then) beside change measured at the time, and what was tested.",
        estimands="mean_change in both ways, response_shift (then minus before), mean_then, mean_before, mean_after; the same of the outcome beside",
        errors="As for `paired`, on the same units for all that is self-rated.",
        assumptions="People remember how they would have rated themselves then; the shift is one of the yardstick, not of memory.",
        takes_cohort=True,
        needs=frozenset({"before", "then"}),
        complete=("outcome", "before", "then"),
        tested=("now - then",),
    ),
    "transition": Estimator(
        module="pipeline.compare.estimators.transition",
        function="transition",
        allows=frozenset({"by", "cluster"}),
        kinds=("category", "share"),
        summary="How the same units moved between classes, and whether the classes' shares changed.",
        estimands="share_up, share_same, share_down in the declared order of the classes; marginal_homogeneity; share_change for a share",
        errors="Stuart and Maxwell's and Bhapkar's chi-square for a category, McNemar's without correction and its exact version for a share; "
        "no test where everybody was in one class before; Wilson's intervals for shares, Agresti and Min's for the change of a share. Where a "
        "cluster is declared, CR2 for the shares (on the logit scale) and for the change of a share, which is then the test; the others ignore "
        "clusters.",
        assumptions="Units move independently of each other, but for declared clusters; those known in both waves are like those lost.",
        takes_cohort=True,
        needs=frozenset({"before"}),
        complete=("outcome", "before"),
        tested=("mcnemar", "mcnemar_exact", "stuart_maxwell", "share_change"),
        ignores=("marginal_homogeneity",),
        decides_clustered=("share",),
    ),
    "survival": Estimator(
        module="pipeline.compare.estimators.survival",
        function="survival",
        allows=frozenset({"by", "times", "horizon"}),
        kinds=("number",),
        summary="Time to an event when some have not had it yet.",
        estimands="survival_at (share without the event at a time), median_time, restricted_mean (mean time up to the horizon), log_rank",
        errors="Greenwood's error with log-log intervals for shares and the median, Student's t on the logit for the restricted mean; log-rank test over "
        "levels, by exchanging units between them where fewer than ten events are expected at one.",
        assumptions="Those whose time ended otherwise had the same prospects as those still followed.",
        takes_cohort=True,
        needs=frozenset({"event", "event_codes"}),
        complete=("outcome", "event"),
    ),
    "agreement": Estimator(
        module="pipeline.compare.estimators.agreement",
        function="agreement",
        allows=frozenset({"by"}),
        kinds=("category", "share", "number"),
        summary="How far coders give the same codes to the same material.",
        estimands="percent_agreement; cohens_kappa for two coders, fleiss_kappa for more; weighted_kappa for codes in an order; "
        "krippendorff_alpha; intraclass_correlation for numbers",
        errors="Leaving out one coded subject at a time, with Student's t on Fisher's z; Wilson's interval for the share coded alike where each subject "
        "is coded once; none where all or none agreed, or a coder gave fewer than three codes other than the most frequent one. For Cohen's kappa also "
        "the large-sample standard error; for the intraclass correlation Shrout and Fleiss' F interval.",
        assumptions="Coders worked independently of each other; subjects are independent of each other.",
        takes_cohort=True,
        needs=frozenset({"rater", "subject"}),
    ),
    "bounds": Estimator(
        module="pipeline.compare.estimators.bounds",
        function="bounds",
        infers=False,
        allows=frozenset({"by", "before"}),
        kinds=("number", "share"),
        summary="Between which ends the result for everybody lies, whatever became of those lost.",
        estimands="bound_low and bound_high of the mean or share, and of its change where a wave before is named",
        errors="None: the bounds hold what those lost could do, not the chance of drawing these people.",
        assumptions="The outcome's scale has ends. Nothing is assumed about those lost.",
        takes_cohort=True,
    ),
}
"""Name in study.toml -> estimator."""
