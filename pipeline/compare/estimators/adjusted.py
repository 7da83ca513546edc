"""Adjusted difference: linear regression of the outcome on the group and the covariates.

One column per effect, so that an effect within a subgroup is a coefficient and
an interaction the difference of two. What cannot be estimated is a row with a
note; the estimate itself stands where only its error is unknown. Of shares with
too few people who did, or did not, in an arm the raw comparison by an exact test
stands beside it, and is the finding.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.compare.gather.cohort import FEW_DF, Row, notes_joined
from pipeline.compare.gather.comparison import FIRST, Comparison, complete, four_cells, row_of, two_groups
from pipeline.compare.gather.design import full_design, hardly_varies, people_problem
from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.numbers.contingency_tables import fisher_p
from pipeline.compare.numbers.regression import ClusterRobust, cr2, hc3_covariance, least_squares, rests_on_one_row
from pipeline.compare.numbers.risks import newcombe_difference
from pipeline.compare.numbers.student import critical_value, two_sided_p
from pipeline.spec.vocabulary import EVERYBODY

if TYPE_CHECKING:
    from statsmodels.regression.linear_model import RegressionResults

EXACT_FIT = 1e-20
"""Residual over total sum of squares below which the model reproduces the outcome exactly."""
FEW_EVENTS, EXACT_RAW, HARDLY_VARIES = "few_events", "exact_raw", "arm_hardly_varies"
"""Remarks: no error of a share; the exact raw comparison that leads in its place; an error taken from both arms together."""

ESTIMANDS = {"number": "adjusted_mean_difference", "share": "adjusted_risk_difference"}


@dataclass(frozen=True)
class _Effect:
    """A weighted sum of coefficients to report, and the people it rests on."""

    estimand: str
    level: str
    term: str
    weights: dict[str, float]
    """Effect column -> weight; empty when a group is missing."""
    people: np.ndarray
    """Mask of the complete rows it describes."""
    arms: tuple[np.ndarray, ...]
    """Masks that each need two clusters."""
    tested: bool


@dataclass(frozen=True)
class _Model:
    """A fitted model and what the error of its effects depends on."""

    fit: "RegressionResults"
    effects: tuple[str, ...]
    """What the last columns stand for, in their order."""
    clusters: np.ndarray | None
    """Cluster of each row as whole numbers; None when rows are independent."""
    confidence: float
    kind: str
    """Of the outcome: ``number`` or ``share``."""
    notes: tuple[str, ...]
    """On the covariates."""

    @cached_property
    def hc3(self) -> np.ndarray:
        """Covariance of the coefficients, of independent rows."""
        return hc3_covariance(self.fit)

    @cached_property
    def cr2(self) -> ClusterRobust:
        """Covariance of the coefficients and its degrees of freedom, of rows in clusters."""
        assert self.clusters is not None
        return cr2(self.fit.model.exog, self.fit.resid, self.clusters)

    def hardly_varies(self, effect: _Effect) -> bool:
        """Say whether no error can be taken from one of the arms of an effect."""
        return any(hardly_varies(self.fit.model.endog[arm], self.kind) for arm in effect.arms)

    def contrast(self, effect: _Effect) -> np.ndarray:
        """Give the weight of each coefficient."""
        weights = [effect.weights.get(name, 0.0) for name in self.effects]
        return np.concatenate([np.zeros(len(self.fit.params) - len(weights)), weights])


def adjusted(comparison: Comparison) -> list[Row]:
    """Compare the groups among people alike in the covariates.

    Parameters
    ----------
    comparison : Comparison
        Covariates may be empty: then the raw difference, with HC3 or CR2 errors.

    Returns
    -------
    list of rows
        Without ``by`` one row. With ``by``, per variable: a row per level (the
        difference within it, no p-value), and an interaction row with p-value
        for every level but the first. Of shares, a difference noted
        ``few_events`` has no error, and a row of the raw ``risk_difference``
        of everybody whose outcome is known follows, noted ``exact_raw``, with
        Newcombe's interval and, where the difference is tested, Fisher's p-value.
    """
    if not comparison.by:
        return _estimate(comparison, complete(comparison), None)
    return [row for name in comparison.by for row in _estimate(comparison, complete(comparison), name)]


def _estimate(comparison: Comparison, people: pd.DataFrame, by: str | None) -> list[Row]:
    effects = _overall(comparison, people) if by is None else _within(comparison, people, by)
    problem = people_problem(people, comparison.outcome)
    model = problem or _fitted(comparison, people, by, effects)
    rows = []
    for effect in effects:
        numbers: Row = {"note": model} if isinstance(model, str) else _solved(model, people, effect)
        rows.append(_row(comparison, people, by, effect, numbers))
        if FEW_EVENTS in str(rows[-1]["note"]).split() and effect.estimand != "interaction":
            rows.append(_exact_raw(comparison, effect))
    return rows


def _overall(comparison: Comparison, people: pd.DataFrame) -> list[_Effect]:
    first = people[FIRST].to_numpy() == 1
    everybody = np.ones(len(people), dtype=bool)
    return [
        _Effect(ESTIMANDS[comparison.kind], EVERYBODY, comparison.difference, {EVERYBODY: 1.0}, everybody, (first, ~first), tested=True)
    ]


def _within(comparison: Comparison, people: pd.DataFrame, by: str) -> list[_Effect]:
    """Give one effect per level, then what each level's effect exceeds the first level's by."""
    first, everybody = people[FIRST].to_numpy() == 1, np.ones(len(people), dtype=bool)
    levels = {str(level): (people[by] == level).to_numpy() for level in people[by].cat.categories}
    arms = {level: (inside & first, inside & ~first) for level, inside in levels.items()}
    weights = {level: {level: 1.0} if all(arm.any() for arm in arms[level]) else {} for level in levels}
    estimand, (reference, *others) = ESTIMANDS[comparison.kind], levels
    rows = [
        _Effect(estimand, f"{by}={level}", comparison.difference, weights[level], inside, arms[level], tested=False)
        for level, inside in levels.items()
    ]
    for level in others:
        apart = weights[level] | {reference: -1.0} if weights[level] and weights[reference] else {}
        term = f"{by}={level} - {by}={reference}"
        rows.append(_Effect("interaction", EVERYBODY, term, apart, everybody, arms[level] + arms[reference], tested=True))
    return rows


def _effect_columns(people: pd.DataFrame, by: str | None, effects: list[_Effect]) -> dict[str, np.ndarray]:
    """Give the group indicator, or one per level whose effect can be estimated."""
    first = people[FIRST].to_numpy()
    if by is None:
        return {EVERYBODY: first}
    names = dict.fromkeys(name for effect in effects for name in effect.weights)
    return {name: first * (people[by] == name).to_numpy() for name in names}


def _level_columns(levels: pd.Series) -> np.ndarray:
    """Give one indicator per level that somebody has; together they hold the intercept."""
    return np.column_stack([(levels == level).to_numpy(dtype=float) for level in levels.cat.categories if (levels == level).any()])


def _fitted(comparison: Comparison, people: pd.DataFrame, by: str | None, wanted: list[_Effect]) -> _Model | str:
    """Fit once for all effects, or give the reason why no effect can be estimated."""
    effects = _effect_columns(people, by, wanted)
    base = np.ones((len(people), 1)) if by is None else _level_columns(people[by])
    design = full_design(people, base, tuple(name for name in comparison.covariates if name != by), list(effects.values()))
    if isinstance(design, str):
        return design
    clusters = np.unique(people[CLUSTER].to_numpy(), return_inverse=True)[1] if comparison.clustered else None
    fit = least_squares(design.matrix, people[comparison.outcome].to_numpy())
    return _Model(fit, tuple(effects), clusters, comparison.confidence, comparison.kind, design.notes)


def _solved(model: _Model, people: pd.DataFrame, effect: _Effect) -> Row:
    """Give the numbers of one effect, with every remark on them."""
    empty: Row = {"note": "one_group_empty"}
    numbers = _numbers(model, effect) if effect.weights else empty
    alone = "" if model.clusters is None else _cluster_note(people, effect)
    return numbers | {"note": notes_joined(*model.notes, alone, str(numbers["note"]))}


def _numbers(model: _Model, effect: _Effect) -> Row:
    """Give estimate, error, interval and test of one effect, or the reason why some are missing."""
    contrast, clustered = model.contrast(effect), model.clusters is not None
    estimate = float(contrast @ model.fit.params)
    problem = _error_problem(model, contrast, effect)
    if problem:
        return {"estimate": estimate, "note": problem}
    together = not clustered and model.hardly_varies(effect)
    variance, df = _variance(model, contrast, together)
    error = float(np.sqrt(variance))
    if not (error > 0 and df > 0):
        return {"estimate": estimate, "note": "too_few_people"}
    reach = critical_value(model.confidence, df) * error
    numbers: Row = {"estimate": estimate, "std_error": error, "df": df}
    numbers |= {"conf_low": estimate - reach, "conf_high": estimate + reach}
    if effect.tested:
        numbers |= {"statistic": estimate / error, "p_value": two_sided_p(estimate / error, df)}
    return numbers | {"note": HARDLY_VARIES if together else "df_below_4" if clustered and df < FEW_DF else ""}


def _variance(model: _Model, contrast: np.ndarray, together: bool) -> tuple[float, float]:
    """Give the variance of an effect and its degrees of freedom.

    Where an arm's own cannot be taken it is that of one common variance, if that is larger.
    """
    if model.clusters is not None:
        return float(contrast @ model.cr2.covariance @ contrast), model.cr2.satterthwaite(contrast)
    covariances = [model.hc3, *([model.fit.cov_params()] if together else [])]
    return max(float(contrast @ covariance @ contrast) for covariance in covariances), float(model.fit.df_resid)


def _error_problem(model: _Model, contrast: np.ndarray, effect: _Effect) -> str:
    """Give the reason why an effect has no standard error; empty when it has one."""
    clusters, outcome = model.clusters, model.fit.model.endog
    if model.kind == "share" and model.hardly_varies(effect):
        return FEW_EVENTS
    if model.fit.ssr <= EXACT_FIT * ((outcome - outcome.mean()) ** 2).sum():
        return "perfect_fit"
    if clusters is not None and any(len(np.unique(clusters[arm])) < 2 for arm in effect.arms):
        return "arm_under_two_clusters"
    if clusters is None and rests_on_one_row(model.fit, contrast):
        return "too_few_people"
    return HARDLY_VARIES if clusters is not None and model.hardly_varies(effect) else ""


def _cluster_note(people: pd.DataFrame, effect: _Effect) -> str:
    """Say when a cluster holds people of one group only."""
    groups = people.loc[effect.people].groupby(CLUSTER, observed=True)[FIRST].nunique()
    return "single_group_clusters" if (groups < 2).any() else ""


def _exact_raw(comparison: Comparison, effect: _Effect) -> Row:
    """Compare the raw shares of everybody whose outcome, and level, is known."""
    variable, _, code = effect.level.partition("=")
    inside = comparison.frame if effect.level == EVERYBODY else comparison.frame.loc[comparison.frame[variable] == code]
    raw = replace(comparison, frame=inside, covariates=(), by=(), clustered=False)
    groups = two_groups(raw)
    cells = four_cells(groups)
    difference = newcombe_difference(cells, comparison.confidence)
    own = {"estimator": "risk_difference", "level": effect.level, "covariates": ""}
    numbers: Row = {name: getattr(difference, name) for name in ("estimate", "conf_low", "conf_high")}
    if effect.tested:
        numbers["p_value"] = fisher_p(cells)
    ignored = " clusters_ignored" if comparison.clustered else ""
    return row_of(raw, groups, "risk_difference", comparison.difference, "share") | own | numbers | {"note": EXACT_RAW + ignored}


def _row(comparison: Comparison, people: pd.DataFrame, by: str | None, effect: _Effect, numbers: Row) -> Row:
    first = people[FIRST].to_numpy()[effect.people]
    asked = comparison.frame
    if effect.level != EVERYBODY and by is not None:
        asked = asked.loc[asked[by] == effect.level.partition("=")[2]]
    clusters = {"n_clusters": int(people.loc[effect.people, CLUSTER].nunique())} if comparison.clustered else {}
    return {
        "estimand": effect.estimand,
        "term": effect.term,
        "level": effect.level,
        "group_a": comparison.first,
        "group_b": comparison.second,
        "measure_unit": comparison.kind,
        "n": len(first),
        "n_a": int((first == 1).sum()),
        "n_b": int((first == 0).sum()),
        "n_missing": len(asked) - len(first),
        **clusters,
        **numbers,
    }
