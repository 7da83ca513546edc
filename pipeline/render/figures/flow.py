"""Participant flow in the shape of CONSORT: invited, in the sample, answered each wave, analysed."""

from pipeline.render.figures.canvas import drawn
from pipeline.render.figures.chart import MAIN, PAD, SIDE, Arrow, Chart, ChartBox, paint_chart
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.lettering import wrapped
from pipeline.render.figures.look import LINE, SMALL, TEXT, WIDTH, group_look
from pipeline.render.flow import (
    Chain,
    Chains,
    count_or_withheld,
    flow_chains,
    node_label,
    primary_analysed,
    row_chains,
    source_facts,
    source_label,
    wave_chains,
)
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital
from pipeline.spec.vocabulary import EVERYBODY

GAP = 0.22
"""Least distance between boxes, in inches."""
MIDDLE = WIDTH / 2
CENTRES = {1: (MIDDLE,), 2: (MIDDLE - 0.98, MIDDLE + 0.98)}
"""Number of groups -> middle of each one's column."""
SIDE_GAP = 0.08
"""Least distance of the boxes with losses from the others."""


def flow_figure(results: Results) -> Figure | None:
    """Draw who was invited, answered and analysed; None when the release has no sample."""
    chains = flow_chains(results)
    if ("sample", EVERYBODY) not in chains:
        return None
    chart = Chart()
    _add_rows(results, chains, chart)
    above = _add_sample(results, chains["sample", EVERYBODY], chart)
    _add_groups(results, chains, chart, above)
    words = (_alt(results, chains), results.say("figure.flow.caption"))
    return drawn("flow", chart.bottom + 0.05, lambda page: paint_chart(page, chart), words, _drawn(results, chains))


def _drawn(results: Results, chains: Chains) -> list[Chain]:
    """Give the chains that are drawn."""
    drawn_chains = [chain for source, chain in row_chains(results, chains) if _about_people(results, source)]
    drawn_chains += [chains["sample", name] for name in (EVERYBODY, *results.groups) if ("sample", name) in chains]
    for group in results.groups:
        drawn_chains += wave_chains(results, chains, group).values()
        drawn_chains += [chain for _, chain in primary_analysed(results, chains, group)]
    return drawn_chains


def _add_rows(results: Results, chains: Chains, chart: Chart) -> None:
    """Put the received rows of each file of answers, and what was taken out of it, in a box across the page."""
    sources = [(source, chain) for source, chain in row_chains(results, chains) if _about_people(results, source)]
    width = WIDTH - 0.1
    texts = [_rows_text(results, source_label(results, source), chain) for source, chain in sources]
    lines = [line for text in texts for line in wrapped(text, width - 2 * PAD, SMALL)]
    if lines:
        chart.add(ChartBox((results.say("figure.flow.rows"), *lines), MIDDLE, chart.bottom, width, "rows"))
        chart.bottom += GAP


def _about_people(results: Results, source: str) -> bool:
    """Say whether a file holds answers, or lists everybody: other registers say nothing of who took part."""
    facts = source_facts(results, source)
    return bool(facts.get("wave") or facts.get("lists_everybody"))


def _rows_text(results: Results, source: str, chain: Chain) -> str:
    received, kept = count_or_withheld(results, chain.start), count_or_withheld(results, chain.end)
    lost = [loss for loss in chain.losses if loss.n != 0]
    losses = [
        results.say("figure.flow.row_loss", reason=node_label(results, loss.node), count=count_or_withheld(results, loss)) for loss in lost
    ]
    if not losses:
        return results.say("figure.flow.rows_all_kept", source=source, received=received)
    return results.say("figure.flow.rows_removed", source=source, received=received, losses="; ".join(losses), kept=kept)


def _add_sample(results: Results, sample: Chain, chart: Chart) -> ChartBox:
    """Put invited people and those in the sample one under the other; the loss stands beside the arrow."""
    last = chart.add(_people_box(results, sample.start, chart.bottom))
    if sample.losses:
        below = _people_box(results, sample.end, last.bottom + (2 * GAP if sample.lost != 0 else GAP))
        _add_losses(results, chart, sample, (MIDDLE + MAIN / 2 + 0.15 + SIDE / 2, MIDDLE, last.bottom + GAP))
        chart.arrows.append(Arrow((MIDDLE, last.bottom), (MIDDLE, below.top)))
        last = chart.add(below)
    return last


def _people_box(results: Results, row: Row, top: float) -> ChartBox:
    people = results.say(
        "figure.flow.people", count=count_or_withheld(results, row), unit=results.label("unit", results.facts["sample"]["unit"])
    )
    lines = [line for text in (people, node_label(results, row.node)) for line in wrapped(text, MAIN - 2 * PAD, TEXT)]
    return ChartBox(tuple(lines), MIDDLE, top, MAIN)


def _add_losses(results: Results, chart: Chart, chain: Chain, place: tuple[float, float, float]) -> None:
    """Put a box with the losses beside an arrow, at the given middle, stem and height."""
    centre, stem, height = place
    names = {"no_answer": results.say("figure.flow.no_answer")}
    texts = [
        f"{names.get(loss.node) or node_label(results, loss.node)}: {count_or_withheld(results, loss)}"
        for loss in chain.losses
        if loss.n != 0
    ]
    lines = [line for text in texts for line in wrapped(capital(text), SIDE - 2 * PAD, SMALL)]
    if lines:
        tall = len(lines) * LINE + 2 * PAD
        chart.add(ChartBox(tuple(lines), centre, height - tall / 2, SIDE, "loss"))
        chart.arrows.append(Arrow((stem, height), (centre + (-SIDE / 2 if centre > stem else SIDE / 2), height)))


