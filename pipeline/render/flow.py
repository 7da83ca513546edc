"""The participant flow as chains of counts and losses, for the figure and for the table that says the same."""

from dataclasses import dataclass
from itertools import groupby

from pipeline.render.results import Results, select
from pipeline.render.selection import Row, known, rows_of
from pipeline.spec.naming import split_reference

IN_SAMPLE = "in_sample"


@dataclass(frozen=True)
class Chain:
    """One chain of the flow for one group: what it starts from, what is lost, what remains.

    A chain of a single count starts and ends with it.
    """

    rows: tuple[Row, ...]

    @property
    def start(self) -> Row:
        """The first count."""
        return self.rows[0]

    @property
    def end(self) -> Row:
        """The last count."""
        return self.rows[-1]

    @property
    def losses(self) -> tuple[Row, ...]:
        """The losses on the way."""
        return tuple(row for row in self.rows if row.kind == "loss")

    @property
    def lost(self) -> int | None:
        """Sum of the losses; None when one of them is withheld."""
        if not all(known(loss.n) for loss in self.losses):
            return None
        return sum(int(loss.n) for loss in self.losses)


Chains = dict[tuple[str, str], Chain]
"""Name of the chain and group code (or 'all') -> chain."""


def flow_chains(results: Results) -> Chains:
    """Give every chain of the sample's unit."""
    rows = rows_of(select(results.flow, unit=results.facts["sample"]["unit"]))
    rows.sort(key=lambda row: (row.chain, row.group, row.step))
    return {key: Chain(tuple(chain)) for key, chain in groupby(rows, key=lambda row: (row.chain, row.group))}


def row_chains(results: Results, chains: Chains) -> list[tuple[str, Chain]]:
    """Give the chains of received rows, each with its source, in the order that sources are declared."""
    declared = [source["name"] for source in results.facts.get("sources", ())]
    found = [(name.removeprefix("rows:"), chain) for (name, _), chain in chains.items() if name.startswith("rows:")]
    return sorted(found, key=lambda one: declared.index(one[0]) if one[0] in declared else len(declared))


def source_label(results: Results, source: str) -> str:
    """Name a source as it is declared, with its wave: ``baseline (före)``; never by its file, whose name may tell of people."""
    facts = source_facts(results, source)
    return f"{source} ({results.label('wave', facts['wave'])})" if facts.get("wave") else source


def source_facts(results: Results, source: str) -> dict[str, str]:
    """Give what release.json says of a source; empty when it says nothing."""
    return next((one for one in results.facts.get("sources", ()) if one["name"] == source), {})


def waves_asked(results: Results, group: str) -> list[str]:
    """Give the waves in which a group was asked, in order of time."""
    return [wave["name"] for wave in results.facts["waves"] if not wave["asked_of"] or group in wave["asked_of"]]


def wave_chains(results: Results, chains: Chains, group: str) -> dict[str, Chain]:
    """Give each wave that a group was asked in, with its chain."""
    return {wave: chains[f"wave:{wave}", group] for wave in waves_asked(results, group) if (f"wave:{wave}", group) in chains}


def primary_analysed(results: Results, chains: Chains, group: str) -> list[tuple[str, Chain]]:
    """Give the chains down to the analysis of each primary outcome, with the outcome's name."""
    primary = [analysis for analysis in results.facts["analyses"] if analysis["role"] == "primary"]
    keys = [((f"analysed:{analysis['id']}:{reference}", group), reference) for analysis in primary for reference in analysis["outcomes"]]
    return [(split_reference(reference)[0], chains[key]) for key, reference in keys if key in chains]


def node_label(results: Results, node: str) -> str:
    """Name a count or a reason for a loss; an exclusion by the researcher's own label, a sample by the list it is from."""
    if node == IN_SAMPLE and lists_everybody(results):
        return results.say("flow.listed")
    return results.label("exclusion", node) if results.has_label("exclusion", node) else results.say(f"flow.{node}")


def lists_everybody(results: Results) -> bool:
    """Say whether a file lists everybody of the sample's unit, whether they answered or not."""
    unit = results.facts["sample"]["unit"]
    return any(source.get("lists_everybody") and source["unit"] == unit for source in results.facts.get("sources", ()))


def count_or_withheld(results: Results, row: Row) -> str:
    """Write a count of the flow, or that it is withheld."""
    return results.number(int(row.n), 0) if known(row.n) else results.say("table.withheld")
