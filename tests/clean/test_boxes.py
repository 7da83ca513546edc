"""Questions with several answers: ticked, not ticked, not answered; and never a value beside the reason why there is none."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipeline.clean.boxes import split_answers
from pipeline.clean.responses import clean_responses
from pipeline.errors import ResearcherError
from pipeline.score.scores import score_responses
from pipeline.spec.boxes import with_boxes
from pipeline.spec.study import Study
from tests.miniature import both, miniature, source

ANSWERS = """\
list_name,name,raw,label::sv,label::en,missing
group,participant,1,Deltagare,Participants,
group,control,2,Kontroll,Control,
"""
CODEBOOK = """\
type,name,unit,fixed,answers,constraint,classes,label::sv,label::en,raw_name::one
id,person,person,yes,,,,Nummer,Number,id
select_one,group,person,yes,group,,,Grupp,Group,group
integer,number,person,yes,,,,Tal,Number,group
"""
STEPS = "steps,cv,SQ001,CV,CV,\nsteps,interview,SQ002,Intervju,Interview,\n"
SET = 'select_multiple,steps,person,,steps,,,Vilka steg?,Which steps?,"steps[{}]"\n'


def study_of(tmp_path: Path, rows: list[str], codebook: str, answers: str, heading: str, form: str = "limesurvey", more: str = "") -> Study:
    """Give a study of one file; ``rows`` are what follows id, date and group of those who submitted, ``more`` whole lines behind them."""
    lines = [f'"{place}","2024-03-01","{1 + place % 2}",{row}' for place, row in enumerate(rows, start=1)]
    return miniature(
        tmp_path,
        files={"one.csv": "\n".join([f'"id","submitdate","group",{heading}', *lines, more])},
        codebook=CODEBOOK + codebook,
        answers=ANSWERS + answers,
        waves=[{"name": "t1", "label": both("now")}],
        sources=[source("one", wave="t1", format=form, ignore=["submitdate"])],
        measures=[{"name": "m", "label": both("M"), "unit": both("u"), "rule": "as_answered", "items": ["number"]}],
        balance={"covariates": []},
        analyses=[{"id": "main", "role": "primary", "estimator": "welch", "outcomes": ["m"], "label": both("M")}],
    )


def column(study: Study, name: str) -> list[str]:
    """Give what each person has: the answer, or the missing code as a number."""
    frame = clean_responses(study).responses["person"].sort_values("person", key=lambda ids: ids.astype(int))
    return [str(value) if isinstance(value, str) else str(code) for value, code in zip(frame[name], frame[f"{name}__missing"], strict=True)]


BOXES = '"steps[SQ001]","steps[SQ002]"'
NOT_REACHED, SKIPPED = "2", "3"


def test_a_question_without_a_tick_was_not_answered(tmp_path: Path) -> None:
    study = study_of(tmp_path, ['"Y",""', '"",""', '"","Y"'], SET, STEPS, BOXES)
    assert column(study, "steps_cv") == ["yes", SKIPPED, "no"]
    assert column(study, "steps_interview") == ["no", SKIPPED, "yes"]


def test_noughts_of_a_form_that_was_never_opened_are_no_answers(tmp_path: Path) -> None:
    study = study_of(
        tmp_path, ['"1","0"', '"0","0"', '"0","1"'], SET.replace("[{}]", "___{}"), STEPS, '"steps___SQ001","steps___SQ002"', form="csv"
    )
    assert column(study, "steps_cv") == ["yes", SKIPPED, "no"]


def test_a_listed_blank_means_that_none_fitted(tmp_path: Path) -> None:
    study = study_of(tmp_path, ['"Y",""', '"",""'], SET, STEPS + "steps,none,,Inget,None,\n", BOXES)
    assert column(study, "steps_cv") == ["yes", "no"]


def test_the_answers_own_text_is_a_tick(tmp_path: Path) -> None:
    study = study_of(tmp_path, ['"CV",""', '"","Intervju"'], SET, STEPS, BOXES)
    assert (column(study, "steps_cv"), column(study, "steps_interview")) == (["yes", "no"], ["no", "yes"])


def test_a_cell_that_is_neither_tick_nor_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResearcherError, match=r"steps_cv .*1 answers are not in the codebook"):
        clean_responses(study_of(tmp_path, ['"Kanske",""', '"","Y"'], SET, STEPS, BOXES))


def broken_off(tmp_path: Path, codebook: str, answers: str, last: str) -> Study:
    """Give a study of 12 who submitted and 2 who broke off: after the group, and as ``last`` says."""
    rows = ['"Y",""'] * 6 + ['"","Y"'] * 6
    return study_of(tmp_path, rows, codebook, answers, BOXES, more=f'"13","","1","",""\n"14","","2",{last}\n')


def test_who_broke_off_before_the_question_did_not_leave_its_boxes_empty(tmp_path: Path) -> None:
    study = broken_off(tmp_path, SET, STEPS, '"Y",""')
    assert column(study, "steps_cv")[-2:] == [NOT_REACHED, "yes"]
    assert column(study, "steps_interview")[-2:] == [NOT_REACHED, "no"], "the question was shown whole to who ticked one of its boxes"


def test_a_listed_blank_is_no_answer_of_who_broke_off(tmp_path: Path) -> None:
    single = 'select_one,s1,person,,tick,,,S1,S1,"steps[SQ001]"\nselect_one,s2,person,,tick,,,S2,S2,"steps[SQ002]"\n'
    study = broken_off(tmp_path, single, "tick,yes,Y,Ja,Yes,\ntick,no,,Nej,No,\n", '"",""')
    assert column(study, "s1") == ["yes"] * 6 + ["no"] * 6 + [NOT_REACHED] * 2


def test_a_listed_nought_is_no_number_of_who_broke_off(tmp_path: Path) -> None:
    numbers = 'integer,a,person,,nought,,,A,A,"steps[SQ001]"\ninteger,b,person,,nought,,,B,B,"steps[SQ002]"\n'
    rows = ['"4","2"', '"","3"', '"5",""']
    study = study_of(tmp_path, rows, numbers, "nought,0,,Noll,Nought,\n", BOXES, more='"4","","1","",""\n')
    frame = clean_responses(study).responses["person"]
    assert frame["a"].tolist()[:3] == [4, 0, 5] and pd.isna(frame["a"].iloc[3])
    assert frame["a__missing"].tolist() == [0, 0, 0, int(NOT_REACHED)]


@pytest.mark.parametrize("no", ["N", "0"])
def test_one_answer_and_blanks_are_refused_with_a_way_out(tmp_path: Path, no: str) -> None:
    single = 'select_one,s1,person,,tick,,,S1,S1,"steps[SQ001]"\nselect_one,s2,person,,tick,,,S2,S2,"steps[SQ002]"\n'
    rows = ['"Y",""'] * 7 + ['"","Y"'] * 6
    with pytest.raises(ResearcherError, match="7 cells hold the answer 'yes', 6 are blank, and no cell holds another answer"):
        clean_responses(study_of(tmp_path, rows, single, f"tick,yes,Y,Ja,Yes,\ntick,no,{no},Nej,No,\n", BOXES))
    told = study_of(tmp_path, rows, single, f"tick,yes,Y,Ja,Yes,\ntick,no,{no},Nej,No,\ntick,skipped,,,,skipped\n", BOXES)
    assert column(told, "s1") == ["yes"] * 7 + [SKIPPED] * 6


ONE_CELL = "select_multiple,steps,person,,steps,,,Vilka steg?,Which steps?,steps\n"
IN_ONE_CELL = "steps,cv,CV,CV,CV,\nsteps,interview,Intervju,Intervju,Interview,\nsteps,course,Kurs,Kurs,Course,\n"


def test_several_answers_in_one_cell_become_boxes(tmp_path: Path) -> None:
    rows = ['"CV;"', '"CV;Intervju;"', '""', '"Intervju;Kurs"', '"kurs; cv"']
    study = study_of(tmp_path, rows, ONE_CELL, IN_ONE_CELL, '"steps"', form="csv")
    assert column(study, "steps_cv") == ["yes", "yes", SKIPPED, "no", "yes"]
    assert column(study, "steps_interview") == ["no", "yes", SKIPPED, "yes", "no"]
    assert column(study, "steps_course") == ["no", "no", SKIPPED, "yes", "yes"]


def test_several_answers_where_one_was_declared_are_told_how_to_be_declared(tmp_path: Path) -> None:
    single = ONE_CELL.replace("select_multiple", "select_one")
    with pytest.raises(ResearcherError, match="give the variable the type select_multiple"):
        clean_responses(study_of(tmp_path, ['"CV;"', '"CV;Intervju;"'], single, IN_ONE_CELL, '"steps"', form="csv"))


def test_an_answer_that_is_not_listed_among_several_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResearcherError, match="'CV;Praktik;'"):
        clean_responses(study_of(tmp_path, ['"CV;"', '"CV;Praktik;"'], ONE_CELL, IN_ONE_CELL, '"steps"', form="csv"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,3", ("1", "3")),
        ("1 3", ("1", "3")),
        ("13", ("13",)),
        ("1, 13", ("1", "13")),
        ("CV\nKurs", ("cv", "kurs")),
        ("Sökt jobb, internt; CV", ("sökt jobb, internt", "cv")),
        ("Sökt jobb, internt", ("sökt jobb, internt",)),
        ("CV;;Kurs;", ("cv", "kurs")),
        ("CVKurs", None),
        ("CV; Praktik", None),
    ],
)
def test_a_cell_is_split_into_declared_answers_only(text: str, found: tuple[str, ...] | None) -> None:
    assert split_answers(text, ("1", "3", "13", "cv", "kurs", "sökt jobb, internt")) == found


def test_a_measure_that_names_the_question_counts_its_boxes(tmp_path: Path) -> None:
    study = study_of(tmp_path, ['"Y",""', '"Y","Y"'], SET, STEPS, BOXES)
    taken = study.declaration.measures[0].model_copy(update={"name": "taken", "rule": "count_of", "items": ("steps",), "counts": ("yes",)})
    declaration = with_boxes(study.declaration.model_copy(update={"measures": (taken,)}), study.variables)
    assert declaration.measures[0].items == ("steps_cv", "steps_interview")
    scored = score_responses(replace(study, declaration=declaration), clean_responses(study))
    assert scored.scores["person"]["taken"].tolist() == [1.0, 2.0]
