"""Rubin's rules with Barnard and Rubin's degrees of freedom against R's mice, on the imputations that mice saved."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.numbers.glm import fit_glm
from pipeline.compare.numbers.pooling import pooled
from pipeline.compare.numbers.regression import least_squares
from tests.reference.agreement import ENTRIES, compare

MODELS = {
    "open/o.univbct.mice": ("JOBSAT2", ["JOBSAT1", "COMMIT1", "AGE"]),
    "open/o.bfi.mice_logit": ("male", ["N1", "N2", "age"]),
    "simtrs/o.simtrs.ti.mice": ("ti_t2", ["treat", "ti_t1", "age"]),
    "simtrs/o.simtrs.applied.mice_logit": ("applied", ["treat", "ti_t1", "age"]),
}
"""Entry -> outcome and covariates of the model that is fitted to each imputation."""


def fitted(people: pd.DataFrame, outcome: str, covariates: list[str], logistic: bool) -> tuple[np.ndarray, np.ndarray]:
    """Give coefficients and their errors under the model's own variance, as R's lm and glm do."""
    design = np.column_stack([np.ones(len(people)), people[covariates].to_numpy()])
    answers = people[outcome].to_numpy(dtype="float64")
    if not logistic:
        fit = least_squares(design, answers)
        return np.asarray(fit.params), np.asarray(fit.bse)
    means = fit_glm("logistic", design, answers, None)
    information = design.T @ (design * (means.means * (1 - means.means))[:, None])
    return means.coefficients, np.sqrt(np.diag(np.linalg.inv(information)))


@pytest.mark.parametrize("entry_id", list(MODELS))
def test_pooling_saved_imputations_equals_mice(validation: Path, entry_id: str) -> None:
    outcome, covariates = MODELS[entry_id]
    folder = validation if entry_id.startswith("open/") else validation / "simtrs"
    rows = pd.read_csv(folder / ENTRIES[entry_id]["value"]["imputations_file"])
    fits = [fitted(people, outcome, covariates, "logit" in entry_id) for _, people in rows.groupby(".imp")]
    estimates, errors = (np.array(part) for part in zip(*fits, strict=True))
    df = float((rows[".imp"] == 1).sum() - len(covariates) - 1)
    found = {name: pooled(estimates[:, place], errors[:, place], df, 0.95) for place, name in enumerate(["(Intercept)", *covariates])}
    columns = {"est": "estimate", "se": "std_error", "df_barnard_rubin": "df", "p": "p_value", "ci_low": "conf_low", "ci_high": "conf_high"}
    ours = {name: {term: getattr(one.test, column) for term, one in found.items()} for name, column in columns.items()}
    ours["t_total_var"] = {term: one.test.std_error**2 for term, one in found.items()}
    compare(entry_id, {"m": len(fits), **ours, "fmi": {term: one.missing_information for term, one in found.items()}})
