"""Answers given without care: who is flagged, and what estimates are without them."""

from collections.abc import Mapping
from typing import Any

from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, declared_estimates, known, note_texts, outcome_in_wave, rows_of
from pipeline.render.tables.parts import absent, confidence_level
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table, hoist_notes
from pipeline.render.wording.estimates import written
from pipeline.render.wording.phrases import interval_text
from pipeline.spec.naming import split_reference


def is_without_flagged(results: Results, analysis: Mapping[str, Any]) -> bool:
    """Say whether an analysis is another one done once more without those who are flagged."""
    return bool(original_of(results, analysis))


def original_of(results: Results, analysis: Mapping[str, Any]) -> str:
    """Name the analysis that another is done once more of, without those who are flagged; nothing where it is none."""
    signs = {one["name"] for one in results.facts.get("care", ())}
    others = {key: values for key, values in analysis["restrict"].items() if split_reference(key)[0] not in signs}
    if len(others) == len(analysis["restrict"]):
        return ""
    alike = ("estimator", "outcomes", "covariates", "group", "contrast", "by", "before", "cluster")
    same = (
        one["id"]
        for one in results.facts["analyses"]
        if one["restrict"] == others and all(one[key] == analysis[key] for key in alike) and analysis["id"].startswith(one["id"])
    )
    return next(same, "")


def signs_table(results: Results) -> Table | None:
    """Table of how many have each sign, and of how many are flagged, by wave and group; None where the study declares no rule."""
    rows = rows_of(results.rows(analysis="care", estimand="share"))
    if not rows:
        return None
    say = results.say
    waves = [wave for wave in ("", *(one["name"] for one in results.facts["waves"])) if any(row.wave == wave for row in rows)]
    found = {(row.outcome, row.wave, row.group_a): row for row in rows}
    columns = tuple(ColumnHead(capital(results.group_label(group)), say("table.care_share")) for group in results.groups)
    lines: list[Line] = []
    for wave in waves:
        lines += [Line(capital(results.label("wave", wave)))] if wave else []
        for name in (one["name"] for one in results.facts.get("care", ())):
            cells = tuple(_share(results, found.get((name, wave, group))) for group in results.groups)
            lines.append(Line(results.label("measure", name), cells))
    return _table(results, "care", columns, lines, rows)


def _share(results: Results, row: Row | None) -> Cell:
    """Write how many of how many, and the share."""
    if row is None:
        return Cell("")
    if not known(row.estimate):
        unknown = row.n == 0
        return Cell(
            results.say("table.care_unknown") if unknown else absent(results, row), () if unknown else note_texts(results, row.note)
        )
    count = results.say("table.n", n=int(row.n)) if known(row.n) else ""
    return Cell(f"{results.percent(row.estimate, 1)}\n{count}", note_texts(results, row.note))


def without_flagged_table(results: Results) -> Table | None:
    """Table of estimates with everybody and without those who are flagged, both on one line; None where the plan asks for none."""
    pairs = {one["id"]: original for one in results.facts["analyses"] if (original := original_of(results, one))}
    rows = {_place(row, row.analysis): row for row in declared_estimates(results)}
    beside = [(rows[place], row) for row in rows.values() if row.analysis in pairs and (place := _place(row, pairs[row.analysis])) in rows]
    if not beside:
        return None
    say, shown = results.say, [row for both in beside for row in both]
    level = say("table.interval", level=confidence_level(results, shown))
    heads = (say("table.estimate"), level, say("table.n_heading"))
    columns = tuple(ColumnHead(head, say(f"table.care_{of}")) for of in ("everybody", "without") for head in heads)
    lines: list[Line] = []
    for analysis in dict.fromkeys(first.analysis for first, _ in beside):
        lines.append(Line(results.label("analysis", analysis)))
        mine = [both for both in beside if both[0].analysis == analysis]
        lines += [Line(_named(results, both[0]), tuple(cell for row in both for cell in _cells(results, row))) for both in mine]
    return _table(results, "without_flagged", columns, lines, shown)


def _place(row: Row, analysis: str) -> tuple[str, ...]:
    return (analysis, row.outcome, row.wave, row.level, row.estimand, row.term, row.estimator)


def _named(results: Results, row: Row) -> str:
    return f"{outcome_in_wave(results, row.outcome, row.wave)}: {results.say(f'estimand.{row.estimand}')}"


def _cells(results: Results, row: Row) -> tuple[Cell, Cell, Cell]:
    there = known(row.estimate)
    counts = [n for n in (row.n_a, row.n_b) if known(n)] or [n for n in (row.n,) if known(n)]
    return (
        Cell(written(results, row) if there else absent(results, row), note_texts(results, row.note)),
        Cell(interval_text(results, row).strip("()") if there else ""),
        Cell(" / ".join(results.number(int(n), 0) for n in counts)),
    )


def _table(results: Results, name: str, columns: tuple[ColumnHead, ...], lines: list[Line], shown: list[Row]) -> Table:
    caption, stub, note = (results.say(f"table.{name}_{part}") for part in ("caption", "stub", "note"))
    return hoist_notes(Table(name.replace("_", "-"), caption, stub, columns, tuple(lines), (note,), shows=tuple(shown)))
