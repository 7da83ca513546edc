"""Who answered: the id that files share, ids that repeat or look odd, facts that do not change."""

import re
from collections.abc import Iterable, Sequence

import numpy as np

from pipeline.clean.identity import plain_id
from pipeline.draft.described import EVENT, INSTRUMENT, Column, Table
from pipeline.draft.waves import NEARLY, events_of, find_waves, once_only
from pipeline.draft.words import is_among, words
from pipeline.errors import ResearcherError
from pipeline.spec.codebook import ROW_NUMBER
from pipeline.spec.folding import comparable
from pipeline.spec.personal import PERSONAL, is_name

SOME = 1 / 3
"""Share of ids that another file must know."""
FEW_ODD = 0.03
FEWEST_AGREEING = 20
LONGEST_ID, TEXTS_LOOKED_AT = 40, 200


def name_ids(tables: Sequence[Table], stated: str) -> None:
    """Choose the column of each table that names people.

    Parameters
    ----------
    tables : sequence of Table
        Changed in place.
    stated : str
        Heading that the researcher names; empty: the column that is like an id.

    Raises
    ------
    ResearcherError
        When the stated column is not there, or nothing joins several files.
    """
    for table in tables:
        found = [one for one in table.columns if _could_name(one, table, by_name=len(tables) == 1)]
        if stated:
            table.id_heading, table.why_id = _stated(table, stated), "you named it"
        elif len(tables) > 1:
            others = [other for other in tables if other is not table]
            _take(table, [one for one in found if all(_is_shared(one, other) for other in others)], "the files know the same people by it")
        else:
            own = [one for one in found if is_among("ids", one.heading)] or [
                one for one in found[:1] if one.heading == "#1" and one.is_unique
            ]
            _take(table, own, "every row has its own")
        if len(tables) == 1:
            find_waves(table)
    nameless = [table for table in tables if table.id_heading == ROW_NUMBER]
    if len(tables) > 1 and nameless:
        found_in = f"{len(nameless)} of {len(tables)} files have no column that names the same people as the others"
        raise ResearcherError.of(
            "FROM", found_in, remedy='Name it: ID="…", the heading of the id in all files; or draft the files one by one.'
        )


def _could_name(column: Column, table: Table, by_name: bool) -> bool:
    """Say whether a column may hold ids: nearly every row has one of its own."""
    events = max((len(one.texts) for one in table.columns if one.heading in (EVENT, INSTRUMENT)), default=0)
    needed = len(column.rows) / (events + 1) ** 2 if events else NEARLY * len(column.rows)
    enough = len(column.texts) >= needed and (not by_name or is_among("ids", column.heading))
    if not column.texts or column.answered < NEARLY * len(column.rows) or not (column.is_unique or enough):
        return False
    return max(map(len, column.texts[:TEXTS_LOOKED_AT])) <= LONGEST_ID


def names_people(table: Table) -> bool:
    """Say whether some id of a table is a personal identity number, an e-mail address or a name, and has to become a pseudonym."""
    return table.id_heading != ROW_NUMBER and _are_of_people(table.column(table.id_heading).texts)


def _are_of_people(texts: Iterable[str]) -> bool:
    return any(is_one(plain_id(text)) for text in texts for is_one in (*PERSONAL.values(), is_name))


def _take(table: Table, found: Sequence[Column], why: str) -> None:
    best = min(
        found,
        key=lambda one: (
            _are_of_people(one.texts[:TEXTS_LOOKED_AT]),
            words()["ids"]["words"].index(comparable(one.heading)) if is_among("ids", one.heading) else 1_000,
        ),
        default=None,
    )
    if best is not None:
        table.id_heading, table.why_id = best.heading, why


def _is_shared(column: Column, other: Table) -> bool:
    """Say whether another table knows many of the ids."""
    own = {plain_id(text) for text in column.texts}
    for one in other.columns:
        if comparable(one.heading) == comparable(column.heading) and one.texts:
            theirs = {plain_id(text) for text in one.texts}
            return len(own & theirs) >= SOME * min(len(own), len(theirs))
    return False


def _stated(table: Table, heading: str) -> str:
    found = [one.heading for one in table.columns if comparable(one.heading) == comparable(heading)]
    if not found:
        raise ResearcherError.of(f"ID={heading}", f"{table.export.file} has no such column", remedy="Name a heading that all files have.")
    return found[0]


def agreement(first: Table, second: Table, heading: str) -> float:
    """Give the share of those in both tables who have the same answer in both; 0 when all have one answer, or few are in both."""
    one, other = first.column(heading), second.column(heading)
    if ROW_NUMBER in (first.id_heading, second.id_heading):
        return 0.0
    mine, theirs = first.column(first.id_heading), second.column(second.id_heading)
    place_of = {plain_id(text): place for place, text in enumerate(theirs.texts)}
    row_of = np.full(len(theirs.texts) + 1, -1)
    row_of[theirs.rows] = np.arange(len(other.rows))
    there = np.array([*(place_of.get(plain_id(text), -1) for text in mine.texts), -1])[mine.rows]
    matched = (there >= 0) & (one.rows >= 0)
    own_place = {comparable(text): place for place, text in enumerate(one.texts)}
    translated = np.array([*(own_place.get(comparable(text), -2) for text in other.texts), -1])
    before, after = one.rows[matched], translated[other.rows[row_of[there[matched]]]]
    both = after != -1
    told = both.sum() >= FEWEST_AGREEING and len(set(before[both].tolist())) > 1
    return float((before[both] == after[both]).mean()) if told else 0.0


def never_changes(table: Table, columns: Sequence[Column]) -> bool:
    """Say whether everybody with several answers has given the same one each time; not of few people, nor where all answer alike."""
    if table.id_heading == ROW_NUMBER:
        return False
    ids = table.column(table.id_heading).rows.astype(np.int64)
    for column in columns:
        there = (ids >= 0) & (column.rows >= 0)
        people, times = np.unique(ids[there], return_counts=True)
        given = len(np.unique(ids[there] * len(column.texts) + column.rows[there]))
        if given > len(people) or (times > 1).sum() < FEWEST_AGREEING or len(column.texts) < 2:
            return False
    return True


def rows_without(table: Table, column: Column, reasons: Iterable[str]) -> tuple[np.ndarray, bool]:
    """Say which rows have no answer, or only a reason for none; and whether another row of the same people has one."""
    empty = [place for place, text in enumerate(column.texts) if comparable(text) in set(reasons)]
    lost = (column.rows < 0) | np.isin(column.rows, empty)
    if table.id_heading == ROW_NUMBER:
        return lost, False
    ids = table.column(table.id_heading).rows
    return lost, bool(np.isin(ids[lost], ids[~lost]).any())


def repeated_ids(table: Table) -> int:
    """Count the rows that repeat the id of another; events and instruments repeat it on purpose."""
    if table.id_heading == ROW_NUMBER or events_of(table):
        return 0
    column = table.column(table.id_heading)
    own = column.rows[once_only(table) & (column.rows >= 0)]
    return len(own) - len({plain_id(column.texts[place]) for place in np.unique(own)})


def odd_ids(table: Table) -> list[str]:
    """Give the ids that have another form than nearly all others, such as ``TEST`` among ``P001`` and ``P002``."""
    if table.id_heading == ROW_NUMBER or names_people(table):
        return []
    ids = [plain_id(text) for text in table.column(table.id_heading).texts]
    forms = [re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", text)) for text in ids]
    usual = max(set(forms), key=forms.count)
    odd = [text for text, form in zip(ids, forms, strict=True) if form != usual]
    return sorted(odd) if len(odd) <= FEW_ODD * len(ids) else []
