"""What tables of answers, of facts and of moves say of a world; they are decided before."""

from collections.abc import Iterator

import pandas as pd

from pipeline.disclose.counts import COUNTED as TABLES
from pipeline.disclose.told import Statement
from pipeline.disclose.worlds import NOTHING, World, answers_in, question_of, values_of
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY


def table_statements(study: Study, world: World, cells: pd.DataFrame) -> Iterator[Statement]:
    """Give what tables tell of a world.

    Parameters
    ----------
    study : Study
    world : World
    cells : DataFrame
        Table ``distributions`` as released, about the world's unit.
    """
    for row in cells[cells["n"].notna() & ~cells["withheld"] & (cells["level"] == EVERYBODY) & (cells["column"] == EVERYBODY)].itertuples():
        about = world.has_answers and question_of(study, row.outcome) == world.question and row.wave in world.waves
        axis = row.wave if about else row.outcome if not row.wave and row.outcome in world.axes else None
        if axis is None:
            continue
        known = frozenset(values_of(study, row.outcome)) if about else frozenset(world.axes[axis]) - {NOTHING}
        if row.exhibit in TABLES:
            counted = answers_in(study, row.outcome, row.row) if about else frozenset(row.row.split("+"))
            yield Statement(world.among({axis: counted}).astype("float64"), float(row.n))
            yield Statement(world.among({axis: known}).astype("float64"), float(row.total))
        elif row.exhibit == "missing" and row.row == "answered":
            yield Statement(world.among({axis: known}).astype("float64"), float(row.n))
    yield from _transition_statements(study, world, cells)


def _transition_statements(study: Study, world: World, cells: pd.DataFrame) -> Iterator[Statement]:
    moves = cells[(cells["exhibit"] == "transition") & (cells["wave"] == ">".join(world.waves)) & (cells["level"] == EVERYBODY)]
    for row in moves[[question_of(study, name) == world.question for name in moves["outcome"]]].itertuples() if world.has_answers else ():
        before = {world.waves[0]: answers_in(study, row.outcome, row.row)}
        after = {world.waves[1]: answers_in(study, row.outcome, row.column)}
        if not pd.isna(row.n):
            yield Statement(world.among({**before, **after}).astype("float64"), float(row.n))
        if not pd.isna(row.total):
            yield Statement(
                world.among({**before, world.waves[1]: frozenset(values_of(study, row.outcome))}).astype("float64"), float(row.total)
            )
