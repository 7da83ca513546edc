"""Rank: whether one group tends to have greater values, whatever the shape of the distribution.

Mann-Whitney's test with corrections for ties and continuity; the shift between
the groups after Hodges and Lehmann (1963), and the rank-biserial correlation
beside it.
"""

from pipeline.compare.gather.cohort import notes_joined
from pipeline.compare.gather.comparison import Comparison, row_of, too_few, two_groups
from pipeline.compare.numbers.ranks import hodges_lehmann, mann_whitney

TIED = 0.25
"""With this share of all pairs equal, the shift jumps between few values and shows no precision (tests/validate)."""


def rank(comparison: Comparison) -> list[dict[str, object]]:
    """Estimate by how much the first group's values are shifted against the second's.

    Parameters
    ----------
    comparison : Comparison
        Of a number.

    Returns
    -------
    list of one row
        ``location_shift`` in the outcome's unit; ``statistic`` is U of the
        first group. Numbers are empty, with a note, for an empty group
        (``one_group_empty``) or when everybody has the same value
        (``constant_outcome``). Where the groups do not overlap the correlation
        has no interval (``complete_separation``). ``shift_of_ties`` says that so
        many pairs are equal that the shift cannot show what the test is about.
    """
    groups = two_groups(comparison)
    row = row_of(comparison, groups, "location_shift", comparison.difference, "number")
    note = too_few(groups, least=1) or ("constant_outcome" if groups.is_one_value else "")
    if note:
        return [row | {"note": note}]
    test = mann_whitney(groups.first, groups.second, comparison.confidence)
    shift = hodges_lehmann(groups.first, groups.second, comparison.confidence)
    remarks = notes_joined("complete_separation" if abs(test.effect) == 1 else "", "shift_of_ties" if test.share_tied >= TIED else "")
    return [row | shift.columns() | test.columns() | {"effect_kind": "rank_biserial", "note": remarks}]
