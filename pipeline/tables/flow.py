"""Counts that must add up: nobody leaves a chain without a reason, groups add to all."""

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from pipeline.spec.vocabulary import EVERYBODY
from pipeline.tables.glossary import FLOW


class Step(NamedTuple):
    """A step of a chain: a count or a loss, what it is called, and of how many."""

    kind: str
    node: str
    n: int


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
    chains: dict[tuple[str, str, str], list[Step]] = {}
    places: dict[tuple[str, str, int], dict[str, int]] = {}
    for row in flow.sort_values(["unit", "chain", "group", "step"]).itertuples():
        chains.setdefault((row.unit, row.chain, row.group), []).append(Step(row.kind, row.node, row.n))
        places.setdefault((row.unit, row.chain, row.step), {})[row.group] = row.n
    for (unit, chain, group), steps in chains.items():
        yield from (f"{unit} {chain} {group}: {fault}" for fault in _chain_faults(steps))
    for (unit, chain, step), numbers in sorted(places.items()):
        total, parts = numbers.get(EVERYBODY, 0), [number for group, number in numbers.items() if group != EVERYBODY]
        if parts and sum(parts) != total:
            yield f"{unit} {chain} step {step}: groups add to {sum(parts)}, all is {total}"


def _chain_faults(steps: list[Step]) -> Iterator[str]:
    if steps[0].kind != "count" or steps[-1].kind != "count":
        yield "does not begin and end with a count"
        return
    if any(step.n < 0 for step in steps):
        yield "has a negative number"
    remaining = steps[0].n
    for step in steps[1:]:
        if step.kind == "loss":
            remaining -= step.n
        elif step.n != remaining:
            yield f"{step.node} is {step.n}, but {remaining} remain"
            remaining = step.n
