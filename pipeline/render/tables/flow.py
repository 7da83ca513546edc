"""The participant flow as a table: the same counts as the figure, with every reason for a loss."""

from pipeline.render.flow import Chain, Chains, count_or_withheld, flow_chains, node_label, row_chains, source_label
from pipeline.render.results import Results
from pipeline.render.selection import Row, capital, outcome_in_wave
from pipeline.render.tables.table import Cell, ColumnHead, Line, Table
from pipeline.spec.naming import split_reference
from pipeline.spec.vocabulary import EVERYBODY


def flow_table(results: Results) -> Table | None:
    """Table of rows received, people in the sample, in each wave and in each primary analysis; None without a sample."""
    chains = flow_chains(results)
    if ("sample", EVERYBODY) not in chains:
        return None
    say = results.say
    columns = tuple(ColumnHead(capital(results.group_label(group))) for group in _groups(results))
    lines: list[Line] = []
    for source, chain in row_chains(results, chains):
        heading = say("table.flow_rows", source=source_label(results, source))
        lines += [Line(heading), *(_line(results, row, {EVERYBODY: row}) for row in chain.rows if row.kind == "count" or row.n != 0)]
    lines += _chain_lines(results, chains, "sample", say("table.flow_sample"))
    for wave in results.facts["waves"]:
        lines += _chain_lines(results, chains, f"wave:{wave['name']}", say("table.flow_wave", wave=results.label("wave", wave["name"])))
    for name, heading in _primary_chains(results):
        lines += _chain_lines(results, chains, name, heading)
    unit = results.label("unit", results.facts["sample"]["unit"])
    return Table(
        "flow", say("table.flow_caption", unit=unit), say("table.step"), columns, tuple(lines), (say("table.flow_note", unit=unit),)
    )


def _groups(results: Results) -> tuple[str, ...]:
    """Give the groups and everybody; where no groups are compared, these are the same."""
    return tuple(dict.fromkeys((*results.groups, EVERYBODY)))


def _primary_chains(results: Results) -> list[tuple[str, str]]:
    primary = [analysis for analysis in results.facts["analyses"] if analysis["role"] == "primary"]
    return [
        (f"analysed:{analysis['id']}:{reference}", _analysed_heading(results, reference))
        for analysis in primary
        for reference in analysis["outcomes"]
    ]


def _analysed_heading(results: Results, reference: str) -> str:
    return results.say("table.flow_analysed", outcome=outcome_in_wave(results, *split_reference(reference)))


def _chain_lines(results: Results, chains: Chains, name: str, heading: str) -> list[Line]:
    """Give a heading and a row per step; a loss that hit nobody is left out."""
    found = {group: chains[name, group] for group in _groups(results) if (name, group) in chains}
    if not found:
        return []
    steps = _steps(list(found.values()))
    rows = [{group: row for group, chain in found.items() for row in chain.rows if (row.kind, row.node) == step} for step in steps]
    shown = [cells for cells in rows if any(row.kind == "count" or row.n != 0 for row in cells.values())]
    return [Line(heading), *(_line(results, next(iter(cells.values())), cells) for cells in shown)]


def _steps(chains: list[Chain]) -> list[tuple[str, str]]:
    """Give the steps of the longest chain, in order."""
    longest = max(chains, key=lambda chain: len(chain.rows))
    return [(row.kind, row.node) for row in longest.rows]


def _line(results: Results, row: Row, groups: dict[str, Row]) -> Line:
    """Write one step; losses carry a minus sign."""
    sign = "\u2212" if row.kind == "loss" else ""
    texts = (
        f"{sign if groups[group].n != 0 else ''}{count_or_withheld(results, groups[group])}" if group in groups else ""
        for group in _groups(results)
    )
    return Line(capital(node_label(results, row.node)), tuple(Cell(text) for text in texts))
