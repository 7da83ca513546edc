"""The whole release: what is in it, what never is, and what it does not depend on."""

import json
from dataclasses import replace
from itertools import product

import pandas as pd
import pytest

from pipeline.clean.responses import clean_responses
from pipeline.compare.estimates import estimate_effects
from pipeline.disclose.codes import unknown_codes
from pipeline.errors import ResearcherError
from pipeline.score.scores import score_responses
from pipeline.spec.declaration import Report
from pipeline.spec.declared import Text
from pipeline.spec.study import Answer, Study
from pipeline.tables.frames import csv_bytes
from pipeline.tables.results import Released
from tests.disclose.survey import Survey, random_survey, study_of, variable
from tests.miniature import ROOT, write_study
from tests.released import release_results

pytestmark = pytest.mark.slow

TABLES = ("estimates", "distributions", "flow", "labels", "deviations")


def all_text(released: Released) -> str:
    """Write the whole release as it would be on disk."""
    tables = [csv_bytes(getattr(released, name)).decode() for name in TABLES]
    return "\n".join([*tables, json.dumps(released.facts, ensure_ascii=False), *released.texts.values()])


def test_which_reports_are_declared_changes_no_released_table(trs_survey: Survey, trs_released: Released) -> None:
    reports = (Report(id="other", template="group_comparison", languages=("en",)), Report(id="more", template="group_comparison"))
    declaration = trs_survey.study.declaration.model_copy(update={"reports": reports})
    other = release_results(replace(trs_survey.study, declaration=declaration), trs_survey.estimated, {})
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(other, name), getattr(trs_released, name))


def test_the_order_of_the_estimated_rows_changes_nothing(trs_survey: Survey, trs_released: Released) -> None:
    given = trs_survey.estimated
    shuffled = replace(
        given,
        estimates=given.estimates.sample(frac=1, random_state=1, ignore_index=True),
        distributions=given.distributions.sample(frac=1, random_state=2, ignore_index=True),
        flow=given.flow.sample(frac=1, random_state=3, ignore_index=True),
    )
    other = release_results(trs_survey.study, shuffled, {})
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(other, name), getattr(trs_released, name))


def test_a_release_is_made_of_the_same_rows_less_what_was_merged(trs_survey: Survey, trs_released: Released) -> None:
    assert len(trs_released.estimates) == len(trs_survey.estimated.estimates)
    withheld = trs_released.facts["disclosure"]["withheld"]
    assert len(trs_released.distributions) == len(trs_survey.estimated.distributions) - withheld["merged"]
    assert withheld["distributions"] == trs_released.distributions["withheld"].sum()


def test_the_sum_of_a_merged_table_is_the_sum_of_its_answers(jobs2_survey: Survey, jobs2_released: Released) -> None:
    keys = ["exhibit", "outcome", "wave", "column"]
    before, after = (one.distributions.groupby(keys)["n"].sum() for one in (jobs2_survey.estimated, jobs2_released))
    pd.testing.assert_series_equal(before, after)


PLANTED = {"name": "Kim Påhittad", "identity number": "640823-3234", "formula": "=cmd|' /C calc'!A0", "telephone": "070-123 45 67"}


@pytest.mark.slow
def test_a_name_a_number_and_a_formula_in_free_text_are_nowhere_in_the_release(tmp_path, trs: Study) -> None:
    files = {source.file: (trs.paths.raw / source.file).read_bytes() for source in trs.declaration.sources}
    lines = files["baslinje.csv"].decode("cp1252").split("\r\n")
    for line, planted in zip(range(10, 14), PLANTED.values(), strict=True):
        head, _, _ = lines[line].rpartition(";")
        lines[line] = f'{head};"{planted}"'
    files["baslinje.csv"] = "\r\n".join(lines).encode("cp1252")
    folder = ROOT / "studies" / "trs"
    declared = json.loads(trs.declaration.model_dump_json(exclude_none=True))
    declared["sources"] = [{key: value for key, value in one.items() if key != "sha256"} for one in declared["sources"]]
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in ("codebook.csv", "answers.csv")}
    study = write_study(tmp_path, "trs", declared, codebook=texts["codebook.csv"], answers=texts["answers.csv"], files=files)
    cleaned = clean_responses(study)
    comments = set(cleaned.responses["person"]["comment"].dropna())
    assert set(PLANTED.values()) <= comments
    released = release_results(study, estimate_effects(study, cleaned, score_responses(study, cleaned)), {})
    written = all_text(released)
    assert [kind for kind, planted in PLANTED.items() if planted in written] == []
    assert [comment for comment in comments if len(comment) > 12 and comment in written] == []


