"""What render tests share: one small made-up release in each language, and one with nothing in it."""

import pytest

from pipeline.render.results import Results
from tests.render.synthetic import empty_results, made_up_results


@pytest.fixture(scope="session")
def swedish() -> Results:
    return made_up_results("sv")


@pytest.fixture(scope="session")
def english() -> Results:
    return made_up_results("en")


@pytest.fixture(scope="session")
def empty() -> Results:
    return empty_results()
