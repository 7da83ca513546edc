"""The third stage: from scores to everything a report may say about groups."""

import math
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from pipeline.compare.checks import estimator_problems
from pipeline.compare.detectable import detectable_rows
from pipeline.compare.estimators.adjusted import EXACT_RAW, FEW_EVENTS
from pipeline.compare.exhibits.balance import balance_rows
from pipeline.compare.exhibits.description import alpha_rows, attrition_rows, care_rows, description_rows, imputation_rows, level_rows
from pipeline.compare.exhibits.distributions import distributions_of
from pipeline.compare.exhibits.invariant import invariant_rows
from pipeline.compare.exhibits.measurement import factor_rows, with_measurement_warnings
from pipeline.compare.exhibits.quotations import quotations_of
from pipeline.compare.families import ADJUSTED, adjust_families, family_sizes, planned_tests
from pipeline.compare.gather.comparison import Comparison, two_groups
from pipeline.compare.gather.losses import analysed_rows, count_faults
from pipeline.compare.gather.panel import Panel
from pipeline.compare.gather.protocol import AnalysisFrame, analysis_frame, analysis_rows
from pipeline.compare.numbers.ranks import rounded_bound
from pipeline.compare.opinion.second_opinion import second_opinion
from pipeline.compare.registry import IMPUTED
from pipeline.compare.verdicts import UNKNOWN, Finding, Interval, p_inside, two_one_sided_p, verdict_of
from pipeline.errors import at_work_on, raise_if_any
from pipeline.spec.naming import toml_place
from pipeline.spec.study import Study
from pipeline.tables.flow import check_flow
from pipeline.tables.frames import conform, table_of
from pipeline.tables.glossary import ESTIMATES, FLOW
from pipeline.tables.results import Cleaned, Estimated, Scored

TESTED_BESIDE = {
    ("mcnemar", "mcnemar_exact"): ("share_change",),
    ("risk_difference",): ("risk_ratio", "odds_ratio"),
    ("difference_by_logistic",): ("ratio_by_logistic", "odds_ratio_by_logistic"),
    ("difference_by_poisson",): ("ratio_by_poisson",),
}
"""Terms or estimands of a test -> estimands that have an interval and no test of their own; the exact test where few moved."""
IMPRECISE = ("shift_of_ties", "zero_width_interval")
"""Remarks on intervals that show no precision."""
BY_RANK = "location_shift"
BY_T_OVER_TIME = ("difference_by_change", "difference_by_differences", "difference_by_growth", "difference_by_random_intercept")
BY_T = (
    "difference_by_att",
    "difference_by_ate",
    "difference_by_overlap",
    "difference_by_entropy",
    "difference_by_survey",
    "difference_by_doubly_robust",
    "difference_by_matching",
    *BY_T_OVER_TIME,
    "difference_by_interacted",
    IMPUTED,
)
NOT_BY_T = ("risk_difference", BY_RANK, "difference_by_")
"""Beginnings of tested estimands whose interval is not Student's, or not always, but for ``BY_T``."""
WIDTH = 1e-12
"""Relative to its ends, an interval no wider than this has no width."""
UNSAFE = ("clusters_ignored", FEW_EVENTS)
"""Remarks on rows whose error decides nothing."""


