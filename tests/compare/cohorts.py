"""One small group as an estimator sees it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.compare.gather.cohort import LEVEL, Cohort
from pipeline.compare.gather.panel import CLUSTER
from pipeline.spec.declaration import Analysis, Reading
from pipeline.spec.declared import Text

LABEL = Text(sv="Fråga", en="Question")


def cohort(columns: Mapping[str, Sequence], kind: str = "number", direction: str = "higher", **declared: object) -> Cohort:
    """Give a cohort of named columns; ``declared`` are keys of its analysis, and ``least``, ``greatest`` of its scale."""
    frame = pd.DataFrame(dict(columns))
    by = tuple(declared.get("by", ()))
    frame = frame.rename(columns={name: f"{LEVEL}{name}" for name in by})
    for name in by:
        frame[f"{LEVEL}{name}"] = frame[f"{LEVEL}{name}"].astype("category")
    least, greatest = declared.pop("least", np.nan), declared.pop("greatest", np.nan)
    analysis = Analysis(id="main", role="primary", estimator="any", outcomes=("outcome@t2",), label=LABEL, **declared)
    return Cohort("outcome@t2", kind, frame, by, CLUSTER in frame, analysis, direction, least, greatest, seed=11)


def reading(name: str, planned: int | None = None) -> Reading:
    return Reading(id=name, label=LABEL, planned=planned)


def rows_of(rows: list[dict[str, object]], level: str = "all") -> dict[tuple[str, str], dict[str, object]]:
    """Give the rows of a level by estimand and term."""
    return {(str(row["estimand"]), str(row.get("term", "all"))): row for row in rows if row["level"] == level}


def shuffled(given: Cohort) -> Cohort:
    """Give the same units in another order."""
    return Cohort(**{**vars(given), "frame": given.frame.sample(frac=1, random_state=5)})
