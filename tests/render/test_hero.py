"""The figure of the first page says every primary outcome in marks and in words, and fits a phone."""

from dataclasses import replace

import pytest

from pipeline.render.figures.figure import PIXELS
from pipeline.render.figures.hero import comparison_hero, targets_hero, themes_hero
from pipeline.render.figures.look import NARROW, POINTS, SMALL
from pipeline.render.figures.rows import Block, ChartRow, chart_words, drawn_to_scale
from pipeline.render.targets import boards
from pipeline.render.wording.outcomes import primary_outcomes
from pipeline.spec.vocabulary import LANGUAGES
from tests.render.synthetic import made_up_results
from tests.render.target_release import target_results

PHONE, MARGINS, LEAST = 375, 2 * 1.1 * 16, 9
"""Pixels: a phone's width, what the page leaves free at its sides, and the smallest text that is read without effort."""


def test_both_groups_before_and_after_and_the_difference_are_told() -> None:
    results = made_up_results("en")
    figure = comparison_hero(results, primary_outcomes(results))
    assert figure is not None
    for outcome in primary_outcomes(results):
        assert results.outcome_label(outcome.main.outcome) in figure.alt
        assert outcome.after is not None
        row = outcome.after.a
        assert (results.percent(row.estimate) if row.measure_unit == "share" else results.number(row.estimate)) in figure.alt
    assert "→" not in figure.alt and "Difference" in figure.alt


def test_a_target_is_told_with_who_is_counted() -> None:
    results = target_results("en")
    figure = targets_hero(results, boards(results))
    assert figure is not None and figure.alt.startswith("Target 70%: ")
    assert all(
        results.label("reading", one.name, target.analysis["id"]) in figure.alt for target in boards(results) for one in target.readings
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_smallest_text_can_be_read_on_a_phone(language: str) -> None:
    results = made_up_results(language)
    figure = comparison_hero(results, primary_outcomes(results))
    assert figure is not None
    shown = (PHONE - MARGINS) / (figure.wide * PIXELS)
    assert figure.wide == NARROW and SMALL / POINTS * PIXELS * shown >= LEAST


def test_there_is_no_figure_where_nothing_answers() -> None:
    results = made_up_results("sv")
    assert comparison_hero(results, []) is None
    assert targets_hero(results, []) is None
    assert themes_hero(results, None) is None


def test_rows_without_a_heading_are_told_too() -> None:
    blocks = [Block((ChartRow("Man", text="1 → 2"),), (0, 1)), Block((ChartRow("Woman", text="3"),), (0, 1), "Hope")]
    assert chart_words(made_up_results("en"), blocks) == "Man 1 to 2. Hope: Woman 3."


def test_open_marks_are_explained_where_there_are_some() -> None:
    results = made_up_results("en")
    outcomes = primary_outcomes(results)
    both, after = (comparison_hero(results, one) for one in ([replace(outcome, before=outcome.after) for outcome in outcomes], outcomes))
    assert both is not None and after is not None
    assert "Open marks" in both.caption and "Open marks" not in after.caption


def test_the_same_distance_looks_the_same_on_one_scale() -> None:
    rows = (ChartRow("Man"),)
    blocks = [Block(rows, (1, 2), scale="points"), Block(rows, (0, 0.2), scale="points"), Block(rows, (5, 6.5))]
    wide = [round(block.limits[1] - block.limits[0], 9) for block in drawn_to_scale(blocks)]
    assert wide == [1, 1, 1.5]
    assert sum(drawn_to_scale(blocks)[1].limits) / 2 == pytest.approx(0.1)
