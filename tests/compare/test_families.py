from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from pipeline.compare.checks import estimator_problems
from pipeline.compare.families import adjust_families, holm, planned_tests
from pipeline.spec.declared import Text
from tests.compare.conftest import Made
from tests.jobseekers import jobseekers
from tests.miniature import both
from tests.once import results_of

pytestmark = pytest.mark.slow

R_PRINTS = 1e-8


@pytest.mark.parametrize("entry", ["o.jobs2.padjust", "o.simtrs.padjust"])
def test_adjusted_p_values_agree_with_r(r_entries: dict, entry: str) -> None:
    value = r_entries[entry]["value"]
    adjusted = holm(np.array(list(value["p"].values())))
    assert adjusted == pytest.approx(list(value["holm"].values()), rel=R_PRINTS)


def test_holm_multiplies_by_those_left_and_never_falls() -> None:
    assert holm(np.array([0.04, 0.01, 0.03])) == pytest.approx([max(2 * 0.03, 0.04), 3 * 0.01, 2 * 0.03])


@pytest.mark.parametrize("tests", [0, 9])
def test_holm_gives_the_numbers_of_statsmodels(tests: int) -> None:
    p_values = np.random.default_rng(1).random(7) ** 3
    not_made = np.ones(max(tests - len(p_values), 0))
    assert holm(p_values, tests).tolist() == multipletests(np.append(p_values, not_made), method="holm")[1][: len(p_values)].tolist()


def test_one_test_alone_is_not_adjusted() -> None:
    assert holm(np.array([0.03])).tolist() == [0.03]


def test_where_no_test_could_be_made_there_is_nothing_to_adjust() -> None:
    assert holm(np.array([]), tests=3).tolist() == []


def test_tests_that_could_not_be_made_count_as_having_found_nothing() -> None:
    assert holm(np.array([0.01, 0.02]), tests=4) == pytest.approx([4 * 0.01, 3 * 0.02])
    assert holm(np.array([0.01, 0.02]), tests=4).tolist() == holm(np.array([0.01, 0.02, 1.0, 1.0]))[:2].tolist()


# --- which row is the test of an outcome


def rows(*given: tuple[str, str, str, str, float]) -> pd.DataFrame:
    """Give estimates from family, estimator, estimand, term and p-value; each an outcome of one analysis, named after its estimator."""
    columns = ["family", "estimator", "estimand", "term", "p_value"]
    made = pd.DataFrame(given, columns=columns).assign(role="primary", level="all", wave="t2", outcome="leaving", note="")
    empty = {"p_equivalence": np.nan, "p_equivalence_adjusted": np.nan, "p_adjusted": np.nan, "p_adjustment": "", "reference_value": np.nan}
    return made.assign(analysis=made["estimator"], **empty)


MOVES = [("marginal_homogeneity", term, 0.01) for term in ("mcnemar", "mcnemar_exact")] + [("share_change", "all", np.nan)]


@pytest.mark.parametrize(
    ("estimator", "made", "tested"),
    [
        ("welch", [("mean_difference", "a - b", 0.01)], "mean_difference"),
        ("risk_difference", [("risk_difference", "a - b", 0.01), ("risk_ratio", "a / b", 0.01)], "risk_difference"),
        ("rank", [("location_shift", "a - b", 0.01)], "location_shift"),
        ("table", [("association", "a - b", 0.01)], "association"),
        ("paired", [("mean_change", "all", 0.01), ("median_change", "all", 0.01)], "mean_change"),
        (
            "retrospective",
            [("mean_change", "after - before", 0.01), ("response_shift", "then - before", 0.01), ("mean_change", "now - then", 0.01)],
            "now - then",
        ),
        ("transition", MOVES, "mcnemar"),
        ("transition", [("marginal_homogeneity", term, 0.01) for term in ("bhapkar", "stuart_maxwell")], "stuart_maxwell"),
        ("adjusted", [("interaction", "sex=man - sex=woman", 0.01)], None),
        ("survival", [("log_rank", "sex", 0.01)], None),
        ("attainment", [("attainment", "all", 0.01)], None),
    ],
)
def test_each_outcome_has_one_test(estimator: str, made: list[tuple[str, str, float]], tested: str | None) -> None:
    estimates = rows(*(("", estimator, *row) for row in made))
    found = estimates.loc[planned_tests(estimates)]
    assert [tested in (row.estimand, row.term) for row in found.itertuples()] == ([True] if tested else [])


