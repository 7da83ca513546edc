"""One question shown in several classes: no two tables may give what one of them hides."""

import numpy as np
import pandas as pd
import pytest

from pipeline.disclose.classes import are_nested, values_counted
from pipeline.spec.study import Study
from tests.disclose.survey import DAYS, FIXED, LISTS, WAVES, Survey, analysis, measure, study_of, survey_of, variable
from tests.disclose.test_attack import exposed, exposed_transition
from tests.miniature import both
from tests.released import release_results

pytestmark = pytest.mark.slow

COLOURS = LISTS["colour"]
WARM, COLD = {"warm": ["red", "green"], "cold": ["blue", "black"]}, {"cold": ["red", "green", "blue"], "dark": ["black"]}


def sorted_into(name: str, classes: dict[str, list[str]]) -> dict:
    return measure(name, "collapsed", ("colour",), categories={one: both(one) for one in classes}, collapse=classes)


def colours(*measures: dict, transitions: tuple[str, ...] = (), counted: tuple[str, ...] = ("red",)) -> Study:
    """Declare a study of one question whose answers measures sort into classes, and a share of it."""
    variables = [*(variable(name, "select_one", name, fixed=True) for name in FIXED), variable("colour", "select_one", "colour")]
    kept = measure("kept", "one_of", ("colour",), counts=counted)
    exhibits = [
        {"id": f"change_{name}", "kind": "transition", "label": both(name), "outcomes": [name], "waves": list(WAVES)}
        for name in transitions
    ]
    return study_of(
        variables,
        measures=[*measures, kept],
        analyses=[analysis("shares", "risk_difference", ["kept@t2"])],
        exhibits=exhibits,
        balance={"covariates": ["sex"]},
    )


def answered(study: Study, counts: dict[str, int]) -> Survey:
    """Give each group the same answers, the same in both waves but for one in three, who go to the next colour."""
    given = [code for code, count in counts.items() for _ in range(count)] * 2
    people = pd.DataFrame({"person": [f"p{number:03d}" for number in range(len(given))]})
    units = people.assign(group=np.repeat(["participant", "control"], len(given) // 2), sex="man", group__missing=0, sex__missing=0)
    moved = [COLOURS[(COLOURS.index(code) + 1) % 4] if place % 3 == 0 else code for place, code in enumerate(given)]
    waves = [people.assign(wave=wave, colour=answers, colour__missing=0) for wave, answers in zip(WAVES, (given, moved), strict=True)]
    missing = {"group__missing": "int8", "sex__missing": "int8"}
    responses = pd.concat(waves, ignore_index=True).astype({"colour__missing": "int8"}).sort_values(["person", "wave"], ignore_index=True)
    return survey_of(study, units.astype(missing), responses)


def shown(survey: Survey, wave: str = "t1") -> dict[str, set[str]]:
    """Give the rows of each table that is shown."""
    cells = release_results(survey.study, survey.estimated, {}).distributions
    mine = cells[cells["exhibit"].isin(["answers", "measure"]) & (cells["wave"] == wave) & ~cells["withheld"]]
    return {str(name): set(part["row"]) for name, part in mine.groupby("outcome")}


def test_large_counts_are_shown_in_all_classes() -> None:
    survey = answered(colours(sorted_into("tone", WARM)), dict.fromkeys(COLOURS, 20))
    assert shown(survey) == {"colour": set(COLOURS), "tone": {"warm", "cold"}}


def test_the_classes_go_first_where_the_question_hides_a_small_count() -> None:
    survey = answered(colours(sorted_into("tone", WARM), counted=("red", "green")), {"red": 20, "blue": 20, "green": 2, "black": 20})
    assert shown(survey) == {"tone": {"warm", "cold"}}
    assert exposed(survey, release_results(survey.study, survey.estimated, {})) == {}


def test_of_two_ways_to_sort_that_cross_only_the_first_is_shown() -> None:
    survey = answered(colours(sorted_into("tone", WARM), sorted_into("shade", COLD)), dict.fromkeys(COLOURS, 20))
    assert "tone" in shown(survey)
    assert "shade" not in shown(survey)


def test_what_an_exhibit_shows_goes_before_what_was_declared_earlier() -> None:
    study = colours(sorted_into("tone", WARM), sorted_into("shade", COLD), transitions=("shade",))
    assert "shade" in shown(answered(study, dict.fromkeys(COLOURS, 20)))
    assert "tone" not in shown(answered(study, dict.fromkeys(COLOURS, 20)))


def test_a_share_that_divides_a_class_takes_its_table_away_when_few_are_left() -> None:
    many = answered(colours(sorted_into("tone", WARM)), dict.fromkeys(COLOURS, 20))
    few = answered(colours(sorted_into("tone", WARM)), {"red": 20, "blue": 20, "green": 1, "black": 20})
    assert "tone" in shown(many)
    assert "tone" not in shown(few)


def test_a_change_is_shown_in_one_set_of_classes_only() -> None:
    study = colours(
        sorted_into("tone", WARM),
        measure("shade", "as_category", ("colour",), categories={code: both(code) for code in COLOURS}),
        transitions=("shade", "tone"),
    )
    survey = answered(study, dict.fromkeys(COLOURS, 40))
    released = release_results(study, survey.estimated, {})
    cells = released.distributions[released.distributions["exhibit"] == "transition"]
    told = cells[cells["n"].notna()]["outcome"]
    assert set(told) == {"shade"}
    assert exposed_transition(survey, released, "shade") == {}


def test_classes_of_a_number_end_where_the_next_begins() -> None:
    study = days([0.0, 1.0, 8.0])
    assert [values_counted(study, "absence", name) for name in ("a", "b", "c")] == [(0, 1 - 1), (1, 8 - 1), (8, float("inf"))]


def days(edges: list[float]) -> Study:
    names = list("abcd")[: len(edges)]
    absence = measure("absence", "classes_of", ("days",), classes=edges, categories={name: both(name) for name in names})
    group = [variable(name, "select_one", name, fixed=True) for name in FIXED]
    return study_of([*group, variable("days", "integer", classes=DAYS)], measures=[absence], analyses=[], balance={"covariates": ["sex"]})


@pytest.mark.parametrize(("edges", "nested"), [([0.0, 1.0, 8.0], True), ([0.0, 8.0], True), ([0.0, 4.0], False), ([*DAYS, 60.0][:4], True)])
def test_classes_are_nested_when_all_edges_of_one_are_edges_of_the_other(edges: list[float], nested: bool) -> None:
    study = days(edges)
    tables = {"absence": list(study.measure["absence"].categories), "days": ["0-<1", "1-<8", "8-<30", "30-"]}
    assert are_nested(study, "days", tables) is nested
