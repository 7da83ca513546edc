"""Families of tests: p-values adjusted together, so that many tests do not find something by chance.

A family is what the plan declares: one test of everybody for each outcome of
each analysis that names it (``Estimator.tested``). Levels, reports and exhibits
add nothing to it. ``adjusted`` with ``by`` has no test of everybody, only
interactions, which are about levels and belong to no family. Whether outcomes
differ and whether they are equivalent are two questions, each adjusted by Holm's
method among the tests of the family that ask it.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.compare.registry import ESTIMATORS
from pipeline.errors import Problem
from pipeline.spec.declaration import Analysis
from pipeline.spec.naming import toml_place
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY

NO_FAMILY = "none"
"""Declared, with a reason, where tests are not adjusted."""
ROUGH = ("few_moved", "few_events", "clusters_ignored")
"""Remarks of a test that gives way to another one of its outcome."""
ADJUSTED, ALONE = "holm", "none"
"""What ``p_adjustment`` holds on the row that tests an outcome; on all others it is empty."""


def holm(p_values: np.ndarray, tests: int = 0) -> np.ndarray:
    """Adjust so that the chance of any false finding stays below alpha (Holm 1979).

    Parameters
    ----------
    p_values : array (k,)
        Without missing values.
    tests : int
        Number of tests planned, where it is more than k: those that could not
        be made count as if they had found nothing.

    Returns
    -------
    array (k,)
        Same order.

    Notes
    -----
    The same numbers as statsmodels' ``multipletests``, which has Python search
    all its memory for garbage on every call: 0.1 s each.
    """
    least_first = np.argsort(p_values, kind="stable")
    left = max(tests, len(p_values)) - np.arange(len(p_values))
    adjusted = np.empty(len(p_values))
    adjusted[least_first] = np.minimum(np.maximum.accumulate(p_values[least_first] * left), 1.0)
    return adjusted


def tests_outcomes(analysis: Analysis) -> bool:
    """Say whether an analysis tests each of its outcomes on everybody."""
    estimator = ESTIMATORS[analysis.estimator]
    return bool(estimator.tested) and (estimator.takes_cohort or not analysis.by)


def family_of(analysis: Analysis) -> str:
    """Name the family that the tests of an analysis belong to; empty for none."""
    return analysis.family if analysis.family and analysis.family != NO_FAMILY and tests_outcomes(analysis) else ""


def family_sizes(study: Study) -> Counter[str]:
    """Count the tests that the plan puts in each family."""
    sizes: Counter[str] = Counter()
    for analysis in study.declaration.analyses:
        if family_of(analysis):
            sizes[family_of(analysis)] += len(analysis.outcomes)
    return sizes


def planned_tests(estimates: pd.DataFrame) -> pd.Series:
    """Mark the one row that tests each outcome of each declared analysis.

    Parameters
    ----------
    estimates : DataFrame
        Table ``estimates``.

    Returns
    -------
    Series of bool
        Also True where the test could not be made.
    """
    declared = estimates.loc[estimates["role"].ne("") & estimates["level"].eq(EVERYBODY) & estimates["estimator"].isin(list(ESTIMATORS))]
    place = pd.Series([_place(row) for row in declared.to_dict("records")], index=declared.index, dtype="float64").dropna()
    first = place.groupby([declared.loc[place.index, name] for name in ("analysis", "outcome", "wave")]).idxmin()
    return pd.Series(estimates.index.isin(first), index=estimates.index)


def _place(row: dict[str, object]) -> float:
    """Give the place of a row among the tests of its outcome, a rough one behind all others; NaN for what is no test."""
    tested = ESTIMATORS[str(row["estimator"])]
    place = tested.place_of_test(row)
    rough = any(code in ROUGH for code in str(row["note"]).split())
    return float("nan") if place is None else place + len(tested.tested) * rough


def adjust_families(estimates: pd.DataFrame, sizes: Counter[str]) -> pd.DataFrame:
    """Fill ``p_adjusted``, ``p_equivalence_adjusted`` and ``p_adjustment`` of the tests of the plan.

    Parameters
    ----------
    estimates : DataFrame
        Table ``estimates``, with ``p_equivalence``.
    sizes : Counter
        Number of tests in each family (``family_sizes``).

    Returns
    -------
    DataFrame
        The same rows. A test that stands alone, also in a family of one, is said
        not to be adjusted; what is no test of the plan stays empty.
    """
    adjusted = estimates.copy()
    tests = adjusted.loc[planned_tests(adjusted)]
    adjusted.loc[tests.index, "p_adjustment"] = ALONE
    for family, members in tests.groupby("family"):
        if sizes[str(family)] > 1:
            adjusted.loc[members.index, "p_adjustment"] = ADJUSTED
            asked = {"p_value": sizes[str(family)], "p_equivalence": int(members["reference_value"].notna().sum())}
            for (name, count), filled in zip(asked.items(), ("p_adjusted", "p_equivalence_adjusted"), strict=True):
                p_values = members[name].dropna()
                adjusted.loc[p_values.index, filled] = holm(p_values.to_numpy(), count)
    return adjusted


def family_problems(study: Study) -> Iterator[Problem]:
    """Primary outcomes that end in an inference must be adjusted together, or the plan says why they are not."""
    analyses = [one for one in study.declaration.analyses if one.estimator in ESTIMATORS]
    for analysis in analyses:
        yield from _own_family_problems(study, analysis, analyses)
    primary = [one for one in analyses if one.role == "primary" and (tests_outcomes(one) or ESTIMATORS[one.estimator].supports)]
    count = sum(len(one.outcomes) for one in primary)
    together = next(filter(None, map(family_of, primary)), "")
    for analysis in primary if count > 1 else ():
        said = analysis.family_reason is not None or analysis.family == NO_FAMILY
        if not said and family_of(analysis) != (together or analysis.id):
            yield Problem(
                _place_of(study, analysis),
                f"'{analysis.family}' is another family than '{together}'" if family_of(analysis) else "is missing",
                f"one family for the {count} primary outcomes that end in an inference",
                'Give all primary analyses the same family; or write family = "none" and a family_reason, which the report prints.',
            )


def _own_family_problems(study: Study, analysis: Analysis, analyses: list[Analysis]) -> Iterator[Problem]:
    if analysis.family not in (None, NO_FAMILY) and not tests_outcomes(analysis):
        by = " with 'by'" if ESTIMATORS[analysis.estimator].tested else ""
        able = [name for name, other in ESTIMATORS.items() if other.tested]
        yield Problem(
            _place_of(study, analysis),
            f"estimator '{analysis.estimator}'{by} tests no outcome on everybody, so there is nothing to adjust",
            f"estimators that do: {', '.join(able)}",
            "Remove the family." if not by else "Remove the family, or declare the subgroups in an analysis of their own.",
        )
    if analysis.family == NO_FAMILY and analysis.family_reason is None:
        yield Problem(_place_of(study, analysis), 'family is "none" without a reason', remedy="Write family_reason = { sv = , en = }.")
    if analysis.family is None and analysis.family_reason is not None:
        yield Problem(_place_of(study, analysis), "family_reason stands without a family", remedy='Name the family, or "none".')
    first = next(one for one in analyses if family_of(one) == family_of(analysis))
    if family_of(analysis) and analysis.confidence != first.confidence:
        yield Problem(
            _place_of(study, analysis),
            f"confidence is {analysis.confidence:g} here and {first.confidence:g} in '{first.id}' of the same family",
            "one confidence in each family",
            "The risk of a false finding is held for the family as a whole.",
        )


def _place_of(study: Study, analysis: Analysis) -> str:
    return toml_place(study, f"analyses '{analysis.id}' family")
