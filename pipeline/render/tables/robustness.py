"""The primary results by every other method that the plan names for them, and what it would take to change them."""

from collections.abc import Iterator
from itertools import groupby

from pipeline.render.results import Results
from pipeline.render.selection import (
    OutcomeRows,
    Row,
    capital,
    declared_estimates,
    is_main,
    known,
    main_outcomes,
    note_texts,
    outcome_in_wave,
)
from pipeline.render.tables.parts import absent, confidence_level, p_text
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes
from pipeline.render.wording.estimates import EFFECTIVE, IMBALANCE, IMPUTED, POPULATION, arm_label, is_there, quantity, written
from pipeline.render.wording.phrases import interval_text
from pipeline.spec.naming import split_reference

WEIGHTED = ("weighted_att", "weighted_ate", "weighted_overlap", "entropy_balancing", "doubly_robust", "matching")
SURVEY = ("survey_weighted",)
OVER_TIME = ("change_score", "difference_in_differences", "growth")
METHODS = (
    "permutation",
    "wild_bootstrap",
    "cluster_bootstrap",
    "logistic",
    "poisson",
    *WEIGHTED,
    *SURVEY,
    *OVER_TIME,
    "random_intercept",
    "interacted",
    "trimming_bounds",
    "mediation",
    "negative_binomial",
)
"""Estimators that answer the question of an adjusted difference in another way."""
WEIGHTS_DID = (EFFECTIVE, *IMBALANCE)
WHAT_IF = ("what_if",)
OF_A_GROUP = (POPULATION[:2], (EFFECTIVE,), POPULATION[2:])
"""Estimands of one line of a group in the population: what it is, how many it is worth, how surely it is told."""
Found = list[tuple[OutcomeRows, list[Row]]]


def robustness_table(results: Results) -> Table | None:
    """Table of the primary outcomes, each by the method that decides and by the others; None where the plan names no others."""
    others = (
        (one, [row for row in rows if row.estimand not in (*WEIGHTS_DID, *POPULATION)])
        for one, rows in _beside(results, (*METHODS, *IMPUTED))
    )
    found = [(one, [one.headline, *rows]) for one, rows in others]
    rows = [row for _, rows in found for row in rows]
    columns = (
        ColumnHead(results.say("table.estimate")),
        ColumnHead(results.say("table.interval", level=confidence_level(results, rows))),
        ColumnHead(results.say("table.p")),
        ColumnHead(results.say("table.n_heading")),
        ColumnHead(results.say("table.clusters")),
    )
    return _table(results, "robustness", columns, found) if found else None


def what_if_table(results: Results) -> Table | None:
    """Table of what it would take to change each primary result; None where the plan does not ask."""
    found = _beside(results, WHAT_IF)
    return _table(results, "what_if", (ColumnHead(results.say("table.value")),), found) if found else None


def weights_table(results: Results) -> Table | None:
    """Table of what the weights of each primary result did: people before and after, balance before and after; None where the plan weighs none."""
    found = [
        (one, list(its))
        for one, rows in _beside(results, WEIGHTED)
        for _, its in groupby([row for row in rows if row.estimand in WEIGHTS_DID], lambda row: (row.analysis, row.estimator))
    ]
    if not found:
        return None
    lines = [line for one, rows in found for line in _of_weights(results, one, rows)]
    columns = (ColumnHead(results.say("table.before_weights")), ColumnHead(results.say("table.after_weights")))
    caption, stub, note = (results.say(f"table.weights_{part}") for part in ("caption", "stub", "note"))
    shows = tuple(row for _, rows in found for row in rows)
    return hoist_notes(Table("weights", caption, stub, columns, tuple(lines), (note,), shows=shows))


