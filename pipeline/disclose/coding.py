"""Decide what is shown of a coding: which themes were found in how many interviews.

The people here are the interviews. A matrix shows one interview per column, so it
needs a policy that lets single people be shown (``minimum_base = 1``), with its
printed reason. The sums of all themes are shown or none: together with how far
coders agree, the sum of one theme follows from the others. Pairs of themes
likewise.
"""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from pipeline.disclose.blocks import has_small
from pipeline.disclose.counts import TableKey
from pipeline.disclose.evidence import Decided
from pipeline.disclose.policy import Policy
from pipeline.spec.vocabulary import ANSWERED, EVERYBODY

CODING = "coding"


def decide_codings(policy: Policy, decided: Decided, rows: pd.DataFrame) -> Decided:
    """Withhold what would tell the sums of a coding that are withheld: the codes' own table, and how far coders agree.

    Parameters
    ----------
    policy, decided
    rows : DataFrame
        Table ``distributions``, nothing withheld.
    """
    for key, part in rows[rows["exhibit"] == CODING].groupby(["unit", "outcome", "wave"], sort=True):
        if has_small_sums(part, policy):
            table = TableKey(*key)
            decided = decided.hide_tables({table}, with_reasons=True)
            decided = replace(decided, shares=decided.shares | {(table.outcome, table.wave)})
    return decided


def hidden_codings(rows: pd.DataFrame, policy: Policy) -> pd.Series:
    """Mark the cells of one coding that are withheld; bool, same index."""
    given, sums = rows["row"] == ANSWERED, rows["column"] == EVERYBODY
    matrix = rows["x"].isna() & ~given
    no_sums = has_small_sums(rows, policy)
    no_pairs = no_sums or has_small((count for pair in _pair_counts(rows) for count in pair), policy)
    no_people = no_sums or policy.is_small_base(1) or policy.is_small_cell(1)
    return (matrix & no_people) | (sums & no_sums) | (~matrix & ~sums & ~given & no_pairs)


def has_small_sums(rows: pd.DataFrame, policy: Policy) -> bool:
    """Say whether any theme was coded in too few interviews, or found in few, or in all but few."""
    sums = rows[rows["column"] == EVERYBODY]
    if any(policy.is_small_base(total) for total in sums["total"]):
        return True
    return has_small([*sums["n"], *(sums["total"] - sums["n"])], policy)


def _pair_counts(rows: pd.DataFrame) -> Iterator[tuple[float, ...]]:
    """Give for each pair of themes the interviews with both, with one only, and with neither."""
    found = {(row.row, row.x): row.n for row in rows[rows["column"] == EVERYBODY].itertuples()}
    pairs = rows[rows["x"].notna() & (rows["column"] != EVERYBODY)]
    for pair in pairs.itertuples():
        one, other = found[pair.row, pair.x], found[pair.column, pair.x]
        yield pair.n, one - pair.n, other - pair.n, pair.total - one - other + pair.n
