"""Whether a scale measures the same thing in the same way in several groups, or in several waves.

Step by step more is held equal: nothing (configural), loadings (metric), intercepts
too (scalar), residual variances too (strict). A comparison of means needs scalar.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import chdtrc

from pipeline.compare.measurement.fit import Fitted, fitted
from pipeline.compare.measurement.model import INTERCEPTS, LOADINGS, RESIDUALS, Scales, factor_model

STEPS = {"configural": (), "metric": (LOADINGS,), "scalar": (LOADINGS, INTERCEPTS), "strict": (LOADINGS, INTERCEPTS, RESIDUALS)}
LEVEL, CFI_LOST = 0.01, 0.01
"""A step fails when its p-value is below the one, and the comparative fit index falls by more than the other (Cheung and
Rensvold 2002): the first alone finds trifles among many people, the second alone finds chance among few
(tests/compare/test_measurement.py)."""


@dataclass(frozen=True, eq=False)
class Step:
    """One step: its model, and what was lost against the step before it."""

    name: str
    fitted: Fitted
    statistic: float = float("nan")
    df: int = 0
    p_value: float = float("nan")
    cfi_change: float = float("nan")
    rmsea_change: float = float("nan")
    deviating: tuple[int, ...] = ()
    """Where the step fails, the questions without whose equality it would hold."""

    @property
    def fails(self) -> bool:
        """Whether what was held equal is not."""
        return self.p_value < LEVEL and self.cfi_change < -CFI_LOST


def invariance_steps(groups: Sequence[np.ndarray], waves: int = 1) -> list[Step]:
    """Hold more and more equal, and test each step against the one before.

    Parameters
    ----------
    groups : sequence of array of float, shape (people, items)
        Answers of each group, reversed; NaN where not answered. Over waves one
        array, wave by wave beside each other.
    waves : int

    Returns
    -------
    list of Step
        Up to the first that fails, or whose model finds no maximum. Tests are
        scaled differences (Satorra and Bentler 2001).
    """
    scales = Scales((groups[0].shape[1] // waves,) * waves, repeated=waves > 1)
    found: list[Step] = []
    for name, equal in STEPS.items():
        held, before = replace(scales, equal=equal), found[-1].fitted if found else None
        now = fitted(factor_model(held, len(groups)), groups, before)
        step = Step(name, now) if before is None else _compared(name, before, now)
        if before is not None and step.fails and name != "strict":
            step = _named(step, before, groups, held)
        found.append(step)
        if not now.converged or step.fails:
            break
    return found


def _compared(name: str, free: Fitted, held: Fitted) -> Step:
    statistic, df, p_value = scaled_difference(free, held)
    less, more = free.plain(), held.plain()
    return Step(name, held, statistic, df, p_value, more["cfi"] - less["cfi"], more["rmsea"] - less["rmsea"])


def scaled_difference(free: Fitted, held: Fitted) -> tuple[float, int, float]:
    """Test what more a model holds equal: the difference of chi-squares over its own scaling factor, df and p-value.

    Without p-value where the factor is not positive, as it may be with few people.
    """
    df = held.df - free.df
    scaling = (free.own.trace - held.own.trace) / df
    statistic = (held.chi_square - free.chi_square) / scaling if scaling > 0 else float("nan")
    return statistic, df, float(chdtrc(df, max(statistic, 0.0))) if scaling > 0 else float("nan")


def _named(step: Step, free: Fitted, groups: Sequence[np.ndarray], scales: Scales) -> Step:
    """Name the questions that make a step fail: the one that costs most first, until the rest holds or two are left."""
    let: list[int] = []
    items = range(scales.sizes[0])
    while len(items) - len(let) > 2:
        tried = {
            item: fitted(factor_model(replace(scales, free=(*let, item)), len(groups)), groups, free) for item in items if item not in let
        }
        best = min(tried, key=lambda item: tried[item].chi_square)
        let.append(best)
        if not _compared(step.name, free, tried[best]).fails:
            break
    return replace(step, deviating=tuple(sorted(let)))
