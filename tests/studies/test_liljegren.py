"""From raw files to release, the published study of job mobility gives its published numbers."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.tables.results import Released
from tests.once import release_of
from tests.studies.liljegren import liljegren


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Released:
    study = liljegren(Path(tmp_path_factory.mktemp("liljegren")))
    return release_of(study)


def row_of(released: Released, **keys: str) -> pd.Series:
    rows = released.estimates
    found = rows.loc[rows[list(keys)].eq(pd.Series(keys)).all(axis="columns")]
    assert len(found) == 1, f"{len(found)} rows fit {keys}"
    return found.iloc[0]


def test_kinds_of_mobility_by_sex_give_the_published_chi_square(released: Released) -> None:
    row = row_of(released, analysis="kinds", estimand="association")
    assert (row["statistic"], row["df"], row["p_value"]) == (4.96, 2, 0.084)
    assert (row["n"], row["n_a"], row["n_b"]) == (662, 401, 261)


def test_any_mobility_gives_the_published_odds_ratio(released: Released) -> None:
    row = row_of(released, analysis="any", estimand="odds_ratio")
    assert [row[name] for name in ("estimate", "conf_low", "conf_high")] == [0.68, 0.48, 0.96]


def test_any_mobility_gives_the_published_risk_difference(released: Released) -> None:
    row = row_of(released, analysis="any", estimand="risk_difference")
    assert [round(100 * row[name], 1) for name in ("estimate", "conf_low", "conf_high")] == [-7.7, -14.8, -0.8]


@pytest.mark.parametrize(
    ("wave", "reading", "rate", "asked"),
    [("t1", "approached", 78.4, 1010), ("t2", "approached", 65.5, 1010), ("t2", "without_retired", 66.5, 995)],
)
def test_each_response_rate_names_its_denominator(released: Released, wave: str, reading: str, rate: float, asked: int) -> None:
    row = row_of(released, analysis=f"response_{wave}", estimand="response_rate", term=reading)
    assert (round(100 * row["estimate"], 1), row["n"]) == (rate, asked)
    labels = released.labels.query("kind == 'reading' and language == 'en'").set_index(["parent", "name"])["text"]
    assert labels[f"response_{wave}", reading] in ("all approached", "approached and not retired")


def test_the_flow_counts_those_approached_and_those_who_answered_each_wave(released: Released) -> None:
    flow = released.flow.query("group == 'all'").set_index(["chain", "node"])["n"]
    assert (flow["wave:t1", "answered"], flow["wave:t2", "answered"], flow["wave:t2", "in_sample"]) == (792, 662, 1010)
