"""Specification curve: the declared comparisons of each primary outcome, from the lowest to the highest difference."""

from pipeline.render.alternatives import Alternatives, alternatives_of
from pipeline.render.figures.canvas import drawn
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.forest import estimate_text, unit_of
from pipeline.render.figures.look import INK, PAPER, WIDTH
from pipeline.render.figures.rows import Block, ChartRow, Columns, Mark, chart_height, chart_painter, chart_words, room_round
from pipeline.render.results import Results
from pipeline.render.selection import Row, known, outcome_in_wave

COLUMNS = Columns(whole=WIDTH, labels=3.1)
POINT = {"marker": "o", "markersize": 5, "color": INK, "linestyle": "none", "zorder": 4}


def alternatives_figure(results: Results) -> Figure | None:
    """Draw a block per primary outcome; None where the plan declares no alternatives."""
    found = [one for one in alternatives_of(results) if one.shown]
    if not found:
        return None
    blocks = [_block(results, one) for one in found]
    rows = [row for one in found for row in (one.outcome.headline, *one.shown)]
    caption = [results.say("figure.alternatives.caption")]
    caption += [results.say("figure.alternatives.band")] if any(block.band for block in blocks) else []
    words = (chart_words(results, blocks), " ".join(caption))
    return drawn("alternatives", chart_height(blocks, COLUMNS), chart_painter(results, blocks, COLUMNS), words, rows)


def _block(results: Results, one: Alternatives) -> Block:
    own = one.outcome.headline
    rows = sorted((own, *one.shown), key=lambda row: row.estimate)
    ends = [value for row in rows for value in (row.estimate, row.conf_low, row.conf_high) if known(value)]
    bound = own.reference_value
    return Block(
        tuple(_row(results, row, row is own) for row in rows),
        room_round([0.0, *ends]),
        outcome_in_wave(results, one.outcome.outcome, one.outcome.wave),
        ((0.0, "-"),),
        (-bound, bound) if known(bound) else None,
        one.outcome.kind == "share",
        results.say("figure.alternatives.axis", unit=results.inside(unit_of(results, one.outcome))),
    )


def _row(results: Results, row: Row, leads: bool) -> ChartRow:
    """Give one comparison by its name in the plan."""
    interval = (Mark((row.conf_low, row.conf_high), {"color": INK, "linewidth": 1.2}),) if known(row.conf_low) else ()
    marks = (*interval, Mark((row.estimate,), POINT | {"markerfacecolor": INK if leads else PAPER}))
    return ChartRow(results.label("analysis", row.analysis), marks, estimate_text(results, row), bold=leads)
