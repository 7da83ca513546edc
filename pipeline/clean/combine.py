"""Several sources say something of one unit: the first that answers counts.

Used twice: within a wave, where two sources that answer differently are a fault,
and across waves for what cannot change, where a contradiction is recorded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.clean.rows import SourceRows
from pipeline.spec.declaration import Source
from pipeline.spec.study import Variable
from pipeline.spec.vocabulary import MISSING_CODES, MISSING_SUFFIX


@dataclass(frozen=True)
class Part:
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


def is_among(values: pd.Series, ids: pd.Index) -> np.ndarray:
    """Say of each value whether it is one of the (unique) ids."""
    return ids.get_indexer(pd.Index(values)) >= 0


def in_order(sources: Iterable[SourceRows], id_name: str, ids: pd.Index) -> list[Part]:
    """Bring the rows of sources into the order of the units wanted; sources without rows are left out."""
    parts = []
    for source in sources:
        if len(source.rows):
            positions = pd.Index(source.rows[id_name]).get_indexer(ids)
            rows = source.rows.take(np.maximum(positions, 0)).reset_index(drop=True)
            parts.append(Part(source.source, rows, positions >= 0))
    return parts


def empty_values(variable: Variable, count: int) -> pd.Series:
    """Give a column without answers in the variable's kind."""
    if variable.is_numeric:
        return pd.Series(np.nan, index=range(count), dtype="float64")
    return pd.Series(None, index=range(count), dtype="datetime64[s]" if variable.type == "date" else "str")


def nobody_asked(variable: Variable, count: int) -> Combined:
    """Give a column of a variable that no source holds."""
    reasons = np.full(count, MISSING_CODES["not_asked"], dtype="int8")
    nobody = np.zeros(count, dtype=bool)
    return Combined(empty_values(variable, count), reasons, nobody, nobody)


def first_answers(variable: Variable, count: int, parts: Sequence[Part], absent: str) -> Combined:
    """Take each unit's answer from the first part that has one.

    Parameters
    ----------
    variable : Variable
        Its name and ``<name>__missing`` are columns of every part.
    count : int
        Number of units wanted.
    parts : sequence of Part
        In the order in which they count.
    absent : str
        Missing reason of units that are in no part.

    Returns
    -------
    Combined
        Without an answer the reason of the first part that has the unit.
    """
    values = empty_values(variable, count)
    missing = np.full(count, MISSING_CODES[absent], dtype="int8")
    known = np.zeros(count, dtype=bool)
    contradicted, compared = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    for part in parts:
        theirs = part.rows[variable.name]
        reasons = part.rows[f"{variable.name}{MISSING_SUFFIX}"].to_numpy()
        answered = part.present & (reasons == 0)
        both = known & (missing == 0) & answered
        compared |= both
        contradicted[both] |= (values[both] != theirs[both]).to_numpy(dtype=bool)
        take = (answered & (missing != 0)) | (part.present & ~known)
        values = theirs if take.all() else values.where(~take, theirs)
        missing = np.where(take, reasons, missing).astype("int8")
        known |= part.present
    return Combined(values, missing, contradicted, compared)


def first_links(variable: Variable, count: int, parts: Sequence[Part]) -> Combined:
    """Take each unit's link to another unit, such as a person's workplace, from the first part that has one."""
    marked = []
    for part in parts:
        link = part.rows[[variable.name]]
        blank = link[variable.name].isna().to_numpy(dtype="int8")
        marked.append(Part(part.source, link.assign(**{f"{variable.name}{MISSING_SUFFIX}": blank}), part.present))
    return first_answers(variable, count, marked, "skipped")
