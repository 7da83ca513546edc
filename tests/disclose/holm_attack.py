"""An attacker of families of tests: an adjusted p-value that the shown ones do not explain tells of a withheld one."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from pipeline.spec.study import Study
from pipeline.tables.results import Released

HALF_UNIT = 0.0005 + 1e-9
"""How far a p-value may be from what is printed."""


def p_values_told(study: Study, released: Released) -> Iterator[str]:
    """Give the adjusted p-values that withheld tests moved, with what these can then have been.

    Holm's method multiplies the smallest p-value by the number of tests, the next by one
    less, and none may be below the one before. A release that tells nothing of a withheld
    test reckons it as having found nothing, or not at all.
    """
    rows = released.estimates
    for family, members in rows[rows["p_adjusted"].notna() & rows["p_value"].notna()].groupby("family"):
        planned = sum(len(one.outcomes) for one in study.declaration.analyses if one.family == family)
        shown = members.sort_values("p_value")
        apart = [unexplained(shown, stepped(shown["p_value"].to_numpy(), tests), planned) for tests in (planned, len(shown))]
        for row in min(apart, key=len):
            from_withheld = ", ".join(f"{row.p_adjusted / rank:.4g}" for rank in range(1, planned + 1))
            yield f"{family}: {row.outcome} {row.p_adjusted:.4g} of {row.p_value:.4g}, so a withheld p-value is below it, or one of {from_withheld}"


def unexplained(shown: pd.DataFrame, adjusted: np.ndarray, planned: int) -> list[Any]:
    """Give the tests whose printed adjusted p-value is another one."""
    rows = zip(shown.itertuples(), adjusted, strict=True)
    return [row for row, one in rows if abs(one - row.p_adjusted) > HALF_UNIT + planned * HALF_UNIT]


def stepped(p_values: np.ndarray, tests: int) -> np.ndarray:
    """Adjust rising p-values by Holm's method, as the smallest of so many tests."""
    return np.minimum(np.maximum.accumulate(p_values * np.arange(tests, tests - len(p_values), -1)), 1.0)
