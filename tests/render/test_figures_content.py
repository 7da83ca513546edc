"""What each figure shows, and what it says instead of what is withheld."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pandas as pd
import pytest

from pipeline.render.answers import Segment
from pipeline.render.balance import balance_differences
from pipeline.render.figures import canvas
from pipeline.render.figures.curve import curve_figures
from pipeline.render.figures.experience import experience_figures
from pipeline.render.figures.flow import flow_figure
from pipeline.render.figures.forest import estimates, forest_figure
from pipeline.render.figures.likert import likert_figures
from pipeline.render.figures.love import love_figure
from pipeline.render.figures.scores import heights, scores_figure
from pipeline.render.figures.stacked import SCALE, colour_of, left_edge, side
from pipeline.render.figures.steps import steps_figures
from pipeline.render.figures.transition import transition_figures
from pipeline.render.results import Results
from pipeline.render.selection import main_outcomes
from pipeline.render.tables.baseline import table_one
from pipeline.render.templates.group_comparison import GroupComparison
from pipeline.render.wording.people import balance_sentences
from tests.render.synthetic import FACTS

FIVE = ["1", "2", "3", "4", "5"]


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[str]]]:
    """Give the texts written since the fixture was asked for."""
    kept: list[canvas.Sheet] = []
    make = canvas.Sheet.__init__

    def remember(page: canvas.Sheet, *size: float) -> None:
        make(page, *size)
        kept.append(page)

    monkeypatch.setattr(canvas.Sheet, "__init__", remember)
    yield lambda: [line.text for page in kept for line in page.lettering.lines]


def hiding(results: Results, **keys: str) -> Results:
    """Give the release with some distribution cells withheld."""
    cells = results.distributions.copy()
    chosen = cells["study"].notna()
    for column, value in keys.items():
        chosen &= cells[column] == value
    assert chosen.any()
    cells.loc[chosen, "withheld"] = True
    cells.loc[chosen, ["n", "share"]] = None
    return replace(results, distributions=cells)


def merging(results: Results, variable: str, first: str, second: str) -> Results:
    """Give the release with two answers of a variable merged in every table."""
    cells = results.distributions.copy()
    mine = cells["outcome"] == variable
    added = cells[mine & (cells["row"] == second)].set_index(["exhibit", "wave", "column"])[["n", "share"]]
    for place in cells.index[mine & (cells["row"] == first)]:
        key = tuple(cells.loc[place, ["exhibit", "wave", "column"]])
        cells.loc[place, "n"] += added.loc[key, "n"]
        cells.loc[place, "share"] += added.loc[key, "share"]
        cells.loc[place, "row"] = f"{first}+{second}"
    return replace(results, distributions=cells[~(mine & (cells["row"] == second))])


def test_the_flow_counts_invited_lost_and_analysed(english: Results, texts: Callable[[], list[str]]) -> None:
    figure = flow_figure(english)
    assert figure is not None
    written = texts()
    assert "180 employees" in written
    assert "Did not answer: 80" in " ".join(written)
    assert "No answer: 4" in written
    assert f"Turnover intention: {40 - 5}" in written
    assert "Other employees: baseline 57, follow-up 52" in figure.alt


def test_the_flow_says_what_was_taken_out_of_each_file_of_answers(english: Results, texts: Callable[[], list[str]]) -> None:
    flow_figure(english)
    written = " ".join(texts())
    assert "baseline (baseline): 100 rows, 95 used; removed: test rows (2); duplicates" in written
    assert "register:" not in written, "a register is no file of answers"


def test_a_wave_that_everybody_answered_is_said_in_the_box_of_the_group(english: Results, texts: Callable[[], list[str]]) -> None:
    flow = english.flow.copy()
    lossless = flow["chain"] == "wave:t1"
    flow.loc[lossless & (flow["node"] == "no_answer"), "n"] = 0
    flow_figure(replace(english, flow=flow))
    assert texts().count("all answered: baseline") == 2


def test_the_love_plot_shows_a_variable_of_two_categories_once(english: Results) -> None:
    assert [one.label for one in balance_differences(english)] == ["Sex: Woman", "Age (years)", "Turnover intention (baseline)"]


def test_the_love_plot_counts_what_lies_beyond_the_limit(english: Results) -> None:
    figure = love_figure(english)
    assert figure is not None
    assert "standard deviations: 2 of 3." in figure.alt
    assert "Age (years) 0.25; Sex: Woman −0.12" in figure.alt


def test_balanced_groups_are_said_to_be_balanced(english: Results) -> None:
    rows = english.estimates.copy()
    rows.loc[rows["estimand"] == "standardised_difference", "estimate"] = 0.02
    figure = love_figure(replace(english, estimates=rows))
    assert figure is not None
    assert figure.alt.startswith("None of 3 comparisons")


def complete(results: Results, first: float, second: float) -> Results:
    """Let every participant have one age and every control another."""
    rows = results.estimates.copy()
    age = rows["analysis"].eq("balance") & rows["outcome"].eq("age")
    rows.loc[age & rows["estimand"].eq("standardised_difference"), ["estimate", "note"]] = [float("nan"), "complete_difference"]
    for group, value in zip(results.groups, (first, second), strict=True):
        rows.loc[age & rows["estimand"].eq("mean") & rows["group_a"].eq(group), "estimate"] = value
    return replace(results, estimates=rows)


def test_a_complete_difference_is_the_largest_of_all(english: Results, texts: Callable[[], list[str]]) -> None:
    apart = complete(english, 30, 40)
    [age] = [one for one in balance_differences(apart) if one.label.startswith("Age")]
    assert (age.estimate, age.is_known) == (-float("inf"), True)
    assert [one.estimate for one in balance_differences(complete(english, 40, 30)) if one.is_complete] == [float("inf")]
    figure = love_figure(apart)
    assert figure is not None
    assert "2 of 3. Largest: Age (years) complete; Sex: Woman −0.12" in figure.alt
    assert "arrowhead" in figure.caption
    assert "complete" in texts()
    table = table_one(apart)
    assert table is not None
    [line] = [one for one in table.lines if one.header.startswith("Age")]
    assert line.cells[-1].text == "complete"
    assert "everyone has the same value, and it is not the same in both" in line.cells[-1].notes[0]
    said = " ".join(balance_sentences(apart))
    assert "Of 3 comparisons of how the groups are made up, 2 standardised" in said
    assert "In age (years) the groups have nothing in common" in said
    assert "The largest (−0.12) is in sex: Woman" in said


def test_what_cannot_be_computed_is_not_drawn_as_withheld(english: Results, texts: Callable[[], list[str]]) -> None:
    rows = english.estimates.copy()
    age = rows["estimand"].eq("standardised_difference") & rows["outcome"].eq("age")
    rows.loc[age, ["estimate", "note"]] = [float("nan"), "constant_outcome"]
    love_figure(replace(english, estimates=rows))
    assert "not shown" not in texts()
    rows.loc[age, "note"] = "withheld_small_cell"
    love_figure(replace(english, estimates=rows))
    assert "not shown" in texts()


def test_a_diverging_bar_straddles_zero_with_its_middle_answer() -> None:
    parts = [Segment("1", 0.1), Segment("2", 0.2), Segment("3", 0.4), Segment("4", 0.2), Segment("5", 0.1)]
    assert left_edge(FIVE, parts) == pytest.approx(-(0.1 + 0.2 + 0.4 / 2))


def test_a_diverging_bar_without_a_middle_answer_parts_at_zero() -> None:
    parts = [Segment("1", 0.1), Segment("2", 0.2), Segment("3", 0.3), Segment("4", 0.4)]
    assert left_edge(["1", "2", "3", "4"], parts) == pytest.approx(-(0.1 + 0.2))


@pytest.mark.parametrize(("code", "below"), [("1+2+3", 0.0), ("2+3", 0.1), ("2+3+4", 0.1), ("3+4+5", 0.3)])
def test_merged_answers_with_the_middle_one_are_centred_on_the_line(code: str, below: float) -> None:
    shares = {"1": 0.1, "2": 0.2, "3": 0.4, "4": 0.2, "5": 0.1}
    merged = sum(shares.pop(one) for one in code.split("+"))
    parts = [*(Segment(one, share) for one, share in shares.items()), Segment(code, merged)]
    assert left_edge(FIVE, parts) == pytest.approx(-(below + merged / 2))


def test_merged_answers_on_both_sides_of_a_scale_without_a_middle_are_centred_on_the_line() -> None:
    parts = [Segment("1+2+3", 0.8), Segment("4", 0.2)]
    assert left_edge(["1", "2", "3", "4"], parts) == pytest.approx(-0.8 / 2)


@pytest.mark.parametrize(("answers", "above"), [(("2", "3"), f"{(12 + 4) * 100 // 40}%"), (("3", "4"), "not shown")])
def test_merged_answers_on_the_line_are_explained_and_never_counted_as_above_it(
    english: Results, answers: tuple[str, str], above: str
) -> None:
    [figure] = likert_figures(merging(english, "l_1", *answers))
    assert "includes the middle answer it lies centred on the line" in figure.caption
    assert f"I often think of leaving: Participants {above}" in figure.alt


def test_merged_answers_stand_on_their_side_in_the_colour_of_the_outermost(english: Results) -> None:
    assert (side(FIVE, "4+5"), side(FIVE, "3"), side(FIVE, "1+2")) == (1, 0, -1)
    [figure] = likert_figures(merging(english, "l_1", "4", "5"))
    assert "centred on the line" not in figure.caption
    assert colour_of(FIVE, "4+5") == SCALE[5][-1]
    assert colour_of(FIVE, "1+2") == SCALE[5][0]


def test_a_likert_bar_is_not_drawn_from_a_part_of_its_answers(english: Results, texts: Callable[[], list[str]]) -> None:
    [figure] = likert_figures(hiding(english, exhibit="answers", outcome="l_1", wave="t2", column="participant", row="1"))
    assert texts().count("not shown") == 1
    assert "I often think of leaving: Participants not shown" in figure.alt


def test_merged_answers_count_as_above_the_middle(english: Results) -> None:
    [figure] = likert_figures(merging(english, "l_1", "4", "5"))
    assert f"I often think of leaving: Participants {(12 + 4) * 100 // 40}%" in figure.alt


def test_merged_answers_are_hatched_and_the_caption_says_so(english: Results) -> None:
    [plain] = likert_figures(english)
    [merged] = likert_figures(merging(english, "l_1", "4", "5"))
    assert ("Hatched" in plain.caption, "Hatched" in merged.caption) == (False, True)
    assert merged.svg.count(b"<pattern") > plain.svg.count(b"<pattern")


def test_a_reversed_question_is_called_so(english: Results, texts: Callable[[], list[str]]) -> None:
    likert_figures(english)
    assert "I want to <stay> for the next few years (reversed in the measure)" in texts()


def test_a_count_of_steps_shows_each_step_in_each_group(english: Results) -> None:
    [figure] = steps_figures(english)
    assert f"Made a plan: Participants {10 * 100 // 40}%, Other employees {round(10 / 60 * 100)}%" in figure.alt


def test_a_withheld_step_names_the_group(english: Results, texts: Callable[[], list[str]]) -> None:
    steps_figures(hiding(english, exhibit="answers", outcome="s_cv", column="control"))
    assert "Other employees: not shown" in texts()


def test_the_forest_plot_shows_the_primary_outcomes_first_raw_beside_adjusted(english: Results) -> None:
    outcomes = main_outcomes(english)
    assert [(one.outcome, one.is_primary) for one in outcomes] == [("leaving", True), ("locked", True), ("steps", False), ("moved", False)]
    assert [[name for name, _ in estimates(one)] for one in outcomes] == [["raw", "adjusted"], ["raw", "adjusted"], ["raw"], ["raw"]]


def test_the_forest_plot_keeps_numbers_and_shares_on_axes_of_their_own(english: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    units: list[str] = []
    said = Results.say

    def remember(results: Results, key: str, **values: str | int) -> str:
        units.extend([str(values["unit"])] if key == "figure.forest.axis" else [])
        return said(results, key, **values)

    monkeypatch.setattr(Results, "say", remember)
    forest_figure(english)
    assert units == ["mean 1–5", "percentage points", "number of 2"]


def test_the_forest_plot_says_that_an_estimate_is_withheld(english: Results, texts: Callable[[], list[str]]) -> None:
    figure = forest_figure(english)
    assert figure is not None
    assert texts().count("not shown") == 1
    assert "Turnover intention −0.42 (−0.71 to −0.13), better" in figure.alt
    assert "Double lock-in −9.0 (−26.0 to 8.0) percentage points, cannot tell" in figure.alt


def test_an_outcome_stays_primary_when_no_plan_is_locked(english: Results) -> None:
    rows = english.estimates.copy()
    rows.loc[rows["role"] != "", "role"] = "exploratory"
    assert [one.outcome for one in main_outcomes(replace(english, estimates=rows)) if one.is_primary] == ["leaving", "locked"]


def test_merged_classes_of_a_score_share_their_height() -> None:
    rows = [_Class("1-<2", 0.3), _Class("2-<3+3-", 0.7)]
    assert heights(rows, [1.0, 2.0, 3.0]) == [0.3, 0.7 / 2, 0.7 / 2]


def test_no_distribution_is_drawn_with_a_class_withheld() -> None:
    assert heights([_Class("1-<2", 0.3), _Class("2-", float("nan"), withheld=True)], [1.0, 2.0]) is None


def test_the_scores_figure_names_the_most_common_class(english: Results) -> None:
    figure = scores_figure(english)
    assert figure is not None
    assert "Turnover intention (baseline): Participants" in figure.alt


def test_a_transition_writes_the_share_of_the_row_and_what_is_withheld(english: Results, texts: Callable[[], list[str]]) -> None:
    [figure] = transition_figures(english)
    assert texts().count("50%") == 3 + 2
    assert texts().count("not shown") == 3
    assert "Not locked in (n\u00a0=\u00a012)" in texts()
    assert "Doubly locked in → Doubly locked in 50%" in figure.alt


def test_merged_classes_of_a_transition_are_named_together(english: Results, texts: Callable[[], list[str]]) -> None:
    cells = english.distributions.copy()
    cells.loc[(cells["exhibit"] == "transition") & (cells["row"] == "none"), "row"] = "none+one"
    kept = cells[~((cells["exhibit"] == "transition") & (cells["row"] == "one"))]
    transition_figures(replace(english, distributions=kept))
    assert "Not locked in or locked in in" in " ".join(texts())


def test_what_participants_say_names_every_answer_and_the_share_of_yes(english: Results, texts: Callable[[], list[str]]) -> None:
    [figure] = experience_figures(english)
    assert "Very negative or rather negative 11%" in figure.alt
    assert f"The talks were useful: Yes {round(27 / 35 * 100)}%" in figure.alt
    assert f"n = {36}" in texts()


def test_the_curve_writes_those_still_at_risk_under_each_time(english: Results, texts: Callable[[], list[str]]) -> None:
    [figure] = curve_figures(english)
    assert [text for text in texts() if text.isdigit()] == ["40", "28", "16", "60", "48", "36"]
    assert "Participants 24% at 12; Other employees 12% at 12" in figure.alt
    assert figure.alt.startswith("Changed job")


def test_a_curve_of_which_nothing_may_be_shown_names_no_time(english: Results) -> None:
    cells = english.distributions
    hidden = cells["exhibit"].eq("curve") & cells["column"].eq("control")
    [figure] = curve_figures(replace(english, distributions=cells.assign(share=cells["share"].mask(hidden))))
    assert "Participants 24% at 12; Other employees not shown." in figure.alt


def test_no_balance_is_drawn_when_no_difference_is_known(english: Results) -> None:
    rows = english.estimates
    unknown = rows.assign(estimate=rows["estimate"].mask(rows["analysis"].eq("balance")))
    assert love_figure(replace(english, estimates=unknown)) is None


def test_a_group_that_was_not_asked_has_no_bars(english: Results) -> None:
    asked = {wave["name"]: wave["asked_of"] for wave in FACTS["waves"]}
    assert asked["talks"] == ["participant"]
    [figure] = experience_figures(english)
    assert "Other employees" not in figure.alt


def test_what_both_groups_say_is_named_by_group_and_not_called_one_groups_answers(
    english: Results, swedish: Results, texts: Callable[[], list[str]]
) -> None:
    for results, said in ((english, "Only"), (swedish, "Bara")):
        cells = results.distributions
        told = cells[cells["exhibit"].eq("experience")]
        both = replace(results, distributions=pd.concat([cells, told.assign(column="control"), told.assign(column="all")]))
        [figure] = experience_figures(both)
        assert figure.alt.count(f"({results.group_label('control')})") == 2
        assert said in GroupComparison(results).experience().parts[0].html
        assert said not in GroupComparison(both).experience().parts[0].html
    assert "The talks were useful: yes (Other employees)" in " ".join(texts()).replace("\N{NO-BREAK SPACE}", " ")


def test_what_a_unit_without_groups_answered_is_shown_for_all(english: Results) -> None:
    cells = english.distributions
    whole = cells.assign(column=cells["column"].mask(cells["exhibit"].eq("experience"), "all"))
    [figure] = experience_figures(replace(english, distributions=whole))
    assert "The talks were useful: Yes 77%" in figure.alt
    assert "Only" not in figure.caption


class _Class:
    """One row of the exhibit ``measure``."""

    def __init__(self, row: str, share: float, withheld: bool = False) -> None:
        self.row, self.share, self.withheld = row, share, withheld
