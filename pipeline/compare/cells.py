"""Counting into cells: who falls in which class, for whom, out of how many."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.compare.columns import categories_of, sample_units
from pipeline.spec.study import Study
from pipeline.tables.results import Cleaned

EVERYBODY = "all"


def group_codes(study: Study) -> tuple[str, ...]:
    """Give the codes of the sample's group: participant and control first, then any other answer."""
    sample = study.declaration.sample
    codes = study.codes_of(study.variable[sample.group])
    return tuple(dict.fromkeys((sample.participant, sample.control, *codes)))


def group_of(study: Study, cleaned: Cleaned, unit: str, ids: pd.Series) -> pd.Series:
    """Give the group of each row's unit; missing for units that have none, such as workplaces."""
    if unit != study.declaration.sample.unit:
        return pd.Series(pd.NA, index=ids.index, dtype="object")
    groups = sample_units(study, cleaned)[study.declaration.sample.group].astype("object")
    return ids.map(groups)


def asked_groups(study: Study, wave: str) -> tuple[str, ...]:
    """Give the groups that were asked in a wave; all of them for what is fixed."""
    asked = {declared.name: declared.asked_of for declared in study.declaration.waves}.get(wave, ())
    return asked or group_codes(study)


def masks_of(groups: pd.Series, codes: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Give who belongs to each group that has anybody, and to all of them together."""
    masks = {code: (groups == code).to_numpy(dtype=bool) for code in codes} if groups.notna().any() else {}
    return {**masks, EVERYBODY: np.ones(len(groups), dtype=bool)}


def class_labels(edges: tuple[float, ...]) -> tuple[str, ...]:
    """Name the classes between lower edges: ``1-<8``, the last ``90-``."""
    between = [f"{low:g}-<{high:g}" for low, high in pairwise(edges)]
    return (*between, f"{edges[-1]:g}-")


def classes_of(study: Study, name: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Give the classes in which a variable or measure is shown: labels, and left edges for classes of numbers.

    Returns
    -------
    labels, edges
        Both empty when it is not shown; edges are NaN for answers.
    """
    if name in study.measure:
        edges, kind = study.measure[name].classes, study.kind_of(name)
        labels = categories_of(study, name) if kind == "category" else ("0", "1") if kind == "share" else ()
    else:
        edges = study.variable[name].classes
        labels = study.codes_of(study.variable[name])
    if labels:
        return labels, (float("nan"),) * len(labels)
    return (class_labels(edges), edges) if edges else ((), ())


def class_index(study: Study, name: str, values: pd.Series) -> np.ndarray:
    """Give the place of each value among its classes; -1 where it is missing or below the first edge.

    Parameters
    ----------
    study : Study
    name : str
        Variable or measure.
    values : Series
        Codes, or numbers.
    """
    labels, edges = classes_of(study, name)
    if not np.isnan(edges[0]):
        numbers = values.to_numpy(dtype="float64", na_value=np.nan)
        return np.where(np.isnan(numbers), -1, np.searchsorted(edges, numbers, side="right") - 1)
    if study.kind_of(name) == "category":
        return pd.Categorical(values.astype("object"), categories=list(labels)).codes.astype(int)
    return pd.Categorical(values.astype("float64"), categories=[float(label) for label in labels]).codes.astype(int)


def counted(labels: tuple[str, ...], places: np.ndarray, masks: dict[str, np.ndarray]) -> Iterator[dict[str, object]]:
    """Count those in each class, per column, as a share of those who are in any class."""
    for column, mask in masks.items():
        counts = np.bincount(places[mask & (places >= 0)], minlength=len(labels))
        total = int(counts.sum())
        for label, count in zip(labels, counts.tolist(), strict=True):
            yield {"row": label, "column": column, "n": count, "total": total, "share": count / total if total else None}
