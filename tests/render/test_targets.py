"""Reports on targets: both answers for every reading, never joined; withheld and missing numbers said in words."""

import pytest

from pipeline.render.catalogue import catalogue
from pipeline.render.figures.targets import reading_look, target_board
from pipeline.render.markup import plain_text
from pipeline.render.results import Results
from pipeline.render.section import Words
from pipeline.render.tables.targets import counts_table, group_tables, single_targets_table, target_table
from pipeline.render.targets import Target, boards, numbers_to_reach, single_targets, targets_by_group
from pipeline.render.templates.targets import Targets
from pipeline.render.wording import targets as wording
from pipeline.render.wording.lines import Found, targets_line
from tests.render.synthetic import empty_results
from tests.render.target_release import READINGS, ROWS, read, target_results, withheld


@pytest.fixture(scope="module")
def results() -> Results:
    return target_results("en")


def first_board(results: Results) -> Target:
    return boards(results)[0]


def sentences(counts: tuple[int, int, int], term: str = "supported") -> str:
    results = target_results("en", read("work", counts, term))
    [reading] = first(results).readings
    return " ".join(wording.reading_sentences(results, first(results), reading))


def first(results: Results) -> Target:
    return next(iter([*single_targets(results), *boards(results)]))


def test_targets_are_told_apart_by_how_many_ways_they_are_read(results: Results) -> None:
    assert [target.analysis["id"] for target in boards(results)] == ["work", "work_later"]
    assert [target.analysis["id"] for target in single_targets(results)] == ["practice"]
    assert [[target.level for target in targets] for targets in targets_by_group(results)] == [["all", "sex=man", "sex=woman"]]
    assert [one.analysis["id"] for one in numbers_to_reach(results)] == ["ring", "ring_half"]


def test_forty_two_of_sixty_is_reached_and_cannot_be_told_for_similar_groups() -> None:
    said = sentences((42, 60, 0))
    assert said == (
        "42 of 60, which is 70.0%. The target was reached. "
        "For similar groups the study cannot tell: the interval (57.5 to 80.1 per cent) reaches to both sides of the target."
    )


@pytest.mark.parametrize(
    ("counts", "fact", "support"),
    [
        ((58, 60, 0), "The target was reached.", "For similar groups the target is supported"),
        ((20, 60, 0), "The target was not reached.", "For similar groups the target is not supported"),
        ((50, 60, 4), "The target was reached, whatever became of the 4 missing.", "For similar groups the target is supported"),
        ((20, 60, 1), "The target was not reached, even if the 1 person missing had reached it.", "not supported"),
        ((40, 60, 20), "Whether the target was reached depends on the 20 missing: the share of all is 50.0%", "the study cannot tell"),
    ],
)
def test_every_pair_of_answers_has_its_sentence(counts: tuple[int, int, int], fact: str, support: str) -> None:
    said = sentences(counts)
    assert fact in said
    assert support in said


def test_a_withheld_reading_is_said_in_words_and_has_no_number(results: Results) -> None:
    later = boards(results)[1]
    assert wording.reading_sentences(results, later, later.readings[1]) == [
        "The number is not shown, because single people could otherwise be found."
    ]
    cells = target_table(results, later).lines[1].cells
    assert [cell.text for cell in cells] == ["not shown", "", "", "", "", "", ""]


def test_a_denominator_of_nobody_is_no_withheld_number() -> None:
    results = target_results("en", withheld(read("work", (1, 2, 0), "supported"), "denominator_zero"))
    assert wording.reading_sentences(results, first(results), first(results).readings[0]) == [
        "The share cannot be computed: nobody is in the denominator."
    ]


def test_readings_are_counted_by_verdict(results: Results) -> None:
    assert wording.tally(results, first_board(results)) == (
        "In this group: reached under 1 way of reading it and not reached under 1; for similar groups: not supported under 1 and cannot tell under 1."
    )
    assert wording.tally(results, boards(results)[1]) == (
        "In this group: depends on those missing under 1 and not shown for 1; for similar groups: cannot tell under 1 and not shown for 1."
    )


def test_a_rule_for_everybody_gets_no_answer_for_similar_groups(results: Results) -> None:
    [rule] = single_targets(results)
    assert wording.reading_sentences(results, rule, rule.readings[0]) == ["47 of 50, which is 94.0%.", "The rule was not kept by all."]
    table = single_targets_table(results, [rule])
    assert table is not None
    assert [cell.text for cell in table.lines[0].cells] == ["100%", "47 of 50", "94.0%", "", "", "nobody missing", "Not reached", ""]


def test_the_table_gives_both_intervals_and_the_bounds(results: Results) -> None:
    supported, planned = target_table(results, first_board(results)).lines
    assert [cell.text for cell in supported.cells] == [
        "42 of 60", "70.0%", "57.5 to 80.1", "56.8 to 81.2", "nobody missing", "Reached", "Cannot tell",
    ]  # fmt: skip
    assert planned.cells[4].text == "55.0 to 57.0\n(2 missing)"


