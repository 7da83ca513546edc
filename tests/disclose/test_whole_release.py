"""Nobody who counts in whole people works out a small count, a distribution with one, or the sum of few from a release."""

import os
from collections.abc import Callable

import pytest

from pipeline.spec.load import load_study
from tests.conftest import ROOT
from tests.disclose import cohort_survey, survey
from tests.disclose.conftest import surveyed
from tests.disclose.drawn_survey import drawn_survey
from tests.disclose.holm_attack import p_values_told
from tests.disclose.survey import Survey
from tests.disclose.whole_findings import findings
from tests.once import release_of
from tests.released import release_results

pytestmark = pytest.mark.slow

SURVEYS = int(os.environ.get("RORLIGHET_SURVEYS", "40"))
"""Whole random surveys; 300 and more before a version is released."""
UNDECIDED = 2
"""Questions of a survey in which a search may end without an answer."""
NARROW = 1
"""Counts of a survey of which several values fit, but fewer than a cell: what questions tell together is not all looked at."""
EVERY_KIND: tuple[Callable[[int], Survey], ...] = (*[drawn_survey] * 8, survey.random_survey, cohort_survey.random_survey)
GENERATORS = EVERY_KIND if SURVEYS > 40 else (drawn_survey,)
"""Small surveys; among many of them some that ask all questions at once, which take a minute each."""


@pytest.mark.parametrize("seed", range(SURVEYS))
def test_no_whole_people_of_a_random_survey_can_be_worked_out(seed: int) -> None:
    asked = GENERATORS[seed % len(GENERATORS)](5000 + seed)
    released = release_results(asked.study, asked.estimated, {})
    found = list(findings(asked, released))
    exposed = [one for one in found if one.what != "undecided"]
    assert [str(one) for one in exposed if one.what != "small count" or len(one.fitting) == 1] == []
    assert len(exposed) <= NARROW
    assert len(found) - len(exposed) <= UNDECIDED
    assert list(p_values_told(asked.study, released)) == []


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "studies").iterdir()))
def test_no_whole_people_of_a_bundled_study_can_be_worked_out(name: str) -> None:
    study = load_study(name, ROOT)
    released = release_of(study)
    assert [str(one) for one in findings(surveyed(study), released)] == []
    assert list(p_values_told(study, released)) == []
