"""Merge answers until no count is small, by one pattern for all columns of a table.

A block is a set of answers that is shown as one row. Whoever reads the table
knows a block's total and nothing of how it divides, so an answer inside a block
may have any count from 0 to that total: the block hides it as soon as it has two
answers and its total is at least the minimum cell. Because groups and 'all' are
merged alike, subtracting one column from another gives blocks, never answers.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import pandas as pd

from pipeline.disclose.policy import Policy

COARSE_RUNS = 6
"""Most runs that ``coarse_partitions`` divides codes into."""

Block = tuple[str, ...]
Blocks = tuple[Block, ...]


def merge_answers(counts: pd.DataFrame, parts: Iterable[Sequence[str]], ordered: bool, policy: Policy) -> Blocks | None:
    """Merge the answers of a table until every block can be shown.

    Parameters
    ----------
    counts : DataFrame, one row per answer in declared order, one column per group
        People.
    parts : iterable of sequences of answers
        Sets of answers whose totals are known from elsewhere; blocks stay inside them.
    ordered : bool
        Merge with a neighbour (ratings, classes of numbers), else with the
        rarest other answer.
    policy : Policy

    Returns
    -------
    tuple of blocks in the order of ``counts``, or None
        None when no pattern protects every answer, or none leaves more than
        one row: then the table is withheld.
    """
    blocks: list[Block] = []
    for part in parts:
        merged = _merge_part(counts, list(part), ordered, policy)
        if merged is None:
            return None
        blocks += merged
    order = {code: place for place, code in enumerate(counts.index)}
    blocks.sort(key=lambda block: order[block[0]])
    return tuple(blocks) if len(blocks) > 1 else None


def _merge_part(counts: pd.DataFrame, part: list[str], ordered: bool, policy: Policy) -> list[Block] | None:
    blocks: list[Block] = [(code,) for code in part]
    totals = list(counts.loc[part].to_numpy(dtype="float64"))
    while failing := [place for place, total in enumerate(totals) if has_small(total, policy)]:
        if len(blocks) == 1:
            return None
        sizes = [float(total.sum()) for total in totals]
        first = min(failing, key=sizes.__getitem__)
        second = _partner(first, sizes, ordered)
        low, high = min(first, second), max(first, second)
        blocks[low] = tuple(sorted(blocks[low] + blocks.pop(high), key=part.index))
        totals[low] = totals[low] + totals.pop(high)
    return blocks


def _partner(place: int, sizes: list[float], ordered: bool) -> int:
    """Choose what to merge with: the smaller neighbour, or the smallest other block."""
    others = [place - 1, place + 1] if ordered else [other for other in range(len(sizes)) if other != place]
    return min((other for other in others if 0 <= other < len(sizes)), key=lambda other: sizes[other])


def extend_block(counts: pd.DataFrame, block: Block, blocks: Blocks, ordered: bool) -> Blocks | None:
    """Merge one block with one more of the table's blocks; None when a single row would be left."""
    if len(blocks) < 3:
        return None
    sizes = [float(counts.loc[list(one)].to_numpy().sum()) for one in blocks]
    place = blocks.index(block)
    other = _partner(place, sizes, ordered)
    order = list(counts.index)
    merged = tuple(sorted(blocks[place] + blocks[other], key=order.index))
    rest = [one for index, one in enumerate(blocks) if index not in (place, other)]
    return tuple(sorted([*rest, merged], key=lambda one: order.index(one[0])))


def has_small(totals: Iterable[float], policy: Policy) -> bool:
    """Say whether any of these counts is small."""
    return any(policy.is_small_cell(total) for total in totals)


def parts_of(answers: Sequence[str], known: Iterable[frozenset[str]]) -> list[tuple[str, ...]]:
    """Divide answers by which of some sets they belong to; the totals of these parts follow from the sets' totals.

    Parameters
    ----------
    answers : sequence of str
    known : iterable of sets of answers
        Each set's total is known.

    Returns
    -------
    list of tuples of answers, in the order of their first answer
    """
    sets = list(known)
    parts: dict[tuple[bool, ...], list[str]] = {}
    for answer in answers:
        parts.setdefault(tuple(answer in one for one in sets), []).append(answer)
    return [tuple(part) for part in parts.values()]


def is_whole(blocks: Blocks | None) -> bool:
    """Say whether nothing of a table is hidden."""
    return blocks is not None and all(len(block) == 1 for block in blocks)


def ordered_partitions(codes: Sequence[str]) -> Iterator[Blocks]:
    """Give every way to divide codes into runs of neighbours."""
    if not codes:
        yield ()
        return
    for length in range(1, len(codes) + 1):
        for rest in ordered_partitions(codes[length:]):
            yield (tuple(codes[:length]), *rest)


def coarse_partitions(codes: Sequence[str]) -> Iterator[Blocks]:
    """Give the divisions into few runs that are worth trying when all of them are too many: halves at any place, and even runs."""
    for place in range(1, len(codes)):
        yield tuple(codes[:place]), tuple(codes[place:])
    for runs in range(3, COARSE_RUNS + 1):
        edges = [round(len(codes) * number / runs) for number in range(runs + 1)]
        yield tuple(tuple(codes[start:end]) for start, end in pairwise(edges))


def all_partitions(codes: Sequence[str]) -> Iterator[Blocks]:
    """Give every way to divide codes into sets."""
    if not codes:
        yield ()
        return
    for rest in all_partitions(codes[1:]):
        yield ((codes[0],), *rest)
        for place, block in enumerate(rest):
            yield ((codes[0], *block), *rest[:place], *rest[place + 1 :])
