"""The flow from all units down to each analysis: who is left out, and why."""

from collections.abc import Iterator

import pandas as pd

from pipeline.compare.gather.cohort import BEFORE, BESIDE, EVENT, THEN
from pipeline.compare.gather.panel import CLUSTER, MARGIN
from pipeline.compare.gather.protocol import ANSWERED_IN, GROUP, INSIDE, AnalysisFrame, before_column
from pipeline.compare.registry import MEDIATOR
from pipeline.spec.naming import split_reference
from pipeline.spec.vocabulary import EVERYBODY

WITHIN = {"before_missing": BEFORE, "then_missing": THEN, "event_missing": EVENT, "beside_missing": BESIDE, "mediator_missing": MEDIATOR}
"""Reason -> what beside the outcome is compared within a unit, and is not known."""
LOSSES = ("restricted_out", "other_group", "no_answer", "outcome_missing", *WITHIN, "covariate_missing", "cluster_missing")
"""Reasons in the order in which they are asked; each unit is lost to the first that applies."""
RARE = ("cluster_missing", *WITHIN)
"""Reasons that are listed only where they happen."""
ANALYSED_ESTIMANDS = ("mean_change", "marginal_homogeneity", "restricted_mean")
"""Estimands about one group, of everybody, that rest on exactly those whom the flow calls analysed."""


def analysed_rows(gathered: AnalysisFrame) -> Iterator[dict[str, object]]:
    """Account for everybody in the sample, for each outcome of one analysis.

    Parameters
    ----------
    gathered : AnalysisFrame
        As the estimator's views were made from.

    Yields
    ------
    dict
        Rows of ``flow``: in_sample, losses, analysed; per code of the group
        compared, and for all.
    """
    for outcome in gathered.analysis.outcomes:
        reasons = losses(gathered, outcome)
        listed = [reason for reason in LOSSES if reason not in RARE or (reasons == reason).any()]
        if gathered.estimator.takes_cohort:
            listed.remove("other_group")
        common = {"study": gathered.study.id, "unit": gathered.unit, "chain": f"analysed:{gathered.analysis.id}:{outcome}"}
        for code, members in _columns(gathered).items():
            counts = reasons[members].value_counts()
            steps = [("count", "in_sample", int(members.sum()))]
            steps += [("loss", reason, int(counts.get(reason, 0))) for reason in listed]
            steps += [("count", "analysed", int(counts.get("", 0)))]
            for step, (kind, node, n) in enumerate(steps):
                yield common | {"step": step, "kind": kind, "node": node, "group": code, "n": n}


def losses(gathered: AnalysisFrame, outcome: str) -> pd.Series:
    """Give the first reason why each unit of the sample is not analysed; empty for those who are."""
    analysis, estimator = gathered.analysis, gathered.estimator
    frame, *_ = (*gathered.imputations, gathered.frame)
    answered = frame[f"{ANSWERED_IN}{split_reference(outcome)[1]}"]
    lost = {
        "restricted_out": ~frame[INSIDE],
        "other_group": ~frame[GROUP].isin([gathered.first, gathered.second]),
        "no_answer": ~answered & (frame[outcome].isna() | (not gathered.imputations)),
        "outcome_missing": frame[outcome].isna(),
        **{reason: _is_missing(gathered, outcome, column) for reason, column in WITHIN.items()},
        "covariate_missing": frame[
            []
            if estimator.takes_cohort
            else [*analysis.covariates, *analysis.response, *analysis.by, *(f"{MARGIN}{name}" for name in analysis.margins)]
        ]
        .isna()
        .any(axis="columns"),
    }
    needed = gathered.clustered and estimator.allows_clusters and not estimator.keeps_unclustered
    lost["cluster_missing"] = frame[CLUSTER].isna() if needed else pd.Series(False, index=frame.index)
    reason = pd.Series("", index=frame.index)
    for name in reversed(LOSSES):
        reason = reason.mask(lost[name], name)
    return reason


def _is_missing(gathered: AnalysisFrame, outcome: str, column: str) -> pd.Series:
    """Mark units that lack what the estimator compares within them; nobody where it does not use that column."""
    if column not in gathered.estimator.complete:
        return pd.Series(False, index=gathered.frame.index)
    return gathered.frame[before_column(split_reference(outcome)[0]) if column == BEFORE else column].isna()


def _columns(gathered: AnalysisFrame) -> dict[str, pd.Series]:
    """Mark the members of each group; people whose group is not known stand under an empty code."""
    if not gathered.second:
        return {EVERYBODY: pd.Series(True, index=gathered.frame.index)}
    group = gathered.frame[GROUP].fillna("")
    codes = dict.fromkeys((gathered.first, gathered.second, *sorted(group.unique())))
    return {**{code: group == code for code in codes}, EVERYBODY: pd.Series(True, index=group.index)}


def count_faults(estimates: pd.DataFrame, flow: pd.DataFrame) -> list[str]:
    """List estimates whose n differs from the analysed node of their chain.

    Parameters
    ----------
    estimates : DataFrame
        Rows of declared analyses; the raw comparison beside an adjusted one rests on everybody whose outcome is known.
    flow : DataFrame
        All chains.

    Returns
    -------
    list of str
        Empty when every number rests on the people the flow says.
    """
    analysed = flow.loc[flow["node"].eq("analysed") & flow["group"].eq(EVERYBODY)].set_index("chain")["n"]
    of_groups = estimates["group_b"].ne("") | (estimates["estimand"].isin(ANALYSED_ESTIMANDS) & estimates["term"].eq(EVERYBODY))
    raw = estimates["note"].str.contains(r"\bexact_raw\b")
    rows = estimates.loc[estimates["role"].ne("") & estimates["level"].eq(EVERYBODY) & of_groups & ~raw]
    outcome = rows["outcome"] + ("@" + rows["wave"]).where(rows["wave"].ne(""), "")
    expected = ("analysed:" + rows["analysis"] + ":" + outcome).map(analysed)
    wrong = rows.loc[rows["n"].ne(expected).fillna(True)]
    return [f"{row.analysis} {row.outcome} {row.estimand}: n = {row.n}, flow says {expected[row.Index]}" for row in wrong.itertuples()]
