"""How a declared analysis becomes rows of ``estimates.csv``.

Builds what an estimator sees, runs it, and adds what the estimator cannot know:
which analysis, role, family and wave a number belongs to.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from pipeline.compare.comparison import CLUSTER, FIRST, Comparison
from pipeline.compare.estimators import ESTIMATORS
from pipeline.compare.panel import Panel, is_one_of
from pipeline.compare.verdicts import COMPARED_ESTIMANDS
from pipeline.spec.declaration import Analysis
from pipeline.spec.plan import is_planned
from pipeline.spec.study import Study, split_reference

GROUP = "group"
INSIDE = "inside"
ANSWERED = "answered:"


@dataclass(frozen=True)
class AnalysisFrame:
    """All that one analysis needs, one row per unit of the sample.

    Parameters
    ----------
    frame : DataFrame indexed by id, sorted
        ``group`` (code), ``inside`` (True when every restriction holds),
        ``cluster`` where declared, ``answered:<wave>`` for the waves of the
        outcomes, and one column per outcome, covariate and ``by`` variable.
    first, second : str
        Codes of the groups compared.
    clustered : bool
    """

    frame: pd.DataFrame
    first: str
    second: str
    clustered: bool

    @property
    def contrasted(self) -> pd.Series:
        """Mark the units of the two groups that satisfy the restrictions."""
        return self.frame[INSIDE] & self.frame[GROUP].isin([self.first, self.second])


def analysis_frame(panel: Panel, analysis: Analysis) -> AnalysisFrame:
    """Gather what one analysis needs, wide, one row per unit of the sample.

    Parameters
    ----------
    panel : Panel
    analysis : Analysis
        Its references are known to resolve.

    Returns
    -------
    AnalysisFrame
        Nobody is left out: restrictions and missing values are columns, so that
        the flow can account for every loss.
    """
    sample = panel.study.declaration.sample
    columns = {GROUP: panel.column(analysis.group or sample.group).astype("object"), INSIDE: pd.Series(True, index=panel.people.index)}
    for reference, allowed in analysis.restrict.items():
        columns[INSIDE] = columns[INSIDE] & is_one_of(panel.column(reference), allowed)
    clustered = analysis.cluster and sample.cluster is not None
    if clustered:
        columns[CLUSTER] = panel.people[sample.cluster].astype("str")
    for reference in dict.fromkeys((*analysis.outcomes, *analysis.covariates, *analysis.by)):
        columns[reference] = panel.column(reference)
    for wave in dict.fromkeys(split_reference(outcome)[1] for outcome in analysis.outcomes):
        columns[f"{ANSWERED}{wave}"] = panel.answered(wave)
    first, second = analysis.contrast or (sample.participant, sample.control)
    return AnalysisFrame(pd.DataFrame(columns), first, second, clustered)


def comparison_of(study: Study, analysis: Analysis, gathered: AnalysisFrame, outcome: str) -> Comparison:
    """Give an estimator's view of one outcome: the two groups inside the restrictions, missing values kept."""
    columns = dict.fromkeys((outcome, *analysis.covariates, *analysis.by, *([CLUSTER] if gathered.clustered else [])))
    chosen = gathered.frame.loc[gathered.contrasted]
    frame = chosen[list(columns)].copy()
    frame[FIRST] = (chosen[GROUP] == gathered.first).astype("float64")
    return Comparison(
        outcome=outcome,
        kind=study.kind_of(split_reference(outcome)[0]),
        frame=frame,
        covariates=tuple(dict.fromkeys(analysis.covariates)),
        by=analysis.by,
        clustered=gathered.clustered,
        confidence=analysis.confidence,
        first=gathered.first,
        second=gathered.second,
    )


def uses_clusters(estimator: str) -> bool:
    """Say whether an estimator's errors allow for clusters."""
    return "cluster" in ESTIMATORS[estimator].allows


def run_estimator(name: str, comparison: Comparison) -> list[dict[str, object]]:
    """Run one estimator and say in the note where it ignores declared clusters."""
    estimator = ESTIMATORS[name]
    ignored = comparison.clustered and not uses_clusters(name)
    rows = estimator.load()(replace(comparison, clustered=comparison.clustered and not ignored))
    if ignored:
        rows = [row | {"note": f"{row.get('note') or ''} clusters_ignored".strip()} for row in rows]
    return [{"level": "all", "confidence": comparison.confidence, "estimator": name} | row for row in rows]


def analysis_rows(study: Study, analysis: Analysis, gathered: AnalysisFrame) -> Iterator[dict[str, object]]:
    """Give every row of one declared analysis, but for what its family decides (``families``)."""
    declared = {
        "study": study.id,
        "analysis": analysis.id,
        "role": analysis.role if is_planned(study, analysis.id) else "exploratory",
        "family": analysis.family,
        "unit": study.declaration.sample.unit,
        "covariates": " ".join(analysis.covariates),
    }
    for outcome in analysis.outcomes:
        name, wave = split_reference(outcome)
        bound = analysis.smallest_difference.get(outcome)
        for row in run_estimator(analysis.estimator, comparison_of(study, analysis, gathered, outcome)):
            yield declared | {"outcome": name, "wave": wave, "reference_value": bound if _is_main(row) else None} | row


def _is_main(row: dict[str, object]) -> bool:
    return row["estimand"] in COMPARED_ESTIMANDS and row["level"] == "all"


def narrow_intervals(
    study: Study, analysis: Analysis, gathered: AnalysisFrame, outcome: str
) -> dict[tuple[object, object], tuple[float, float]]:
    """Give the intervals that decide equivalence: two one-sided tests at the level of the analysis.

    Returns
    -------
    dict
        (estimand, term) -> lower and upper end at confidence 1 - 2 alpha, such as 90 % beside 95 %.
    """
    comparison = replace(comparison_of(study, analysis, gathered, outcome), confidence=2 * analysis.confidence - 1)
    rows = run_estimator(analysis.estimator, comparison)
    return {
        (row["estimand"], row["term"]): (float(str(row["conf_low"])), float(str(row["conf_high"])))
        for row in rows
        if _is_main(row) and "conf_low" in row
    }
