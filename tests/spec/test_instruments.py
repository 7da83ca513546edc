"""Instruments as data: every file is whole, in both languages, and says of itself what does not fit."""

import tomllib
from pathlib import Path

import pytest

from pipeline.spec.instruments import FOLDER, Instrument, Instruments, read_instruments

FILES = sorted(FOLDER.glob("*.toml"))
EVERY = list(read_instruments().by_id.values())
NAMED = {
    "lock_in",
    "lock_in_employability",
    "turnover_intention",
    "employability",
    "career_steps",
    "mobility_status",
    "self_rated_health",
    "sick_days",
    "experience_of_talks",
    "self_efficacy",
    "self_esteem",
    "readiness",
    "status_ladder",
    "knowledge_self_rated",
    "knowledge_test",
    "planned_use",
    "ghq_12",
    "depression_six",
    "job_search",
    "job_search_self_efficacy",
    "job_satisfaction",
    "work_ability",
    "organisational_justice",
    "labour_market_distance",
}
"""What the five programmes use, and what is measured beside it in the field."""


def folder_of(tmp_path: Path, name: str, old: str, new: str) -> Instruments:
    """Read a folder with one bundled instrument, changed."""
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / f"{name}.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return read_instruments(tmp_path)


def test_every_instrument_file_is_read_without_problems() -> None:
    assert read_instruments().problems == ()
    assert [path.stem for path in FILES] == list(read_instruments().by_id)
    assert set(read_instruments().by_id) == NAMED


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_text_says_something_in_both_languages(path: Path) -> None:
    def texts(part: object, place: str):
        if isinstance(part, dict) and {"sv", "en"} & part.keys():
            yield place, part
        elif isinstance(part, dict):
            for key, inside in part.items():
                yield from texts(inside, f"{place} {key}")
        elif isinstance(part, list):
            for number, inside in enumerate(part):
                yield from texts(inside, f"{place} {number}")

    found = list(texts(tomllib.loads(path.read_text(encoding="utf-8")), path.stem))
    assert found
    for place, text in found:
        assert text["sv"].strip() and text["en"].strip(), place
        assert text["sv"] != text["en"] or len(text["sv"].split()) == 1, place


@pytest.mark.parametrize("instrument", EVERY, ids=lambda one: one.id)
def test_the_range_of_a_scale_is_that_of_its_answers(instrument: Instrument) -> None:
    for measure in instrument.measures:
        for item in instrument.items_of(measure) if measure.range else ():
            if item.type == "rating":
                codes = [float(code) for code in instrument.codes_of(item)]
                assert (min(codes), max(codes)) == measure.range


def test_lists_with_one_name_hold_the_same_answers_in_every_instrument() -> None:
    seen: dict = {}
    for instrument in EVERY:
        for name, answers in instrument.answers.items():
            assert seen.setdefault(name, answers) == answers, f"{instrument.id}: {name}"


def test_items_with_one_key_are_the_same_question_in_every_instrument() -> None:
    seen: dict = {}
    for instrument in EVERY:
        for item in instrument.items:
            assert seen.setdefault(item.key, item) == item, f"{instrument.id}: {item.key}"


def test_no_two_measures_of_all_instruments_share_a_name() -> None:
    names = [measure.name for instrument in EVERY for measure in instrument.measures]
    assert len(names) == len(set(names))


WRONG = {
    "unknown_key": ("direction =", "directoin =", "did you mean 'direction'?"),
    "unknown_rule": ('rule = "mean_of_items"', 'rule = "mean"', "'mean' is no scoring rule"),
    "reversed_without_range": ("range = [1, 5]\n", "", "reversed items need the range"),
    "unknown_list": ('answers = "agreement"', 'answers = "agreemint"', "'agreemint' is no list of answers"),
    "wrong_id": ('id = "turnover_intention"', 'id = "turnover"', "id 'turnover' is not the file's name"),
    "repeated_key": ('key = "ti_2"', 'key = "ti_1"', "'ti_1' is used more than once"),
    "words_as_codes": ('code = "1"', 'code = "one"', "a rating needs numbers as codes"),
    "no_english": (', en = "I often think of leaving"', "", "text en: field required"),
    "broken": ("[answers]", "[answers", "is not valid TOML"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_faulty_instrument_is_told_by_its_file(case: str, tmp_path: Path) -> None:
    old, new, message = WRONG[case]
    read = folder_of(tmp_path, "turnover_intention", old, new)
    assert read.by_id == {}
    assert any("pipeline/instruments/turnover_intention.toml" in str(one) and message in str(one) for one in read.problems)


def test_a_knowledge_question_without_a_right_answer_is_refused(tmp_path: Path) -> None:
    read = folder_of(tmp_path, "knowledge_test", 'right = "agencies"\n', "")
    assert "every question needs its right answer" in str(read.problems[0])


def test_all_faults_of_an_instrument_come_at_once(tmp_path: Path) -> None:
    text = (FOLDER / "turnover_intention.toml").read_text(encoding="utf-8")
    text = text.replace('rule = "mean_of_items"', 'rule = "mean"').replace('id = "turnover_intention"', 'id = "x"')
    (tmp_path / "turnover_intention.toml").write_text(text, encoding="utf-8")
    assert len(read_instruments(tmp_path).problems) == 2
