"""Transition: from which class before to which class after, per group."""

from collections.abc import Iterator

import numpy as np

from pipeline.compare.cells import class_index, classes_of, group_codes, group_of, masks_of
from pipeline.spec.study import Exhibit, Study
from pipeline.tables.results import Cleaned, Scored


def transition_rows(study: Study, cleaned: Cleaned, scored: Scored, exhibit: Exhibit) -> Iterator[dict[str, object]]:
    """Give the transition matrix of each outcome of an exhibit.

    Parameters
    ----------
    study : Study
    cleaned, scored
        Results of the stages before.
    exhibit : Exhibit
        Of kind ``transition``, with two waves.

    Yields
    ------
    dict
        One row per class before (``row``), class after (``column``) and group
        (``level``), of units with both classes known; ``share`` is of those who
        were in the class before.
    """
    before, after = exhibit.waves[0], exhibit.waves[-1]
    for name in exhibit.outcomes:
        unit = study.unit_of(name)
        identifier = study.unit[unit].id
        table = (scored.scores if name in study.measure else cleaned.responses)[unit]
        wide = [table.loc[table["wave"] == wave].set_index(identifier)[name] for wave in (before, after)]
        both = wide[0].to_frame("before").join(wide[1].rename("after"), how="inner").sort_index()
        places = [class_index(study, name, both[column]) for column in ("before", "after")]
        groups = group_of(study, cleaned, unit, both.index.to_series())
        common = {"unit": unit, "outcome": name, "wave": f"{before}>{after}"}
        for code, mask in masks_of(groups, group_codes(study)).items():
            level = "all" if code == "all" else f"{study.declaration.sample.group}={code}"
            yield from (common | {"level": level} | row for row in _matrix_rows(classes_of(study, name)[0], places, mask))


def _matrix_rows(labels: tuple[str, ...], places: list[np.ndarray], mask: np.ndarray) -> Iterator[dict[str, object]]:
    before, after = places
    known = mask & (before >= 0) & (after >= 0)
    size = len(labels)
    counts = np.bincount(before[known] * size + after[known], minlength=size * size).reshape(size, size)
    for row, of_row in zip(labels, counts.tolist(), strict=True):
        total = sum(of_row)
        for column, count in zip(labels, of_row, strict=True):
            yield {"row": row, "column": column, "n": count, "total": total, "share": count / total if total else None}
