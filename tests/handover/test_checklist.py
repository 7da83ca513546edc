"""The checklist says where each item of the design's guideline stands, and what only the researchers can add."""

from dataclasses import replace

import pytest

from pipeline.handover.document import Text, words
from pipeline.handover.reading import document_of
from pipeline.render.results import Results
from pipeline.render.tables.checklist import GUIDELINES, ITEMS, checklist_table
from tests.conftest import ROOT
from tests.render.synthetic import made_up_results

LAST = {"TREND": 22, "CONSORT": 25, "STROBE": 22}
"""Number of items of each guideline, as published."""


def of_design(design: str, **facts: object) -> Results:
    results = made_up_results("sv")
    return replace(results, facts={**results.facts, "design": design, **facts})


@pytest.mark.parametrize("guideline", sorted(set(GUIDELINES.values())))
def test_a_guideline_is_asked_about_whole(guideline: str) -> None:
    numbers = {part.strip(" ab") for item in ITEMS for part in item.number(guideline).split(",") if part}
    expected = {str(number) for number in range(1, LAST[guideline] + 1)}
    assert numbers == expected - ({"6"} if guideline == "STROBE" else set()), "who takes part is asked about with the setting"


def test_every_section_that_an_item_names_is_one_of_a_report() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "pipeline" / "render").rglob("*.py") if path.stem != "checklist")
    named = {name for item in ITEMS for name in item.sections}
    assert {name for name in named if f'"{name}"' not in code} == set()


def test_an_item_stands_in_the_first_section_that_the_report_has() -> None:
    table = checklist_table(of_design("self_selected"), {"flow": "B1 Vilka som räknas", "people": "B2 Vilka som jämförs"})
    assert table is not None
    places = {line.header + line.cells[0].text: line.cells[1].text for line in table.lines}
    assert places["12Hur många som var med i varje steg, och varför andra föll bort"] == "B1 Vilka som räknas"
    assert places["14Vilka deltagarna var från början"] == "B2 Vilka som jämförs"


@pytest.mark.parametrize("written", [True, False])
def test_what_only_the_researchers_know_is_missing_until_they_have_words(written: bool) -> None:
    table = checklist_table(of_design("randomised"), {"researcher": "6 Forskarnas egna ord"} if written else {})
    assert table is not None
    funding = next(line for line in table.lines if line.header == "25")
    assert funding.cells[1].text == ("6 Forskarnas egna ord" if written else "")
    assert ("Se efter" if written else "texts/sv.md") in funding.cells[2].text


def test_an_unlocked_plan_is_said_to_be_missing() -> None:
    table = checklist_table(of_design("randomised", plan={"locked": False}), {"deviations": "B6 Avvikelser"})
    assert table is not None
    plan = next(line for line in table.lines if line.header == "23, 24")
    assert (plan.cells[1].text, "make lock" in plan.cells[2].text) == ("", True)


def test_interviews_have_no_guideline_here() -> None:
    assert checklist_table(of_design("interviews"), {"summary": "1"}) is None


def test_the_checklist_is_the_last_section_and_is_not_there_twice() -> None:
    html = '<h2 id="summary">Sammanfattning</h2><p>Ord.</p>'
    cell = {"cell_type": "code", "outputs": [{"data": {"text/html": html}, "metadata": {}}]}
    document = document_of({"cells": [cell]}, of_design("self_selected"), "one")
    assert [words(part.runs) for part in document.parts if isinstance(part, Text) and part.level == 2] == [
        "1 Sammanfattning",
        "2 Checklista för rapportering",
    ]
    cell["outputs"][0]["data"]["text/html"] = html + '<h2 id="checklist">Checklista</h2>'  # type: ignore[index]
    again = document_of({"cells": [cell]}, of_design("self_selected"), "one")
    assert len([part for part in again.parts if isinstance(part, Text) and part.level == 2]) == 2
