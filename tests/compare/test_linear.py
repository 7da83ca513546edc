import numpy as np
import pandas as pd
import pytest

from pipeline.compare.gather.comparison import complete
from pipeline.compare.gather.design import covariate_design
from pipeline.compare.numbers.linear import Fit, classical_covariance, hc3_covariance, independent_columns, least_squares, rests_on_one_row
from tests.compare.conftest import Made

R_PRINTS = 1e-8


def simple_design(rng: np.random.Generator, rows: int = 12) -> tuple[np.ndarray, np.ndarray]:
    return np.column_stack([np.ones(rows), rng.normal(size=rows), rng.integers(0, 2, rows)]), rng.normal(size=rows)


def assert_agrees(fit: Fit, names: list[str], entry: dict) -> None:
    errors = {"se_classical": classical_covariance(fit), "se_HC3": hc3_covariance(fit)}
    assert fit.df_residual == entry["df_resid"]
    for place, name in enumerate(names):
        assert fit.coefficients[place] == pytest.approx(entry["coef"][name], rel=R_PRINTS)
        for key, covariance in errors.items():
            assert covariance[place, place] ** 0.5 == pytest.approx(entry[key][name], rel=R_PRINTS)


def test_jobs2_agrees_with_r_in_both_errors(made_jobs2: Made, r_entries: dict) -> None:
    people = complete(made_jobs2.comparison("offered_adjusted", "depressive_symptoms@t2"))
    covariates = covariate_design(people, ("depressive_symptoms@t1", "economic_hardship@t1", "sex", "age"))
    design = np.column_stack([np.ones(len(people)), people["first"], covariates.matrix])
    fit = least_squares(design, people["depressive_symptoms@t2"].to_numpy())
    assert_agrees(fit, ["(Intercept)", "treat", "depress1", "econ_hard", "sex", "age"], r_entries["o.jobs2.ancova"]["value"])


def test_trs_agrees_with_r_in_both_errors(made_trs: Made, r_entries: dict) -> None:
    people = complete(made_trs.comparison("turnover_adjusted", "turnover_intention@t2"))
    covariates = covariate_design(people, ("turnover_intention@t1", "age", "sex", "education"))
    design = np.column_stack([np.ones(len(people)), people["first"], covariates.matrix])
    fit = least_squares(design, people["turnover_intention@t2"].to_numpy())
    names = ["(Intercept)", "treat", "ti_t1", "age", "female", "educationupper_secondary", "educationuniversity"]
    assert_agrees(fit, names, r_entries["o.simtrs.ti.ancova"]["value"])


def test_two_groups_give_the_difference_of_means_and_the_pooled_error() -> None:
    fit = least_squares(np.array([[1, 1], [1, 1], [1, 0], [1, 0.0]]), np.array([5, 7, 1, 3.0]))
    assert fit.coefficients == pytest.approx([(1 + 3) / 2, (5 + 7) / 2 - (1 + 3) / 2])
    assert classical_covariance(fit)[1, 1] == pytest.approx((1 + 1 + 1 + 1) / 2 * (1 / 2 + 1 / 2))


def test_the_error_equals_the_sandwich_written_out() -> None:
    design, outcome = simple_design(np.random.default_rng(1))
    bread = np.linalg.inv(design.T @ design)
    leverage = np.diag(design @ bread @ design.T)
    residuals = outcome - design @ bread @ design.T @ outcome
    sandwich = bread @ design.T @ np.diag(residuals**2 / (1 - leverage) ** 2) @ design @ bread
    assert hc3_covariance(least_squares(design, outcome)) == pytest.approx(sandwich, rel=1e-10)


def test_later_aliased_columns_are_the_ones_that_go() -> None:
    first, second = np.array([1.0, 2, 3, 4]), np.array([1.0, 0, 0, 1])
    design = np.column_stack([np.ones(4), first, second, first + second, np.zeros(4)])
    assert independent_columns(design).tolist() == [True, True, True, False, False]


def test_a_year_is_not_taken_for_the_intercept() -> None:
    assert independent_columns(np.column_stack([np.ones(3), [2023.0, 2024, 2025]])).all()


def test_aliased_designs_and_too_many_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="aliased"):
        least_squares(np.ones((4, 2)), np.arange(4.0))
    with pytest.raises(ValueError, match="fewer rows"):
        least_squares(np.eye(2, 3), np.arange(2.0))


def test_a_person_alone_in_a_category_changes_no_other_error() -> None:
    design, outcome = simple_design(np.random.default_rng(2))
    alone = np.zeros(13)
    alone[12] = 1
    wider = np.column_stack([np.vstack([design, [1, 0.3, 1]]), alone])
    longer = least_squares(wider, np.append(outcome, 9.0))
    assert hc3_covariance(longer)[:3, :3] == pytest.approx(hc3_covariance(least_squares(design, outcome)), rel=1e-9)
    assert not rests_on_one_row(longer, np.array([0, 1.0, 0, 0]))
    assert rests_on_one_row(longer, np.array([0, 0, 0, 1.0]))


def test_constant_covariates_and_unused_categories_make_no_column() -> None:
    education = pd.Categorical(["low", "high", "low"], categories=["none", "low", "high"])
    people = pd.DataFrame({"education": education, "age": [40.0, 40, 40]})
    design = covariate_design(people, ("education", "age"))
    assert design.matrix.tolist() == [[0.0], [1.0], [0.0]]
    assert design.notes == ("covariate_constant",)
