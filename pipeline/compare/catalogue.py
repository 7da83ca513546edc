"""The estimator catalogue, docs/estimators.md, from the registry."""

from pipeline.compare.estimators import COMPARISON, ESTIMATORS, SELECTIVE_KEYS, Estimator
from pipeline.tables.glossary_text import as_table

HEAD = """# Estimators

Generated from `pipeline/compare/estimators/__init__.py`; do not edit. Name one as `estimator` in an `[[analyses]]` of study.toml.

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

p-values of one `family` are adjusted by Holm's method; ratios are left out, because they test the same as their difference. A verdict follows
the adjusted p-value, and the interval is pointwise. With a smallest difference that matters declared:

"""
VERDICTS = (
    ("smaller_than_matters", "the difference is established, and its interval lies inside the bounds"),
    ("better, worse (higher, lower)", "the difference is established; which is which follows the measure's direction"),
    ("equivalent", "no difference is established, and the interval at 1 - 2 alpha (90 % beside 95 %) lies inside the bounds"),
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
            "yes" if "cluster" in estimator.allows else "no",
        )
        for name, estimator in ESTIMATORS.items()
    ]
    head = HEAD + as_table(("estimator", "about", "outcomes", "needs", "also uses", "errors allow for clusters"), uses)
    sections = "".join(_section(name, estimator) for name, estimator in ESTIMATORS.items())
    return head + sections + ALWAYS + as_table(("verdict", "when"), VERDICTS)


def _section(name: str, estimator: Estimator) -> str:
    return (
        f"\n## {name}\n\n{estimator.summary}\n\n"
        f"- Estimates: {estimator.estimands}.\n- Intervals and tests: {estimator.errors}\n- Believe it if: {estimator.assumptions}\n"
    )