@pytest.mark.parametrize(("note", "tested"), [("", "mcnemar"), ("few_moved", "mcnemar_exact")])
def test_where_few_moved_the_exact_test_is_the_one(note: str, tested: str) -> None:
    estimates = rows(*(("", "transition", *row) for row in MOVES))
    estimates.loc[estimates["term"] == "mcnemar", "note"] = note
    [found] = estimates.loc[planned_tests(estimates)].itertuples()
    assert found.term == tested


def test_levels_and_what_every_study_gets_are_no_tests_of_the_plan() -> None:
    estimates = rows(("", "welch", "mean_difference", "a - b", 0.01), ("", "risk_difference", "risk_difference", "a - b", 0.01))
    assert not planned_tests(estimates.assign(level="sex=woman")).any()
    assert not planned_tests(estimates.assign(role="")).any()


# --- adjusting


def test_families_are_adjusted_apart_each_test_once() -> None:
    estimates = rows(
        ("a", "welch", "mean_difference", "a - b", 0.01),
        ("a", "risk_difference", "risk_difference", "a - b", 0.03),
        ("a", "risk_difference", "risk_ratio", "a / b", 0.03),
        ("a", "adjusted", "adjusted_mean_difference", "a - b", np.nan),
        ("b", "rank", "location_shift", "a - b", 0.04),
        ("", "table", "association", "a - b", 0.05),
    )
    adjusted = adjust_families(estimates, Counter(a=3, b=1))
    assert adjusted["p_adjusted"].tolist() == pytest.approx([3 * 0.01, 2 * 0.03, *[np.nan] * 4], nan_ok=True)
    assert adjusted["p_adjustment"].tolist() == ["holm", "holm", "", "holm", "none", "none"]
    assert estimates["p_adjusted"].isna().all()


def test_equivalence_is_adjusted_among_the_tests_of_the_family_that_ask_for_it() -> None:
    estimates = rows(
        ("a", "welch", "mean_difference", "a - b", 0.6),
        ("a", "adjusted", "adjusted_mean_difference", "a - b", 0.7),
        ("a", "risk_difference", "risk_difference", "a - b", 0.8),
        ("", "rank", "location_shift", "a - b", 0.9),
    ).assign(reference_value=[0.3, 0.3, np.nan, 2.0], p_equivalence=[0.04, 0.01, np.nan, 0.03])
    adjusted = adjust_families(estimates, Counter(a=3))
    assert adjusted["p_equivalence_adjusted"].tolist() == pytest.approx([0.04, 2 * 0.01, np.nan, np.nan], nan_ok=True)


# --- a family is what the plan declares


@pytest.fixture(scope="module")
def seekers(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., pd.DataFrame]:
    """Estimate a study of one group over time, in which two numbers and a status are tested in one family."""

    def estimates(changed: Mapping[str, Mapping[str, object]], **more: object) -> pd.DataFrame:
        family = [
            {"id": "changes", "estimator": "paired", "outcomes": ["sure@t2", "sure@t3"], "before": "t1"},
            {"id": "status", "estimator": "transition", "outcomes": ["rung@t2"], "before": "t1"},
            {"id": "job", "estimator": "transition", "outcomes": ["in_work@t2"], "before": "t1"},
        ]
        analyses = [
            {"role": "primary", "family": "all", "label": both(one["id"]), **one, **changed.get(str(one["id"]), {})} for one in family
        ]
        study = jobseekers(tmp_path_factory.mktemp("seekers"), analyses=analyses, exhibits=[], **{"reports": [], **more})
        return results_of(study)[-1].estimates

    return estimates


