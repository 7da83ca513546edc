"""The estimator catalogue, docs/estimators.md, from the registry."""

from pipeline.compare.opinion.registry import WITHOUT, WITHOUT_OF_ESTIMAND
from pipeline.compare.opinion.second_opinion import LEAST_SIZE, TOLERANCE
from pipeline.compare.registry import ESTIMATORS, SELECTIVE_KEYS, Estimator
from tests.documents.columns import as_table

HEAD = """# Estimators

Generated from `pipeline/compare/registry.py`; do not edit. Name one as `estimator` in an `[[analyses]]` of study.toml.

Differences are the first group minus the second, ratios the first over the second. Every estimator uses the people whose outcome and covariates
are known, and says how many are missing. A number that cannot be computed is a row with a note. `restrict`, `family` and `confidence` work with
every estimator; what an estimator would ignore is refused:

"""
ALWAYS = """
## Made for every study

`describe` (each outcome by group and subgroup), `alpha` (Cronbach's alpha of each scale), `standardised_difference` (each balance covariate;
difference over the root of the average of both groups' variances) and `risk_difference` for who answered each later wave, with `adjusted` beside
it where a cluster is declared.

## Families and verdicts

A `family` is what the plan declares: one test of everybody for each outcome of each analysis that names it, as the table below says. Levels
(`by`), reports per level and exhibits add nothing to it. p-values of a family are adjusted by Holm's method over the number of declared tests. A
comparison with `by` tests interactions instead, which are about levels and belong to no family. Several primary outcomes that end in an inference
must be in one family, or say `family = "none"` with a `family_reason`, which the report prints. Whether outcomes are equivalent (two one-sided
tests against `smallest_difference`) is a question of its own, adjusted in the same way among the tests of the family that ask it: the chance of
any false difference and that of any false equivalence are each below 1 - confidence.

A verdict follows the adjusted p-value; intervals are pointwise. Its direction is that of what the test is about: the difference, or by `rank` the
rank-biserial correlation. A shift of which a quarter of all pairs are tied (`shift_of_ties`) and an interval without width
(`zero_width_interval`) show no precision and decide nothing; where an interval says otherwise of no difference than its test, the row is noted
(`interval_and_test_part`) and the report says why. A detectable difference is that of Holm's first step. With a smallest difference that matters
declared:

"""
SECOND = f"""
## Second opinion

At the end of `estimates` every number of a declared analysis that another package can compute is computed again by it, from the same
rows: what statsmodels computed by scipy, what scipy computed by statsmodels, what this project computes itself by statsmodels, scipy, pandas or
numpy. `second_opinion.csv` holds both numbers, both packages with their versions, and the difference; the report says how many were computed twice.
A difference above {TOLERANCE:g} of the number's size (of an interval's ends: of the farthest end; of what has no unit: of at least {LEAST_SIZE:g}) is a fault
of the project, and stops the build: both packages work with 16 digits, solving equations, adding up a tail or closing in on a limit leaves ten of
them, and no report shows more than four.

The CR2 error of a mean or mean change is held between CR0 and CR3: each cluster's sum of residuals is multiplied by a power of 1 - its share of the
units (0 in CR0, -1/2 in CR2, -1 in CR3), so their order is certain. With a group or covariates beside, it need not be; that error, and Satterthwaite's degrees of
freedom, are computed again by their definition on whole clusters' matrices.

A number that is neither computed again nor named as below stops the build too. No other package computes:

"""
VERDICTS = (
    ("smaller_than_matters", "the difference is established, and so is that it lies inside the bounds, as its interval does"),
    ("better, worse (higher, lower)", "the difference is established; which is which follows the measure's direction"),
    ("equivalent", "no difference is established, and both one-sided tests say that it lies inside the bounds"),
    ("cannot_tell", "neither"),
)


def estimator_catalogue() -> str:
    """Write docs/estimators.md (Markdown)."""
    uses = [
        (
            f"`{name}`",
            "one group" if estimator.takes_cohort else "two groups",
            ", ".join(estimator.kinds),
            ", ".join(f"`{key}`" for key in SELECTIVE_KEYS if key in estimator.needs),
            ", ".join(f"`{key}`" for key in SELECTIVE_KEYS if key in estimator.uses - estimator.needs),
            "needs some" if estimator.needs_clusters else "yes" if estimator.allows_clusters else "no",
            ", ".join(f"`{name}`" for name in estimator.tested),
        )
        for name, estimator in ESTIMATORS.items()
    ]
    head = HEAD + as_table(
        ("estimator", "about", "outcomes", "needs", "also uses", "errors allow for clusters", "test of an outcome"), uses
    )
    sections = "".join(_section(name, estimator) for name, estimator in ESTIMATORS.items())
    return (
        head
        + sections
        + ALWAYS
        + as_table(("verdict", "when"), VERDICTS)
        + SECOND
        + as_table(("estimator or estimand", "methods"), _without())
    )


def _without() -> list[tuple[str, ...]]:
    return [(f"`{name}`", ", ".join(sorted(set(named.values())))) for name, named in (WITHOUT | WITHOUT_OF_ESTIMAND).items()]


def _section(name: str, estimator: Estimator) -> str:
    return (
        f"\n## {name}\n\n{estimator.summary}\n\n"
        f"- Estimates: {estimator.estimands}.\n- Intervals and tests: {estimator.errors}\n- Believe it if: {estimator.assumptions}\n"
    )
