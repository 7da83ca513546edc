"""What the tables say: the release's numbers, and words in place of what is withheld, merged or not to be computed."""

from dataclasses import replace

import pandas as pd
import pytest

from pipeline.render.answers import reason_label
from pipeline.render.labels import answer_label
from pipeline.render.results import Results
from pipeline.render.selection import declared_estimates, row_key, term_category, without
from pipeline.render.tables import measurement
from pipeline.render.tables.appendix import appendix_tables
from pipeline.render.tables.baseline import table_one
from pipeline.render.tables.comparison import results_table, secondary_table
from pipeline.render.tables.description import description_table
from pipeline.render.tables.deviations import deviations_table
from pipeline.render.tables.exhibits import curve_tables, transition_tables
from pipeline.render.tables.flow import flow_table
from pipeline.render.tables.measurement import missing_table, reliability_table
from pipeline.render.tables.others import other_estimates_tables, ratios_table
from pipeline.render.tables.provenance import provenance_table
from pipeline.render.tables.restricted import restricted_table
from pipeline.render.tables.subgroups import by_subgroup_table
from pipeline.render.tables.table import Line, Table
from pipeline.render.tables.withheld import withheld_table
from pipeline.render.templates.group_comparison import GroupComparison
from pipeline.spec.vocabulary import MISSING_REASONS


def shown(table: Table | None) -> dict[str, list[str]]:
    """Give row header -> cell texts; a header that occurs again stands under the heading row before it."""
    assert table is not None
    rows: dict[str, list[str]] = {}
    section = ""
    for line in table.lines:
        section = line.header if not line.cells else section
        rows[line.header if line.header not in rows else f"{section}: {line.header}"] = [cell.text for cell in line.cells]
    return rows


def line_of(table: Table | None, header: str) -> Line:
    assert table is not None
    return next(line for line in table.lines if line.header.startswith(header))


def changed(results: Results, rows: pd.Series, **values: object) -> Results:
    """Give the release with other values in some estimates."""
    estimates = results.estimates.copy()
    for column, value in values.items():
        estimates.loc[rows, column] = value
    return replace(results, estimates=estimates)


def test_table_one_shows_means_with_deviation_and_categories_with_number_and_share(english: Results) -> None:
    rows = shown(table_one(english))
    assert rows["Age (years)"] == ["44.0 (9.0)\nn = 40", "42.0 (8.0)\nn = 60", "0.25"]
    assert rows["Woman"] == [f"{round(0.6 * 40)} (60.0%)", f"{round(0.6 * 60)} (60.0%)", "−0.12"]
    assert list(rows) == ["Sex", "Man", "Woman", "Age (years)", "Turnover intention (baseline)"]


def test_table_one_names_the_denominator_once(english: Results) -> None:
    table = table_one(english)
    assert table is not None
    assert sum("average variance" in note for note in table.footnotes) == 1


def test_the_results_table_shows_the_primary_outcomes_with_interval_p_and_verdict(english: Results) -> None:
    rows = shown(results_table(english))
    assert list(rows) == ["Turnover intention\n(mean 1–5)", "Double lock-in\n(share; difference in percentage points)"]
    first, second, raw, adjusted, p, verdict = rows["Turnover intention\n(mean 1–5)"]
    assert (first, second) == (f"{3.1 - 0.3:.2f} (1.00)\nn = 40", f"{3.05 - 0.3:.2f} (0.90)\nn = 60")
    assert raw == "−0.20\n(−0.55 to 0.15)\ng = −0.22\n(−0.61 to 0.17)"
    assert (adjusted, p, verdict) == ("−0.42\n(−0.71 to −0.13)\nn = 36 + 54", "0.004\n(0.008)", "better")


def test_the_estimate_that_the_verdict_is_about_is_marked(english: Results) -> None:
    line = line_of(results_table(english), "Turnover intention")
    assert [cell.headline for cell in line.cells] == [False, False, False, True, False, False]


def test_a_wave_that_all_outcomes_share_stands_in_the_caption_only(english: Results) -> None:
    table = results_table(english)
    assert table is not None
    assert table.caption.endswith("(follow-up)")
    assert "follow-up" not in table.lines[0].header


def test_a_withheld_estimate_is_said_to_be_withheld_and_why(english: Results) -> None:
    line = line_of(secondary_table(english), "Changed job")
    assert line.cells[0].text == line.cells[2].text == "not shown"
    assert line.cells[2].notes == ("not shown: too few in a cell",)
    assert line.cells[3].text == ""


