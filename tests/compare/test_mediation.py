"""Mediation: both parts make the whole, what mirrors, and what is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.estimators.adjusted import adjusted
from pipeline.compare.estimators.mediation import mediation
from pipeline.compare.gather.comparison import FIRST
from pipeline.compare.gather.panel import CLUSTER
from pipeline.compare.registry import MEDIATOR
from tests.compare.groups import OUTCOME, shuffled, swapped, two

N = 200
RNG = np.random.default_rng(31)
GROUP = np.arange(N) % 2
STEPS = 1.0 * GROUP + RNG.normal(0, 1, N)
VALUE = 0.8 * STEPS - 0.5 * GROUP + RNG.normal(0, 1, N)


def compared(value=VALUE, steps=STEPS, group=GROUP, clusters=None):
    columns = {OUTCOME: value, FIRST: np.asarray(group, dtype=float), MEDIATOR: steps} | ({} if clusters is None else {CLUSTER: clusters})
    return replace(two([], []), frame=pd.DataFrame(columns), clustered=clusters is not None, seed=3)


def test_both_parts_make_the_adjusted_difference_and_hold_what_was_planted() -> None:
    through, beside, total = mediation(compared())
    [whole] = adjusted(compared())
    assert total["estimate"] == pytest.approx(whole["estimate"])
    assert through["estimate"] + beside["estimate"] == pytest.approx(total["estimate"])
    assert through["conf_low"] < 0.8 < through["conf_high"]
    assert beside["conf_low"] < -0.5 < beside["conf_high"]


def test_swapping_the_groups_mirrors_and_the_order_of_rows_moves_the_estimate_nowhere() -> None:
    for row, other, again in zip(mediation(compared()), mediation(swapped(compared())), mediation(shuffled(compared())), strict=True):
        assert other["estimate"] == pytest.approx(-row["estimate"])
        assert (other["conf_low"], other["conf_high"]) == pytest.approx((-row["conf_high"], -row["conf_low"]))
        assert again["estimate"] == pytest.approx(row["estimate"])


def test_whole_clusters_are_drawn() -> None:
    doubled = np.repeat(np.arange(N), 2)
    [alone, *_], [pairs, *_] = (
        mediation(compared()),
        mediation(compared(VALUE[doubled], STEPS[doubled], GROUP[doubled], doubled.astype(str))),
    )
    assert pairs["estimate"] == pytest.approx(alone["estimate"])
    assert pairs["std_error"] == pytest.approx(alone["std_error"], rel=0.05)


@pytest.mark.parametrize(
    ("given", "note", "has_estimate"),
    [
        (compared(steps=np.ones(N)), "mediator_constant", False),
        (compared(steps=2.0 * GROUP), "mediator_collinear", False),
        (compared(group=np.ones(N)), "one_group_empty", False),
        (compared(value=np.ones(N)), "constant_outcome", False),
        (compared(VALUE[:3], STEPS[:3], GROUP[:3]), "too_few_people", False),
        (compared(clusters=["one"] * N), "arm_under_two_clusters", True),
        (compared(value=np.where(np.arange(N) < 3, 1.0, 0.0)), "arm_hardly_varies", True),
        (compared(VALUE[:12], np.where(np.arange(12) == 4, 1.0, 0.0), GROUP[:12]), "draws_without_group", True),
    ],
)
def test_what_cannot_be_split_says_why(given, note, has_estimate) -> None:
    for row in mediation(given):
        assert note in row["note"].split()
        assert ("estimate" in row) == has_estimate
        assert "conf_low" not in row
