"""The third stage: from scores to everything a report may say about groups."""

from collections.abc import Iterator
from itertools import chain

import pandas as pd

from pipeline.compare.balance import balance_rows
from pipeline.compare.checks import estimator_problems
from pipeline.compare.description import attrition_rows, description_rows, level_rows, reliability_rows
from pipeline.compare.detectable import detectable_rows
from pipeline.compare.distributions import distributions_of
from pipeline.compare.estimators.adjusted import EXACT_RAW, FEW_EVENTS
from pipeline.compare.families import adjust_families
from pipeline.compare.flow import analysed_rows, count_faults
from pipeline.compare.panel import Panel
from pipeline.compare.protocol import AnalysisFrame, analysis_frame, analysis_rows, narrow_intervals
from pipeline.compare.quotations import quotations_of
from pipeline.compare.verdicts import COMPARED_ESTIMANDS, UNKNOWN, Finding, verdict_of
from pipeline.errors import raise_if_any
from pipeline.spec.declaration import Analysis
from pipeline.spec.study import Study
from pipeline.tables.flow import check_flow
from pipeline.tables.frames import conform, table_of
from pipeline.tables.glossary import ESTIMATES, FLOW
from pipeline.tables.results import Cleaned, Estimated, Scored

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
    gathered = [(analysis, analysis_frame(panel, analysis)) for analysis in study.declaration.analyses]
    always = chain(description_rows(panel), level_rows(panel), reliability_rows(panel), balance_rows(panel), attrition_rows(panel))
    declared = [row for analysis, frame in gathered for row in analysis_rows(study, analysis, frame)]
    modelled = [row for row in declared if EXACT_RAW not in str(row.get("note", ""))]
    estimates = adjust_families(table_of(ESTIMATES, chain(always, declared, detectable_rows(modelled))))
    estimates = conform(ESTIMATES, without_unsafe_verdicts(_with_verdicts(study, estimates, gathered)))
    steps = table_of(FLOW, chain.from_iterable(analysed_rows(study, analysis, frame) for analysis, frame in gathered))
    check_flow(steps)
    faults = count_faults(estimates, steps)
    if faults:
        raise ValueError(f"{study.id}: numbers and flow disagree: {'; '.join(faults[:5])}")
    flow = conform(FLOW, pd.concat([cleaned.flow, steps], ignore_index=True))
    return Estimated(estimates, distributions_of(panel), flow, quotations_of(panel), cleaned.cleaning_log)


def without_unsafe_verdicts(estimates: pd.DataFrame) -> pd.DataFrame:
    """Empty the verdict of what ignores a declared cluster, or has no error of its own because an arm hardly varies."""
    unsafe = estimates["note"].str.split().map(lambda codes: any(code in UNSAFE for code in codes))
    return estimates.assign(verdict=estimates["verdict"].mask(unsafe, ""))


def _with_verdicts(study: Study, estimates: pd.DataFrame, gathered: list[tuple[Analysis, AnalysisFrame]]) -> pd.DataFrame:
    """Fill ``verdict`` for the comparisons of declared analyses."""
    judged = estimates.copy()
    for analysis, frame in gathered:
        for index, verdict in _verdicts(study, estimates.loc[estimates["analysis"] == analysis.id], analysis, frame):
            judged.loc[index, "verdict"] = verdict
    return judged


def _verdicts(study: Study, rows: pd.DataFrame, analysis: Analysis, frame: AnalysisFrame) -> Iterator[tuple[int, str]]:
    narrow = {
        outcome: narrow_intervals(study, analysis, frame, outcome)
        for outcome in analysis.outcomes
        if outcome in analysis.smallest_difference
    }
    for row in rows.loc[rows["estimand"].isin(COMPARED_ESTIMANDS) & rows["level"].eq("all")].itertuples():
        outcome = f"{row.outcome}@{row.wave}" if row.wave else row.outcome
        finding = Finding(
            estimate=row.estimate,
            p_value=row.p_adjusted if analysis.family else row.p_value,
            alpha=1 - analysis.confidence,
            direction=study.measure[row.outcome].direction if row.outcome in study.measure else "neither",
            bound=row.reference_value,
            interval=(row.conf_low, row.conf_high),
            narrow=narrow.get(outcome, {}).get((row.estimand, row.term), UNKNOWN),
        )
        yield row.Index, verdict_of(finding)
