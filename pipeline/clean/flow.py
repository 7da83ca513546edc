"""How many rows and units there were at each step, and why some did not go on."""

from collections.abc import Iterator, Mapping

import pandas as pd

from pipeline.clean.cells import are_among
from pipeline.clean.exclude import BLANK_ROW, TAKEN_OUT
from pipeline.clean.rows import SourceRows
from pipeline.errors import Problem
from pipeline.spec.sources import Wave
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY
from pipeline.tables.flow import check_flow
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import FLOW

INVITED = "invited"
"""Name of the whole-number variable, of any unit, that counts the people invited."""


def count_flow(
    study: Study, sources: Mapping[str, SourceRows], responses: Mapping[str, pd.DataFrame], units: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Count rows per source, people in the sample, and answers per wave.

    Returns
    -------
    DataFrame
        Table ``flow``; its arithmetic is checked.
    """
    lines = [line for source in sources.values() for line in _rows_chain(study, source)]
    lines += _sample_chain(study, units)
    places = [(unit, wave) for unit in study.unit for wave in study.declaration.waves]
    lines += [line for place in places for line in _wave_chain(study, place, responses, units)]
    flow = table_of(FLOW, [{"study": study.id, **line} for line in lines])
    check_flow(flow)
    return flow


def flow_problems(study: Study, units: Mapping[str, pd.DataFrame]) -> Iterator[Problem]:
    """No fewer can have been invited than answered."""
    invited = _number_invited(study, units)
    people = len(units[study.declaration.sample.unit])
    if invited is not None and invited < people:
        yield Problem(
            study.paths.shown(study.paths.raw) + f"/, {INVITED}",
            f"{invited} were invited according to the register, but {people} answered",
            remedy="Correct the register, or name the variable otherwise if it does not count the people invited.",
        )


Step = tuple[str, str, dict[str, int]]
"""Kind (count or loss), node, and the number per group code and for 'all'."""


def _lines(unit: str, chain: str, steps: list[Step]) -> Iterator[dict]:
    """Number the steps of a chain from 0 and give one line per step and group."""
    for step, (kind, node, numbers) in enumerate(steps):
        for group, number in numbers.items():
            yield {"unit": unit, "chain": chain, "step": step, "kind": kind, "node": node, "group": group, "n": number}


def _rows_chain(study: Study, source: SourceRows) -> Iterator[dict]:
    """From rows received, by every rule that could take rows out, to rows kept."""
    gone = pd.Series([line["rule"] for line in source.exclusions], dtype="str").value_counts()
    declared = [exclusion.id for exclusion in study.declaration.exclusions if source.source.name in exclusion.sources]
    undeclared = [rule for rule in (BLANK_ROW, TAKEN_OUT) if rule in gone.index]
    rules = [*undeclared, *declared, *sorted(gone.index.difference([*declared, *undeclared]))]
    losses: list[Step] = [("loss", rule, {EVERYBODY: int(gone.get(rule, 0))}) for rule in rules]
    steps = [("count", "rows_received", {EVERYBODY: source.received}), *losses, ("count", "rows_kept", {EVERYBODY: len(source.rows)})]
    return _lines(source.source.unit, f"rows:{source.source.name}", steps)


def _groups_of(study: Study, people: pd.DataFrame, unit: str) -> pd.Series | None:
    """Give each unit's group; None where no groups are compared, or on another unit than the sample's."""
    sample = study.declaration.sample
    return people[sample.group] if sample.compares and unit == sample.unit else None


def _group_counts(study: Study, people: pd.DataFrame, unit: str, asked: tuple[str, ...] = ()) -> dict[str, int]:
    """Count units over all groups and per group code, both groups of the comparison first."""
    sample, groups = study.declaration.sample, _groups_of(study, people, unit)
    if groups is None:
        return {EVERYBODY: len(people)}
    codes = study.codes_of(study.variable[sample.group])
    present = [sample.participant, sample.control, *sorted(set(groups.unique()) & set(codes) - {sample.participant, sample.control})]
    counts = {code: int((groups == code).sum()) for code in present if not asked or code in asked}
    return {EVERYBODY: sum(counts.values()), **counts}


def _sample_chain(study: Study, units: Mapping[str, pd.DataFrame]) -> Iterator[dict]:
    """From the people invited, where a register says how many, to the sample per group."""
    unit = study.declaration.sample.unit
    counts = _group_counts(study, units[unit], unit)
    invited = _number_invited(study, units)
    steps: list[Step] = [("count", "in_sample", counts)]
    if invited is not None:
        lost = {EVERYBODY: invited - counts[EVERYBODY]}
        steps = [("count", "invited", {EVERYBODY: invited}), ("loss", "not_answered", lost), *steps]
    return _lines(unit, "sample", steps)


def _number_invited(study: Study, units: Mapping[str, pd.DataFrame]) -> int | None:
    """Add up the variable ``invited``; None where there is none, or where it is not known for all."""
    variable = study.variable.get(INVITED)
    if variable is None or variable.type != "integer" or not variable.fixed:
        return None
    values = units[variable.unit][INVITED]
    return None if values.isna().any() else int(values.sum())


def _wave_chain(
    study: Study, place: tuple[str, Wave], responses: Mapping[str, pd.DataFrame], units: Mapping[str, pd.DataFrame]
) -> Iterator[dict]:
    """From the units asked in a wave, by those without an answer, to those who answered; per group."""
    unit, wave = place
    if not any(source.wave == wave.name and source.unit == unit for source in study.declaration.sources):
        return iter(())
    id_name, people = study.unit[unit].id, units[unit]
    answered_ids = responses[unit].loc[responses[unit]["wave"] == wave.name, id_name]
    asked = _group_counts(study, people, unit, wave.asked_of)
    replies = _group_counts(study, people.loc[are_among(people[id_name], answered_ids)], unit, wave.asked_of)
    answered = {group: replies.get(group, 0) for group in asked}
    lost = {group: asked[group] - answered[group] for group in asked}
    return _lines(unit, f"wave:{wave.name}", [("count", "in_sample", asked), ("loss", "no_answer", lost), ("count", "answered", answered)])
