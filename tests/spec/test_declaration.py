"""A faulty declaration gets every problem at once, each with its place and remedy."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import ResearcherError
from pipeline.spec.load import load_study
from tests.conftest import ROOT
from tests.miniature import ANSWERS, miniature
from tests.occasions import survey

Edit = Callable[[str, str, str], None]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with the declaration of jobs2 and no data."""
    shutil.copytree(ROOT / "studies" / "jobs2", tmp_path / "studies" / "jobs2")
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    return tmp_path


@pytest.fixture
def edit(root: Path) -> Edit:
    def replace(name: str, old: str, new: str) -> None:
        path = root / "studies" / "jobs2" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def problems_of(root: Path) -> str:
    with pytest.raises(ResearcherError) as caught:
        load_study("jobs2", root)
    return str(caught.value)


def test_a_declaration_is_checked_without_any_data(root: Path) -> None:
    assert load_study("jobs2", root).id == "jobs2"


def test_an_unknown_key_is_refused_with_a_suggestion(root: Path, edit: Edit) -> None:
    edit("study.toml", 'covariates = ["depressive_symptoms@t1", "economic_hardship@t1", "sex", "age"]', 'covariate = ["sex"]')
    message = problems_of(root)
    assert "study.toml, analyses 'offered_adjusted' covariate: is not a known key" in message
    assert "did you mean 'covariates'?" in message


def test_problems_of_all_files_come_at_once(root: Path, edit: Edit) -> None:
    edit("study.toml", 'estimator = "rank"', 'estimtor = "rank"')
    edit("codebook.csv", "select_one,sex", "selectone,sex")
    edit("answers.csv", "sex,woman,1,Kvinna,Woman,", "sex,woman,1,Kvinna,Woman,forgot")
    message = problems_of(root)
    assert "estimtor: is not a known key" in message
    assert "codebook.csv, row 5 'sex', column type: 'selectone'" in message
    assert "did you mean 'select_one'?" in message
    assert "answers.csv, row 7, column missing: 'forgot'" in message


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('outcomes = ["reemployed@t2"]', 'outcomes = ["reemployd@t2"]', "did you mean 'reemployed'?"),
        ('outcomes = ["reemployed@t2"]', 'outcomes = ["reemployed@t1"]', "allowed: reemployed@t2"),
        ('outcomes = ["reemployed@t2"]', 'outcomes = ["reemployed"]', "Name the wave."),
        ('rule = "one_of"', 'rule = "oneof"', "did you mean 'one_of'?"),
        ('counts = ["employed"]', 'counts = ["employd"]', "did you mean 'employed'?"),
        ('group = "group"\nparticipant', 'group = "grp"\nparticipant', "'grp' is not a declared fixed variable"),
        ('control = "control"\n', 'control = "participant"\n', "participant and control are the same group"),
        ('contrast = ["yes", "no"]', 'contrast = ["yes", "nope"]', "'nope' is not a declared answer of 'took_part'"),
        ('by = ["sex"]', 'by = ["age"]', "'age' is not a declared fixed select_one variable"),
        ('template = "group_comparison"', 'template = "group_comparisons"', "did you mean 'group_comparison'?"),
        ('wave = "t1"', 'wave = "t9"', "'t9' is not a declared wave"),
        ('file = "jobs.csv"', 'file = "../jobs.csv"', "a file name without folders"),
        ('design = "randomised"', 'design = "randomized"', "design"),
        ("seed = 19930321", 'seed = "19930321"', "seed"),
    ],
)
def test_what_does_not_resolve_is_named(root: Path, edit: Edit, old: str, new: str, expected: str) -> None:
    edit("study.toml", old, new)
    assert expected in problems_of(root)


@pytest.mark.parametrize(
    ("template", "allowed"),
    [
        ("before_after", "an analysis by paired or retrospective, which need a wave before and one after"),
        ("progress", "only the last does without waves"),
        ("targets", "an analysis by attainment or count"),
        ("needs", "an exhibit of kind coding"),
    ],
)
def test_a_template_with_nothing_to_show_is_refused(root: Path, edit: Edit, template: str, allowed: str) -> None:
    edit("study.toml", 'template = "group_comparison"', f'template = "{template}"')
    said = problems_of(root)
    assert f"'{template}' has nothing to show of this study" in said
    assert allowed in said


