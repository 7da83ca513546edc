"""A report on what interviews say is needed: counts of interviews, who agreed, what may be quoted; also when codings are odd."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.render.catalogue import catalogue
from pipeline.render.codings import CodedInterviews, codings
from pipeline.render.figures.coding_matrix import ALL_FOUND, FILLED, NONE_FOUND, NOT_CODED, PALE, SOME_FOUND, coding_matrix_figure, found_by
from pipeline.render.figures.figure import Figure
from pipeline.render.figures.look import PAPER, contrast
from pipeline.render.results import Results
from pipeline.render.section import Section, Words
from pipeline.render.tables.table import Table
from pipeline.render.templates.needs import Needs
from pipeline.render.wording.lines import Found, needs_line
from pipeline.render.wording.most import MOST_NAMED, NAMED, top
from pipeline.spec.declaration import Disclosure
from pipeline.spec.study import Study
from pipeline.tables.frames import csv_bytes
from tests.interviews import EXHIBIT, FOUND, QUOTATIONS, interview_study
from tests.miniature import both
from tests.once import release_of

pytestmark = pytest.mark.slow

SECTIONS = ("title", "summary", "question", "flow", "needs", "others", "matrix", "together", "quotations", "agreement", "limits", "methods", "codebook", "withheld", "provenance")  # fmt: skip
NOTHING = dict.fromkeys(FOUND["A"], " " * 4)


def results_of(study: Study, language: str = "sv") -> Results:
    released = release_of(study)
    facts = json.loads(json.dumps(released.facts))
    return Results(
        study.id,
        language,
        facts,
        released.estimates,
        released.distributions,
        released.flow,
        released.labels,
        released.deviations,
        "",
        quotations=released.quotations,
    )


def made(root: Path, language: str = "sv", **changes: object) -> Needs:
    return Needs(results_of(interview_study(root, **changes), language))


def with_policy(root: Path, base: int, cell: int, **changes: object) -> Needs:
    study = interview_study(root, **changes)
    policy = Disclosure(minimum_base=base, minimum_cell=cell, reason=study.declaration.disclosure.reason)
    return Needs(results_of(replace(study, declaration=study.declaration.model_copy(update={"disclosure": policy}))))


def coding_of(report: Needs) -> CodedInterviews:
    assert report.coding is not None
    return report.coding


def text_of(shown: Section | Words | None) -> str:
    """Give everything a section says in words, figures by their alternative text."""
    parts = shown.parts if isinstance(shown, Section) else [shown] if shown else []
    return "\n".join(_words(part) for part in parts).replace("\u00a0", " ")


def _words(part: object) -> str:
    if isinstance(part, Figure):
        return f"{part.alt}\n{part.caption}"
    bundle = part._repr_mimebundle_()  # type: ignore[attr-defined]
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    return data["text/plain"]


def whole_text(report: Needs) -> str:
    return "\n".join(text_of(getattr(report, name)()) for name in SECTIONS)


def table_of(section: Section | None) -> Table:
    assert section is not None
    [table] = [part for part in section.parts if isinstance(part, Table)]
    return table


def row_of(table: Table, header: str) -> list[str]:
    [line] = [line for line in table.lines if line.header == header]
    return [cell.text for cell in line.cells]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_section_is_made_and_no_share_is_in_it(tmp_path: Path, language: str) -> None:
    report = made(tmp_path, language)
    text = whole_text(report)
    shares = re.findall(r"\d+(?:[.,]\d+)? ?%", text)
    assert set(shares) <= {"95 %", "95%"}  # the level of an interval
    assert "p = " not in text
    assert not re.search(r"\{\w+\}", text)


def test_the_answer_names_themes_by_interviews_of_both_coders(tmp_path: Path) -> None:
    report = made(tmp_path)
    # tools: both coders in I1 and I4 of four; secrecy: never both
    assert "I flest intervjuer nämns verktyg för samtal (2 av 4)" in text_of(report.summary())
    assert row_of(table_of(report.needs()), "Verktyg för samtal") == ["2 av 4", "3 av 4"]
    assert row_of(table_of(report.needs()), "Sekretess") == ["0 av 3", "2 av 4"]


def test_what_is_no_need_stands_apart_with_its_explanation(tmp_path: Path) -> None:
    report = made(tmp_path)
    assert "Frågan känns främmande" not in [line.header for line in table_of(report.needs()).lines]
    others = text_of(report.others())
    assert "Not a need." in others
    assert "”Frågan känns främmande” nämns i 4 av 4 intervjuer enligt båda kodarna" in text_of(report.summary())


def test_without_parts_all_themes_stand_together(tmp_path: Path) -> None:
    report = made(tmp_path, exhibits=[{**EXHIBIT, "parts": []}])
    assert len(table_of(report.needs()).lines) == 3
    assert report.others() is None
    assert report.codebook() is None


def test_an_interview_coded_once_is_told_and_has_a_star(tmp_path: Path) -> None:
    found = {"A": FOUND["A"], "B": {theme: signs[:3] + " " for theme, signs in FOUND["B"].items()}}
    report = made(tmp_path, found=found)
    flow = text_of(report.flow())
    assert "båda kodarna kodat 3" in flow
    assert "Intervju nr 04 har bara kodats av en del av kodarna" in flow
    assert coding_of(report).coded_by_fewer == ("interview-04",)
    assert found_by(coding_of(report), coding_of(report).themes[0], "interview-04") == SOME_FOUND


def test_a_coder_who_coded_nothing_is_told_and_not_counted(tmp_path: Path) -> None:
    report = made(tmp_path, found={**FOUND, "C": NOTHING})
    assert "Kodare nr 03 har inte kodat någonting" in text_of(report.flow())
    assert coding_of(report).most == 2
    assert row_of(table_of(report.needs()), "Verktyg för samtal") == ["2 av 4", "3 av 4"]


def test_a_theme_nobody_mentioned_is_a_row_and_its_agreement_a_remark(tmp_path: Path) -> None:
    found = {coder: {**themes, "tools": "...."} for coder, themes in FOUND.items()}
    report = made(tmp_path, found=found)
    assert row_of(table_of(report.needs()), "Verktyg för samtal") == ["0 av 4", "0 av 4"]
    assert row_of(table_of(report.agreement()), "Verktyg för samtal")[0] == "4 av 4"
    assert "verktyg för samtal" in text_of(report.limits())


def test_a_report_is_made_when_nothing_was_coded(tmp_path: Path) -> None:
    report = made(tmp_path, found={"A": NOTHING, "B": NOTHING})
    assert "nämns i någon intervju" in text_of(report.summary())
    assert {found_by(coding_of(report), theme, "interview-01") for theme in coding_of(report).themes} == {NOT_CODED}
    assert whole_text(report)


def test_one_coder_alone_has_one_column_and_a_caution(tmp_path: Path) -> None:
    report = made(tmp_path, found={"A": FOUND["A"]})
    assert row_of(table_of(report.needs()), "Verktyg för samtal") == ["3 av 4"]
    assert "Varje intervju har kodats av en person" in text_of(report.question())
    assert "En person har kodat." in text_of(report.limits())
    assert coding_matrix_figure(report._results, coding_of(report)) is not None


def test_three_coders_are_counted_together(tmp_path: Path) -> None:
    report = made(tmp_path, found={**FOUND, "C": FOUND["A"]})
    assert row_of(table_of(report.needs()), "Verktyg för samtal") == ["2 av 4", "3 av 4"]
    assert "Alla 3 kodare" in [column.heading for column in table_of(report.needs()).columns]
    assert "Fleiss kappa" in [column.heading for column in table_of(report.agreement()).columns]


def test_the_usual_policy_withholds_interviews_and_says_so(tmp_path: Path) -> None:
    report = with_policy(tmp_path, 6, 3)
    assert report.matrix() is None
    assert report.together() is None
    assert "visas inte, eftersom någon annars" in text_of(report.summary())
    assert row_of(table_of(report.needs()), "Verktyg för samtal") == ["visas inte", "visas inte"]
    assert whole_text(report)


def test_quotations_stand_under_their_theme_and_are_escaped(tmp_path: Path) -> None:
    quotes = {"I1-A-tools": "Ge <script>alert(1)</script> mall", "I4-B-foreign": "Alla här lever sin dröm."}
    section = made(tmp_path, "en", quotes=quotes).quotations()
    assert section is not None
    html = "".join(str(part.html) for part in section.parts if isinstance(part, Words))
    assert "&lt;script&gt;" in html
    assert "<script>" not in html
    assert '<blockquote lang="sv">' in html
    assert html.index("Tools for talks") < html.index("mall") < html.index("The question feels foreign") < html.index("dröm")


def test_quotations_that_nobody_read_are_counted_and_not_shown(tmp_path: Path) -> None:
    report = made(tmp_path, quotations=[{**QUOTATIONS, "read": 1}])
    text = text_of(report.quotations())
    assert "0 av 3 nedskrivna citat visas." in text
    assert "ingen har intygat att alla citat är lästa" in text
    assert "mall" not in text


def test_a_study_without_quotations_or_agreement_lacks_these_sections(tmp_path: Path) -> None:
    assert made(tmp_path, quotations=[]).quotations() is None
    other = {"id": "work", "label": both("w"), "role": "secondary", "estimator": "agreement", "outcomes": ["mentioned"]}
    by_coder = {**other, "rater": "coder", "subject": "interview"}
    assert made(tmp_path / "other", analyses=[by_coder]).agreement() is not None


def test_full_agreement_has_no_interval_and_a_remark(tmp_path: Path) -> None:
    consent = dict.fromkeys((f"I{number:02d}" for number in range(1, 13)), "Ja")
    found = {coder: {"tools": "xxxxxx......", "secrecy": "xx.xx.xx.xx.", "foreign": "xxx........."} for coder in "AB"}
    table = table_of(made(tmp_path, found=found, consent=consent, quotes={}, quotations=[]).agreement())
    cells = next(line.cells for line in table.lines if line.header == "Verktyg för samtal")
    assert cells[1].text == "1,00"
    remarks = [*cells[1].notes, *table.columns[1].notes]
    assert any("överens i alla fall" in remark for remark in remarks)


def test_a_theme_in_nearly_all_interviews_explains_its_low_alpha(tmp_path: Path) -> None:
    consent = dict.fromkeys((f"I{number:02d}" for number in range(1, 13)), "Ja")
    found = {
        "A": {"tools": "xxxxxx......", "secrecy": "xx.xx.xx.xx.", "foreign": "x" * 11 + "."},
        "B": {"tools": "xxxxxx......", "secrecy": "xx.xx.xx.xx.", "foreign": "x" * 10 + ".x"},
    }
    text = text_of(made(tmp_path, found=found, consent=consent, quotes={}, quotations=[]).agreement())
    assert "Lägst alfa har ”Frågan känns främmande”: −0,05. Temat kodades lika i 10 av 12 intervjuer." in text
    assert "nästan alla intervjuer" in text


def test_a_coder_who_never_coded_a_theme_is_the_cause_and_not_how_rare_it_is(tmp_path: Path) -> None:
    consent = dict.fromkeys((f"I{number:02d}" for number in range(1, 13)), "Ja")
    both_alike = {"tools": "xxxxxx......", "secrecy": "xx.xx.xx.xx."}
    found = {"A": both_alike | {"foreign": "." * 12}, "B": both_alike | {"foreign": "xxxxx......."}}
    section = made(tmp_path, found=found, consent=consent, quotes={}, quotations=[]).agreement()
    cells = next(line.cells for line in table_of(section).lines if line.header.startswith("Frågan känns"))
    assert [cells[0].text, cells[1].text] == ["7 av 12", "0,00"]
    text = text_of(section)
    assert "En av kodarna gjorde samma bedömning i alla intervjuer" in text
    assert "nästan alla intervjuer" not in text
    assert not any("överens i alla" in remark for remark in cells[1].notes)
    assert any("en kodare använde bara en kod" in remark for remark in cells[1].notes)


def test_the_matrix_tells_its_finding_and_is_the_same_twice(tmp_path: Path) -> None:
    report = made(tmp_path)
    first, again = (coding_matrix_figure(report._results, coding_of(report)) for _ in range(2))
    assert first is not None
    assert again is not None
    assert first.svg == again.svg
    assert "Verktyg för samtal 2 av 4" in first.alt


def test_marks_differ_in_grey() -> None:
    assert contrast(FILLED, PAPER) > 7
    assert contrast(FILLED, PALE) > 6
    assert NONE_FOUND != ALL_FOUND


def test_a_wide_matrix_still_fits_the_page(tmp_path: Path) -> None:
    consent = dict.fromkeys((f"I{number:02d}" for number in range(1, 41)), "Ja")
    found = {coder: dict.fromkeys(FOUND["A"], "x." * 20) for coder in "AB"}
    report = made(tmp_path, found=found, consent=consent, quotes={}, quotations=[])
    assert len(coding_of(report).interviews) == 40
    assert report.matrix() is not None


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [([5, 4, 3, 3, 2], [5, 4, 3, 3]), ([5, 4], [5, 4]), ([9, 3, 3, 3, 3, 3], [9]), ([3, 3, 3, 3, 3, 3], []), ([], [])],
)
def test_ties_are_named_together_or_not_at_all(sizes: list[int], expected: list[int]) -> None:
    assert top(sizes, lambda size: size) == expected
    assert NAMED <= MOST_NAMED


def test_no_theme_stands_out_when_all_are_alike(tmp_path: Path) -> None:
    codes = [f"t{number}" for number in range(6)]
    coding = replace(coding_of(made(tmp_path)))
    theme = replace(coding.themes[0], counts=coding.themes[0].counts)
    alike = replace(coding, parts=(replace(coding.parts[0], themes=tuple(replace(theme, code=code) for code in codes)),))
    report = made(tmp_path / "other")
    report.__dict__["coding"] = alike
    assert "Inget tema sticker ut: 6 teman nämns i lika många intervjuer (2 av 4)." in text_of(report.summary())


def test_the_index_says_what_the_report_says(tmp_path: Path) -> None:
    results = results_of(interview_study(tmp_path))
    labels = {(row.kind, row.parent, row.name): row.text for row in results.labels[results.labels["language"] == "sv"].itertuples()}
    cells = plain_rows(csv_bytes(results.distributions).decode())
    line = needs_line(Found(results.facts, labels, [], catalogue("sv"), cells))
    assert "I flest intervjuer nämns verktyg för samtal (2 av 4)." in line
    assert needs_line(Found({**results.facts, "exhibits": []}, labels, [], catalogue("sv"), cells)) == ""
    hidden = [{**cell, "n": "", "total": ""} for cell in cells]
    assert "Inget tema går att visa" in needs_line(Found(results.facts, labels, [], catalogue("sv"), hidden))


def plain_rows(text: str) -> list[Mapping[str, str]]:
    import csv
    import io

    return list(csv.DictReader(io.StringIO(text)))


def test_a_release_without_coding_still_gives_a_report(tmp_path: Path) -> None:
    results = results_of(interview_study(tmp_path, quotations=[]))
    report = Needs(replace(results, facts={**results.facts, "exhibits": []}))
    assert codings(report._results) == ()
    assert "Det finns ingen kodning" in text_of(report.summary())
    assert report.needs() is report.matrix() is report.agreement() is report.flow() is None
