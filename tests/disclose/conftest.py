"""The bundled studies, estimated once for all tests of disclosure control."""

import pytest

from pipeline.clean.responses import clean_responses
from pipeline.compare.estimates import estimate_effects
from pipeline.disclose.policy import Policy
from pipeline.disclose.release import release_results
from pipeline.score.scores import score_responses
from pipeline.spec.study import Study
from pipeline.tables.results import Released
from tests.disclose.survey import Survey


def surveyed(study: Study) -> Survey:
    cleaned = clean_responses(study)
    scored = score_responses(study, cleaned)
    return Survey(study, cleaned, scored, estimate_effects(study, cleaned, scored))


@pytest.fixture(scope="session")
def trs_survey(trs: Study) -> Survey:
    return surveyed(trs)


@pytest.fixture(scope="session")
def jobs2_survey(jobs2: Study) -> Survey:
    return surveyed(jobs2)


@pytest.fixture(scope="session")
def trs_released(trs_survey: Survey) -> Released:
    return release_results(trs_survey.study, trs_survey.estimated, {})


@pytest.fixture(scope="session")
def jobs2_released(jobs2_survey: Survey) -> Released:
    return release_results(jobs2_survey.study, jobs2_survey.estimated, {})


@pytest.fixture
def policy() -> Policy:
    return Policy(base=6, cell=3)
