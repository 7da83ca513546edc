"""An attacker who reads curves and shares by time: people by when their time ended, why, and level, solved together.

A share without the event is taken to give away the number of events so far: without
anybody censored before it is that number, and otherwise close to it.
"""

from collections.abc import Mapping
from itertools import pairwise, product

import pandas as pd

from pipeline.spec.study import Study
from pipeline.tables.results import Released
from tests.disclose.attack import NOTHING, Reader
from tests.disclose.cohort_attack import Attack, World, level_conditions

AT, AFTER = "at", "after"


def time_world(times: tuple[float, ...], ends: tuple[str, ...], facts: Mapping[str, tuple[str, ...]]) -> World:
    """Give cells of time (at a moment that is told of, or after it and before the next), end, and facts."""
    moments = ("before", *(f"{place} {time:g}" for time in times for place in (AT, AFTER)))
    return World({"time": moments, "end": (*ends, NOTHING)} | {fact: (*codes, NOTHING) for fact, codes in facts.items()})


def moment_of(time: float, times: tuple[float, ...]) -> str:
    earlier = [one for one in times if one <= time]
    if not earlier:
        return "before"
    return f"{AT if earlier[-1] == time else AFTER} {earlier[-1]:g}"


def until(world: World, time: float) -> list[str]:
    """Give the moments up to and including a time."""
    moments = world.axes["time"]
    return list(moments[: moments.index(f"{AT} {time:g}") + 1])


def read_times(study: Study, released: Released, world: World, events: Mapping[tuple[str, str, str], float]) -> Attack:
    """Put down everything the release says of times; ``events`` gives the true number behind a share (analysis, level, time)."""
    attack = Attack(study, released, world, "", Reader())
    ends = {one.id: one.event_codes for one in (*study.declaration.analyses, *study.declaration.exhibits) if one.event_codes}
    known = {"end": [code for code in world.axes["end"] if code != NOTHING]}
    _read_fixed(attack)
    cells = released.distributions
    for row in cells[(cells["exhibit"] == "curve") & ~cells["withheld"]].itertuples():
        inside = {**known, **level_conditions(row.level)}
        if attack.is_about(inside):
            attack.know({**inside, "end": ends[row.analysis], "time": until(world, row.x)}, row.n)
            attack.know({**inside, "time": set(world.axes["time"]) - set(until(world, row.x)[:-1])}, row.n_at_risk)
            attack.know(inside, row.total)
    rows = released.estimates
    for row in rows[(rows["estimator"] == "survival") & rows["n"].notna() & rows["estimand"].ne("log_rank")].itertuples():
        inside = {**known, **level_conditions(row.level)}
        if not attack.is_about(inside):
            continue
        attack.know(inside, row.n)
        if row.estimand == "survival_at" and not pd.isna(row.estimate):
            number = events[row.analysis, row.level, row.term]
            attack.know({**inside, "end": ends[row.analysis], "time": until(world, float(row.term))}, number)
    return attack


def _read_fixed(attack: Attack) -> None:
    """Read the tables of why times ended, and of the facts."""
    cells, names = (
        attack.released.distributions,
        {"ended": "end"} | {fact: fact for fact in attack.world.axes if fact not in ("time", "end")},
    )
    shown = cells[~cells["withheld"] & cells["n"].notna() & cells["outcome"].isin(list(names)) & (cells["exhibit"] == "answers")]
    for row in shown.itertuples():
        attack.know({names[row.outcome]: row.row.split("+")}, row.n)


def steps(
    world: World, times: tuple[float, ...], codes: tuple[str, ...], levels: list[Mapping[str, list[str]]]
) -> dict[str, list[tuple[str, ...]]]:
    """Name the counts that must not be known when small: who had an end between two times, and by any time, per level."""
    stretches = {"ever": world.axes["time"]}
    ends = [0, *(world.axes["time"].index(f"{AT} {time:g}") + 1 for time in times), len(world.axes["time"])]
    stretches |= {f"{low}-{high}": world.axes["time"][low:high] for low, high in pairwise(ends) if high > low}
    return {
        f"{code} {name} {dict(level)}": world.where({**level, "end": [code], "time": moments})
        for code, (name, moments), level in product(codes, stretches.items(), levels)
    }
