"""A measure in another unit, or with the noise of a spreadsheet's last digits, gives the same results."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.estimators.adjusted import adjusted
from pipeline.compare.estimators.agreement import agreement
from pipeline.compare.estimators.bounds import bounds
from pipeline.compare.estimators.describe import describe
from pipeline.compare.estimators.paired import paired
from pipeline.compare.estimators.rank import rank
from pipeline.compare.estimators.retrospective import retrospective
from pipeline.compare.estimators.survival import survival
from pipeline.compare.estimators.welch import welch
from pipeline.compare.gather.cohort import BEFORE, BESIDE, BESIDE_BEFORE, OUTCOME, THEN
from pipeline.compare.gather.panel import CLUSTER, as_kind
from pipeline.compare.numbers.means import rounded_changes
from pipeline.spec.scales import without_noise
from tests.compare.cohorts import cohort
from tests.compare.conftest import Made
from tests.compare.groups import OUTCOME as COMPARED
from tests.compare.groups import two

Rows = list[dict[str, object]]
IN_UNITS = ("estimate", "std_error", "conf_low", "conf_high", "reference_value")
"""Columns in the unit of the outcome, where a row is printed in it."""
DRAW = np.random.default_rng(5)
ANSWERS = DRAW.integers(3, 16, (4, 30)) / 3
ALIKE = DRAW.random(30) < 0.7
GROUPS = two(ANSWERS[0], np.append(ANSWERS[1][:20], np.nan))
TIMES = {"outcome": ANSWERS[0], "event": np.tile([1.0, 1, 0], 10), "sex": ["woman", "man"] * 15}


def compared(estimator: Callable, clustered: bool = False) -> Callable[[float], Rows]:
    """Estimate on outcomes times a number."""
    frame = GROUPS.frame.assign(**{CLUSTER: [f"c{place % 6}" for place in range(len(GROUPS.frame))]})
    return lambda size: estimator(replace(GROUPS, frame=frame.assign(**{COMPARED: frame[COMPARED] * size}), clustered=clustered))


def changed(estimator: Callable, direction: str = "higher", **columns: object) -> Callable[[float], Rows]:
    names = (BEFORE, OUTCOME, THEN, BESIDE)
    answers = dict(zip(names, ANSWERS, strict=True)) | {BESIDE_BEFORE: ANSWERS[0]}
    return lambda size: estimator(
        cohort(
            {name: values * size for name, values in answers.items()} | columns,
            direction=direction,
            least=size,
            greatest=5 * size,
            beside="beside@t2",
        )
    )


def coded(size: float) -> Rows:
    codes = np.column_stack([ANSWERS[0], np.where(ALIKE, ANSWERS[0], ANSWERS[1])]) * size
    subjects = np.repeat([f"i{place:02d}" for place in range(30)], 2)
    return agreement(cohort({"outcome": codes.ravel(), "subject": subjects, "rater": ["a", "b"] * 30}, rater="coder", subject="interview"))


def timed(size: float) -> Rows:
    columns = TIMES | {"outcome": TIMES["outcome"] * size}
    given = cohort(columns, event="ended", event_codes=("work",), times=(2 * size, 4 * size), horizon=4 * size, by=("sex",))
    return [row | ({"term": ""} if row["estimand"] == "survival_at" else {}) for row in survival(given)]


ESTIMATORS = {
    "welch": compared(welch),
    "rank": compared(rank),
    "adjusted": compared(adjusted),
    "adjusted_clustered": compared(adjusted, clustered=True),
    "describe": compared(describe),
    "paired": changed(paired),
    "paired_lower": changed(paired, "lower"),
    "paired_clustered": changed(paired, cluster=[f"c{place % 7}" for place in range(30)]),
    "retrospective": changed(retrospective),
    "bounds": changed(bounds),
    "agreement": coded,
    "survival": timed,
}


@pytest.mark.parametrize("power", [-9, -6, -3, -1, 1, 4, 9])
@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_measure_times_a_power_of_ten_gives_the_same_results(name: str, power: int) -> None:
    size = 10.0**power
    for row, other in zip(ESTIMATORS[name](1.0), ESTIMATORS[name](size), strict=True):
        assert other.keys() == row.keys()
        for key, value in row.items():
            if isinstance(value, float):
                expected = value * size if row["measure_unit"] == "number" and key in IN_UNITS else value
                assert other[key] == pytest.approx(expected, rel=1e-9, abs=1e-12 * abs(expected), nan_ok=True), (row["estimand"], key)
            else:
                assert other[key] == value, (row["estimand"], key)


def test_changes_of_tiny_and_of_huge_measures_keep_their_signs_and_ties() -> None:
    before, after = np.array([1, 2, 3, 4.1]), np.array([1, 2.1, 2.9, 4.2])
    for size in (1e-12, 1e-3, 1.0, 1e9):
        change = rounded_changes(before * size, after * size)
        assert np.sign(change).tolist() == [0, 1, -1, 1]
        assert len(np.unique(np.abs(change))) == 2


def test_changes_of_numbers_without_noise_keep_their_ties() -> None:
    for size in (1e-6, 1.0, 1e7):
        thirds = without_noise(np.arange(3, 16) / 3 * size, 5 * size)
        before, after = (side.ravel() for side in np.meshgrid(thirds, thirds))
        assert len(np.unique(rounded_changes(before, after))) == 2 * 12 + 1


def test_the_last_binary_digits_of_a_spreadsheet_make_no_new_values() -> None:
    noisy = np.array([0.1 + 0.2, 0.3, 1.1 - 0.8, 5.5, np.nan])
    assert np.unique(without_noise(noisy, 5.5)[:3]).tolist() == [0.3]
    assert without_noise(noisy, 5.5)[3] == 5.5
    assert np.isnan(without_noise(noisy, 5.5)[4])
    assert without_noise(np.zeros(2), 0.0).tolist() == [0, 0]


def test_a_value_near_the_top_is_not_at_it() -> None:
    columns = {BEFORE: [999_995.0, 1e6, 4.0], OUTCOME: [1e6, 1e6, 5.0]}
    rows = {row["estimand"]: row for row in paired(cohort(columns, greatest=1e6))}
    assert rows["share_at_ceiling_before"]["estimate"] == pytest.approx(1 / 3)
    few = {
        row["estimand"]: row for row in paired(cohort({name: pd.Series(values) * 1e-14 for name, values in columns.items()}, greatest=1e-8))
    }
    assert few["share_at_ceiling_before"]["estimate"] == pytest.approx(1 / 3)


@pytest.mark.slow
def test_everything_that_is_estimated_reads_numbers_without_noise(made_trs: Made) -> None:
    times = pd.Series([0.1 + 0.2, 0.3, 0.5, 1.1 - 0.6, np.nan])
    assert as_kind(made_trs.study, "turnover_intention", times).dropna().unique().tolist() == [0.3, 0.5]
