"""Shares, their comparisons and moves between classes once more, by scipy where statsmodels may have made them, and the reverse."""

import numpy as np
import pandas as pd
from scipy.stats import binomtest
from scipy.stats.contingency import odds_ratio, relative_risk
from statsmodels.stats.contingency_tables import Table
from statsmodels.stats.proportion import proportions_chisquare

from pipeline.compare.gather.cohort import BEFORE, OUTCOME, READING, Cohort
from pipeline.compare.gather.comparison import FIRST, Comparison, complete
from pipeline.compare.opinion.view import Numbers, Row, arms, change_of, ends, places_of
from pipeline.spec.vocabulary import EVERYBODY

NOISE = 1e-9
"""A value this close to the end of the scale, as a share of the largest, is at it."""


def share_of_units(cohort: Cohort, row: Row) -> Numbers:
    """A share of units as the mean of those who did."""
    return {"estimate": float(_did(cohort, row).mean())}


def wilson(cohort: Cohort, row: Row) -> Numbers:
    """Wilson's interval of a share; nothing where clusters count."""
    did = _did(cohort, row)
    return {} if cohort.clustered else ends(binomial_interval(int(did.sum()), len(did), row["confidence"], "wilson"))


def _did(cohort: Cohort, row: Row) -> np.ndarray:
    """Mark the units for which what a row counts holds."""
    estimand, (before, after) = str(row["estimand"]), places_of(cohort)
    if estimand.startswith("share_at_ceiling"):
        end = cohort.least if cohort.direction == "lower" else cohort.greatest
        values = before if estimand.endswith("before") else after
        return np.abs(values - end) <= NOISE * max(abs(end), float(np.abs(values).max()))
    better = -1 if cohort.direction == "lower" else 1
    signs = {"share_up": 1, "share_same": 0, "share_unchanged": 0, "share_down": -1, "share_improved": better, "share_worse": -better}
    return np.sign(change_of(before, after)) == signs[estimand]


def binomial_interval(count: int, total: int, confidence: float, method: str) -> tuple[float, float]:
    """Give an interval of one share by scipy: ``wilson`` or ``exact``."""
    # tested against the share itself, so that scipy searches for no p-value
    low, high = binomtest(count, total, count / total).proportion_ci(confidence, method)
    return float(low), float(high)


def target_share(cohort: Cohort, row: Row) -> Numbers:
    """The share, or number, that reached a target under one reading, by pandas."""
    did, lost, answered, everybody = _reading(cohort, row)
    found = {
        "attainment": did / answered if answered else np.nan,
        "attainment_exact": did / answered if answered else np.nan,
        "attainment_least": did / everybody if everybody else np.nan,
        "attainment_most": (did + lost) / everybody if everybody else np.nan,
        "attainment_count": did,
    }
    return {"estimate": float(found[str(row["estimand"])])}


def target_interval(cohort: Cohort, row: Row) -> Numbers:
    """Wilson's, or Clopper and Pearson's, interval of the share that reached a target; nothing where clusters count."""
    did, _, answered, _ = _reading(cohort, row)
    method = "exact" if row["estimand"] == "attainment_exact" else "wilson"
    return {} if cohort.clustered else ends(binomial_interval(did, answered, row["confidence"], method))


def _reading(cohort: Cohort, row: Row) -> tuple[int, int, int, int]:
    """Give those who reached it, those lost, and both denominators: of those known, of everybody; or the number planned."""
    asked, planned = _asked(cohort, row)
    known = asked[OUTCOME].notna()
    did = int((asked.loc[known, OUTCOME] == 1).sum())
    return did, int((~known).sum()), planned or int(known.sum()), planned or len(asked)


def _asked(cohort: Cohort, row: Row) -> tuple[pd.DataFrame, int | None]:
    """Give the units of one reading of the denominator, and how many were planned where that is declared."""
    if row["term"] == EVERYBODY:
        return cohort.frame, None
    [planned] = [one.planned for one in cohort.analysis.readings if one.id == row["term"]]
    return cohort.frame.loc[cohort.frame[f"{READING}{row['term']}"].astype("bool")], planned


