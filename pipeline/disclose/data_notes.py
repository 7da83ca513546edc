"""What was found when the raw files were read that a reader must know, as counts that may leave."""

import pandas as pd

from pipeline.disclose.policy import Policy

EMPTY = ("no_rows", "nobody_answered")
"""Findings of nothing at all, which need no number."""
TOLD = (
    *EMPTY,
    "few_matched",
    "spells_joined",
    "entered_again_inside",
    "corrected",
    "contradiction",
    "backward_in_time",
    "not_in_sample",
    "unknown_link",
)
"""Findings of the cleaning log that bear on results, in the order told; the others are about how cells were written."""


def data_notes(policy: Policy, log: pd.DataFrame) -> list[dict[str, object]]:
    """Give the findings of the cleaning log that a report tells.

    Parameters
    ----------
    policy : Policy
    log : DataFrame
        Table ``cleaning_log``.

    Returns
    -------
    list of dict
        ``source``, ``subject``, ``finding``, and either ``n`` (0 of what is empty) or, for few units,
        ``at_most``: a number of the smallest cell that leaves open how many they are.
    """
    told = log[log["finding"].isin(TOLD)]
    rows = sorted(told.itertuples(), key=lambda row: (TOLD.index(row.finding), row.source, row.subject))
    return [{"source": row.source, "subject": row.subject, "finding": row.finding} | _number(policy, int(row.n)) for row in rows]


def _number(policy: Policy, count: int) -> dict[str, int]:
    return {"n": count} if count == 0 or count > policy.cell or policy.cell == 1 else {"at_most": policy.cell}
