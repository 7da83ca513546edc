"""A study as drafted: variables, answer lists, sources and waves, from the columns of all tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pipeline.draft.boxes import boxes_among, name_of_boxes
from pipeline.draft.described import INSTRUMENT, Answer, Column, Kind, Labels, Table
from pipeline.draft.kinds import kind_of
from pipeline.draft.lists import Wanted, shared_lists
from pipeline.draft.people import agreement, never_changes
from pipeline.draft.waves import (
    are_waves,
    events_of,
    in_time,
    label_of_wave,
    once_only,
    repeating,
    rows_of_event,
    wave_name,
    waves_in_names,
)
from pipeline.draft.words import is_among, slug, unused
from pipeline.spec.codebook import ROW_NUMBER
from pipeline.spec.folding import comparable
from pipeline.spec.vocabulary import CHOICE_TYPES

PERSON, BOXES, NUMBERS = "person", "select_multiple", ("integer", "decimal")
MOST_CONTRADICTED = 0.05
"""Share of people who may contradict themselves on sex and the like."""


@dataclass(frozen=True)
class Item:
    """A variable as one table has it."""

    name: str
    heading: str
    label: Labels
    kind: Kind
    columns: tuple[Column, ...]


@dataclass
class Drafted:
    """A row of codebook.csv."""

    name: str
    kind: Kind
    label: Labels
    raw_names: dict[str, str] = field(default_factory=dict)
    fixed: bool = False
    answers: str = ""
    items: list[Item] = field(default_factory=list)


@dataclass
class DraftedSource:
    """A source of study.toml, the table it is read from, and what of its columns is left out and why."""

    name: str
    table: Table
    wave: str = ""
    rows: dict[str, tuple[str, ...]] = field(default_factory=dict)
    own: np.ndarray | None = None
    left_out: dict[str, list[str]] = field(default_factory=dict)
    holds: list[tuple[Drafted, Kind]] = field(default_factory=list)


@dataclass
class Draft:
    """Everything that is drafted, before it is written."""

    variables: dict[str, Drafted]
    lists: dict[str, tuple[Answer, ...]]
    sources: list[DraftedSource]
    waves: list[str]
    why_waves: str

    @property
    def kinds(self) -> list[tuple[str, str, Kind]]:
        """Give name, heading and kind of every variable."""
        return [(one.name, one.items[0].heading, one.kind) for one in self.variables.values()]

    def called(self, wave: str) -> Labels:
        """Give the label of a wave."""
        source = next(source for source in self.sources if source.wave == wave)
        return label_of_wave(wave, source.rows.get(source.table.wave_heading, ("",))[0])


def assembled(tables: Sequence[Table], language: str) -> Draft:
    """Draft the variables of a study.

    Parameters
    ----------
    tables : sequence of Table
        With their ids named.
    language : str
        Of labels that the files hold.
    """
    items: dict[str, list[Item]] = {}
    left_out: dict[str, dict[str, list[str]]] = {}
    for table in tables:
        items[table.name], left_out[table.name] = _items(table, language)
    sources, why = _sources(tables, items)
    variables: dict[str, Drafted] = {}
    for source, item, called in _held(sources, items):
        apart = called in variables and not _alike(variables[called].kind, item.kind)
        name = f"{called}_{source.name}"[:60] if apart else called
        label = item.label if called == item.name else {language: _without_wave(text, source.wave) for language, text in item.label.items()}
        known = variables.setdefault(name, Drafted(name, item.kind, label))
        known.kind = _together(known.kind, item.kind)
        known.raw_names[source.name] = item.heading
        known.items.append(item)
        source.holds.append((known, item.kind))
    for source in sources:
        source.left_out = left_out[source.table.name]
    waves = (
        in_time(source.wave for source in sources if source.wave)
        if why.startswith("suffixes")
        else [*dict.fromkeys(one.wave for one in sources if one.wave)]
    )
    draft = Draft(variables, {}, sources, waves, why)
    _share_lists(draft)
    _settle_fixed(draft)
    return draft


def _without_wave(label: str, wave: str) -> str:
    """Take a wave off the end of a question's wording."""
    before, _, last = label.rpartition(" ")
    return before if before and slug(last) == wave else label


def _alike(known: Kind, other: Kind) -> bool:
    """Say whether one variable reads both: answers in order in one file may be few in another, numbers whole in one only."""
    return known.type == other.type or any({known.type, other.type} <= set(types) for types in (CHOICE_TYPES, NUMBERS))


def _together(known: Kind, other: Kind) -> Kind:
    """Give the kind that reads the cells of both."""
    type_ = "decimal" if {known.type, other.type} == set(NUMBERS) else known.type
    constraint = known.constraint if known.constraint == other.constraint else ""
    return replace(known, type=type_, constraint=constraint, decide=known.decide or other.decide)


