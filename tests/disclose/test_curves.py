"""Curves: steps between shown points are nothing or enough, and enough people are still at risk."""

import numpy as np
import pandas as pd
import pytest

from pipeline.disclose.curves import hidden_points, shown_points
from pipeline.disclose.policy import Policy

WORK, EITHER = frozenset(["work"]), frozenset(["work", "studies"])
ENDS = {("curve", "x"): WORK, ("times", "y"): WORK, ("curve", "either"): EITHER}


def column(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=float)[:, None]


def test_a_point_after_one_event_is_left_out_and_the_next_covers_both(policy: Policy) -> None:
    assert shown_points(column(0, 1, 4), column(50, 50, 49), policy) == [0, 2]


def test_points_with_fewer_than_six_at_risk_are_left_out(policy: Policy) -> None:
    assert shown_points(column(0, 10, 20), column(30, 20, 5), policy) == [0, 1]


def test_what_follows_the_last_shown_point_is_nothing_or_enough(policy: Policy) -> None:
    assert shown_points(column(0, 5, 6), column(50, 45, 44), policy) == [0]


def points(events: dict[float, int], at_risk: int = 40, **place: str) -> list[dict]:
    """Give the rows of one curve: time -> events so far."""
    usual = {"analysis": "x", "exhibit": "curve", "unit": "person", "outcome": "months", "wave": "", "level": "all", "column": "all"}
    return [usual | place | {"x": x, "n": n, "n_at_risk": at_risk, "total": at_risk + n} for x, n in events.items()]


def hidden(rows: list[dict], policy: Policy, ever: dict[str, pd.DataFrame] | None = None) -> dict[tuple[str, str, str], set[float]]:
    """Give the times that are hidden, by kind, analysis and level."""
    frame = pd.DataFrame(rows)
    gone = frame[hidden_points(frame, policy, ENDS, ever or {})]
    return {key: set(part["x"]) for key, part in gone.groupby(["exhibit", "analysis", "level"])}


def test_everybody_beside_the_groups_shows_the_same_points(policy: Policy) -> None:
    groups = {"a": [0, 1, 4], "b": [0, 3, 6], "all": [0, 4, 10]}
    rows = [row for code, events in groups.items() for row in points({float(x): n for x, n in enumerate(events)}, column=code)]
    frame = pd.DataFrame(rows)
    assert set(frame.loc[hidden_points(frame, policy, ENDS, {}), "x"]) == {1.0}
    assert set(frame.loc[hidden_points(frame[frame["column"] != "all"], policy, ENDS, {}).loc[lambda one: one].index, "column"]) == {"a"}


def test_a_share_by_time_lies_between_the_points_of_a_curve(policy: Policy) -> None:
    curve, share = points({3: 5, 9: 12}), points({6: 6, 9: 12}, exhibit="times", analysis="y")
    assert hidden([*curve, *share], policy) == {("times", "y", "all"): {6}}
    assert hidden(share, policy) == {}


def test_of_two_kinds_of_end_the_difference_is_not_small_either(policy: Policy) -> None:
    either = points({3: 6, 9: 12}, analysis="either")
    assert hidden([*points({3: 5, 9: 9}), *either], policy) == {("curve", "either", "all"): {3}, ("curve", "x", "all"): {3}}
    assert hidden([*points({3: 6, 9: 9}), *either], policy) == {}


def test_levels_show_no_point_that_everybody_does_not(policy: Policy) -> None:
    everybody = points({3: 7, 6: 9, 9: 18}, at_risk=80)
    levels = [points({3: 7, 6: 9, 9: 12}, level="sex=woman"), points({3: 0, 6: 0, 9: 6}, level="sex=man")]
    assert hidden([*everybody, *levels[0], *levels[1]], policy) == {
        ("curve", "x", f"{level}"): {6} for level in ("all", "sex=man", "sex=woman")
    }


def test_events_after_the_last_point_are_known_from_the_table_of_ends(policy: Policy) -> None:
    ended = pd.DataFrame({"all": {"work": 14.0, "studies": 5.0, "not_yet": 30.0}})
    assert hidden(points({3: 5, 9: 12}), policy, {"months": ended}) == {("curve", "x", "all"): {9}}
    assert hidden(points({3: 5, 9: 12}), policy) == {}


@pytest.mark.parametrize("seed", range(200))
def test_no_step_of_a_random_curve_is_small(seed: int, policy: Policy) -> None:
    rng = np.random.default_rng(seed)
    events = np.cumsum(rng.poisson(1.5, (7, 2)), axis=0).astype(float)
    at_risk = 40.0 - events - np.arange(7)[:, None] * 2
    shown = shown_points(events, at_risk, policy)
    steps = np.diff(np.vstack([np.zeros((1, 2)), events[shown]]), axis=0)
    reached = events[shown[-1]] if shown else np.zeros(2)
    left = (events[-1] - reached)[reached > 0]
    assert not ((steps > 0) & (steps < policy.cell)).any()
    assert not ((left > 0) & (left < policy.cell)).any()
    assert (at_risk[shown] >= policy.base).all()
