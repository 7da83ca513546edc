"""Measurement models: what they find, what they do not, and what they refuse."""

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.exhibits.invariant import invariant_rows
from pipeline.compare.exhibits.measurement import with_measurement_warnings
from pipeline.compare.gather.panel import Panel
from pipeline.compare.gather.protocol import analysis_frame, analysis_rows
from pipeline.compare.measurement.clusters import agreement_within, likeness
from pipeline.compare.measurement.invariance import invariance_steps
from pipeline.compare.measurement.items import item_odds_ratio
from pipeline.compare.measurement.one_factor import one_factor
from pipeline.spec.load import load_study
from pipeline.spec.study import Study
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import ESTIMATES
from tests.conftest import ROOT
from tests.once import release_of, results_of

LOADINGS = np.array([0.6, 0.7, 0.75, 0.8, 0.85])
STEPS = {"even": (-1.5, -0.5, 0.5, 1.5), "skewed": (-0.2, 0.5, 1.1, 1.7)}
SAME = 1e-6


def drawn(rng: np.random.Generator, people: int, shift: float = 0.0, steps: str = "even", bias: float = 0.0, items: int = 5) -> np.ndarray:
    """Answers 1-5 to questions of one trait whose mean is ``shift``; the last question is easier by ``bias``."""
    loads = LOADINGS[:items]
    trait = rng.standard_normal((people, 1)) + shift
    felt = trait * loads + rng.standard_normal((people, items)) * np.sqrt(1 - loads**2)
    felt[:, -1] += bias
    return 1.0 + np.searchsorted(STEPS[steps], felt)


def fails(groups: list[np.ndarray]) -> bool:
    return any(step.fails for step in invariance_steps(groups) if step.name != "strict")


@pytest.mark.slow
def test_groups_that_answer_alike_are_called_different_in_less_than_seven_per_cent() -> None:
    rng, draws = np.random.default_rng(7), 40
    sizes = ((75, 75, "even"), (75, 75, "skewed"), (100, 200, "skewed"))
    alarms = sum(
        fails([drawn(rng, first, 0.3, steps), drawn(rng, second, 0.0, steps)]) for first, second, steps in sizes for _ in range(draws)
    )
    assert alarms < 0.07 * draws * len(sizes)


def test_a_question_that_is_easier_for_one_group_is_found_and_named() -> None:
    rng = np.random.default_rng(1)
    steps = invariance_steps([drawn(rng, 250, bias=0.8), drawn(rng, 300, shift=0.3)])
    assert [(step.name, step.fails) for step in steps] == [("configural", False), ("metric", False), ("scalar", True)]
    assert steps[-1].deviating == (4,)
    odds = item_odds_ratio(drawn(rng, 250, bias=0.8), drawn(rng, 300, shift=0.3), 4, 0.95)
    assert odds is not None
    assert odds.conf_low > 1


def test_a_question_that_became_easier_over_time_is_found_among_those_who_answered_twice() -> None:
    rng = np.random.default_rng(3)
    trait, left = rng.standard_normal((400, 1)), rng.standard_normal((400, 5))
    waves = []
    for bias in (0.0, 0.8):
        felt = trait * LOADINGS + (0.6 * left + 0.8 * rng.standard_normal((400, 5))) * np.sqrt(1 - LOADINGS**2)
        felt[:, 1] += bias
        waves.append(1.0 + np.searchsorted(STEPS["even"], felt))
    [*_, last] = invariance_steps([np.hstack(waves)], waves=2)
    assert (last.name, last.fails, last.deviating) == ("scalar", True, (1,))


