"""Decide how a transition table is shown: merge classes first, hide single cells only where that is enough.

Rows (classes before) and columns (classes after) may be merged differently. The
pattern is the same for the groups and 'all', so 'all' tells nothing that the groups
do not. The reader is taken to know the row totals, the distribution of each wave by
itself, and therefore how many of each class before have no class after.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from pipeline.disclose.blocks import Block, Blocks, all_partitions, coarse_partitions, has_small, ordered_partitions
from pipeline.disclose.intervals import Cell, Hidden, room
from pipeline.disclose.policy import Policy

MOST_HIDDEN = 1 / 3
"""A table with a larger share of empty cells is not readable: coarser classes are tried instead."""
MOST_CLASSES = 6
"""Classes without order are tried in every combination up to this number; above it as if ordered."""
MANY_CLASSES = 10
"""With more classes than this only a few coarse ways to merge are tried: the number of ways doubles with each class."""
MOST_DIVISIONS = 32
"""With more ways to merge than this, rows and columns are merged alike or into two each, so that the search stays short."""


@dataclass(frozen=True)
class Layout:
    """How one transition table is shown."""

    rows: Blocks
    columns: Blocks
    hidden: frozenset[Cell]
    """Places (row, column) of cells that are not shown."""
    levels: frozenset[str]
    """Levels (groups, 'all') that are shown."""


@dataclass(frozen=True)
class Counts:
    """What one level of a transition table holds; classes in declared order."""

    cells: np.ndarray
    """(k, k) people by class before and class after."""
    before: np.ndarray
    """(k,) people by class in the first wave, with or without a class after."""
    after: np.ndarray
    """(k,) people by class in the second wave, with or without a class before."""


@dataclass(frozen=True)
class Transition:
    """One transition table to be laid out."""

    classes: tuple[str, ...]
    """In declared order."""
    levels: Mapping[str, Counts]
    """Groups and 'all', only those that rest on enough people."""
    together: tuple[Blocks, Blocks]
    """Classes that the first and the second wave's own tables merge."""
    apart: frozenset[str]
    """Classes that are better not merged with others: shares are made of them."""
    ordered: bool
    """Merge neighbours only."""


def choose_layout(table: Transition, policy: Policy) -> Layout | None:
    """Find the most detailed layout that protects every small cell.

    Parameters
    ----------
    table : Transition
    policy : Policy

    Returns
    -------
    Layout or None
        None when no layout with two rows and two columns is safe and readable.
    """
    best: tuple[tuple[int, ...], Layout] | None = None
    for rows, columns in _candidates(table):
        size = len(rows) * len(columns)
        if best is not None and size < best[0][0]:
            continue
        hidden = hidden_cells([_merged(counts, table.classes, rows, columns) for counts in table.levels.values()], policy)
        if hidden is None or len(hidden) > MOST_HIDDEN * size:
            continue
        alone = sum((one,) in blocks for one in table.apart for blocks in (rows, columns))
        rank = (size - len(hidden), size, int(rows == columns), alone, -_merged_people(table, rows, columns))
        if best is None or rank > best[0]:
            best = (rank, Layout(rows, columns, hidden, frozenset(table.levels)))
    return best[1] if best else None


def _candidates(table: Transition) -> Iterator[tuple[Blocks, Blocks]]:
    divide = all_partitions if not table.ordered and len(table.classes) <= MOST_CLASSES else ordered_partitions
    if len(table.classes) > MANY_CLASSES:
        divide = coarse_partitions
    order = {code: place for place, code in enumerate(table.classes)}
    divisions = [
        tuple(sorted((tuple(sorted(block, key=order.__getitem__)) for block in blocks), key=lambda block: order[block[0]]))
        for blocks in divide(table.classes)
        if len(blocks) > 1
    ]
    rows, columns = ([one for one in divisions if _keeps_together(one, blocks)] for blocks in table.together)
    short = len(divisions) > MOST_DIVISIONS
    pairs = [pair for pair in product(rows, columns) if not short or pair[0] == pair[1] or len(pair[0]) == len(pair[1]) == 2]
    return iter(sorted(pairs, key=lambda pair: -len(pair[0]) * len(pair[1])))


def _keeps_together(division: Blocks, merged: Blocks) -> bool:
    return all(any(set(block) <= set(wide) for wide in division) for block in merged)


