"""Levels beside each other: one dot with its interval per level, and a line for everybody."""

from dataclasses import replace

from matplotlib.axes import Axes

from pipeline.render.figures.canvas import Sheet, drawn, number_axis, reference_line, row_labels, write_beside
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import clipped
from pipeline.render.figures.look import INK, LINE, MUTED, PAPER, WIDTH
from pipeline.render.labels import level_label
from pipeline.render.levels import Place, main_places, place_name
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, known
from pipeline.spec.vocabulary import EVERYBODY

LABELS = 2.2
NUMBERS = 1.7
ROW = 0.22
GAP = 0.1
TOP = 0.12
BOTTOM = 0.5


def level_figures(results: Results, per: str, chosen: str = "") -> list[Figure]:
    """Draw each primary outcome by level; a page about one level (``chosen``) shows it beside everybody, and no other."""
    figures = (_figure(results, per, place, chosen) for place in main_places(results, per))
    return [figure for figure in figures if figure is not None]


def _figure(results: Results, per: str, place: Place, chosen: str) -> Figure | None:
    is_page = chosen in place.levels
    if is_page:
        place = replace(place, levels={chosen: place.levels[chosen], EVERYBODY: place.whole})
    shown = list(place.levels)
    if not any(known(place.levels[level].estimate) for level in shown):
        return None
    levels = _name(results, chosen) if is_page else results.inside(results.outcome_label(per))
    words = {"outcome": place_name(results, place), "levels": levels}
    caption = results.say("one_level.own_caption" if is_page else "one_level.figure_caption", **words)
    height = TOP + _row_height(results, shown) * len(shown) + BOTTOM
    slug = "-".join(filter(None, ("levels", place.outcome, place.wave, place.what))).replace("_", "-")
    return drawn(
        slug, height, lambda page: _paint(results, page, place, (shown, chosen)), (_alt(results, place, shown, words), caption), place
    )


def _row_height(results: Results, shown: list[str]) -> float:
    return max(ROW, LINE * max(len(clipped(_name(results, level), LABELS - GAP)) for level in shown))


def _name(results: Results, level: str) -> str:
    return capital(level_label(results, level)) if level == EVERYBODY else level_label(results, level)


def _paint(results: Results, page: Sheet, place: Place, levels: tuple[list[str], str]) -> None:
    shown, chosen = levels
    axes = page.panel(LABELS, TOP, WIDTH - LABELS - NUMBERS, _row_height(results, shown) * len(shown))
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_xlim(*_limits(place, shown))
    if known(place.whole.estimate):
        reference_line(axes, place.whole.estimate, (0, (4, 3)))
    for row, level in enumerate(shown):
        _paint_level(axes, row, place.levels[level], level == chosen)
        write_beside(axes, row, _text(results, place.levels[level]), 8)
    row_labels(axes, [_name(results, level) for level in shown], LABELS - GAP)
    number_axis(results, axes, share=place.whole.measure_unit == "share")
    axes.set_xlabel(_axis(results, place))


def _axis(results: Results, place: Place) -> str:
    if place.whole.measure_unit == "share":
        return results.say("one_level.axis_share")
    known_unit = results.has_label("measure_unit", place.outcome)
    unit = results.label("measure_unit", place.outcome) if known_unit else results.outcome_label(place.outcome)
    return results.say("one_level.axis_change", unit=unit) if place.what == "mean_change" else unit


def _limits(place: Place, shown: list[str]) -> tuple[float, float]:
    if place.whole.measure_unit == "share":
        return 0.0, 1.0
    ends = [end for level in shown for row in (place.levels[level],) for end in (row.estimate, row.conf_low, row.conf_high) if known(end)]
    low, high = min(ends), max(ends)
    room = 0.08 * (high - low or 1.0)
    return low - room, high + room


def _paint_level(axes: Axes, place: int, row: Row, is_chosen: bool) -> None:
    if not known(row.estimate):
        return
    if known(row.conf_low) and known(row.conf_high):
        axes.plot(
            [row.conf_low, row.conf_high], [place, place], color=INK if is_chosen else MUTED, linewidth=2.2 if is_chosen else 1.2, zorder=2
        )
    filled, shape = (INK, "D") if is_chosen else (PAPER, "o")
    axes.plot(row.estimate, place, shape, color=INK, markerfacecolor=filled, markersize=5.5, zorder=3, clip_on=False)


def _text(results: Results, row: Row) -> str:
    if not known(row.estimate):
        return results.say("table.withheld")
    value = results.percent(row.estimate) if row.measure_unit == "share" else results.number(row.estimate)
    if not (known(row.conf_low) and known(row.conf_high)):
        return value
    ends = (row.conf_low, row.conf_high)
    return f"{value} ({results.between(*(results.plain(end, row.measure_unit) for end in ends))})"


def _alt(results: Results, place: Place, shown: list[str], words: dict[str, str]) -> str:
    if EVERYBODY in shown:
        told = (f"{_name(results, level)} {_text(results, place.levels[level])}" for level in shown)
        return results.say("one_level.own_alt", outcome=words["outcome"], values="; ".join(told))
    found = [(place.levels[level].estimate, level) for level in shown if known(place.levels[level].estimate)]
    (low, lowest), (high, highest) = min(found), max(found)
    is_share = place.whole.measure_unit == "share"
    written = [results.percent(value) if is_share else results.number(value) for value in (low, high)]
    return results.say(
        "one_level.figure_alt",
        **words,
        count=len(found),
        lowest=level_label(results, lowest),
        low=written[0],
        highest=level_label(results, highest),
        high=written[1],
    )
