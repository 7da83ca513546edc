"""Detectable differences beside primary comparisons."""

from collections import Counter

import pytest

from pipeline.compare.detectable import detectable_rows
from pipeline.compare.numbers.power import detectable_difference
from tests.compare.conftest import Made

ALONE: Counter[str] = Counter()
COMPARED = {
    "role": "primary",
    "level": "all",
    "estimator": "adjusted",
    "estimand": "adjusted_mean_difference",
    "estimate": 3.0,
    "std_error": 0.2,
    "df": 18.0,
    "confidence": 0.95,
    "n": 60,
}


def test_it_follows_from_error_and_degrees_of_freedom_and_not_from_what_was_found() -> None:
    [row] = detectable_rows([COMPARED], ALONE)
    [other] = detectable_rows([COMPARED | {"estimate": -0.1}], ALONE)
    assert row["estimate"] == other["estimate"] == pytest.approx(detectable_difference(0.2, 18))
    assert (row["estimand"], row["reference_value"], row["n"]) == ("detectable_difference", 0.8, 60)


@pytest.mark.parametrize("tests", [1, 2, 6])
def test_in_a_family_it_is_that_of_the_first_step_of_holm(tests: int) -> None:
    [row] = detectable_rows([COMPARED | {"family": "primary"}], Counter(primary=tests))
    assert row["estimate"] == pytest.approx(detectable_difference(0.2, 18, alpha=0.05 / tests))
    assert row["p_adjustment"] == ("holm" if tests > 1 else "none")


def test_the_one_degree_of_freedom_beside_two_shares_is_of_their_chi_square() -> None:
    [row] = detectable_rows(
        [COMPARED | {"estimator": "risk_difference", "estimand": "risk_difference", "df": 1.0, "std_error": 0.05}], ALONE
    )
    assert row["estimate"] == pytest.approx(2.8016 * 0.05, rel=1e-4)


@pytest.mark.parametrize(
    "changed",
    [
        {"role": "secondary"},
        {"level": "sex=woman"},
        {"estimand": "odds_ratio"},
        {"estimator": "rank", "estimand": "location_shift"},
        {"estimator": "transition", "estimand": "share_change"},
    ],
    ids=str,
)
def test_other_rows_have_none(changed: dict[str, object]) -> None:
    assert not list(detectable_rows([COMPARED | changed], ALONE))


@pytest.mark.parametrize("changed", [{"std_error": float("nan")}, {"std_error": 0.0}, {"df": None}], ids=str)
def test_a_comparison_that_could_not_be_tested_says_why(changed: dict[str, object]) -> None:
    [row] = detectable_rows([COMPARED | changed | {"note": "too_few_people"}], ALONE)
    assert (row["estimand"], row["note"]) == ("detectable_difference", "too_few_people")
    assert "estimate" not in row


def test_a_bundled_study_says_what_it_could_have_found(made_trs: Made, trs_estimated) -> None:
    rows = trs_estimated.estimates
    compared = rows.query("role == 'primary' and estimator == 'adjusted' and level == 'all' and std_error.notna()")
    found = rows.query("estimand == 'detectable_difference' and analysis in @compared.analysis")
    assert len(found) == len(compared) > 0
    assert (found["estimate"].to_numpy() > 2.8 * compared["std_error"].to_numpy()).all()
