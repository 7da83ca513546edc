"""Intraclass correlations: sums of squares by hand, another package, ratings that do not vary; R in tests/reference."""

import numpy as np
import pandas as pd
import pingouin
import pytest

from pipeline.compare.numbers.intraclass import cluster_correlation, rater_correlations

SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)
"""Shrout and Fleiss (1979), table 2: six targets, four judges."""


def test_the_published_example_is_reproduced() -> None:
    published = {"ICC1": 0.17, "ICC2": 0.29, "ICC3": 0.71, "ICC1k": 0.44, "ICC2k": 0.62, "ICC3k": 0.91}
    found = {name: one.correlation for name, one in rater_correlations(SHROUT_FLEISS).items()}
    assert found == pytest.approx(published, abs=0.005)


def test_intervals_are_those_of_pingouin() -> None:
    long = pd.DataFrame(SHROUT_FLEISS).reset_index().melt("index")
    peer = pingouin.intraclass_corr(long, "index", "variable", "value").set_index("Type")
    names = {"ICC1": "ICC(1,1)", "ICC2": "ICC(A,1)", "ICC3": "ICC(C,1)", "ICC1k": "ICC(1,k)", "ICC2k": "ICC(A,k)", "ICC3k": "ICC(C,k)"}
    for name, one in rater_correlations(SHROUT_FLEISS).items():
        theirs = peer.loc[names[name]]
        assert (one.correlation, one.f) == pytest.approx((theirs["ICC"], theirs["F"]))
        assert (one.conf_low, one.conf_high) == pytest.approx(tuple(theirs["CI95"]), abs=0.006)  # pingouin rounds to 2 decimals


def test_ratings_that_do_not_vary_give_no_number() -> None:
    assert np.isnan([one.correlation for one in rater_correlations(np.full((5, 3), 2.0)).values()]).all()


def test_a_rater_who_always_gives_one_more_breaks_agreement_but_not_consistency() -> None:
    base = np.array([1.0, 2, 4, 7, 3])
    found = rater_correlations(np.column_stack([base, base + 1]))
    assert found["ICC3"].correlation == pytest.approx(1)
    assert found["ICC2"].correlation < 1
    assert np.isnan(found["ICC2"].conf_low)


def test_units_that_lack_a_rating_are_left_out() -> None:
    wider = np.vstack([SHROUT_FLEISS, [[1, 2, np.nan, 4]]])
    assert rater_correlations(wider) == rater_correlations(SHROUT_FLEISS)


def test_clusters_of_equal_size_have_one_icc() -> None:
    values, clusters = SHROUT_FLEISS.ravel(), np.repeat(np.arange(6), 4)
    found = cluster_correlation(values, clusters)
    assert (
        found.single
        == pytest.approx(found.single_by_effective_size)
        == pytest.approx(rater_correlations(SHROUT_FLEISS)["ICC1"].correlation)
    )
    assert found.mean == pytest.approx(4 * found.single / (1 + 3 * found.single))
    assert (found.n, found.clusters, found.effective_size) == (24, 6, 4)
