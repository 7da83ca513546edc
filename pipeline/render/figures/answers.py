"""How one question was answered, small: a bar per answer, or a distribution of numbers or dates; by wave and group."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from matplotlib.axes import Axes

from pipeline.render.answers import reason_label
from pipeline.render.described import Counts, Described, Question
from pipeline.render.figures.canvas import Sheet, boxes, drawn, number_axis, paint_swatches, row_labels, share_axis, write
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import Style, clipped, text_width
from pipeline.render.figures.look import LINE, RULE, WIDTH, level_look
from pipeline.spec.vocabulary import ANSWERED, EVERYBODY

LABELS, LEFT, RIGHT, GAP = 2.15, 0.5, 0.14, 0.25
"""Room for the names of answers, for the numbers of an axis, at the right edge, and between two waves, in inches."""
NAME = LABELS - 0.12
KEY, HEADING, AXIS = 0.24, 0.2, 0.28
BAR, AROUND = 0.125, 0.075
"""Height of a bar, and what is left free above and below those of one answer."""
PANEL = 0.85
MOST = 12
"""Answers shown one by one; what more there are stand together in the last bar."""
WITH_COUNTS = 2
"""Most waves side by side for which numbers have room beside the per cent."""
TICKS = 4
HEAD = Style(weight="bold")
OTHERS = "…"
FIRST = 3


@dataclass(frozen=True, eq=False)
class Small:
    """What is drawn of a question."""

    described: Described
    question: Question
    panels: dict[str, Counts]
    """Wave -> its counts."""

    @property
    def groups(self) -> list[str]:
        """Groups of any wave, in the order of their colours."""
        return list(dict.fromkeys(group for panel in self.panels.values() for group in panel.groups))

    @property
    def highest(self) -> float:
        """Greatest share."""
        return max((share for panel in self.panels.values() for group in panel.groups for share in panel.shares(group)), default=0.0) or 1.0

    @property
    def row(self) -> float:
        """Height of the bars of one answer, and of its name, in inches."""
        lines = max(len(clipped(self.name(code), NAME)) for panel in self.panels.values() for code in panel.codes)
        return max(len(self.groups) * BAR, lines * LINE * 0.9) + AROUND

    @property
    def top(self) -> float:
        """Room above the panels, in inches."""
        return (KEY if len(self.groups) > 1 else 0.0) + (HEADING if any(self.panels) else 0.05)

    def name(self, code: str) -> str:
        """Name what a bar is of."""
        return self.described.results.say("databook.others") if code == OTHERS else self.described.code_label(self.question, code)

    def beside(self, panel: Counts, group: str) -> list[str]:
        """Write what stands beside the bars of a group: per cent, and numbers where there is room."""
        results = self.described.results
        texts = [results.percent(share) for share in panel.shares(group)]
        if len(self.panels) > WITH_COUNTS:
            return texts
        return [f"{text} ({results.number(number, 0)})" for text, number in zip(texts, panel.number(group), strict=True)]


def answers_figure(described: Described, question: Question) -> Figure | None:
    """Draw a question; None for free text, and where nobody answered."""
    for kind in ("class", "period", "answer"):
        counts = {wave: own for wave in question.waves if (own := described.counts(question, wave, kind)).codes}
        if any(own.answered.get(EVERYBODY) for own in counts.values()):
            small = Small(described, question, _few(counts) if kind == "answer" else counts)
            return _bars(small) if kind == "answer" else _curves(small)
    return None


def _few(counts: dict[str, Counts]) -> dict[str, Counts]:
    """Put the answers that few gave together, the same in every wave."""
    codes = list(dict.fromkeys(code for own in counts.values() for code in own.codes))
    if len(codes) <= MOST:
        return counts
    sums = {code: sum(own.number(EVERYBODY)[own.codes.index(code)] for own in counts.values()) for code in codes}
    kept = sorted(sorted(codes, key=lambda code: -sums[code])[: MOST - 1], key=codes.index)
    return {wave: _together(own, [codes.index(code) for code in kept]) for wave, own in counts.items()}


def _together(counts: Counts, kept: Sequence[int]) -> Counts:
    of = {group: [*(own[place] for place in kept), sum(own) - sum(own[place] for place in kept)] for group, own in counts.of.items()}
    return replace(counts, codes=(*(counts.codes[place] for place in kept), OTHERS), of=of)


def _bars(small: Small) -> Figure:
    row = small.row
    tall = len(next(iter(small.panels.values())).codes) * row

    def paint(page: Sheet) -> None:
        _paint_key(small, page)
        for number, (_, panel, left, width) in enumerate(_places(small, page, LABELS)):
            axes = page.panel(left, small.top, width, tall)
            axes.set_ylim(len(panel.codes) - 0.5, -0.5)
            room = max(text_width(text) for group in panel.groups for text in small.beside(panel, group)) + 0.1
            axes.set_xlim(0, small.highest * width / max(width - room, 0.2))
            axes.spines["bottom"].set_visible(False)
            axes.spines["left"].set_color(RULE)
            axes.set_xticks([])
            if number == 0:
                row_labels(axes, [small.name(code) for code in panel.codes], NAME)
            axes.set_yticks([])
            _paint_panel(small, axes, panel, row)

    return drawn(small.question.slug, small.top + tall, paint, _words(small))


def _paint_panel(small: Small, axes: Axes, panel: Counts, row: float) -> None:
    pad = 0.04 * small.highest
    for group in panel.groups:
        colour = level_look(small.groups.index(group)).colour
        shift = (small.groups.index(group) - (len(small.groups) - 1) / 2) * BAR / row
        high = 0.86 * BAR / row
        shares = panel.shares(group)
        corners = [(0.0, place + shift - high / 2, share, high) for place, share in enumerate(shares)]
        boxes(axes, corners, [colour] * len(corners), linewidth=0)
        for place, (share, text) in enumerate(zip(shares, small.beside(panel, group), strict=True)):
            write(axes, (share + pad, place + shift), text)


def _curves(small: Small) -> Figure:
    def paint(page: Sheet) -> None:
        _paint_key(small, page)
        for number, (wave, panel, left, width) in enumerate(_places(small, page, LEFT)):
            axes = page.panel(left, small.top, width, PANEL)
            _paint_curve(small, axes, wave)
            if number == 0:
                share_axis(small.described.results, axes)
                axes.set_ylabel("%", rotation=0, labelpad=8)
            else:
                axes.set_yticks([])
                axes.spines["left"].set_visible(False)
            if small.question.type == "date":
                _period_axis(axes, panel.codes, width)
            else:
                number_axis(small.described.results, axes)

    return drawn(small.question.slug, small.top + PANEL + AXIS, paint, _words(small))


def _paint_curve(small: Small, axes: Axes, wave: str) -> None:
    """Fill the first group's distribution, and draw the outline of the others over it."""
    panel, edges = small.panels[wave], _edges(small, wave)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0, 1.1 * small.highest)
    for place, group in enumerate(small.groups):
        if group in panel.groups:
            look = level_look(place)
            axes.stairs(panel.shares(group), edges, fill=place == 0, color=look.colour, linewidth=1.6, zorder=2 + place)


