"""What a scoring rule needs, and what it would ignore, is found before there are data."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.score.checks import rule_problems
from pipeline.spec.declaration import Measure
from pipeline.spec.declared import Text
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import RULE_KINDS
from tests.miniature import CODEBOOK, both, miniature

LABEL = Text(sv="x", en="x")
LOCK_IN_ITEMS = ("preferred_workplace", "preferred_occupation")


def labels(*classes: str) -> dict[str, Text]:
    return dict.fromkeys(classes, LABEL)


def found(study: Study, rule: str, items: tuple[str, ...], **keys) -> list[str]:
    """Give the problems of a study with one measure."""
    measure = Measure(name="m", label=LABEL, unit=LABEL, rule=rule, items=items, **keys)
    declaration = study.declaration.model_copy(update={"measures": (measure,)})
    return [str(problem) for problem in rule_problems(replace(study, declaration=declaration))]


@pytest.mark.parametrize("name", ["trs", "jobs2"])
def test_the_bundled_studies_fit_their_rules(name: str, request: pytest.FixtureRequest) -> None:
    assert rule_problems(request.getfixturevalue(name)) == []


EMPLOYABILITY = labels("non", "at_risk", "locked_in")

WRONG = {
    "count_without_codes": (("count_of", ("step_training", "step_interview"), {}), "counts: is missing"),
    "threshold_missing": (("above", ("sick_days",), {}), "threshold: is missing"),
    "classes_of_lock_in_missing": (("lock_in", LOCK_IN_ITEMS, {}), "categories: is missing"),
    "ignored_threshold": (("mean_of_items", ("ti_1", "ti_2"), {"threshold": 3.0}), "rule 'mean_of_items' would ignore it"),
    "ignored_minimum": (("any_of", ("step_training",), {"counts": ("yes",), "minimum_answered": 0.5}), "rule 'any_of' would ignore it"),
    "ignored_leaves_out": (
        ("count_of", ("mobility",), {"counts": ("internal",), "leaves_out": ("retired",)}),
        "rule 'count_of' would ignore it",
    ),
    "one_item_too_many": (("as_answered", ("ti_1", "ti_2"), {}), "2 variables"),
    "one_item_too_few": (("double_lock_in", ("preferred_workplace",), {}), "two variables: workplace, then occupation"),
    "repeated_item": (("mean_of_items", ("ti_1", "ti_1"), {}), "'ti_1' is named more than once"),
    "mean_of_words": (("mean_of_items", ("mobility", "ti_1"), {}), "'mobility' is of type select_one"),
    "score_of_a_date": (("any_of", ("response_date",), {"counts": ("x",)}), "'response_date' is of type date"),
    "fixed_beside_asked": (("count_of", ("sex", "mobility"), {"counts": ("woman",)}), "'sex' is fixed, other items are asked in waves"),
    "limit_without_excuse": (
        ("within_or_excused", ("sick_days",), {"threshold": 7.0, "counts": ("yes",)}),
        "two variables: the number, then the answer that may excuse it",
    ),
    "limit_of_words": (
        ("within_or_excused", ("mobility", "satisfied_now"), {"threshold": 7.0, "counts": ("yes",)}),
        "allowed: integer, decimal for rule 'within_or_excused' as variable no. 1",
    ),
    "backward_range": (("mean_of_items", ("ti_1", "ti_2"), {"range": (5.0, 1.0)}), "5 to 1"),
    "narrow_range": (("mean_of_items", ("ti_1", "ti_2"), {"range": (1.0, 4.0)}), "'ti_1' has answers outside it: 5"),
    "mirror_wider_than_answers": (
        ("mean_of_items", ("ti_1", "ti_2"), {"reversed": ("ti_1",), "range": (0.0, 5.0)}),
        "'ti_1' is mirrored in 0 to 5, but its answers go from 1 to 5",
    ),
    "mirror_narrower_than_the_constraint": (
        ("mean_of_items", ("sick_days",), {"reversed": ("sick_days",), "range": (0.0, 300.0)}),
        "'sick_days' is mirrored in 0 to 300, but its answers go from 0 to 365",
    ),
    "words_for_numbers": (("one_of", ("sick_days",), {"counts": ("many",)}), "'many' is not a number"),
    "counted_and_left_out": (
        ("one_of", ("mobility",), {"counts": ("internal",), "leaves_out": ("internal",)}),
        "'internal' is also in counts",
    ),
    "no_yes_or_no": (("double_lock_in", ("mobility", "preferred_occupation"), {}), "has no answer 'yes', which measure 'm' needs"),
    "wrong_classes": (
        ("lock_in", LOCK_IN_ITEMS, {"categories": {"none": LABEL, "both": LABEL}}),
        "allowed: none, workplace, occupation, double",
    ),
    "no_employability": (
        ("lock_in_employability", ("preferred_workplace", "satisfied_now"), {"threshold": 2.5, "categories": EMPLOYABILITY}),
        "at least 3",
    ),
    "employability_in_the_wrong_place": (
        ("lock_in_employability", ("ti_1", "satisfied_now", "preferred_workplace"), {"threshold": 2.5, "categories": EMPLOYABILITY}),
        "allowed: select_one for rule 'lock_in_employability' as variable no. 1",
    ),
    "no_threshold_of_employability": (("lock_in_employability", LOCK_IN_ITEMS, {"categories": EMPLOYABILITY}), "threshold: is missing"),
    "answer_without_class": (
        ("as_category", ("mobility",), {"categories": labels("none", "internal", "external")}),
        "'retired' is in none",
    ),
    "answer_in_two_classes": (
        (
            "collapsed",
            ("mobility",),
            {"categories": labels("a", "b"), "collapse": {"a": ("none", "retired"), "b": ("none", "internal", "external")}},
        ),
        "answer 'none' is in more than one class",
    ),
    "class_without_label": (
        ("collapsed", ("mobility",), {"categories": labels("a"), "collapse": {"a": ("none", "retired"), "b": ("internal", "external")}}),
        "Give each class its label in categories",
    ),
    "unknown_answer_in_a_class": (
        (
            "collapsed",
            ("mobility",),
            {"categories": labels("a"), "collapse": {"a": ("none", "retired", "internl", "internal", "external")}},
        ),
        "did you mean 'internal'?",
    ),
    "edges_without_class": (
        ("classes_of", ("sick_days",), {"categories": labels("a", "b"), "classes": (0.0,)}),
        "1 edges for 2 categories",
    ),
    "falling_edges": (("classes_of", ("sick_days",), {"categories": labels("a", "b"), "classes": (8.0, 0.0)}), "rising lower edges"),
    "number_without_class": (
        ("classes_of", ("sick_days",), {"categories": labels("a"), "classes": (1.0,)}),
        "allows numbers below 1, which belong to no class of measure 'm'",
    ),
    "question_without_right_answer": (
        ("count_correct", ("mobility", "satisfied_now"), {"correct": {"mobility": "none"}}),
        "does not say which answer to 'satisfied_now' is right",
    ),
    "right_answer_that_is_none": (("count_correct", ("mobility",), {"correct": {"mobility": "intrnal"}}), "did you mean 'internal'?"),
    "right_answer_of_another_question": (
        ("share_correct", ("mobility",), {"correct": {"mobility": "none", "sick_days": "0"}}),
        "'sick_days' is not an item of this measure",
    ),
    "those_who_do_not_know_left_out": (
        ("share_correct", ("satisfied_now",), {"correct": {"satisfied_now": "yes"}}),
        "makes 'do not know' a missing reason, so that measure 'm' would leave out those who do not know",
    ),
    "a_sign_that_cannot_be_found": (
        ("careless", ("ti_1", "ti_2"), {"scales": {"t": ("ti_1", "ti_2")}, "flags": ("even_odd", "duration"), "least_flags": 1}),
        "'even_odd' cannot be found",
    ),
    "more_signs_asked_for_than_declared": (
        ("careless", ("ti_1", "ti_2"), {"scales": {"t": ("ti_1", "ti_2")}, "flags": ("long_string",), "least_flags": 2}),
        "2 of 1 signs",
    ),
    "a_scale_whose_questions_are_not_looked_at": (
        ("careless", ("ti_1",), {"scales": {"t": ("ti_1", "ti_2")}, "flags": ("long_string",), "least_flags": 1}),
        "does not hold 'ti_2'",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_fit_its_rule_is_refused(case: str, trs: Study) -> None:
    (rule, items, keys), message = WRONG[case]
    problems = found(trs, rule, items, **keys)
    assert any(message in problem for problem in problems), problems
    assert all("measures 'm'" in problem or "measure 'm'" in problem for problem in problems)


def test_all_problems_of_a_measure_are_told_at_once(trs: Study) -> None:
    problems = found(trs, "above", ("mobility", "age"), counts=("x",))
    assert len(problems) >= 5  # threshold, counts, number of items, type, fixed beside asked


def test_a_fact_that_does_not_change_can_be_a_measure(trs: Study) -> None:
    assert found(trs, "one_of", ("sex",), counts=("woman",)) == []


def test_every_rule_can_be_declared_without_problems(trs: Study) -> None:
    classes = labels("none", "workplace", "occupation", "double")
    declared = {
        "as_answered": (("ti_1",), {}),
        "mean_of_items": (("ti_1", "ti_2"), {"reversed": ("ti_1",), "range": (1.0, 5.0), "minimum_answered": 0.5}),
        "sum_of_items": (("ti_1", "ti_2"), {"classes": (0.0, 5.0)}),
        "count_of": (("step_training",), {"counts": ("yes",)}),
        "any_of": (("step_training",), {"counts": ("yes",)}),
        "one_of": (("self_rated_health",), {"counts": ("4", "5"), "leaves_out": ("1",)}),
        "above": (("sick_days",), {"threshold": 0.0}),
        "within_or_excused": (("sick_days", "satisfied_now"), {"threshold": 7.0, "counts": ("yes",)}),
        "double_lock_in": (LOCK_IN_ITEMS, {}),
        "lock_in": (LOCK_IN_ITEMS, {"categories": classes}),
        "lock_in_employability": (
            ("preferred_workplace", "satisfied_now", "emp_1", "emp_2"),
            {"threshold": 2.5, "categories": labels("non", "at_risk", "locked_in"), "minimum_answered": 0.5},
        ),
        "as_category": (("mobility",), {"categories": labels("none", "internal", "external"), "leaves_out": ("retired",)}),
        "collapsed": (
            ("mobility",),
            {
                "categories": labels("stayed", "moved"),
                "collapse": {"stayed": ("none",), "moved": ("internal", "external")},
                "leaves_out": ("retired",),
            },
        ),
        "classes_of": (("sick_days",), {"classes": (0.0, 1.0), "categories": labels("none", "some")}),
        "count_correct": (("mobility",), {"correct": {"mobility": "none"}, "minimum_answered": 0.5}),
        "share_correct": (("mobility",), {"correct": {"mobility": "none"}, "classes": (0.0, 0.5)}),
        "careless": (
            ("ti_1", "ti_2", "emp_1", "emp_2", "sick_days", "satisfied_now"),
            {
                "scales": {"turnover_intention": ("ti_1", "ti_2"), "employability": ("emp_1", "emp_2")},
                "flags": ("long_string", "duration", "attention"),
                "least_flags": 2,
                "duration": "sick_days",
                "correct": {"satisfied_now": "yes"},
            },
        ),
    }
    assert set(declared) == set(RULE_KINDS)
    for rule, (items, keys) in declared.items():
        assert found(trs, rule, items, **keys) == []


def test_an_item_without_known_ends_is_not_mirrored(tmp_path: Path) -> None:
    codebook = CODEBOOK.replace("integer,age,person,yes,,16..75,", "integer,age,person,yes,,16..,")
    turned = {"name": "turned", "label": both("T"), "unit": both("u"), "rule": "mean_of_items", "items": ["age"]}
    analyses = [{"id": "main", "role": "primary", "estimator": "welch", "outcomes": ["turned"], "label": both("T")}]
    study = miniature(
        tmp_path,
        codebook=codebook,
        measures=[{**turned, "reversed": ["age"], "range": [16, 75]}],
        analyses=analyses,
        balance={"covariates": []},
    )
    assert any("State the constraint of 'age' in codebook.csv, such as 16..75." in str(problem) for problem in rule_problems(study))
