"""What cannot change between waves becomes one row per unit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.clean.combine import Combined, Part, all_ids, first_answers, first_links, in_order, is_among
from pipeline.clean.rows import SourceRows
from pipeline.clean.text import listed
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
    parts = in_order(held, id_name, ids)
    columns: dict[str, object] = {id_name: ids}
    log: list[dict] = []
    problems: list[Problem] = []
    for variable in (*study.links_of(unit), *_fixed(study, unit)):
        holding = [part for part in parts if part.source.name in variable.raw_names]
        is_link = variable.type == "id"
        combined = first_links(variable, len(ids), holding) if is_link else first_answers(variable, len(ids), holding, "not_asked")
        columns[variable.name] = combined.values.array
        if not is_link:
            columns[f"{variable.name}{MISSING_SUFFIX}"] = combined.missing
        log += _contradiction(variable, holding, int(combined.contradicted.sum()))
        problems += _other_units(study, unit, variable, combined, ids)
    return pd.DataFrame(columns), log, problems


def _fixed(study: Study, unit: str) -> list[Variable]:
    return [variable for variable in study.variables_of(unit) if variable.type != "id" and variable.fixed]


def _contradiction(variable: Variable, holding: list[Part], count: int) -> Iterator[dict]:
    if count:
        detail = "the first source's value is kept"
        yield {
            "source": "+".join(part.source.name for part in holding),
            "subject": variable.name,
            "finding": "contradiction",
            "detail": detail,
            "n": count,
        }


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
            (f"ids: {listed(ids[combined.contradicted])}",),
        )


def _left_out(study: Study, unit: str, ids: pd.Index, held: list[SourceRows]) -> Iterator[dict]:
    """Record units that only a source without wave knows."""
    id_name = study.unit[unit].id
    for source in held:
        count = int((~is_among(source.rows[id_name], ids)).sum())
        if count:
            detail = "no answers in any wave; left out"
            yield {"source": source.source.name, "subject": id_name, "finding": "not_in_sample", "detail": detail, "n": count}


def _unknown_links(study: Study, unit: str, units: dict[str, pd.DataFrame], sources: Mapping[str, SourceRows]) -> Iterator[dict]:
    """Record units that link to a unit which its own sources do not have."""
    owners = {declared.id: name for name, declared in study.unit.items()}
    for link in study.links_of(unit):
        owner = owners.get(link.name)
        holding = [source.source.name for source in sources.values() if source.source.unit == unit and source.source.name in link.raw_names]
        if owner is None or not any(source.source.unit == owner for source in sources.values()):
            continue
        named = units[unit][link.name].dropna()
        count = int((~is_among(named, pd.Index(units[owner][link.name]))).sum())
        if count:
            detail = f"names a {owner} that no source of its own has"
            yield {"source": "+".join(holding), "subject": link.name, "finding": "unknown_link", "detail": detail, "n": count}


def _with_linked_only(study: Study, units: dict[str, pd.DataFrame], sources: Mapping[str, SourceRows]) -> dict[str, pd.DataFrame]:
    """Give a unit that has no source of its own the ids by which others link to it."""
    owned = {source.source.unit for source in sources.values()}
    complete = dict(units)
    for unit, declared in study.unit.items():
        if unit not in owned:
            named = [frame[declared.id].dropna() for other, frame in units.items() if other != unit and declared.id in frame.columns]
            complete[unit] = pd.DataFrame({declared.id: all_ids(named, declared.id)})
    return complete
