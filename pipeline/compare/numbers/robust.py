"""A weighted sum of a linear model's coefficients with an error that needs no common variance: HC3, HC2, or CR2 of clusters."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from pipeline.compare.numbers.glm import tested
from pipeline.compare.numbers.regression import cr2, hc3_covariance, rests_on_one_row

if TYPE_CHECKING:
    from statsmodels.regression.linear_model import RegressionResults

EXACT_FIT = 1e-20
"""Residual over total sum of squares below which the model reproduces the outcome exactly."""


def robust_contrast(
    fit: "RegressionResults",
    contrast: np.ndarray,
    clusters: np.ndarray | None,
    confidence: float,
    covariance_of: "Callable[[RegressionResults], np.ndarray]" = hc3_covariance,
) -> dict[str, object]:
    """Test a weighted sum of coefficients by Student's t.

    Parameters
    ----------
    fit : RegressionResults
    contrast : array (p,)
    clusters : array (n,) or None
        CR2 with Satterthwaite's degrees of freedom where there are any.
    confidence : float
        0-1.
    covariance_of : function
        Of independent rows, with n - p degrees of freedom.

    Returns
    -------
    dict
        Columns of ``estimates``. The estimate alone, with a note, where the model fits everybody (``perfect_fit``), or the
        sum by one row (``too_few_people``).
    """
    estimate, outcome = float(contrast @ fit.params), fit.model.endog
    if fit.ssr <= EXACT_FIT * max(((outcome - outcome.mean()) ** 2).sum(), 1e-300):
        return {"estimate": estimate, "note": "perfect_fit"}
    if clusters is None:
        if rests_on_one_row(fit, contrast):
            return {"estimate": estimate, "note": "too_few_people"}
        error, df = float(np.sqrt(contrast @ covariance_of(fit) @ contrast)), float(fit.df_resid)
    else:
        robust = cr2(fit.model.exog, fit.resid, clusters)
        error, df = float(np.sqrt(contrast @ robust.covariance @ contrast)), robust.satterthwaite(contrast)
    return tested(estimate, error, df, confidence).columns()
