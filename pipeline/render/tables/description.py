"""What each number looks like in each group and wave: centre, spread, range and shape."""

from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, known, outcome_in_wave, rows_of
from pipeline.render.tables.parts import absent
from pipeline.render.tables.table import Cell, Column, Line, Table

Described = dict[str, Row]
"""Estimand -> row."""


COLUMNS = (
    ("mean_sd", ("mean", "standard_deviation"), "{0} ({1})"),
    ("median_quartiles", ("median", "lower_quartile", "upper_quartile"), "{0} ({1}–{2})"),
    ("extremes", ("minimum", "maximum"), "{0}–{1}"),
    ("skewness", ("skewness",), "{0}"),
    ("kurtosis", ("excess_kurtosis",), "{0}"),
)
"""Heading, the statistics written under it, and how."""


def description_table(results: Results) -> Table | None:
    """Table of every described number by wave and group, without what is withheld for all; None when there is none."""
    found: dict[tuple[str, str, str], Described] = {}
    for row in rows_of(results.rows(analysis="description", level="all")):
        found.setdefault((row.outcome, row.wave, row.group_a), {})[row.estimand] = row
    numbers = {key: described for key, described in found.items() if "mean" in described}
    if not numbers:
        return None
    shown = [column for column in COLUMNS if any(_known_all(described, column[1]) for described in numbers.values())]
    columns = (Column(results.say("table.n_heading")), *(Column(results.say(f"table.{name}_heading")) for name, _, _ in shown))
    lines: list[Line] = []
    for outcome, wave in _outcomes(results, numbers):
        lines.append(Line(outcome_in_wave(results, outcome, wave)))
        for group in (group for group in results.groups if (outcome, wave, group) in numbers):
            described = numbers[outcome, wave, group]
            texts = (_count(results, described), *(_text(results, described, names, layout) for _, names, layout in shown))
            lines.append(Line(capital(results.group_label(group)), tuple(Cell(text) for text in texts)))
    return Table("description", results.say("table.description_caption"), results.say("table.measure"), columns, tuple(lines))


def _known_all(described: Described, names: tuple[str, ...]) -> bool:
    return all(name in described and known(described[name].estimate) for name in names)


def _outcomes(results: Results, numbers: dict[tuple[str, str, str], Described]) -> list[tuple[str, str]]:
    """Give outcomes in the order of measures, waves in order of time."""
    measures = [measure["name"] for measure in results.facts["measures"]]
    waves = ["", *(wave["name"] for wave in results.facts["waves"])]
    keys = dict.fromkeys((outcome, wave) for outcome, wave, _ in numbers)
    return sorted(keys, key=lambda key: (measures.index(key[0]) if key[0] in measures else len(measures), waves.index(key[1])))


def _count(results: Results, described: Described) -> str:
    row = described.get("n") or described["mean"]
    return results.number(int(row.n), 0) if known(row.n) else results.say("table.withheld")


def _text(results: Results, described: Described, names: tuple[str, ...], layout: str) -> str:
    """Write some statistics together; a word instead when any of them is missing or withheld."""
    if _known_all(described, names):
        return layout.format(*(results.number(described[name].estimate) for name in names))
    return absent(results, next((described[name] for name in names if name in described and not known(described[name].estimate)), None))
