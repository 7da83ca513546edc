"""Several sources say something of one unit: the first that answers counts.

Used twice: within a wave, where two sources that answer differently are a fault,
and across waves for what cannot change, where a contradiction is recorded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.spec.study import Variable
from pipeline.spec.vocabulary import MISSING_CODES, MISSING_SUFFIX


@dataclass(frozen=True)
class Combined:
    """One variable of all units.

    Attributes
    ----------
    values : Series, index id
        Missing where there is no answer.
    missing : array of int8, one per unit
        0 where answered, else why not.
    contradicted : Index
        Ids of units that two sources answer differently.
    """

    values: pd.Series
    missing: np.ndarray
    contradicted: pd.Index


def all_ids(parts: Iterable[pd.Series | pd.Index], name: str) -> pd.Index:
    """Give every id once, sorted."""
    together = set().union(*(part.to_numpy(dtype="object") for part in parts))
    return pd.Index(sorted(together), name=name, dtype="str")


def is_among(values: pd.Series, ids: pd.Index) -> np.ndarray:
    """Say of each value whether it is one of the (unique) ids."""
    return ids.get_indexer(pd.Index(values)) >= 0


def empty_values(variable: Variable, ids: pd.Index) -> pd.Series:
    """Give a column without answers in the variable's kind."""
    if variable.is_numeric:
        return pd.Series(np.nan, index=ids, dtype="float64")
    return pd.Series(None, index=ids, dtype="datetime64[s]" if variable.type == "date" else "str")


def first_answers(variable: Variable, ids: pd.Index, parts: Sequence[pd.DataFrame], absent: str) -> Combined:
    """Take each unit's answer from the first part that has one.

    Parameters
    ----------
    variable : Variable
        Its name and ``<name>__missing`` are columns of every part.
    ids : Index of str
        The units wanted.
    parts : sequence of DataFrame, index id
        In the order in which they count.
    absent : str
        Missing reason of units that are in no part.

    Returns
    -------
    Combined
        Without an answer the reason of the first part that has the unit.
    """
    values = empty_values(variable, ids)
    missing = np.full(len(ids), MISSING_CODES[absent], dtype="int8")
    known = np.zeros(len(ids), dtype=bool)
    contradicted = np.zeros(len(ids), dtype=bool)
    for part in parts:
        theirs = part[variable.name].reindex(ids)
        reasons = part[f"{variable.name}{MISSING_SUFFIX}"].reindex(ids, fill_value=-1).to_numpy()
        contradicted |= (missing == 0) & (reasons == 0) & (values != theirs).to_numpy(dtype=bool, na_value=True)
        take = (reasons >= 0) & ((missing != 0) & ((reasons == 0) | ~known))
        values = values.where(~take, theirs)
        missing = np.where(take, reasons, missing).astype("int8")
        known |= reasons >= 0
    return Combined(values, missing, ids[contradicted])


def first_links(variable: Variable, ids: pd.Index, parts: Sequence[pd.DataFrame]) -> Combined:
    """Take each unit's link to another unit, such as a person's workplace, from the first part that has one."""
    marked = [
        part[[variable.name]].assign(**{f"{variable.name}{MISSING_SUFFIX}": part[variable.name].isna().to_numpy(dtype="int8")})
        for part in parts
    ]
    return first_answers(variable, ids, marked, "skipped")
