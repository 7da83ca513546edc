"""What the study could have found: beside each primary comparison, the smallest difference with 80 % power.

It follows from the standard error, which follows from the design and the spread
of the answers; the difference that was found plays no part.
"""

from collections.abc import Iterable, Iterator

from pipeline.compare.power import POWER, detectable_difference
from pipeline.compare.verdicts import COMPARED_ESTIMANDS

ESTIMATOR, ESTIMAND = "detectable", "detectable_difference"
KEPT = (
    *("study", "analysis", "role", "family", "outcome", "unit", "wave", "level", "term", "group_a", "group_b", "covariates", "weights"),
    *("measure_unit", "confidence", "n", "n_a", "n_b", "n_clusters", "n_missing"),
)
"""Columns of the comparison that its detectable difference shares."""
WITHOUT_ERROR = ("location_shift",)
"""Compared by rank, without a standard error."""
OF_SHARES = ("risk_difference",)
"""Their error is normal; the one degree of freedom beside it is of the chi-square test."""
MANY = 1e6


def detectable_rows(estimates: Iterable[dict[str, object]]) -> Iterator[dict[str, object]]:
    """Give the detectable difference of each primary comparison of everybody that has a standard error.

    Parameters
    ----------
    estimates : iterable of rows of ``estimates``

    Yields
    ------
    dict
        ``detectable_difference``, above 0, in the unit of the comparison;
        ``reference_value`` is the power. Empty, with the comparison's own note,
        where it could not be tested.
    """
    for row in estimates:
        compared = row["estimand"] in COMPARED_ESTIMANDS and row["estimand"] not in WITHOUT_ERROR
        if row.get("role") == "primary" and row.get("level") == "all" and compared:
            yield {name: row[name] for name in KEPT if name in row} | {"estimator": ESTIMATOR, "estimand": ESTIMAND} | _numbers(row)


def _numbers(row: dict[str, object]) -> dict[str, object]:
    std_error, df = row.get("std_error"), MANY if row["estimand"] in OF_SHARES else row.get("df")
    if not (isinstance(std_error, float) and std_error > 0 and isinstance(df, float)):
        return {"reference_value": POWER, "note": row.get("note", "")}
    alpha = 1 - float(str(row["confidence"]))
    return {
        "estimate": detectable_difference(std_error, df, POWER, alpha),
        "reference_value": POWER,
    }
