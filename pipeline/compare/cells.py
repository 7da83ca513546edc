"""Counting into cells: who falls in which class, for whom, out of how many."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.compare.panel import categories_of
from pipeline.spec.study import Study


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
