"""Least squares, HC3 and CR2: written out, properties, R, and designs that break them."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.gather.design import covariate_design
from pipeline.compare.numbers.regression import ClusterRobust, cr2, hc3_covariance, independent_columns, least_squares, rests_on_one_row


def simple_design(rng: np.random.Generator, rows: int = 12) -> tuple[np.ndarray, np.ndarray]:
    return np.column_stack([np.ones(rows), rng.normal(size=rows), rng.integers(0, 2, rows)]), rng.normal(size=rows)


def test_two_groups_give_the_difference_of_means_and_the_pooled_error() -> None:
    fit = least_squares(np.array([[1, 1], [1, 1], [1, 0], [1, 0.0]]), np.array([5, 7, 1, 3.0]))
    assert fit.params == pytest.approx([(1 + 3) / 2, (5 + 7) / 2 - (1 + 3) / 2])
    assert fit.cov_params()[1, 1] == pytest.approx((1 + 1 + 1 + 1) / 2 * (1 / 2 + 1 / 2))


def test_hc3_is_the_sandwich_written_out_and_that_of_statsmodels() -> None:
    design, outcome = simple_design(np.random.default_rng(1))
    bread = np.linalg.inv(design.T @ design)
    leverage = np.diag(design @ bread @ design.T)
    residuals = outcome - design @ bread @ design.T @ outcome
    sandwich = bread @ design.T @ np.diag(residuals**2 / (1 - leverage) ** 2) @ design @ bread
    fit = least_squares(design, outcome)
    assert hc3_covariance(fit) == pytest.approx(sandwich, rel=1e-10)
    assert hc3_covariance(fit) == pytest.approx(fit.cov_HC3, rel=1e-12)


def test_later_aliased_columns_are_the_ones_that_go() -> None:
    first, second = np.array([1.0, 2, 3, 4]), np.array([1.0, 0, 0, 1])
    design = np.column_stack([np.ones(4), first, second, first + second, np.zeros(4)])
    assert independent_columns(design).tolist() == [True, True, True, False, False]


def test_a_year_is_not_taken_for_the_intercept() -> None:
    assert independent_columns(np.column_stack([np.ones(3), [2023.0, 2024, 2025]])).all()


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


# --- clusters


def made_up(rows: int, clusters: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give a design, the cluster of each row, and outcomes that depend on it."""
    rng = np.random.default_rng(seed)
    cluster = rng.integers(0, clusters, rows)
    design = np.column_stack([np.ones(rows), cluster % 2, rng.normal(size=rows)])
    return design, cluster, rng.normal(size=rows) + rng.normal(size=clusters)[cluster]


def robust(design: np.ndarray, cluster: np.ndarray, outcome: np.ndarray) -> ClusterRobust:
    return cr2(design, least_squares(design, outcome).resid, cluster)


def inverse_root(matrix: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(values**-0.5) @ vectors.T


def written_out(design: np.ndarray, cluster: np.ndarray, outcome: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the covariance, and the matrix of p_g'p_h of the second coefficient, with n x n matrices."""
    bread = np.linalg.inv(design.T @ design)
    rest = np.eye(len(design)) - design @ bread @ design.T
    residuals = rest @ outcome
    scores, forms = [], []
    for one in np.unique(cluster):
        inside = cluster == one
        adjusted = inverse_root(rest[np.ix_(inside, inside)])
        scores.append(bread @ design[inside].T @ adjusted @ residuals[inside])
        forms.append(rest[:, inside] @ adjusted @ design[inside] @ bread[:, 1])
    forms_together = np.array(forms)
    return np.array(scores).T @ np.array(scores), forms_together @ forms_together.T


def test_small_matrices_give_what_the_whole_ones_give() -> None:
    made = made_up(rows=40, clusters=7, seed=4)
    covariance, products = written_out(*made)
    assert robust(*made).covariance == pytest.approx(covariance, rel=1e-9)
    df = np.trace(products) ** 2 / (products**2).sum()
    assert robust(*made).satterthwaite(np.array([0, 1.0, 0])) == pytest.approx(df, rel=1e-9)


def test_people_who_are_their_own_clusters_have_the_error_hc2() -> None:
    design, _, outcome = made_up(rows=30, clusters=5, seed=5)
    assert robust(design, np.arange(30), outcome).covariance == pytest.approx(least_squares(design, outcome).cov_HC2, rel=1e-9)


def test_names_and_order_of_clusters_change_nothing() -> None:
    design, cluster, outcome = made_up(rows=40, clusters=7, seed=6)
    names = np.array([f"W{9 - one}" for one in cluster])
    order = np.random.default_rng(0).permutation(40)
    expected = pytest.approx(robust(design, cluster, outcome).covariance, rel=1e-9)
    assert robust(design, names, outcome).covariance == expected
    assert robust(design[order], names[order], outcome[order]).covariance == expected


def test_degrees_of_freedom_of_a_balanced_cluster_level_difference_are_the_clusters_minus_two() -> None:
    cluster = np.repeat(np.arange(8), 5)
    design = np.column_stack([np.ones(40), cluster % 2])
    outcome = np.random.default_rng(7).normal(size=40)
    assert robust(design, cluster, outcome).satterthwaite(np.array([0, 1.0])) == pytest.approx(8 - 2)


def test_a_cluster_that_the_model_fits_by_itself_adds_nothing() -> None:
    design, cluster, outcome = made_up(rows=40, clusters=7, seed=8)
    fixed = robust(np.column_stack([design, cluster == 3]), cluster, outcome)
    assert np.isfinite(fixed.covariance).all()
    assert fixed.satterthwaite(np.array([0, 1.0, 0, 0])) < (cluster != 3).sum()


def test_one_large_cluster_needs_no_matrix_of_its_size() -> None:
    design, cluster, outcome = made_up(rows=50_000, clusters=3, seed=9)
    residuals = least_squares(design, outcome).resid
    tracemalloc.start()
    found = cr2(design, residuals, cluster)
    assert found.covariance.shape == (3, 3)
    assert found.satterthwaite(np.array([0, 1.0, 0])) > 0
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * design.nbytes
