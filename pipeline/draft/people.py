"""Who answered, and when: the id that files share, waves in files, events or suffixes, facts that do not change."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.clean.identity import plain_id
from pipeline.clean.written import number_in
from pipeline.draft.described import Column
from pipeline.draft.recognise import Export
from pipeline.draft.words import is_among, slug, words
from pipeline.errors import ResearcherError
from pipeline.spec.codebook import ROW_NUMBER
from pipeline.spec.folding import comparable
from pipeline.spec.personal import PERSONAL, is_name

EVENT, INSTRUMENT = "redcap_event_name", "redcap_repeat_instrument"
WAVE_SUFFIX = re.compile(r"(?P<base>.+)_(?P<wave>t\d|w\d|wave\d|pre|post|before|after|fore|efter|baseline|followup|uppfoljning)")
ORDER = ("pre", "before", "fore", "baseline", "post", "after", "efter", "followup", "uppfoljning")
NEARLY, SOME = 0.9, 1 / 3
"""Share of rows with an id of their own that an id by name must have; of ids that another file must know."""
FEW_ODD = 0.03
FEWEST_AGREEING = 20
LONGEST_ID, TEXTS_LOOKED_AT = 40, 200
MOST_WAVES = 12
SAME_QUESTIONS = 0.5
"""Share of the questions of the smaller file that two files must have in common to be two waves."""


@dataclass
class Table:
    """One table with its columns.

    Attributes
    ----------
    name : str
        Of the source, or what the names of its sources begin with.
    export : Export
    tool : str
    columns : tuple of Column
    id_heading : str
        Column that names people; ``#row`` where none does.
    why_id : str
    wave_heading : str
        Column that says of which wave a row is, where people have several rows.
    """

    name: str
    export: Export
    tool: str
    columns: tuple[Column, ...]
    id_heading: str = ROW_NUMBER
    why_id: str = "no column names people, so the number of the row does"
    wave_heading: str = EVENT

    def column(self, heading: str) -> Column:
        """Give a column by its heading."""
        return next(one for one in self.columns if one.heading == heading)


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
            _find_waves(table)
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


def _find_waves(table: Table) -> None:
    """Find who answers several times, each time in a row of its own that a column such as ``year`` tells apart."""
    known = table.id_heading != ROW_NUMBER
    if any(one.heading in (EVENT, INSTRUMENT) for one in table.columns):
        return
    for wave in table.columns:
        if not is_among("ids", wave.heading, "waves") or not 1 < len(wave.texts) <= MOST_WAVES or (wave.rows < 0).any():
            continue
        for column in sorted(table.columns, key=lambda one: not is_among("ids", one.heading)):
            could = column.heading == table.id_heading if known else column is not wave
            balanced = is_among("ids", column.heading) or len(column.texts) * len(wave.texts) == len(wave.rows)
            if could and (known or balanced) and _told_apart(column, wave):
                table.wave_heading = wave.heading
                if not known:
                    table.id_heading, table.why_id = column.heading, f"it stands once for each {wave.heading}"
                return


def _told_apart(column: Column, wave: Column) -> bool:
    """Say whether people have several rows, and never two of one wave."""
    if (column.rows < 0).any() or len(column.texts) > NEARLY * len(column.rows):
        return False
    pairs = column.rows.astype(np.int64) * len(wave.texts) + wave.rows
    return len(np.unique(pairs)) == len(pairs)


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


def waves_in_names(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Split names with a wave behind them, where some question has two: name -> (question, wave)."""
    found = {name: match for name in names if (match := WAVE_SUFFIX.fullmatch(name))}
    bases: dict[str, set[str]] = {}
    for match in found.values():
        bases.setdefault(match["base"], set()).add(match["wave"])
    several = {wave for waves in bases.values() if len(waves) > 1 for wave in waves}
    return {name: (match["base"], match["wave"]) for name, match in found.items() if match["wave"] in several}


def in_time(waves: Iterable[str]) -> list[str]:
    """Order waves by what they are called."""
    return sorted(dict.fromkeys(waves), key=lambda wave: (ORDER.index(wave) if wave in ORDER else -1, wave))


def are_waves(questions: Sequence[set[str]]) -> bool:
    """Say whether all tables ask mostly the same."""
    return len(questions) > 1 and all(
        len(these & those) >= max(2, SAME_QUESTIONS * min(len(these), len(those))) for these in questions for those in questions
    )


def events_of(table: Table) -> list[str]:
    """Give what tells the waves of a long table apart, in order of time; none where nobody has several rows."""
    found = next((one for one in table.columns if one.heading == table.wave_heading), None)
    if found is None or len(found.texts) < 2:
        return []
    numbers = {text: number for text in found.texts if (number := number_in(text, ".")) is not None}
    first = {text: float(np.argmax(found.rows == place)) for place, text in enumerate(found.texts)}
    return sorted(found.texts, key=(numbers if len(numbers) == len(first) else first).__getitem__)


def wave_name(event: str) -> str:
    """Make the name of a wave of an event's: ``intake_arm_1`` is ``intake``, ``1987`` is ``t1987``."""
    name = slug(re.sub(r"_arm_\d+$", "", event)) or "1"
    return name if name[0].isalpha() else f"t{name}"


def once_only(table: Table) -> np.ndarray:
    """Say of each row whether it is of no repeating instrument; those are about something else than a person."""
    repeats = [one for one in table.columns if one.heading == INSTRUMENT]
    return repeats[0].rows < 0 if repeats else np.ones(len(table.columns[0].rows), dtype=bool)


def rows_of_event(table: Table, event: str) -> np.ndarray:
    """Say of each row whether it is of an event, and of no repeating instrument."""
    column = table.column(table.wave_heading)
    return (column.rows == column.texts.index(event)) & once_only(table)


def repeating(table: Table) -> tuple[str, ...]:
    """Give the repeating instruments of a table."""
    return next((one.texts for one in table.columns if one.heading == INSTRUMENT), ())


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
