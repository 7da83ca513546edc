import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.numbers.cluster_robust import cr2_covariance, satterthwaite
from pipeline.compare.numbers.linear import Fit, least_squares
from pipeline.compare.numbers.student import critical_value, two_sided_p

R_PRINTS = 1e-8


def made_up(rows: int, clusters: int, seed: int) -> tuple[Fit, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    cluster = rng.integers(0, clusters, rows)
    design = np.column_stack([np.ones(rows), cluster % 2, rng.normal(size=rows)])
    return least_squares(design, rng.normal(size=rows) + rng.normal(size=clusters)[cluster]), cluster, design


def inverse_root(matrix: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(values**-0.5) @ vectors.T


def written_out(fit: Fit, cluster: np.ndarray, design: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the covariance, and the matrix of p_g'p_h of the second coefficient, with n x n matrices."""
    bread = np.linalg.inv(design.T @ design)
    rest = np.eye(len(design)) - design @ bread @ design.T
    scores, forms = [], []
    for one in np.unique(cluster):
        inside = cluster == one
        adjusted = inverse_root(rest[np.ix_(inside, inside)])
        scores.append(bread @ design[inside].T @ adjusted @ fit.residuals[inside])
        forms.append(rest[:, inside] @ adjusted @ design[inside] @ bread[:, 1])
    forms_together = np.array(forms)
    return np.array(scores).T @ np.array(scores), forms_together @ forms_together.T


def test_small_matrices_give_what_the_whole_ones_give() -> None:
    fit, cluster, design = made_up(rows=40, clusters=7, seed=4)
    covariance, products = written_out(fit, cluster, design)
    assert cr2_covariance(fit, cluster) == pytest.approx(covariance, rel=1e-9)
    df = np.trace(products) ** 2 / (products**2).sum()
    assert satterthwaite(fit, cluster, np.array([0, 1.0, 0])) == pytest.approx(df, rel=1e-9)


def test_names_and_order_of_clusters_change_nothing() -> None:
    fit, cluster, design = made_up(rows=40, clusters=7, seed=6)
    names = np.array([f"W{9 - one}" for one in cluster])
    order = np.random.default_rng(0).permutation(40)
    shuffled = least_squares(design[order], (design @ fit.coefficients + fit.residuals)[order])
    assert cr2_covariance(fit, names) == pytest.approx(cr2_covariance(fit, cluster), rel=1e-9)
    assert cr2_covariance(shuffled, names[order]) == pytest.approx(cr2_covariance(fit, cluster), rel=1e-9)


def test_degrees_of_freedom_of_a_balanced_cluster_level_difference_are_the_clusters_minus_two() -> None:
    cluster = np.repeat(np.arange(8), 5)
    design = np.column_stack([np.ones(40), cluster % 2])
    fit = least_squares(design, np.random.default_rng(7).normal(size=40))
    assert satterthwaite(fit, cluster, np.array([0, 1.0])) == pytest.approx(8 - 2)


def test_a_cluster_that_the_model_fits_by_itself_adds_nothing() -> None:
    fit, cluster, design = made_up(rows=40, clusters=7, seed=8)
    outcome = design @ fit.coefficients + fit.residuals
    alone = (cluster == 3).astype(float)
    without = cluster != 3
    fixed = least_squares(np.column_stack([design, alone]), outcome)
    assert np.isfinite(cr2_covariance(fixed, cluster)).all()
    assert satterthwaite(fixed, cluster, np.array([0, 1.0, 0, 0])) < without.sum()


def test_one_large_cluster_needs_no_matrix_of_its_size() -> None:
    fit, cluster, _ = made_up(rows=50_000, clusters=3, seed=9)
    tracemalloc.start()
    cr2_covariance(fit, cluster)
    satterthwaite(fit, cluster, np.array([0, 1.0, 0]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * fit.basis.nbytes


def assert_agrees(design: np.ndarray, outcome: pd.Series, cluster: pd.Series, names: list[str], entry: dict) -> None:
    fit = least_squares(design, outcome.to_numpy(dtype=float))
    covariance = cr2_covariance(fit, cluster.to_numpy())
    assert len(outcome) == entry["n"]
    for place, name in enumerate(names):
        df = satterthwaite(fit, cluster.to_numpy(), np.eye(len(names))[place])
        error = covariance[place, place] ** 0.5
        assert error == pytest.approx(entry["se_CR2"][name], rel=R_PRINTS)
        statistic = fit.coefficients[place] / error
        low = fit.coefficients[place] - critical_value(0.95, df) * error
        assert df == pytest.approx(entry["CR2_satt_df"][name], rel=R_PRINTS)
        assert statistic == pytest.approx(entry["CR2_t"][name], rel=R_PRINTS)
        assert two_sided_p(statistic, df) == pytest.approx(entry["CR2_satt_p"][name], rel=R_PRINTS)
        assert low == pytest.approx(entry["CR2_satt_ci95"][name][0], rel=R_PRINTS)


def test_units_of_univbct_agree_with_r(validation: Path, r_entries: dict) -> None:
    people = pd.read_csv(validation / "data" / "univbct" / "univbct_wide.csv")
    people["female"] = (people["GENDER"] == 2).astype(float).where(people["GENDER"].notna())
    people = people.dropna(subset=["JOBSAT2", "JOBSAT1", "female", "AGE", "unit"])
    design = np.column_stack([np.ones(len(people)), people["female"], people["JOBSAT1"], people["AGE"]])
    entry = r_entries["o.univbct.ancova_cluster"]["value"]
    assert_agrees(design, people["JOBSAT2"], people["unit"], ["(Intercept)", "female", "JOBSAT1", "AGE"], entry)


def test_companies_of_lq2002_agree_with_r(validation: Path, r_entries: dict) -> None:
    people = pd.read_csv(validation / "data" / "lq2002" / "lq2002.csv")
    design = np.column_stack([np.ones(len(people)), people["COMPID"] % 2, people["LEAD"], people["TSIG"]])
    entry = r_entries["o.lq2002.cluster_level_treatment"]["value"]
    assert_agrees(design, people["HOSTILE"], people["COMPID"], ["(Intercept)", "odd", "LEAD", "TSIG"], entry)
