"""What means and their errors say of a world where each answer is a number: sums of answers, and of their squares."""

from collections.abc import Iterable, Iterator, Mapping
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from pipeline.disclose.told import OTHER_PEOPLE, Row, Statement, Told, conditions_of
from pipeline.disclose.worlds import Conditions, values_of


def sum_statements(told: Told, rows: Iterable[Row]) -> Iterator[Statement]:
    """Give the sums of answers, and of their squares, that means and their errors tell where each answer is a number.

    Parameters
    ----------
    told : Told
        Nothing is told of a world that does not tell single answers apart.
    rows : rows of ``estimates``
        As they would be shown.
    """
    shown = [row for row in rows if told.is_exact and row.estimator not in OTHER_PEOPLE and not isnan(row.estimate) and not pd.isna(row.n)]
    means = {(row.analysis, row.outcome, row.wave, row.level): row for row in shown if row.estimand == "mean"}
    for row in shown:
        inside, values = conditions_of(told, row), values_of(told.study, row.outcome)
        if not set(inside) <= set(told.world.axes) or told.study.kind_of(row.outcome) != "number":
            continue
        if row.estimand == "standard_deviation":
            mean = means.get((row.analysis, row.outcome, row.wave, row.level))
            if mean is not None and (weights := _summed(told, mean, values)) is not None:
                squares = row.estimate**2 * (row.n - 1) + row.n * mean.estimate**2
                yield _sum(told, inside, weights**2, squares, (row.Index, mean.Index))
        elif (weights := _summed(told, row, values)) is not None:
            yield _sum(told, inside, weights, row.estimate * row.n, (row.Index,))
            if not isnan(row.std_error) and pd.isna(row.n_clusters):
                squares = row.std_error**2 * row.n * (row.n - 1) + row.n * row.estimate**2
                yield _sum(told, inside, weights**2, squares, (row.Index,))


def _sum(told: Told, inside: Conditions, weights: np.ndarray, number: float, rows: tuple[Any, ...]) -> Statement:
    return Statement(np.where(told.world.among(inside), np.nan_to_num(weights), 0.0), float(round(number)), rows)


def _summed(told: Told, row: Row, values: Mapping[str, float]) -> np.ndarray | None:
    """Give what each cell adds to a mean times its n; NaN outside; None for what is no mean."""
    world, analysis = told.world, told.analyses.get(row.analysis)
    if row.estimand == "mean" and row.wave in world.waves:
        return world.valued(values, row.wave)
    if analysis is None or analysis.before is None or (analysis.before, row.wave) != world.waves:
        return None
    before, after = (world.valued(values, wave) for wave in world.waves)
    both = np.isnan(before) | np.isnan(after)
    sums = {"mean_before": before, "mean_after": after, "mean_change": after - before}
    return np.where(both, np.nan, sums[row.estimand]) if row.estimand in sums else None
