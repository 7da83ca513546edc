"""Counting into cells: who falls in which class, for whom, out of how many."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.compare.gather.panel import categories_of
from pipeline.spec.study import Study


@dataclass(frozen=True)
class Classified:
    """Values sorted into classes.

    Parameters
    ----------
    labels : tuple of str
        Codes, or classes of numbers such as ``1-<8`` and ``90-``.
    edges : tuple of float
        Left edge of each class of numbers; NaN for codes, and for the class
        below the first declared edge.
    places : array of int (n,)
        Place of each value among the labels; -1 where missing.
    """

    labels: tuple[str, ...]
    edges: tuple[float, ...]
    places: np.ndarray


def codes_shown(study: Study, name: str) -> tuple[str, ...]:
    """Give the codes in which a variable or measure is shown; none for numbers, which need declared classes."""
    if name not in study.measure:
        return study.codes_of(study.variable[name])
    return {"category": categories_of(study, name), "share": ("0", "1")}.get(study.kind_of(name), ())


def edges_shown(study: Study, name: str) -> tuple[float, ...]:
    """Give the declared lower edges of the classes of a number; none when it is not shown in classes."""
    return study.measure[name].classes if name in study.measure else study.variable[name].classes


def classify(study: Study, name: str, values: pd.Series) -> Classified:
    """Sort the values of a variable or measure into the classes in which it is shown.

    Parameters
    ----------
    study : Study
    name : str
        Has codes or declared classes.
    values : Series
        Codes, or numbers.

    Returns
    -------
    Classified
        With a class below the first edge only if somebody is in it.
    """
    codes = codes_shown(study, name)
    if not codes:
        return _classify_numbers(edges_shown(study, name), values.to_numpy(dtype="float64", na_value=np.nan))
    unknown = (float("nan"),) * len(codes)
    if study.kind_of(name) == "category":
        return Classified(codes, unknown, pd.Categorical(values.astype("object"), categories=list(codes)).codes.astype(int))
    numbers = pd.Categorical(values.astype("float64"), categories=[float(code) for code in codes])
    return Classified(codes, unknown, numbers.codes.astype(int))


def _classify_numbers(edges: tuple[float, ...], numbers: np.ndarray) -> Classified:
    places = np.where(np.isnan(numbers), -1, np.searchsorted(edges, numbers, side="right") - 1)
    labels = (*(f"{low:g}-<{high:g}" for low, high in pairwise(edges)), f"{edges[-1]:g}-")
    below = numbers < edges[0]
    if not below.any():
        return Classified(labels, edges, places)
    places = np.where(np.isnan(numbers), -1, places + 1)
    return Classified((f"-<{edges[0]:g}", *labels), (float("nan"), *edges), places)


def counted(labels: tuple[str, ...], places: np.ndarray, masks: dict[str, np.ndarray]) -> Iterator[dict[str, object]]:
    """Count those in each class, per column, as a share of those who are in any class."""
    for column, mask in masks.items():
        counts = np.bincount(places[mask & (places >= 0)], minlength=len(labels))
        total = int(counts.sum())
        for label, count in zip(labels, counts.tolist(), strict=True):
            yield {"row": label, "column": column, "n": count, "total": total, "share": count / total if total else None}