def test_an_estimate_without_interval_says_so(english: Results) -> None:
    rows = (english.estimates["analysis"] == "main") & (english.estimates["outcome"] == "leaving")
    table = results_table(changed(english, rows, conf_low=None, conf_high=None, note="arm_under_two_clusters"))
    cell = line_of(table, "Turnover intention").cells[3]
    assert cell.text == "−0.42\n(no interval)\nn = 36 + 54"
    assert cell.notes == ("fewer than two clusters in one group: no interval",)


def test_an_estimate_that_could_not_be_computed_says_so(english: Results) -> None:
    rows = (english.estimates["analysis"] == "main") & (english.estimates["outcome"] == "leaving")
    table = results_table(changed(english, rows, estimate=None, conf_low=None, conf_high=None, note="constant_outcome"))
    assert line_of(table, "Turnover intention").cells[3].text == "cannot be computed"


def test_swedish_tables_use_decimal_comma_and_a_true_minus(swedish: Results) -> None:
    assert "−0,42\n(−0,71 till −0,13)\nn = 36 + 54" in shown(results_table(swedish))["Vilja att sluta\n(medelvärde 1–5)"]


def test_ratios_stand_in_a_table_of_their_own(english: Results) -> None:
    assert shown(ratios_table(english)) == {"Double lock-in (follow-up)": ["0.96\n(0.60 to 1.50)", ""]}


def test_every_declared_estimate_is_in_exactly_one_table(english: Results) -> None:
    tables = (
        results_table(english),
        secondary_table(english),
        ratios_table(english),
        restricted_table(english),
        by_subgroup_table(english),
    )
    keys = [row_key(row) for table in tables if table is not None for row in table.shows if row.role]
    assert sorted(keys) == sorted(row_key(row) for row in declared_estimates(english))


def test_what_no_table_shows_stands_with_the_other_estimates_under_its_analysis(english: Results) -> None:
    left = without(declared_estimates(english), {row_key(row) for row in by_subgroup_table(english).shows})  # type: ignore[union-attr]
    [table] = other_estimates_tables(english, left)
    headings = [line.header for line in table.lines if not line.cells]
    assert headings[-1] == "Only those locked in at baseline (exploratory) – only double lock-in (baseline): yes"
    assert not any(heading.startswith("By sex") for heading in headings)
    assert set(table.shows) == set(left)


def test_other_analyses_carry_their_role_and_remark(english: Results) -> None:
    table = restricted_table(english)
    assert shown(table)["Only those locked in at baseline (exploratory) – only double lock-in (baseline): yes"] == []
    assert line_of(table, "Turnover intention").cells[0].notes == ("too little independent information: the interval is unreliable",)
    assert GroupComparison(english).checks() is not None


def test_no_p_value_stands_inside_a_subgroup(english: Results) -> None:
    rows = shown(by_subgroup_table(english))
    assert rows["Sex: Woman"][-1] == rows["Sex: Man"][-1] == ""
    assert rows["Difference between the differences (Woman)"][-1] == "0.330"


def test_an_interaction_names_which_subgroup_minus_which(english: Results) -> None:
    rows = english.estimates["estimand"] == "interaction"
    table = by_subgroup_table(changed(english, rows, level="all", term="sex=woman - sex=man"))
    assert "Difference between the differences (Woman minus Man)" in shown(table)


def test_subgroups_stand_in_the_order_of_the_answer_list(english: Results) -> None:
    assert [header for header in shown(by_subgroup_table(english)) if header.startswith("Sex")] == ["Sex: Man", "Sex: Woman"]


def test_a_term_gives_its_category_and_its_groups() -> None:
    assert term_category("sex=woman: participant - control") == ("woman", "participant - control")
    assert term_category("participant") == ("", "participant")


@pytest.mark.parametrize("chain", ["sample", "wave:t1", "wave:t2", "analysed:main:leaving@t2"])
def test_the_flow_adds_up_in_every_column(english: Results, chain: str) -> None:
    headings = {
        "sample": "The sample",
        "wave:t1": "Wave: baseline",
        "wave:t2": "Wave: follow-up",
        "analysed:main:leaving@t2": "Primary analysis: Turnover intention (follow-up)",
    }
    table = flow_table(english)
    assert table is not None
    start = [line.header for line in table.lines].index(headings[chain]) + 1
    rows = table.lines[start:][: next((n for n, line in enumerate(table.lines[start:]) if not line.cells), None)]
    for column in range(3):
        numbers = [int(text.replace("−", "-")) for line in rows if (text := line.cells[column].text)]
        assert sum(numbers[:-1]) == numbers[-1] or len(numbers) == 1


