"""Every instrument can be declared from its printed rows, answered and scored."""

import csv
import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.clean.responses import clean_responses
from pipeline.score.checks import rule_problems
from pipeline.score.rules import SCORING_RULES
from pipeline.score.scored import score_measure
from pipeline.score.scores import score_responses
from pipeline.spec.declaration import Measure
from pipeline.spec.instruments import Instrument, InstrumentItem, read_instruments
from pipeline.spec.study import Study
from pipeline.tables.results import Cleaned
from tests.documents.study_toml import answer_rows, codebook_rows
from tests.miniature import both, miniature

PEOPLE = 60
EVERY = list(read_instruments().by_id.values())
STATED = {"lock_in_employability": {"threshold": 2.5}}
"""What the instruments leave to the study."""


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def text_of(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(key for row in rows for key in row)), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def raw_answers(instrument: Instrument, item: InstrumentItem, rng: np.random.Generator) -> list[str]:
    """Draw answers as exported: labels, some of them missing reasons; for a number, days."""
    labels = [answer.label.sv for answer in instrument.answers[item.answers]]
    if item.type == "integer":
        return [str(day) for day in rng.choice([0, 3, 7, 8, 89, 90, 365], PEOPLE)]
    return [str(label) for label in rng.choice(labels, PEOPLE, p=_mostly_real(instrument, item))]


