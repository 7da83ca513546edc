"""Interpreted rows of all sources become one row per unit and wave: of several sources the first that answers counts.

Used twice: within a wave, where two sources that answer differently are a fault,
and across waves for what cannot change (``units``), where a contradiction is recorded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.clean.cells import first_few
from pipeline.clean.rows import SourceRows
from pipeline.errors import Problem
from pipeline.spec.sources import Source
from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import MISSING_CODES, MISSING_SUFFIX


@dataclass(frozen=True)
class Aligned:
    """One source's rows, brought into the order of the units wanted.

    Attributes
    ----------
    source : Source
        Where they come from.
    rows : DataFrame, one row per unit wanted
        Any row where the source does not have the unit.
    present : array of bool, one per unit wanted
        Whether the source has the unit.
    """

    source: Source
    rows: pd.DataFrame
    present: np.ndarray


@dataclass(frozen=True)
class Combined:
    """One variable of all units.

    Attributes
    ----------
    values : Series, one per unit
        Missing where there is no answer.
    missing : array of int8, one per unit
        0 where answered, else why not.
    contradicted : array of bool, one per unit
        Whether two sources answer differently.
    compared : array of bool, one per unit
        Whether two sources answer at all.
    """

    values: pd.Series
    missing: np.ndarray
    contradicted: np.ndarray
    compared: np.ndarray


def all_ids(parts: Iterable[pd.Series], name: str) -> pd.Index:
    """Give every id once, sorted."""
    together = set().union(*(part.to_numpy(dtype="object") for part in parts))
    return pd.Index(sorted(together), name=name, dtype="str")


def aligned(sources: Iterable[SourceRows], id_name: str, ids: pd.Index) -> list[Aligned]:
    """Bring the rows of sources into the order of the units wanted; sources without rows are left out."""
    parts = []
    for source in sources:
        if len(source.rows):
            positions = pd.Index(source.rows[id_name]).get_indexer(ids)
            rows = source.rows.take(np.maximum(positions, 0)).reset_index(drop=True)
            parts.append(Aligned(source.source, rows, positions >= 0))
    return parts


def empty_values(variable: Variable, count: int) -> pd.Series:
    """Give a column without answers in the variable's kind."""
    if variable.is_numeric:
        return pd.Series(np.nan, index=range(count), dtype="float64")
    return pd.Series(None, index=range(count), dtype="datetime64[s]" if variable.type == "date" else "str")


def first_answers(variable: Variable, count: int, parts: Sequence[Aligned], absent: str) -> Combined:
    """Take each unit's answer from the first part that has one.

    Parameters
    ----------
    variable : Variable
        A column of every part, with ``<name>__missing`` unless it is a link.
    count : int
        Number of units wanted.
    parts : sequence of Aligned
        In the order in which they count; none where nobody asked.
    absent : str
        Missing reason of units that are in no part.

    Returns
    -------
    Combined
        Without an answer the reason of the first part that has the unit.

    Examples
    --------
    Five people were asked by letter how they like their work (1 to 5), and who had not answered
    was called. Anna answers by letter, Bo on the telephone, Cia twice in one way, Dan twice and
    differently; Eva is in neither file.

    >>> from types import SimpleNamespace
    >>> def file_of(**answers):
    ...     rows = pd.DataFrame({"id": list(answers), "liking": list(answers.values())}, dtype="object")
    ...     reasons = np.where(rows["liking"].isna(), MISSING_CODES["skipped"], 0).astype("int8")
    ...     return SimpleNamespace(source=None, rows=rows.assign(liking=rows["liking"].astype(float), liking__missing=reasons))
    >>> letters, calls = file_of(anna=4, bo=None, cia=2, dan=5), file_of(bo=3, cia=2, dan=1)
    >>> people = all_ids([letters.rows["id"], calls.rows["id"], pd.Series(["eva"])], "id")
    >>> liking = SimpleNamespace(name="liking", type="rating", is_numeric=True)
    >>> joined = first_answers(liking, len(people), aligned([letters, calls], "id", people), absent="not_asked")
    >>> pd.DataFrame({"liking": joined.values, "missing": joined.missing, "contradicted": joined.contradicted}).set_index(people.rename(None))
          liking  missing  contradicted
    anna     4.0        0         False
    bo       3.0        0         False
    cia      2.0        0         False
    dan      5.0        0          True
    eva      NaN        1         False
    >>> joined.compared.sum()
    np.int64(2)
    """
    values = empty_values(variable, count)
    missing = np.full(count, MISSING_CODES[absent], dtype="int8")
    known = np.zeros(count, dtype=bool)
    contradicted, compared = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    for part in parts:
        theirs = part.rows[variable.name]
        reasons = _reasons(variable, part.rows)
        answered = part.present & (reasons == 0)
        both = known & (missing == 0) & answered
        compared |= both
        contradicted[both] |= (values[both] != theirs[both]).to_numpy(dtype=bool)
        take = (answered & (missing != 0)) | (part.present & ~known)
        values = theirs if take.all() else values.where(~take, theirs)
        missing = np.where(take, reasons, missing).astype("int8")
        known |= part.present
    return Combined(values, missing, contradicted, compared)