def units_counted(cohort: Cohort, row: Row) -> Numbers:
    """The number of units for which something holds, by pandas."""
    return {"estimate": float((cohort.frame[OUTCOME] == 1).sum())}


def response_rate(cohort: Cohort, row: Row) -> Numbers:
    """The share who answered a wave under one reading, by pandas."""
    asked, planned = _asked(cohort, row)
    total = len(asked) if planned is None else planned
    return {"estimate": float(asked["answered"].sum() / total) if total else np.nan}


def worst_case(cohort: Cohort, row: Row) -> Numbers:
    """Manski's bounds by pandas: those lost filled with either end of the scale."""
    ends = {"bound_low": (cohort.least, cohort.greatest), "bound_high": (cohort.greatest, cohort.least)}
    after, before = ends[str(row["estimand"])]
    filled = cohort.frame[OUTCOME].fillna(after)
    return {"estimate": float((filled - cohort.frame[BEFORE].fillna(before) if row["term"] == "change" else filled).mean())}


def _counts(comparison: Comparison) -> tuple[int, int, int, int]:
    first, second = arms(comparison)
    return int(first.sum()), len(first), int(second.sum()), len(second)


def difference_of_shares(comparison: Comparison, row: Row) -> Numbers:
    """The difference of two shares and its error, by pandas."""
    first, second = map(pd.Series, arms(comparison))
    error = float(np.sqrt(first.var(ddof=0) / len(first) + second.var(ddof=0) / len(second)))
    return {"estimate": float(first.mean() - second.mean()), "std_error": error}


def newcombe(comparison: Comparison, row: Row) -> Numbers:
    """Newcombe's interval of a difference, from scipy's Wilson intervals of both shares."""
    did, total, other_did, other_total = _counts(comparison)
    (low, high), (other_low, other_high) = (
        binomial_interval(*one, row["confidence"], "wilson") for one in ((did, total), (other_did, other_total))
    )
    share, other = did / total, other_did / other_total
    return {
        "conf_low": share - other - float(np.hypot(share - low, other_high - other)),
        "conf_high": share - other + float(np.hypot(high - share, other - other_low)),
    }


def equal_shares(comparison: Comparison, row: Row) -> Numbers:
    """Pearson's test of two shares; nothing where Fisher's exact test stands in its place."""
    if pd.isna(row["statistic"]):
        return {}
    did, total, other_did, other_total = _counts(comparison)
    statistic, p_value, _ = proportions_chisquare([did, other_did], [total, other_total])
    return {"statistic": statistic, "df": 1.0, "p_value": p_value}


def ratio_of_shares(comparison: Comparison, row: Row) -> Numbers:
    """Katz' interval of a risk ratio."""
    found = relative_risk(*_counts(comparison))
    return _ratio(found.relative_risk, tuple(found.confidence_interval(row["confidence"])))


def ratio_of_odds(comparison: Comparison, row: Row) -> Numbers:
    """Woolf's interval of an odds ratio."""
    did, total, other_did, other_total = _counts(comparison)
    found = odds_ratio([[did, total - did], [other_did, other_total - other_did]], kind="sample")
    return _ratio(found.statistic, tuple(found.confidence_interval(row["confidence"])))


def _ratio(value: float, interval: tuple[float, float]) -> Numbers:
    return {"estimate": float(value), **ends(interval)}


def association(comparison: Comparison, row: Row) -> Numbers:
    """Pearson's test of a table with Cramér's V."""
    known = complete(comparison)
    counts = pd.crosstab(known[comparison.outcome], known[FIRST])
    found = Table(counts, shift_zeros=False).test_nominal_association()
    strength = np.sqrt(found.statistic / (len(known) * (min(counts.shape) - 1)))
    return {"statistic": found.statistic, "df": found.df, "p_value": found.pvalue, "effect": float(strength)}
