"""Welch: the raw difference between two means, with Hedges' g beside it.

Unequal variances are allowed; nothing is adjusted for. Method: Welch (1947);
g with the exact correction and noncentral-t interval, after Hedges (1981).
"""

from math import isnan

from pipeline.compare.gather.cohort import notes_joined
from pipeline.compare.gather.comparison import COMPLETE, Comparison, TwoGroups, row_of, too_few, two_groups
from pipeline.compare.gather.design import hardly_varies
from pipeline.compare.numbers.effect_sizes import hedges_g
from pipeline.compare.numbers.means import pooled_difference, welch_difference
from pipeline.compare.numbers.results import TTest


def welch(comparison: Comparison) -> list[dict[str, object]]:
    """Estimate the first group's mean minus the second's.

    Parameters
    ----------
    comparison : Comparison
        Of a number, or of a share as 0 and 1.

    Returns
    -------
    list of one row
        ``mean_difference`` in the outcome's unit. Numbers are empty, with a
        note, for fewer than two known outcomes in a group (``one_group_empty``,
        ``too_few_people``), when everybody has the same value
        (``constant_outcome``) or each group a value of its own
        (``complete_difference``); ``effect_interval_not_found`` marks an effect
        without interval, ``arm_hardly_varies`` an error taken from both groups together.
    """
    groups = two_groups(comparison)
    row = row_of(comparison, groups, "mean_difference", comparison.difference, "number")
    note = too_few(groups, least=2)
    if not note and groups.is_constant:
        note = "constant_outcome" if groups.is_one_value else COMPLETE
    if note:
        return [row | {"note": note}]
    means, remark = _compared(groups, comparison.confidence)
    effect = hedges_g(groups.first, groups.second, comparison.confidence)
    remarks = notes_joined(remark, "effect_interval_not_found" if isnan(effect.effect_low) else "")
    return [row | means.columns() | {"effect_kind": "hedges_g"} | effect.columns() | {"note": remarks}]


def _compared(groups: TwoGroups, confidence: float) -> tuple[TTest, str]:
    """Give Welch's test, or Student's where its interval is wider and one group hardly varies; and the remark on it."""
    means = welch_difference(groups.first, groups.second, confidence)
    if not any(hardly_varies(arm, "number") for arm in (groups.first, groups.second)):
        return means, ""
    together = pooled_difference(groups.first, groups.second, confidence)
    return max(means, together, key=lambda one: one.conf_high - one.conf_low), "arm_hardly_varies"
