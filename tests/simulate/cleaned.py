"""A simulated study as the tables that cleaning would make of its files."""

import numpy as np
import pandas as pd

from pipeline.simulate.complete import waves_of_unit
from pipeline.simulate.draw import Drawn
from pipeline.simulate.files import in_source
from pipeline.simulate.world import column, holds, owner_of
from pipeline.spec.sources import Source
from pipeline.spec.study import Variable
from pipeline.spec.vocabulary import CHOICE_TYPES, MISSING_CODES, MISSING_SUFFIX
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import CLEANING_LOG, EXCLUSIONS, FLOW
from pipeline.tables.results import Cleaned

_EMPTY = {"exclusions": table_of(EXCLUSIONS, ()), "cleaning_log": table_of(CLEANING_LOG, ()), "flow": table_of(FLOW, ())}
"""Made once: nothing is excluded or cleaned in arrays."""


def cleaned_from(drawn: Drawn) -> Cleaned:
    """Give responses and units without any files; logs and flow are empty.

    Parameters
    ----------
    drawn : Drawn

    Returns
    -------
    Cleaned
        ``responses`` and ``units`` equal those that cleaning makes of the
        simulated files.
    """
    study = drawn.world.study
    return Cleaned(
        responses={unit: responses_of(drawn, unit) for unit in study.unit},
        units={unit: facts_of(drawn, unit) for unit in study.unit},
        exclusions=_EMPTY["exclusions"],
        cleaning_log=_EMPTY["cleaning_log"],
        flow=_EMPTY["flow"],
    )


def responses_of(drawn: Drawn, unit: str) -> pd.DataFrame:
    """Give one row per unit and wave answered, sorted by id and wave, with reasons beside every answer."""
    study = drawn.world.study
    id_name = study.unit[unit].id
    waves = waves_of_unit(study, unit)
    rows = [np.flatnonzero(answering_in(drawn, unit, wave)) for wave in waves]
    ids = np.concatenate([drawn.world.ids[unit][chosen] for chosen in rows]) if waves else np.empty(0, dtype=str)
    numbers = np.repeat(np.arange(len(waves)), [len(chosen) for chosen in rows])
    order = np.lexsort((numbers, ids))
    columns: dict[str, object] = {id_name: _texts(ids[order]), "wave": _texts(np.array(waves or ("",), dtype=str)[numbers][order])}
    for variable in study.variables_of(unit):
        if variable.type != "id" and not variable.fixed:
            parts = [_answers(drawn, variable, wave, chosen) for wave, chosen in zip(waves, rows, strict=True)]
            columns[variable.name] = pd.concat([values for values, _ in parts], ignore_index=True).array.take(order)
            columns[f"{variable.name}{MISSING_SUFFIX}"] = np.concatenate([missing for _, missing in parts])[order]
    return pd.DataFrame(columns)


def answering_in(drawn: Drawn, unit: str, wave: str) -> np.ndarray:
    """Say which units answer a wave after exclusions."""
    held = [source for source in drawn.world.study.declaration.sources if (source.unit, source.wave) == (unit, wave)]
    return np.logical_or.reduce([staying(drawn, source) for source in held])


def facts_of(drawn: Drawn, unit: str) -> pd.DataFrame:
    """Give one row per unit that belongs to the study, sorted by id, with its links and what is fixed."""
    world, study = drawn.world, drawn.world.study
    ids = world.ids[unit]
    there = belonging(drawn, unit)
    rows = np.flatnonzero(there)[np.argsort(ids[there], kind="stable")]
    columns: dict[str, object] = {study.unit[unit].id: _texts(ids[rows])}
    for link in study.links_of(unit):
        named = np.where(_known(drawn, link, unit), column(world, unit, link.name), np.array(None, dtype=object))
        columns[link.name] = _texts(named[rows])
    for variable in study.variables_of(unit):
        if variable.type != "id" and variable.fixed:
            values, missing = _answers(drawn, variable, "", rows)
            known = _known(drawn, variable, unit)[rows]
            columns[variable.name] = values.where(known).array
            columns[f"{variable.name}{MISSING_SUFFIX}"] = np.where(known, missing, np.int8(MISSING_CODES["not_asked"]))
    return pd.DataFrame(columns)


def belonging(drawn: Drawn, unit: str) -> np.ndarray:
    """Say which units belong to the study: those in a source of a wave or a list of everybody; without sources, those linked to."""
    study = drawn.world.study
    held = [source for source in study.declaration.sources if source.unit == unit]
    counting = [source for source in held if source.wave is not None or source.lists_everybody] or held
    there = np.zeros(drawn.world.size(unit), dtype=bool)
    for source in counting:
        there |= staying(drawn, source)
    for (other, link), places in drawn.world.links.items() if not held else ():
        if owner_of(study, link) == unit:
            there[places[belonging(drawn, other)]] = True
    return there


def staying(drawn: Drawn, source: Source) -> np.ndarray:
    """Say which units have a row in a source that no declared exclusion takes out."""
    stays = in_source(drawn, source)
    for exclusion in drawn.world.study.declaration.exclusions:
        variable = drawn.world.study.variable[exclusion.variable]
        if source.name in exclusion.sources and variable.type in CHOICE_TYPES:
            key = (variable.name, "" if variable.fixed else str(source.wave))
            stays = stays & ~(holds(drawn.world.values[key], exclusion.values) & (drawn.missing[key] == 0))
    return stays


def _known(drawn: Drawn, variable: Variable, unit: str) -> np.ndarray:
    """Say of which units some source holds a variable."""
    known = np.zeros(drawn.world.size(unit), dtype=bool)
    for name in variable.raw_names:
        source = drawn.world.study.source[name]
        if source.unit == unit:
            known |= staying(drawn, source)
    return known


def _answers(drawn: Drawn, variable: Variable, wave: str, rows: np.ndarray) -> tuple[pd.Series, np.ndarray]:
    """Give the answers of some units as cleaning would, with their missing codes."""
    if (variable.name, wave) not in drawn.world.values:
        missing = np.full(len(rows), MISSING_CODES["not_asked"], dtype=np.int8)
        return _typed(variable, np.full(len(rows), None)), missing
    missing = drawn.missing.get((variable.name, wave), np.zeros(drawn.world.size(variable.unit), dtype=np.int8))[rows]
    values = drawn.world.values[variable.name, wave][rows].astype(object)
    return _typed(variable, np.where(missing == 0, values, np.array(None, dtype=object))), missing


def _typed(variable: Variable, values: np.ndarray) -> pd.Series:
    if variable.is_numeric:
        return pd.Series(pd.to_numeric(values).astype(np.float64) if len(values) else np.empty(0))
    return pd.Series(values, dtype="object").astype("datetime64[s]" if variable.type == "date" else "str")


def _texts(values: np.ndarray) -> pd.api.extensions.ExtensionArray:
    return pd.Series(values, dtype="object").astype("str").array
