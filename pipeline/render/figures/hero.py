"""The figure of the first page: what answers the study's question, drawn so that it can be read on a phone.

Each kind of report has an answer of its own shape (groups before and after, one
group before and after, targets, themes); all are blocks of one row chart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.render.changes import Change, change_name, scale_ends
from pipeline.render.codings import CodedInterviews
from pipeline.render.figures.canvas import drawn
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.forest import estimate_text
from pipeline.render.figures.look import INK, NARROW, PAPER, PARTICIPANT, GroupLook, group_look
from pipeline.render.figures.rows import (
    DASHED,
    Block,
    ChartRow,
    Columns,
    Mark,
    chart_height,
    chart_painter,
    chart_words,
    drawn_to_scale,
    room_round,
)
from pipeline.render.figures.targets import reading_look
from pipeline.render.results import Results
from pipeline.render.selection import Row, known, outcome_in_wave, verdict_shown
from pipeline.render.targets import SHARE, Target, reading_label
from pipeline.render.wording.needs import found_of_all
from pipeline.render.wording.outcomes import Levels, Outcome
from pipeline.render.wording.targets import counted_texts

COLUMNS = Columns(NARROW, 1.15)
READINGS = Columns(NARROW, 1.7)
BEFORE_AND_AFTER = ("comparison", "change")
"""Kinds whose open marks are before."""
THEMES = Columns(NARROW, 2.3, 0.22)


def comparison_hero(results: Results, outcomes: Sequence[Outcome]) -> Figure | None:
    """Draw both groups before and after on every primary outcome, and their difference with its interval."""
    blocks = [block for one in outcomes for block in _compared(results, one)]
    return _figure(results, blocks, "comparison", [(one.main, one.before, one.after) for one in outcomes])


def change_hero(results: Results, changes: Sequence[Change]) -> Figure | None:
    """Draw one group before and after on every primary outcome, and the change with its interval."""
    blocks = [block for one in changes for block in _changed(results, one, changes)]
    return _figure(results, blocks, "change", [list(one.rows.values()) for one in changes])


def targets_hero(results: Results, targets: Sequence[Target]) -> Figure | None:
    """Draw each target as a line, and the shares that reached it by every reading."""
    blocks = [_aimed_at(results, one) for one in targets if any(reading.is_known for reading in one.readings)]
    return _figure(results, blocks, "targets", [reading.rows for one in targets for reading in one.readings], READINGS)


def themes_hero(results: Results, coding: CodedInterviews | None) -> Figure | None:
    """Draw in how many interviews each theme that answers the question was found."""
    themes = coding.parts[0].themes if coding is not None and coding.shows_sums else ()
    shown = [(theme, count) for theme in themes if coding is not None and (count := theme.counts[coding.most]).n is not None]
    most = max((count.total or 0 for _, count in shown), default=0)
    look = {"color": PARTICIPANT.colour, "linewidth": 9, "solid_capstyle": "butt"}
    rows = [ChartRow(theme.label, (Mark((0.0, float(count.n or 0)), look),), found_of_all(results, count)) for theme, count in shown]
    return _figure(results, [Block(tuple(rows), (0.0, float(most)))] if most else [], "themes", [count for _, count in shown], THEMES)


def _figure(results: Results, blocks: Sequence[Block], kind: str, shown: object, columns: Columns = COLUMNS) -> Figure | None:
    """Draw blocks with the words of their kind; None where there are none."""
    if not blocks:
        return None
    blocks = drawn_to_scale(blocks)
    opened = kind in BEFORE_AND_AFTER and any(mark.look.get("markerfacecolor") == PAPER for mark in _marks(blocks))
    also = {"open": opened, "band": any(block.band for block in blocks)}
    caption = " ".join([results.say(f"figure.hero.{kind}"), *(results.say(f"figure.hero.{one}") for one, there in also.items() if there)])
    words = (chart_words(results, blocks), caption)
    return drawn("hero", (NARROW, chart_height(blocks, columns)), chart_painter(results, blocks, columns), words, shown)


def _marks(blocks: Sequence[Block]) -> Iterator[Mark]:
    return (mark for block in blocks for row in block.rows for mark in row.marks)


def _titled(results: Results, name: str, row: Row) -> str:
    """Name an outcome with what was found of it."""
    verdict = verdict_shown(row)
    return f"{name}: {results.say(f'verdict.{verdict}')}" if verdict and verdict != "no_verdict" else name


def _compared(results: Results, outcome: Outcome) -> Iterator[Block]:
    heading = _titled(results, results.outcome_label(outcome.main.outcome), outcome.main)
    rows = (
        tuple(_group_row(results, outcome, letter, code) for letter, code in zip("ab", results.groups, strict=False))
        if outcome.after
        else ()
    )
    scale = _scale(results, outcome.main)
    if rows:
        yield Block(rows, room_round([x for row in rows for mark in row.marks for x in mark.xs], 0.1), heading, scale=scale)
    yield replace(_difference(results, outcome.main, results.say("figure.hero.difference"), "" if rows else heading), scale=scale)


def _scale(results: Results, row: Row) -> tuple[str, object]:
    """Name what an outcome is measured in; where no range is declared, only the outcome itself is on its scale."""
    return row.measure_unit, "" if row.measure_unit == "share" else scale_ends(results, row.outcome) or row.outcome


def _group_row(results: Results, outcome: Outcome, letter: str, code: str) -> ChartRow:
    found: list[Row] = [getattr(one, letter) for one in (outcome.before, outcome.after) if isinstance(one, Levels)]
    values = [(row.estimate, row.measure_unit) for row in found]
    return _from_to(results, results.group_label(code), values, group_look(results, code), same_people=not outcome.of_other_people)


def _from_to(results: Results, label: str, values: Sequence[tuple[float, str]], look: GroupLook, *, same_people: bool = True) -> ChartRow:
    """Draw a value, or two: an open mark before, a filled one after, and a line between them where they are of the same people."""
    xs = tuple(float(value) for value, _ in values)
    marks = [Mark(xs, {"color": look.colour, "linewidth": 1.6})] if len(xs) > 1 and same_people else []
    for place, x in enumerate(xs):
        face = look.colour if place == len(xs) - 1 else PAPER
        marks.append(
            Mark(
                (x,),
                {
                    "marker": look.marker,
                    "markerfacecolor": face,
                    "markeredgecolor": look.edge,
                    "markersize": 6,
                    "linestyle": "",
                    "zorder": 4,
                },
            )
        )
    written = [results.percent(value) if unit == "share" else results.plain(value, unit) for value, unit in values]
    apart = len(written) > 1 and not same_people
    text = results.say("figure.hero.apart", before=written[0], after=written[-1]) if apart else " → ".join(written)
    return ChartRow(label, tuple(marks), text)


def _difference(results: Results, row: Row, label: str, heading: str = "") -> Block:
    """Draw a difference or change with its interval, against zero and what is too small to matter."""
    band = (-row.reference_value, row.reference_value) if known(row.reference_value) else None
    marks = []
    if known(row.conf_low) and known(row.conf_high):
        marks.append(Mark((row.conf_low, row.conf_high), {"color": INK, "linewidth": 1.4}))
    if known(row.estimate):
        marks.append(Mark((row.estimate,), {"marker": "D", "color": INK, "markersize": 5, "linestyle": "", "zorder": 4}))
    limits = room_round([0.0, *(band or ()), *(x for mark in marks for x in mark.xs)])
    shown = ChartRow(label, tuple(marks), estimate_text(results, row), bold=True)
    return Block((shown,), limits, heading, ((0.0, "-"),), band)


def _changed(results: Results, change: Change, among: Sequence[Change]) -> Iterator[Block]:
    row = change.row("mean_change")
    if row is None:
        return
    heading = _titled(results, change_name(results, change, among), row)
    ends = [found for name in ("mean_before", "mean_after") if (found := change.number(name)) is not None]
    if len(ends) == len(change.waves):
        label = results.say("figure.hero.before_after")
        shown = _from_to(results, label, [(end.estimate, end.measure_unit) for end in ends], PARTICIPANT)
        limits = room_round(scale_ends(results, change.outcome) or [float(end.estimate) for end in ends])
        yield Block((shown,), limits, heading)
        heading = ""
    yield replace(_difference(results, row, results.say("figure.hero.change_row"), heading), scale=_scale(results, row))


def _aimed_at(results: Results, target: Target) -> Block:
    rows = []
    for reading in target.readings:
        row = reading.rows[SHARE]
        marks = [Mark((row.conf_low, row.conf_high), {"color": INK, "linewidth": 1.6})] if known(row.conf_low) else []
        marks += [Mark((row.estimate,), {**reading_look(reading.support), "zorder": 4})] if known(row.estimate) else []
        rows.append(
            ChartRow(reading_label(results, target, reading), tuple(marks), ", ".join(filter(None, counted_texts(results, reading))))
        )
    values = [x for row in rows for mark in row.marks for x in mark.xs]
    heading = results.say(
        "figure.hero.target",
        outcome=results.inside(outcome_in_wave(results, target.outcome, target.wave)),
        target=results.percent(target.share),
    )
    return Block(tuple(rows), room_round([target.share, *values]), heading, ((target.share, DASHED),))