@pytest.mark.slow
def test_the_planted_bias_of_the_fourth_employability_question_over_sex_is_found_and_nothing_of_turnover(trs: Study) -> None:
    estimates = results_of(trs)[2].estimates.query("analysis == 'factors'")
    failing = estimates[estimates["note"].str.contains("step_fails") & estimates["estimand"].ne("strict_invariance")]
    found = {(row.outcome, row.wave, row.term, row.estimand) for row in failing.itertuples()}
    assert found == {("employability", wave, "sex", "scalar_invariance") for wave in ("t1", "t2")}
    named = estimates[estimates["note"].str.contains("item_deviates")]
    assert {(row.outcome, row.term) for row in named.itertuples()} == {("employability", "sex*emp_4")}


@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_neither_the_order_of_people_nor_of_questions_nor_turning_all_twice_changes_anything(missing: float) -> None:
    rng = np.random.default_rng(5)
    answers = drawn(rng, 200)
    answers[rng.random(answers.shape) < missing] = np.nan
    order, people = np.array([3, 0, 4, 2, 1]), rng.permutation(200)
    first = one_factor(answers)
    assert np.array_equal(first.loadings, one_factor(answers[people]).loadings)
    other = one_factor(answers[:, order])
    assert other.omega == pytest.approx(first.omega, abs=SAME)
    assert other.loadings == pytest.approx(first.loadings[order], abs=SAME)
    assert np.array_equal(6 - (6 - answers), answers, equal_nan=True)
    turned = one_factor(6 - answers)
    assert (turned.omega, turned.fitted.chi_square) == pytest.approx((first.omega, first.fitted.chi_square), abs=1e-4)


@pytest.mark.slow
def test_the_interval_of_omega_holds_the_omega_of_very_many_people_with_skewed_answers() -> None:
    truth = one_factor(drawn(np.random.default_rng(0), 200_000, steps="skewed")).omega
    rng, draws = np.random.default_rng(9), 200
    found = [one_factor(drawn(rng, 150, steps="skewed")) for _ in range(draws)]
    held = sum(one.conf_low <= truth <= one.conf_high for one in found) / draws
    assert 0.91 <= held <= 0.98


def test_one_factor_is_not_enough_where_there_are_two() -> None:
    rng = np.random.default_rng(11)
    answers = np.hstack([drawn(rng, 300, items=3), drawn(rng, 300, items=3)])
    found = one_factor(answers).fitted
    assert found.p_value < 0.001
    assert found.robust()["cfi"] < 0.9


@pytest.mark.parametrize(
    ("answers", "note"),
    [
        (np.full((100, 2), 3.0), "too_few_items"),
        (np.full((3, 5), 3.0), "too_few_people"),
        (np.full((200, 4), np.nan), "too_few_people"),
        (np.column_stack([drawn(np.random.default_rng(0), 200), np.full(200, 4.0)]), "constant_item"),
        (drawn(np.random.default_rng(0), 200)[:, [0, 1, 2, 2]], "items_in_step"),
        (np.where(np.arange(5) == 4, np.nan, drawn(np.random.default_rng(0), 200)), "too_few_people"),
    ],
)
def test_what_no_model_can_be_made_of_has_its_reason_and_no_number(answers: np.ndarray, note: str) -> None:
    found = one_factor(answers)
    assert (found.note, found.fitted, np.isnan(found.omega)) == (note, None, True)


def test_a_negative_variance_is_told_and_gives_no_omega() -> None:
    rng = np.random.default_rng(2)
    first = rng.standard_normal(300)
    answers = np.column_stack([first, first + 0.3 * rng.standard_normal(300), rng.standard_normal(300) + 0.05 * first])
    found = one_factor(answers)
    assert found.note in ("negative_variance", "not_converged")
    assert np.isnan(found.omega)


def test_clusters_of_which_there_is_nothing_to_compare_give_no_number() -> None:
    alone = likeness(np.array([1.0, 2.0]), np.array(["a", "b"]))
    assert (np.isnan(alone.single), alone.people, alone.clusters) == (True, 2, 2)
    assert np.isnan(agreement_within(np.array([[1.0, 2.0, 3.0]]), np.array(["a"]), 5)).all()


