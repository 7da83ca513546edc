"""Changes of the same people between two waves, as declared analyses estimate them: whole, by level, and beside self-ratings.

Selects rows of a release; computes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.render.labels import answer_order, declared, first_place
from pipeline.render.results import Results
from pipeline.render.selection import Row, known, outcome_in_wave, rows_of
from pipeline.spec.naming import split_reference
from pipeline.spec.vocabulary import EVERYBODY

PAIRED, RETROSPECTIVE, BOUNDS = "paired", "retrospective", "bounds"
NOW_THEN, AFTER_BEFORE = "now - then", "after - before"
COUNTED_ITEMS = ("count_of", "count_correct")
SHARES = ("share_correct",)


@dataclass(frozen=True)
class Change:
    """One outcome of one analysis at one level: how the same people changed.

    Parameters
    ----------
    analysis : dict
        As declared.
    outcome : str
        Measure.
    waves : (str, str)
        Before and after.
    level : str
        ``all`` or ``variable=code``.
    rows : dict
        (estimand, term) -> row; ``term`` is ``all`` where there is none.
    """

    analysis: dict[str, Any]
    outcome: str
    waves: tuple[str, str]
    level: str
    rows: dict[tuple[str, str], Row]

    def row(self, estimand: str, term: str = EVERYBODY) -> Row | None:
        """Give the row of an estimand, also when its number is missing; None when it was not made."""
        return self.rows.get((estimand, term))

    def number(self, estimand: str, term: str = EVERYBODY) -> Row | None:
        """Give the row of an estimand whose number is there."""
        row = self.row(estimand, term)
        return row if row is not None and known(row.estimate) else None


def paired_changes(results: Results, *roles: str) -> list[Change]:
    """Give the changes of everybody in declared order; of analyses with these roles in the plan, or of all."""
    return [one for analysis in analyses_by(results, PAIRED, roles) for one in changes_in(results, analysis) if one.level == EVERYBODY]


def with_later(results: Results, told: Sequence[Change], every: Sequence[Change]) -> list[Change]:
    """Give changes that are told of, each followed by those of the same outcome at later waves, whatever their role.

    Of several analyses of an outcome at one later wave the one that starts from the
    same wave counts, and of these the first declared.
    """
    waves = [wave["name"] for wave in results.facts["waves"]]
    found: dict[tuple[str, tuple[str, str]], Change] = {(one.outcome, one.waves): one for one in told}
    ordered: list[Change] = []
    for change in told:
        later = (one for one in every if one.outcome == change.outcome and waves.index(one.waves[1]) > waves.index(change.waves[1]))
        by_wave: dict[str, Change] = {}
        for one in sorted(later, key=lambda one: (waves.index(one.waves[1]), one.waves[0] != change.waves[0])):
            by_wave.setdefault(one.waves[1], one)
        ordered += [change, *(found.setdefault((one.outcome, one.waves), one) for one in by_wave.values())]
    return list({id(one): one for one in ordered}.values())


def change_name(results: Results, change: Change, among: Sequence[Change]) -> str:
    """Name the outcome of a change, with its wave where others of the same outcome are told of."""
    several = len({one.waves for one in among if one.outcome == change.outcome}) > 1
    return outcome_in_wave(results, change.outcome, change.waves[1] if several else "")


def changes_by_level(results: Results, change: Change) -> list[Change]:
    """Give the same change at each level of the analysis, in the order of the answers, or of the codes of a link."""
    same = (change.outcome, change.waves)
    levels = (one for one in changes_in(results, change.analysis) if one.level != EVERYBODY and (one.outcome, one.waves) == same)
    return sorted(levels, key=lambda one: (by_place(change.analysis, one.level), level_place(results, one.level)))


def by_place(analysis: dict[str, Any], level: str) -> int:
    """Give the place of a level's variable among those that the analysis is divided by; others come last."""
    by, variable = list(analysis["by"]), level.partition("=")[0]
    return by.index(variable) if variable in by else len(by)


def level_place(results: Results, level: str) -> tuple[str, list[tuple[int, str]]]:
    """Give the place of a level such as ``role=hr`` among others: by variable, then in the order of its answers."""
    variable, _, code = level.partition("=")
    parts = zip(variable.split("*"), code.split("*"), strict=True)
    return variable, [(first_place(answer_order(results, name), one), one) for name, one in parts]


