"""Forest plot: every outcome's raw difference beside its adjusted one, primary outcomes first."""

from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from pipeline.render.figures.canvas import Sheet, drawn, number_axis, reference_line, write_beside
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import Style, text_width, wrapped
from pipeline.render.figures.look import BAND, INK, MUTED, PAPER, SMALL, WIDTH
from pipeline.render.labels import declared
from pipeline.render.results import Results
from pipeline.render.selection import OutcomeRows, Row, known, main_outcomes, outcome_in_wave, verdict_shown

LABELS = 2.15
NUMBERS = 1.75
ROW = 0.17
BETWEEN = 0.12
AXIS = 0.6
LEGEND = 0.3
ARROWS = {"lower": "← {text}", "higher": "{text} →"}


@dataclass(frozen=True)
class Block:
    """One outcome in a panel: its name, which way is better, its estimates, and where it begins, in inches from the panel's top."""

    name: tuple[str, ...]
    better: tuple[str, ...]
    outcome: OutcomeRows
    top: float

    @property
    def height(self) -> float:
        """Inches."""
        return ROW * max(len(self.name) + len(self.better), len(estimates(self.outcome)))


@dataclass(frozen=True)
class ForestPanel:
    """Outcomes that share an axis."""

    unit: str
    kind: str
    blocks: tuple[Block, ...]

    @property
    def height(self) -> float:
        """Inches, without the axis."""
        return self.blocks[-1].top + self.blocks[-1].height + BETWEEN / 2


def estimates(outcome: OutcomeRows) -> list[tuple[str, Row]]:
    """Give the estimates there are: raw, then adjusted."""
    return [(name, row) for name, row in (("raw", outcome.raw), ("adjusted", outcome.adjusted)) if row is not None]


def forest_figure(results: Results) -> Figure | None:
    """Draw differences between participants and controls, a panel per unit of measurement; None when there is none."""
    outcomes = main_outcomes(results)
    if not outcomes:
        return None
    panels = _panels(results, outcomes)
    height = LEGEND + sum(panel.height + AXIS for panel in panels)
    first, second = (results.group_label(code) for code in results.groups)
    caption = [results.say("figure.forest.caption", first=first, second=results.inside(second))]
    caption += [results.say("figure.forest.arrow")] if any(block.better for panel in panels for block in panel.blocks) else []
    return drawn("forest", height, lambda page: _paint(results, page, panels), (_alt(results, outcomes), " ".join(caption)), panels)


def _panels(results: Results, outcomes: list[OutcomeRows]) -> list[ForestPanel]:
    """Group outcomes by unit, in the order in which the units first occur; all shares together."""
    units: dict[tuple[str, str], list[OutcomeRows]] = {}
    for outcome in outcomes:
        units.setdefault((unit_of(results, outcome), outcome.kind), []).append(outcome)
    one_wave = len({outcome.wave for outcome in outcomes}) == 1
    return [ForestPanel(unit, kind, _blocks(results, members, one_wave)) for (unit, kind), members in units.items()]


def unit_of(results: Results, outcome: OutcomeRows) -> str:
    """Name the unit in which an outcome's difference is printed."""
    if outcome.kind == "share":
        return results.say("table.percentage_points")
    declared_unit = results.has_label("measure_unit", outcome.outcome)
    return results.label("measure_unit", outcome.outcome) if declared_unit else results.say("figure.forest.own_unit")


def _blocks(results: Results, outcomes: list[OutcomeRows], one_wave: bool) -> tuple[Block, ...]:
    blocks: list[Block] = []
    top = BETWEEN / 2
    for outcome in outcomes:
        label = outcome_in_wave(results, outcome.outcome, "" if one_wave else outcome.wave)
        name = wrapped(label, LABELS - 0.15, SMALL, "bold" if outcome.is_primary else "normal")
        direction = declared(results, "measures", outcome.outcome).get("direction", "neither")
        better = (ARROWS[direction].format(text=results.say(f"direction.{direction}")),) if direction in ARROWS else ()
        blocks.append(Block(tuple(name), better, outcome, top))
        top += blocks[-1].height + BETWEEN
    return tuple(blocks)


