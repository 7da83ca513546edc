"""What single questions of a scale have to do with the others, and whether groups answer them alike: loadings, and odds ratios with their intervals."""

from collections.abc import Iterable
from itertools import groupby

import numpy as np

from pipeline.render.figures.canvas import drawn
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.look import INK, MUTED, PAPER, WIDTH
from pipeline.render.figures.rows import Block, ChartRow, Columns, Mark, chart_height, chart_painter, chart_words, room_round
from pipeline.render.labels import declared
from pipeline.render.results import Results
from pipeline.render.selection import Row, known, outcome_in_wave
from pipeline.render.wording.measurement import DEVIATES, compared_name, measured
from pipeline.render.wording.phrases import interval_text, wave_name

COLUMNS = Columns(whole=WIDTH, labels=3.1)
WEAK = 0.4
"""Loadings below this are commonly said to be weak."""
FACES = (PAPER, INK, MUTED)
"""Of the first, the second and every later wave."""
POINT = {"marker": "o", "markersize": 5, "color": INK, "linestyle": "none", "zorder": 3}


def loadings_figure(results: Results) -> Figure | None:
    """Draw the loadings of every scale, a row per question, its waves on one row; None where none is known."""
    rows = [row for row in measured(results) if row.estimand == "loading" and known(row.estimate)]
    blocks = [_loadings(results, outcome, list(members)) for outcome, members in groupby(rows, lambda row: row.outcome)]
    return _figure(results, "scale-loadings", blocks, rows, results.say("figure.loadings.caption", weak=results.number(WEAK, 1)))


def _loadings(results: Results, outcome: str, rows: list[Row]) -> Block:
    waves = list(dict.fromkeys(row.wave for row in rows))
    heading = results.label("measure", outcome)
    named = ", ".join(wave_name(results, wave) for wave in waves if wave)
    lines = []
    for item in declared(results, "measures", outcome).get("items", ()):
        found = {row.wave: row.estimate for row in rows if row.term == item}
        marks = [Mark((found[wave],), POINT | {"markerfacecolor": FACES[min(waves.index(wave), 2)]}) for wave in waves if wave in found]
        text = " → ".join(results.number(found[wave]) if wave in found else results.say("table.withheld") for wave in waves)
        lines.append(ChartRow(results.label("variable", item), tuple(marks), text))
    low = min(0.0, *(row.estimate for row in rows))
    axis = results.say("figure.loadings.axis")
    return Block(
        tuple(lines), (low - 0.02, 1.02), f"{heading} ({named})" if named else heading, ((WEAK, (0, (4, 3))), (0.0, "-")), axis=axis
    )


def items_alike_figure(results: Results) -> Figure | None:
    """Draw the odds ratio of each question between people alike in the others, with its interval; None where none is known."""
    rows = [row for row in measured(results) if row.estimand == "item_odds_ratio" and known(row.estimate)]
    limits = room_round([0.0, *(float(np.log(end)) for row in rows for end in (row.conf_low, row.conf_high))])
    places = groupby(rows, lambda row: (row.outcome, row.wave, row.term.partition("*")[0]))
    blocks = [_odds(results, list(members), limits) for _, members in places]
    return _figure(results, "items-alike", blocks, rows, results.say("figure.items_alike.caption"))


def _odds(results: Results, rows: list[Row], limits: tuple[float, float]) -> Block:
    heading = f"{outcome_in_wave(results, rows[0].outcome, rows[0].wave)}: {compared_name(results, rows[0])}"
    lines = []
    for row in rows:
        low, middle, high = np.log([row.conf_low, row.estimate, row.conf_high]).tolist()
        marks = (Mark((low, high), {"color": INK, "linewidth": 1.2}), Mark((middle,), POINT | {"markerfacecolor": INK}))
        text = f"{results.number(row.estimate)} {interval_text(results, row)}"
        lines.append(ChartRow(results.label("variable", row.term.partition("*")[2]), marks, text, bold=DEVIATES in row.note.split()))
    return Block(tuple(lines), limits, heading, ((0.0, "-"),), axis=results.say("figure.items_alike.axis"))


def _figure(results: Results, name: str, blocks: list[Block], rows: Iterable[Row], caption: str) -> Figure | None:
    if not blocks:
        return None
    paint = chart_painter(results, blocks, COLUMNS)
    return drawn(name, chart_height(blocks, COLUMNS), paint, (chart_words(results, blocks), caption), list(rows))