def self_ratings(results: Results) -> list[Change]:
    """Give what was self-rated then, before and after, one per declared outcome."""
    found = []
    for analysis in analyses_by(results, RETROSPECTIVE, ()):
        rated = {split_reference(reference)[0] for reference in analysis["outcomes"]}
        found += [one for one in changes_in(results, analysis) if one.level == EVERYBODY and one.outcome in rated]
    return found


def what_was_tested(results: Results, rated: Change) -> Change | None:
    """Give what was tested beside a self-rating; None where nothing was."""
    name = split_reference(rated.analysis.get("beside") or "")[0]
    whole = (one for one in changes_in(results, rated.analysis) if one.level == EVERYBODY)
    return next((one for one in whole if name and one.outcome == name), None)


@dataclass(frozen=True)
class Bounded:
    """Between which ends the result of everybody lies."""

    outcome: str
    wave: str
    term: str
    """``after`` for the outcome itself, ``change`` for after minus before."""
    low: Row
    high: Row
    observed: Row | None
    """The result of those who answered."""


def bounded(results: Results) -> list[Bounded]:
    """Give the bounds of every declared outcome whose numbers are there, beside what was observed."""
    found = []
    for analysis in analyses_by(results, BOUNDS, ()):
        for reference in analysis["outcomes"]:
            outcome, wave = split_reference(reference)
            rows = rows_of(results.rows(analysis=analysis["id"], outcome=outcome, wave=wave, level=EVERYBODY))
            ends = {(row.estimand, row.term): row for row in rows if known(row.estimate)}
            for term in ("after", "change"):
                low, high = ends.get(("bound_low", term)), ends.get(("bound_high", term))
                if low is not None and high is not None:
                    found.append(Bounded(outcome, wave, term, low, high, _observed(results, outcome, wave, term)))
    return found


def _observed(results: Results, outcome: str, wave: str, term: str) -> Row | None:
    """Give the mean or share of those who answered, or the mean change of those who answered twice."""
    if term == "change":
        changes = (one.number("mean_change") for one in paired_changes(results) if (one.outcome, one.waves[1]) == (outcome, wave))
        return next((row for row in changes if row is not None), None)
    rows = rows_of(results.rows(analysis="description", outcome=outcome, wave=wave, level=EVERYBODY))
    return next((row for row in rows if row.estimand in ("mean", "share") and known(row.estimate)), None)


def analyses_by(results: Results, estimator: str, roles: tuple[str, ...]) -> list[dict[str, Any]]:
    """Give the declared analyses by an estimator; of those with these roles in the plan, or all."""
    chosen = [one for one in results.facts["analyses"] if one["estimator"] == estimator]
    return [one for one in chosen if not roles or one["role"] in roles]


def changes_in(results: Results, analysis: dict[str, Any]) -> Iterator[Change]:
    """Give every outcome at every level of one analysis, outcomes in declared order."""
    found: dict[tuple[str, str, str], dict[tuple[str, str], Row]] = {}
    for row in rows_of(results.rows(analysis=analysis["id"])):
        found.setdefault((row.outcome, row.wave, row.level), {})[row.estimand, row.term] = row
    order = {split_reference(reference): place for place, reference in enumerate(analysis["outcomes"])}
    for outcome, wave, level in sorted(found, key=lambda key: order.get(key[:2], len(order))):
        yield Change(analysis, outcome, (analysis["before"], wave), level, found[outcome, wave, level])


def scale_ends(results: Results, outcome: str) -> tuple[float, float] | None:
    """Give the least and greatest value that a measure can have; None when that is not declared."""
    measure = declared(results, "measures", outcome)
    if measure.get("rule") in COUNTED_ITEMS:
        return 0.0, float(len(measure["items"]))
    if measure.get("rule") in SHARES or measure.get("kind") == "share":
        return 0.0, 1.0
    ends = measure.get("range")
    if not ends:
        return None
    times = len(measure["items"]) if measure["rule"] == "sum_of_items" else 1
    return ends[0] * times, ends[1] * times
