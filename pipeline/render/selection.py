"""Which rows of a release a table or figure shows, and in what order.

Shared by figures and tables, so that both show the same estimate for the same
outcome. Selects and labels; computes nothing.
"""

import math
import re
from collections import namedtuple
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from pipeline.render.results import Results
from pipeline.spec.naming import split_reference
from pipeline.spec.vocabulary import EVERYBODY
from pipeline.tables.glossary import ESTIMATES

ROLES = ("primary", "secondary", "exploratory", "")
RAW = ("mean_difference", "risk_difference")
ADJUSTED = ("adjusted_mean_difference", "adjusted_risk_difference")
RANKS = ("location_shift",)
DIFFERENCE_BY = "difference_by_"
"""Beginning of the estimands that are a difference between the groups, by the method named after it."""
FEW_EVENTS = "few_events"
"""Remark on an adjusted share that has no error: the exact raw comparison of the same analysis leads in its place."""
MERGED = "+"
WITHHELD = "withheld_"
"""Beginning of the codes of notes that say why numbers are withheld."""
TERM = re.compile(r"(?:(?P<variable>\w+)=(?P<category>[^\s:]+):\s+)?(?P<groups>.+)")

Row = Any
"""One row of a release table, read by attribute: ``row.estimate``."""
Key = tuple[str, ...]
"""What identifies an estimate (``ESTIMATES.key``)."""


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Give the rows of a table in its order."""
    row = _row_type(tuple(frame.columns))
    return [row(*values) for values in frame.to_numpy(dtype=object).tolist()]


@lru_cache
def _row_type(columns: tuple[str, ...]) -> Callable[..., Row]:
    return namedtuple("Row", columns)


def known(value: float | None) -> bool:
    """Say whether a number is there: neither missing nor withheld."""
    return value is not None and not pd.isna(value) and math.isfinite(value)


def verdict_shown(row: Row) -> str:
    """Give the verdict of a row; ``no_verdict`` where there is a number but nothing that decides, empty where there is none."""
    return str(row.verdict) or ("no_verdict" if known(row.estimate) else "")


def anybody_before(row: Row) -> bool:
    """Say whether anybody was in the class before of a cell of a transition; a withheld number is not nobody."""
    return not known(row.total) or row.total > 0


@dataclass(frozen=True)
class OutcomeRows:
    """One outcome: its raw and its adjusted difference between participants and controls."""

    outcome: str
    wave: str
    raw: Row | None
    adjusted: Row | None
    headline: Row
    """The one whose analysis is declared with the higher role; the one that leads when both have the same (``lead_order``)."""
    role: str
    """Declared role of the headline's analysis."""

    @property
    def is_primary(self) -> bool:
        """Say whether the headline was declared to answer the study's question."""
        return self.role == "primary"

    @property
    def kind(self) -> str:
        """How the difference prints: ``number`` or ``share``."""
        return str(self.headline.measure_unit)


def those_there(rows: Iterable[Row | None]) -> tuple[Row, ...]:
    """Leave out the rows that were not made."""
    return tuple(row for row in rows if row is not None)


def is_main(results: Results, analysis: Mapping[str, Any]) -> bool:
    """Say whether an analysis compares all participants with all controls, without subgroups."""
    group = analysis.get("group") or results.facts["sample"]["group"]
    contrast = tuple(analysis.get("contrast") or results.groups)
    whole_sample = group == results.facts["sample"]["group"] and contrast == results.groups
    return whole_sample and not analysis.get("restrict") and not analysis.get("by")


def main_outcomes(results: Results) -> list[OutcomeRows]:
    """Give every outcome that participants and controls are compared on, primary ones first.

    An outcome with several raw or several adjusted estimates is shown with the
    one of the highest role, the first declared among equals; the rest stands
    with the other estimates of the plan (``tables.others``).
    """
    shown = _shown_estimates(results)
    places = dict.fromkeys((outcome, wave) for outcome, wave, _ in shown)
    outcomes = [_outcome_rows(results, place, shown.get((*place, RAW)), shown.get((*place, ADJUSTED))) for place in places]
    return sorted(outcomes, key=lambda one: ROLES.index(one.role))


