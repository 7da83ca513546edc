"""What an estimator sees of one group: one outcome, columns ready for numbers, and what was declared of it.

``protocol`` builds a ``Cohort`` from the declared analysis; an estimator never
pivots, joins or filters beyond its own ``complete`` rows. Two groups that are
compared are a ``Comparison``.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.numbers.proportions import Clustering, clustering_of, share_interval
from pipeline.spec.declaration import Analysis
from pipeline.spec.vocabulary import EVERYBODY

Row = dict[str, object]

OUTCOME = "outcome"
BEFORE = "before"
THEN = "then"
BESIDE = "beside"
BESIDE_BEFORE = "beside_before"
EVENT = "event"
ANSWERED = "answered"
RATER = "rater"
SUBJECT = "subject"
GIVEN = (THEN, BESIDE, BESIDE_BEFORE, EVENT, RATER, SUBJECT)
"""Columns that hold what the analysis names, whichever outcome is looked at."""
FEW_DF = 4.0
"""Below so many degrees of freedom Satterthwaite's approximation is not to be trusted (Pustejovsky and Tipton 2018)."""
READING = "reading:"
"""Prefix of the columns that mark the units of one reading of a denominator."""
LEVEL = "level:"
"""Prefix of the columns that say at which level of a variable a unit is; a variable may be called anything."""


@dataclass(frozen=True)
class Cohort:
    """One analysis and one outcome of one group of units.

    Parameters
    ----------
    outcome : str
        Reference of the outcome, such as ``confidence@exit``.
    kind : str
        ``number``, ``share`` (0 or 1) or ``category``.
    frame : DataFrame, one row per unit inside the restrictions, sorted by id
        ``outcome``; where declared ``before`` (same name in the wave before),
        ``then``, ``beside`` and, with a wave before, ``beside_before``;
        ``event`` (1.0 where the time ended with it, 0.0 where it did not,
        missing where the end is not known); ``answered`` (bool: has a row in
        the outcome's wave); ``cluster``, ``rater`` and ``subject`` (str); ``reading:<id>`` (bool); and
        ``level:<variable>`` per ``by`` (categorical). Numbers and shares are float with NaN where
        missing, categories categorical in declared order.
    by : tuple of str
        Variables, links or crossings whose levels are estimated too.
    clustered : bool
        Whether units of one cluster may resemble each other.
    analysis : Analysis
        As declared; supplies target, readings, times, horizon, confidence.
    direction : str
        Which values of the outcome are better: ``higher``, ``lower`` or ``neither``.
    greatest, least : float
        Ends of the outcome's scale; NaN where none is declared. For bounds and ceilings.
    seed : int
        The study's seed, where chance is used.
    """

    outcome: str
    kind: str
    frame: pd.DataFrame
    by: tuple[str, ...]
    clustered: bool
    analysis: Analysis
    direction: str
    least: float
    greatest: float
    seed: int

    @property
    def confidence(self) -> float:
        """Level of the intervals, 0-1."""
        return self.analysis.confidence

    @property
    def categories(self) -> tuple[str, ...]:
        """Codes of a category, in declared order; none for numbers and shares."""
        dtype = self.frame[OUTCOME].dtype
        return tuple(dtype.categories) if isinstance(dtype, pd.CategoricalDtype) else ()

    def levels(self) -> Iterator[tuple[str, "Cohort"]]:
        """Give everybody as ``all``, then each level that somebody is in, such as ``sex=woman``."""
        yield EVERYBODY, self
        for variable in self.by:
            for code, frame in self.frame.groupby(f"{LEVEL}{variable}", observed=True):
                yield f"{variable}={code}", replace(self, frame=frame)


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


def notes_joined(*notes: str) -> str:
    """Write codes of remarks as the ``note`` column does, each once."""
    return " ".join(dict.fromkeys(code for note in notes for code in note.split()))
