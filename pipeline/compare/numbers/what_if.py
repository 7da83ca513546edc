"""How strong something unmeasured, or unlike among those lost, would have to be to change a result.

All closed forms. PySensemakr and EValue need versions of packages that this project
does not run on.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from pipeline.compare.numbers.student import critical_value


def e_value(ratio: float) -> float:
    """Give how strongly something unmeasured must go with both group and outcome to explain a ratio of shares away.

    Parameters
    ----------
    ratio : float
        Above 0; below 1 it is turned round.

    Returns
    -------
    float
        As a ratio of shares, at least 1.

    References
    ----------
    VanderWeele and Ding (2017), Annals of Internal Medicine 167:268-274.
    """
    above = max(ratio, 1 / ratio)
    return above + sqrt(above * (above - 1))


def e_value_of_limit(ratio: float, low: float, high: float) -> float:
    """Give the same for the end of the interval that is nearer to 1; 1 where the interval holds 1."""
    return 1.0 if low <= 1 <= high else e_value(low if ratio > 1 else high)


@dataclass(frozen=True)
class LinearEffect:
    """The group's coefficient in a linear model with one common variance.

    Attributes
    ----------
    estimate, std_error, df : float
    """

    estimate: float
    std_error: float
    df: float

    def robustness_value(self, confidence: float = 0.0) -> float:
        """Give which share of what is left of group and outcome something unmeasured must explain to make the estimate 0.

        Parameters
        ----------
        confidence : float
            Above 0: to make its interval at this confidence reach 0; Student's value is that with one degree of freedom less.

        References
        ----------
        Cinelli and Hazlett (2020), Journal of the Royal Statistical Society B 82:39-67.
        """
        strength = abs(self.estimate / self.std_error) / sqrt(self.df)
        if confidence:
            chance = critical_value(confidence, self.df - 1) / sqrt(self.df - 1)
            if strength >= 1 / chance:
                return (strength**2 - chance**2) / (1 + strength**2)
            strength = max(0.0, strength - chance)
        return (sqrt(strength**4 + 4 * strength**2) - strength**2) / 2

    def remaining(self, with_group: float, with_outcome: float) -> float:
        """Give what would be left of the estimate beside something as strong as a covariate.

        Parameters
        ----------
        with_group, with_outcome : float
            Share of what the other columns leave of the group, and of what these and the group leave of the outcome,
            that the covariate explains.

        Returns
        -------
        float
            NaN where nothing as strong can be beside the covariate.
        """
        if with_group >= 0.5 or with_outcome >= 1:
            return float("nan")
        group = with_group / (1 - with_group)
        overlap = with_group**2 / ((1 - with_group) ** 2)
        outcome = min(1.0, ((1 + sqrt(overlap)) / sqrt(1 - overlap)) ** 2 * with_outcome / (1 - with_outcome))
        bias = sqrt(outcome * group / (1 - group)) * self.std_error * sqrt(self.df)
        return self.estimate - float(np.sign(self.estimate)) * bias


def share_explained(basis: np.ndarray, columns: np.ndarray, values: np.ndarray) -> float:
    """Give which share of what a basis leaves of some values is explained by more columns.

    Parameters
    ----------
    basis : array (n, p)
        Orthonormal.
    columns : array (n, q)
    values : array (n,)
    """
    left = values - basis @ (basis.T @ values)
    own = columns - basis @ (basis.T @ columns)
    vectors, sizes, _ = np.linalg.svd(own, full_matrices=False)
    nothing = 1e-9 * float(np.linalg.norm(columns))
    kept = vectors[:, np.flatnonzero(sizes > nothing)]
    return float(((kept.T @ left) ** 2).sum() / (left @ left))
