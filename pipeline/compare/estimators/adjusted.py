"""Adjusted difference: linear regression of the outcome on the group and the covariates.

One column per effect, so that an effect within a subgroup is a coefficient and
an interaction the difference of two. What cannot be estimated is a row with a
note; the estimate itself stands where only its error is unknown. Of shares with
too few people who did, or did not, in an arm the raw comparison by an exact test
stands beside it, and is the finding.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.compare.gather.comparison import FIRST, Comparison, complete, four_cells, row_of, two_groups
from pipeline.compare.gather.design import covariate_design, hardly_varies, people_problem
from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.numbers.contingency_tables import fisher_p
from pipeline.compare.numbers.regression import cr2, hc3_covariance, independent_columns, least_squares, rests_on_one_row
from pipeline.compare.numbers.risks import newcombe_difference
from pipeline.compare.numbers.student import critical_value, two_sided_p

if TYPE_CHECKING:
    from statsmodels.regression.linear_model import RegressionResults
from pipeline.spec.vocabulary import EVERYBODY

EXACT_FIT = 1e-20
"""Residual over total sum of squares below which the model reproduces the outcome exactly."""
FEW_DF = 4.0
"""Below this, Satterthwaite's approximation is not to be trusted (Pustejovsky and Tipton 2018)."""

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
    outcome: np.ndarray
    clusters: np.ndarray | None
    """Cluster of each row as whole numbers; None when rows are independent."""
    confidence: float
    kind: str
    """Of the outcome: ``number`` or ``share``."""

    def hardly_varies(self, effect: _Effect) -> bool:
        """Say whether no error can be taken from one of the arms of an effect."""
        return any(hardly_varies(self.outcome[arm], self.kind) for arm in effect.arms)


def adjusted(comparison: Comparison) -> list[dict[str, object]]:
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


def _estimate(comparison: Comparison, people: pd.DataFrame, by: str | None) -> list[dict[str, object]]:
    effects = _overall(comparison, people) if by is None else _within(comparison, people, by)
    problem = people_problem(people, comparison.outcome)
    solve = _unsolved(problem) if problem else _solver(comparison, people, by, effects)
    rows = []
    for effect in effects:
        rows.append(_row(comparison, people, by, effect, solve(effect)))
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
    first = people[FIRST].to_numpy() == 1
    levels = {str(level): (people[by] == level).to_numpy() for level in people[by].cat.categories}
    arms = {level: (inside & first, inside & ~first) for level, inside in levels.items()}
    known = {level: all(arm.any() for arm in arms[level]) for level in levels}
    rows = [
        _Effect(
            ESTIMANDS[comparison.kind],
            f"{by}={level}",
            comparison.difference,
            {level: 1.0} if known[level] else {},
            levels[level],
            arms[level],
            tested=False,
        )
        for level in levels
    ]
    reference, *others = levels
    everybody = np.ones(len(people), dtype=bool)
    rows += [
        _Effect(
            "interaction",
            EVERYBODY,
            f"{by}={level} - {by}={reference}",
            {level: 1.0, reference: -1.0} if known[level] and known[reference] else {},
            everybody,
            arms[level] + arms[reference],
            tested=True,
        )
        for level in others
    ]
    return rows


def _effect_columns(people: pd.DataFrame, by: str | None, effects: Iterable[_Effect]) -> dict[str, np.ndarray]:
    """Give the group indicator, or one per level whose effect can be estimated."""
    first = people[FIRST].to_numpy()
    if by is None:
        return {EVERYBODY: first}
    names = dict.fromkeys(name for effect in effects for name in effect.weights)
    return {name: first * (people[by] == name).to_numpy() for name in names}


def _level_columns(levels: pd.Series) -> np.ndarray:
    """Give one indicator per level that somebody has; together they hold the intercept."""
    return np.column_stack([(levels == level).to_numpy(dtype=float) for level in levels.cat.categories if (levels == level).any()])


def _solver(
    comparison: Comparison, people: pd.DataFrame, by: str | None, wanted: Iterable[_Effect]
) -> Callable[[_Effect], dict[str, object]]:
    """Fit once and give the function that reads one effect from the fit."""
    effects = _effect_columns(people, by, wanted)
    base = np.ones((len(people), 1)) if by is None else _level_columns(people[by])
    covariates = covariate_design(people, tuple(name for name in comparison.covariates if name != by))
    design = np.column_stack([base, covariates.matrix, *effects.values()])
    kept = independent_columns(design)
    notes = list(covariates.notes)
    if not kept[base.shape[1] : design.shape[1] - len(effects)].all():
        notes.append("covariates_collinear")
    if not kept[design.shape[1] - len(effects) :].all():
        return _unsolved("group_collinear")
    design = design[:, kept]
    if design.shape[0] <= design.shape[1]:
        return _unsolved("too_few_people")
    outcome = people[comparison.outcome].to_numpy()
    clusters = np.unique(people[CLUSTER].to_numpy(), return_inverse=True)[1] if comparison.clustered else None
    model = _Model(least_squares(design, outcome), outcome, clusters, comparison.confidence, comparison.kind)
    names = list(effects)

    def solve(effect: _Effect) -> dict[str, object]:
        contrast = np.zeros(design.shape[1])
        for name, weight in effect.weights.items():
            contrast[names.index(name) - len(names)] = weight
        empty: dict[str, object] = {"note": "one_group_empty"}
        numbers = _numbers(model, contrast, effect) if effect.weights else empty
        remarks = [*notes, *(_cluster_notes(people, effect) if comparison.clustered else []), str(numbers["note"])]
        return numbers | {"note": " ".join(filter(None, remarks))}

    return solve


