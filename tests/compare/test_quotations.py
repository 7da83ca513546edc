"""Which texts may be quoted: those with consent, and nothing of who wrote them."""

from pathlib import Path

import pandas as pd

from pipeline.clean.responses import clean_responses
from pipeline.compare.exhibits.quotations import quotations_of
from pipeline.compare.gather.panel import Panel
from pipeline.score.scores import score_responses
from pipeline.spec.study import Study
from tests.interviews import interview_study
from tests.miniature import BEFORE, both, miniature


def quoted(study: Study) -> pd.DataFrame:
    cleaned = clean_responses(study)
    return quotations_of(Panel(study, cleaned, score_responses(study, cleaned)))


def test_only_texts_with_consent_are_kept_in_words(tmp_path: Path) -> None:
    found = quoted(interview_study(tmp_path))
    assert found[["status", "theme", "text"]].to_numpy().tolist() == [
        ["consent", "foreign", "Alla här lever sin dröm."],
        ["consent", "tools", "Ge oss en mall."],
        ["no_consent", "", ""],
    ]


def test_no_answer_is_no_consent(tmp_path: Path) -> None:
    found = quoted(interview_study(tmp_path, quotes={"I3-A-tools": "Detta får ingen läsa."}))
    assert found["status"].tolist() == ["no_consent"]
    assert not found["text"].any()


def test_a_text_that_both_coders_wrote_down_stands_once(tmp_path: Path) -> None:
    found = quoted(interview_study(tmp_path, quotes={"I1-A-tools": "Ge oss en  mall.", "I1-B-tools": "Ge oss en mall."}))
    assert len(found) == 1


def test_which_interview_a_text_is_from_changes_nothing(tmp_path: Path) -> None:
    first = quoted(interview_study(tmp_path / "first", quotes={"I1-A-tools": "Första", "I4-A-tools": "Andra"}))
    other = quoted(interview_study(tmp_path / "other", quotes={"I4-A-tools": "Första", "I1-A-tools": "Andra"}))
    pd.testing.assert_frame_equal(first, other)


def test_consent_may_belong_to_the_text_itself_and_to_a_wave(tmp_path: Path) -> None:
    said = {"id": "said", "label": both("Said"), "text": "comment@t1", "consent": "work@t2", "given": ["yes"]}
    before = BEFORE.replace("A1;Ja;30;Ofta;", "A1;Ja;30;Ofta;Kort sagt bra").replace("B1;Nej;35;Ibland;", "B1;Nej;35;Ibland;Bra")
    found = quoted(miniature(tmp_path, {"before.csv": before}, quotations=[said]))
    # A1 and B1 said yes in the second wave, A2 said no
    assert found.loc[found["status"] == "consent", "text"].tolist() == ["Bra", "Kort sagt bra"]
    assert found["status"].tolist().count("no_consent") == 1


def test_a_study_without_quotations_has_an_empty_table(tmp_path: Path) -> None:
    assert quoted(interview_study(tmp_path, quotations=[])).empty
