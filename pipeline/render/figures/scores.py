"""How each number is distributed in each group, in the classes that the study declares."""

from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from pipeline.render.answers import cells_of
from pipeline.render.changes import scale_ends
from pipeline.render.figures.canvas import Sheet, drawn, share_axis
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import Style, clipped, text_width
from pipeline.render.figures.look import INK, LINE, MUTED, TEXT, WIDTH, group_look
from pipeline.render.labels import answer_label, class_edges, declared, of_group, of_one
from pipeline.render.results import Results
from pipeline.render.selection import Row, known, outcome_in_wave
from pipeline.render.wording.people import other_people

LEFT = 0.5
GUTTER = 0.35
PANEL = 1.15
LEGEND = 0.3
TITLE = 0.42
AXIS = 0.55
COLUMNS = 2
HEADING = Style(size=TEXT, weight="bold")


@dataclass(frozen=True)
class Scores:
    """One measure in one wave: its classes by group."""

    measure: str
    wave: str
    groups: dict[str, list[Row]]

    @property
    def edges(self) -> list[float]:
        """Lower edges of all classes, merged ones taken apart."""
        return sorted({edge for rows in self.groups.values() for row in rows for edge in class_edges(row.row)})

    @property
    def highest(self) -> float:
        """Greatest share per class."""
        return max((height for rows in self.groups.values() for height in heights(rows, self.edges) or [0.0]), default=0.0)


def scores_figure(results: Results) -> Figure | None:
    """Draw the distribution of every number that has classes, a panel per measure and wave; None when there is none."""
    panels = _panels(results)
    if not panels:
        return None
    height = _legend(results) + (1 + max(row for row, _ in _grid(panels))) * (TITLE + PANEL + AXIS)
    said = [results.say(of_one(results, "figure.scores.caption")), *other_people(results, {panel.wave for panel in panels})]
    words = (_alt(results, panels), " ".join(said))
    return drawn("scores", height, lambda page: _paint(results, page, panels), words, panels)


def _legend(results: Results) -> float:
    """Give the room for the key of the groups, in inches; none where there is one group only."""
    return LEGEND if len(results.groups) > 1 else 0.0


def _panels(results: Results) -> list[Scores]:
    cells = cells_of(results, "measure")
    panels = []
    for measure in (one for one in results.facts["measures"] if one["kind"] == "number"):
        for wave in ("", *(one["name"] for one in results.facts["waves"])):
            groups = {group: cells[measure["name"], wave, group] for group in results.groups if (measure["name"], wave, group) in cells}
            if groups:
                panels.append(Scores(measure["name"], wave, groups))
    return panels


def _grid(panels: list[Scores]) -> list[tuple[int, int]]:
    """Give each panel its row and column; a measure of several waves begins a row, so that its waves stand side by side."""
    places: list[tuple[int, int]] = []
    row, column = 0, 0
    for place, panel in enumerate(panels):
        first = place == 0 or panels[place - 1].measure != panel.measure
        several = sum(one.measure == panel.measure for one in panels) > 1
        if column == COLUMNS or (first and several and column > 0):
            row, column = row + 1, 0
        places.append((row, column))
        column += 1
    return places


def heights(rows: list[Row], edges: list[float]) -> list[float] | None:
    """Give the share of each class between ``edges``; merged classes share theirs equally; None when one is withheld."""
    if any(row.withheld or not known(row.share) for row in rows):
        return None
    shares = dict.fromkeys(edges, 0.0)
    for row in rows:
        parts = class_edges(row.row)
        for edge in parts:
            shares[edge] = float(row.share) / len(parts)
    return list(shares.values())