def _edges(small: Small, wave: str) -> list[float]:
    """Give the edges of classes; a class of one whole number is centred on it, and one of a date is as wide as any."""
    codes = small.panels[wave].codes
    if small.question.type == "date":
        return list(map(float, range(len(codes) + 1)))
    step = small.described.class_width(small.question, wave)
    starts = [float(code) - (0.5 if step == 1.0 else 0.0) for code in codes]
    return [*starts, starts[-1] + step]


def _period_axis(axes: Axes, codes: Sequence[str], width: float) -> None:
    most = max(1, min(TICKS, int(width / (text_width(codes[0]) + 0.25))))
    places = range(0, len(codes), -(-len(codes) // most))
    axes.set_xticks([place + 0.5 for place in places], [codes[place] for place in places])


def _paint_key(small: Small, page: Sheet) -> None:
    """Name the groups by their colours; one group goes without saying."""
    if len(small.groups) > 1:
        paint_swatches(page, [(small.described.group_label(group), level_look(place).colour) for place, group in enumerate(small.groups)])


def _places(small: Small, page: Sheet, left: float) -> Iterator[tuple[str, Counts, float, float]]:
    """Give each wave with its left edge and width, and head it."""
    width = (WIDTH - RIGHT - left + GAP) / len(small.panels) - GAP
    for place, (wave, panel) in enumerate(small.panels.items()):
        start = left + place * (width + GAP)
        if wave:
            page.write((start, small.top - HEADING / 2), clipped(small.described.wave_label(wave), width, 1, HEAD)[0], HEAD)
        yield wave, panel, start, width


def _words(small: Small) -> tuple[str, str]:
    """Say which answers were commonest, of everybody in the last wave; and of each wave how many answered, and why others did not."""
    results, panel = small.described.results, list(small.panels.values())[-1]
    shares = panel.shares(EVERYBODY)
    first = sorted(range(len(shares)), key=lambda place: -shares[place])[:FIRST]
    named = ", ".join(f"{small.name(panel.codes[place])} {results.percent(shares[place])}" for place in first)
    alt = results.say("databook.figure.alt", question=small.question.label, answers=named)
    return alt, " ".join(_answered(small, wave) for wave in small.question.waves)


def _answered(small: Small, wave: str) -> str:
    results, own = small.described.results, small.described.reasons(small.question, wave).get(EVERYBODY, {})
    why = [f"{results.number(count, 0)} {reason_label(results, code)}" for code, count in own.items() if code != ANSWERED and count]
    said = "; ".join([results.say("databook.figure.answered", count=own.get(ANSWERED, 0)), *why])
    return f"{small.described.wave_label(wave)}: {said}." if wave else f"{said}."
