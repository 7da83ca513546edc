"""How often an interval ought to hold the truth, and the limits that chance allows."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from scipy.stats import binom

from pipeline.compare.numbers.proportions import clopper_pearson_interval, wilson_interval
from tests.validate.coverage import exact_coverage

NOMINAL = 0.95
CERTAINTY = 0.999
SHARES: dict[str, Callable] = {
    "attainment": wilson_interval,
    "attainment_exact": clopper_pearson_interval,
    "attainment_least": wilson_interval,
    "attainment_most": wilson_interval,
    "share_improved": wilson_interval,
    "share_unchanged": wilson_interval,
    "share_worse": wilson_interval,
    "share_at_ceiling_before": wilson_interval,
    "share_at_ceiling_after": wilson_interval,
    "share_up": wilson_interval,
    "share_same": wilson_interval,
    "share_down": wilson_interval,
}
"""Estimand -> interval of one share, whose coverage can be computed."""
LEFT_OUT_IN_TURN = ("percent_agreement", "cohens_kappa", "weighted_kappa", "fleiss_kappa", "krippendorff_alpha")


def expected_coverage(estimand: str, truth: float, sizes: Sequence[float]) -> float:
    """Give the coverage an interval ought to have.

    Parameters
    ----------
    estimand : str
    truth : float
    sizes : sequence of float
        Denominators of the draws.

    Returns
    -------
    float
        Computed exactly for intervals of one share, averaged over the
        denominators; NaN for intervals by leaving out units, which hold more than
        they promise with few; 0.95 for all others.
    """
    if estimand in LEFT_OUT_IN_TURN:
        return float("nan")
    if estimand not in SHARES:
        return NOMINAL
    numbers, times = np.unique([int(size) for size in sizes if size > 0], return_counts=True)
    return float(np.average([_coverage(estimand, int(number), round(truth, 6)) for number in numbers], weights=times))


@cache
def _coverage(estimand: str, size: int, truth: float) -> float:
    return exact_coverage(SHARES[estimand], size, truth)


def limits(coverage: float, draws: int) -> tuple[float, float]:
    """Give the least and greatest share of draws that 99.9 % of all series of draws stay inside."""
    if np.isnan(coverage):
        return 0.0, 1.0
    tail = (1 - CERTAINTY) / 2
    least, greatest = binom.ppf([tail, 1 - tail], draws, coverage)
    return least / draws, greatest / draws
