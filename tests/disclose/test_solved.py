"""What only all released numbers together would tell is withheld, the least important of them."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.disclose.solved import statements_in, worlds_of
from pipeline.disclose.told import NUMBER
from pipeline.spec.study import Study
from pipeline.tables.results import Released
from tests.disclose.conftest import surveyed
from tests.disclose.drawn_survey import drawn_survey
from tests.one_group import STATUSES, Person, analysis, everybody, measure, one_group, people
from tests.released import release_results

pytestmark = pytest.mark.slow

NESTED = [
    measure("in_work", "one_of", "status", counts=["work"]),
    measure("active", "one_of", "status", counts=["practice", "work"]),
]


def released(root: Path, group: Iterable[Person], analyses: list[dict], measures: list[dict] = NESTED) -> Released:
    study: Study = one_group(root, group, measures=measures, analyses=analyses, exhibits=[])
    return release_results(study, surveyed(study).estimated, {})


def answering(statuses: dict[str, int], **facts: object) -> list[Person]:
    """Give people with these statuses in every wave."""
    drawn = people(sum(statuses.values()))
    codes = [code for code, count in statuses.items() for _ in range(count)]
    return [
        everybody(
            [one], status=dict.fromkeys(("start", "exit", "later"), code), calm=dict.fromkeys(("start", "exit", "later"), "3"), **facts
        )[0]
        for one, code in zip(drawn, codes, strict=True)
    ]


def numbered(*groups: list[Person]) -> list[Person]:
    return [everybody([one], number=f"N{place:03d}")[0] for place, one in enumerate(one for group in groups for one in group)]


def share(result: Released, outcome: str, level: str) -> float:
    rows = result.estimates
    mine = rows[(rows["outcome"] == outcome) & (rows["level"] == level) & rows["estimand"].eq("attainment") & (rows["wave"] == "exit")]
    return float(mine["estimate"].iloc[0])


def test_a_sum_lies_where_a_reader_of_the_printed_mean_takes_it_to_lie() -> None:
    survey = drawn_survey(5002)
    rows = survey.estimated.estimates.assign(no_number=False, no_people=False)
    sums = [
        (statement, about.rows.loc[row])
        for about, facts in worlds_of(survey.study, rows, survey.estimated.distributions)
        for statement in statements_in(about, facts)
        for row in statement.rows
        if row in about.rows.index and about.rows.loc[row, "estimand"] == "mean" and statement.part == NUMBER
    ]
    assert sums
    for statement, row in sums:
        shown = round(row["exact"], 2)
        assert (statement.low, statement.high) == pytest.approx(((shown - 0.005) * row["people"], (shown + 0.005) * row["people"]))


def test_how_many_moved_between_classes_of_a_number_is_a_count_like_others() -> None:
    survey = drawn_survey(5175)

    def small(rows: pd.DataFrame) -> list[float]:
        moved = rows[rows["estimand"].isin(["share_up", "share_same", "share_down"])].dropna(subset=["estimate", "n"])
        return [count for count in (moved["estimate"] * moved["n"]).round() if 0 < count < 3]

    assert small(survey.estimated.estimates[survey.estimated.estimates["n"].astype("float64") >= 6])
    assert small(release_results(survey.study, survey.estimated, {}).estimates) == []


@pytest.mark.parametrize(("in_practice", "withheld"), [(5, 0), (2, 1)])
def test_two_outcomes_that_differ_by_few_people_at_a_level_are_not_both_told(tmp_path: Path, in_practice: int, withheld: int) -> None:
    women = answering({"unemployed": 20, "practice": in_practice, "work": 10}, sex="woman")
    men = answering({"unemployed": 15, "practice": 15, "work": 12}, sex="man")
    both = [
        analysis("main", "attainment", "in_work@exit", "primary", target=0.5, by=["sex"]),
        analysis("wider", "attainment", "active@exit", target=0.5, by=["sex"]),
    ]
    result = released(tmp_path, numbered(women, men), both)
    at_level = [share(result, outcome, "sex=woman") for outcome in ("in_work", "active")]
    assert np.isnan(at_level).sum() == withheld
    assert share(result, "active", "all") == pytest.approx((in_practice + 10 + 15 + 12) / len(women + men))


def test_the_number_at_the_other_levels_goes_with_that_of_a_level_of_one(tmp_path: Path) -> None:
    houses = [answering({"unemployed": 12, "work": 9}, house="H1"), answering({"unemployed": 9, "work": 8}, house="H2")]
    alone = answering({"work": 1}, house="H3")
    by = [analysis("main", "attainment", "in_work@exit", "primary", target=0.5, by=["house"])]
    rows = released(tmp_path, numbered(*houses, alone), by).estimates
    told = rows[rows["level"].str.startswith("house=") & rows["n"].notna()]["level"].unique()
    assert len(told) < 2
    assert (rows.loc[rows["level"] == "all", "n"] == 21 + 17 + 1).any()


def test_moves_beside_a_table_of_moves_do_not_solve_its_cells(tmp_path: Path) -> None:
    kept = numbered(answering({"unemployed": 20, "practice": 15, "work": 12, "inactive": 9}))
    moved = [everybody([one], status={"start": "unemployed", "exit": "practice", "later": "practice"})[0] for one in answering({"work": 2})]
    declared = [
        analysis("main", "attainment", "in_work@exit", "primary", target=0.5),
        analysis("ladder", "transition", "rung@exit", before="start"),
    ]
    rung = measure("rung", "as_category", "status", categories={code: {"sv": code, "en": code} for code in STATUSES})
    rows = released(tmp_path, numbered(kept, moved), declared, [*NESTED, rung]).estimates
    shares = rows[rows["estimand"].isin(["share_up", "share_same", "share_down"])]
    assert len(shares) == 3
    assert shares["estimate"].isna().all()


def test_without_thresholds_nothing_is_taken_out(tmp_path: Path) -> None:
    alone = numbered(answering({"unemployed": 5, "work": 1}))
    study = one_group(
        tmp_path,
        alone,
        measures=NESTED,
        analyses=[analysis("main", "attainment", "in_work@exit", "primary", target=0.5)],
        exhibits=[],
        disclosure={"minimum_base": 1, "minimum_cell": 1, "reason": {"sv": "x", "en": "x"}},
    )
    result = release_results(study, surveyed(study).estimated, {})
    assert share(result, "in_work", "all") == pytest.approx(1 / 6)