def test_independence_is_remarked_once_below_the_table(results: Results) -> None:
    table = target_table(results, first_board(results))
    assert all(not cell.notes for line in table.lines for cell in line.cells)
    assert "Intervals are computed as if everyone were independent of everyone else." in table.footnotes


def test_groups_stand_under_their_variable_in_the_order_of_answers(results: Results) -> None:
    [table] = group_tables(results, targets_by_group(results)[0])
    assert [line.header for line in table.lines] == ["All", "Sex", "Woman", "Man"]
    assert wording.withheld_groups(results, targets_by_group(results)) == [
        "For sex no figures at all are shown: the groups are so small that single people could be found."
    ]


def test_numbers_are_facts_with_their_target(results: Results) -> None:
    table = counts_table(results, numbers_to_reach(results))
    assert table is not None
    assert [[cell.text for cell in line.cells] for line in table.lines] == [[], ["10", "12", "Reached"], ["30", "29", "Not reached"]]
    assert wording.count_sentences(results, numbers_to_reach(results)) == [
        "1 of 2 targets for numbers were reached.",
        "Main targets reached: 10 new in the ring (12).",
        "Not reached: the ring grows (29).",
    ]


def test_the_board_says_the_finding_in_words_and_by_shape(results: Results) -> None:
    figure = target_board(results, "board", boards(results)[:1])
    assert figure is not None
    assert figure.alt == (
        "In work (exit), target 70%. The 60 with support: 42 of 60 (70.0%), reached in this group, cannot tell for similar groups; "
        "100 planned: 55 of 100 (55.0%), not reached in this group, not supported for similar groups."
    )
    looks = [tuple(sorted(reading_look(support).items())) for support in ("supported", "not_supported", "cannot_tell")]
    shapes = {(look["marker"], look["markerfacecolor"]) for look in map(dict, looks)}
    assert len(shapes) == 3


def test_the_same_release_gives_the_same_board(results: Results) -> None:
    one, other = (target_board(results, "board", boards(results)) for _ in range(2))
    assert one is not None
    assert other is not None
    assert one.svg == other.svg


def test_a_board_without_any_number_is_not_drawn() -> None:
    hidden = withheld([*read("work", (42, 60, 0), "supported"), *read("work", (42, 100, 0), "planned")])
    results = target_results("en", hidden)
    assert target_board(results, "board", boards(results)) is None


@pytest.mark.slow
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_section_copes_with_any_release(language: str) -> None:
    hidden = withheld(ROWS)
    releases = [target_results(language), target_results(language, hidden), target_results(language, []), empty_results(language)]
    names = ("summary", "people", "targets", "later", "groups", "counts", "rules", "changes", "limits", "methods", "withheld")
    for release in releases:
        report = Targets(release)
        made = [getattr(report, name)() for name in names]
        assert made[0] is not None
    assert [section.anchor for section in made if section is not None] == ["summary", "limits", "methods", "withheld"]


def test_the_summary_gives_the_answer_first() -> None:
    section = Targets(target_results("en")).summary()
    assert section is not None
    text = "\n".join(plain_text(part.html) for part in section.parts if isinstance(part, Words))
    answer = (
        "Whether the target of 70% was reached depends on how it is read. Of 2 ways of reading it, it was reached in this group under 1."
    )
    assert text.startswith(answer) and text.index(answer) < text.index("70 per cent in work")


def test_nothing_a_report_on_targets_says_claims_a_cause() -> None:
    causal = ("leads to", "led to", "increase", "effect", "thanks to", "leder till", "ökar", "effekt", "tack vare")
    for language in ("sv", "en"):
        own = {key: forms for key, forms in catalogue(language).messages.items() if key.startswith("targets.")}
        assert len(own) > 50
        assert [key for key, forms in own.items() for form in forms if any(word in form.lower() for word in causal)] == []


def test_the_index_says_the_answer_in_one_line(results: Results) -> None:
    rows = [{name: str(value) for name, value in row.items()} for row in ROWS if row["level"] == "all"]
    labels = {("wave", "", "later"): "A year later"}
    found = Found(results.facts, labels, [{"verdict": "", **row} for row in rows], catalogue("en"))
    assert targets_line(found) == (
        "The target of 70% was reached under 1 of 2 ways of reading it and is supported for similar groups under none of them. "
        "A year later, a target of 70% was reached in this group under none of 2 ways of reading it; "
        "for similar groups it is supported under none. 1 of 2 targets for numbers were reached."
    )
    assert targets_line(Found({**results.facts, "analyses": []}, {}, [], catalogue("en"))) == ""


def test_readings_of_a_planned_number_are_explained(results: Results) -> None:
    assert wording.intros("targets.intro", boards(results))[-1] == "targets.planned_intro"
    without = target_results("en", read("work", (42, 60, 0), READINGS[0]["id"]))
    assert "targets.planned_intro" not in wording.intros("targets.intro", single_targets(without))
