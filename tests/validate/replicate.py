"""Draw a study on arrays and run its estimators, once per seed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from pipeline.compare.gather.panel import Panel
from pipeline.compare.gather.protocol import analysis_frame, analysis_rows
from pipeline.score.scores import score_responses
from pipeline.simulate.draw import Recipe, draw, recipe_of
from pipeline.spec.study import Study
from tests.simulate.cleaned import cleaned_from
from tests.validate.models import narrowed


@dataclass(frozen=True)
class Row:
    """One estimated number of one draw; NaN where there is none."""

    estimate: float
    low: float
    high: float
    n: float


class Key(NamedTuple):
    """Which number it is."""

    analysis: str
    outcome: str
    """With its wave."""
    level: str
    estimand: str
    term: str


def recipe_for(study: Study, analyses: tuple[str, ...]) -> tuple[Recipe, Study]:
    """Make a study ready: the recipe draws all of it, tables and estimators see only what some analyses need."""
    return recipe_of(study), narrowed(study, analyses)


def panel_of(recipe: Recipe, study: Study, seed: int) -> Panel:
    """Draw once and score."""
    drawn = draw(recipe, seed)
    cleaned = cleaned_from(replace(drawn, world=replace(drawn.world, study=study)))
    return Panel(study, cleaned, score_responses(study, cleaned))


def estimated(recipe: Recipe, study: Study, seed: int) -> dict[Key, Row]:
    """Give every number that the analyses of a study estimate in one draw."""
    return dict(_rows(panel_of(recipe, study, seed), study))


def _rows(panel: Panel, study: Study) -> Iterator[tuple[Key, Row]]:
    for analysis in study.declaration.analyses:
        for row in analysis_rows(analysis_frame(panel, analysis)):
            outcome = f"{row['outcome']}@{row['wave']}" if row.get("wave") else str(row["outcome"])
            key = Key(analysis.id, outcome, str(row["level"]), str(row["estimand"]), str(row.get("term") or ""))
            yield key, Row(*(_number(row.get(name)) for name in ("estimate", "conf_low", "conf_high", "n")))


def _number(value: object) -> float:
    return np.nan if value is None else float(value)  # type: ignore[arg-type]
