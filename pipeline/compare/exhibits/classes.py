"""Who falls in which class, for whom, out of how many: of any question, of those asked about the programme, and before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.compare.gather.panel import Panel, categories_of
from pipeline.compare.numbers.proportions import wilson_interval
from pipeline.spec.declaration import Exhibit
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import CONFIDENCE, EVERYBODY


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


def class_counts(labels: tuple[str, ...], places: np.ndarray, masks: dict[str, np.ndarray]) -> Iterator[dict[str, object]]:
    """Count those in each class, per column, as a share of those who are in any class."""
    for column, mask in masks.items():
        counts = np.bincount(places[mask & (places >= 0)], minlength=len(labels))
        total = int(counts.sum())
        for label, count in zip(labels, counts.tolist(), strict=True):
            yield {"row": label, "column": column, "n": count, "total": total, "share": count / total if total else None}


def experience_rows(panel: Panel, exhibit: Exhibit) -> Iterator[dict[str, object]]:
    """Give the answers to questions that perhaps only one group was asked.

    Parameters
    ----------
    panel : Panel
    exhibit : Exhibit
        Of kind ``experience``; shown for its own ``waves``, or every wave in
        which an outcome exists.

    Yields
    ------
    dict
        One row per answer and group asked; ``share`` of those who answered. All
        together stand beside several groups, and alone where there are none.
    """
    study = panel.study
    for name in exhibit.outcomes:
        for wave in exhibit.waves or panel.waves_of(name):
            masks = dict(panel.masks(name, wave))
            if len(masks) == 2:
                del masks[EVERYBODY]
            classified = classify(study, name, panel.rows(name, wave)[name])
            for row in class_counts(classified.labels, classified.places, masks):
                low, high = _interval(int(str(row["n"])), int(str(row["total"])))
                yield {"unit": study.unit_of(name), "outcome": name, "wave": wave, "conf_low": low, "conf_high": high} | row


def _interval(count: int, total: int) -> tuple[float, float]:
    return wilson_interval(count, total, CONFIDENCE) if total else (float("nan"), float("nan"))


def transition_rows(panel: Panel, exhibit: Exhibit) -> Iterator[dict[str, object]]:
    """Give the transition matrix of each outcome of an exhibit.

    Parameters
    ----------
    panel : Panel
    exhibit : Exhibit
        Of kind ``transition``, with two waves.

    Yields
    ------
    dict
        One row per class before (``row``), class after (``column``) and group
        (``level``), of units with both classes known; ``share`` is of those who
        were in the class before.
    """
    study = panel.study
    before, after = exhibit.waves[0], exhibit.waves[-1]
    for name in exhibit.outcomes:
        rows = panel.rows(name, after)
        earlier = panel.rows(name, before)[name].reindex(rows.index)
        classified = classify(study, name, pd.concat([earlier, rows[name]]))
        places = np.split(classified.places, 2)
        common = {"unit": study.unit_of(name), "outcome": name, "wave": f"{before}>{after}"}
        for code, mask in panel.masks(name, after).items():
            level = EVERYBODY if code == EVERYBODY else f"{study.declaration.sample.group}={code}"
            yield from (common | {"level": level} | row for row in _matrix_rows(classified.labels, places, mask))


def _matrix_rows(labels: tuple[str, ...], places: list[np.ndarray], mask: np.ndarray) -> Iterator[dict[str, object]]:
    before, after = places
    known = mask & (before >= 0) & (after >= 0)
    size = len(labels)
    counts = np.bincount(before[known] * size + after[known], minlength=size * size).reshape(size, size)
    for row, of_row in zip(labels, counts.tolist(), strict=True):
        total = sum(of_row)
        for column, count in zip(labels, of_row, strict=True):
            yield {"row": row, "column": column, "n": count, "total": total, "share": count / total if total else None}
