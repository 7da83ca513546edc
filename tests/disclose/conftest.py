"""The bundled studies, estimated once for all tests of disclosure control."""

import pytest

from pipeline.disclose.policy import Policy
from pipeline.spec.study import Study
from pipeline.tables.results import Released
from tests.disclose.survey import Survey
from tests.once import release_of, results_of


def surveyed(study: Study) -> Survey:
    return Survey(study, *results_of(study))


@pytest.fixture(scope="session")
def trs_survey(trs: Study) -> Survey:
    return surveyed(trs)


@pytest.fixture(scope="session")
def jobs2_survey(jobs2: Study) -> Survey:
    return surveyed(jobs2)


@pytest.fixture(scope="session")
def trs_released(trs_survey: Survey) -> Released:
    return release_of(trs_survey.study)


@pytest.fixture(scope="session")
def jobs2_released(jobs2_survey: Survey) -> Released:
    return release_of(jobs2_survey.study)


@pytest.fixture
def policy() -> Policy:
    return Policy(base=6, cell=3)
