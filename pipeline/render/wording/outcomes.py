"""The primary outcomes as sentences see them: main estimate, its counterpart, and the groups' levels before and after."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.render.balance import covariates
from pipeline.render.flow import flow_chains
from pipeline.render.results import Results
from pipeline.render.selection import ADJUSTED, RANKS, RAW, Row, is_main, known, lead_order, rows_of
from pipeline.spec.naming import split_reference
from pipeline.spec.vocabulary import EVERYBODY

ADJUSTED_BY, PART, TIED = "holm", "interval_and_test_part", "shift_of_ties"
NOTABLE_IMBALANCE = 0.1
"""A standardised difference from here on is commonly called an imbalance (Austin 2009)."""


@dataclass(frozen=True)
class Levels:
    """The two groups' mean or share in one wave, with the number of people behind each."""

    wave: str
    a: Row
    b: Row


@dataclass(frozen=True)
class Outcome:
    """One primary outcome."""

    main: Row
    """The estimate that the plan calls primary; of several the one that leads, the others are told as questions of their own."""
    raw: Row | None
    adjusted: Row | None
    after: Levels | None
    before: Levels | None
    """The same measure in an earlier wave, when it was asked then."""
    imbalance: float | None
    """Standardised difference of the same measure before; None when not known."""
    same_people: bool = False
    """True where the levels before and after are of the same people: nobody of either group is missing in any of them."""

    @property
    def of_other_people(self) -> bool:
        """Say whether there are levels before and after that are not of the same people."""
        return self.before is not None and self.after is not None and not self.same_people

    @property
    def both(self) -> bool:
        """Say whether there is a raw and an adjusted estimate to hold together."""
        return all(row is not None and known(row.estimate) for row in (self.raw, self.adjusted))

    @property
    def disagree(self) -> bool:
        """Say whether the raw estimate lies outside the adjusted interval, or the two part in excluding zero."""
        if self.raw is None or self.adjusted is None or not self.both or not known(self.adjusted.conf_low):
            return False
        outside = not self.adjusted.conf_low <= self.raw.estimate <= self.adjusted.conf_high
        return outside or excludes_zero(self.raw) != excludes_zero(self.adjusted)


def excludes_zero(row: Row) -> bool:
    """Say whether a row's own interval leaves out zero."""
    return bool(known(row.conf_low) and known(row.conf_high) and (row.conf_low > 0 or row.conf_high < 0))


def points_up(row: Row) -> bool:
    """Say whether what the test is about lies above zero: the difference, or the order of values where a shift of tied ones may be 0."""
    return bool((row.effect if row.estimand in RANKS else row.estimate) > 0)


def deciding_p(row: Row) -> float:
    """Give the p-value that decides: the adjusted one where there is one."""
    return float(row.p_adjusted if known(row.p_adjusted) else row.p_value)


def size_answer(row: Row) -> str:
    """Hold an interval against the smallest difference that matters; empty where there is none, or where it shows no precision."""
    if not known(row.reference_value) or not known(row.conf_low) or TIED in row.note.split():
        return ""
    bound = row.reference_value
    if row.conf_low >= bound or row.conf_high <= -bound:
        return "reached"
    if row.conf_high >= bound or row.conf_low <= -bound:
        return "possible"
    return "ruled_out_family" if row.p_equivalence_adjusted >= 1 - row.confidence else "ruled_out"


def tested_together(results: Results, row: Row) -> int:
    """Count the tests of the family that a row is adjusted in; 1 where it is not."""
    members = (len(one["outcomes"]) for one in results.facts["analyses"] if one.get("family") == row.family)
    return sum(members) if row.p_adjustment == ADJUSTED_BY else 1


def fails_in_family(row: Row) -> bool:
    """Say whether an outcome is undecided only because several are tested together."""
    undecided = row.verdict in ("cannot_tell", "equivalent") and known(row.p_adjusted)
    return bool(undecided and excludes_zero(row) and PART not in row.note.split())


def primary_outcomes(results: Results) -> list[Outcome]:
    """Give the primary outcomes in the order declared, also when their estimate is missing or withheld."""
    outcomes = [_outcome(results, one["outcome"], one["wave"] or "") for one in results.facts["primary_outcomes"]]
    return [outcome for outcome in outcomes if outcome is not None]


def _outcome(results: Results, name: str, wave: str) -> Outcome | None:
    declared = [analysis for analysis in results.facts["analyses"] if is_main(results, analysis)]
    primary = _differences(results, [one for one in declared if one["role"] == "primary"], name, wave)
    if not primary:
        return None
    every = primary + _differences(results, declared, name, wave)
    before, after = _wave_before(results, name, wave), levels(results, name, wave)
    return Outcome(
        main=min(primary, key=lead_order),
        raw=next((row for row in every if row.estimand in RAW), None),
        adjusted=next((row for row in every if row.estimand in ADJUSTED), None),
        after=after,
        before=before,
        imbalance=imbalance(results, name, before.wave) if before else None,
        same_people=all(one is not None and _of_everybody(results, one) for one in (before, after)),
    )


def _differences(results: Results, analyses: list[Mapping[str, Any]], name: str, wave: str) -> list[Row]:
    rows = [row for one in analyses for row in rows_of(results.rows(analysis=one["id"], outcome=name, wave=wave, level=EVERYBODY))]
    return [row for row in rows if row.estimand in RAW + ADJUSTED + RANKS]


def levels(results: Results, name: str, wave: str) -> Levels | None:
    """Give both groups' mean or share of an outcome in a wave; None when either is missing or withheld."""
    found = []
    for code in results.groups:
        rows = rows_of(results.rows(analysis="description", outcome=name, wave=wave, level=EVERYBODY, term=code))
        found += [row for row in rows if row.estimand in ("mean", "share") and known(row.estimate)]
    return Levels(wave, *found) if len(found) == 2 else None


def _of_everybody(results: Results, shown: Levels) -> bool:
    """Say whether levels rest on everybody of both groups: only then are those of two waves known to be of the same people."""
    chains = flow_chains(results)
    groups = (chains.get(("sample", code)) for code in results.groups)
    return [row.n for row in (shown.a, shown.b)] == [chain.end.n for chain in groups if chain is not None and known(chain.end.n)]


def _wave_before(results: Results, name: str, wave: str) -> Levels | None:
    """Give the levels in the first wave in which both groups answered, if that is before the outcome's own."""
    waves = [one["name"] for one in results.facts["waves"]]
    earlier = waves[: waves.index(wave)] if wave in waves else []
    known_levels = (levels(results, name, one) for one in earlier)
    return next((one for one in known_levels if one is not None), None)


def imbalance(results: Results, name: str, wave: str) -> float | None:
    """Give the standardised difference of a measure before, participants minus controls; infinite where it is complete."""
    found = next((one for one in covariates(results) if (one.outcome, one.wave, one.category) == (name, wave, "")), None)
    return None if found is None or math.isnan(found.apart) else found.apart


def measured_before(results: Results, reference: str) -> bool:
    """Say whether an outcome was also measured in a wave before its own."""
    name, wave = split_reference(reference)
    declared = next((one for one in [*results.facts["measures"], *results.facts["variables"]] if one["name"] == name), None)
    waves = [one["name"] for one in results.facts["waves"]]
    return bool(declared and wave in waves and set(declared.get("waves") or ()) & set(waves[: waves.index(wave)]))
