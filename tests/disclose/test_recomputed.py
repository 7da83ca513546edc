"""What a release says of the second opinion: counts of what it shows, versions, and no number."""

import pandas as pd
import pytest

from pipeline.disclose.recomputed import recomputed
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import ESTIMATES, SECOND_OPINION

KEY = {
    "study": "mini",
    "analysis": "main",
    "estimator": "welch",
    "estimand": "mean_difference",
    "outcome": "trust",
    "unit": "person",
    "measure_unit": "number",
}
COMPARED = {
    "package": "scipy",
    "version": "1.0",
    "other_package": "statsmodels",
    "other_version": "0.9",
    "tolerance": 1e-8,
    "difference": 0.0,
}


@pytest.fixture
def estimates() -> pd.DataFrame:
    shown = {"level": "all", "estimate": 0.25, "std_error": 0.125, "effect_low": -1.5}
    return table_of(ESTIMATES, [KEY | shown, KEY | {"level": "sex=woman", "note": "withheld_small_group"}])


@pytest.fixture
def opinions() -> pd.DataFrame:
    rows = [
        {"level": level, "column": column, "number": 0.5, **told}
        for level in ("all", "sex=woman")
        for column, told in (
            ("estimate", COMPARED | {"other": 0.5}),
            ("std_error", COMPARED | {"other": 0.25, "other_most": 1.0, "note": "held_between"}),
            ("effect_low", {"note": "noncentral_t"}),
        )
    ]
    return table_of(SECOND_OPINION, [{name: value for name, value in KEY.items() if name != "measure_unit"} | row for row in rows])


def test_only_numbers_that_are_shown_are_counted(estimates: pd.DataFrame, opinions: pd.DataFrame) -> None:
    assert recomputed(estimates, opinions) == {
        "numbers": 3,
        "recomputed": 1,
        "held": 1,
        "packages": {"statsmodels": "0.9"},
        "without": {"noncentral_t": 1},
    }


def test_a_withheld_number_moves_nothing(estimates: pd.DataFrame, opinions: pd.DataFrame) -> None:
    without = opinions.loc[opinions["level"] == "all"]
    assert recomputed(estimates, opinions) == recomputed(estimates, without)


def test_a_study_without_analyses_counts_nothing(estimates: pd.DataFrame, opinions: pd.DataFrame) -> None:
    found = recomputed(estimates, opinions.iloc[:0])
    assert (found["numbers"], found["packages"], found["without"]) == (0, {}, {})
