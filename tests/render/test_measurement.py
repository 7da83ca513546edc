"""The report on measures: careless answers, published figures, groups, and what other reports say of measures."""

import json

import pytest

from pipeline.render.figures.scales import items_alike_figure, loadings_figure
from pipeline.render.results import Results
from pipeline.render.tables.care import original_of, signs_table, without_flagged_table
from pipeline.render.tables.factors import omega_by_group_table, ordered_table, together_table
from pipeline.render.tables.published import published_table
from pipeline.render.tables.restricted import restricted_analyses
from pipeline.render.wording.measurement import scales_in_short
from pipeline.spec.load import load_study
from tests.conftest import ROOT
from tests.once import release_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["sv", "en"])
def results(request: pytest.FixtureRequest) -> Results:
    study = load_study("trs", ROOT)
    made = release_of(study)
    facts = json.loads(json.dumps(made.facts))
    return Results(study.id, request.param, facts, made.estimates, made.distributions, made.flow, made.labels, made.deviations, "")


def test_every_sign_stands_in_every_wave_with_both_groups_and_small_counts_are_withheld(results: Results) -> None:
    table = signs_table(results)
    signs, waves = len(results.facts["care"]), 2
    assert len([line for line in table.lines if line.cells]) == signs * waves
    assert {len(line.cells) for line in table.lines if line.cells} == {2}
    shares = results.estimates.query("analysis == 'care' and estimand == 'share'")
    counts = (shares["estimate"] * shares["n"]).dropna().round()
    least = results.facts["disclosure"]["minimum_cell"]
    assert (counts.eq(0) | counts.ge(least)).all()
    assert shares["note"].str.contains("withheld").any()


def test_estimates_with_and_without_the_flagged_stand_on_one_line_and_in_no_other_table(results: Results) -> None:
    again = {one["id"]: original_of(results, one) for one in results.facts["analyses"] if original_of(results, one)}
    assert again == {"turnover_adjusted_careful": "turnover_adjusted"}
    table = without_flagged_table(results)
    assert [len(line.cells) for line in table.lines if line.cells] == [6]
    assert {row.analysis for row in table.shows} == {"turnover_adjusted", "turnover_adjusted_careful"}
    assert not set(again) & {one["id"] for one in restricted_analyses(results)}


def test_published_figures_stand_beside_the_studys_own_with_their_source(results: Results) -> None:
    lines = published_table(results).lines
    assert len(lines) == sum(len(one["published"]) for one in results.facts["measures"])
    first = lines[0].cells
    own = results.estimates.query("analysis == 'description' and estimand == 'share' and outcome == 'double_lock_in' and level == 'all'")
    assert first[0].text == results.percent(0.19)
    assert all(results.percent(value) in first[1].text for value in own["estimate"].dropna())
    assert "Aronsson, Taloyan, Westerlund, Östergren 2019" in first[2].text


def test_omega_stands_for_each_group_and_ordered_answers_for_each_scale(results: Results) -> None:
    groups = [line for line in omega_by_group_table(results).lines if line.cells]
    assert len(groups) == 2 * 2 * 4  # scales, waves, two groups and two sexes
    assert len(ordered_table(results).lines) == 2 * 2
    assert len(together_table(results).lines) == 2


def test_figures_of_questions_say_every_question(results: Results) -> None:
    for figure in (loadings_figure(results), items_alike_figure(results)):
        for item in ("ti_1", "emp_4"):
            assert results.label("variable", item) in figure.alt


def test_other_reports_say_one_sentence_of_each_scale_and_lead_to_the_report_on_measures(results: Results) -> None:
    said, link = map(str, scales_in_short(results))
    assert said.count("<li>") == 2
    assert results.label("variable", "emp_4") in said
    assert 'href="measures.html"' in link
