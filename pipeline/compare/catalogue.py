"""The estimator catalogue, docs/estimators.md, from the registry."""

from pipeline.compare.registry import COMPARISON, ESTIMATORS, SELECTIVE_KEYS, Estimator
from pipeline.tables.glossary_text import as_table

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
            "two groups" if estimator.takes == COMPARISON else "one group",
            ", ".join(estimator.kinds),
            ", ".join(f"`{key}`" for key in SELECTIVE_KEYS if key in estimator.needs),
            ", ".join(f"`{key}`" for key in SELECTIVE_KEYS if key in estimator.uses - estimator.needs),
            "yes" if estimator.allows_clusters else "no",
            ", ".join(f"`{name}`" for name in estimator.tested),
        )
        for name, estimator in ESTIMATORS.items()
    ]
    head = HEAD + as_table(
        ("estimator", "about", "outcomes", "needs", "also uses", "errors allow for clusters", "test of an outcome"), uses
    )
    sections = "".join(_section(name, estimator) for name, estimator in ESTIMATORS.items())
    return head + sections + ALWAYS + as_table(("verdict", "when"), VERDICTS)


def _section(name: str, estimator: Estimator) -> str:
    return (
        f"\n## {name}\n\n{estimator.summary}\n\n"
        f"- Estimates: {estimator.estimands}.\n- Intervals and tests: {estimator.errors}\n- Believe it if: {estimator.assumptions}\n"
    )
