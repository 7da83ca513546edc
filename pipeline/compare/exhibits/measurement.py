"""What every scale gets: how well one factor fits its questions, and whether groups and waves answer them alike.

Rows of ``estimates`` with analysis ``factors``. Which groups: those that the study
compares, and the two answers of each question that its analyses are divided by.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from pipeline.compare.exhibits.ordered import ordered_rows, together_rows
from pipeline.compare.exhibits.scales import ITEM_DEVIATES, RMSEA_CONFIDENCE, Scale, scales_of
from pipeline.compare.gather.panel import Panel
from pipeline.compare.gather.protocol import levels_of
from pipeline.compare.measurement.clusters import agreement_within, likeness
from pipeline.compare.measurement.fit import Fitted
from pipeline.compare.measurement.invariance import Step, invariance_steps
from pipeline.compare.measurement.items import item_odds_ratio
from pipeline.compare.measurement.one_factor import one_factor, why_no_model
from pipeline.errors import at_work_on
from pipeline.spec.naming import toml_place
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import CONFIDENCE

INVARIANCE = "invariance"
HOLDS, FAILS = "step_holds", "step_fails"
SCALAR = ("configural_invariance", "metric_invariance", "scalar_invariance")
"""Steps without which means are not comparable."""
Rows = Iterator[dict[str, object]]


def factor_rows(panel: Panel) -> Rows:
    """Give what a factor, groups, waves and clusters say of every scale of three questions or more."""
    scales = list(scales_of(panel))
    for scale in scales:
        with at_work_on(toml_place(panel.study, f"measures '{scale.measure.name}'")):
            for wave, answers in scale.answers.items():
                yield from _one_factor_rows(scale, wave, answers)
                yield from ordered_rows(scale, wave, answers)
                yield from _cluster_rows(scale, wave, answers)
                for name, members in _divided(scale.panel, wave).items():
                    yield from _group_rows(scale, wave, name, {code: answers[own] for code, own in members.items()})
            yield from _wave_rows(scale)
    yield from together_rows(scales)


def _one_factor_rows(scale: Scale, wave: str, answers: np.ndarray) -> Rows:
    found = one_factor(answers, CONFIDENCE)
    asked = int(scale.panel.answered(wave).sum())
    common = scale.common(wave, "factor") | {"n": found.n, "n_missing": asked - found.n, "note": found.note}
    interval = {"conf_low": found.conf_low, "conf_high": found.conf_high, "confidence": CONFIDENCE}
    yield common | {"estimand": "omega_total", "estimate": found.omega} | interval
    if found.fitted is not None:
        yield from (common | row for row in _fit_columns(found.fitted))
        for item, loading in zip(scale.measure.items, found.loadings, strict=True):
            yield common | {"estimand": "loading", "term": item, "estimate": float(loading)}


def _fit_columns(fitted: Fitted) -> Rows:
    """Give chi-square and the indexes of a model; nothing of one that restricts nothing."""
    if fitted.df:
        indexes = fitted.robust()
        test = {"statistic": fitted.scaled, "df": fitted.df, "p_value": fitted.p_value}
        yield {"estimand": "comparative_fit", "estimate": indexes["cfi"]} | test
        yield {"estimand": "tucker_lewis", "estimate": indexes["tli"]}
        ends = {"conf_low": indexes["rmsea_low"], "conf_high": indexes["rmsea_high"], "confidence": RMSEA_CONFIDENCE}
        yield {"estimand": "approximation_error", "estimate": indexes["rmsea"]} | ends
        yield {"estimand": "residual_correlation", "estimate": fitted.srmr(with_means=False)}


def _cluster_rows(scale: Scale, wave: str, answers: np.ndarray) -> Rows:
    """Say how alike the people of one cluster are, and how far they agree, of units that are clustered; who is in none is left out."""
    if scale.panel.cluster is None:
        return
    placed = scale.panel.cluster.notna().to_numpy()
    clusters, answers = scale.panel.cluster.to_numpy()[placed], answers[placed]
    scores = scale.panel.column(f"{scale.measure.name}@{wave}" if wave else scale.measure.name).to_numpy(dtype="float64")[placed]
    alike = likeness(scores, clusters)
    note = "" if np.isfinite(alike.single) else "too_few_people"
    common = scale.common(wave, "clusters") | {"n": alike.people, "n_clusters": alike.clusters, "note": note}
    yield common | {"estimand": "likeness_single", "estimate": alike.single}
    yield common | {"estimand": "likeness_of_means", "estimate": alike.of_means}
    if scale.measure.range:
        least, greatest = scale.measure.range
        agreed = agreement_within(answers, clusters, round(greatest - least) + 1)
        complete = int((~np.isnan(answers).any(axis=1)).sum())
        known = agreed[np.isfinite(agreed)]
        row = common | {"estimand": "agreement_within", "n": complete, "n_clusters": len(known)}
        yield row | {"estimate": float(known.mean()) if len(known) else np.nan, "note": "" if len(known) else "too_few_people"}


def _divided(panel: Panel, wave: str) -> dict[str, dict[str, np.ndarray]]:
    """Mark the members of two groups: of the groups compared, and of every question of two answers that analyses are divided by."""
    found: dict[str, dict[str, np.ndarray]] = {}
    group = panel.study.declaration.sample.group
    if panel.is_grouped and len(panel.group_codes) > 1 and set(panel.group_codes[:2]) <= set(panel.asked_groups(wave)):
        found[group] = {code: (panel.group == code).to_numpy() for code in panel.group_codes[:2]}
    for name in dict.fromkeys(name for one in panel.study.declaration.analyses for name in levels_of(panel.study, one)):
        variable = panel.study.variable.get(name)
        if (
            variable is None
            or variable.type != "select_one"
            or panel.study.unit_of(name) != panel.unit
            or panel.study.waves_of_outcome(name)
        ):
            continue
        codes = panel.levels(name)
        if len(codes.cat.categories) == 2:
            found[name] = {code: (codes == code).to_numpy() for code in codes.cat.categories}
    return found


def _group_rows(scale: Scale, wave: str, name: str, groups: dict[str, np.ndarray]) -> Rows:
    """Compare two groups step by step, and question by question between people alike in the others."""
    sizes = [int((~np.isnan(answers)).any(axis=1).sum()) for answers in groups.values()]
    common = scale.common(wave, INVARIANCE) | {"n": sum(sizes), "n_a": sizes[0], "n_b": sizes[1]}
    note = why_no_model(list(groups.values()))
    if note:
        yield common | {"estimand": SCALAR[0], "term": name, "note": note}
        return
    yield from _omega_rows(common, name, groups)
    steps = invariance_steps(list(groups.values()))
    yield from (common | {"term": name} | row for row in _step_rows(steps))
    deviating = {item for step in steps for item in step.deviating}
    first, second = groups.values()
    for place, item in enumerate(scale.measure.items):
        odds = item_odds_ratio(first, second, place, CONFIDENCE)
        row = {"estimand": "item_odds_ratio", "term": f"{name}*{item}", "measure_unit": "ratio", "confidence": CONFIDENCE}
        note = ITEM_DEVIATES if place in deviating else ""
        yield common | row | (odds.columns() | {"note": note} if odds else {"note": f"{note} not_converged".strip()})


def _omega_rows(common: dict[str, object], name: str, groups: dict[str, np.ndarray]) -> Rows:
    """Give the omega of each group."""
    for code, answers in groups.items():
        found = one_factor(answers, CONFIDENCE)
        interval = {"conf_low": found.conf_low, "conf_high": found.conf_high, "confidence": CONFIDENCE}
        yield common | {"estimand": "omega_in_group", "term": f"{name}={code}", "estimate": found.omega, "note": found.note} | interval


def _step_rows(steps: Iterable[Step]) -> Rows:
    """Give each step: of the first the fit, of the others what was lost."""
    for step in steps:
        indexes = step.fitted.plain()
        own = {"estimate": indexes["cfi"], "effect": indexes["rmsea"]} | {"statistic": step.fitted.scaled, "df": step.fitted.df}
        lost = {"estimate": step.cfi_change, "effect": step.rmsea_change, "statistic": step.statistic, "df": step.df}
        first = step.name == "configural"
        note = "not_converged" if not step.fitted.converged else "" if first else FAILS if step.fails else HOLDS
        test = {"p_value": step.fitted.p_value if first else step.p_value, "effect_kind": "rmsea"}
        yield {"estimand": f"{step.name}_invariance", "note": note} | (own if first else lost) | test


def _wave_rows(scale: Scale) -> Rows:
    """Compare the first wave with each later one, among those who answered in both."""
    first, *later = scale.answers
    for wave in later:
        both = np.hstack([scale.answers[first], scale.answers[wave]])
        there = [(~np.isnan(scale.answers[one])).any(axis=1) for one in (first, wave)]
        both = both[there[0] & there[1]]
        common = scale.common(wave, INVARIANCE) | {"term": first, "n": len(both), "n_missing": int((there[0] | there[1]).sum()) - len(both)}
        note = why_no_model([both], waves=2)
        steps = [] if note else invariance_steps([both], waves=2)
        yield from (common | row for row in (_step_rows(steps) if steps else [{"estimand": SCALAR[0], "note": note}]))


def with_measurement_warnings(study: Study, estimates: pd.DataFrame) -> pd.DataFrame:
    """Note every comparison on a measure that the groups, or the waves, do not answer alike.

    Parameters
    ----------
    study : Study
    estimates : DataFrame
        Table ``estimates``.

    Returns
    -------
    DataFrame
        The same rows; ``not_alike`` noted on what analyses say of differences
        between groups, changes between waves and interactions, of a measure
        whose configural, metric or scalar step fails there.
    """
    failed = estimates[estimates["estimand"].isin(SCALAR) & estimates["note"].str.split().map(lambda codes: FAILS in codes)]
    places = set(zip(failed["outcome"], failed["wave"], failed["term"], strict=True))
    analyses = {one.id: one for one in study.declaration.analyses}
    marked = pd.Series(False, index=estimates.index)
    for row in estimates[estimates["analysis"].isin(list(analyses)) & estimates["outcome"].isin(failed["outcome"])].itertuples():
        analysis = analyses[row.analysis]
        over = [analysis.group or study.declaration.sample.group] if row.group_b else []
        over += [analysis.before] if analysis.before is not None and row.estimand != "n" else []
        over += [row.term.partition("=")[0]] if row.estimand == "interaction" else []
        marked[row.Index] = any((row.outcome, row.wave, name) in places for name in over)
    noted = (estimates["note"] + " not_alike").str.strip()
    return estimates.assign(note=estimates["note"].mask(marked, noted))