def test_no_id_of_a_person_or_workplace_is_in_the_release(trs_survey: Survey, trs_released: Released) -> None:
    ids = {one for unit, frame in trs_survey.cleaned.units.items() for one in frame[trs_survey.study.unit[unit].id]}
    values = {
        str(value) for name in TABLES for column in getattr(trs_released, name) for value in getattr(trs_released, name)[column].unique()
    }
    assert ids & values == set()


@pytest.mark.parametrize(("column", "value"), [("outcome", "comment"), ("level", "sex=Kim"), ("term", "Kim - control"), ("group_a", "Kim")])
def test_a_code_that_was_not_declared_stops_the_release(trs_survey: Survey, column: str, value: str) -> None:
    estimates = trs_survey.estimated.estimates.copy()
    estimates.loc[0, column] = value
    given = (estimates, trs_survey.estimated.distributions, trs_survey.estimated.flow)
    assert unknown_codes(trs_survey.study, *given) == [f"estimates.{column}"]


def test_every_code_of_a_random_release_was_declared() -> None:
    survey = random_survey(1)
    assert unknown_codes(survey.study, survey.estimated.estimates, survey.estimated.distributions, survey.estimated.flow) == []


def test_an_identity_number_in_the_researchers_text_stops_the_release(trs_survey: Survey) -> None:
    study = replace(trs_survey.study, texts={"sv": "Kontakt: 640823-3234"})
    with pytest.raises(ResearcherError, match=r"texts/sv\.md: holds what looks like a personal identity number"):
        release_results(study, trs_survey.estimated, {})


def test_a_code_with_a_plus_sign_is_refused_because_it_joins_answers() -> None:
    study = study_of([variable("group", "select_one", "group", fixed=True), variable("income", "select_one", "income")])
    study = replace(study, answer_lists={**study.answer_lists, "income": (Answer("50k+", "50k+", Text(sv="50", en="50")),)})
    with pytest.raises(ResearcherError, match="code '50k\\+' holds '\\+'"):
        release_results(study, random_survey(1).estimated, {})


def test_every_code_of_a_released_table_has_a_label(
    trs_survey: Survey, trs_released: Released, jobs2_survey: Survey, jobs2_released: Released
) -> None:
    for survey, released in ((trs_survey, trs_released), (jobs2_survey, jobs2_released)):
        have = set(released.labels[["language", "kind", "parent", "name"]].itertuples(index=False, name=None))
        study = survey.study
        wanted = [("variable", "", one.name) for one in study.variables] + [("measure", "", one.name) for one in study.declaration.measures]
        wanted += [("answer", one.name, code) for one in study.variables for code in study.codes_of(one)]
        wanted += [("category", one.name, code) for one in study.declaration.measures for code in one.categories]
        wanted += [("analysis", "", one.id) for one in study.declaration.analyses] + [("wave", "", wave) for wave in study.wave_names]
        assert {(language, *label) for language, label in product(("sv", "en"), wanted)} <= have


def test_the_facts_name_the_primary_outcomes_in_declared_order(trs_released: Released) -> None:
    assert [(one["outcome"], one["wave"]) for one in trs_released.facts["primary_outcomes"]] == [
        ("turnover_intention", "t2"),
        ("double_lock_in", "t2"),
        ("moved", "t2"),
    ]


def test_the_facts_can_be_written_as_json(trs_released: Released) -> None:
    assert json.loads(json.dumps(trs_released.facts)) == trs_released.facts


def test_the_groups_carry_the_labels_of_the_sample_and_not_of_the_answer_list(jobs2: Study, jobs2_released: Released) -> None:
    labels = jobs2_released.labels.query("kind == 'group' and language == 'en'").set_index("name")["text"]
    declared = jobs2.declaration
    assert labels.to_dict() == {"participant": declared.participant_label.en, "control": declared.control_label.en}
