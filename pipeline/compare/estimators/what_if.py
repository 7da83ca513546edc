"""What if something was not measured, or those lost are unlike those known: how strong it must be to change the result.

Beside an adjusted difference. The robustness value (Cinelli and Hazlett 2020) says
what share of the rest of group and outcome something unmeasured must explain; what
would remain of the difference beside something as strong as each covariate makes that
a size one knows. The E-value (VanderWeele and Ding 2017) says the same of a ratio of
shares. The tipping point says how unlike the rest of the first group those of it who
are lost must be, if those lost of the second are like the rest, for the difference to
vanish. They are arithmetic on the result: they show nothing about what is there.
"""

import numpy as np

from pipeline.compare.gather.cohort import Row
from pipeline.compare.gather.comparison import FIRST, Comparison, complete
from pipeline.compare.gather.design import covariate_design
from pipeline.compare.gather.model import Model, model_of, model_row
from pipeline.compare.numbers.glm import fit_glm, separates
from pipeline.compare.numbers.regression import least_squares
from pipeline.compare.numbers.what_if import LinearEffect, e_value, e_value_of_limit, share_explained

E_VALUE, E_LIMIT = "e_value", "e_value_limit"
E_UNITS = {E_VALUE: "ratio", E_LIMIT: "ratio"}
ROBUSTNESS, ROBUSTNESS_LIMIT = "robustness_value", "robustness_value_limit"
REMAINING, TIPPING = "remaining_difference", "tipping_point"
EXACT_FIT = 1e-20


def what_if(comparison: Comparison) -> list[Row]:
    """Say what would change an adjusted difference.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    list of rows
        ``robustness_value`` and ``robustness_value_limit`` (none with clusters, noted ``limit_without_clusters``);
        ``remaining_difference`` per covariate, its reference as term; ``tipping_point``, noted ``nobody_lost``
        or, of shares, ``beyond_all`` where not even all or none would do; of shares ``e_value`` and ``e_value_limit``.
    """
    model = model_of(comparison)
    effect = model if isinstance(model, str) else _effect(model)
    found: dict[str, Row] = {}
    notes: tuple[str, ...] = ()
    problem = effect if isinstance(effect, str) else ""
    if not isinstance(model, str) and not isinstance(effect, str):
        found = {
            ROBUSTNESS: {"estimate": effect.robustness_value()},
            ROBUSTNESS_LIMIT: _limit(comparison, effect),
            **_remaining(comparison, model, effect),
            TIPPING: _tipping(comparison, model, effect.estimate),
            **(_e_values(comparison, model) if comparison.kind == "share" else {}),
        }
        notes = model.notes
    units = {ROBUSTNESS: "share", ROBUSTNESS_LIMIT: "share", TIPPING: ""} | (E_UNITS if comparison.kind == "share" else {})
    rows = [model_row(comparison, name, found.get(name, {"note": problem}), notes, unit) for name, unit in units.items()]
    beside = [
        model_row(comparison, REMAINING, found.get(name, {"note": problem}), notes) | {"term": name} for name in comparison.covariates
    ]
    return rows + beside


def _effect(model: Model) -> LinearEffect | str:
    fit = least_squares(model.design, model.outcome)
    if fit.ssr <= EXACT_FIT * ((model.outcome - model.outcome.mean()) ** 2).sum():
        return "perfect_fit"
    if fit.df_resid < 2:
        return "too_few_people"
    return LinearEffect(float(fit.params[-1]), float(fit.bse[-1]), float(fit.df_resid))


def _limit(comparison: Comparison, effect: LinearEffect) -> Row:
    """Give the robustness value of the interval, which is of independent people."""
    return {"note": "limit_without_clusters"} if comparison.clustered else {"estimate": effect.robustness_value(comparison.confidence)}


def _remaining(comparison: Comparison, model: Model, effect: LinearEffect) -> dict[str, Row]:
    """Give by covariate what would remain, or that nobody differs in it."""
    people = complete(comparison)
    made = {name: covariate_design(people, (name,)).matrix for name in comparison.covariates}
    return {name: _beside(model, effect, columns, _others(made, name)) for name, columns in made.items()}


def _others(made: dict[str, np.ndarray], name: str) -> np.ndarray:
    """Give an orthonormal basis of the intercept and all other covariates."""
    others = np.column_stack([np.ones(len(made[name])), *(columns for other, columns in made.items() if other != name)])
    return np.linalg.svd(others, full_matrices=False)[0][:, : np.linalg.matrix_rank(others)]


def _beside(model: Model, effect: LinearEffect, columns: np.ndarray, others: np.ndarray) -> Row:
    if not columns.size:
        return {"note": "covariate_constant"}
    with_group = np.linalg.qr(np.column_stack([others, model.group]))[0]
    left = effect.remaining(share_explained(others, columns, model.group), share_explained(with_group, columns, model.outcome))
    return {"note": "nothing_as_strong"} if np.isnan(left) else {"estimate": left}


def _tipping(comparison: Comparison, model: Model, difference: float) -> Row:
    """Give how far those lost of the first group must be from those known of it for no difference to be left."""
    own = int((comparison.frame[FIRST] == 1).sum())
    known = int(model.group.sum())
    if own == known:
        return {"note": "nobody_lost"}
    apart = -difference * own / (own - known)
    share = model.outcome[model.group == 1].mean() + apart
    return {"estimate": apart, "note": "beyond_all" if comparison.kind == "share" and not 0 <= share <= 1 else ""}


def _e_values(comparison: Comparison, model: Model) -> dict[str, Row]:
    """Give the E-value of the standardised ratio of shares, and of the end of its interval that is nearer to 1."""
    fit = fit_glm("logistic", model.design, model.outcome, model.clusters)
    if separates(fit.design, fit.outcome, fit.means) or not fit.converged:
        return {name: {"note": "separated"} for name in E_UNITS}
    ratio = fit.ratio(comparison.confidence)
    problem = model.arm_problem("share")
    limit: Row = {"note": problem or "too_few_people"}
    if not (problem or np.isnan(ratio.conf_low)):
        limit = {"estimate": e_value_of_limit(ratio.estimate, ratio.conf_low, ratio.conf_high)}
    return {E_VALUE: {"estimate": e_value(ratio.estimate)}, E_LIMIT: limit}