BY = {"by": ["town", "sex", "sex*town"]}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "more"),
    [
        ({"changes": BY}, {}),
        ({"changes": BY, "status": {"by": ["town"]}, "job": BY}, {}),
        ({}, {"reports": [{"id": "town", "template": "one_level", "per": "town"}]}),
        ({"job": BY}, {"reports": [{"id": "sex", "template": "one_level", "per": "sex"}, {"id": "progress", "template": "progress"}]}),
    ],
    ids=["one by", "all by", "per", "both"],
)
def test_levels_and_reports_change_no_adjusted_p_value_and_no_verdict(
    seekers: Callable[..., pd.DataFrame], changed: dict, more: dict
) -> None:
    plain, divided = seekers({}), seekers(changed, **more)
    assert len(divided) > len(plain)
    key, said = (
        ["analysis", "estimator", "estimand", "outcome", "wave", "level", "term"],
        ["p_adjusted", "p_adjustment", "verdict", "estimate"],
    )
    both_tables = plain.loc[plain["role"] != ""].merge(divided, on=key, suffixes=("", "_divided"), how="left", validate="one_to_one")
    assert both_tables["p_adjustment"].eq("holm").sum() > 2
    for name in said:
        pd.testing.assert_series_equal(both_tables[f"{name}_divided"], both_tables[name], check_names=False)
    beyond = divided.loc[divided["level"] != "all"]
    assert beyond["p_adjusted"].isna().all()
    assert beyond["p_adjustment"].eq("").all()


# --- what make check says


def problems_of(made_trs: Made, **changes: dict[str, object]) -> str:
    analyses = tuple(one.model_copy(update=changes.get(one.id, {})) for one in made_trs.study.declaration.analyses)
    return "\n".join(str(problem) for problem in estimator_problems(made_trs.declared(analyses=analyses).study))


REASON = Text(sv="Varje fråga är sin egen.", en="Each question is its own.")
ALONE = {"family": None}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"turnover_adjusted": ALONE, "lock_in_and_mobility_adjusted": ALONE},
            ["'turnover_adjusted' family: is missing", "3 primary outcomes"],
        ),
        ({"turnover_adjusted": ALONE}, ["'turnover_adjusted' family: is missing"]),
        ({"turnover_adjusted": {"family": "other"}}, ["'primary' is another family than 'other'"]),
        ({"turnover_adjusted": {"family": "none"}}, ['is "none" without a reason', "family_reason"]),
        ({"ranks": {"family_reason": REASON}}, ["family_reason stands without a family"]),
        ({"by_sex": {"family": "primary"}}, ["estimator 'adjusted' with 'by' tests no outcome on everybody", "analysis of their own"]),
        ({"turnover_adjusted": {"confidence": 0.9}}, ["confidence is 0.95 here and 0.9 in 'turnover_adjusted'"]),
    ],
)
def test_primary_outcomes_without_a_family_are_refused(made_trs: Made, changes: dict, words: list[str]) -> None:
    found = problems_of(made_trs, **changes)
    for word in words:
        assert word in found


def test_a_reason_makes_tests_that_stand_alone_a_part_of_the_plan(made_trs: Made) -> None:
    reason = {"family": "none", "family_reason": REASON}
    assert problems_of(made_trs, turnover_adjusted=reason) == ""
    assert problems_of(made_trs, turnover_adjusted=reason, lock_in_and_mobility_adjusted=reason) == ""


def test_one_primary_outcome_needs_no_family_whatever_facts_stand_beside_it(made_trs: Made) -> None:
    facts = {"family": None, "estimator": "bounds", "covariates": ()}
    assert problems_of(made_trs, turnover_adjusted=ALONE, lock_in_and_mobility_adjusted=facts) == ""


def test_two_targets_infer_as_well_and_say_why_they_are_not_adjusted(made_trs: Made) -> None:
    target = {"estimator": "attainment", "target": 0.5, "covariates": ()}
    found = problems_of(made_trs, turnover_adjusted={"role": "secondary"}, lock_in_and_mobility_adjusted={**target, "family": None})
    assert "2 primary outcomes that end in an inference" in found
    said = {**target, "family": "none", "family_reason": REASON}
    assert problems_of(made_trs, turnover_adjusted={"role": "secondary"}, lock_in_and_mobility_adjusted=said) == ""
    named = problems_of(made_trs, turnover_adjusted={"role": "secondary"}, lock_in_and_mobility_adjusted={**target, "family": "primary"})
    assert "estimator 'attainment' tests no outcome on everybody" in named