def _mostly_real(instrument: Instrument, item: InstrumentItem) -> np.ndarray:
    weights = np.array([0.05 if answer.missing else 1.0 for answer in instrument.answers[item.answers]])
    return weights / weights.sum()


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Cleaned]:
    """Declare a study of all instruments from the rows that docs/instruments.md prints, and clean made-up answers to it."""
    rng = np.random.default_rng(5)
    items = {item.key: (instrument, item) for instrument in EVERY for item in instrument.items}
    codebook = {row["name"]: row | {"raw_name::before": row["name"]} for one in EVERY for row in rows_of(codebook_rows(one))}
    group = {
        "type": "select_one",
        "name": "group",
        "unit": "person",
        "fixed": "yes",
        "answers": "group",
        "label::sv": "Grupp",
        "label::en": "Group",
    }
    person = {"type": "id", "name": "person", "unit": "person", "fixed": "yes", "label::sv": "Nummer", "label::en": "Number"}
    heads = [row | {"raw_name::before": row["name"]} for row in (person, group)]
    answers = {tuple(row.items()): row for one in EVERY for row in rows_of(answer_rows(one))}
    groups = [dict(zip(next(iter(answers.values())), ("group", one, one, one, one, ""), strict=True)) for one in ("participant", "control")]
    raw = {"person": [f"p{number}" for number in range(PEOPLE)], "group": ["participant", "control"] * (PEOPLE // 2)}
    raw |= {key: raw_answers(instrument, item, rng) for key, (instrument, item) in items.items()}
    measures = [{"name": measure.name, "instrument": one.id} | STATED.get(measure.name, {}) for one in EVERY for measure in one.measures]
    study = miniature(
        tmp_path_factory.mktemp("instruments"),
        files={"before.csv": pd.DataFrame(raw).to_csv(sep=";", index=False)},
        codebook=text_of([*heads, *codebook.values()]),
        answers=text_of([*groups, *answers.values()]),
        measures=measures,
        waves=[{"name": "t1", "label": both("before")}],
        sources=[{"name": "before", "file": "before.csv", "unit": "person", "wave": "t1"}],
        balance={"covariates": ["turnover_intention@t1"]},
        analyses=[{"id": "main", "role": "primary", "estimator": "welch", "outcomes": ["employability@t1"], "label": both("x")}],
    )
    return study, clean_responses(study)


def test_what_every_rule_needs_is_in_the_instruments(answered: tuple[Study, Cleaned]) -> None:
    study, _ = answered
    assert rule_problems(study) == []
    assert len(study.declaration.measures) == sum(len(one.measures) for one in EVERY)


def test_every_measure_of_every_instrument_has_values_of_its_kind(answered: tuple[Study, Cleaned]) -> None:
    study, cleaned = answered
    scores = score_responses(study, cleaned).scores["person"]
    for measure in study.declaration.measures:
        values = scores[measure.name].dropna()
        assert len(values) > PEOPLE / 4, measure.name
        if study.kind_of(measure.name) == "category":
            assert set(values) <= set(measure.categories), measure.name
        if study.kind_of(measure.name) == "share":
            assert set(values) <= {0.0, 1.0}, measure.name
        if measure.rule == "mean_of_items":
            assert values.between(*measure.range).all(), measure.name


def test_general_self_efficacy_lies_between_10_and_40(answered: tuple[Study, Cleaned]) -> None:
    study, cleaned = answered
    values = score_responses(study, cleaned).scores["person"]["self_efficacy"].dropna()
    assert values.between(10 * 1, 10 * 4).all()


TURNED = [measure.name for one in EVERY for measure in one.measures if any(item.reversed for item in one.items_of(measure))]


@pytest.mark.parametrize("name", TURNED)
def test_forgetting_a_reversed_item_moves_the_scores(name: str, answered: tuple[Study, Cleaned]) -> None:
    study, cleaned = answered
    measure = study.measure[name]
    forgotten = measure.model_copy(update={"reversed": measure.reversed[1:]})
    responses = cleaned.responses["person"]
    right, wrong = (score_measure(study, one, responses) for one in (measure, forgotten))
    [turned] = set(measure.reversed) - set(forgotten.reversed)
    answers = responses[turned]
    least, greatest = measure.range
    middle = answers == (least + greatest) / 2
    assert (right[answers.notna() & ~middle & right.notna()] != wrong[answers.notna() & ~middle & right.notna()]).all()
    assert right[middle & right.notna()].equals(wrong[middle & right.notna()])


def test_a_mean_moves_by_what_a_reversed_answer_moves(answered: tuple[Study, Cleaned]) -> None:
    study, _ = answered
    answers = pd.DataFrame({"ti_1": [2.0], "ti_2": [3.0], "ti_3": [5.0], "ti_4": [4.0], "wave": ["t1"]})
    measure = study.measure["turnover_intention"]
    assert score_measure(study, measure, answers).tolist() == [(2 + 3 + (1 + 5 - 5) + 4) / 4]
    assert score_measure(study, measure.model_copy(update={"reversed": ()}), answers).tolist() == [(2 + 3 + 5 + 4) / 4]


def test_a_measure_scored_without_its_instrument_gives_the_same(answered: tuple[Study, Cleaned]) -> None:
    study, cleaned = answered
    bare = tuple(measure.model_copy(update={"instrument": None, "of": None}) for measure in study.declaration.measures)
    without = replace(study, declaration=study.declaration.model_copy(update={"measures": bare}))
    one, other = (score_responses(each, cleaned).scores["person"] for each in (study, without))
    pd.testing.assert_frame_equal(one, other)


def test_the_printed_rows_name_every_item_and_answer() -> None:
    for instrument in EVERY:
        assert [row["name"] for row in rows_of(codebook_rows(instrument))] == [item.key for item in instrument.items]
        listed = {(row["list_name"], row["name"]) for row in rows_of(answer_rows(instrument))}
        assert listed == {(name, answer.code) for name, answers in instrument.answers.items() for answer in answers}


GHQ_12 = (20836, 2626, 1458, 910, 724, 553, 463, 353, 286, 239, 223, 246, 270)
"""People with 0, 1 … 12 signs in a Swedish population survey, as published."""


def test_a_published_distribution_of_signs_gives_the_published_shares_and_mean() -> None:
    [instrument] = [one for one in EVERY if one.id == "ghq_12"]
    [signs, lasting, likert] = [complete_measure(instrument, name) for name in ("ghq_signs", "ghq_lasting_signs", "ghq_likert")]
    worst = np.repeat(np.arange(13), GHQ_12)
    answers = pd.DataFrame(np.where(np.arange(12) < worst[:, None], 2.0, 1.0), columns=[item.key for item in instrument.items])
    score = SCORING_RULES["count_of"].score(answers, signs)
    assert [round(float((score >= cut).mean()), 3) for cut in (2, 3, 4)] == [0.196, 0.146, 0.115]
    assert round(float(score.mean()), 4) == 1.0894
    assert (SCORING_RULES["sum_of_items"].score(answers, likert) == 12 + worst).all()
    assert not any(item.reversed for item in instrument.items)
    as_usual = SCORING_RULES["count_of"].score(answers.iloc[:1], lasting)
    assert as_usual.tolist() == [6]  # "no more than usual" to the six questions of something hard, "as usual" to the six others
    assert SCORING_RULES["count_of"].score(answers.iloc[-1:], lasting).tolist() == [12]


def complete_measure(instrument: Instrument, name: str) -> Measure:
    measure = next(one for one in instrument.measures if one.name == name)
    return Measure(**measure.model_dump(include=set(Measure.model_fields)) | {"items": tuple(item.key for item in instrument.items)})
