"""Cells of answers and facts, and what an answer is worth in each outcome that is made of it."""

import json
from dataclasses import replace

import numpy as np
import pytest

from pipeline.disclose.worlds import NOTHING, World, answers_in, answers_to, answers_with_values, question_of, values_of
from pipeline.spec.declaration import Declaration
from pipeline.spec.study import Study
from tests.disclose.survey import random_study
from tests.miniature import both
from tests.one_group import measure

PAIRS = {"low": ["red", "blue"], "high": ["green"]}


@pytest.fixture(scope="module")
def study() -> Study:
    drawn = random_study(np.random.default_rng(1))
    measures = [
        measure("warm", "one_of", "colour", counts=["red"], leaves_out=["black"]),
        measure("tone", "collapsed", "colour", categories={name: both(name) for name in PAIRS}, collapse=PAIRS),
        measure("long", "above", "days", threshold=3),
        measure("absence", "classes_of", "days", categories={name: both(name) for name in ("some", "most")}, classes=[1, 8]),
        measure("calmness", "as_answered", "calm", range=[1, 5], reversed=["calm"]),
        measure("tired_days", "as_answered", "days"),
    ]
    declared = drawn.declaration.model_dump(mode="json") | {"measures": measures, "analyses": [], "exhibits": [], "balance": {}}
    return replace(drawn, declaration=Declaration.model_validate_json(json.dumps(declared)))


def test_an_answer_that_a_measure_leaves_out_has_no_value(study: Study) -> None:
    assert values_of(study, "warm") == {"red": 1, "blue": 0, "green": 0}


def test_answers_outside_every_class_have_no_value(study: Study) -> None:
    assert values_of(study, "tone") == {"red": 0, "blue": 0, "green": 1}


def test_a_reversed_answer_counts_from_the_other_end(study: Study) -> None:
    assert values_of(study, "calmness") == {str(code): 1 + 5 - code for code in range(1, 6)}


def test_a_number_has_the_classes_that_all_its_edges_make(study: Study) -> None:
    assert [float(code) for code in answers_to(study, "days")] == [-np.inf, 0, 1, 4, 8, 30]
    assert {float(code) for code, value in values_of(study, "long").items() if value == 1} == {4, 8, 30}
    assert {float(code): value for code, value in values_of(study, "absence").items()} == {1: 0, 4: 0, 8: 1, 30: 1}


def test_a_row_of_a_table_counts_the_answers_inside_its_classes(study: Study) -> None:
    assert {float(code) for code in answers_in(study, "days", "1-<8+8-<30")} == {1, 4, 8}
    assert {float(code) for code in answers_in(study, "days", "-<0+30-")} == {-np.inf, 30}
    assert {float(code) for code in answers_in(study, "absence", "most")} == {8, 30}
    assert answers_in(study, "tone", "low+high") == {"red", "blue", "green"}


def test_a_restriction_names_values_of_a_measure_or_answers(study: Study) -> None:
    assert answers_with_values(study, "warm", ["1"]) == {"red"}
    assert answers_with_values(study, "tone", ["low"]) == {"red", "blue"}
    assert answers_with_values(study, "colour", ["black"]) == {"black"}


def test_numbers_that_classes_do_not_tell_apart_are_a_question_of_their_own(study: Study) -> None:
    assert (question_of(study, "tired_days"), question_of(study, "calmness")) == ("tired_days", "calm")
    assert answers_to(study, "tired_days") == ()


def test_moves_are_read_off_the_values_of_both_waves() -> None:
    world = World("calm", ("t1", "t2"), {"t1": ("1", "2", NOTHING), "t2": ("1", "2", NOTHING)})
    values = {"1": 1.0, "2": 2.0}
    assert [int(world.moved(values, way).sum()) for way in (1, 0, -1)] == [1, 2, 1]
    assert (world.moved(values, 1) == world.among({"t1": frozenset("1"), "t2": frozenset("2")})).all()
