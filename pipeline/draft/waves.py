"""When people answered: waves that a file has as rows of their own or as suffixes, or that are files; what they are called."""

import re
from collections.abc import Iterable, Sequence

import numpy as np

from pipeline.clean.written import number_in
from pipeline.draft.described import EVENT, INSTRUMENT, Column, Labels, Table
from pipeline.draft.words import is_among, slug
from pipeline.spec.codebook import ROW_NUMBER

WAVE_SUFFIX = re.compile(r"(?P<base>.+)_(?P<wave>t\d|w\d|wave\d|pre|post|before|after|fore|efter|baseline|followup|uppfoljning)")
ORDER = ("pre", "before", "fore", "baseline", "post", "after", "efter", "followup", "uppfoljning")
KNOWN_WAVES: dict[tuple[str, ...], Labels] = {
    ("pre", "before", "fore"): {"sv": "före", "en": "before"},
    ("post", "after", "efter"): {"sv": "efter", "en": "after"},
    ("baseline",): {"sv": "vid baslinjemätningen", "en": "at baseline"},
    ("followup", "uppfoljning"): {"sv": "vid uppföljningen", "en": "at follow-up"},
}
"""Words for waves -> what reports call them."""
NUMBERED_WAVE = re.compile(r"(?:t|w|wave)(\d+)")
YEAR_DIGITS = 4
ADVERBS = ("before", "after", "during", "at", "in", "före", "innan", "efter", "under", "vid")
"""Begin what can stand in a sentence as it is."""
MOST_WAVES = 12
SAME_QUESTIONS = 0.5
"""Share of the questions of the smaller file that two files must have in common to be two waves."""
NEARLY = 0.9
"""Share of rows with an id of their own that an id by name must have; with more, nobody has several rows."""


def find_waves(table: Table) -> None:
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


def label_of_wave(wave: str, event: str = "") -> Labels:
    """Give what a wave is called in the middle of a sentence: ``before``, ``at measurement 1``, ``in 1987``, ``at intake``."""
    for words, label in KNOWN_WAVES.items():
        if wave in words:
            return label
    number = NUMBERED_WAVE.fullmatch(wave)
    if number:
        is_year = len(number[1]) == YEAR_DIGITS
        return {"sv": f"{'år' if is_year else 'vid mätning'} {number[1]}", "en": f"{'in' if is_year else 'at measurement'} {number[1]}"}
    text = _event_of_all(event or wave).replace("_", " ")
    plain = text[:1].lower() + text[1:] if text[1:2].islower() else text
    return dict.fromkeys(("sv", "en"), plain) if plain.split()[0] in ADVERBS else {"sv": f"vid {plain}", "en": f"at {plain}"}


def waves_known(waves: Iterable[str]) -> bool:
    """Say whether the words for waves say by themselves what reports can call them."""
    return all(any(wave in words for words in KNOWN_WAVES) for wave in waves)


def _event_of_all(event: str) -> str:
    return re.sub(r"_arm_\d+$", "", event)


def wave_name(event: str) -> str:
    """Make the name of a wave of an event's: ``intake_arm_1`` is ``intake``, ``1987`` is ``t1987``."""
    name = slug(_event_of_all(event)) or "1"
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
