"""From those asked to interviews that all coders coded: boxes with losses beside them."""

from pipeline.render.codings import CodedInterviews
from pipeline.render.figures.canvas import drawn
from pipeline.render.figures.chart import MAIN, PAD, SIDE, Arrow, Chart, ChartBox, paint_chart
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import wrapped
from pipeline.render.figures.look import SMALL, TEXT, WIDTH
from pipeline.render.flow import flow_chains
from pipeline.render.results import Results
from pipeline.render.wording.interviewed import CountedStep, steps
from pipeline.spec.vocabulary import EVERYBODY

GAP = 0.24
"""Least distance between boxes, in inches."""
MIDDLE = WIDTH / 2 - 0.6
BESIDE = MIDDLE + MAIN / 2 + 0.25 + SIDE


def interviews_figure(results: Results, coding: CodedInterviews) -> Figure:
    """Draw how many were asked, interviewed and coded."""
    found = steps(results, coding)
    chart = Chart()
    above: ChartBox | None = None
    for step in found:
        above = _add(results, chart, step, above)
    alt = results.say("figure.interviews.alt", steps="; ".join(f"{step.name} {results.number(step.count, 0)}" for step in found))
    rows = [flow_chains(results).get(("sample", EVERYBODY)), coding.parts, coding.cells]
    words = (alt, results.say("figure.interviews.caption"))
    return drawn("interviews", chart.bottom + 0.05, lambda page: paint_chart(page, chart), words, rows)


def _add(results: Results, chart: Chart, step: CountedStep, above: ChartBox | None) -> ChartBox:
    """Put a step below the one above it, with what was lost between them beside the arrow."""
    lines = wrapped(f"{results.number(step.count, 0)} {step.name}", MAIN - 2 * PAD, TEXT)
    if above is None:
        return chart.add(ChartBox(tuple(lines), MIDDLE, chart.bottom, MAIN))
    top = above.bottom + GAP
    if step.lost:
        text = [line for loss in step.lost for line in wrapped(loss, 1.6 * SIDE - 2 * PAD, SMALL)]
        loss = chart.add(ChartBox(tuple(text), BESIDE, top, 1.6 * SIDE, "loss"))
        middle = loss.top + loss.height / 2
        chart.arrows.append(Arrow((MIDDLE, middle), (loss.centre - loss.width / 2, middle)))
        top = loss.bottom + GAP
    box = chart.add(ChartBox(tuple(lines), MIDDLE, top, MAIN))
    chart.arrows.append(Arrow((MIDDLE, above.bottom), (MIDDLE, box.top)))
    return box