def estimate_effects(study: Study, cleaned: Cleaned, scored: Scored) -> Estimated:
    """Estimate everything a study declares, and what every study gets.

    Parameters
    ----------
    study : Study
    cleaned : Cleaned
        Answers, facts per unit and the flow down to the sample.
    scored : Scored
        Measures and their reliability.

    Returns
    -------
    Estimated
        ``estimates``, ``distributions``, ``flow`` continued down to each outcome
        of each analysis, and ``quotations``; with the log of cleaning as it came.
        The same for any order of rows.

    Raises
    ------
    ResearcherError
        When an analysis cannot be done as declared.
    ValueError
        When a number rests on other people than the flow says: a fault of ours.
    """
    raise_if_any(estimator_problems(study))
    panel = Panel(study, cleaned, scored)
    gathered = [analysis_frame(panel, analysis) for analysis in study.declaration.analyses]
    always = chain(
        description_rows(panel),
        level_rows(panel),
        alpha_rows(panel),
        factor_rows(panel),
        imputation_rows(panel),
        balance_rows(panel),
        attrition_rows(panel),
        care_rows(panel),
    )
    declared = [row for one in gathered for row in _rows_of(one)]
    sizes = family_sizes(study)
    modelled = [row for row in declared if EXACT_RAW not in str(row.get("note", ""))]
    noted = with_remarks(table_of(ESTIMATES, chain(always, declared, detectable_rows(modelled, sizes))))
    noted = with_measurement_warnings(study, noted)
    estimates = adjust_families(_with_equivalence(noted, gathered), sizes)
    estimates = conform(ESTIMATES, without_unsafe_verdicts(_with_verdicts(study, estimates)))
    steps = table_of(FLOW, chain.from_iterable(map(analysed_rows, gathered)))
    check_flow(steps)
    faults = count_faults(estimates, steps)
    if faults:
        raise ValueError(f"{study.id}: numbers and flow disagree: {'; '.join(faults[:5])}")
    flow = conform(FLOW, pd.concat([cleaned.flow, steps], ignore_index=True))
    opinions = second_opinion(gathered, estimates)
    estimates = (
        table_of(ESTIMATES, chain(estimates.to_dict("records"), beside))
        if (beside := [*invariant_rows(panel, gathered, estimates)])
        else estimates
    )
    return Estimated(estimates, distributions_of(panel, gathered), flow, quotations_of(panel), cleaned.cleaning_log, opinions)


def _rows_of(gathered: AnalysisFrame) -> list[dict]:
    with at_work_on(toml_place(gathered.study, f"analyses '{gathered.analysis.id}'")):
        return [*analysis_rows(gathered)]


def with_remarks(estimates: pd.DataFrame) -> pd.DataFrame:
    """Note intervals that show no precision, and intervals that say otherwise than their test.

    Parameters
    ----------
    estimates : DataFrame
        Table ``estimates``.

    Returns
    -------
    DataFrame
        The same rows: ``zero_width_interval`` noted where both ends are one
        value, ``interval_and_test_part`` where the interval leaves out zero and
        the test does not reject, or the reverse; a ratio that leaves out one, and a
        change of a share, by the test that stands beside it.
    """
    low, high, p_value = estimates["conf_low"], estimates["conf_high"], estimates["p_value"].fillna(_p_beside(estimates))
    null = estimates["measure_unit"].eq("ratio") + estimates["estimand"].eq("superiority_by_ordered") * 0.5
    flat = _is_flat(low, high)
    part = p_value.notna() & (low < high) & ~flat & ((p_value < 1 - estimates["confidence"]) != ((low > null) | (high < null)))
    remarks = {"interval_and_test_part": part, "zero_width_interval": flat | _is_flat(estimates["effect_low"], estimates["effect_high"])}
    noted = estimates.copy()
    for code, rows in remarks.items():
        noted.loc[rows, "note"] = (noted.loc[rows, "note"] + f" {code}").str.strip()
    return noted


def _p_beside(estimates: pd.DataFrame) -> pd.Series:
    """Give what has an interval but no test of its own the p-value of the test of the same units that stands beside it."""
    key, found = ["analysis", "outcome", "wave", "level"], pd.Series(float("nan"), index=estimates.index)
    exact = ~estimates["note"].str.contains("few_moved")
    for tests, wanted in TESTED_BESIDE.items():
        of_test = estimates["term"].isin(tests) | estimates["estimand"].isin(tests)
        first = estimates.loc[of_test & exact].sort_values("term").drop_duplicates(key).set_index(key)["p_value"]
        beside = estimates.loc[estimates["estimand"].isin(wanted), key]
        found.loc[beside.index] = first.reindex(pd.MultiIndex.from_frame(beside)).to_numpy()
    return found


