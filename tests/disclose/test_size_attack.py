"""The size of a level that is not shown does not follow from the sizes of the others and the whole."""

import os

import pandas as pd
import pytest

from pipeline.disclose import estimates
from pipeline.disclose.search import Gone
from pipeline.spec.load import load_study
from tests.conftest import ROOT
from tests.disclose import cohort_survey
from tests.disclose.conftest import surveyed
from tests.disclose.size_attack import sizes_worked_out
from tests.disclose.survey import Survey
from tests.once import release_of
from tests.released import release_results

pytestmark = pytest.mark.slow

STUDIES = sorted(path.parent.name for path in ROOT.glob("studies/*/study.toml"))
SURVEYS = int(os.environ.get("RORLIGHET_SURVEYS", "20")) // 2


@pytest.mark.parametrize("name", STUDIES)
def test_no_bundled_study_tells_the_size_of_a_level_that_it_does_not_show(name: str) -> None:
    survey = surveyed(load_study(name, ROOT))
    assert sizes_worked_out(survey.study, survey.cleaned, release_of(survey.study)) == []


@pytest.mark.parametrize("seed", range(SURVEYS))
def test_no_survey_of_one_group_tells_the_size_of_a_level_that_it_does_not_show(seed: int) -> None:
    survey, released = cohort_survey.random_release(seed)
    assert sizes_worked_out(survey.study, survey.cleaned, released) == []


def uneven() -> Survey:
    """Give a survey of one group in which few answered from one house."""
    seeds = (cohort_survey.random_survey(seed) for seed in range(100))
    return next(one for one in seeds if _has_one_small_house(one.estimated.estimates))


def _has_one_small_house(rows: pd.DataFrame) -> bool:
    sizes = rows[rows["analysis"].eq("calmer") & rows["level"].str.startswith("house=") & rows["estimand"].eq("mean_change")]["n"]
    return len(sizes) > 2 and sizes.between(1, 5).sum() == 1


def test_the_attack_sees_a_size_that_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    survey = uneven()
    monkeypatch.setattr(estimates, "beside_hidden_sizes", lambda study, policy, rows, no_size: (no_size, no_size & False))
    monkeypatch.setattr(estimates, "solved_estimates", lambda study, rows, cells: Gone())
    released = release_results(survey.study, survey.estimated, {})
    assert any("mean_change" in one for one in sizes_worked_out(survey.study, survey.cleaned, released))
