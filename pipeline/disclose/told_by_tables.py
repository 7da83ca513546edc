"""What tables of answers, of facts and of moves say of a world, of everybody and of each group."""

from collections.abc import Iterator

import pandas as pd

from pipeline.disclose.counts import COUNTED as TABLES
from pipeline.disclose.counts import TableKey
from pipeline.disclose.told import Statement, restriction_axis
from pipeline.disclose.worlds import NOTHING, Conditions, World, answers_in, both_hold, question_of, values_of
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import ANSWERED, EVERYBODY


def table_statements(study: Study, world: World, cells: pd.DataFrame) -> Iterator[Statement]:
    """Give what tables tell of a world.

    Parameters
    ----------
    study : Study
    world : World
    cells : DataFrame
        Table ``distributions`` as released, about the world's unit.

    Yields
    ------
    Statement
        Told by the table (``rows`` holds its key), which may be withheld; by nothing where it may not.
    """
    if world.has_ends:
        return
    for row in cells[cells["n"].notna() & ~cells["withheld"] & (cells["level"] == EVERYBODY)].itertuples():
        about = world.has_answers and question_of(study, row.outcome) == world.question and row.wave in world.waves
        axis = row.wave if about else row.outcome if not row.wave and row.outcome in world.axes else None
        group = None if axis is None or row.exhibit not in (*TABLES, "missing") else _group(study, world, row.column)
        if axis is None or group is None:
            continue
        known = frozenset(values_of(study, row.outcome)) if about else frozenset(world.axes[axis]) - {NOTHING}
        told = (TableKey(row.unit, row.outcome, row.wave),) if about else ()
        if row.exhibit in TABLES:
            counted = answers_in(study, row.outcome, row.row) if about else frozenset(row.row.split("+"))
            yield Statement.of(world.among(both_hold(group, {axis: counted})), float(row.n), told)
            yield Statement.of(world.among(both_hold(group, {axis: known})), float(row.total), told)
        elif row.row == ANSWERED:
            yield Statement.of(world.among(both_hold(group, {axis: known})), float(row.n))
    yield from _transition_statements(study, world, cells)


def _group(study: Study, world: World, code: str) -> Conditions | None:
    """Give the condition of being in a group, or in any; None where the world does not tell groups apart."""
    if code == EVERYBODY or not study.declaration.sample.group:
        return {} if code == EVERYBODY else None
    axis, codes = restriction_axis(study, study.declaration.sample.group, [code])
    return {axis: codes} if axis in world.axes else None


def _transition_statements(study: Study, world: World, cells: pd.DataFrame) -> Iterator[Statement]:
    moves = cells[(cells["exhibit"] == "transition") & (cells["wave"] == ">".join(world.waves))]
    for row in moves[[question_of(study, name) == world.question for name in moves["outcome"]]].itertuples() if world.has_answers else ():
        group = _group(study, world, row.level)
        if group is None:
            continue
        before = both_hold(group, {world.waves[0]: answers_in(study, row.outcome, row.row)})
        after = {world.waves[1]: answers_in(study, row.outcome, row.column)}
        if not pd.isna(row.n):
            yield Statement.of(world.among({**before, **after}), float(row.n))
        if not pd.isna(row.total):
            yield Statement.of(world.among({**before, world.waves[1]: frozenset(values_of(study, row.outcome))}), float(row.total))
