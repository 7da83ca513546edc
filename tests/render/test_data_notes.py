"""What a report says of findings in the raw files."""

from dataclasses import replace

import pytest

from pipeline.disclose.data_notes import EMPTY, TOLD
from pipeline.render.results import Results
from pipeline.render.section import Section
from pipeline.render.templates.group_comparison import GroupComparison


def with_notes(results: Results, *notes: dict) -> Results:
    usual = {"source": "baseline+followup", "subject": "person", "finding": "contradiction"}
    return replace(results, facts={**results.facts, "data_notes": [usual | note for note in notes]})


def words_of(section: Section | None) -> str:
    assert section is not None
    return " ".join(part._repr_mimebundle_()[0]["text/plain"] for part in section.parts)


@pytest.mark.parametrize("finding", [one for one in TOLD if one not in EMPTY])
def test_every_finding_is_told_in_both_languages(swedish: Results, english: Results, finding: str) -> None:
    for results, count in ((swedish, "17 anställda"), (english, "17 employees")):
        assert count in words_of(GroupComparison(with_notes(results, {"finding": finding, "n": 17})).data_notes())


def test_what_is_empty_is_named(english: Results) -> None:
    told = words_of(
        GroupComparison(with_notes(english, *({"source": "followup", "finding": finding, "n": 0} for finding in EMPTY))).data_notes()
    )
    assert "has no rows" in told
    assert "Nobody answered" in told


def test_few_people_are_told_as_at_most_so_many(swedish: Results, english: Results) -> None:
    assert "högst 3 anställda" in words_of(GroupComparison(with_notes(swedish, {"at_most": 3})).data_notes())
    assert "at most 3 employees" in words_of(GroupComparison(with_notes(english, {"at_most": 3})).data_notes())


def test_without_findings_there_is_no_section(swedish: Results) -> None:
    assert GroupComparison(swedish).data_notes() is None
    assert GroupComparison(with_notes(swedish)).data_notes() is None
