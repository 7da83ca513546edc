"""Whether a mean and a standard deviation leave open how a merged class divides.

A reader who knows how many people are in each class, and the sum of their values,
can rule out divisions of a merged class for which no values inside the classes give
that sum. The same holds for the sum of squares.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.disclose.blocks import Blocks
from pipeline.disclose.classes import greatest, least
from pipeline.disclose.counts import TableKey
from pipeline.disclose.evidence import Evidence
from pipeline.spec.study import Study

ROUNDING = 1e-6
NO_LIMIT = 1e9
"""Stands for no upper limit in sums, where infinity times nobody is not a number."""


@dataclass(frozen=True)
class GroupMoments:
    """One group's people by class, and what is known of the sum of their values; arrays (k,)."""

    counts: np.ndarray
    low: np.ndarray
    high: np.ndarray
    """Least and greatest value of each class."""
    sums: dict[int, float]
    """Power -> sum of that power of everybody's values."""


def stays_open(evidence: Evidence, key: TableKey, blocks: Blocks, means: pd.DataFrame) -> bool:
    """Say whether every small class keeps a range of at least ``minimum_cell`` beside the released moments.

    Parameters
    ----------
    evidence : Evidence
    key : TableKey
        A table of classes of numbers.
    blocks : tuple of tuples of classes
    means : DataFrame, one row per group whose column is shown
        ``mean``, ``standard_deviation`` and ``n``; NaN where not estimated.

    Returns
    -------
    bool
        Answers outside the merged class are taken as known, so the true range is wider still.
    """
    counts, policy = evidence.tables[key], evidence.policy
    low, high = _limits(evidence.study, key, counts)
    merged = [block for block in blocks if len(block) > 1]
    for group in means.index:
        column = GroupMoments(counts[group].to_numpy(), low, high, _sums(means.loc[group]))
        for block in merged:
            places = [int(place) for place in counts.index.get_indexer(list(block))]
            small = [place for place in places if policy.is_small_cell(column.counts[place])]
            if any(_width(column, place, [one for one in places if one != place]) < policy.cell for place in small):
                return False
    return True


def _sums(moments: pd.Series) -> dict[int, float]:
    """Turn n, mean and standard deviation into sums of values and of squares."""
    n, mean, deviation = moments["n"], moments["mean"], moments["standard_deviation"]
    sums = {1: n * mean, 2: (n - 1) * deviation**2 + n * mean**2}
    return {power: float(known) for power, known in sums.items() if not np.isnan(known)}


def _limits(study: Study, key: TableKey, counts: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Give the least and greatest value of each class; the last class ends where the measure or question does."""
    whole = key.outcome in study.variable and study.variable[key.outcome].type == "integer"
    low = np.array([least(code) for code in counts.index])
    high = np.array([greatest(code, whole) for code in counts.index])
    return low, np.where(np.isinf(high), np.maximum(low, _greatest_value(study, key.outcome)), high)


def _greatest_value(study: Study, outcome: str) -> float:
    if outcome not in study.measure:
        maximum = study.variable[outcome].maximum
        return NO_LIMIT if maximum is None else maximum
    measure = study.measure[outcome]
    tops = {"count_of": len(measure.items), "count_correct": len(measure.items), "share_correct": 1}
    if measure.rule in tops:
        return float(tops[measure.rule])
    largest = measure.range[1] if measure.range else NO_LIMIT
    return largest * (len(measure.items) if measure.rule == "sum_of_items" else 1)


def _width(column: GroupMoments, place: int, others: list[int]) -> float:
    """Give the range of counts of one class that some values inside the classes fit."""
    together = int(column.counts[[place, *others]].sum())
    fitting = [count for count in range(together + 1) if _fits(column, place, others, count)]
    return max(fitting) - min(fitting) if fitting else 0


def _fits(column: GroupMoments, place: int, others: list[int], count: int) -> bool:
    """Say whether a class may hold ``count`` people, the rest of its block being anywhere in the other classes of the block."""
    rest = column.counts[[place, *others]].sum() - count
    fixed = np.ones(len(column.counts), dtype=bool)
    fixed[[place, *others]] = False
    for power, known in column.sums.items():
        low, high = _powers(column.low, column.high, power)
        least_sum = (column.counts[fixed] * low[fixed]).sum() + count * low[place] + rest * low[others].min()
        greatest_sum = (column.counts[fixed] * high[fixed]).sum() + count * high[place] + rest * high[others].max()
        if not least_sum - ROUNDING <= known <= greatest_sum + ROUNDING:
            return False
    return True


def _powers(low: np.ndarray, high: np.ndarray, power: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the least and greatest of a power of the values between two limits."""
    if power == 1:
        return low, high
    across = (low < 0) & (high > 0)
    return np.where(across, 0.0, np.minimum(low**2, high**2)), np.maximum(low**2, high**2)
