"""Curves: steps between shown points are nothing or enough, and enough people are still at risk."""

import numpy as np
import pandas as pd
import pytest

from pipeline.disclose.curves import hidden_points, shown_points
from pipeline.disclose.policy import Policy


def column(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=float)[:, None]


def test_a_point_after_one_event_is_left_out_and_the_next_covers_both(policy: Policy) -> None:
    assert shown_points(column(0, 1, 4), column(50, 50, 49), policy) == [0, 2]


def test_points_with_fewer_than_six_at_risk_are_left_out(policy: Policy) -> None:
    assert shown_points(column(0, 10, 20), column(30, 20, 5), policy) == [0, 1]


def test_what_follows_the_last_shown_point_is_nothing_or_enough(policy: Policy) -> None:
    assert shown_points(column(0, 5, 6), column(50, 45, 44), policy) == [0]


def test_everybody_beside_the_groups_shows_the_same_points(policy: Policy) -> None:
    groups = {"a": [0, 1, 4], "b": [0, 3, 6], "all": [0, 4, 10]}
    rows = [
        {
            "analysis": "x",
            "unit": "person",
            "outcome": "months",
            "wave": "",
            "level": "all",
            "column": code,
            "x": float(x),
            "n": n,
            "n_at_risk": 40,
        }
        for code, events in groups.items()
        for x, n in enumerate(events)
    ]
    frame = pd.DataFrame(rows)
    assert set(frame.loc[hidden_points(frame, policy), "x"]) == {1.0}
    assert set(frame.loc[hidden_points(frame[frame["column"] != "all"], policy).loc[lambda one: one].index, "column"]) == {"a"}


@pytest.mark.parametrize("seed", range(200))
def test_no_step_of_a_random_curve_is_small(seed: int, policy: Policy) -> None:
    rng = np.random.default_rng(seed)
    events = np.cumsum(rng.poisson(1.5, (7, 2)), axis=0).astype(float)
    at_risk = 40.0 - events - np.arange(7)[:, None] * 2
    shown = shown_points(events, at_risk, policy)
    steps = np.diff(np.vstack([np.zeros((1, 2)), events[shown]]), axis=0)
    left = events[-1] - (events[shown[-1]] if shown else 0)
    assert not ((steps > 0) & (steps < policy.cell)).any()
    assert not shown or not events[shown[-1]].any() or not ((left > 0) & (left < policy.cell)).any()
    assert (at_risk[shown] >= policy.base).all()