def _reasons(variable: Variable, rows: pd.DataFrame) -> np.ndarray:
    """Give 0 where there is a value, else why not; a link to another unit, such as a person's workplace, is there or not."""
    if variable.type == "id":
        return rows[variable.name].isna().to_numpy(dtype="int8")
    return rows[f"{variable.name}{MISSING_SUFFIX}"].to_numpy()


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


def observed(study: Study, unit: str, *, fixed: bool) -> list[Variable]:
    """Give the variables of a unit that cannot change between waves, or those that are asked anew in each."""
    return [variable for variable in study.variables_of(unit) if variable.type != "id" and variable.fixed == fixed]


def _one_wave(study: Study, unit: str, wave: str, held: list[SourceRows]) -> tuple[pd.DataFrame, list[Problem]]:
    id_name = study.unit[unit].id
    held = [replace(source, rows=source.answering) for source in held]
    ids = all_ids((source.rows[id_name] for source in held), id_name)
    parts = aligned(held, id_name, ids)
    columns: dict[str, object] = {id_name: ids, "wave": pd.Series(wave, index=range(len(ids)), dtype="str").array}
    problems: list[Problem] = []
    for variable in observed(study, unit, fixed=False):
        holding = [part for part in parts if part.source.name in variable.raw_names]
        # Who is in none of the sources that ask has what a blank means there.
        combined = first_answers(variable, len(ids), holding, holding[0].source.blank if holding else "not_asked")
        columns[variable.name] = combined.values.array
        columns[f"{variable.name}{MISSING_SUFFIX}"] = combined.missing
        problems += _contradiction_problems(study, variable, holding, ids[combined.contradicted])
    return pd.DataFrame(columns), problems


def _contradiction_problems(study: Study, variable: Variable, holding: list[Aligned], ids: pd.Index) -> Iterator[Problem]:
    if len(ids):
        yield Problem(
            f"studies/{study.id}/study.toml, sources {' and '.join(part.source.name for part in holding)}",
            f"{len(ids)} units answer '{variable.name}' differently in two sources of wave {holding[0].source.wave}",
            remedy="Put one of them right in corrections.csv, or give the sources different waves.",
            details=(f"ids: {first_few(ids)}",),
        )


def _stacked(study: Study, unit: str, waves: list[pd.DataFrame]) -> pd.DataFrame:
    stacked = pd.concat(waves, ignore_index=True)
    order = stacked["wave"].map({wave: place for place, wave in enumerate(study.wave_names)})
    positions = np.lexsort((order.to_numpy(), pd.factorize(stacked[study.unit[unit].id], sort=True)[0]))
    return stacked.iloc[positions].reset_index(drop=True)
