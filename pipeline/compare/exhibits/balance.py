"""Balance of the groups before the programme: means, shares and standardised differences."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.compare.gather.comparison import COMPLETE, TwoGroups, too_few
from pipeline.compare.gather.panel import Panel
from pipeline.spec.naming import split_reference
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY

ESTIMATOR = "standardised_difference"


def difference_by_average_variance(first: np.ndarray, second: np.ndarray) -> float:
    """Give the difference of means over the root of the average of both variances.

    Parameters
    ----------
    first, second : array
        Values of each group, without missing; 0 and 1 for a share.

    Returns
    -------
    float
        First minus second in standard deviations. NaN when a group has fewer
        than two values or everybody has the same value; infinite when each
        group has a value of its own and nothing else varies.
    """
    if min(len(first), len(second)) < 2:
        return float("nan")
    if np.ptp(first) > 0 or np.ptp(second) > 0:
        with np.errstate(divide="ignore"):
            return float((first.mean() - second.mean()) / np.sqrt((first.var(ddof=1) + second.var(ddof=1)) / 2))
    return float("nan") if first[0] == second[0] else float(np.copysign(np.inf, first[0] - second[0]))


def balance_rows(panel: Panel) -> Iterator[dict[str, object]]:
    """Give Table 1: each declared covariate by group, and the standardised difference.

    Parameters
    ----------
    panel : Panel

    Yields
    ------
    dict
        Rows of ``estimates``: mean and standard deviation of numbers, shares
        per category, and the difference over the average variance, without a
        number but noted ``complete_difference`` where it is infinite; without
        differences where no groups are compared.
    """
    study = panel.study
    sample = study.declaration.sample
    for reference in study.declaration.balance.covariates:
        name, wave = split_reference(reference)
        values = panel.column(reference)
        common = {
            "study": study.id,
            "analysis": "balance",
            "estimator": ESTIMATOR,
            "outcome": name,
            "unit": sample.unit,
            "wave": wave,
            "level": EVERYBODY,
        }
        codes = (sample.participant, sample.control) if sample.compares else (EVERYBODY,)
        arms = [values[panel.group == code] for code in codes]
        for prefix, kind, numbers in _numbers_of(study, name, arms):
            yield from (common | row for row in _compared(prefix, kind, numbers, arms, codes))


def _numbers_of(study: Study, name: str, arms: list[pd.Series]) -> Iterator[tuple[str, str, list[np.ndarray]]]:
    """Give the numbers to compare: the values, or one indicator per category of those who answered."""
    kind = study.kind_of(name)
    answered = [arm.dropna() for arm in arms]
    if kind != "category":
        yield "", kind, [arm.to_numpy() for arm in answered]
        return
    for category in arms[0].cat.categories:
        yield f"{name}={category}: ", "share", [(arm == category).to_numpy(dtype=float) for arm in answered]


def _compared(
    prefix: str, kind: str, numbers: list[np.ndarray], arms: list[pd.Series], codes: tuple[str, ...]
) -> Iterator[dict[str, object]]:
    for code, values, arm in zip(codes, numbers, arms, strict=True):
        count = {"term": prefix + code, "group_a": code, "n": len(values), "n_a": len(values), "n_missing": len(arm) - len(values)}
        empty = {} if len(values) else {"note": "one_group_empty"}
        mean = float(values.mean()) if len(values) else float("nan")
        spread = float(values.std(ddof=1)) if len(values) > 1 else float("nan")
        measures = {"share": mean} if kind == "share" else {"mean": mean, "standard_deviation": spread}
        for estimand, estimate in measures.items():
            yield count | {"estimand": estimand, "measure_unit": kind, "estimate": estimate} | empty
    if len(codes) < 2:
        return
    first, second = numbers
    difference = difference_by_average_variance(first, second)
    yield {
        "estimand": ESTIMATOR,
        "term": f"{prefix}{codes[0]} - {codes[1]}",
        "group_a": codes[0],
        "group_b": codes[1],
        "measure_unit": "index",
        "estimate": difference if np.isfinite(difference) else None,
        "n": len(first) + len(second),
        "n_a": len(first),
        "n_b": len(second),
        "n_missing": sum(len(arm) for arm in arms) - len(first) - len(second),
        "note": _difference_note(first, second, difference),
    }


def _difference_note(first: np.ndarray, second: np.ndarray, difference: float) -> str:
    few = too_few(TwoGroups(first, second, n_missing=0), least=2)
    if few or np.isinf(difference):
        return few or COMPLETE
    return "constant_outcome" if np.isnan(difference) else "denominator_average_variance"
