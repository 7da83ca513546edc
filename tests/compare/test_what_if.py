"""What it would take to change a result: against results that are changed so much, properties, refusals."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.estimators.adjusted import adjusted
from pipeline.compare.estimators.what_if import what_if
from pipeline.compare.gather.comparison import FIRST, Comparison
from pipeline.compare.numbers.what_if import e_value, e_value_of_limit
from tests.compare.groups import swapped


def drawn(kind: str = "number", effect: float = 1.0, seed: int = 1) -> Comparison:
    """Draw people of whom some of the first group are lost."""
    draw, people = np.random.default_rng(seed), 300
    own, age = (np.arange(people) % 2).astype(float), draw.normal(size=people)
    sex = pd.Categorical.from_codes(draw.integers(0, 3, people), categories=["a", "b", "c"])
    outcome = effect * own + 0.6 * age + 0.3 * sex.codes + draw.normal(size=people)
    outcome = (outcome > 0.8).astype(float) if kind == "share" else outcome
    outcome[(own == 1) & (draw.random(people) < 0.25)] = np.nan
    frame = pd.DataFrame({"outcome": outcome, FIRST: own, "age": age, "sex": sex})
    return Comparison("outcome", kind, frame, ("age", "sex"), (), False, 0.95, "participant", "control")


def values(comparison: Comparison) -> dict[str, float]:
    return {
        row["term"] if row["estimand"] == "remaining_difference" else row["estimand"]: row.get("estimate") for row in what_if(comparison)
    }


def explaining(comparison: Comparison, share: float) -> Comparison:
    """Add something that explains such a share of what is left of the group, and of the outcome beside it, to the covariates."""
    people = comparison.frame.dropna()
    design = np.column_stack([np.ones(len(people)), people["age"], *(people["sex"] == code for code in "bc")]).astype(float)

    def rest(values: np.ndarray, *columns: np.ndarray) -> np.ndarray:
        basis = np.linalg.qr(np.column_stack([design, *columns]))[0]
        left = values - basis @ (basis.T @ values)
        return left / np.linalg.norm(left)

    own, outcome = people[FIRST].to_numpy(), people["outcome"].to_numpy()
    toward_group, toward_outcome = rest(own), rest(outcome, own)
    sign = np.sign(float(outcome @ toward_group))
    # its own part beside the group explains ``share`` of the outcome's; the remaining part is noise that goes with neither
    noise = rest(np.random.default_rng(3).normal(size=len(people)), own, outcome)
    beside = np.sqrt(share) * toward_outcome + np.sqrt(1 - share) * noise
    hidden = sign * np.sqrt(share) * toward_group + np.sqrt(1 - share) * beside
    return replace(comparison, frame=people.assign(hidden=hidden), covariates=("age", "sex", "hidden"))


def test_something_that_explains_the_robustness_value_of_both_leaves_nothing() -> None:
    comparison = drawn()
    [left] = adjusted(explaining(comparison, values(comparison)["robustness_value"]))
    assert left["estimate"] == pytest.approx(0, abs=1e-9)
    [more] = adjusted(explaining(comparison, values(comparison)["robustness_value"] / 2))
    assert more["estimate"] > 0.1


def test_the_robustness_of_the_interval_is_below_that_of_the_estimate_and_0_where_it_holds_0() -> None:
    strong, weak = values(drawn()), values(drawn(effect=0.0))
    assert 0 < strong["robustness_value_limit"] < strong["robustness_value"]
    assert weak["robustness_value_limit"] == 0


def test_beside_something_as_strong_as_a_covariate_less_is_left() -> None:
    comparison = drawn()
    [row] = adjusted(comparison)
    found = values(comparison)
    assert all(found[name] < row["estimate"] for name in ("age", "sex"))


def test_where_those_lost_are_as_far_away_as_the_tipping_point_nothing_is_left() -> None:
    comparison = replace(drawn(), covariates=())
    people = comparison.frame
    means = people.groupby(FIRST)["outcome"].mean()
    there = people["outcome"].fillna(people[FIRST].map(means))
    there = there + people["outcome"].isna() * (people[FIRST] == 1) * values(comparison)["tipping_point"]
    filled = there.groupby(people[FIRST]).mean()
    assert filled[1.0] - filled[0.0] == pytest.approx(0, abs=1e-12)


def test_a_tipping_point_beyond_all_or_none_is_said_to_be() -> None:
    notes = {row["estimand"]: row["note"] for row in what_if(drawn("share", effect=1.5))}
    assert notes["tipping_point"] == "beyond_all"


def test_swapping_the_groups_mirrors_what_remains_and_keeps_the_strengths() -> None:
    comparison = drawn("share")
    one, other = values(comparison), values(swapped(comparison))
    for name in ("robustness_value", "robustness_value_limit", "e_value", "e_value_limit"):
        assert other[name] == pytest.approx(one[name])
    assert other["age"] == pytest.approx(-one["age"])


def test_an_e_value_is_the_bias_that_two_associations_of_its_size_can_make() -> None:
    strength = e_value(1.8)
    assert strength * strength / (2 * strength - 1) == pytest.approx(1.8)
    assert e_value(1 / 1.8) == pytest.approx(strength)
    assert e_value_of_limit(1.8, 0.9, 3.6) == 1
    assert e_value_of_limit(0.5, 0.25, 0.8) == pytest.approx(e_value(0.8))


def test_a_refusal_gives_the_same_rows() -> None:
    for kind in ("number", "share"):
        comparison = drawn(kind)
        rows = [
            {(row["estimand"], row["term"]) for row in what_if(one)}
            for one in (comparison, replace(comparison, frame=comparison.frame.head(2)))
        ]
        assert rows[0] == rows[1]


def noted(comparison: Comparison) -> dict[str, str]:
    return {row["estimand"]: row["note"] for row in what_if(comparison)}


def test_what_cannot_be_asked_is_refused_by_name() -> None:
    comparison = drawn()
    people = comparison.frame
    assert set(noted(replace(comparison, frame=people.assign(outcome=1.0))).values()) == {"constant_outcome"}
    assert set(noted(replace(comparison, frame=people.assign(outcome=people[FIRST] + people["age"]))).values()) == {"perfect_fit"}
    assert set(noted(replace(comparison, frame=people.dropna().head(5))).values()) == {"too_few_people"}
    assert "covariate_constant" in [row["note"].split()[-1] for row in what_if(replace(comparison, frame=people.assign(age=1.0)))]
    assert noted(replace(comparison, frame=people.dropna()))["tipping_point"] == "nobody_lost"
    near = people.assign(age=people[FIRST] + 0.01 * people["age"])
    assert "nothing_as_strong" in [row["note"] for row in what_if(replace(comparison, frame=near))]
    clustered = replace(comparison, frame=people.assign(cluster=[f"w{place % 15}" for place in range(300)]), clustered=True)
    assert noted(clustered)["robustness_value_limit"] == "limit_without_clusters"
    certain = replace(drawn("share"), covariates=("told",))
    told = certain.frame["outcome"].fillna(0.0) * 2
    assert noted(replace(certain, frame=certain.frame.assign(told=told + np.where(np.arange(300) == 5, 0.1, 0))))["e_value"] == "separated"


def test_an_interval_of_few_events_has_no_e_value() -> None:
    comparison = replace(drawn("share"), covariates=())
    own = comparison.frame[FIRST] == 1
    few = np.where(own, comparison.frame.index < 8, comparison.frame.index < 200).astype(float)
    notes = noted(replace(comparison, frame=comparison.frame.assign(outcome=few)))
    assert (notes["e_value"], notes["e_value_limit"]) == ("", "few_events")
