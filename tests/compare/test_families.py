from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.families import adjust_families, benjamini_hochberg, bonferroni, hochberg, holm

R_PRINTS = 1e-8
METHODS = {"holm": holm, "hochberg": hochberg, "bonferroni": bonferroni, "BH": benjamini_hochberg}


@pytest.mark.parametrize("entry", ["o.jobs2.padjust", "o.simtrs.padjust"])
@pytest.mark.parametrize("name", METHODS)
def test_adjusted_p_values_agree_with_r(r_entries: dict, entry: str, name: str) -> None:
    value = r_entries[entry]["value"]
    adjusted = METHODS[name](np.array(list(value["p"].values())))
    assert adjusted == pytest.approx(list(value[name].values()), rel=R_PRINTS)


def test_holm_multiplies_by_those_left_and_never_falls() -> None:
    assert holm(np.array([0.04, 0.01, 0.03])) == pytest.approx([max(2 * 0.03, 0.04), 3 * 0.01, 2 * 0.03])


@pytest.mark.parametrize("method", METHODS.values())
def test_one_test_alone_is_not_adjusted(method: Callable[[np.ndarray], np.ndarray]) -> None:
    assert method(np.array([0.03])).tolist() == [0.03]


def test_families_are_adjusted_apart_and_without_their_ratios() -> None:
    rows = [
        ("a", "mean_difference", 0.01),
        ("a", "risk_difference", 0.03),
        ("a", "risk_ratio", 0.03),
        ("a", "adjusted_mean_difference", np.nan),
        ("b", "interaction", 0.04),
        ("", "mean_difference", 0.05),
    ]
    estimates = pd.DataFrame(rows, columns=["family", "estimand", "p_value"]).assign(p_adjusted=np.nan, p_adjustment="")
    adjusted = adjust_families(estimates)
    assert adjusted["p_adjusted"].tolist() == pytest.approx([2 * 0.01, 0.03, np.nan, np.nan, 0.04, np.nan], nan_ok=True)
    assert adjusted["p_adjustment"].tolist() == ["holm", "holm", "", "", "holm", ""]
    assert estimates["p_adjusted"].isna().all()