def population_table(results: Results) -> Table | None:
    """Table of what each group is in the population, by primary outcome; None where the plan weighs nobody to it."""
    found = [(one, [row for row in rows if row.estimand in (EFFECTIVE, *POPULATION)]) for one, rows in _beside(results, SURVEY)]
    if not found:
        return None
    means = [row for _, rows in found for row in rows if row.estimand in POPULATION[:2]]
    columns = (
        ColumnHead(results.say("table.population_value")),
        ColumnHead(results.say("table.interval", level=confidence_level(results, means))),
        ColumnHead(results.say("table.n_heading")),
        ColumnHead(results.say("table.population_worth")),
        ColumnHead(results.say("table.population_effect")),
    )
    lines: list[Line] = []
    for one, rows in found:
        unit = f" ({results.say('table.per_cent')})" if any(row.measure_unit == "share" for row in rows) else ""
        lines.append(Line(f"{outcome_in_wave(results, one.outcome, one.wave)}{unit}"))
        for code in dict.fromkeys(row.term for row in sorted(rows, key=lambda row: row.term != row.group_a)):
            mean, worth, effect = (next(row for row in rows if row.term == code and row.estimand in names) for names in OF_A_GROUP)
            n = mean.n_a if code == mean.group_a else mean.n_b
            people = Cell(results.number(int(n), 0) if known(n) else "")
            lines.append(
                Line(arm_label(results, mean), (*_cells(results, mean)[:2], people, _cells(results, worth)[0], _cells(results, effect)[0]))
            )
    caption, stub, note = (results.say(f"table.population_{part}") for part in ("caption", "stub", "note"))
    shows = tuple(row for _, rows in found for row in rows)
    return hoist_notes(Table("population", caption, stub, columns, tuple(lines), (note,), shows=shows))


def _of_weights(results: Results, one: OutcomeRows, rows: list[Row]) -> Iterator[Line]:
    """Give the lines of one outcome by one kind of weights: people of each group, then each covariate."""
    where = outcome_in_wave(results, one.outcome, one.wave)
    yield Line(f"{where}: {results.say(f'estimator.{rows[0].estimator}')}")
    for row in sorted((row for row in rows if row.estimand == EFFECTIVE), key=lambda row: row.term != row.group_a):
        before = row.n_a if row.term == row.group_a else row.n_b
        name = results.say("table.people_of", group=results.inside(arm_label(results, row)))
        yield Line(name, (Cell(results.number(int(before), 0) if known(before) else ""), _cells(results, row)[0]))
    apart = {(row.term, row.estimand): _cells(results, row)[0] for row in rows if row.estimand in IMBALANCE}
    for name in dict.fromkeys(term for term, _ in apart):
        yield Line(outcome_in_wave(results, *split_reference(name)), tuple(apart[name, estimand] for estimand in IMBALANCE))


def _beside(results: Results, methods: tuple[str, ...]) -> Found:
    """Give the primary outcomes with their estimates by some estimators, or some estimands, of all participants and controls."""
    main = {analysis["id"] for analysis in results.facts["analyses"] if is_main(results, analysis)}
    rows = [row for row in declared_estimates(results) if row.analysis in main and (row.estimator in methods or row.estimand in methods)]
    beside = [(one, [row for row in rows if (row.outcome, row.wave) == (one.outcome, one.wave)]) for one in main_outcomes(results)]
    return [(one, mine) for one, mine in beside if one.is_primary and mine]


def _table(results: Results, name: str, columns: tuple[ColumnHead, ...], found: Found) -> Table:
    lines: list[Line] = []
    for one, rows in found:
        cells = [_cells(results, row)[: len(columns)] for row in rows]
        lines.append(Line(outcome_in_wave(results, one.outcome, one.wave)))
        lines += [Line(capital(quantity(results, row)), mine) for row, mine in zip(rows, cells, strict=True)]
    caption, stub, note = (results.say(f"table.{name}_{part}") for part in ("caption", "stub", "note"))
    shows = tuple(row for _, rows in found for row in rows)
    return hoist_notes(Table(name.replace("_", "-"), caption, stub, columns, tuple(lines), (note,), shows=shows))


def _cells(results: Results, row: Row) -> tuple[Cell, ...]:
    return (
        Cell(written(results, row) if is_there(row) else absent(results, row), note_texts(results, row.note)),
        Cell(interval_text(results, row).strip("()") if known(row.estimate) else ""),
        Cell(p_text(results, row.p_value)),
        Cell(" / ".join(results.number(int(n), 0) for n in (row.n_a, row.n_b) if known(n))),
        Cell(results.number(int(row.n_clusters), 0) if known(row.n_clusters) else ""),
    )
