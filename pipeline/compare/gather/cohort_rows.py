"""What estimators of one group share: rows for everybody and each level, and how a row begins."""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from pipeline.compare.gather.cohort import CLUSTER, Cohort
from pipeline.compare.numbers.proportions import Clustering, clustering_of, share_interval

Row = dict[str, object]


def rows_by_level(cohort: Cohort, estimate: Callable[[Cohort], Iterable[Row]]) -> list[Row]:
    """Estimate for everybody, then at each level that somebody is in.

    Parameters
    ----------
    cohort : Cohort
    estimate : function
        Gives the rows of one level, which is a cohort like the whole.

    Returns
    -------
    list of rows
        With ``level`` filled in.
    """
    return [row | {"level": level} for level, part in cohort.levels() for row in estimate(part)]


def counted(cohort: Cohort, known: pd.DataFrame, estimand: str, measure_unit: str) -> Row:
    """Begin a row: what is estimated, on how many of those asked.

    Parameters
    ----------
    cohort : Cohort
    known : DataFrame
        Those of its rows that the estimate rests on.
    estimand, measure_unit : str
        As in the glossary of ``estimates``.

    Returns
    -------
    dict
        Column to value; the estimator adds the numbers.
    """
    return {
        "estimand": estimand,
        "measure_unit": measure_unit,
        "n": len(known),
        "n_a": len(known),
        "n_missing": len(cohort.frame) - len(known),
        "note": "",
    }


def share_row(cohort: Cohort, known: pd.DataFrame, estimand: str, did: np.ndarray) -> Row:
    """Give the share of the known units for which something holds, with its interval (``share_interval``).

    Parameters
    ----------
    cohort : Cohort
    known : DataFrame (units)
    estimand : str
    did : array of bool (units,)

    Returns
    -------
    dict
        Without numbers, noted ``too_few_people``, when nobody is known; without
        interval, noted ``under_two_clusters``, when all known are of one cluster.
    """
    row = counted(cohort, known, estimand, "share")
    if not len(known):
        return row | {"note": "too_few_people"}
    count, clustering = int(did.sum()), clustering_in(cohort, known, did)
    row |= {"estimate": count / len(known)} | clusters_counted(clustering)
    if row["note"]:
        return row
    low, high = share_interval(count, len(known), cohort.confidence, clustering)
    return row | {"conf_low": low, "conf_high": high}


def clustering_in(cohort: Cohort, known: pd.DataFrame, did: np.ndarray) -> Clustering | None:
    """Measure how alike units of one cluster are; None where clusters do not count, or nobody is known."""
    return clustering_of(did, known_places(known[CLUSTER])) if cohort.clustered and len(known) else None


def known_places(clusters: pd.Series) -> np.ndarray:
    """Number the cluster of each unit; units of an unknown one are clusters of their own: a share of everybody is a fact first."""
    places = pd.factorize(clusters)[0]
    alone = places < 0
    places[alone] = len(places) + np.arange(alone.sum())
    return places


def clusters_counted(clustering: Clustering | None) -> Row:
    """Say how many clusters a share rests on, and that one is too few for an interval."""
    if clustering is None:
        return {}
    return {"n_clusters": clustering.clusters} | ({"note": "under_two_clusters"} if clustering.clusters < 2 else {})


def joined(*notes: str) -> str:
    """Write codes of remarks as the ``note`` column does, each once."""
    return " ".join(dict.fromkeys(code for note in notes for code in note.split()))
