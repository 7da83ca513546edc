"""Transition: from which class before to which class after, per group."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.compare.exhibits.cells import classify
from pipeline.compare.gather.panel import Panel
from pipeline.spec.declaration import Exhibit
from pipeline.spec.vocabulary import EVERYBODY


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