def _add_groups(results: Results, chains: Chains, chart: Chart, above: ChartBox) -> None:
    """Put the groups side by side, each wave that lost somebody at one height, and the primary analyses last."""
    steps = [_size_boxes(results, chains), *_wave_boxes(results, chains), _analysed_boxes(results, chains)]
    last: dict[str, ChartBox] = dict.fromkeys(results.groups, above)
    for boxes, losses in steps:
        top = chart.bottom + (2 * GAP if losses else 1.4 * GAP)
        for group, box in boxes.items():
            placed = chart.add(box.at(top))
            stem = placed.centre
            chart.arrows.append(Arrow((last[group].centre, last[group].bottom), (stem, top)))
            if group in losses:
                _add_losses(results, chart, losses[group], (_side(results, group), stem, top - GAP))
            last[group] = placed


Step = tuple[dict[str, ChartBox], dict[str, Chain]]
"""What stands at one height: a box per group, and the losses on the way to it."""


def _centre(results: Results, group: str) -> float:
    """Give the middle of a group's column."""
    return CENTRES[len(results.groups)][results.groups.index(group)]


def _side(results: Results, group: str) -> float:
    """Give the middle of the boxes with a group's losses: left of the first of several groups, otherwise right."""
    away = MAIN / 2 + SIDE_GAP + SIDE / 2
    leftmost = len(results.groups) > 1 and group == results.groups[0]
    return _centre(results, group) - away if leftmost else _centre(results, group) + away


def _group_box(results: Results, group: str, lines: tuple[str, ...], kind: str) -> ChartBox:
    return ChartBox(lines, _centre(results, group), 0, MAIN, kind, group_look(results, group).colour)


def _size_boxes(results: Results, chains: Chains) -> Step:
    """Name each group with its size, and the waves that everybody in it answered; a single group only for these."""
    boxes = {}
    for group in results.groups:
        if ("sample", group) in chains:
            complete = [wave for wave, chain in wave_chains(results, chains, group).items() if chain.lost == 0]
            if len(results.groups) == 1 and not complete:
                continue
            texts = [results.say("figure.flow.everyone", wave=results.label("wave", wave)) for wave in complete]
            heading = wrapped(capital(results.group_label(group)), MAIN - 2 * PAD, TEXT, "bold")
            count = count_or_withheld(results, chains["sample", group].end)
            lines = (" ".join(heading), count, *(line for text in texts for line in wrapped(text, MAIN - 2 * PAD, TEXT)))
            boxes[group] = _group_box(results, group, (*heading, *lines[1:]), f"group{len(heading)}")
    return boxes, {}


def _wave_boxes(results: Results, chains: Chains) -> list[Step]:
    """Say for each wave that lost somebody how many answered."""
    steps = []
    for wave in (wave["name"] for wave in results.facts["waves"]):
        found = {group: wave_chains(results, chains, group).get(wave) for group in results.groups}
        lossy = {group: chain for group, chain in found.items() if chain is not None and chain.lost != 0}
        boxes = {group: _group_box(results, group, _answered_lines(results, wave, chain), "count") for group, chain in lossy.items()}
        if boxes:
            steps.append((boxes, lossy))
    return steps


def _answered_lines(results: Results, wave: str, chain: Chain) -> tuple[str, ...]:
    text = results.say("figure.flow.answered", wave=capital(results.label("wave", wave)), count=count_or_withheld(results, chain.end))
    return tuple(wrapped(text, MAIN - 2 * PAD, TEXT))


def _analysed_boxes(results: Results, chains: Chains) -> Step:
    boxes = {}
    for group in results.groups:
        texts = [
            f"{results.outcome_label(outcome)}: {count_or_withheld(results, chain.end)}"
            for outcome, chain in primary_analysed(results, chains, group)
        ]
        lines = [line for text in texts for line in wrapped(text, MAIN - 2 * PAD, TEXT)]
        if lines:
            boxes[group] = _group_box(results, group, (results.say("figure.flow.analysed"), *lines), "group1")
    return boxes, {}


def _alt(results: Results, chains: Chains) -> str:
    """Say the counts in words."""
    unit = results.label("unit", results.facts["sample"]["unit"])
    total = results.say("figure.flow.people", unit=unit, count=count_or_withheld(results, chains["sample", EVERYBODY].end))
    return results.say("figure.flow.alt", total=total, groups="; ".join(_group_words(results, chains, group) for group in results.groups))


def _group_words(results: Results, chains: Chains, group: str) -> str:
    waves = wave_chains(results, chains, group).items()
    parts = [f"{results.label('wave', wave)} {count_or_withheld(results, chain.end)}" for wave, chain in waves]
    analysed = primary_analysed(results, chains, group)
    parts += [f"{results.outcome_label(outcome)} {count_or_withheld(results, chain.end)}" for outcome, chain in analysed]
    return f"{results.group_label(group)}: {', '.join(parts)}"
