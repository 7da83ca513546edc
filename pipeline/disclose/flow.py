"""Merge small losses of the flow of people that would tell an answer, keeping every sum.

How many people a chain loses, and how many remain, is always shown: each estimate is
printed with its n, and not to have answered is no answer. A loss for what somebody
answered (a restriction, another group, an exclusion by an answer) is one: small ones
are added together with others as ``other_reasons``.
"""

from collections.abc import Collection

import pandas as pd

from pipeline.disclose.blocks import has_small
from pipeline.disclose.policy import Policy
from pipeline.spec.study import Study
from pipeline.tables.frames import conform
from pipeline.tables.glossary import FLOW

OTHER = "other_reasons"
TELLING = ("restricted_out", "other_group")
"""Losses of an analysis for what people answered; the others are for not having answered."""


def release_flow(study: Study, flow: pd.DataFrame, dropped: Collection[str], policy: Policy) -> pd.DataFrame:
    """Give the flow as it may be shown.

    Parameters
    ----------
    study : Study
    flow : DataFrame
        Table ``flow``.
    dropped : collection of str
        Chains that are left out, because their last count is withheld with the
        estimate it belongs to.
    policy : Policy

    Returns
    -------
    DataFrame
        Table ``flow``; every chain still adds up, and groups to all.
    """
    kept = flow[~flow["chain"].isin(list(dropped))]
    small = (kept["kind"] == "loss") & (kept["n"] > 0) & (kept["n"] < policy.cell)
    telling = {chain for chain, node in kept.loc[small, ["chain", "node"]].itertuples(index=False) if _is_telling(study, chain, node)}
    tight = kept["chain"].isin(list(telling))
    chains = [_release_chain(study, str(key[1]), rows, policy) for key, rows in kept[tight].groupby(["unit", "chain"], sort=True)]
    return conform(FLOW, pd.concat([kept[~tight], *chains], ignore_index=True))


def _release_chain(study: Study, chain: str, rows: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    merged = pd.concat([_merge_losses(study, chain, part, policy) for _, part in rows.groupby(_stretch(rows), sort=True)])
    steps = sorted(merged["step"].unique())
    return merged.assign(step=merged["step"].map(steps.index))


def _stretch(rows: pd.DataFrame) -> pd.Series:
    """Number the stretches between two counts; a count opens the stretch of the losses after it."""
    opens = rows.loc[rows["kind"] == "count"].groupby("step").size().index.to_numpy()
    return rows["step"].map(lambda step: int((opens <= step).sum()))


def _merge_losses(study: Study, chain: str, stretch: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    is_loss = stretch["kind"] == "loss"
    telling = [node for node in stretch.loc[is_loss, "node"].unique() if _is_telling(study, chain, node)]
    if not has_small(stretch.loc[stretch["node"].isin(telling), "n"], policy):
        return stretch
    losses = stretch[is_loss].pivot(index="node", columns="group", values="n").astype("float64").fillna(0.0)
    merged = merged_reasons(losses, telling, policy)
    if len(merged) < 2:
        return stretch
    chosen = is_loss & stretch["node"].isin(merged)
    total = stretch[chosen].groupby(["study", "unit", "chain", "group"], as_index=False).agg(step=("step", "min"), n=("n", "sum"))
    total["step"] = stretch.loc[chosen, "step"].min()
    return pd.concat([stretch[~chosen], total.assign(kind="loss", node=OTHER)], ignore_index=True)


def _is_telling(study: Study, chain: str, node: str) -> bool:
    """Say whether a reason is an answer; duplicates and test rows are about rows of a file."""
    if not chain.startswith("rows:"):
        return node in TELLING
    variables = {exclusion.id: exclusion.variable for exclusion in study.declaration.exclusions}
    return node in variables and study.variable[variables[node]].type not in ("id", "text")


def merged_reasons(counts: pd.DataFrame, telling: Collection[str], policy: Policy) -> list[str]:
    """Choose the reasons to add together.

    Parameters
    ----------
    counts : DataFrame, one row per reason, one column per group
    telling : collection of str
        Reasons that must not be small.
    policy : Policy

    Returns
    -------
    list of str
        Small telling reasons and the next smallest ones, until their sum is not
        small in any column; every reason when that is not reached; empty when
        no telling reason is small.
    """
    chosen = [reason for reason in counts.index if reason in telling and has_small(counts.loc[reason], policy)]
    others = counts.drop(index=chosen).sum(axis="columns")
    waiting = list(others[others > 0].sort_values(kind="stable").index)
    while chosen and waiting and (len(chosen) < 2 or has_small(counts.loc[chosen].sum(), policy)):
        chosen.append(waiting.pop(0))
    unsafe = chosen and (len(chosen) < 2 or has_small(counts.loc[chosen].sum(), policy))
    return list(counts.index) if unsafe else chosen
