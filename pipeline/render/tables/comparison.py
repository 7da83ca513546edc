"""Differences between the groups in every outcome: the primary ones, and the others."""

from pipeline.render.results import Results
from pipeline.render.selection import OutcomeRows, Row, known, main_outcomes, outcome_in_wave, those_there, verdict_shown
from pipeline.render.tables.parts import (
    GroupValues,
    confidence_level,
    described_rows,
    estimate_cell,
    group_cell,
    group_values,
    inside_names,
    p_texts,
)
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes
from pipeline.render.wording.phrases import first_upper, listed, references
from pipeline.spec.vocabulary import EVERYBODY


def results_table(results: Results) -> Table | None:
    """Table of the primary outcomes; None when none is declared."""
    return _outcome_table(results, "results", [one for one in main_outcomes(results) if one.is_primary])


def secondary_table(results: Results) -> Table | None:
    """Table of the outcomes beside the primary ones; None when there is none."""
    return _outcome_table(results, "secondary", [one for one in main_outcomes(results) if not one.is_primary])


def _outcome_table(results: Results, name: str, outcomes: list[OutcomeRows]) -> Table | None:
    """Lay out one row per outcome: groups, raw and adjusted difference, p-value, verdict."""
    if not outcomes:
        return None
    say = results.say
    first, second = (results.group_label(code) for code in results.groups)
    level = confidence_level(results, [row for one in outcomes for row in (one.raw, one.adjusted) if row is not None])
    adjusted = any(known(one.headline.p_adjusted) for one in outcomes)
    columns = (
        ColumnHead(first, say("table.mean_or_share")),
        ColumnHead(second, say("table.mean_or_share")),
        ColumnHead(say("table.raw"), say("table.difference", level=level)),
        ColumnHead(say("table.adjusted"), say("table.difference", level=level)),
        ColumnHead(say("table.p_and_adjusted" if adjusted else "table.p")),
        ColumnHead(say("table.verdict"), number=False),
    )
    values, wave = group_values(results), _shared_wave(outcomes)
    lines = tuple(_outcome_line(results, values, one, not wave) for one in outcomes)
    when = f" ({results.label('wave', wave)})" if wave else ""
    caption = say(f"table.{name}_caption", **inside_names(results)) + when
    notes, shows = _footnotes(results, name, outcomes, adjusted), those_there(row for one in outcomes for row in (one.raw, one.adjusted))
    described = (
        row for one in outcomes for group in results.groups for row in described_rows(values, (one.outcome, one.wave, EVERYBODY, group))
    )
    return hoist_notes(Table(name, caption, say("table.outcome"), columns, lines, notes, shows=(*shows, *described)))


def _footnotes(results: Results, name: str, outcomes: list[OutcomeRows], adjusted: bool) -> tuple[str, ...]:
    has_effect = any(_has_effect(row) for one in outcomes for row in (one.raw, one.adjusted))
    optional = (*(["adjusted_note"] if adjusted else []), *(["effect_note"] if has_effect else []))
    about = results.say(f"table.{name}_note", **inside_names(results))
    return results.say("table.headline_note"), about, *(results.say(f"table.{key}") for key in optional), *_adjusted_for(results, outcomes)


def _adjusted_for(results: Results, outcomes: list[OutcomeRows]) -> list[str]:
    """Say what the differences are adjusted for: once when it is the same for all, else per outcome."""
    names: dict[str, list[str]] = {}
    for one in outcomes:
        if one.adjusted is not None and one.adjusted.covariates:
            names.setdefault(one.adjusted.covariates, []).append(results.inside(results.outcome_label(one.outcome)))
    if len(names) == 1:
        return [results.say("table.adjusted_for", covariates=references(results, next(iter(names))))]
    return [
        first_upper(results.say("table.adjusted_for_some", outcomes=listed(results, some), covariates=references(results, written)))
        for written, some in names.items()
    ]


def _shared_wave(outcomes: list[OutcomeRows]) -> str:
    """Give the wave that all outcomes are from; empty when they differ."""
    waves = {one.wave for one in outcomes}
    return waves.pop() if len(waves) == 1 else ""


def _outcome_line(results: Results, values: GroupValues, one: OutcomeRows, with_wave: bool) -> Line:
    groups = [group_cell(results, values, (one.outcome, one.wave, EVERYBODY, group)) for group in results.groups]
    raw, adjusted = (_difference_cell(results, row, row is one.headline) for row in (one.raw, one.adjusted))
    differences = (raw, _with_people(results, adjusted, one, _people_described(results, values, one)))
    verdict = verdict_shown(one.headline)
    last = (Cell(p_texts(results, one.headline)), Cell(results.say(f"verdict.{verdict}") if verdict else ""))
    return Line(_outcome_header(results, one, with_wave), (*groups, *differences, *last))


def _outcome_header(results: Results, one: OutcomeRows, with_wave: bool) -> str:
    """Name the outcome with its unit below."""
    if one.kind == "share":
        unit = results.say("table.share_unit")
    else:
        unit = results.label("measure_unit", one.outcome) if results.has_label("measure_unit", one.outcome) else ""
    name = outcome_in_wave(results, one.outcome, one.wave if with_wave else "")
    return f"{name}\n({unit})" if unit else name


def _difference_cell(results: Results, row: Row | None, headline: bool) -> Cell:
    """Write a difference with its interval, and Hedges g below where it was computed."""
    cell = estimate_cell(results, row, headline)
    if row is None or not _has_effect(row):
        return cell
    effect = f"g = {results.number(row.effect)}"
    ends = (row.effect_low, row.effect_high)
    span = f"\n({results.between(*(results.number(end) for end in ends))})" if all(known(end) for end in ends) else ""
    return Cell(f"{cell.text}\n{effect}{span}", cell.notes, headline)


def _people_described(results: Results, values: GroupValues, one: OutcomeRows) -> list[float]:
    """Give the number of people behind each group's mean or share."""
    keys = ((one.outcome, one.wave, EVERYBODY, group, estimand) for group in results.groups for estimand in ("share", "mean"))
    return [values[key].n for key in keys if key in values]


def _with_people(results: Results, cell: Cell, one: OutcomeRows, described: list[float]) -> Cell:
    """Say below an adjusted difference how many people it rests on, unless they are those whose values stand beside it."""
    row = one.adjusted
    if row is None or not known(row.estimate) or not (known(row.n_a) and known(row.n_b)) or [row.n_a, row.n_b] == described:
        return cell
    people = " + ".join(results.number(int(n), 0) for n in (row.n_a, row.n_b))
    return Cell(f"{cell.text}\n{results.say('table.n', n=people)}", cell.notes, cell.headline)


def _has_effect(row: Row | None) -> bool:
    return row is not None and row.effect_kind == "hedges_g" and known(row.effect)
