"""What the study could have detected stands beside what it found, and never as a finding."""

from dataclasses import replace

import pandas as pd
import pytest

from pipeline.render.results import Results
from pipeline.render.tables.power import power_table
from pipeline.render.tables.table import to_text
from pipeline.render.templates.group_comparison import GroupComparison


def with_power(results: Results, estimate: float) -> Results:
    main = results.estimates[(results.estimates["analysis"] == "main") & (results.estimates["outcome"] == "leaving")].head(1)
    row = main.assign(estimator="detectable", estimand="detectable_difference", estimate=estimate, reference_value=0.8, verdict="")
    return replace(results, estimates=pd.concat([results.estimates, row], ignore_index=True))


@pytest.mark.parametrize(("language", "power"), [("swedish", "80 %"), ("english", "80%")])
def test_the_detectable_difference_stands_beside_the_one_that_matters(language: str, power: str, request: pytest.FixtureRequest) -> None:
    table = power_table(with_power(request.getfixturevalue(language), 0.25))
    assert table is not None
    [line] = table.lines
    assert power in table.columns[0].heading.replace("\N{NO-BREAK SPACE}", " ")
    assert [cell.text.partition("\n")[0].replace(",", ".") for cell in line.cells[:2]] == ["±0.25", "0.30"]


@pytest.mark.parametrize(
    ("adjustment", "said"),
    [("holm", "two-sided test, with 2 outcomes tested together"), ("none", "without adjustment for several")],
)
def test_the_note_says_by_which_test_it_would_be_detected(english: Results, adjustment: str, said: str) -> None:
    release = with_power(english, 0.25)
    table = power_table(replace(release, estimates=release.estimates.assign(p_adjustment=adjustment)))
    assert table is not None
    assert said in to_text(table)


def test_it_is_not_listed_among_the_other_estimates(english: Results) -> None:
    report = GroupComparison(with_power(english, 0.25))
    assert [report.power() is not None, any("detectable" in str(part) for part in report.checks().parts)] == [True, False]  # type: ignore[union-attr]


def test_without_a_detectable_difference_there_is_no_section(english: Results) -> None:
    assert GroupComparison(english).power() is None
    assert GroupComparison(with_power(english, 0.25)).power() is not None


def test_the_note_speaks_of_workplaces_only_where_there_are_clusters(english: Results) -> None:
    release = with_power(english, 0.25)
    rows = release.estimates
    spread = {clusters: replace(release, estimates=rows.assign(n_clusters=clusters)) for clusters in (None, 12.0)}
    notes = {clusters: table.footnotes[0] for clusters, one in spread.items() if (table := power_table(one)) is not None}
    assert "spread over" not in notes[None]
    assert "spread over" in notes[12.0]
