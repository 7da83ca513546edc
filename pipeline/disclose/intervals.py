"""What a reader can work out about a hidden cell of a two-way table.

The reader is taken to know every shown cell and all row and column totals. The
counts that then fit a hidden cell form a range without gaps, found exactly by a
largest flow (the constraints are those of a transport problem, whose corners are
whole numbers).

Hiding a cell is not enough. Of 45 people by class before (rows) and after
(columns), one moved from the first class to the second:

>>> counts = np.array([[9, 1, 4], [2, 8, 3], [5, 6, 7]])
>>> def room_of_the_one(*hidden):
...     mask = np.zeros((3, 3), dtype=bool)
...     mask[tuple(zip(*hidden))] = True
...     return room(Hidden(counts, mask), (0, 1), enough=99)

Hidden alone, it is 14 - 9 - 4, the row's total less what is shown. With a second
cell of its row the column gives it, since that has no other hidden cell:

>>> room_of_the_one((0, 1)), room_of_the_one((0, 1), (0, 0))
(0, 0)

Only a circle of hidden cells leaves it open: what one gains, the next in its row
or column loses. This one holds anything from 0 to 9 people: its 1 can be gone, and
so can the 8 opposite, who would then all be added to it.

>>> room_of_the_one((0, 1), (0, 0), (1, 0), (1, 1))
9
"""

from collections import deque
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

Node = tuple[str, int]
Cell = tuple[int, int]
"""Place of a cell: row, column."""


@dataclass(frozen=True)
class Hidden:
    """A table and which of its cells are not shown; arrays (rows, columns)."""

    counts: np.ndarray
    """True counts, whole numbers of at least 0."""
    mask: np.ndarray
    """True where not shown."""


def room(table: Hidden, cell: Cell, enough: int) -> int:
    """Give the width of the range of counts that fit a hidden cell, at most ``enough``.

    Parameters
    ----------
    table : Hidden
    cell : (row, column)
        One of the hidden cells.
    enough : int
        The search stops at this width.

    Returns
    -------
    int
        Largest minus smallest count that fits; 0 when the cell can be computed.
    """
    row, column = ("row", cell[0]), ("column", cell[1])
    upwards = _largest_flow(table, column, row, enough)
    if upwards >= enough:
        return enough
    downwards = _largest_flow(table, row, column, min(enough, int(table.counts[cell])))
    return min(enough, upwards + downwards)


def _largest_flow(table: Hidden, source: Node, sink: Node, enough: int) -> int:
    """Push people round cycles of hidden cells that close over the cell between source and sink, one at a time.

    A step from a row to a column adds one person to their cell, a step from a
    column to a row takes one out; totals stay as they are.
    """
    counts, mask = table.counts.copy(), table.mask.copy()
    closing = dict((source, sink))
    mask[closing["row"], closing["column"]] = False
    for pushed in range(enough):
        path = _path(Hidden(counts, mask), source, sink)
        if path is None:
            return pushed
        for one, other in pairwise(path):
            if one[0] == "row":
                counts[one[1], other[1]] += 1
            else:
                counts[other[1], one[1]] -= 1
    return enough


def _path(table: Hidden, source: Node, sink: Node) -> list[Node] | None:
    came_from: dict[Node, Node | None] = {source: None}
    queue = deque([source])
    while queue:
        node = queue.popleft()
        if node == sink:
            return _trace(came_from, node)
        for following in _steps(table, node):
            if following not in came_from:
                came_from[following] = node
                queue.append(following)
    return None


def _steps(table: Hidden, node: Node) -> list[Node]:
    kind, place = node
    if kind == "row":
        return [("column", int(column)) for column in np.flatnonzero(table.mask[place])]
    return [("row", int(row)) for row in np.flatnonzero(table.mask[:, place] & (table.counts[:, place] > 0))]


def _trace(came_from: dict[Node, Node | None], node: Node) -> list[Node]:
    path: list[Node] = []
    current: Node | None = node
    while current is not None:
        path.append(current)
        current = came_from[current]
    return path[::-1]
