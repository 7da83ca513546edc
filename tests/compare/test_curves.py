import numpy as np
import pytest

from pipeline.compare.exhibits.curves import curve_rows
from pipeline.compare.numbers.survival import kaplan_meier
from tests.compare.conftest import Made

R_PRINTS = 1e-8


@pytest.mark.parametrize(("code", "key"), [("control", "0"), ("participant", "1")])
def test_trs_agrees_with_r(made_trs: Made, r_entries: dict, code: str, key: str) -> None:
    entry = r_entries["o.simtrs.change.km"]["value"]["groups"][key]
    members = made_trs.panel.group == code
    time = made_trs.panel.column("months_to_change")[members].to_numpy()
    event = (made_trs.panel.column("register_end")[members] == "job_change").to_numpy()
    curve = kaplan_meier(time, event, np.array([6, 12, 18]), 0.95)
    at = [entry["at"][name] for name in ("t6", "t12", "t18")]
    assert (len(time), curve.events[-1]) == (entry["n"], entry["events"])
    assert curve.at_risk.tolist() == [one["n_risk"] for one in at]
    assert curve.survival == pytest.approx([one["survival"] for one in at], rel=R_PRINTS)
    assert curve.std_error == pytest.approx([one["greenwood_se"] for one in at], rel=R_PRINTS)
    assert curve.conf_low == pytest.approx([one["ci95_loglog"][0] for one in at], rel=R_PRINTS)
    assert curve.conf_high == pytest.approx([one["ci95_loglog"][1] for one in at], rel=R_PRINTS)


def test_the_share_falls_by_those_at_risk_at_each_event() -> None:
    curve = kaplan_meier(np.array([1.0, 2, 2, 3]), np.array([True, True, False, False]), np.array([0.5, 1, 2, 9]), 0.95)
    assert curve.survival == pytest.approx([1, 3 / 4, 3 / 4 * 2 / 3, 3 / 4 * 2 / 3])
    assert curve.at_risk.tolist() == [4, 4, 3, 0]
    assert curve.events.tolist() == [0, 1, 2, 2]


def test_no_event_and_all_events_have_no_interval() -> None:
    time, grid = np.array([1.0, 2]), np.array([3.0])
    for event in (np.array([False, False]), np.array([True, True])):
        curve = kaplan_meier(time, event, grid, 0.95)
        assert np.isnan([curve.conf_low[0], curve.conf_high[0]]).all()


def test_the_exhibit_gives_the_cumulative_share_at_declared_times_only(made_trs: Made) -> None:
    exhibit = next(one for one in made_trs.study.declaration.exhibits if one.kind == "curve")
    rows = [row for row in curve_rows(made_trs.panel, exhibit) if row["column"] == "control"]
    assert [row["x"] for row in rows] == list(exhibit.grid)
    assert rows[0]["share"] == 0
    assert all(row["conf_low"] < row["share"] < row["conf_high"] for row in rows[1:])
    assert [row["n"] for row in rows] == sorted(row["n"] for row in rows)
