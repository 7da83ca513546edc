"""Interpreted rows of all sources become one row per unit and wave."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.clean.combine import Combined, Part, all_ids, first_answers, in_order, nobody_asked
from pipeline.clean.rows import SourceRows
from pipeline.clean.text import listed
from pipeline.errors import Problem
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import MISSING_SUFFIX


@dataclass(frozen=True)
class Waves:
    """Responses per unit, and what two sources of one wave answer differently."""

    responses: dict[str, pd.DataFrame]
    problems: list[Problem]


def answers_by_wave(study: Study, sources: Mapping[str, SourceRows]) -> Waves:
    """Join the sources of each unit and wave.

    Returns
    -------
    Waves
        Unit -> DataFrame with id, ``wave``, and every variable that varies
        between waves with its ``<name>__missing``, sorted by id and order of
        waves; not_asked where a wave does not hold the variable.
    """
    responses, problems = {}, []
    for unit in study.unit:
        waves = []
        for wave in study.wave_names:
            held = [source for source in sources.values() if source.source.unit == unit and source.source.wave == wave]
            frame, found = _one_wave(study, unit, wave, held)
            waves.append(frame)
            problems += found
        responses[unit] = _stacked(study, unit, waves) if waves else pd.DataFrame({study.unit[unit].id: [], "wave": []}, dtype="str")
    return Waves(responses, problems)


def varying(study: Study, unit: str) -> list[Variable]:
    """Give the variables of a unit that are asked anew in each wave."""
    return [variable for variable in study.variables_of(unit) if variable.type != "id" and not variable.fixed]


def _one_wave(study: Study, unit: str, wave: str, held: list[SourceRows]) -> tuple[pd.DataFrame, list[Problem]]:
    id_name = study.unit[unit].id
    held = [replace(source, rows=source.answering) for source in held]
    ids = all_ids((source.rows[id_name] for source in held), id_name)
    parts = in_order(held, id_name, ids)
    columns: dict[str, object] = {id_name: ids, "wave": pd.Series(wave, index=range(len(ids)), dtype="str").array}
    problems: list[Problem] = []
    for variable in varying(study, unit):
        holding = [part for part in parts if part.source.name in variable.raw_names]
        combined = _combined(variable, len(ids), holding)
        columns[variable.name] = combined.values.array
        columns[f"{variable.name}{MISSING_SUFFIX}"] = combined.missing
        problems += _contradiction_problems(study, variable, holding, ids[combined.contradicted])
    return pd.DataFrame(columns), problems


def _combined(variable: Variable, count: int, holding: list[Part]) -> Combined:
    """Combine the answers of a wave; who is in none of the sources that ask has what a blank means there."""
    return first_answers(variable, count, holding, holding[0].source.blank) if holding else nobody_asked(variable, count)


def _contradiction_problems(study: Study, variable: Variable, holding: list[Part], ids: pd.Index) -> Iterator[Problem]:
    if len(ids):
        yield Problem(
            f"studies/{study.id}/study.toml, sources {' and '.join(part.source.name for part in holding)}",
            f"{len(ids)} units answer '{variable.name}' differently in two sources of wave {holding[0].source.wave}",
            remedy="Take one of the rows out by an exclusion, or give the sources different waves.",
            details=(f"ids: {listed(ids)}",),
        )


def _stacked(study: Study, unit: str, waves: list[pd.DataFrame]) -> pd.DataFrame:
    stacked = pd.concat(waves, ignore_index=True)
    order = stacked["wave"].map({wave: place for place, wave in enumerate(study.wave_names)})
    positions = np.lexsort((order.to_numpy(), pd.factorize(stacked[study.unit[unit].id], sort=True)[0]))
    return stacked.iloc[positions].reset_index(drop=True)