def _paint(results: Results, page: Sheet, panels: list[Scores]) -> None:
    if _legend(results):
        _paint_key(results, page)
    width = (WIDTH - LEFT - 0.1 - GUTTER * (COLUMNS - 1)) / COLUMNS
    for (row, column), panel in zip(_grid(panels), panels, strict=True):
        left, top = LEFT + column * (width + GUTTER), _legend(results) + row * (TITLE + PANEL + AXIS) + TITLE
        axes = page.panel(left, top, width, PANEL)
        axes.set_ylim(0, 1.08 * max([one.highest for one in panels if one.measure == panel.measure]) or 1.0)
        share_axis(results, axes)
        _paint_panel(results, axes, panel)
        title = outcome_in_wave(results, panel.measure, panel.wave)
        lines = clipped(title, width, 2, HEADING)
        for number, line in enumerate(lines):
            page.write((left, top - 0.13 - (len(lines) - number - 1) * LINE), line, HEADING)
        unit = clipped(results.label("measure_unit", panel.measure), width, 1)[0]
        page.write((left + width / 2, top + PANEL + 0.3), unit, Style("center"))
        if column == 0:
            axes.set_ylabel(results.say("figure.scores.axis"))


def _paint_panel(results: Results, axes: Axes, panel: Scores) -> None:
    edges = panel.edges
    axes.set_xlim(-0.05, len(edges) + 0.05)
    hidden = []
    for group in reversed(results.groups):
        values = heights(panel.groups.get(group, []), edges) if group in panel.groups else None
        if values is None:
            hidden.append(group)
            continue
        axes.stairs(values, range(len(edges) + 1), fill=True, **_look(results, group))
    for place, group in enumerate(hidden):
        text = f"{results.group_label(group)}: {results.say('table.withheld')}"
        axes.text(0.5, 0.9 - place * LINE, text, transform=axes.transAxes, size=8, ha="center", color=MUTED)
    _paint_classes(results, axes, panel)


def _look(results: Results, group: str) -> dict[str, Any]:
    """Outline the participants, and fill the others with their pattern."""
    look = group_look(results, group)
    if group == results.groups[0]:
        return {"facecolor": "none", "edgecolor": look.colour, "linewidth": 1.8, "hatch": ""}
    return {"facecolor": look.pale, "edgecolor": look.colour, "linewidth": 1.0, "hatch": look.hatch}


def _paint_key(results: Results, page: Sheet) -> None:
    left = LEFT
    room = (WIDTH - LEFT) / len(results.groups) - 0.6
    for group in results.groups:
        label = clipped(results.group_label(group), room, 1)[0]
        page.add_artist(Rectangle((left, 0.07), 0.3, 0.12, transform=page.inches, **_look(results, group)))
        page.write((left + 0.37, 0.13), label)
        left += 0.6 + text_width(label)


def _paint_classes(results: Results, axes: Axes, panel: Scores) -> None:
    """Name whole-number classes under their middle, and write other classes' edges where they meet."""
    edges = panel.edges
    if declared(results, "measures", panel.measure).get("rule") in ("count_of", "count_correct"):
        codes = sorted((row.row for rows in panel.groups.values() for row in rows if len(class_edges(row.row)) == 1), key=class_edges)
        labels = {edges.index(class_edges(code)[0]): answer_label(results, panel.measure, code) for code in codes}
        axes.set_xticks([place + 0.5 for place in labels], list(labels.values()))
        axes.tick_params(axis="x", length=0)
        return
    digits = 0 if all(edge == int(edge) for edge in edges) else 1
    ends = [*edges, *(top for top in _top(results, panel.measure) if top > edges[-1])]
    axes.set_xticks(range(len(ends)), [results.number(edge, digits) for edge in ends], color=INK)


def _top(results: Results, measure: str) -> list[float]:
    """Give the greatest value that a measure can have; none where that is not declared, and the last class is open upwards."""
    ends = scale_ends(results, measure)
    return [ends[1]] if ends else []


def _alt(results: Results, panels: list[Scores]) -> str:
    """Name the most common class of each group."""
    parts = []
    for panel in panels:
        said = [of_group(results, group, _peak(results, panel.measure, rows)) for group, rows in panel.groups.items()]
        parts.append(f"{outcome_in_wave(results, panel.measure, panel.wave)}: {', '.join(said)}")
    return results.say(of_one(results, "figure.scores.alt"), panels="; ".join(parts))


def _peak(results: Results, measure: str, rows: list[Row]) -> str:
    shown = [row for row in rows if not row.withheld and known(row.share)]
    if not shown:
        return results.say("table.withheld")
    top = max(shown, key=lambda row: row.share)
    return f"{answer_label(results, measure, top.row)} ({results.percent(top.share)})"
