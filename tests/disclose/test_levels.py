"""Results about one group by level: what one table hides, no other gives back."""

from types import SimpleNamespace

import pandas as pd

from pipeline.disclose.levels import hidden_levels
from pipeline.disclose.policy import Policy
from pipeline.disclose.sizes import beside_hidden_sizes

POLICY = Policy(base=6, cell=3)
VARIABLES = {
    "sex": SimpleNamespace(type="select_one", unit="person"),
    "house": SimpleNamespace(type="id", unit="house"),
    "sector": SimpleNamespace(type="select_one", unit="house"),
}
UNITS = [SimpleNamespace(name="person", id="person"), SimpleNamespace(name="house", id="house")]


def study(*analyses: SimpleNamespace) -> SimpleNamespace:
    return SimpleNamespace(variable=VARIABLES, declaration=SimpleNamespace(units=UNITS, analyses=analyses))


def row(level: str, count: float, people: int, **changes: object) -> dict[str, object]:
    usual = {
        "analysis": "levels",
        "unit": "person",
        "outcome": "moved",
        "wave": "t2",
        "level": level,
        "term": "all",
        "estimand": "share",
        "measure_unit": "share",
        "estimate": count / people,
        "n": people,
    }
    return {**usual, **changes}


def hidden(rows: list[dict[str, object]], declared: SimpleNamespace | None = None) -> set[str]:
    frame = pd.DataFrame(rows)
    marks = hidden_levels(declared or study(), POLICY, frame)
    return set(frame.loc[marks.group | marks.cell, "level"])


def test_large_levels_without_small_counts_are_shown() -> None:
    assert hidden([row("all", 20, 40), row("sex=woman", 12, 20), row("sex=man", 8, 20)]) == set()


def test_a_small_count_takes_both_of_two_levels_with_it() -> None:
    assert hidden([row("all", 13, 40), row("sex=woman", 12, 20), row("sex=man", 1, 20)]) == {"sex=woman", "sex=man"}


def test_what_one_analysis_hides_no_other_shows() -> None:
    lost = [row("all", 20, 30, analysis="other"), row("sex=woman", 19, 20, analysis="other"), row("sex=man", 1, 10, analysis="other")]
    whole = [row("all", 40, 80), row("sex=woman", 25, 40), row("sex=man", 15, 40)]
    assert hidden([*whole, *lost]) >= {"sex=woman", "sex=man"}


def test_a_sector_does_not_give_back_a_hidden_workplace() -> None:
    houses = [row("house=house-01", 10, 20), row("house=house-02", 2, 4), row("house=house-03", 6, 12), row("house=house-04", 12, 24)]
    sectors = [row("sector=a", 12, 24), row("sector=b", 18, 36)]
    assert hidden([row("all", 30, 60), *houses]) == {"house=house-02", "house=house-03"}
    assert hidden([row("all", 30, 60), *sectors]) == set()
    assert hidden([row("all", 30, 60), *houses, *sectors]) == {"house=house-02", "house=house-03", "sector=a", "sector=b"}


def test_a_second_event_that_few_had_is_not_shown_beside_the_first() -> None:
    late = {"estimand": "survival_at", "term": "12", "outcome": "months"}
    work, either = row("all", 30, 60, analysis="work", **late), row("all", 28, 60, analysis="work_or_studies", **late)
    assert hidden([work]) == hidden([either]) == set()
    assert hidden([work, either]) == {"all"}


def test_readings_that_differ_by_few_people_are_not_both_shown() -> None:
    target = {"estimand": "attainment", "analysis": "target"}
    narrow, wide = row("all", 20, 40, term="narrow", **target), row("all", 22, 44, term="wide", **target)
    frame = pd.DataFrame([narrow, wide])
    marks = hidden_levels(study(SimpleNamespace(id="target", readings=[])), POLICY, frame)
    assert list(marks.cell) == [True, False]


def test_a_planned_number_is_no_number_of_people() -> None:
    target = {"estimand": "attainment", "analysis": "target"}
    rows = [row("all", 20, 40, term="people", **target), row("all", 20, 42, term="planned", **target)]
    reading = SimpleNamespace(id="planned", planned=42)
    assert hidden(rows, study(SimpleNamespace(id="target", readings=[reading]))) == set()


def categories(analysis: str, people: int, **counts: int) -> list[dict[str, object]]:
    """Rows of ``estimates`` for the shares of the categories of one variable among everybody."""
    common = {"analysis": analysis, "outcome": "sex", "wave": ""}
    return [row("all", count, people, term=f"sex={code}: all", **common) for code, count in counts.items()]


