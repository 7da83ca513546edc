"""Agreement of coders once more: codes arranged by subject and item, kappas by statsmodels.

pingouin is imported only where codes are numbers: it costs 0.6 s.
"""

import numpy as np
import pandas as pd
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

from pipeline.compare.gather.cohort import LEVEL, OUTCOME, RATER, SUBJECT, Cohort
from pipeline.compare.opinion.shares import binomial_interval
from pipeline.compare.opinion.view import Numbers, Row, ends

WEIGHTS = {"linear": "linear", "quadratic": "quadratic"}
"""Term of a weighted kappa -> statsmodels' name of its weights."""


def _codes(cohort: Cohort) -> np.ndarray:
    """Give the codes (items, coders) as places of classes, NaN where not coded; what was coded twice is left out."""
    known = cohort.frame.loc[cohort.frame[OUTCOME].notna()]
    item = known[SUBJECT].astype("str").to_numpy(dtype="object")
    for name in cohort.by:
        item = item + "\n" + known[f"{LEVEL}{name}"].astype("str").to_numpy(dtype="object")
    rows, columns = pd.factorize(item)[0], pd.factorize(known[RATER], sort=True)[0]
    codes, times = np.full((rows.max() + 1, columns.max() + 1), np.nan), np.zeros((rows.max() + 1, columns.max() + 1))
    codes[rows, columns] = pd.Categorical(known[OUTCOME], categories=_classes(cohort)).codes
    np.add.at(times, (rows, columns), 1)
    codes[times > 1] = np.nan
    return codes


def _by_all(cohort: Cohort) -> np.ndarray:
    codes = _codes(cohort)
    return codes[~np.isnan(codes).any(axis=1)]


def coded_alike(cohort: Cohort, row: Row) -> Numbers:
    """The share of items that all coders coded alike."""
    return {"estimate": float((np.ptp(_by_all(cohort), axis=1) == 0).mean())}


def coded_alike_interval(cohort: Cohort, row: Row) -> Numbers:
    """Wilson's interval where no subject has two items."""
    codes = _by_all(cohort)
    if row["n_clusters"] < len(codes):
        return {}
    alike = int((np.ptp(codes, axis=1) == 0).sum())
    return ends(binomial_interval(alike, len(codes), row["confidence"], "wilson"))


def kappa(cohort: Cohort, row: Row) -> Numbers:
    """Cohen's kappa of two coders, weighted as the row's term says."""
    codes, size = _by_all(cohort).astype("int64"), len(_classes(cohort))
    table = np.bincount(codes[:, 0] * size + codes[:, 1], minlength=size * size).reshape(size, size)
    return {"estimate": float(cohens_kappa(table, wt=WEIGHTS.get(str(row["term"])), return_results=False))}


def kappa_of_several(cohort: Cohort, row: Row) -> Numbers:
    """Fleiss' kappa of items that all coded."""
    return {"estimate": _fleiss(_by_all(cohort), len(_classes(cohort)))}


def nominal_alpha(cohort: Cohort, row: Row) -> Numbers:
    """Krippendorff's alpha of classes without order, from Fleiss' kappa: where all coded all items, 1 - alpha is (1 - kappa)(1 - 1/codes)."""
    codes = _codes(cohort)
    codes = codes[(~np.isnan(codes)).sum(axis=1) > 1]
    if row["term"] != "nominal" or np.isnan(codes).any():
        return {}
    return {"estimate": 1 - (1 - _fleiss(codes, len(_classes(cohort)))) * (1 - 1 / codes.size)}


def _fleiss(codes: np.ndarray, size: int) -> float:
    return float(fleiss_kappa(np.column_stack([(codes == place).sum(axis=1) for place in range(size)])))


def _classes(cohort: Cohort) -> list:
    return list(cohort.categories) or sorted(cohort.frame[OUTCOME].dropna().unique())


def absolute_agreement(cohort: Cohort, row: Row) -> Numbers:
    """The intraclass correlation of single ratings, of absolute agreement (Shrout and Fleiss' case 2), by pingouin."""
    import pingouin

    codes = np.array(_classes(cohort), dtype="float64")[_by_all(cohort).astype("int64")]
    items, coders = (places.ravel() for places in np.indices(codes.shape))
    found = pingouin.intraclass_corr(pd.DataFrame({"item": items, "coder": coders, "code": codes.ravel()}), "item", "coder", "code")
    return {"estimate": float(found.set_index("Type").loc["ICC(A,1)", "ICC"])}  # its interval is rounded
