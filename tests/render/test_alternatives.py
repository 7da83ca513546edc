"""The declared alternatives of each primary outcome: exactly those of the plan, and what would change the answer."""

import io
from dataclasses import replace

import pandas as pd
import pytest

from pipeline.render.alternatives import Alternatives, alternatives_of, tells
from pipeline.render.figures.alternatives import alternatives_figure
from pipeline.render.results import Results
from pipeline.render.wording.alternatives import alternatives_sentences


def with_numbers(results: Results, **numbers: tuple[float, float, float]) -> Results:
    """Give the comparisons of one outcome these estimates and intervals, by analysis."""
    rows = results.estimates.copy()
    for name, (estimate, low, high) in numbers.items():
        own = rows["analysis"].eq(name) & rows["outcome"].eq("leaving") & rows["level"].eq("all") & rows["group_b"].ne("")
        assert own.sum() >= 1, name
        rows.loc[own, ["estimate", "conf_low", "conf_high"]] = estimate, low, high
    return replace(results, estimates=rows)


def of_leaving(results: Results) -> Alternatives:
    [found] = [one for one in alternatives_of(results) if one.outcome.outcome == "leaving"]
    return found


def said(results: Results) -> str:
    [items] = alternatives_sentences(results)
    return next(item for item in str(items).split("<li>") if "Turnover intention" in item)


def drawn_in(data: str) -> set[tuple[str, str]]:
    rows = pd.read_csv(io.StringIO(data))
    return set(zip(rows["outcome"], rows["analysis"], strict=True))


def test_they_are_exactly_the_comparisons_that_the_plan_declares(english: Results) -> None:
    """Subgroups are other questions; a restriction is another answer to the same one; the leading one is no alternative to itself."""
    found = of_leaving(english)
    assert found.outcome.headline.analysis == "main"
    assert [row.analysis for row in found.others] == ["raw_means", "only_locked"]


def test_what_would_change_the_answer_is_named(english: Results) -> None:
    sure = with_numbers(english, main=(-0.4, -0.7, -0.1), raw_means=(-0.3, -0.5, -0.1), only_locked=(-0.2, -0.6, 0.2))
    text = said(sure)
    assert "2 other comparisons" in text
    assert "from −0.30 to −0.20; the leading analysis gives −0.40" in text
    assert "2 of 2 have the same sign" in text
    assert "tells a difference from none. These would not: only those locked in at baseline." in text


def test_where_none_tells_otherwise_that_is_said(english: Results) -> None:
    alike = with_numbers(english, main=(-0.4, -0.7, -0.1), raw_means=(-0.3, -0.5, -0.1), only_locked=(-0.5, -0.6, -0.2))
    assert "So would all of the others." in said(alike)
    unsure = with_numbers(english, main=(-0.4, -0.9, 0.1), raw_means=(-0.3, -0.7, 0.1), only_locked=(-0.5, -1.6, 0.2))
    assert "Nor could any of the others." in said(unsure)


def test_what_tells_the_other_way_is_named_apart(english: Results) -> None:
    turned = with_numbers(english, main=(-0.4, -0.7, -0.1), raw_means=(0.3, 0.1, 0.5), only_locked=(-0.5, -0.6, -0.2))
    text = said(turned)
    assert "1 of 2 have the same sign" in text
    assert "These would tell a difference the other way: raw means." in text


def test_an_alternative_without_a_number_is_counted_and_not_drawn(english: Results) -> None:
    nan = float("nan")
    hidden = with_numbers(english, main=(-0.4, -0.7, -0.1), raw_means=(nan, nan, nan), only_locked=(-0.2, -0.6, 0.2))
    assert "1 has no number that can be shown." in said(hidden)
    figure = alternatives_figure(hidden)
    assert figure is not None
    assert ("leaving", "raw_means") not in drawn_in(figure.data)


def test_an_interval_tells_and_without_one_the_test(english: Results) -> None:
    row = of_leaving(english).outcome.headline
    nan = float("nan")
    assert tells(row._replace(conf_low=0.1, conf_high=0.5, p_value=0.9))
    assert not tells(row._replace(conf_low=-0.1, conf_high=0.5, p_value=0.01))
    assert tells(row._replace(conf_low=nan, conf_high=nan, p_value=0.01))
    assert tells(row._replace(conf_low=nan, conf_high=nan, p_value=nan)) is None


@pytest.mark.parametrize("language", ["swedish", "english"])
def test_the_figure_shows_every_row(language: str, request: pytest.FixtureRequest) -> None:
    results = request.getfixturevalue(language)
    figure = alternatives_figure(results)
    assert figure is not None
    rows = [row for one in alternatives_of(results) for row in (one.outcome.headline, *one.shown)]
    assert drawn_in(figure.data) == {(row.outcome, row.analysis) for row in rows}
    assert all(results.label("analysis", row.analysis) in figure.alt for row in rows)


def test_without_alternatives_there_is_nothing(empty: Results) -> None:
    assert alternatives_figure(empty) is None
    assert alternatives_sentences(empty) == []