def hidden_terms(rows: list[dict[str, object]]) -> set[tuple[str, str]]:
    frame = pd.DataFrame(rows)
    marks = hidden_levels(study(), POLICY, frame)
    return set(frame.loc[marks.group | marks.cell, ["analysis", "term"]].itertuples(index=False, name=None))


def test_two_categories_of_nearly_equal_size_are_both_shown() -> None:
    assert hidden_terms(categories("balance", 150, woman=76, man=74)) == set()


def test_one_category_told_of_nearly_the_same_people_by_two_analyses_is_hidden_in_the_smaller() -> None:
    assert hidden_terms([*categories("balance", 150, woman=76, man=74), *categories("other", 148, woman=75, man=73)]) == {
        ("other", "sex=woman: all"),
        ("other", "sex=man: all"),
    }


def test_the_other_category_of_another_analysis_is_no_way_around() -> None:
    near = [*categories("balance", 150, woman=76), *categories("other", 148, man=73)]
    assert hidden_terms(near) == {("other", "sex=man: all")}


def withheld(rows: list[dict[str, object]]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Give analysis and level of what is withheld with its size, and without."""
    frame = pd.DataFrame(rows)
    marks = hidden_levels(study(), POLICY, frame)
    no_size, no_number = beside_hidden_sizes(study(), POLICY, frame, marks.group)
    named = [set(frame[mark][["analysis", "level"]].itertuples(index=False, name=None)) for mark in (no_size, marks.cell | no_number)]
    return named[0], named[1] - named[0]


def unsized(rows: list[dict[str, object]]) -> set[str]:
    return {level for _, level in withheld(rows)[0]}


SEMINARS = [("house=house-01", 4), ("house=house-02", 9), ("house=house-03", 40), ("house=house-04", 60)]


def test_the_whole_minus_the_sizes_shown_is_never_the_size_of_one_level() -> None:
    rows = [row("all", 0.4 * 113, 113, estimand="mean"), *(row(level, 0.4 * people, people, estimand="mean") for level, people in SEMINARS)]
    assert unsized(rows) == {"house=house-01", "house=house-02"}


def test_where_a_size_is_not_told_no_other_analysis_of_the_outcome_shows_a_number() -> None:
    few = [row(level, 0.4 * people, people, estimand="mean", analysis="few") for level, people in [("all", 113), *SEMINARS]]
    many = [
        row(level, 0.4 * people, people, estimand="mean", analysis="many")
        for level, people in [("all", 413), *((level, people + 75) for level, people in SEMINARS)]
    ]
    no_size, no_number = withheld([*few, *many])
    assert no_size == {("few", "house=house-01"), ("few", "house=house-02")}
    assert no_number == {("many", "house=house-01"), ("many", "house=house-02")}


def test_two_tiny_levels_take_a_third_with_them() -> None:
    tiny = [("house=house-01", 1), ("house=house-02", 1), ("house=house-03", 8), ("house=house-04", 60)]
    rows = [row("all", 28, 70, estimand="mean"), *(row(level, 0.4 * people, people, estimand="mean") for level, people in tiny)]
    assert unsized(rows) == {"house=house-01", "house=house-02", "house=house-03"}


def test_a_sector_does_not_tell_how_many_are_in_its_only_hidden_workplace() -> None:
    sectors = [row("sector=care", 0.4 * 44, 44, estimand="mean"), row("sector=school", 0.4 * 69, 69, estimand="mean")]
    rows = [
        row("all", 0.4 * 113, 113, estimand="mean"),
        *sectors,
        *(row(level, 0.4 * people, people, estimand="mean") for level, people in SEMINARS),
    ]
    assert {"sector=care", "sector=school"} <= unsized(rows)


def test_a_crossing_does_not_tell_how_many_are_in_the_lines_that_it_crosses() -> None:
    lines = [("sex=woman", 4), ("sex=man", 9), ("sector=care", 6), ("sector=school", 7)]
    cells = [("sex*sector=woman*care", 40), ("sex*sector=woman*school", 40), ("sex*sector=man*care", 40), ("sex*sector=man*school", 40)]
    rows = [row("all", 5, 13, estimand="mean"), *(row(level, 0.4 * people, people, estimand="mean") for level, people in lines)]
    others = [row(level, 0.4 * people, people, estimand="mean", analysis="other") for level, people in [("all", 160), *cells]]
    assert {level for level, _ in cells} <= unsized([*rows, *others])
