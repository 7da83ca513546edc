"""The truth table, exhaustively: every combination of what can be known about one comparison."""

from itertools import product
from math import nan

import pytest

from pipeline.compare.verdicts import Finding, verdict_of
from pipeline.spec.vocabulary import VERDICTS

ALPHA = 0.05
ESTIMATES = {"up": 0.2, "down": -0.2, "none": nan}
P_VALUES = {"decided": 0.01, "undecided": 0.2, "unknown": nan}
BOUNDS = {"inside": 0.5, "outside": 0.1, "undeclared": nan}
"""The wide interval reaches from 0.1 to 0.4 on the side of the estimate, the narrow one from 0.15 to 0.35."""
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
            estimate=ESTIMATES[side],
            p_value=P_VALUES[decision],
            alpha=ALPHA,
            direction=direction,
            bound=BOUNDS[bound],
            interval=mirrored(0.1, 0.4, side),
            narrow=mirrored(0.15, 0.35, side),
        )
    )
    assert verdict == ("" if side == "none" else expected)
    assert verdict in ("", *VERDICTS)


def finding(**changes: object) -> Finding:
    usual = {"estimate": 0.2, "p_value": 0.01, "alpha": ALPHA, "direction": "higher", "interval": (0.1, 0.3), "narrow": (0.12, 0.28)}
    return Finding(**{**usual, **changes})


def test_an_interval_that_touches_the_bound_is_not_inside() -> None:
    assert verdict_of(finding(bound=0.3)) == "better"
    assert verdict_of(finding(bound=0.28, p_value=0.2)) == "cannot_tell"


def test_an_established_difference_whose_interval_holds_zero_is_not_called_small() -> None:
    assert verdict_of(finding(bound=0.5, interval=(-0.01, 0.3))) == "better"


def test_a_p_value_at_alpha_does_not_decide() -> None:
    assert verdict_of(finding(p_value=ALPHA)) == "cannot_tell"


def test_no_interval_means_no_equivalence() -> None:
    assert verdict_of(finding(p_value=0.9, bound=5.0, narrow=(nan, nan))) == "cannot_tell"
