"""What every study gets beside its declared analyses: description, reliability and attrition."""

from collections.abc import Iterator

import pandas as pd

from pipeline.compare.estimators.describe import describe
from pipeline.compare.gather.comparison import FIRST, Comparison
from pipeline.compare.gather.panel import CLUSTER, Panel
from pipeline.compare.gather.protocol import levels_of, per_levels, run_estimator, unit_of_analysis
from pipeline.compare.registry import ESTIMATORS
from pipeline.spec.naming import split_reference
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import ANSWERED, CARELESS, CONFIDENCE, EVERYBODY


def description_rows(panel: Panel) -> Iterator[dict[str, object]]:
    """Describe every outcome in every wave, per group and per level of every subgroup variable.

    Yields
    ------
    dict
        Rows of ``estimates`` with analysis ``description``. Outcomes that are
        categories are shown in tables of answers instead.
    """
    study = panel.study
    for name in _described_names(study):
        own = panel.on(study.unit_of(name))
        by = levels_described(own)
        for wave in panel.waves_of(name):
            values = own.column(f"{name}@{wave}" if wave else name)
            common = _common(own, "description", name, wave) | {"estimator": "describe", "confidence": CONFIDENCE}
            compared = _comparison(own, values, study.kind_of(name), by, _groups(own))
            yield from (common | row for row in describe(compared) if row["term"] in own.asked_groups(wave))


def care_rows(panel: Panel) -> Iterator[dict[str, object]]:
    """Give how many in each group have each sign that they answered without care, and how many are flagged, as rows of ``estimates``."""
    for name in (one.name for one in panel.study.declaration.measures if one.rule == CARELESS):
        own = panel.on(panel.study.unit_of(name))
        for wave in panel.waves_of(name):
            values = own.column(f"{name}@{wave}" if wave else name)
            common = _common(own, "care", name, wave) | {"estimator": "describe", "confidence": CONFIDENCE}
            described = describe(_comparison(own, values, "share", (), _groups(own)))
            yield from (common | row for row in described if row["estimand"] == "share" and row["term"] in own.asked_groups(wave))


def _described_names(study: Study) -> list[str]:
    """Give the outcomes of all analyses; of a category, or a time that may be cut off, there is no mean."""
    timed = [name for name, estimator in ESTIMATORS.items() if "event" in estimator.needs]
    analyses = [analysis for analysis in study.declaration.analyses if analysis.estimator not in timed]
    names = dict.fromkeys(split_reference(outcome)[0] for analysis in analyses for outcome in analysis.outcomes)
    return [name for name in names if study.kind_of(name) != "category"]


def levels_described(panel: Panel) -> tuple[str, ...]:
    """Give the subgroups of all analyses about a unit."""
    analyses = [one for one in panel.study.declaration.analyses if unit_of_analysis(panel.study, one) == panel.unit]
    return tuple(dict.fromkeys(name for analysis in analyses for name in levels_of(panel.study, analysis)))


def level_rows(panel: Panel) -> Iterator[dict[str, object]]:
    """Describe every outcome in every wave for everybody, at each level that a report is made of.

    Yields
    ------
    dict
        Rows of ``estimates`` with analysis ``levels``: for all units together
        (level ``all``) and at each level, whatever group they belong to.
    """
    study = panel.study
    for name in _described_names(study):
        own = panel.on(study.unit_of(name))
        per = per_levels(study, own.unit)
        for wave in panel.waves_of(name) if per else ():
            values = own.column(f"{name}@{wave}" if wave else name)
            everybody = _comparison(own, values, study.kind_of(name), per, {EVERYBODY: own.group.isin(own.asked_groups(wave))})
            common = _common(own, "levels", name, wave) | {"estimator": "describe", "confidence": CONFIDENCE}
            yield from (common | row for row in describe(everybody) if row["term"])


def attrition_rows(panel: Panel) -> Iterator[dict[str, object]]:
    """Compare how many of each group answered each wave after the first that both groups were asked in.

    Yields
    ------
    dict
        Rows of ``estimates`` with analysis ``attrition`` and outcome
        ``answered``: the raw comparison, and where a cluster is declared the
        one whose error allows for it; none where no groups are compared.
    """
    for wave in panel.study.declaration.waves[1:] if panel.is_grouped else ():
        if len(wave.asked_of) != 1:
            values = panel.answered(wave.name).astype("float64").rename(ANSWERED)
            compared, common = _comparison(panel, values, "share", (), _groups(panel)), _common(panel, "attrition", ANSWERED, wave.name)
            yield from (common | row for row in run_estimator("risk_difference", compared))
            if compared.clustered:
                yield common | run_estimator("adjusted", compared)[0]


def _common(panel: Panel, analysis: str, outcome: str, wave: str) -> dict[str, object]:
    return {"study": panel.study.id, "analysis": analysis, "outcome": outcome, "unit": panel.unit, "wave": wave}


def _groups(panel: Panel) -> dict[str, pd.Series]:
    """Mark the members of the unit's own two groups; without groups everybody."""
    return {code: panel.group == code for code in panel.group_codes[:2]}


def _comparison(panel: Panel, values: pd.Series, kind: str, by: tuple[str, ...], members: dict[str, pd.Series]) -> Comparison:
    """Compare one or two groups, by code, on one column indexed by id."""
    first, second = (*members, "")[:2]
    columns = {str(values.name): values, FIRST: members[first].astype("float64"), **{name: panel.levels(name) for name in by}}
    if panel.cluster is not None:
        columns[CLUSTER] = panel.cluster
    frame = pd.DataFrame(columns).loc[pd.concat(members, axis="columns").any(axis="columns")]
    return Comparison(str(values.name), kind, frame, (), by, panel.cluster is not None, CONFIDENCE, first, second)


def alpha_rows(panel: Panel) -> Iterator[dict[str, object]]:
    """Give Cronbach's alpha of every scale in every wave, and what each item adds to it, as rows of ``estimates``."""
    for row in panel.scored.reliability.itertuples(index=False):
        common = {
            "study": panel.study.id,
            "analysis": "measurement",
            "estimator": "alpha",
            "outcome": row.measure,
            "unit": row.unit,
            "wave": row.wave,
            "level": EVERYBODY,
            "measure_unit": "index",
            "n": row.n,
            "n_missing": row.n_missing,
        }
        if row.item:
            added = {"item_rest_correlation": row.item_rest, "alpha_if_dropped": row.alpha}
            yield from (
                common | {"estimand": name, "term": row.item, "estimate": value} for name, value in added.items() if pd.notna(value)
            )
        else:
            interval = {"conf_low": row.conf_low, "conf_high": row.conf_high, "confidence": row.confidence}
            yield common | {"estimand": "cronbach_alpha", "estimate": row.alpha, "note": row.note} | interval


def imputation_rows(panel: Panel) -> Iterator[dict[str, object]]:
    """Say of everything that was imputed how far it is from what is known, and whether the chains tell the same, as rows of ``estimates``."""
    for row in panel.scored.imputation.itertuples(index=False):
        common = {
            "study": panel.study.id,
            "analysis": "imputation",
            "estimator": "imputation",
            "outcome": row.outcome,
            "unit": row.unit,
            "wave": row.wave,
            "level": EVERYBODY,
            "term": EVERYBODY,
            "measure_unit": "index",
            "n": row.n,
            "note": row.note,
        }
        if row.note or row.n > 0:
            yield common | {"estimand": "imputed_apart", "estimate": row.apart}
            yield common | {"estimand": "chains_apart", "estimate": row.chains}
