"""Describe: what each group looks like by itself, for all and for each subgroup.

Every outcome gets this, so that no comparison is printed without the numbers it
comes from.
"""

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np
import pandas as pd

from pipeline.compare.gather.change_rows import ROUNDING
from pipeline.compare.gather.cohort import known_places
from pipeline.compare.gather.comparison import FIRST, Comparison
from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.numbers.means import clustered_mean_change, summarise
from pipeline.compare.numbers.proportions import clustering_of, share_interval
from pipeline.compare.numbers.student import critical_value
from pipeline.spec.vocabulary import EVERYBODY

UNITS_OF_PRINTING = {"n": "index", "skewness": "index", "excess_kurtosis": "index", "share": "share"}
"""Estimand -> how it is printed; all others in the outcome's unit."""


def describe(comparison: Comparison) -> list[dict[str, object]]:
    """Describe the outcome in each group, and in each group of each subgroup.

    Parameters
    ----------
    comparison : Comparison
        Of a number or a share; ``by`` names the subgroup variables.

    Returns
    -------
    list of rows
        For a number: n, mean (with Student's interval), standard deviation and
        error, median, quartiles, minimum, maximum, skewness, excess kurtosis.
        For a share: n, and the share with Wilson's interval. Both intervals
        allow for clusters where these are declared; a group within one cluster
        is described by itself (``within_one_cluster``). ``level`` is
        ``all`` or ``variable=code``, ``term`` the group's code. What too few
        people or a constant outcome leave undefined is empty, with a note.
    """
    rows = []
    for level, frame in _levels(comparison):
        for code, is_first in ((comparison.first, 1.0), (comparison.second, 0.0)):
            group = frame.loc[frame[FIRST] == is_first]
            rows += [row | {"level": level, "term": code, "group_a": code} for row in _describe_group(comparison, group)]
    return rows


def _levels(comparison: Comparison) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give everybody, then each subgroup that somebody belongs to."""
    yield EVERYBODY, comparison.frame
    for variable in comparison.by:
        for code, frame in comparison.frame.groupby(variable, observed=True):
            yield f"{variable}={code}", frame


def _describe_group(comparison: Comparison, group: pd.DataFrame) -> list[dict[str, object]]:
    people = group.loc[group[comparison.outcome].notna()].sort_values(comparison.outcome, kind="stable")
    known = people[comparison.outcome].to_numpy(dtype="float64")
    counts: dict[str, object] = {"n": len(known), "n_a": len(known), "n_missing": len(group) - len(known)}
    clusters = known_places(people[CLUSTER]) if comparison.clustered and len(known) else None
    numbers = _share_numbers if comparison.kind == "share" else _number_numbers
    return [
        {"estimand": estimand, "measure_unit": UNITS_OF_PRINTING.get(estimand, "number")} | counts | row
        for estimand, row in numbers(known, clusters, comparison.confidence).items()
    ]


def _share_numbers(known: np.ndarray, clusters: np.ndarray | None, confidence: float) -> dict[str, dict[str, object]]:
    if len(known) == 0:
        return {"n": {"estimate": 0.0}, "share": {"note": "too_few_people"}}
    count = int(known.sum())
    own = _own_cluster(clusters)
    clustering = clustering_of(known == 1, clusters) if clusters is not None and not own.get("note") else None
    low, high = share_interval(count, len(known), confidence, clustering)
    return {"n": {"estimate": float(len(known))}, "share": {"estimate": count / len(known), "conf_low": low, "conf_high": high} | own}


def _number_numbers(known: np.ndarray, clusters: np.ndarray | None, confidence: float) -> dict[str, dict[str, object]]:
    summary = summarise(known)
    rows = {estimand: _row(float(value), known) for estimand, value in asdict(summary).items()}
    own = _own_cluster(clusters)
    if summary.n > 1 and np.ptp(known) > 0 and clusters is not None and not own.get("note"):
        tested = clustered_mean_change(known, clusters, confidence)
        numbers = {name: value for name, value in tested.columns().items() if name not in ("statistic", "p_value")}
        rows["mean"] |= (numbers if tested.std_error > ROUNDING * np.ptp(known) else {"note": "same_mean_in_clusters"}) | own
    elif summary.n > 1:
        half = critical_value(confidence, summary.n - 1) * summary.standard_error
        interval = {"conf_low": summary.mean - half, "conf_high": summary.mean + half}
        rows["mean"] |= {"std_error": summary.standard_error, "df": float(summary.n - 1)} | interval | own
    return rows


def _own_cluster(clusters: np.ndarray | None) -> dict[str, object]:
    """Count the clusters; a group within one is described by itself, as if it were all there is."""
    if clusters is None:
        return {}
    count = len(np.unique(clusters))
    return {"n_clusters": count} | ({"note": "within_one_cluster"} if count == 1 else {})


def _row(value: float, known: np.ndarray) -> dict[str, object]:
    if np.isnan(value):
        return {"note": "constant_outcome" if len(known) > 1 and np.ptp(known) == 0 else "too_few_people"}
    return {"estimate": value}