def _merged(counts: Counts, classes: Sequence[str], rows: Blocks, columns: Blocks) -> Counts:
    row_sums, column_sums = (_indicator(classes, blocks) for blocks in (rows, columns))
    return Counts(row_sums @ counts.cells @ column_sums.T, row_sums @ counts.before, column_sums @ counts.after)


def _indicator(classes: Sequence[str], blocks: Blocks) -> np.ndarray:
    return np.array([[code in block for code in classes] for block in blocks], dtype=int)


def _merged_people(table: Transition, rows: Blocks, columns: Blocks) -> int:
    """Count those who are in a merged class, before or after."""
    return sum(
        int(totals[table.classes.index(code)])
        for counts in table.levels.values()
        for totals, blocks in ((counts.before, rows), (counts.after, columns))
        for block in blocks
        if len(block) > 1
        for code in block
    )


def hidden_cells(levels: Sequence[Counts], policy: Policy) -> frozenset[Cell] | None:
    """Choose the cells to hide so that no small cell can be worked out.

    Parameters
    ----------
    levels : sequence of Counts
        Merged as they are to be shown.
    policy : Policy

    Returns
    -------
    set of (row, column), or None
        The same for every level. None when a row rests on too few people, when
        those lost after the first wave would show a small count, or when even
        hiding every cell is not enough.
    """
    if not levels or any(_rows_show_too_much(counts, policy) for counts in levels):
        return None
    tables = [_with_newcomers(counts) for counts in levels]
    rows, columns = map(range, levels[0].cells.shape)
    cells = set(product(rows, columns))
    hidden = {cell for cell in cells if has_small((table[cell] for table in tables), policy)}
    while failing := exposed(tables, hidden, policy):
        more = [cell for cell in sorted(cells - hidden) if any(cell[0] == row or cell[1] == column for row, column in failing)]
        if not more:
            return None
        hidden.add(min(more, key=lambda cell: _cost(tables, hidden, cell, policy)))
    return frozenset(hidden)


def _rows_show_too_much(counts: Counts, policy: Policy) -> bool:
    """Say whether a row is too small for its shares, or its total subtracted from the first wave's table gives a small count."""
    rows = counts.cells.sum(axis=1)
    return any(policy.is_small_base(total) for total in rows) or has_small(counts.before - rows, policy)


def _with_newcomers(counts: Counts) -> np.ndarray:
    """Add the row that is never shown: those with a class after and none before."""
    return np.vstack([counts.cells, counts.after - counts.cells.sum(axis=0)]).astype(int)


def exposed(tables: Sequence[np.ndarray], hidden: set[Cell], policy: Policy) -> list[Cell]:
    """List the small cells of which fewer than ``minimum_cell`` steps are open in some level; newcomers' cells too."""
    mask = np.zeros(tables[0].shape, dtype=bool)
    mask[-1] = True
    for cell in hidden:
        mask[cell] = True
    places = [(int(row), int(column)) for row, column in np.argwhere(mask)]
    return [cell for cell in places if any(_is_exposed(Hidden(table, mask), cell, policy) for table in tables)]


def _is_exposed(table: Hidden, cell: Cell, policy: Policy) -> bool:
    return policy.is_small_cell(table.counts[cell]) and room(table, cell, policy.cell) < policy.cell


def _cost(tables: Sequence[np.ndarray], hidden: set[Cell], cell: Cell, policy: Policy) -> tuple[int, int]:
    """Prefer the cell that leaves fewest cells exposed, then the one with fewest people."""
    return len(exposed(tables, hidden | {cell}, policy)), sum(int(table[cell]) for table in tables)


def block_code(block: Block) -> str:
    """Write a block as one code."""
    return "+".join(block)


def transition_counts(rows: pd.DataFrame, classes: Sequence[str], before: pd.DataFrame, after: pd.DataFrame, group: str) -> Counts:
    """Read one level of a transition table.

    Parameters
    ----------
    rows : DataFrame
        Its cells, from ``distributions``.
    classes : sequence of str
    before, after : DataFrame, one row per class, one column per group
        Each wave by itself.
    group : str
        The column of ``before`` and ``after`` that the level is about.
    """
    cells = rows.pivot(index="row", columns="column", values="n").reindex(index=classes, columns=classes)
    margins = [table[group].reindex(classes).fillna(0).to_numpy(dtype=int) for table in (before, after)]
    return Counts(cells.fillna(0).to_numpy(dtype=int), *margins)
