"""Bounds by trimming: between which ends the difference lies for those who would be known in either group.

Of the group more of whom are known, as many are cut off as the other lost, from the
one end and from the other. Holds only where chance made the groups, and if the
programme moves nobody out of being known whom it should move in; nothing is assumed
of what those lost would have answered. Method: Lee (2009).
"""

from pipeline.compare.gather.cohort import Row
from pipeline.compare.gather.comparison import FIRST, Comparison, row_of, too_few, two_groups
from pipeline.compare.numbers import trimming

LOW, HIGH = "trimmed_low", "trimmed_high"


def trimming_bounds(comparison: Comparison) -> list[Row]:
    """Bound the first group's mean less the second's.

    Parameters
    ----------
    comparison : Comparison
        Of a number or a share; everybody assigned to a group, known or not.

    Returns
    -------
    list of two rows
        ``trimmed_low`` and ``trimmed_high``; ``effect`` is how many people were cut off. Noted: ``one_group_empty``,
        ``too_few_people`` (no number), ``nobody_trimmed``, where as many are known in both.
    """
    groups = two_groups(comparison)
    rows = [row_of(comparison, groups, name, comparison.difference, comparison.kind) for name in (LOW, HIGH)]
    problem = too_few(groups, least=2)
    if problem:
        return [row | {"note": problem} for row in rows]
    asked = int((comparison.frame[FIRST] == 1).sum())
    found = trimming.trimming_bounds(groups.first, groups.second, asked, len(comparison.frame) - asked)
    beside: Row = {"effect_kind": "people_trimmed", "effect": found.people, "note": "" if found.people > 0 else "nobody_trimmed"}
    return [row | {"estimate": end} | beside for row, end in zip(rows, (found.low, found.high), strict=True)]
