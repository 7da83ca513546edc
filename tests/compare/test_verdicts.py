"""The truth table, exhaustively: every combination of what can be known about one comparison."""

from itertools import product
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compare.numbers.student import critical_value
from pipeline.compare.verdicts import Finding, p_inside, two_one_sided_p, verdict_of
from pipeline.spec.vocabulary import VERDICTS

ALPHA = 0.05
ESTIMATES = {"up": 0.2, "down": -0.2, "none": nan}
P_VALUES = {"decided": 0.01, "undecided": 0.2, "unknown": nan}
BOUNDS = {"inside": 0.5, "outside": 0.1, "undeclared": nan}
"""The interval reaches from 0.1 to 0.4 on the side of the estimate."""
EQUIVALENT = {"inside": 0.01, "outside": 0.9, "undeclared": nan}
"""p-value of the two one-sided tests against each bound."""
WORDS = {("higher", "up"): "better", ("higher", "down"): "worse", ("lower", "up"): "worse", ("lower", "down"): "better"}
WORDS |= {("neither", "up"): "higher", ("neither", "down"): "lower"}


def mirrored(low: float, high: float, side: str) -> tuple[float, float]:
    return (low, high) if side == "up" else (-high, -low)


@pytest.mark.parametrize(
    ("side", "decision", "bound", "direction"), [*product(ESTIMATES, P_VALUES, BOUNDS, ("higher", "lower", "neither"))]
)
def test_truth_table(side: str, decision: str, bound: str, direction: str) -> None:
    expected = {
        ("decided", "inside"): "smaller_than_matters",
        ("decided", "outside"): WORDS.get((direction, side)),
        ("decided", "undeclared"): WORDS.get((direction, side)),
        ("undecided", "inside"): "equivalent",
    }.get((decision, bound), "cannot_tell")
    verdict = verdict_of(
        Finding(
            effect=ESTIMATES[side],
            p_value=P_VALUES[decision],
            alpha=ALPHA,
            direction=direction,
            bound=BOUNDS[bound],
            interval=mirrored(0.1, 0.4, side),
            p_equivalence=EQUIVALENT[bound],
        )
    )
    assert verdict == ("" if side == "none" else expected)
    assert verdict in ("", *VERDICTS)


def finding(**changes: object) -> Finding:
    usual = {"effect": 0.2, "p_value": 0.01, "alpha": ALPHA, "direction": "higher", "interval": (0.1, 0.3), "p_equivalence": 0.01}
    return Finding(**{**usual, **changes})


def test_an_interval_that_touches_the_bound_is_not_inside() -> None:
    assert verdict_of(finding(bound=0.3)) == "better"


def test_an_established_difference_whose_interval_holds_zero_is_not_called_small() -> None:
    assert verdict_of(finding(bound=0.5, interval=(-0.01, 0.3))) == "better"


def test_p_values_at_alpha_do_not_decide() -> None:
    assert verdict_of(finding(p_value=ALPHA, p_equivalence=ALPHA)) == "cannot_tell"


def test_no_tests_against_the_bound_mean_no_equivalence() -> None:
    assert verdict_of(finding(p_value=0.9, bound=5.0, p_equivalence=nan)) == "cannot_tell"


@given(
    st.floats(-1, 1).filter(bool),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0.01, 5),
    st.tuples(st.floats(-2, 2), st.floats(-2, 2)).map(sorted),
)
def test_a_rejected_test_ends_in_a_direction_or_in_a_small_difference(
    effect: float, p_value: float, p_equivalence: float, bound: float, interval: list[float]
) -> None:
    verdict = verdict_of(finding(effect=effect, p_value=p_value, p_equivalence=p_equivalence, bound=bound, interval=tuple(interval)))
    decided = {"better" if effect > 0 else "worse", "smaller_than_matters"}
    assert verdict in (decided if p_value < ALPHA else {"equivalent", "cannot_tell"})


# --- two one-sided tests


@pytest.mark.parametrize("name", ["o.jobs2.depress2.tost", "o.univbct.JOBSAT2.tost"])
def test_two_one_sided_tests_agree_with_r(r_entries: dict, name: str) -> None:
    value = r_entries[name]["value"]
    low, high = value["bounds"]
    error = (high - low) / (value["t_lower"] - value["t_upper"])
    assert two_one_sided_p(value["t_lower"] * error + low, error, value["df"], high) == pytest.approx(value["p_tost"], rel=1e-8)


@given(st.floats(-3, 3), st.floats(0.05, 2), st.floats(1, 200), st.floats(0.1, 4), st.floats(0.001, 0.3))
def test_they_reject_exactly_when_the_narrow_interval_lies_inside(
    estimate: float, error: float, df: float, bound: float, alpha: float
) -> None:
    def interval_at(confidence: float) -> tuple[float, float]:
        reach = critical_value(confidence, df) * error if confidence > 0 else 0.0
        return estimate - reach, estimate + reach

    p = two_one_sided_p(estimate, error, df, bound)
    low, high = interval_at(1 - 2 * alpha)
    assert (p < alpha) == (-bound < low and high < bound) or p == pytest.approx(alpha, rel=1e-6)
    if p < 0.5:
        assert p_inside(interval_at, bound) == pytest.approx(p, rel=1e-6, abs=1e-11)
    elif p > 0.5:
        assert p_inside(interval_at, bound) == 1
