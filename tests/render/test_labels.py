"""Names of classes and levels."""

from pathlib import Path

import pytest

from pipeline.render.labels import answer_label, of_group, of_one
from pipeline.render.results import Results
from tests.seminars import results_of, seminars

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def seminar_results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results_of(seminars(tmp_path_factory.mktemp("seminars")))


def test_the_last_class_of_a_count_is_its_greatest_number(seminar_results: Results) -> None:
    assert [answer_label(seminar_results, "right", code) for code in ("0-<1", "2-<3", "3-")] == ["0", "2", "3"]


def test_an_open_class_below_the_greatest_number_says_or_more(tmp_path: Path) -> None:
    from tests.seminars import MEASURES

    open_class = [{**MEASURES[0], "classes": [0, 2]}, *MEASURES[1:]]
    results = results_of(seminars(tmp_path, measures=open_class))
    assert answer_label(results, "right", "2-") == "2 or more"


def test_a_single_group_goes_without_saying(english: Results, seminar_results: Results) -> None:
    assert [of_one(results, "figure.scores.alt") for results in (english, seminar_results)] == [
        "figure.scores.alt",
        "figure.scores.alt_of_one",
    ]
    assert of_group(english, "participant", "48%") == "Participants 48%"
    assert of_group(seminar_results, "all", "48%") == "48%"