def _outcome_rows(results: Results, place: tuple[str, str], raw: Row | None, adjusted: Row | None) -> OutcomeRows:
    roles = declared_roles(results)
    headline = min((row for row in (adjusted, raw) if row is not None), key=lambda row: (ROLES.index(roles[row.analysis]), lead_order(row)))
    return OutcomeRows(*place, raw, adjusted, headline, roles[headline.analysis])


def lead_order(row: Row) -> tuple[bool, int]:
    """Give the place of a comparison among others of the same outcome and role: adjusted, raw, by ranks; without an error last."""
    kinds = (ADJUSTED, RAW, RANKS)
    return FEW_EVENTS in row.note.split(), next((place for place, kind in enumerate(kinds) if row.estimand in kind), len(kinds))


def declared_roles(results: Results) -> dict[str, str]:
    """Give the declared role of each analysis; without a locked plan its estimates are called exploratory all the same."""
    return {analysis["id"]: analysis["role"] for analysis in results.facts["analyses"]}


def declared_estimates(results: Results) -> list[Row]:
    """Give every estimate of every declared analysis in plan order: everybody before the levels."""
    return [row for analysis in results.facts["analyses"] for row in _declared_rows(results, analysis)]


def without(rows: Iterable[Row], shown: Container[Key]) -> list[Row]:
    """Leave out the rows that something shows already."""
    return [row for row in rows if row_key(row) not in shown]


@lru_cache(maxsize=4)
def _shown_estimates(results: Results) -> dict[tuple[str, str, tuple[str, ...]], Row]:
    shown: dict[tuple[str, str, tuple[str, ...]], Row] = {}
    main = [analysis for analysis in results.facts["analyses"] if is_main(results, analysis)]
    rows = (row for analysis in sorted(main, key=lambda one: ROLES.index(one["role"])) for row in _declared_rows(results, analysis))
    for row in (row for row in rows if row.level == EVERYBODY):
        for estimands in (RAW, ADJUSTED):
            if row.estimand in estimands:
                shown.setdefault((row.outcome, row.wave, estimands), row)
    return shown


def _declared_rows(results: Results, analysis: Mapping[str, Any]) -> list[Row]:
    """Give the rows of one analysis, everybody first, outcomes in the order declared."""
    rows = rows_of(results.rows(analysis=analysis["id"]))
    order = {split_reference(reference): place for place, reference in enumerate(analysis["outcomes"])}
    return sorted(rows, key=lambda row: (row.level != EVERYBODY, order.get((row.outcome, row.wave), len(order))))


def row_key(row: Row) -> Key:
    """Give what identifies a row of the estimates of a release."""
    return tuple(str(getattr(row, name)) for name in ESTIMATES.key)


def term_category(term: str) -> tuple[str, str]:
    """Give the category of a term such as ``sex=woman: participant``, and the rest of it."""
    parts = TERM.fullmatch(term)
    return (parts["category"] or "", parts["groups"]) if parts else ("", term)


def note_texts(results: Results, note: str) -> tuple[str, ...]:
    """Give the remarks of an estimate as texts, in the order noted."""
    return tuple(results.say(f"note.{code}") for code in note.split())


def why_absent(results: Results, notes: Iterable[str]) -> str:
    """Say why numbers are not there, inside a sentence which says that they are not shown."""
    codes = dict.fromkeys(code for note in notes for code in note.split())
    reasons = [results.say(f"reason.{code}" if code.startswith(WITHHELD) else f"note.{code}") for code in codes]
    return "; ".join(reasons) or results.say("words.not_known")


def outcome_in_wave(results: Results, outcome: str, wave: str) -> str:
    """Name an outcome with its wave: ``Vilja att sluta (uppföljning)``."""
    label = results.outcome_label(outcome)
    return f"{label} ({results.label('wave', wave)})" if wave else label


def merged_label(results: Results, labels: Iterable[str]) -> str:
    """Join labels of merged answers: ``Bra eller mycket bra``."""
    first, *others = labels
    if not others:
        return first
    others = [results.inside(label) for label in others]
    return f"{', '.join([first, *others[:-1]])} {results.say('table.or')} {others[-1]}"


def capital(text: str) -> str:
    """Begin a heading with a capital."""
    return text[:1].upper() + text[1:]
