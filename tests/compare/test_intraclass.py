"""The intraclass correlation: the published example, another package, ratings that do not vary; R in tests/reference."""

import numpy as np
import pandas as pd
import pingouin
import pytest

from pipeline.compare.numbers.intraclass import rater_correlation

SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)
"""Shrout and Fleiss (1979), table 2: six targets, four judges."""


def test_the_published_example_is_reproduced() -> None:
    assert rater_correlation(SHROUT_FLEISS).correlation == pytest.approx(0.29, abs=0.005)


def test_the_interval_is_that_of_pingouin() -> None:
    long = pd.DataFrame(SHROUT_FLEISS).reset_index().melt("index")
    theirs = pingouin.intraclass_corr(long, "index", "variable", "value").set_index("Type").loc["ICC(A,1)"]
    ours = rater_correlation(SHROUT_FLEISS)
    assert ours.correlation == pytest.approx(theirs["ICC"])
    assert (ours.conf_low, ours.conf_high) == pytest.approx(tuple(theirs["CI95"]), abs=0.006)  # pingouin rounds to 2 decimals


def test_ratings_that_do_not_vary_give_no_number() -> None:
    assert np.isnan(rater_correlation(np.full((5, 3), 2.0)).correlation)


def test_a_rater_who_always_gives_one_more_breaks_agreement_and_leaves_no_interval() -> None:
    base = np.array([1.0, 2, 4, 7, 3])
    found = rater_correlation(np.column_stack([base, base + 1]))
    assert found.correlation < 1
    assert np.isnan(found.conf_low)


def test_units_that_lack_a_rating_are_left_out() -> None:
    wider = np.vstack([SHROUT_FLEISS, [[1, 2, np.nan, 4]]])
    assert rater_correlation(wider) == rater_correlation(SHROUT_FLEISS)
