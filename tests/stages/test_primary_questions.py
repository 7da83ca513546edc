"""What the plan calls primary is told first, whatever its estimator and whoever it is about, in words that claim no more."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.paths import Paths
from pipeline.render.catalogue import catalogue
from pipeline.render.figures.hero import comparison_hero
from pipeline.render.index import index_page
from pipeline.render.selection import FEW_EVENTS, main_outcomes, rows_of
from pipeline.render.wording.outcomes import primary_outcomes
from tests.every_estimator import COMPARING, every_estimator
from tests.miniature import both, miniature
from tests.report_pages import Shown, plain, shown
from tests.seminars import analysis
from tests.stages.project import build_tables

pytestmark = pytest.mark.slow

TRUST = {"outcomes": ["sure@t2"]}
SITUATION = "in the same situation"


def page_of(root: Path, *analyses: dict, template: str = "group_comparison", language: str = "en", groups: bool = True) -> Shown:
    """Build the study with every kind of question, here with these analyses only, and give one page of it."""
    study = every_estimator(root, groups, analyses=list(analyses), reports=[{"id": "page", "template": template}])
    build_tables(study.id, root)
    return shown(template, study.id, study.paths.release, language)


def primary(name: str, estimator: str, **more: object) -> dict:
    family = {"family": "main"} if estimator in COMPARING and "by" not in more else {}
    return {**analysis(name.lower().replace(" ", "_"), estimator, [], "primary"), "label": both(name), **TRUST, **family, **more}


def secondary(name: str, estimator: str, **more: object) -> dict:
    return {**primary(name, estimator, **more), "role": "secondary", "family": "others"}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_primary_outcome_by_rank_is_a_key_finding_and_a_main_result(tmp_path: Path, language: str) -> None:
    page = page_of(tmp_path, primary("Trust by rank", "rank"), language=language)
    [row] = rows_of(page.results.rows(estimator="rank"))
    verdict = catalogue(language).say(f"verdict_mark.{row.verdict}")
    for name in ("summary", "results"):
        assert page.results.number(row.effect) in page.words[name], "the shift of tied values shows nothing, the ranks do"
        assert verdict in page.words[name]
    assert "shift_of_ties" in row.note.split()
    assert not re.search("the mean of trust|medelvärdet för trust", page.words["results"])
    assert "checks" not in page.words


def test_what_a_rank_test_found_stands_in_the_index(tmp_path: Path) -> None:
    page = page_of(tmp_path, primary("Trust by rank", "rank"))
    [row] = rows_of(page.results.rows(estimator="rank"))
    said = plain(index_page(tmp_path))
    assert page.results.say_with(f"one_line.{row.verdict}", {"outcomes": "trust", "the_a": "participants", "the_b": "others"}) in said


def test_a_question_that_no_line_of_the_index_knows_stands_there_by_its_name(tmp_path: Path) -> None:
    page_of(
        tmp_path,
        primary("Rungs alike", "table", outcomes=["rung@t2"]),
        primary("Came far", "attainment", outcomes=["in_work@t2"], target=0.3, family="none", family_reason=both("It has no p-value.")),
    )
    said = plain(index_page(tmp_path))
    assert "Rungs alike: p = " in said
    assert re.search("Came far: (supported|not supported|cannot tell)", said)


def test_categories_are_told_with_their_shares_and_every_part_of_the_test(tmp_path: Path) -> None:
    page = page_of(tmp_path, primary("Rungs alike", "table", outcomes=["rung@t2"]))
    [row] = rows_of(page.results.rows(estimand="association"))
    for text in (page.words["summary"], page.words["results"]):
        for number in (
            page.results.number(row.statistic),
            f"degrees of freedom: {row.df:.0f}",
            page.results.p_value(row.p_value),
            page.results.number(row.effect),
        ):
            assert number.replace("\N{NO-BREAK SPACE}", " ") in text.replace("\N{NO-BREAK SPACE}", " ")
    cells = {(one.row, one.column): one for one in rows_of(page.results.cells(exhibit="measure", outcome="rung", wave="t2", level="all"))}
    assert {code for code, _ in cells} == {"out", "seeking", "trial", "work"}
    for code in ("out", "work"):
        shares = [page.results.percent(cells[code, group].share) for group in ("offered", "others")]
        assert f"{code.title()}: participants {shares[0]}, others {shares[1]}" in page.words["summary"]


def test_two_primary_analyses_of_one_outcome_are_both_told_with_their_verdicts(tmp_path: Path) -> None:
    page = page_of(tmp_path, primary("Raw", "welch"), primary("Like with like", "adjusted", covariates=["sure@t1"]))
    rows = {row.estimator: row for row in rows_of(page.results.rows(level="all")) if row.analysis in ("raw", "like_with_like")}
    assert (
        [one.main.estimator for one in page.report.outcomes]
        == ["adjusted"]
        == [one.headline.estimator for one in main_outcomes(page.results)]
    )
    for row in rows.values():
        assert page.results.plain(row.estimate, row.measure_unit) in page.words["summary"]
    assert page.words["summary"].count(catalogue("en").say(f"verdict_mark.{rows['welch'].verdict}")) >= 1


def test_a_comparison_by_subgroup_alone_tells_each_subgroup_and_what_is_between_them(tmp_path: Path) -> None:
    page = page_of(tmp_path, primary("By sex", "adjusted", covariates=["sure@t1"], by=["sex"]))
    rows = rows_of(page.results.rows(estimator="adjusted"))
    assert {row.level for row in rows} == {"all", "sex=woman", "sex=man"}
    for row in rows:
        assert page.results.plain(row.estimate, row.measure_unit) in page.words["summary"]


def test_women_are_not_called_people_in_the_same_situation(tmp_path: Path) -> None:
    page = page_of(
        tmp_path, secondary("Women", "welch", restrict={"sex": ["woman"]}), primary("Women first", "welch", restrict={"sex": ["woman"]})
    )
    assert "about part of those studied only (sex: Woman)" in page.words["summary"]
    assert "Women (exploratory) – only sex: Woman" in page.words["restricted"]
    assert SITUATION not in " ".join(page.words.values()) and "regression to the mean" not in page.words["restricted"]


def test_a_state_before_is_named_by_its_answers_and_wave(tmp_path: Path) -> None:
    page = page_of(tmp_path, primary("All", "welch"), secondary("Unsure", "welch", restrict={"sure@t1": ["1", "2"]}))
    assert SITUATION in page.words["restricted"]
    assert "only trust (at first): 1 or 2" in page.words["restricted"]


@pytest.mark.parametrize("kept", [["1"], ["0"]])
def test_what_came_with_the_outcome_is_no_situation_from_the_start(tmp_path: Path, kept: list[str]) -> None:
    page = page_of(tmp_path, primary("All", "welch"), secondary("Work", "welch", restrict={"in_work@t2": kept}))
    assert SITUATION not in page.words["restricted"]
    assert "may then itself be a result of what is evaluated" in page.words["restricted"]
    assert f"only in work (later): {'yes' if kept == ['1'] else 'no'}" in page.words["restricted"]


def test_groups_of_another_variable_are_named_on_the_first_page(tmp_path: Path) -> None:
    sexes, change = primary("Sexes", "welch", group="sex", contrast=["woman", "man"]), secondary("Change", "paired", before="t1")
    page = page_of(tmp_path, sexes, change, template="before_after", groups=False)
    assert "sex: Woman compared with Man" in page.words["summary"]


def test_a_share_without_an_error_yields_to_the_exact_raw_comparison(tmp_path: Path) -> None:
    page = page_of(tmp_path, primary("Work", "adjusted", outcomes=["in_work@t2"], covariates=["sure@t1"]))
    estimates = page.results.estimates.copy()
    main = estimates["estimator"].eq("adjusted") & estimates["estimand"].eq("adjusted_risk_difference")
    raw = estimates[main].assign(estimand="risk_difference", note="exact_raw", estimate=0.07, verdict="cannot_tell")
    estimates.loc[main, ["note", "verdict", "conf_low", "conf_high", "p_value"]] = [FEW_EVENTS, "", None, None, None]
    results = replace(
        page.results, estimates=type(estimates)(list(estimates.to_dict("records")) + raw.to_dict("records"), columns=estimates.columns)
    )
    [outcome] = primary_outcomes(results)
    assert (outcome.main.estimand, outcome.main.verdict) == ("risk_difference", "cannot_tell")
    assert [(one.headline.estimand, one.role) for one in main_outcomes(results)] == [("risk_difference", "primary")]


def before_and_after(root: Path, kept: int) -> Shown:
    """Build a study in which those who answer again were calm at first and those who do not were not."""
    arms = ["Ja" if number % 2 else "Nej" for number in range(60)]
    first = [f"P{number};{arm};40;{'Ofta' if number < kept else 'Aldrig'};" for number, arm in enumerate(arms)]
    again = [f"P{number};{arm};{'Ofta' if number % 3 else 'Ibland'};Ja;2024-03-01" for number, arm in enumerate(arms) if number < kept]
    files = {"before.csv": "\n".join(["nr;grupp;ålder;lugn;kommentar", *first, ""]), "after.csv": "\n".join(["nr;grupp;lugn;arbete;dag", *again, ""])}  # fmt: skip
    study = miniature(root, files, balance={"covariates": ["calmness@t1"]})
    build_tables(study.id, root)
    return shown("group_comparison", study.id, Paths(root, study.id).release, "en")


def first_figure(page: Shown) -> str:
    """Give the words that stand in for the figure of the first page."""
    figure = comparison_hero(page.results, primary_outcomes(page.results))
    assert figure is not None
    return figure.alt


def test_values_of_different_people_are_never_told_as_from_one_to_the_other(tmp_path: Path) -> None:
    page = before_and_after(tmp_path, kept=40)
    found = page.words["summary"] + first_figure(page)
    assert re.search(r"Participants [\d.]+ before, [\d.]+ after, Controls [\d.]+ before, [\d.]+ after", found)
    assert "not of quite the same people" in found
    assert not re.search(r"[\d.]+ to [\d.]+", first_figure(page).partition("Difference")[0])
    assert not re.search(r"from [\d.]+ to [\d.]+", found + page.words["results"])


def test_values_of_the_same_people_are(tmp_path: Path) -> None:
    page = before_and_after(tmp_path, kept=60)
    assert re.search(r"Participants [\d.]+ to [\d.]+, Controls [\d.]+ to [\d.]+", first_figure(page))
    assert "same people" not in page.words["summary"] + page.words["appendix"]
