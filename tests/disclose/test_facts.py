"""The facts of a release: what was declared, and nothing that only the pipeline needs."""

from collections.abc import Mapping

from pipeline.disclose.facts import facts_of
from pipeline.spec.load import load_study
from tests.miniature import ROOT

ANSWERS = {"file": "jobs.csv", "sha256": "ab" * 32}
MARKER = {"file": "SIMULATED", "sha256": "cd" * 32}


def facts(study: str, provenance: Mapping[str, object]) -> dict:
    return facts_of(load_study(study, ROOT), {}, {}, provenance)


def test_the_marker_of_made_up_answers_is_told_and_is_no_received_file() -> None:
    found = facts("jobs2", {"raw": [MARKER, ANSWERS], "version": "0.1.0"})
    assert found["simulated"] is True
    assert found["provenance"] == {"raw": [ANSWERS], "version": "0.1.0"}


def test_files_without_the_marker_are_all_received() -> None:
    found = facts("jobs2", {"raw": [ANSWERS]})
    assert found["simulated"] is False
    assert found["provenance"] == {"raw": [ANSWERS]}
