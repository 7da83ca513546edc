"""The facts of a release: what was declared, and nothing that only the pipeline needs."""

from collections.abc import Mapping

import pytest

from pipeline.disclose.facts import facts_of
from pipeline.spec.load import load_study
from tests.miniature import ROOT

ANSWERS = {"source": "jobs", "sha256": "ab" * 32}
MARKER = {"source": "SIMULATED", "sha256": "cd" * 32}


def facts(study: str, provenance: Mapping[str, object]) -> dict:
    return facts_of(load_study(study, ROOT), {}, {}, provenance)


def test_the_marker_of_made_up_answers_is_told_and_is_no_received_file() -> None:
    found = facts("jobs2", {"raw": [MARKER, ANSWERS], "lock_sha256": "0123"})
    assert found["simulated"] is True
    assert found["provenance"] == {"raw": [ANSWERS], "lock_sha256": "0123"}


def test_files_without_the_marker_are_all_received() -> None:
    found = facts("jobs2", {"raw": [ANSWERS]})
    assert found["simulated"] is False
    assert found["provenance"] == {"raw": [ANSWERS]}


@pytest.mark.parametrize(
    ("study", "measure", "ends"),
    [
        ("jobs2", "depressive_symptoms", [1, 5]),
        ("jobs2", "reemployed", None),
        ("trs", "turnover_intention", [1, 5]),
        ("trs", "career_steps", None),
        ("vagen_tillbaka", "self_efficacy", [1, 4]),
        ("vagen_tillbaka", "time_to_work", [0, 18]),
    ],
)
def test_a_measure_has_the_ends_of_its_answers_from_wherever_they_are_declared(study: str, measure: str, ends: list[float] | None) -> None:
    [found] = [one for one in facts(study, {})["measures"] if one["name"] == measure]
    assert found["range"] == ends