def _unsolved(note: str) -> Callable[[_Effect], dict[str, object]]:
    """Give the function that answers every effect with the reason why there is no number."""
    return lambda effect: {"note": note}


def _numbers(model: _Model, contrast: np.ndarray, effect: _Effect) -> dict[str, object]:
    """Give estimate, error, interval and test of one effect, or the reason why some are missing."""
    fit, clusters = model.fit, model.clusters
    estimate = float(contrast @ fit.params)
    problem = _error_problem(model, contrast, effect)
    if problem:
        return {"estimate": estimate, "note": problem}
    together = clusters is None and model.hardly_varies(effect)
    variance, df = _variance(model, contrast, together)
    error = float(np.sqrt(variance))
    if not (error > 0 and df > 0):
        return {"estimate": estimate, "note": "too_few_people"}
    reach = critical_value(model.confidence, df) * error
    numbers: dict[str, object] = {"estimate": estimate, "std_error": error, "df": df}
    numbers |= {"conf_low": estimate - reach, "conf_high": estimate + reach}
    if effect.tested:
        numbers |= {"statistic": estimate / error, "p_value": two_sided_p(estimate / error, df)}
    return numbers | {"note": HARDLY_VARIES if together else "df_below_4" if clusters is not None and df < FEW_DF else ""}


def _variance(model: _Model, contrast: np.ndarray, together: bool) -> tuple[float, float]:
    """Give the variance of an effect and its degrees of freedom; that of one common variance, where an arm's own cannot be taken and it is larger."""
    fit = model.fit
    if model.clusters is not None:
        robust = cr2(fit.model.exog, fit.resid, model.clusters)
        return float(contrast @ robust.covariance @ contrast), robust.satterthwaite(contrast)
    covariances = [hc3_covariance(fit), *([fit.cov_params()] if together else [])]
    return max(float(contrast @ covariance @ contrast) for covariance in covariances), float(fit.df_resid)


def _error_problem(model: _Model, contrast: np.ndarray, effect: _Effect) -> str:
    """Give the reason why an effect has no standard error; empty when it has one."""
    clusters = model.clusters
    total = ((model.outcome - model.outcome.mean()) ** 2).sum()
    if model.kind == "share" and model.hardly_varies(effect):
        return FEW_EVENTS
    if model.fit.ssr <= EXACT_FIT * total:
        return "perfect_fit"
    if clusters is not None and any(len(np.unique(clusters[arm])) < 2 for arm in effect.arms):
        return "arm_under_two_clusters"
    if clusters is None and rests_on_one_row(model.fit, contrast):
        return "too_few_people"
    return HARDLY_VARIES if clusters is not None and model.hardly_varies(effect) else ""


def _cluster_notes(people: pd.DataFrame, effect: _Effect) -> list[str]:
    """Say when a cluster holds people of one group only."""
    groups = people.loc[effect.people].groupby(CLUSTER, observed=True)[FIRST].nunique()
    return ["single_group_clusters"] if (groups < 2).any() else []


def _exact_raw(comparison: Comparison, effect: _Effect) -> dict[str, object]:
    """Compare the raw shares of everybody whose outcome, and level, is known."""
    variable, _, code = effect.level.partition("=")
    inside = comparison.frame if effect.level == EVERYBODY else comparison.frame.loc[comparison.frame[variable] == code]
    raw = replace(comparison, frame=inside, covariates=(), by=(), clustered=False)
    groups = two_groups(raw)
    cells = four_cells(groups)
    difference = newcombe_difference(cells, comparison.confidence)
    own = {"estimator": "risk_difference", "level": effect.level, "covariates": ""}
    numbers: dict[str, object] = {name: getattr(difference, name) for name in ("estimate", "conf_low", "conf_high")}
    if effect.tested:
        numbers["p_value"] = fisher_p(cells)
    ignored = " clusters_ignored" if comparison.clustered else ""
    return row_of(raw, groups, "risk_difference", comparison.difference, "share") | own | numbers | {"note": EXACT_RAW + ignored}


def _row(comparison: Comparison, people: pd.DataFrame, by: str | None, effect: _Effect, numbers: dict[str, object]) -> dict[str, object]:
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
