"""What cannot change between waves becomes one row per unit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.clean.cells import are_among, first_few
from pipeline.clean.log import counted_line
from pipeline.clean.rows import SourceRows
from pipeline.clean.waves import Combined, aligned, all_ids, first_answers, observed
from pipeline.errors import Problem
from pipeline.spec.naming import toml_place
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import MISSING_SUFFIX


@dataclass(frozen=True)
class Facts:
    """One frame per unit, log lines on what did not fit together, and what fits too badly to go on."""

    units: dict[str, pd.DataFrame]
    log: list[dict]
    problems: list[Problem]


def facts_of_units(study: Study, sources: Mapping[str, SourceRows]) -> Facts:
    """Gather the fixed variables and links of every unit.

    Returns
    -------
    Facts
        Unit -> DataFrame sorted by id: id, links to other units, fixed
        variables with ``<name>__missing`` (not_asked where no source has the
        unit). Waves count before sources without wave, in order of time. Units
        known only from sources without wave are left out where there are waves.
    """
    units, log, problems = {}, [], []
    for unit in study.unit:
        held = ordered_sources(study, sources, unit)
        ids = _ids(study, unit, held)
        units[unit], contradictions, found = _facts(study, unit, ids, held)
        log += contradictions
        problems += found
        log += _left_out(study, unit, ids, held)
    for unit in study.unit:
        log += _unknown_links(study, unit, units, sources)
    return Facts(_with_linked_only(study, units, sources), log, problems)


def ordered_sources(study: Study, sources: Mapping[str, SourceRows], unit: str) -> list[SourceRows]:
    """Give a unit's sources, waves in order of time before sources without wave."""
    place = {wave: number for number, wave in enumerate(study.wave_names)}
    held = [source for source in sources.values() if source.source.unit == unit]
    return sorted(held, key=lambda source: place.get(str(source.source.wave), len(place)))


def _ids(study: Study, unit: str, held: list[SourceRows]) -> pd.Index:
    """Give the units that answered in some wave or that a list of everybody names; where the unit has neither, all of them."""
    id_name = study.unit[unit].id
    counting = [source for source in held if source.source.wave is not None or source.source.lists_everybody] or held
    return all_ids((source.rows[id_name] for source in counting), id_name)


def _facts(study: Study, unit: str, ids: pd.Index, held: list[SourceRows]) -> tuple[pd.DataFrame, list[dict], list[Problem]]:
    id_name = study.unit[unit].id
    parts = aligned(held, id_name, ids)
    columns: dict[str, object] = {id_name: ids}
    log: list[dict] = []
    problems: list[Problem] = []
    for variable in (*study.links_of(unit), *observed(study, unit, fixed=True)):
        holding = [part for part in parts if part.source.name in variable.raw_names]
        combined = first_answers(variable, len(ids), holding, "not_asked")
        columns[variable.name] = combined.values.array
        if variable.type != "id":
            columns[f"{variable.name}{MISSING_SUFFIX}"] = combined.missing
        sources = "+".join(part.source.name for part in holding)
        log += counted_line(sources, variable.name, "contradiction", combined.contradicted.sum(), "the first source's value is kept")
        problems += _other_units(study, unit, variable, combined, ids)
    return pd.DataFrame(columns), log, problems


def _other_units(study: Study, unit: str, variable: Variable, combined: Combined, ids: pd.Index) -> Iterator[Problem]:
    """Refuse facts that contradict each other too often: then the same ids are other units."""
    count, compared = int(combined.contradicted.sum()), int(combined.compared.sum())
    most = study.unit[unit].most_contradicted
    place = toml_place(study, f"units '{unit}'")
    if count > 1 and count > most * compared:
        yield Problem(
            f"{study.paths.shown(study.paths.raw)}/, {variable.name}",
            f"{count} of {compared} {study.unit[unit].label.en} have another answer in another file, though it cannot change",
            f"{most:.0%}",
            "Other people seem to share these ids: check how the files were joined. If the question itself changes answers, "
            f"state most_contradicted in {place}, or do not declare it as fixed.",
            (f"ids: {first_few(ids[combined.contradicted])}",),
        )


def _left_out(study: Study, unit: str, ids: pd.Index, held: list[SourceRows]) -> Iterator[dict]:
    """Record units that only a source without wave knows."""
    id_name = study.unit[unit].id
    for source in held:
        unknown = ~are_among(source.rows[id_name], ids)
        yield from counted_line(source.source.name, id_name, "not_in_sample", unknown.sum(), "no answers in any wave; left out")


def _unknown_links(study: Study, unit: str, units: dict[str, pd.DataFrame], sources: Mapping[str, SourceRows]) -> Iterator[dict]:
    """Record units that link to a unit which its own sources do not have."""
    owners = {declared.id: name for name, declared in study.unit.items()}
    for link in study.links_of(unit):
        owner = owners.get(link.name)
        holding = [source.source.name for source in sources.values() if source.source.unit == unit and source.source.name in link.raw_names]
        if owner is None or not any(source.source.unit == owner for source in sources.values()):
            continue
        unknown = ~are_among(units[unit][link.name].dropna(), units[owner][link.name])
        detail = f"names a {owner} that no source of its own has"
        yield from counted_line("+".join(holding), link.name, "unknown_link", unknown.sum(), detail)


def _with_linked_only(study: Study, units: dict[str, pd.DataFrame], sources: Mapping[str, SourceRows]) -> dict[str, pd.DataFrame]:
    """Give a unit that has no source of its own the ids by which others link to it."""
    owned = {source.source.unit for source in sources.values()}
    complete = dict(units)
    for unit, declared in study.unit.items():
        if unit not in owned:
            named = [frame[declared.id].dropna() for other, frame in units.items() if other != unit and declared.id in frame.columns]
            complete[unit] = pd.DataFrame({declared.id: all_ids(named, declared.id)})
    return complete


def backward_lines(study: Study, sources: Mapping[str, SourceRows]) -> Iterator[dict]:
    """Count the units that answered a wave on an earlier day than one of the waves before it.

    A date in the wrong order is a slip in a date, or a form filed under the wrong
    wave; nobody can tell which from here. The answers are kept as they are, and counted.

    Parameters
    ----------
    study : Study
    sources : mapping
        Name of a source to its rows.

    Yields
    ------
    dict
        One line of the cleaning log per source with such units. Sources without
        ``order`` say nothing; units are only ever held against themselves.
    """
    for unit in study.unit:
        dated = [source for source in ordered_sources(study, sources, unit) if source.source.wave and source.source.order]
        latest = pd.Series(dtype="datetime64[s]")
        for wave in study.wave_names if len({source.source.wave for source in dated}) > 1 else ():
            days = {source.source.name: _days(study, source) for source in dated if source.source.wave == wave}
            for name, answered in days.items():
                earlier = answered < latest.reindex(answered.index)
                order = study.source[name].order
                yield from counted_line(name, order, "backward_in_time", earlier.sum(), "dated before an earlier wave; kept")
            together = pd.concat([latest, *days.values()]) if wave != study.wave_names[-1] else latest
            latest = together if together.index.is_unique else together.groupby(level=0).max()


def _days(study: Study, source: SourceRows) -> pd.Series:
    """Give the day on which each unit answered, by id; a time of day does not count."""
    identifier = study.unit[source.source.unit].id
    return source.answering.set_index(identifier)[str(source.source.order)].dropna().dt.floor("D")