def test_the_flow_leaves_out_steps_at_which_nobody_was_lost(english: Results) -> None:
    table = flow_table(english)
    assert table is not None
    assert not any("adjustment" in line.header for line in table.lines)


def test_reliability_says_why_there_is_no_alpha(english: Results) -> None:
    table = reliability_table(english)
    assert shown(table)["Turnover intention (baseline)"] == ["2", "0.81", "0.74 to 0.87", "97"]
    cell = line_of(table, "Turnover intention (follow-up)").cells[1]
    assert (cell.text, cell.notes) == ("cannot be computed", ("too few people",))


def test_missing_answers_are_counted_by_reason(english: Results) -> None:
    assert shown(missing_table(english))["I often think of leaving"] == ["100", f"{round(37 / 40 * 100)}%", "95%", "3 skipped"]


@pytest.mark.parametrize("fewest", [2, 100])
def test_missing_answers_are_folded_from_many_questions_on(english: Results, monkeypatch: pytest.MonkeyPatch, fewest: int) -> None:
    whole = missing_table(english)
    assert whole is not None
    assert whole.fold == ""
    monkeypatch.setattr(measurement, "FOLDED_FROM", fewest)
    table = missing_table(english)
    assert table is not None
    assert table.lines == whole.lines
    questions = sum(bool(line.cells) for line in whole.lines)
    assert table.fold == (f"Show missing answers, question by question ({questions} rows)" if fewest <= questions else "")


def test_merged_reasons_are_named_together_and_all_of_them_as_any(english: Results) -> None:
    assert reason_label(english, "refused+dont_know") == "refused or do not know"
    assert reason_label(english, "+".join(MISSING_REASONS)) == "without an answer, for any reason"


def test_the_appendix_has_a_table_per_question_with_answers_and_reasons(english: Results) -> None:
    tables = {table.name: table for table in appendix_tables(english)}
    assert set(tables) == {"question-sex", "question-l-1", "question-l-2", "questions-steps"}
    steps = tables["questions-steps"]
    assert [line.header for line in steps.lines if not line.cells] == ["Made a plan", "Updated the CV"]
    assert [line.header for line in steps.lines][:4] == ["Made a plan", "Yes", "No", "Number of answers"]
    table = tables["question-l-1"]
    assert [(column.above, column.heading) for column in table.columns[:3]] == [
        ("Baseline", "Participants"),
        ("Baseline", "Other employees"),
        ("Baseline", "All"),
    ]
    rows = shown(table)
    assert rows["Agree in part"][:3] == ["12 (30%)", "18 (30%)", "30 (30%)"]
    assert rows["Number of answers"][:3] == ["40", "60", "100"]
    assert rows["Skipped"][:3] == ["3", "3", "3"]


def test_a_withheld_cell_of_the_appendix_is_named_and_its_neighbours_stay(english: Results) -> None:
    cells = english.distributions.copy()
    chosen = (cells["outcome"] == "l_1") & (cells["row"] == "1") & (cells["column"] == "participant") & (cells["wave"] == "t1")
    cells.loc[chosen & (cells["exhibit"] == "answers"), "withheld"] = True
    table = next(table for table in appendix_tables(replace(english, distributions=cells)) if table.name == "question-l-1")
    assert shown(table)["Do not agree at all"][:2] == ["not shown", "6 (10%)"]


@pytest.mark.parametrize(
    ("code", "text"), [("0-<1", "0"), ("1-<8", "1–7"), ("90-", "90 or more"), ("0-<1+1-<8", "0–7"), ("8-<90+90-", "8 or more")]
)
def test_classes_of_whole_numbers_are_written_as_ranges(english: Results, code: str, text: str) -> None:
    assert answer_label(english, "age", code) == text


@pytest.mark.parametrize(("code", "text"), [("1-<1.5", "1.0 to under 1.5"), ("1.5-<2+2-<2.5", "1.5 to under 2.5"), ("4.5-", "4.5 or more")])
def test_classes_of_other_numbers_say_where_they_end(english: Results, code: str, text: str) -> None:
    assert answer_label(english, "leaving", code) == text