@pytest.mark.parametrize(("design", "needed"), [("self_selected", True), ("randomised", True), ("observational", False)])
def test_a_programme_is_needed_where_its_doing_is_asked_for(root: Path, edit: Edit, design: str, needed: bool) -> None:
    path = root / "studies" / "jobs2" / "study.toml"
    text = re.sub(r"\[programme\]\n(.+\n)+", "", path.read_text(encoding="utf-8"))
    path.write_text(text.replace('design = "randomised"', f'design = "{design}"'), encoding="utf-8")
    if not needed:
        assert load_study("jobs2", root).declaration.programme is None
        return
    assert "programme: is missing" in problems_of(root)


def test_where_nothing_is_asked_twice_every_question_is_a_fact(tmp_path: Path) -> None:
    study = survey(tmp_path, "observational")
    assert all(variable.fixed for variable in study.variables)
    assert not all(variable.fixed for variable in survey(tmp_path / "twice", "observational", ("may", "june")).variables)


def test_a_weaker_disclosure_policy_needs_a_reason(root: Path, edit: Edit) -> None:
    edit("study.toml", "[[reports]]", "[disclosure]\nminimum_base = 3\n\n[[reports]]")
    assert "disclosure reason: is missing" in problems_of(root)


def test_an_empty_text_is_named_by_its_place(root: Path, edit: Edit) -> None:
    edit("study.toml", 'sv = "personer"', 'sv = " "')
    edit("study.toml", 'sv = "före"', 'sv = ""')
    edit("study.toml", 'sv = "I arbete"', 'sv = ""')
    found = problems_of(root)
    for place in ("units 'person' label", "waves 't1' label", "measures 'reemployed' label"):
        assert f"studies/jobs2/study.toml, {place}: a text is empty" in found


def test_a_study_without_a_primary_analysis_is_refused(root: Path) -> None:
    path = root / "studies" / "jobs2" / "study.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('role = "primary"', 'role = "secondary"'), encoding="utf-8")
    assert "none has role = 'primary'" in problems_of(root)


@pytest.mark.parametrize("name", ["../trs", "trs/../../etc", "", "TRS", ".hidden", "a" * 65])
def test_a_study_name_cannot_leave_its_folder(root: Path, name: str) -> None:
    with pytest.raises(ResearcherError, match="is not a study name"):
        load_study(name, root)


def test_an_undeclared_study_is_answered_with_the_declared_ones(root: Path) -> None:
    with pytest.raises(ResearcherError, match="did you mean 'jobs2'"):
        load_study("jobs", root)


def test_broken_toml_names_its_line(root: Path, edit: Edit) -> None:
    edit("study.toml", "seed = 19930321", "seed = ")
    assert "line 3" in problems_of(root)


def test_a_codebook_row_with_too_many_fields_names_its_line(root: Path, edit: Edit) -> None:
    edit("codebook.csv", "Kön,Sex", "Kön, eller könsidentitet,Sex")
    assert "codebook.csv, line 5" in problems_of(root)


def test_a_repeated_raw_answer_is_refused_whatever_its_case(root: Path, edit: Edit) -> None:
    edit("answers.csv", "work,employed,psyemp", "work,employed,PSYUMP")
    assert "list work: 'psyump' stands for 2 answers" in problems_of(root)


@pytest.mark.parametrize("other", ["psyump\u200b", "\u00a0psyump", "PsyUmp\ufeff"])
def test_blanks_that_nobody_sees_make_no_other_answer(root: Path, edit: Edit, other: str) -> None:
    edit("answers.csv", "work,employed,psyemp", f"work,employed,{other}")
    assert "list work: 'psyump' stands for 2 answers" in problems_of(root)


def test_a_minus_sign_of_another_kind_makes_no_other_answer(root: Path, edit: Edit) -> None:
    edit("answers.csv", "work,employed,psyemp", "work,x,-3,X,X,\nwork,y,\u22123,Y,Y,\nwork,employed,psyemp")
    assert "stands for 2 answers" in problems_of(root)


def test_a_list_of_reasons_alone_is_no_list_of_answers(tmp_path: Path) -> None:
    answers = ANSWERS.replace("yes_no,yes,Ja,Ja,Yes,\nyes_no,no,Nej,Nej,No,\n", "yes_no,dont_know,Vet ej,,,dont_know\n")
    with pytest.raises(ResearcherError, match="'work', column answers: list yes_no holds reasons why there is no answer, and no answer"):
        miniature(tmp_path, answers=answers)
