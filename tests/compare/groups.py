"""Two small groups as an estimator sees them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.compare.gather.comparison import FIRST, Comparison

OUTCOME = "outcome@t2"


def two(first: Sequence[float], second: Sequence[float], kind: str = "number", confidence: float = 0.95) -> Comparison:
    """Compare participants with controls; NaN for who did not answer."""
    frame = pd.DataFrame({OUTCOME: [*first, *second], FIRST: [1.0] * len(first) + [0.0] * len(second)}, dtype="float64")
    return Comparison(OUTCOME, kind, frame, (), (), False, confidence, "participant", "control")


def swapped(comparison: Comparison) -> Comparison:
    """Compare the same groups the other way round."""
    frame = comparison.frame.assign(**{FIRST: 1.0 - comparison.frame[FIRST]})
    return replace(comparison, frame=frame, first=comparison.second, second=comparison.first)


def shuffled(comparison: Comparison, seed: int = 5) -> Comparison:
    """Give the same people in another order."""
    return replace(comparison, frame=comparison.frame.sample(frac=1, random_state=seed))


def numbers_of(row: dict[str, object], names: Iterable[str]) -> list[float]:
    """Take numbers of a row; NaN where it has none."""
    return [row.get(name, np.nan) for name in names]


NUMBERS = (
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "statistic",
    "df",
    "p_value",
    "effect",
    "effect_low",
    "effect_high",
)


def has_no_numbers(row: dict[str, object]) -> bool:
    return bool(np.isnan(numbers_of(row, NUMBERS)).all())


def cells(first_did: int, first_total: int, second_did: int, second_total: int) -> np.ndarray:
    """Give the table (2, 2) of two groups in which so many did, of so many."""
    return np.array([[first_did, first_total - first_did], [second_did, second_total - second_did]])
