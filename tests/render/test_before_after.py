"""Reports on one group before and after: the same people, the denominator named, and every section made when numbers are missing."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.render.changes import bounded, changes_by_level, paired_changes, scale_ends, self_ratings, what_was_tested
from pipeline.render.figures.experience import experience_figures
from pipeline.render.figures.self_ratings import rating_figures
from pipeline.render.figures.slope import slope_figure, spread_out
from pipeline.render.markup import plain_text
from pipeline.render.results import Results
from pipeline.render.section import Section, Words
from pipeline.render.tables.asked import asked_tables
from pipeline.render.tables.changes import change_table, checks_table, level_tables, lost_table
from pipeline.render.tables.responses import response_tables
from pipeline.render.tables.self_ratings import rating_tables
from pipeline.render.tables.table import Table, to_text
from pipeline.render.templates.before_after import BeforeAfter
from pipeline.render.wording import before_after as wording
from pipeline.render.wording.changes import basis_sentences, ceiling_sentence, change_sentences, levels_sentences, lost_sentences
from pipeline.render.wording.lines import Found, change_line
from pipeline.render.wording.self_ratings import rating_sentences
from tests.miniature import both
from tests.render.synthetic import empty_results
from tests.seminars import ANALYSES, Attendee, attendees, nobody_answered_afterwards, nobody_changed, results_of, seminars

pytestmark = pytest.mark.slow

SECTIONS = (
    *("title", "summary", "question", "context", "flow", "measures", "change", "self_rated", "levels", "experience", "lost", "checks"),
    *("limits", "researcher", "deviations", "methods", "appendix", "withheld", "provenance"),
)
CLAIMS = re.compile(
    r"\beffect\b|led to|thanks to|no difference|\bincreased\b|effekt|ledde till|tack vare|ingen skillnad|ökade", re.IGNORECASE
)


OPEN = {"minimum_base": 1, "minimum_cell": 1, "reason": both("The wording of every number is tested.")}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results_of(seminars(tmp_path_factory.mktemp("shown"), disclosure=OPEN))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results_of(seminars(tmp_path_factory.mktemp("seminars")))


@pytest.fixture(scope="module")
def swedish(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results_of(seminars(tmp_path_factory.mktemp("seminarier")), "sv")


@pytest.fixture(scope="module")
def unanswered(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results_of(seminars(tmp_path_factory.mktemp("unanswered"), nobody_answered_afterwards))


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results_of(seminars(tmp_path_factory.mktemp("unchanged"), nobody_changed))


def both_times() -> list[Attendee]:
    return [one for one in attendees() if one.before is not None and one.after is not None]


def first(results: Results):
    return paired_changes(results, "primary")[0]


def text_of(section: Section | Words | None) -> str:
    """Give everything a section says, figures by their alternative text."""
    if section is None:
        return ""
    parts = section.parts if isinstance(section, Section) else (section,)
    return "\n".join(_said(part) for part in parts)


def _said(part: object) -> str:
    if isinstance(part, Words):
        return plain_text(part.html)
    return to_text(part) if isinstance(part, Table) else part.alt + part.caption  # type: ignore[attr-defined]


def test_a_change_is_told_with_both_means_of_the_same_people(results: Results) -> None:
    people = both_times()
    before, after = (sum(getattr(one, wave) for one in people) / len(people) for wave in ("before", "after"))
    said = " ".join(change_sentences(results, first(results)))
    assert f"The mean was {before:.2f} before and {after:.2f} after (of 3) among the {len(people)}" in said
    assert f"Change: {after - before:.2f} (95% CI" in said


def test_the_share_who_came_to_know_more_is_told_where_it_is_released(results: Results) -> None:
    estimates = results.estimates.copy()
    moves = estimates["estimand"].isin(["share_improved", "share_unchanged", "share_worse"]) & estimates["level"].eq("all")
    estimates.loc[moves, "note"] = ""
    for estimand, share in {"share_improved": 0.7, "share_unchanged": 0.2, "share_worse": 0.1}.items():
        estimates.loc[moves & estimates["estimand"].eq(estimand), "estimate"] = share
    released = replace(results, estimates=estimates)
    assert "70% had a better value" in " ".join(change_sentences(released, first(released)))


def test_a_ceiling_that_nobody_had_reached_before_is_told_otherwise(results: Results) -> None:
    top = sum(one.after == 3 for one in both_times()) / len(both_times())
    said = " ".join(change_sentences(results, first(results)))
    assert f"Nobody had the best possible value before. After, {100 * top:.0f}% had it." in said


def test_the_interval_says_which_clusters_it_allows_for_and_what_matters(results: Results) -> None:
    said = " ".join(basis_sentences(results, first(results)))
    assert "(4 seminars)" in said
    assert "beyond 0.20, the smallest change that matters" in said


def test_the_denominator_is_everybody_on_the_list_and_no_shows_are_told(results: Results) -> None:
    said = " ".join(wording.people_sentences(results, paired_changes(results, "primary")))
    assert "The list (list) holds 42. Not counted: 2 registered but away." in said
    assert "denominator of all response rates is the 40 participants on the list" in said
    assert "Before, 38 answered (95%). After, 32 answered (80%)." in said
    assert "RR2" in said


def test_the_flow_begins_with_the_list_and_has_no_box_for_the_only_group(results: Results) -> None:
    section = BeforeAfter(results).flow()
    assert "On the list of everybody | 40" in text_of(section)
    assert "answered at least once" not in text_of(section)


def test_without_a_list_the_denominator_is_those_who_answered(results: Results) -> None:
    sources = [{**one, "lists_everybody": False} for one in results.facts["sources"]]
    unlisted = replace(results, facts={**results.facts, "sources": sources})
    said = " ".join(wording.people_sentences(unlisted, []))
    assert "who answered at least once" in said
    assert "RR2" not in said


def test_small_seminars_are_counted_and_not_named(results: Results) -> None:
    change = first(results)
    assert [one.level for one in changes_by_level(results, change)] == [f"seminar=seminar-0{place}" for place in (1, 2, 3, 4)]
    said = " ".join(levels_sentences(results, change))
    assert said.startswith("In all 2 that can be shown, the mean is higher after than before.")
    assert "2 are not shown" in said
    [table] = level_tables(results, change)
    assert [line.cells[4].text for line in table.lines[2:4]] == ["not shown", "not shown"]


def test_a_slope_chart_names_every_line_it_shows_and_none_that_is_withheld(results: Results) -> None:
    figure = slope_figure(results, first(results))
    assert figure is not None
    assert "Of 2 lines, 2 rise and 0 fall: Seminar 01 " in figure.alt
    assert "Seminar 03" not in figure.alt
    assert "One thin line per seminar" in figure.caption


def test_places_are_moved_apart_in_order_and_inside_their_room() -> None:
    moved = spread_out([0.1, 0.1, 0.12, 0.9, 1.0], 0.2, (0.0, 1.0))
    assert all(later - earlier >= 0.2 - 1e-12 for earlier, later in pairwise(moved))
    assert (min(moved) >= 0.0, max(moved) <= 1.0) == (True, True)
    assert spread_out([0.2, 0.8], 0.1, (0.0, 1.0)) == [0.2, 0.8]
    assert spread_out([], 0.1, (0.0, 1.0)) == []
    crowded = spread_out([0.5] * 9, 0.2, (0.0, 1.0))
    assert crowded[0] == pytest.approx(0.0)


def test_self_rated_and_tested_stand_side_by_side_on_their_own_scales(results: Results) -> None:
    [rated] = self_ratings(results)
    tested = what_was_tested(results, rated)
    assert tested is not None
    assert (scale_ends(results, rated.outcome), scale_ends(results, tested.outcome)) == ((1, 5), (0.0, 3.0))
    [figure] = rating_figures(results, [rated])
    assert re.match(r"Sureness \(1-5\): before, in retrospect 2\.00, .*; Right answers \(of 3\): before", figure.alt)
    said = " ".join(rating_sentences(results, rated))
    assert "In retrospect they thus rate how it was before lower than they did at the time" in said
    [table] = rating_tables(results, [rated])
    assert "Response shift" in to_text(table)


def test_bounds_are_told_beside_what_was_observed(shown: Results) -> None:
    [after, change, plans] = bounded(shown)
    people, least = len(attendees()), sum(one.after for one in attendees() if one.after is not None)
    known = sum(one.after is not None for one in attendees())
    assert f"between {least / people:.2f} and {(least + 3 * (people - known)) / people:.2f}" in " ".join(lost_sentences(shown, after))
    assert "cannot wipe out the change" in " ".join(lost_sentences(shown, change))
    assert lost_sentences(shown, plans)[0].startswith("Plans to use any: 66% among those who answered. 8 of 40 are missing.")
    table = lost_table(shown)
    assert table is not None
    assert len(table.lines) == 3


def test_planned_use_is_a_row_per_question_with_its_own_number(results: Results) -> None:
    [table] = asked_tables(results)
    answered = [one for one in attendees() if one.after is not None]
    yes = sum(one.plans[0] == "Ja" for one in answered)
    assert table.lines[0].cells[1].text == f"{100 * yes / len(answered):.0f}% ({yes})"
    [figure] = experience_figures(results)
    assert "Will you use Team? No" in figure.alt


def test_response_rates_name_their_denominator(results: Results) -> None:
    [table] = response_tables(results)
    assert [line.header for line in table.lines] == ["All who came", "All"]
    assert [cell.text for cell in table.lines[1].cells] == ["38 / 40 (95%)", "32 / 40 (80%)"]


def test_other_analyses_of_a_shown_outcome_show_only_how_its_mean_is_computed(results: Results) -> None:
    primary, others = paired_changes(results, "primary"), paired_changes(results, "secondary")
    table, full = checks_table(results, others, primary), change_table(results, primary)
    assert table is not None and full is not None
    assert len(table.lines) < len(full.lines)
    assert "Better value" not in to_text(table)
    assert checks_table(results, [], primary) is None


@pytest.mark.parametrize("given", ["results", "swedish", "unanswered", "unchanged"])
def test_every_section_is_made_and_claims_no_cause(given: str, request: pytest.FixtureRequest) -> None:
    report = BeforeAfter(request.getfixturevalue(given))
    said = {name: text_of(getattr(report, name)()) for name in SECTIONS if name != "methods"}
    assert report.methods() is not None
    assert said["summary"]
    assert said["change"]
    assert not CLAIMS.search("\n".join(said.values()))


def test_a_wave_that_nobody_answered_is_said_and_the_rest_is_made(unanswered: Results) -> None:
    report = BeforeAfter(unanswered)
    assert "the change cannot be shown (too few people)" in text_of(report.summary())
    assert "After, 0 answered (0%)." in text_of(report.flow())
    assert slope_figure(unanswered, first(unanswered)) is None
    assert rating_figures(unanswered, self_ratings(unanswered)) == ()
    assert "No group can be shown by itself" in text_of(report.levels())
    assert text_of(report.experience()).startswith("Nobody answered these questions. Plans to use any: nobody answered.")
    assert "Right answers (after): nobody answered. For all 40 the value can be anything between 0.00 and 3.00" in text_of(report.lost())


def test_pairs_that_are_all_tied_are_no_finding_and_said(unchanged: Results) -> None:
    said = text_of(BeforeAfter(unchanged).change())
    assert "Nobody changed: there is nothing to test." in said
    assert "Cannot tell" in said
    assert "just as they did at the time" in text_of(BeforeAfter(unchanged).self_rated())
    assert "wipe out" not in text_of(BeforeAfter(unchanged).lost())


def test_an_agency_with_one_attendee_counts_as_a_cluster(results: Results) -> None:
    row = paired_changes(results, "secondary")[0].row("mean_change")
    assert row is not None
    assert row.n_clusters == 2
    assert row.conf_low < row.estimate


def test_a_release_without_any_change_still_says_so() -> None:
    report = BeforeAfter(empty_results("en"))
    assert "No change could be computed." in text_of(report.summary())
    assert "cannot be shown" in text_of(report.change())
    assert [getattr(report, name)() for name in ("self_rated", "levels", "experience", "lost", "checks")] == [None] * 5


def test_the_index_says_both_means_and_the_verdict(results: Results, unanswered: Results) -> None:
    assert line_of(results) == (
        "Right answers (of 3): mean 0.97 before and 1.60 after among the 30 who have values from both measurements. Verdict: better."
    )
    assert line_of(unanswered) == "The change could not be shown."


def line_of(results: Results) -> str:
    from pipeline.render.catalogue import catalogue

    everybody = results.estimates[results.estimates["level"] == "all"].astype("object")
    rows = everybody.where(everybody.notna(), "").astype("str").to_dict("records")
    labels = results.labels[results.labels["language"] == "en"]
    texts = dict(zip(zip(labels["kind"], labels["parent"], labels["name"], strict=True), labels["text"], strict=True))
    return change_line(Found(results.facts, texts, rows, catalogue("en")))


def test_a_report_reads_the_same_release_in_both_languages(results: Results, swedish: Results, tmp_path: Path) -> None:
    english, other = (slope_figure(one, first(one)) for one in (results, swedish))
    assert english is not None and other is not None
    assert "1.60" in english.alt
    assert "1,60" in other.alt


def test_nobody_at_the_top_of_the_scale_is_said_once(results: Results) -> None:
    rows = results.estimates
    none = rows.assign(estimate=rows["estimate"].where(~rows["estimand"].str.startswith("share_at_ceiling"), 0.0))
    assert ceiling_sentence(replace(results, estimates=none), first(replace(results, estimates=none))) == (
        "Nobody had the best possible value, either before or after."
    )


FAMILY = [
    {**one, **({"role": "primary", "family": "all"} if one["id"] in ("change", "ratings") else {})} for one in ANALYSES
]  # fmt: skip


def test_members_of_a_family_show_their_adjusted_p_values(tmp_path: Path) -> None:
    results = results_of(seminars(tmp_path, analyses=FAMILY))
    [change], [rated] = paired_changes(results, "primary"), self_ratings(results)
    for row, table in (
        (change.row("mean_change"), change_table(results, [change])),
        (rated.row("mean_change", "now - then"), rating_tables(results, [rated])[0]),
    ):
        assert row is not None
        assert table is not None
        assert row.p_adjustment == "holm"
        assert f"({results.p_number(row.p_adjusted)})".replace("\N{NO-BREAK SPACE}", " ") in to_text(table)
        assert results.say("table.adjusted_note") in to_text(table)
    said = " ".join(basis_sentences(results, change))
    assert "once it is taken into account that 2 outcomes are tested together" in said
    row = change.row("mean_change")
    assert row is not None
    detectable = row._replace(estimand="detectable_difference", estimate=0.5)
    powered = replace(change, rows={**change.rows, ("detectable_difference", "all"): detectable})
    assert "also with 2 outcomes tested together" in " ".join(basis_sentences(results, powered))


def test_a_change_that_fails_within_its_family_is_not_told_without_it(tmp_path: Path) -> None:
    results = results_of(seminars(tmp_path, analyses=FAMILY))
    rows = (
        results.estimates["analysis"].eq("change") & results.estimates["estimand"].eq("mean_change") & results.estimates["level"].eq("all")
    )
    estimates = results.estimates.assign(
        verdict=results.estimates["verdict"].mask(rows, "cannot_tell"), p_adjusted=results.estimates["p_adjusted"].mask(rows, 0.06),
        conf_low=results.estimates["conf_low"].mask(rows, 0.1), conf_high=results.estimates["conf_high"].mask(rows, 0.9),
    )  # fmt: skip
    changed = replace(results, estimates=estimates)
    [change] = paired_changes(changed, "primary")
    assert "excludes zero by itself, but that is not enough when 2 outcomes are tested together" in " ".join(
        change_sentences(changed, change)
    )


def test_a_change_that_is_too_small_to_matter_is_not_said_to_be_perhaps_as_large(results: Results) -> None:
    [change] = paired_changes(results, "primary")
    row = change.row("mean_change")
    assert row is not None
    shown = {"verdict": "equivalent", "estimate": 0.05, "conf_low": -0.12, "conf_high": 0.22, "p_value": 0.5, "p_equivalence": 0.03}
    equivalent = replace(change, rows={**change.rows, ("mean_change", "all"): row._replace(**shown)})
    said = " ".join(basis_sentences(results, equivalent))
    assert "smaller than 0.20, the smallest that matters according to the plan (two one-sided tests" in said
    assert "two-sided and so wider" in said
    assert "cannot say whether the change is as large" not in said
