"""Counts that must add up: nobody leaves a chain without a reason, groups add to all."""

from collections.abc import Iterator

import pandas as pd

from pipeline.spec.vocabulary import EVERYBODY
from pipeline.tables.glossary import FLOW


def check_flow(flow: pd.DataFrame) -> None:
    """Raise ``ValueError`` unless every chain of a flow table adds up (see ``flow_faults``)."""
    faults = list(flow_faults(flow))
    if faults:
        raise ValueError(f"{FLOW.name}: " + "; ".join(faults))


def flow_faults(flow: pd.DataFrame) -> Iterator[str]:
    """Find what does not add up.

    Parameters
    ----------
    flow : DataFrame
        Table ``flow``.

    Yields
    ------
    str
        A chain and group that does not begin or end with a count, has a
        negative number, or where a count minus the losses after it is not the
        next count; a step where the groups do not add up to all.
    """
    for (unit, chain, group), steps in flow.groupby(["unit", "chain", "group"], sort=True):
        yield from (f"{unit} {chain} {group}: {fault}" for fault in _chain_faults(steps.sort_values("step")))
    for (unit, chain, step), groups in flow.groupby(["unit", "chain", "step"], sort=True):
        total = groups.loc[groups["group"] == EVERYBODY, "n"].sum()
        parts = groups.loc[groups["group"] != EVERYBODY, "n"]
        if len(parts) and parts.sum() != total:
            yield f"{unit} {chain} step {step}: groups add to {parts.sum()}, all is {total}"


def _chain_faults(steps: pd.DataFrame) -> Iterator[str]:
    if steps["kind"].iloc[0] != "count" or steps["kind"].iloc[-1] != "count":
        yield "does not begin and end with a count"
        return
    if (steps["n"] < 0).any():
        yield "has a negative number"
    remaining = steps["n"].iloc[0]
    for step in steps.iloc[1:].itertuples():
        if step.kind == "loss":
            remaining -= step.n
        elif step.n != remaining:
            yield f"{step.node} is {step.n}, but {remaining} remain"
            remaining = step.n
