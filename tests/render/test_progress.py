"""Reports on one group's progress: moves, times and changes as counted, those lost bounded, and no cause claimed."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.render.catalogue import catalogue
from pipeline.render.changes import paired_changes
from pipeline.render.figures.lost import lost_figures
from pipeline.render.figures.stages import stages_figure
from pipeline.render.figures.transition import transition_figures
from pipeline.render.markup import plain_text
from pipeline.render.results import Results
from pipeline.render.section import Section, Words
from pipeline.render.tables.exhibits import transition_tables
from pipeline.render.tables.moves import level_moves_tables, moves_table, shares_moved_table
from pipeline.render.tables.over_time import over_time_table
from pipeline.render.tables.table import Table, to_text
from pipeline.render.tables.times import time_table
from pipeline.render.templates.progress import Progress
from pipeline.render.times import times
from pipeline.render.wording.changes import basis_sentences
from pipeline.render.wording.lines import Found, progress_line
from pipeline.render.wording.moves import hidden_sentences, move_sentences, moves
from pipeline.render.wording.phrases import with_interval
from pipeline.render.wording.times import comparison_sentences, time_sentences
from pipeline.spec.vocabulary import LANGUAGES
from tests.jobseekers import ANALYSES, HORIZON, RUNGS, Seeker, jobseekers, nobody_answered_again, nobody_moved, seekers
from tests.miniature import both
from tests.render.synthetic import empty_results
from tests.seminars import results_of

pytestmark = pytest.mark.slow

SECTIONS = (
    *("title", "summary", "question", "context", "contradictions", "flow", "people", "measures", "ladder", "time_to_work", "change"),
    *("levels", "limits", "researcher", "deviations", "methods", "appendix", "withheld", "provenance"),
)
CLAIMS = re.compile(
    r"\beffects?\b|led to|thanks to|no difference|\bincreased\b|because of the|effekt|ledde till|tack vare|ingen skillnad|ökade",
    re.IGNORECASE,
)


OPEN = {"minimum_base": 1, "minimum_cell": 1, "reason": both("The wording of every number is tested.")}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results_of(jobseekers(tmp_path_factory.mktemp("shown"), disclosure=OPEN))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results_of(jobseekers(tmp_path_factory.mktemp("jobseekers")))


@pytest.fixture(scope="module")
def swedish(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results_of(jobseekers(tmp_path_factory.mktemp("arbetssökande")), "sv")


@pytest.fixture(scope="module")
def unmoved(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results_of(jobseekers(tmp_path_factory.mktemp("unmoved"), nobody_moved))


@pytest.fixture(scope="module")
def unanswered(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results_of(jobseekers(tmp_path_factory.mktemp("unanswered"), nobody_answered_again))


def share(holds: Callable[[Seeker], bool], among: Callable[[Seeker], bool] = lambda one: True) -> str:
    """Count a share of the people and write it as a report does."""
    people = [one for one in seekers() if among(one)]
    return f"{sum(map(holds, people)) / len(people):.0%}"


def again(one: Seeker) -> bool:
    return one.status[1] is not None


def text_of(section: Section | Words | None) -> str:
    assert section is not None
    parts = (section,) if isinstance(section, Words) else section.parts
    written = [
        plain_text(part.html) if isinstance(part, Words) else to_text(part) if isinstance(part, Table) else part.alt for part in parts
    ]
    return " ".join(written).replace("\u00a0", " ")


def test_those_who_moved_up_and_down_are_counted_among_those_who_answered_twice(results: Results) -> None:
    [ladder] = moves(results, "primary")
    said = " ".join(move_sentences(results, ladder))
    up, same, down = (share(lambda one, way=way: one.moved(1) == way, again) for way in (1, 0, -1))
    assert f"Later, {up} were further up than at first, {same} where they were and {down} further down" in said
    assert f"({sum(map(again, seekers()))} participants" in said


def test_moves_into_work_are_told_by_both_ways_and_the_change_of_the_share(shown: Results) -> None:
    change = next(one for one in moves(shown) if one.outcome == "in_work")
    both = [one.status for one in seekers() if one.status[1] is not None and one.status[2] is not None]
    came = sum(later == "work" != before for _, before, later in both) / len(both)
    said = " ".join(move_sentences(shown, change))
    assert f"In work last but not later: {came:.0%}" in said
    assert f"changed by {100 * came:.1f} percentage points" in said
    assert "McNemar's test" in said


def test_members_of_a_family_show_their_adjusted_p_values_in_tables_and_sentences(shown: Results) -> None:
    [ladder], [trust] = moves(shown, "primary"), paired_changes(shown, "primary")
    for row, tables, sentences in (
        (ladder.row("marginal_homogeneity", "stuart_maxwell"), [moves_table(shown, [ladder])], move_sentences(shown, ladder)),
        (trust.row("mean_change"), [over_time_table(shown, [trust])], basis_sentences(shown, trust)),
    ):
        assert row is not None
        assert row.p_adjusted >= row.p_value
        for table in tables:
            assert table is not None
            assert f"({shown.p_number(row.p_adjusted)})".replace("\N{NO-BREAK SPACE}", " ") in to_text(table)
            assert shown.say("table.adjusted_note") in to_text(table)
        assert re.search(rf"{re.escape(shown.p_value(row.p_adjusted))} .*2 outcomes (are )?tested together", " ".join(sentences))


@pytest.mark.parametrize("adjusted", [0.01, 0.2])
def test_what_is_said_of_moves_follows_the_adjusted_p_value_of_the_test_of_the_plan(shown: Results, adjusted: float) -> None:
    estimates = shown.estimates.copy()
    estimates.loc[estimates["term"].eq("stuart_maxwell"), ["p_value", "p_adjusted"]] = (0.005, adjusted)
    estimates.loc[estimates["term"].eq("bhapkar"), "p_value"] = 0.004
    results = replace(shown, estimates=estimates)
    said = " ".join(move_sentences(results, moves(results, "primary")[0]))
    assert ("is another than" in said) == (adjusted < 0.05)


def test_nobody_who_moved_leaves_nothing_to_test(unmoved: Results) -> None:
    [ladder] = moves(unmoved, "primary")
    said = " ".join(move_sentences(unmoved, ladder))
    assert "100% where they were" in said
    assert "No test is reported" in said


def test_the_bars_show_every_class_at_every_time(results: Results) -> None:
    figure = stages_figure(results, "rung")
    assert figure is not None
    for name, wave in (("At first", 0), ("Later", 1), ("Last", 2)):
        answered = [one.status[wave] for one in seekers() if one.status[wave] is not None]
        shares = (f"{code.title()} {answered.count(code) / len(answered):.0%}" for code in RUNGS)
        assert f"{name}: {', '.join(shares)}" in figure.alt


def test_a_time_that_nobody_answered_is_a_bar_without_parts(unanswered: Results) -> None:
    figure = stages_figure(unanswered, "rung")
    assert figure is not None
    assert "Last: not shown" in figure.alt


def test_the_matrix_of_one_group_has_no_row_for_a_class_that_nobody_was_in(results: Results) -> None:
    [figure], [table] = transition_figures(results), transition_tables(results)
    assert figure.alt.startswith("Most common move in each row (at first → later). Out → Out 40%")
    assert [line.header for line in table.lines] == ["Out", "Seeking"]
    assert table.lines[0].cells[-1].text == str(sum(one.status[0] == "out" for one in seekers() if again(one)))


def test_shares_with_the_event_are_counted_where_nobody_is_censored_before(results: Results) -> None:
    [time] = times(results)
    said = " ".join(time_sentences(results, time))
    assert f"After {HORIZON} months an estimated {share(lambda one: one.works)} (95% CI" in said
    assert f"{share(lambda one: one.works and one.months <= 6)} after 6 months" in said
    mean = sum(min(one.months, HORIZON) for one in seekers()) / len(seekers())
    assert re.search(rf"happened, {results.number(mean, 1)} months \(.*\) of {HORIZON} months passed on average without it", said)


@pytest.mark.parametrize(("language", "said"), [("en", "had found work."), ("sv", "fått arbete.")])
def test_an_event_is_said_as_the_study_says_it(results: Results, language: str, said: str) -> None:
    own = {"said": {"sv": "fått arbete", "en": "found work"}}
    facts = results.facts | {"analyses": [one | own if one["estimator"] == "survival" else one for one in results.facts["analyses"]]}
    told = replace(results, facts=facts, language=language)
    [time] = times(told)
    assert said in time_sentences(told, time)[0]
    assert said in progress_line(found_in(told))


def test_a_mean_up_to_a_horizon_is_never_said_to_be_how_long_it_took(shown: Results) -> None:
    """Of those who got there the mean is another, and most of the time up to the horizon is of those who never did."""
    for results in (shown, replace(shown, language="sv")):
        [time] = times(results)
        table = time_table(results, time)
        assert table is not None
        said = " ".join([*time_sentences(results, time), table.caption, *(column.heading for column in table.columns)])
        assert re.search(
            "Counting everybody, also those for whom it never happened|Räknat på alla, också dem för vilka det aldrig hände", said
        )
        assert not re.search(r"\bit took\b|how long|dröjde|tog det|until then|till dess", said)


def found_in(results: Results) -> Found:
    """Give what the index reads of a release, in the language of these results."""
    mine = results.labels[results.labels["language"] == results.language]
    labels = dict(zip(zip(mine["kind"], mine["parent"], mine["name"], strict=True), mine["text"], strict=True))
    whole = results.estimates[results.estimates["level"] == "all"].astype("object")
    rows = whole.where(whole.notna(), "").astype("str").to_dict("records")
    return Found(results.facts, labels, rows, catalogue(results.language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_the_section_and_the_index_tell_a_later_result_beside_the_earlier(shown: Results, language: str) -> None:
    results = replace(shown, language=language)
    report = Progress(results)
    changes = [change for change in paired_changes(results) if change.number("mean_change") is not None]
    assert [(change.waves, change.analysis["role"]) for change in changes] == [(("t1", "t2"), "primary"), (("t1", "t3"), "secondary")]
    shares = [with_interval(results, change.rows["mean_change", "all"]) for change in changes]
    for section in (report.summary(), report.change()):
        assert section is not None
        said = " ".join(plain_text(part.html) for part in section.parts if isinstance(part, Words))
        first, later = (said.index(share) for share in shares)
        assert first < later
    line = progress_line(found_in(results))
    assert line.index("→ later") < line.index("→ last")


def test_a_change_for_the_worse_in_another_analysis_is_named_in_the_summary(tmp_path: Path) -> None:
    """Trust is mirrored, so that what rose now falls: the later analysis alone tells of it."""

    def worse(people: list[Seeker]) -> list[Seeker]:
        return [replace(one, trust=(5, None, 1 + int(one.number[-1]) % 2)) for one in people]

    analyses = [one for one in ANALYSES if one["id"] in ("ladder", "trust_later")]
    results = results_of(jobseekers(tmp_path, worse, disclosure=OPEN, analyses=analyses))
    [change] = paired_changes(results)
    assert change.rows["mean_change", "all"].verdict == "worse"
    section = Progress(results).summary()
    assert section is not None
    assert "Worse, in other analyses of the plan: trust (last)." in " ".join(
        plain_text(part.html) for part in section.parts if isinstance(part, Words)
    )


def test_curves_that_cannot_be_told_apart_are_not_called_alike(results: Results) -> None:
    [time] = times(results)
    assert re.fullmatch(
        r"Sex: we cannot say whether the curves differ \(log-rank test, p.=.0\.\d+\)\.", comparison_sentences(results, time)[0]
    )


def test_without_any_event_the_curves_are_not_compared(unmoved: Results) -> None:
    [time] = times(unmoved)
    assert comparison_sentences(unmoved, time) == ["Sex: the curves were not tested against each other (nobody has had the event)."]
    assert "For fewer than half it happened" in " ".join(time_sentences(unmoved, time))


def test_the_table_of_times_has_everybody_then_each_level(results: Results) -> None:
    table = time_table(results, times(results)[0])
    assert table is not None
    assert [line.header for line in table.lines] == ["All", "Sex", "Woman", "Man"]
    assert table.lines[0].cells[2].text.startswith(f"{100 * sum(one.works for one in seekers()) / 60:.1f}\n(")


def test_those_lost_could_move_the_mean_change_to_the_ends_of_the_scale(results: Results) -> None:
    people = seekers()
    low, high = (sum((one.trust[1] or end) - one.trust[0] for one in people) / len(people) for end in (1, 5))
    [figure] = lost_figures(results, paired_changes(results))
    assert f"(for everybody between {low:.2f} and {high:.2f})".replace("-", "−") in figure.alt
    table = over_time_table(results, paired_changes(results))
    assert table is not None
    assert [line.header for line in table.lines] == ["Trust (1-5)", "Later − at first", "Last − at first"]
    assert table.lines[1].cells[-1].text == f"{low:.2f} to {high:.2f}".replace("-", "−")


def test_bounds_are_not_drawn_where_nobody_is_lost(unmoved: Results) -> None:
    [figure] = lost_figures(unmoved, paired_changes(unmoved))
    assert "for everybody" not in figure.alt
    assert "bounds" not in figure.caption


def test_a_division_in_which_no_group_may_be_shown_is_said_and_not_tabled(unmoved: Results) -> None:
    [ladder] = moves(unmoved, "primary")
    assert hidden_sentences(unmoved, ladder)[0].startswith("the ladder, by sex × town: not shown for any group")
    assert all("by sex, town" not in table.caption for table in level_moves_tables(unmoved, ladder))


def test_the_small_town_is_withheld_and_named(results: Results) -> None:
    said = text_of(Progress(results).levels())
    assert "Tiny | not shown" in said


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_section_is_made_and_claims_no_cause(language: str, results: Results, swedish: Results) -> None:
    report = Progress(results if language == "en" else swedish)
    for name in SECTIONS:
        section = getattr(report, name)()
        if section is not None and name != "methods":
            assert not CLAIMS.search(text_of(section)), name


def test_sections_are_made_when_nobody_answered_again(unanswered: Results) -> None:
    report = Progress(unanswered)
    for name in SECTIONS:
        getattr(report, name)()
    summary = text_of(report.summary())
    assert "not shown (" in summary
    assert "the change cannot be shown (" in summary
    assert "(not shown" not in summary


def test_a_release_with_nothing_in_it_makes_a_report_all_the_same() -> None:
    report = Progress(empty_results("en"))
    assert "No primary result could be computed." in text_of(report.summary())
    assert report.ladder() is report.time_to_work() is report.change() is report.levels() is None
    assert moves_table(empty_results("en"), []) is shares_moved_table(empty_results("en"), []) is None


def test_the_line_in_the_index_names_moves_time_and_change(results: Results) -> None:
    line = progress_line(found_in(results))
    assert line == (
        f"Later, {share(lambda one: one.moved(1) == 1, again)} of the {sum(map(again, seekers()))} who answered both times "
        f"were further up than at first. "
        f"After 12 months an estimated {share(lambda one: one.works)} had had the event (work). Change of trust (at first → later): better. "
        "Change of trust (at first → last): cannot tell."
    )


def test_the_bundled_study_declares_the_template() -> None:
    notebook = (Path(__file__).resolve().parents[2] / "notebooks" / "progress.ipynb").read_text(encoding="utf-8")
    assert [name for name in SECTIONS if f"r.{name}()" not in notebook] == []
