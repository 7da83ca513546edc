"""What every study gets beside its declared analyses: description, reliability and attrition."""

from collections.abc import Iterator

import pandas as pd

from pipeline.compare.comparison import CLUSTER, FIRST, Comparison
from pipeline.compare.estimators.describe import describe
from pipeline.compare.panel import Panel
from pipeline.compare.protocol import run_estimator
from pipeline.spec.study import split_reference

CONFIDENCE = 0.95
ANSWERED = "answered"


def description_rows(panel: Panel) -> Iterator[dict[str, object]]:
    """Describe every outcome in every wave, per group and per level of every subgroup variable.

    Yields
    ------
    dict
        Rows of ``estimates`` with analysis ``description``.
    """
    analyses = panel.study.declaration.analyses
    names = dict.fromkeys(split_reference(outcome)[0] for analysis in analyses for outcome in analysis.outcomes)
    by = tuple(dict.fromkeys(name for analysis in analyses for name in analysis.by))
    for name in names:
        for wave in panel.waves_of(name):
            values = panel.column(f"{name}@{wave}" if wave else name)
            comparison = _sample_comparison(panel, values, panel.study.kind_of(name), by)
            common = _common(panel, "description", name, wave) | {"estimator": "describe", "confidence": CONFIDENCE}
            asked = panel.asked_groups(wave)
            yield from (common | row for row in describe(comparison) if row["term"] in asked)


def attrition_rows(panel: Panel) -> Iterator[dict[str, object]]:
    """Compare how many of each group answered each wave after the first that both groups were asked in.

    Yields
    ------
    dict
        Rows of ``estimates`` with analysis ``attrition`` and outcome ``answered``.
    """
    for wave in panel.study.declaration.waves[1:]:
        if len(wave.asked_of) != 1:
            values = panel.answered(wave.name).astype("float64").rename(ANSWERED)
            rows = run_estimator("risk_difference", _sample_comparison(panel, values, "share", ()))
            yield from (_common(panel, "attrition", ANSWERED, wave.name) | row for row in rows)


def _common(panel: Panel, analysis: str, outcome: str, wave: str) -> dict[str, object]:
    unit = panel.study.declaration.sample.unit
    return {"study": panel.study.id, "analysis": analysis, "outcome": outcome, "unit": unit, "wave": wave}


def _sample_comparison(panel: Panel, values: pd.Series, kind: str, by: tuple[str, ...]) -> Comparison:
    """Compare the sample's own groups on one column, indexed by id."""
    sample = panel.study.declaration.sample
    outcome = str(values.name)
    columns = {outcome: values, FIRST: (panel.group == sample.participant).astype("float64")}
    columns |= {name: panel.column(name) for name in by}
    if sample.cluster is not None:
        columns[CLUSTER] = panel.people[sample.cluster].astype("str")
    return Comparison(
        outcome=outcome,
        kind=kind,
        frame=pd.DataFrame(columns).loc[panel.group.isin([sample.participant, sample.control])],
        covariates=(),
        by=by,
        clustered=sample.cluster is not None,
        confidence=CONFIDENCE,
        first=sample.participant,
        second=sample.control,
    )


def reliability_rows(panel: Panel) -> Iterator[dict[str, object]]:
    """Give Cronbach's alpha of every scale in every wave, as rows of ``estimates``."""
    for row in panel.scored.reliability.itertuples(index=False):
        yield {
            "study": panel.study.id,
            "analysis": "measurement",
            "estimator": "alpha",
            "estimand": "cronbach_alpha",
            "outcome": row.measure,
            "unit": row.unit,
            "wave": row.wave,
            "level": "all",
            "measure_unit": "index",
            "estimate": row.alpha,
            "conf_low": row.conf_low,
            "conf_high": row.conf_high,
            "confidence": row.confidence,
            "n": row.n,
            "n_missing": row.n_missing,
            "note": row.note,
        }
