"""What an analysis tells of beside its outcome counts: the wave before, and the mediator."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from pipeline.disclose.estimates import _adjusted_for_few, _beside_hidden_groups

BEFORE, LATER = ("hope", "t1"), ("hope", "t2")


def row(estimator: str, place: tuple[str, str], estimand: str = "mean") -> dict[str, str]:
    outcome, wave = place
    return {
        "analysis": estimator,
        "estimator": estimator,
        "estimand": estimand,
        "outcome": outcome,
        "wave": wave,
        "level": "all",
        "covariates": "",
    }


@pytest.mark.parametrize(
    ("declared", "hidden", "gone"),
    [
        ({"before": "t1"}, BEFORE, True),
        ({"before": "t1"}, LATER, True),
        ({"before": "t0"}, BEFORE, False),
        ({"mediator": "plans@t1"}, ("plans", "t1"), True),
        ({"mediator": "plans@t1"}, BEFORE, False),
        ({}, BEFORE, False),
    ],
)
def test_a_model_goes_with_what_it_tells_of(declared: dict[str, str], hidden: tuple[str, str], gone: bool) -> None:
    analysis = SimpleNamespace(id="change_score", **{"before": None, "mediator": None, **declared})
    study: Any = SimpleNamespace(declaration=SimpleNamespace(analyses=[analysis]), measure={})
    rows = pd.DataFrame([row("change_score", LATER, "difference_in_change"), row("description", hidden)])
    marked = _beside_hidden_groups(study, rows, pd.Series([False, True]))
    assert marked.tolist() == [gone, False]


@pytest.mark.parametrize(
    ("covariates", "people", "gone"),
    [
        ("sex", 29, True),
        ("sex", 60, False),
        ("sex education", 60, True),
        ("sex education", 240, False),
        ("sex age", 29, False),
        ("", 29, False),
    ],
)
def test_an_adjustment_for_categories_of_few_people_goes(covariates: str, people: int, gone: bool) -> None:
    codes = {"sex": ("a", "b"), "education": ("a", "b", "c", "d"), "age": ()}
    study: Any = SimpleNamespace(
        declaration=SimpleNamespace(disclosure=SimpleNamespace(minimum_base=10, minimum_cell=5), analyses=[]),
        measure={},
        variable={name: SimpleNamespace(name=name, is_numeric=name == "age") for name in codes},
        codes_of=lambda variable: codes[variable.name],
    )
    named = {"covariates": covariates, "n_a": people, "n_b": 300}
    rows = pd.DataFrame([row("adjusted", LATER, estimand) | named for estimand in ("adjusted_risk_difference", "difference_by_imputation")])
    assert _adjusted_for_few(study, rows).tolist() == [gone, False]