def _items(table: Table, language: str) -> tuple[list[Item], dict[str, list[str]]]:
    """Name every variable of a table; give the headings left out by their reason."""
    found: list[Item] = []
    left_out: dict[str, list[str]] = {}
    taken: set[str] = {PERSON}
    questions = [column for column in table.columns if column.heading not in (table.id_heading, table.wave_heading)]
    if events_of(table):
        left_out["says of which wave a row is"] = [table.wave_heading]
    boxes = list(boxes_among(questions, table.tool))
    first = {question.columns[0].heading: question for question in boxes}
    inside = {column.heading for question in boxes for column in question.columns}
    for column in questions:
        if column.heading in first:
            question = first[column.heading]
            name = unused(_as_name(name_of_boxes(question)), taken)
            found.append(Item(name, question.heading, question.label, question.kind, question.columns))
        elif column.heading not in inside:
            kind = kind_of(column, table.tool, language)
            if not kind.type:
                left_out.setdefault(kind.why, []).append(column.heading)
                continue
            text = next((text for text in column.question.label.values() if text), "")
            name = unused(_as_name(slug(column.heading) if not column.heading.startswith("#") else slug(text)), taken)
            found.append(
                Item(name, column.heading, {key: text or column.heading for key, text in column.question.label.items()}, kind, (column,))
            )
        else:
            continue
        taken.add(name)
    return found, left_out


def _as_name(name: str) -> str:
    return name if name and name[0].isalpha() else f"q_{name}".rstrip("_")


def _sources(tables: Sequence[Table], items: Mapping[str, list[Item]]) -> tuple[list[DraftedSource], str]:
    """Say which sources are read from the tables, of which waves, and why."""
    asked = [{item.name for item in items[table.name]} for table in tables]
    if are_waves(asked):
        waves = [f"t{place}" for place, _ in enumerate(tables, start=1)]
        return [
            DraftedSource(table.name, table, wave) for table, wave in zip(tables, waves, strict=True)
        ], "the files ask the same, in the order you named them"
    found: list[DraftedSource] = []
    why = ""
    for table in tables:
        events, suffixes = events_of(table), waves_in_names(item.name for item in items[table.name])
        if not events and repeating(table):
            found.append(DraftedSource(table.name, table, rows={INSTRUMENT: ("",)}, own=once_only(table)))
        elif events:
            why = f"the file has rows of its own for each {table.wave_heading}"
            found += [_of_event(table, event) for event in events if rows_of_event(table, event).any()]
        elif suffixes and len(tables) == 1:
            waves = in_time(wave for _, wave in suffixes.values())
            why = f"suffixes of its questions: {', '.join(f'_{wave}' for wave in waves)}"
            found += [DraftedSource(f"{table.name}_{wave}", table, wave) for wave in waves]
        else:
            found.append(DraftedSource(table.name, table))
    return found, why


def _of_event(table: Table, event: str) -> DraftedSource:
    rows: dict[str, tuple[str, ...]] = {table.wave_heading: (event,), **({INSTRUMENT: ("",)} if repeating(table) else {})}
    return DraftedSource(wave_name(event), table, wave_name(event), rows, rows_of_event(table, event))


def _held(sources: Sequence[DraftedSource], items: Mapping[str, list[Item]]) -> Iterator[tuple[DraftedSource, Item, str]]:
    """Give every variable that a source holds, and what it is called."""
    for source in sources:
        own = items[source.table.name]
        split = waves_in_names(item.name for item in own) if source.wave and source.name.endswith(f"_{source.wave}") else {}
        for item in own:
            base, wave = split.get(item.name, (item.name, ""))
            if wave not in ("", source.wave):
                continue
            if source.own is not None and not any((column.rows[source.own] >= 0).any() for column in item.columns):
                continue
            yield source, item, base


def _share_lists(draft: Draft) -> None:
    wanted = [Wanted(one.name, _merged(one), one.kind.ordered) for one in draft.variables.values() if _merged(one)]
    draft.lists, list_of = shared_lists(wanted)
    for name, list_name in list_of.items():
        draft.variables[name].answers = list_name
    boxes = {
        f"{one.name}_{answer.code}" for one in draft.variables.values() if one.kind.type == BOXES for answer in draft.lists[one.answers]
    }
    for name in boxes & draft.variables.keys():
        variable = draft.variables.pop(name)
        variable.name = unused(name, boxes | draft.variables.keys())
        draft.variables[variable.name] = variable


def _merged(variable: Drafted) -> tuple[Answer, ...]:
    """Give the answers of a variable in all its files, each text once."""
    found: dict[str, Answer] = {}
    for item in variable.items:
        for answer in item.kind.answers:
            found.setdefault(comparable(answer.raw), answer)
    return tuple(found.values())


def _settle_fixed(draft: Draft) -> None:
    """Say what cannot change between waves: what stands once, what everybody answers alike, and facts such as sex."""
    for variable in draft.variables.values():
        held = [source for source in draft.sources if source.name in variable.raw_names]
        if not draft.waves or any(not source.wave for source in held):
            variable.fixed = True
        elif variable.kind.type == BOXES:
            variable.fixed = False
        elif (
            len({variable.raw_names[source.name] for source in held}) < len(held)
            and all(source.own is None for source in held)
            and len({id(source.table) for source in held}) == 1
        ):
            variable.fixed = True
        elif len(held) > 1 and held[0].own is not None and held[0].table is held[1].table:
            variable.fixed = never_changes(held[0].table, variable.items[0].columns)
        elif len(held) == 1:
            variable.fixed = held[0].wave == draft.waves[0] and _is_fact(variable)
        elif held[0].table is not held[1].table and held[0].table.id_heading != ROW_NUMBER:
            headings = [variable.raw_names[source.name] for source in held[:2]]
            needed = 1 - MOST_CONTRADICTED if _is_fact(variable) else 1.0
            variable.fixed = headings[0] == headings[1] and agreement(held[0].table, held[1].table, headings[0]) >= needed


def _is_fact(variable: Drafted) -> bool:
    return any(is_among("kinds", text, "fixed") for item in variable.items for text in (item.heading, *item.label.values()))
