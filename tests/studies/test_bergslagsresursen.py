"""The bundled study of targets: what was planted exactly is found, and what must be withheld is."""

import pandas as pd
import pytest

from pipeline.spec.load import load_study
from pipeline.spec.study import Study
from pipeline.tables.results import Cleaned, Estimated
from tests.conftest import ROOT
from tests.once import results_of
from tests.released import release_results

pytestmark = pytest.mark.slow

COUNTS = {
    "people_140": (140, "reached"),
    "ring_new_10": (12, "reached"),
    "ring_grows_by_half": (17 + 12, "not_reached"),
    "support_planned_60": (60, "reached"),
    "sick_listed_planned_33": (33, "reached"),
    "other_courses_10": (12, "reached"),
    "computer_training_30": (30, "reached"),
    "computer_training_50": (30, "not_reached"),
    "managers_50": (50, "reached"),
    "employers_20": (20, "reached"),
    "employers_12": (12, "reached"),
}


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study("bergslagsresursen", ROOT)


@pytest.fixture(scope="module")
def cleaned(study: Study) -> Cleaned:
    return results_of(study)[0]


@pytest.fixture(scope="module")
def estimated(study: Study) -> Estimated:
    return results_of(study)[-1]


def row(estimates: pd.DataFrame, analysis: str, estimand: str, term: str = "all", level: str = "all") -> pd.Series:
    keys = {"analysis": analysis, "estimand": estimand, "term": term, "level": level}
    [found] = [one for _, one in estimates[(estimates[list(keys)] == list(keys.values())).all(axis="columns")].iterrows()]
    return found


def test_forty_two_of_sixty_is_reached_and_cannot_be_told_for_similar_groups(estimated: Estimated) -> None:
    share = row(estimated.estimates, "target_work", "attainment", "support_60")
    assert (share["estimate"], share["n"], share["n_missing"]) == (42 / 60, 60, 0)
    assert [round(100 * share[end], 1) for end in ("conf_low", "conf_high")] == [57.5, 80.1]
    assert share["verdict"] == "cannot_tell"
    assert row(estimated.estimates, "target_work", "attainment_least", "support_60")["verdict"] == "reached"


def test_without_planned_education_the_target_is_not_reached_by_the_sixty(estimated: Estimated) -> None:
    assert row(estimated.estimates, "target_work_without_planned", "attainment", "support_60")["estimate"] == (42 - 6) / 60
    assert row(estimated.estimates, "target_work_without_planned", "attainment_least", "support_60")["verdict"] == "not_reached"


def test_every_target_has_the_five_denominators_that_the_source_leaves_open(estimated: Estimated) -> None:
    shares = estimated.estimates[(estimated.estimates["estimand"] == "attainment_least") & (estimated.estimates["level"] == "all")]
    for analysis in ("target_work", "target_work_without_planned", "target_work_later"):
        assert sorted(shares.loc[shares["analysis"] == analysis, "n"]) == [60, 90, 110, 140, 160]


def test_the_readings_part_in_this_group_and_for_similar_groups(estimated: Estimated) -> None:
    mine = estimated.estimates[(estimated.estimates["analysis"] == "target_work") & (estimated.estimates["level"] == "all")]
    assert set(mine.loc[mine["estimand"] == "attainment_least", "verdict"]) == {"reached", "not_reached"}
    assert len(set(mine.loc[mine["estimand"] == "attainment", "verdict"])) > 1


@pytest.mark.parametrize("analysis", COUNTS)
def test_numbers_are_those_planted(estimated: Estimated, analysis: str) -> None:
    found = row(estimated.estimates, analysis, "count")
    assert (found["estimate"], found["verdict"]) == COUNTS[analysis]


def test_a_person_counts_once_from_the_first_entry_to_the_last_exit(cleaned: Cleaned) -> None:
    people = cleaned.units["individual"]
    assert len(people) == people["individual"].nunique() == 140
    stayed = (people["exit_date"] - people["entry_date"]).dt.days
    assert (stayed > 120).sum() == 3  # those with two spells; one spell lasts at most 120 days


def test_sex_and_sick_leave_are_the_programmes_shares(cleaned: Cleaned) -> None:
    support = cleaned.units["individual"].query("component == 'support'")
    women = support.groupby("sick_listed")["sex"].agg(lambda sex: (sex == "woman").sum())
    assert women.to_dict() == {"yes": round(0.53 * 33), "no": round(0.24 * 27)}


def test_the_programmes_own_sums_agree() -> None:
    assert 60 + 30 + 50 == 140
    assert 60 + 50 + 50 == 160
    assert round(0.24 * (238 - 49) + 0.53 * 49) == 71 == round(0.30 * 238)


def test_managers_are_paired_within_their_twelve_employers(estimated: Estimated) -> None:
    change = row(estimated.estimates, "managers_knowledge", "mean_change")
    assert change["n_clusters"] == 12
    assert change["n"] + change["n_missing"] == 50


def test_the_answer_is_released_and_small_groups_are_not(study: Study, estimated: Estimated) -> None:
    released = release_results(study, estimated, {}).estimates
    assert row(released, "target_work", "attainment", "support_60")["estimate"] == pytest.approx(42 / 60)
    grouped = released[released["analysis"] == "target_work_by_group"]
    crossed = grouped[grouped["level"].str.startswith("sex*sick_listed=")]
    assert len(crossed)
    assert crossed["estimate"].isna().all()
    assert crossed["n"].min() >= study.declaration.disclosure.minimum_base