def test_merged_answers_are_joined_in_words(english: Results, swedish: Results) -> None:
    assert answer_label(english, "l_1", "4+5") == "Agree to a large extent or agree completely"
    assert answer_label(swedish, "lock_class", "none+one+double") == "Inte inlåst, inlåst på ett sätt eller dubbelt inlåst"


def test_a_transition_table_gives_number_share_and_row_total(english: Results) -> None:
    [table] = transition_tables(english)
    assert shown(table)["Not locked in"] == ["6 (50%)", "3 (25%)", "3 (25%)", "12"]
    assert shown(table)["Other employees: Doubly locked in"] == ["not shown"] * 4


def test_a_curve_table_gives_share_interval_and_those_followed_at_each_time(english: Results) -> None:
    [table] = curve_tables(english)
    assert shown(table)["6"] == ["12%", "6% to 19%", "28", "6%", "3% to 10%", "48"]


def test_the_description_leaves_out_statistics_that_nobody_may_see(english: Results) -> None:
    table = description_table(english)
    assert table is not None
    assert [column.heading for column in table.columns] == ["n", "Mean (SD)", "Share"]
    assert shown(table)["Participants"] == ["40", f"{3.1 - 0.3:.2f} (1.00)", ""]


def test_what_is_withheld_is_counted_by_where_it_belongs(english: Results) -> None:
    rows = shown(withheld_table(english))
    assert rows["Raw shares"][1:] == ["1", "0"]
    assert rows["Before and after"] == ["Lock-in (baseline → follow-up)", "3", "0"]
    assert rows["What those asked say"][1:] == ["0", "1"]


def test_deviations_are_written_without_brackets(english: Results) -> None:
    assert shown(deviations_table(english)) == {"analyses.main.covariates": ["leaving@t1", "leaving@t1, age"]}


def test_a_key_that_was_not_in_the_plan_is_said_not_to_have_been_there(english: Results) -> None:
    added = english.deviations.assign(before="", after="[]")
    assert shown(deviations_table(replace(english, deviations=added)))["analyses.main.covariates"] == ["was not there", "nothing"]


def test_provenance_gives_whole_checksums_and_versions(english: Results) -> None:
    rows = shown(provenance_table(english))
    assert rows["baseline"][0].replace("\n", "") == "cd" * 32
    assert rows["Versions"] == ["python 3.11.7, rorlighet 0.1.0, pandas 3.0.0"]


def test_a_release_with_nothing_to_show_gives_no_table(empty: Results) -> None:
    makers = (flow_table, table_one, reliability_table, missing_table, results_table, secondary_table, ratios_table)
    assert [make(empty) for make in (*makers, by_subgroup_table, deviations_table, withheld_table)] == [None] * 10
    assert other_estimates_tables(empty, declared_estimates(empty)) == []
    assert transition_tables(empty) == curve_tables(empty) == appendix_tables(empty) == ()


def test_an_adjusted_difference_gives_its_people_unless_the_groups_values_rest_on_the_same(english: Results) -> None:
    assert "n = 36 + 54" in shown(results_table(english))["Turnover intention\n(mean 1–5)"][3]
    main = (english.estimates["outcome"] == "leaving") & (english.estimates["analysis"] == "main")
    alike = results_table(changed(english, main, n_a=40, n_b=60))
    assert "n =" not in line_of(alike, "Turnover intention").cells[3].text


def test_tables_say_what_their_differences_are_adjusted_for(english: Results) -> None:
    table = results_table(english)
    assert table is not None
    assert "Adjusted for turnover intention (baseline) and age." in table.footnotes
    rows = (english.estimates["analysis"] == "main") & (english.estimates["outcome"] == "locked")
    apart = results_table(changed(english, rows, covariates="age"))
    assert apart is not None
    assert "Double lock-in: adjusted for age." in apart.footnotes
    rows = english.estimates["analysis"] == "only_locked"
    header = line_of(restricted_table(changed(english, rows, covariates="age")), english.label("analysis", "only_locked")).header
    assert "adjusted for age)" in header


def test_a_question_that_workplaces_answered_says_so(english: Results) -> None:
    variables = [{**one, "unit": "workplace"} if one["name"] == "sex" else one for one in english.facts["variables"]]
    sites = english.labels.iloc[[0]].assign(kind="unit", parent="", name="workplace", text="workplaces", language="en")
    results = replace(english, facts={**english.facts, "variables": variables}, labels=pd.concat([english.labels, sites]))
    assert [appendix_tables(one)[0].caption for one in (english, results)] == ["Sex", "Sex (workplaces)"]
