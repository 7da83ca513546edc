"""A simulated study as the tables that cleaning would make of its files."""

import numpy as np
import pandas as pd

from pipeline.simulate.complete import waves_of_unit
from pipeline.simulate.draw import Drawn
from pipeline.simulate.world import column
from pipeline.spec.study import Variable
from pipeline.spec.vocabulary import MISSING_CODES, MISSING_SUFFIX
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import CLEANING_LOG, EXCLUSIONS, FLOW
from pipeline.tables.results import Cleaned


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
        exclusions=table_of(EXCLUSIONS, ()),
        cleaning_log=table_of(CLEANING_LOG, ()),
        flow=table_of(FLOW, ()),
    )


def responses_of(drawn: Drawn, unit: str) -> pd.DataFrame:
    """Give one row per unit and wave answered, sorted by id and wave, with reasons beside every answer."""
    study = drawn.world.study
    id_name = study.unit[unit].id
    waves = waves_of_unit(study, unit)
    rows = [np.flatnonzero(drawn.answering[unit, wave]) for wave in waves]
    ids = np.concatenate([drawn.world.population.ids[unit][chosen] for chosen in rows]) if waves else np.empty(0, dtype=str)
    numbers = np.repeat(np.arange(len(waves)), [len(chosen) for chosen in rows])
    order = np.lexsort((numbers, ids))
    columns: dict[str, object] = {id_name: _texts(ids[order]), "wave": _texts(np.array(waves or ("",), dtype=str)[numbers][order])}
    for variable in study.variables_of(unit):
        if variable.type != "id" and not variable.fixed:
            parts = [_answers(drawn, variable, wave, chosen) for wave, chosen in zip(waves, rows, strict=True)]
            columns[variable.name] = pd.concat([values for values, _ in parts], ignore_index=True).array.take(order)
            columns[f"{variable.name}{MISSING_SUFFIX}"] = np.concatenate([missing for _, missing in parts])[order]
    return pd.DataFrame(columns)


def facts_of(drawn: Drawn, unit: str) -> pd.DataFrame:
    """Give one row per unit that answered some wave (every unit without waves), sorted by id."""
    world, study = drawn.world, drawn.world.study
    waves = waves_of_unit(study, unit)
    there = np.logical_or.reduce([drawn.answering[unit, wave] for wave in waves]) if waves else np.ones(world.size(unit), dtype=bool)
    ids = world.population.ids[unit]
    rows = np.flatnonzero(there)[np.argsort(ids[there], kind="stable")]
    columns: dict[str, object] = {study.unit[unit].id: _texts(ids[rows])}
    for link in study.links_of(unit):
        columns[link.name] = _texts(column(world, unit, link.name)[rows])
    for variable in study.variables_of(unit):
        if variable.type != "id" and variable.fixed:
            values, missing = _answers(drawn, variable, "", rows)
            columns[variable.name] = values.array
            columns[f"{variable.name}{MISSING_SUFFIX}"] = missing
    return pd.DataFrame(columns)


def missing_codes(drawn: Drawn, variable: Variable, wave: str) -> np.ndarray:
    """Give why each unit's answer is missing, 0 where it is there; an empty text is a blank."""
    study = drawn.world.study
    values = drawn.world.values[variable.name, wave]
    missing = drawn.missing.get((variable.name, wave), np.zeros(len(values), dtype=np.int8))
    if variable.type != "text":
        return missing
    held = [study.source[name] for name in variable.raw_names if not wave or study.source[name].wave == wave]
    return np.where((missing == 0) & (values == ""), np.int8(MISSING_CODES[held[0].blank]), missing)


def _answers(drawn: Drawn, variable: Variable, wave: str, rows: np.ndarray) -> tuple[pd.Series, np.ndarray]:
    """Give the answers of some units as cleaning would, with their missing codes."""
    if (variable.name, wave) not in drawn.world.values:
        missing = np.full(len(rows), MISSING_CODES["not_asked"], dtype=np.int8)
        return _typed(variable, np.full(len(rows), None)), missing
    missing = missing_codes(drawn, variable, wave)[rows]
    values = drawn.world.values[variable.name, wave][rows].astype(object)
    return _typed(variable, np.where(missing == 0, values, None)), missing


def _typed(variable: Variable, values: np.ndarray) -> pd.Series:
    if variable.is_numeric:
        return pd.Series(pd.to_numeric(values).astype(np.float64) if len(values) else np.empty(0))
    return pd.Series(values, dtype="object").astype("datetime64[s]" if variable.type == "date" else "str")


def _texts(values: np.ndarray) -> pd.api.extensions.ExtensionArray:
    return pd.Series(values, dtype="object").astype("str").array
