import pandas as pd
import pytest

from pipeline.tables.results import Estimated
from tests.compare.conftest import Made


@pytest.fixture(scope="session")
def distributions(trs_estimated: Estimated) -> pd.DataFrame:
    return trs_estimated.distributions


def of(distributions: pd.DataFrame, **chosen: str) -> pd.DataFrame:
    for column, value in chosen.items():
        distributions = distributions.loc[distributions[column] == value]
    return distributions


@pytest.mark.parametrize("exhibit", ["answers", "missing", "measure", "transition"])
def test_groups_add_to_all(distributions: pd.DataFrame, exhibit: str) -> None:
    rows = of(distributions, exhibit=exhibit)
    split = "level" if exhibit == "transition" else "column"
    cells = ["unit", "outcome", "wave", "row", *([] if split == "column" else ["column"])]
    both = rows.loc[rows["unit"] == "person"]
    everybody = both.loc[both[split] == "all"].set_index(cells)["n"]
    groups = both.loc[both[split] != "all"].groupby(cells)["n"].sum()
    assert len(groups) > 10
    assert (groups == everybody.loc[groups.index]).all()


@pytest.mark.parametrize("exhibit", ["answers", "missing", "measure", "experience"])
def test_the_cells_of_a_column_add_to_its_total(distributions: pd.DataFrame, exhibit: str) -> None:
    columns = of(distributions, exhibit=exhibit).groupby(["unit", "outcome", "wave", "column"])
    assert (columns["n"].sum() == columns["total"].first()).all()
    assert (columns["total"].nunique() == 1).all()


def test_those_who_answered_and_those_who_did_not_are_all_who_were_asked(distributions: pd.DataFrame, made_trs: Made) -> None:
    answered = of(distributions, exhibit="answers", outcome="ti_1", wave="t2", column="all")["n"].sum()
    missing = of(distributions, exhibit="missing", outcome="ti_1", wave="t2", column="all").set_index("row")
    assert missing.loc["answered", "n"] == answered
    assert missing["n"].sum() == made_trs.panel.answered("t2").sum()
    assert "skipped" in missing.index or "refused" in missing.index


def test_answers_of_workplaces_have_no_groups(distributions: pd.DataFrame) -> None:
    sector = of(distributions, exhibit="answers", outcome="sector")
    assert set(sector["column"]) == {"all"}
    assert sector["n"].sum() == 26


def test_measures_have_classes_with_left_edges(distributions: pd.DataFrame) -> None:
    steps = of(distributions, exhibit="measure", outcome="career_steps", wave="t2", column="all")
    assert dict(zip(steps["x"], steps["row"], strict=True)) == {0: "0-<1", 1: "1-<3", 3: "3-<5", 5: "5-"}


def test_only_those_asked_stand_in_an_experience(distributions: pd.DataFrame) -> None:
    talks = of(distributions, exhibit="experience")
    assert set(talks["column"]) == {"participant"}
    assert set(talks["analysis"]) == {"talks"}
    assert (talks["conf_low"] <= talks["share"]).all()
    assert (talks["share"] <= talks["conf_high"]).all()


def test_lock_in_moves_as_r_counts_it(distributions: pd.DataFrame, r_entries: dict) -> None:
    counts = r_entries["o.simtrs.lock4.marginal_homogeneity"]["value"]["counts"]
    moves = of(distributions, exhibit="transition", level="all").set_index(["row", "column"])["n"]
    assert {(before, after): n for before, row in counts.items() for after, n in row.items()} == moves.to_dict()


def test_row_shares_of_a_transition_add_to_one(distributions: pd.DataFrame) -> None:
    rows = of(distributions, exhibit="transition").groupby(["level", "row"])
    assert rows["share"].sum().to_numpy() == pytest.approx(1)
    assert (rows["n"].sum() == rows["total"].first()).all()
