"""What the study could have found: beside each primary comparison, the smallest difference with 80 % power.

It follows from the standard error, which follows from the design and the spread
of the answers; the difference that was found plays no part. In a family the test
is the one that the plan makes of a single real difference: Holm's first step.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from pipeline.compare.families import ADJUSTED, ALONE
from pipeline.compare.numbers.power import POWER, detectable_difference
from pipeline.compare.registry import ESTIMATORS

ESTIMATOR, ESTIMAND = "detectable", "detectable_difference"
KEPT = (
    *("study", "analysis", "role", "family", "outcome", "unit", "wave", "level", "term", "group_a", "group_b", "covariates", "weights"),
    *("measure_unit", "confidence", "n", "n_a", "n_b", "n_clusters", "n_missing"),
)
"""Columns of the comparison that its detectable difference shares."""
WITHOUT_ERROR = (
    "odds_ratio_by_ordered",
    "hazard_ratio",
    "location_shift",
    "difference_by_permutation",
    "difference_by_wild_bootstrap",
    "association",
    "marginal_homogeneity",
    "share_change",
)
"""Tested without a standard error of a difference."""
OF_SHARES = ("risk_difference",)
"""Their error is normal; the one degree of freedom beside it is of the chi-square test."""
MANY = 1e6


def detectable_rows(estimates: Iterable[dict[str, object]], sizes: Counter[str]) -> Iterator[dict[str, object]]:
    """Give the detectable difference of each primary comparison of everybody that has a standard error.

    Parameters
    ----------
    estimates : iterable of rows of ``estimates``
    sizes : Counter
        Number of tests in each family.

    Yields
    ------
    dict
        ``detectable_difference``, above 0, in the unit of the comparison;
        ``reference_value`` is the power, ``p_adjustment`` says by which test. Empty, with the comparison's own note,
        where it could not be tested.
    """
    for row in estimates:
        tested = ESTIMATORS[str(row["estimator"])].place_of_test(row) is not None and row["estimand"] not in WITHOUT_ERROR
        if row.get("role") == "primary" and tested:
            tests = max(sizes[str(row.get("family") or "")], 1)
            yield {name: row[name] for name in KEPT if name in row} | _numbers(row, tests)


def _numbers(row: dict[str, object], tests: int) -> dict[str, object]:
    own = {"estimator": ESTIMATOR, "estimand": ESTIMAND, "reference_value": POWER, "p_adjustment": ADJUSTED if tests > 1 else ALONE}
    std_error, df = row.get("std_error"), MANY if row["estimand"] in OF_SHARES else row.get("df", MANY)
    if not (isinstance(std_error, float) and std_error > 0 and isinstance(df, float)):
        return own | {"note": row.get("note", "")}
    alpha = 1 - float(str(row["confidence"]))
    return own | {"estimate": detectable_difference(std_error, df, POWER, alpha / tests)}
