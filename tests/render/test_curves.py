"""Curves by level: a picture and a table per variable, with every level's numbers at risk, also of those withheld."""

from dataclasses import replace

import pandas as pd
import pytest

from pipeline.render.curves import declared_curves
from pipeline.render.figures.canvas import looks_key_places
from pipeline.render.figures.curve import curve_figures
from pipeline.render.figures.look import LEVELS, WIDTH, level_look
from pipeline.render.results import Results
from pipeline.render.tables.exhibits import curve_tables


def by_sex(results: Results, hidden: str = "") -> Results:
    """Draw the curve also by sex; one sex may be withheld."""
    [exhibit] = [one for one in results.facts["exhibits"] if one["kind"] == "curve"]
    cells = results.distributions
    curve = cells[cells["exhibit"].eq("curve") & cells["column"].eq("participant")]
    levels = [
        curve.assign(
            column="all",
            level=f"sex={code}",
            withheld=code == hidden,
            **(dict.fromkeys(("share", "conf_low", "conf_high", "n_at_risk"), None) if code == hidden else {}),
        ).astype(cells.dtypes.to_dict())
        for code in ("woman", "man")
    ]
    others = [one for one in results.facts["exhibits"] if one is not exhibit]
    facts = {**results.facts, "exhibits": [*others, {**exhibit, "by": ["sex"]}]}
    return replace(results, distributions=pd.concat([cells, *levels]), facts=facts)


def test_a_variable_adds_a_picture_with_its_levels_in_the_order_of_the_answers(english: Results) -> None:
    groups, levels = declared_curves(by_sex(english))
    assert [line.label for line in groups.lines] == ["Participants", "Other employees"]
    assert [line.label for line in levels.lines] == ["Man", "Woman"]
    assert levels.slug == "curve-job-change-sex"


def test_the_figure_by_level_says_every_levels_last_share(english: Results) -> None:
    _, figure = curve_figures(by_sex(english))
    assert "Man 24% at 12; Woman 24% at 12" in figure.alt
    assert figure.caption.startswith("Time to job change, by sex")


def test_a_withheld_level_is_named_as_withheld_in_figure_and_table(english: Results) -> None:
    hidden = by_sex(english, hidden="man")
    assert "Man not shown; Woman 24% at 12" in curve_figures(hidden)[1].alt
    table = curve_tables(hidden)[1]
    assert [line.cells[0].text for line in table.lines] == ["not shown"] * 3


def test_the_table_by_level_gives_share_interval_and_those_at_risk(english: Results) -> None:
    table = curve_tables(by_sex(english))[1]
    last = table.lines[-1]
    assert last.header == "12"
    assert last.cells[0].text == f"{0.02 * 12:.0%}\n({0.01 * 12:.0%} to {0.02 * 12 * 1.6:.0%})\nn = {40 - 2 * 12}"


def test_a_key_that_is_too_long_for_the_page_goes_on_below() -> None:
    names = tuple((name, level_look(place)) for place, name in enumerate(["A municipality with a name that is rather long"] * 3))
    places = looks_key_places(names, 1.0)
    assert [y > 0 for _, y in places] == [False, True, True]
    assert all(x < WIDTH for x, _ in places)


@pytest.mark.parametrize("part", ["marker", "edge"])
def test_no_two_levels_look_the_same(part: str) -> None:
    assert len({getattr(look, part) for look in LEVELS}) == len(LEVELS)


def test_a_study_without_curves_has_none(empty: Results) -> None:
    assert curve_figures(empty) == ()
    assert curve_tables(empty) == ()
