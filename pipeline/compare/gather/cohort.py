"""What an estimator sees of one group: one outcome, columns ready for numbers, and what was declared of it.

``protocol`` builds a ``Cohort`` from the declared analysis; an estimator never
pivots, joins or filters beyond its own ``complete`` rows. Two groups that are
compared are a ``Comparison``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from pipeline.spec.declaration import Analysis

OUTCOME = "outcome"
BEFORE = "before"
THEN = "then"
BESIDE = "beside"
BESIDE_BEFORE = "beside_before"
EVENT = "event"
CLUSTER = "cluster"
ANSWERED = "answered"
RATER = "rater"
SUBJECT = "subject"
GIVEN = (THEN, BESIDE, BESIDE_BEFORE, EVENT, RATER, SUBJECT)
"""Columns that hold what the analysis names, whichever outcome is looked at."""
READING = "reading:"
"""Prefix of the columns that mark the units of one reading of a denominator."""
LEVEL = "level:"
"""Prefix of the columns that say at which level of a variable a unit is; a variable may be called anything."""
WHOLE = "all"


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
        yield WHOLE, self
        for variable in self.by:
            for code, frame in self.frame.groupby(f"{LEVEL}{variable}", observed=True):
                yield f"{variable}={code}", replace(self, frame=frame)