def _is_flat(low: pd.Series, high: pd.Series) -> pd.Series:
    return pd.Series(np.isclose(low.astype("float64"), high.astype("float64"), rtol=WIDTH, atol=0), index=low.index)


def _with_equivalence(estimates: pd.DataFrame, gathered: list[AnalysisFrame]) -> pd.DataFrame:
    """Fill ``p_equivalence`` of the tests of outcomes with a smallest difference that matters."""
    tested = estimates.copy()
    asked = estimates.loc[planned_tests(estimates) & estimates["reference_value"].notna() & estimates["p_value"].notna()]
    frames = {one.analysis.id: one for one in gathered}
    for row in asked.itertuples():
        tested.loc[row.Index, "p_equivalence"] = _equivalence_p(frames[row.analysis], row)
    return tested


def _equivalence_p(gathered: AnalysisFrame, row: Any) -> float:
    """Give the p-value of the two one-sided tests that a difference is smaller than the one that matters.

    By the estimator's own interval, so that it is below alpha exactly when that at
    confidence 1 - 2 alpha lies inside the bounds. NaN where it shows no precision:
    without an interval, with one of no width, and for a shift of tied values.
    """
    if not _is_precise(row):
        return math.nan
    if row.estimand in BY_T or not row.estimand.startswith(NOT_BY_T):
        return two_one_sided_p(row.estimate, row.std_error, row.df, row.reference_value)
    view = gathered.view(f"{row.outcome}@{row.wave}" if row.wave else row.outcome)
    assert isinstance(view, Comparison)
    estimate = gathered.estimator.load()

    def interval_at(confidence: float) -> Interval:
        rows = estimate(replace(view, confidence=confidence))
        [own] = [one for one in rows if one["estimand"] == row.estimand]
        return float(str(own.get("conf_low", -math.inf))), float(str(own.get("conf_high", math.inf)))

    groups = two_groups(view)
    by_rank = row.estimand == BY_RANK
    return p_inside(interval_at, rounded_bound(groups.first, groups.second, row.reference_value) if by_rank else row.reference_value)


def _is_precise(row: Any) -> bool:
    return row.conf_low < row.conf_high and not any(code in IMPRECISE for code in row.note.split())


def without_unsafe_verdicts(estimates: pd.DataFrame) -> pd.DataFrame:
    """Empty the verdict of what ignores a declared cluster, or has no error of its own because an arm hardly varies."""
    unsafe = estimates["note"].str.split().map(lambda codes: any(code in UNSAFE for code in codes))
    return estimates.assign(verdict=estimates["verdict"].mask(unsafe, ""))


def _with_verdicts(study: Study, estimates: pd.DataFrame) -> pd.DataFrame:
    """Fill ``verdict`` of the tests of the plan that compare: one for each outcome of each declared analysis."""
    judged = estimates.copy()
    confidence = {analysis.id: analysis.confidence for analysis in study.declaration.analyses}
    for row in estimates.loc[planned_tests(estimates) & estimates["estimand"].ne("share_change")].itertuples():
        judged.loc[row.Index, "verdict"] = verdict_of(_finding(study, row, 1 - confidence[row.analysis]))
    return judged


def _finding(study: Study, row: Any, alpha: float) -> Finding:
    adjusted, by_rank = row.p_adjustment == ADJUSTED, row.estimand == BY_RANK
    return Finding(
        effect=row.effect if by_rank else row.estimate - (row.measure_unit == "ratio"),
        p_value=row.p_adjusted if adjusted else row.p_value,
        alpha=alpha,
        direction=study.measure[row.outcome].direction if row.outcome in study.measure else "neither",
        bound=row.reference_value,
        interval=(row.conf_low, row.conf_high) if _is_precise(row) else UNKNOWN,
        p_equivalence=row.p_equivalence_adjusted if adjusted else row.p_equivalence,
    )