def _paint(results: Results, page: Sheet, panels: list[ForestPanel]) -> None:
    _paint_legend(results, page)
    top = LEGEND
    for panel in panels:
        axes = page.panel(LABELS, top, WIDTH - LABELS - NUMBERS, panel.height)
        axes.set_ylim(panel.height, 0)
        axes.set_xlim(*_limits(panel.blocks))
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        reference_line(axes, 0)
        for block in panel.blocks:
            _paint_names(page, block, top)
            _paint_block(results, axes, block)
        number_axis(results, axes, share=panel.kind == "share")
        axes.set_xlabel(results.say("figure.forest.axis", unit=panel.unit))
        top += panel.height + AXIS


def _limits(blocks: tuple[Block, ...]) -> tuple[float, float]:
    """Give limits that hold every interval and zero, with room at both ends."""
    values = [0.0]
    for block in blocks:
        for _, row in estimates(block.outcome):
            values += [value for value in (row.conf_low, row.conf_high, row.estimate) if known(value)]
        smallest = block.outcome.headline.reference_value
        values += [-smallest, smallest] if known(smallest) else []
    low, high = min(values), max(values)
    room = 0.06 * (high - low) or 1.0
    return low - room, high + room


def _paint_names(page: Sheet, block: Block, top: float) -> None:
    weight = "bold" if block.outcome.is_primary else "normal"
    styles = [Style(weight=weight)] * len(block.name) + [Style(colour=MUTED)] * len(block.better)
    for place, (line, style) in enumerate(zip(block.name + block.better, styles, strict=True)):
        page.write((0.04, top + block.top + (place + 0.5) * ROW), line, style)


def _paint_block(results: Results, axes: Axes, block: Block) -> None:
    if block.outcome.is_primary:
        axes.axhspan(block.top - BETWEEN / 2, block.top + block.height + BETWEEN / 2, color=BAND, zorder=0, linewidth=0)
    for place, (name, row) in enumerate(estimates(block.outcome)):
        height = block.top + (place + 0.5) * ROW
        if known(row.conf_low) and known(row.conf_high):
            axes.plot([row.conf_low, row.conf_high], [height, height], color=INK, linewidth=1.1, zorder=2)
        if known(row.estimate):
            axes.plot(row.estimate, height, **_look(name), zorder=3)
        write_beside(axes, height, estimate_text(results, row), 8)
    smallest = block.outcome.headline.reference_value
    if known(smallest):
        for value in (-smallest, smallest):
            axes.plot([value, value], [block.top, block.top + block.height], color=MUTED, linewidth=0.9, linestyle=(0, (1, 2)))


def _look(name: str) -> dict[str, Any]:
    shape, face = {"raw": ("o", PAPER), "adjusted": ("D", INK)}[name]
    return {"marker": shape, "markerfacecolor": face, "markeredgecolor": INK, "markersize": 5, "linestyle": ""}


def estimate_text(results: Results, row: Row) -> str:
    """Write an estimate with its interval, or why there is none, in few words."""
    if not known(row.estimate):
        return results.say("table.withheld" if "withheld" in row.note else "table.not_estimated")
    text = results.plain(row.estimate, row.measure_unit)
    if not known(row.conf_low):
        return f"{text} ({results.say('table.no_interval')})"
    low, high = (results.plain(value, row.measure_unit) for value in (row.conf_low, row.conf_high))
    return f"{text} ({results.between(low, high)})"


def _paint_legend(results: Results, page: Sheet) -> None:
    x = LABELS + 0.05
    for name in ("raw", "adjusted"):
        text = results.say(f"figure.forest.{name}")
        page.line([x], [0.13], **_look(name))
        page.write((x + 0.1, 0.13), text)
        x += 0.4 + text_width(text)


def _alt(results: Results, outcomes: list[OutcomeRows]) -> str:
    """Say the difference and the verdict of each primary outcome; of all outcomes when none is primary."""
    chosen = [one for one in outcomes if one.is_primary] or outcomes
    parts = []
    for one in chosen:
        verdict = f", {results.say(f'verdict.{verdict_shown(one.headline)}')}" if verdict_shown(one.headline) else ""
        unit = f" {results.say('table.percentage_points')}" if one.kind == "share" and known(one.headline.estimate) else ""
        parts.append(f"{results.outcome_label(one.outcome)} {estimate_text(results, one.headline)}{unit}{verdict}")
    return results.say("figure.forest.alt", count=len(outcomes), named="; ".join(parts))
