"""The registry of estimators: one line each, loaded when used.

To add one: write ``estimators/<name>.py`` with one function that takes a
``Comparison`` (two groups) or a ``Cohort`` (one group) and gives rows, and add
its entry here. An entry states which keys of an analysis the estimator uses and
needs, so that no declared key is silently ignored; docs/estimators.md is
generated from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

SELECTIVE_KEYS = (
    *("covariates", "by", "group", "contrast", "smallest_difference", "before", "then", "beside", "target", "readings"),
    *("event", "event_codes", "times", "horizon", "rater", "subject"),
)
"""Keys of an analysis that only some estimators use; the protocol serves the others for every estimator."""
TWO_GROUPS = frozenset({"group", "contrast", "smallest_difference"})
"""Keys that every comparison of two groups uses."""
COMPARISON, COHORT = "comparison", "cohort"


@dataclass(frozen=True)
class Estimator:
    """One way to answer a question about two groups, or about one.

    Parameters
    ----------
    module, function : str
        Where it lives; imported at first use.
    allows : frozenset of str
        Which of ``SELECTIVE_KEYS`` it uses, and ``cluster`` when its errors
        allow for clusters. Without ``cluster`` its rows carry the note
        ``clusters_ignored`` in a clustered study. Comparisons also use ``TWO_GROUPS``.
    kinds : tuple of str
        Kinds of outcome it can estimate.
    summary, estimands, errors, assumptions : str
        For docs/estimators.md: what it does, what it estimates, where its
        intervals come from, and what must hold for it to be believed.
    takes : str
        ``comparison`` or ``cohort``.
    needs : frozenset of str
        Those keys it allows that must be declared.
    complete : tuple of str
        Columns of a cohort that must be known for a unit to be analysed.
    """

    module: str
    function: str
    allows: frozenset[str]
    kinds: tuple[str, ...]
    summary: str
    estimands: str
    errors: str
    assumptions: str
    takes: str = COMPARISON
    needs: frozenset[str] = frozenset()
    complete: tuple[str, ...] = ("outcome",)

    @property
    def uses(self) -> frozenset[str]:
        """Every selective key that it does not ignore."""
        return self.allows | self.needs | (TWO_GROUPS if self.takes == COMPARISON else frozenset())

    def load(self) -> Callable[..., list[dict[str, object]]]:
        """Import the function; it takes a ``Comparison`` or a ``Cohort``."""
        return getattr(import_module(self.module), self.function)


ESTIMATORS: dict[str, Estimator] = {
    "welch": Estimator(
        module="pipeline.compare.estimators.welch",
        function="welch",
        allows=frozenset(),
        kinds=("number",),
        summary="Difference of two means, whatever their variances.",
        estimands="mean_difference; beside it Hedges' g",
        errors="Welch's t with Satterthwaite's degrees of freedom; g with the exact correction and the noncentral t interval.",
        assumptions="People answer independently; each group has enough people, or nearly normal answers, for its mean to be normal.",
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
    ),
    "risk_difference": Estimator(
        module="pipeline.compare.estimators.risk_difference",
        function="risk_difference",
        allows=frozenset(),
        kinds=("share",),
        summary="Difference of two shares, with their ratio and the ratio of their odds.",
        estimands="risk_difference, risk_ratio, odds_ratio",
        errors="Newcombe's interval and Pearson's chi-square for the difference, Fisher's exact test where an expected count is below 5; "
        "Katz's and Woolf's intervals for the ratios.",
        assumptions="People answer independently.",
    ),
    "adjusted": Estimator(
        module="pipeline.compare.estimators.adjusted",
        function="adjusted",
        allows=frozenset({"covariates", "by", "cluster"}),
        kinds=("number", "share"),
        summary="Difference of means or shares between people alike in the covariates, by linear regression; by subgroups on request.",
        estimands="adjusted_mean_difference or adjusted_risk_difference; with `by` also interaction",
        errors="HC3 with n - p degrees of freedom; where a cluster is declared, CR2 with Satterthwaite's degrees of freedom "
        "(Bell and McCaffrey; Pustejovsky and Tipton).",
        assumptions="Nothing that moves both the choice of group and the outcome is left out of the covariates; the outcome is linear in them; "
        "clusters are independent of each other.",
    ),
}
"""Name in study.toml -> estimator."""
