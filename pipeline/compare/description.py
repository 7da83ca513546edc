"""What every study gets beside its declared analyses: description, reliability and attrition."""

from collections.abc import Iterator

import pandas as pd

from pipeline.compare.cells import asked_groups
from pipeline.compare.columns import column_of, sample_units
from pipeline.compare.comparison import CLUSTER, FIRST, Comparison
from pipeline.compare.estimators.describe import describe
from pipeline.compare.protocol import answered, run_estimator
from pipeline.spec.study import Study, split_reference
from pipeline.tables.results import Cleaned, Scored

CONFIDENCE = 0.95
ANSWERED = "answered"


def description_rows(study: Study, cleaned: Cleaned, scored: Scored) -> Iterator[dict[str, object]]:
    """Describe every outcome in every wave, per group and per level of every subgroup variable.

    Yields
    ------
    dict
        Rows of ``estimates`` with analysis ``description``.
    """
    analyses = study.declaration.analyses
    names = dict.fromkeys(split_reference(outcome)[0] for analysis in analyses for outcome in analysis.outcomes)
    by = tuple(dict.fromkeys(name for analysis in analyses for name in analysis.by))
    for name in names:
        for wave in _waves_of(study, name):
            values = column_of(study, cleaned, scored, f"{name}@{wave}" if wave else name)
            levels = [column_of(study, cleaned, scored, variable) for variable in by]
            comparison = _sample_comparison(study, cleaned, values, levels)
            common = {"study": study.id, "analysis": "description", "estimator": "describe", "outcome": name, "wave": wave}
            asked = asked_groups(study, wave)
            yield from (
                common | {"unit": study.declaration.sample.unit, "confidence": CONFIDENCE} | row
                for row in describe(comparison)
                if row["term"] in asked
            )


def _waves_of(study: Study, name: str) -> tuple[str, ...]:
    waves = study.waves_of_measure(study.measure[name]) if name in study.measure else study.waves_of(study.variable[name])
    return waves or ("",)


def _sample_comparison(study: Study, cleaned: Cleaned, values: pd.Series, by: list[pd.Series]) -> Comparison:
    """Compare the sample's own groups on one column, indexed by id."""
    sample = study.declaration.sample
    people = sample_units(study, cleaned)
    group = people[sample.group]
    outcome = str(values.name)
    columns = {outcome: values, FIRST: (group == sample.participant).astype("float64"), **{str(level.name): level for level in by}}
    if sample.cluster is not None:
        columns[CLUSTER] = people[sample.cluster].astype("str")
    return Comparison(
        outcome=outcome,
        kind="share" if outcome == ANSWERED else study.kind_of(split_reference(outcome)[0]),
        frame=pd.DataFrame(columns).loc[group.isin([sample.participant, sample.control])],
        covariates=(),
        by=tuple(str(level.name) for level in by),
        clustered=sample.cluster is not None,
        confidence=CONFIDENCE,
        first=sample.participant,
        second=sample.control,
    )


def attrition_rows(study: Study, cleaned: Cleaned) -> Iterator[dict[str, object]]:
    """Compare how many of each group answered each wave after the first that both groups were asked in.

    Yields
    ------
    dict
        Rows of ``estimates`` with analysis ``attrition`` and outcome ``answered``.
    """
    for wave in study.declaration.waves[1:]:
        if len(wave.asked_of) == 1:
            continue
        values = answered(study, cleaned, wave.name).astype("float64").rename(ANSWERED)
        common = {"study": study.id, "analysis": "attrition", "outcome": ANSWERED, "unit": study.declaration.sample.unit}
        rows = run_estimator("risk_difference", _sample_comparison(study, cleaned, values, []))
        yield from (common | {"wave": wave.name} | row for row in rows)


def reliability_rows(study: Study, scored: Scored) -> Iterator[dict[str, object]]:
    """Give Cronbach's alpha of every scale in every wave, as rows of ``estimates``."""
    for row in scored.reliability.itertuples(index=False):
        yield {
            "study": study.id,
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
