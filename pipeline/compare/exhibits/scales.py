"""The answers to the questions of each scale, as models of it take them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.compare.gather.panel import Panel
from pipeline.compare.measurement.one_factor import LEAST_ITEMS
from pipeline.spec.declaration import Measure
from pipeline.spec.vocabulary import EVERYBODY

FACTORS = "factors"
SCALE_RULES = ("mean_of_items", "sum_of_items")
"""Rules whose questions are meant to measure one thing."""
RMSEA_CONFIDENCE = 0.9
ITEM_DEVIATES = "item_deviates"
"""Noted on a question that two groups answer otherwise, though alike in the others."""


@dataclass(frozen=True, eq=False)
class Scale:
    """The answers to the questions of one measure, wave by wave, reversed where they must be; rows as the panel's units."""

    panel: Panel
    measure: Measure
    answers: dict[str, np.ndarray]

    def common(self, wave: str, estimator: str) -> dict[str, object]:
        """Give what every row of a wave says."""
        return {
            "study": self.panel.study.id,
            "analysis": FACTORS,
            "estimator": estimator,
            "outcome": self.measure.name,
            "unit": self.panel.unit,
            "wave": wave,
            "level": EVERYBODY,
            "measure_unit": "index",
        }


def scales_of(panel: Panel) -> Iterator[Scale]:
    """Give the measures whose questions are meant to measure one thing."""
    for measure in panel.study.declaration.measures:
        if measure.rule in SCALE_RULES and len(measure.items) >= LEAST_ITEMS:
            own = panel.on(panel.study.unit_of(measure.name))
            yield Scale(own, measure, {wave: _answers(own, measure, wave) for wave in panel.waves_of(measure.name)})


def _answers(panel: Panel, measure: Measure, wave: str) -> np.ndarray:
    """Give the answers of the groups that were asked (units, items), reversed where they must be."""
    columns = []
    for item in measure.items:
        values = panel.column(f"{item}@{wave}" if wave else item).to_numpy(dtype="float64")
        columns.append(sum(measure.range) - values if measure.range and item in measure.reversed else values)
    asked = panel.group.isin(panel.asked_groups(wave)).to_numpy()
    return np.where(asked[:, None], np.column_stack(columns), np.nan)
