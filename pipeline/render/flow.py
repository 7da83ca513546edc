"""The participant flow as chains of counts and losses, for the figure and for the table that says the same."""

from dataclasses import dataclass

from pipeline.render.results import Results, select
from pipeline.render.selection import Row, known, rows_of, split_reference

ALL = "all"


@dataclass(frozen=True)
class Chain:
    """One chain of the flow for one group: what it starts from, what is lost, what remains."""

    start: Row
    losses: tuple[Row, ...]
    end: Row

    @property
    def lost(self) -> int | None:
        """Sum of the losses; None when one of them is withheld."""
        if not all(known(loss.n) for loss in self.losses):
            return None
        return sum(int(loss.n) for loss in self.losses)


def chain_of(results: Results, name: str, group: str = ALL) -> Chain | None:
    """Give one chain of the sample's unit for one group, or None when there is none.

    A chain of a single count starts and ends with it.
    """
    frame = select(results.flow, chain=name, group=group, unit=results.facts["sample"]["unit"])
    rows = rows_of(frame.sort_values("step"))
    if not rows:
        return None
    return Chain(rows[0], tuple(row for row in rows if row.kind == "loss"), rows[-1])


def row_chains(results: Results) -> list[tuple[str, Chain]]:
    """Give the chains of received rows, each with its source, in the order that sources are declared."""
    names = [name for name in dict.fromkeys(results.flow["chain"]) if name.startswith("rows:")]
    declared = [f"rows:{source['name']}" for source in results.facts.get("sources", ())]
    ordered = sorted(names, key=lambda name: declared.index(name) if name in declared else len(declared))
    chains = [(name.removeprefix("rows:"), chain_of(results, name)) for name in ordered]
    return [(source, chain) for source, chain in chains if chain is not None]


def source_label(results: Results, source: str) -> str:
    """Name a source by its file and wave: ``baslinje.csv (före)``."""
    facts = next((one for one in results.facts.get("sources", ()) if one["name"] == source), None)
    if facts is None:
        return source
    return f"{facts['file']} ({results.label('wave', facts['wave'])})" if facts.get("wave") else str(facts["file"])


def waves_asked(results: Results, group: str) -> list[str]:
    """Give the waves in which a group was asked, in order of time."""
    return [wave["name"] for wave in results.facts["waves"] if not wave["asked_of"] or group in wave["asked_of"]]


def primary_analysed(results: Results, group: str) -> list[tuple[str, Chain]]:
    """Give the chains down to the analysis of each primary outcome, with the outcome's name."""
    primary = [analysis for analysis in results.facts["analyses"] if analysis["role"] == "primary"]
    names = [(f"analysed:{analysis['id']}:{reference}", reference) for analysis in primary for reference in analysis["outcomes"]]
    chains = [(split_reference(reference)[0], chain_of(results, name, group)) for name, reference in names]
    return [(outcome, chain) for outcome, chain in chains if chain is not None]


def node_label(results: Results, node: str) -> str:
    """Name a count or a reason for a loss; an exclusion by the researcher's own label."""
    return results.label("exclusion", node) if results.has_label("exclusion", node) else results.say(f"flow.{node}")


def count_text(results: Results, row: Row) -> str:
    """Write a count of the flow, or that it is withheld."""
    return results.number(int(row.n), 0) if known(row.n) else results.say("table.withheld")