def test_agreement_is_one_where_all_answer_alike_and_nothing_where_they_differ_as_by_chance() -> None:
    clusters = np.repeat(["alike", "apart"], 4)
    answers = np.vstack([np.full((4, 2), 3.0), np.array([[1.0, 5.0], [5.0, 1.0], [1.0, 5.0], [5.0, 1.0]])])
    assert agreement_within(answers, clusters, 5).tolist() == [1.0, 0.0]


def test_a_comparison_on_a_measure_that_groups_or_waves_do_not_answer_alike_carries_the_warning(trs: Study) -> None:
    common = {
        "study": "trs",
        "estimator": "x",
        "unit": "person",
        "outcome": "turnover_intention",
        "level": "all",
        "wave": "t2",
        "measure_unit": "index",
    }
    of_plan = {"analysis": "turnover_adjusted", "group_a": "participant", "group_b": "control"}
    rows = [
        common | {"analysis": "factors", "estimand": "scalar_invariance", "term": "group", "note": "step_fails"},
        common | of_plan | {"estimand": "adjusted_mean_difference"},
        common | of_plan | {"estimand": "adjusted_mean_difference", "wave": "t1"},
        common | of_plan | {"estimand": "adjusted_mean_difference", "outcome": "employability"},
        common | {"analysis": "by_sex", "estimand": "interaction", "term": "sex"},
    ]
    noted = with_measurement_warnings(trs, table_of(ESTIMATES, rows))
    marked = noted[noted["note"].str.contains("not_alike")]
    assert [(row.outcome, row.wave, row.estimand) for row in marked.itertuples()] == [
        ("turnover_intention", "t2", "adjusted_mean_difference")
    ]


@pytest.mark.slow
def test_the_release_withholds_models_of_few_and_the_loadings_of_questions_that_hide_answers(trs: Study) -> None:
    factors = release_of(load_study("seminarier", ROOT)).estimates.query("estimator == 'factor'")
    shown = factors[factors["estimand"].eq("loading")]
    assert set(shown["note"]) == {"", "withheld_detail"}
    assert shown.loc[shown["note"].ne(""), "estimate"].isna().all()
    few = release_of(trs).estimates.query("estimator in ('factor', 'invariance')")
    assert few["n"].dropna().min() >= 5 * 3 * 4
    assert few[["n_a", "n_b"]].isna().all(axis=None)


def test_a_comparison_on_a_measure_answered_otherwise_stands_beside_one_without_the_question(trs: Study) -> None:
    cleaned, scored, estimated = results_of(trs)
    panel = Panel(trs, cleaned, scored)
    by_sex = next(one for one in trs.declaration.analyses if one.id == "means_raw").model_copy(
        update={"group": "sex", "contrast": ("woman", "man"), "outcomes": ("employability@t2", "turnover_intention@t2")}
    )
    [row] = invariant_rows(panel, [analysis_frame(panel, by_sex)], estimated.estimates)
    assert (row["outcome"], row["wave"], row["estimand"], row["role"]) == ("employability", "t2", "on_invariant_items", "exploratory")
    answers = pd.DataFrame({place: panel.column(f"emp_{place}@t2") for place in (1, 2, 3, 5)})
    means = answers.mean(axis="columns").where(panel.column("employability@t2").notna())
    sex = panel.people["sex"]
    assert row["estimate"] == pytest.approx(means[sex == "woman"].mean() - means[sex == "man"].mean())
    [whole] = [
        one
        for one in analysis_rows(analysis_frame(panel, by_sex))
        if one["estimand"] == "mean_difference" and one["outcome"] == "employability"
    ]
    assert row["estimate"] > whole["estimate"] + 0.1  # the fourth question is harder for women, whatever else they answer
    assert [*invariant_rows(panel, [analysis_frame(panel, by_sex)], estimated.estimates.iloc[:0])] == []
