"""Context figures and contradictions of the source as declared, and the parts of a report that also hold for one group."""

from dataclasses import replace

import pandas as pd

from pipeline.render.figures.flow import flow_figure
from pipeline.render.results import Results
from pipeline.render.tables.context import context_table
from pipeline.render.tables.flow import flow_table
from pipeline.render.tables.table import to_text
from pipeline.render.templates.group_comparison import GroupComparison
from pipeline.render.wording.contradictions import contradictions_box
from pipeline.render.wording.people import flow_sentences

SOURCE = "Register, July"
FIGURES = [
    {"id": "region", "value": 0.073, "measure_unit": "share"},
    {"id": "people", "value": 13100.0, "measure_unit": "number"},
    {"id": "ratio", "value": 1.25, "measure_unit": "ratio"},
]


def with_background(results: Results, sources: tuple[str, str, str] = (SOURCE, SOURCE, SOURCE)) -> Results:
    """Give the release three context figures and one contradiction."""
    texts = [("context", one["id"], f"Figure {one['id']}") for one in FIGURES]
    texts += [("context_source", one["id"], source) for one, source in zip(FIGURES, sources, strict=True)]
    texts += [("contradiction", "town", "The town"), ("contradiction_text", "town", "It is <not> on the list.")]
    rows = [{"study": results.study, "language": results.language, "kind": k, "parent": "", "name": n, "text": t} for k, n, t in texts]
    labels = pd.concat([results.labels, pd.DataFrame(rows)], ignore_index=True)
    return replace(results, labels=labels, facts={**results.facts, "context": FIGURES, "contradictions": ["town"]})


def test_figures_stand_in_their_own_unit(swedish: Results) -> None:
    table = context_table(with_background(swedish))
    assert table is not None
    assert [line.cells[0].text for line in table.lines] == ["7,3\u00a0%", "13\u00a0100", "1,25"]


def test_a_source_that_all_figures_share_stands_once(english: Results) -> None:
    table = context_table(with_background(english))
    assert table is not None
    assert to_text(table).count(SOURCE) == 1


def test_figures_of_several_sources_name_each(english: Results) -> None:
    table = context_table(with_background(english, (SOURCE, SOURCE, "Application")))
    assert table is not None
    assert "Application" in to_text(table)
    assert to_text(table).count("[a]") == 2


def test_a_contradiction_is_shown_as_it_stands_and_escaped(english: Results) -> None:
    box = contradictions_box(with_background(english))
    assert "<h3>The town</h3><p>It is &lt;not&gt; on the list.</p>" in box


def test_a_study_without_background_has_neither_section(english: Results) -> None:
    assert GroupComparison(english).context() is None
    assert GroupComparison(english).contradictions() is None


def of_one_group(results: Results) -> Results:
    """Give the flow of a study that compares no groups: everybody is the only group."""
    flow = results.flow[results.flow["group"] == "all"]
    sample = {**results.facts["sample"], "group": "", "participant": "", "control": ""}
    return replace(results, flow=flow, facts={**results.facts, "sample": sample, "design": "single_group"})


def test_one_group_has_one_column_in_the_flow_table(english: Results) -> None:
    table = flow_table(of_one_group(english))
    assert table is not None
    assert [column.heading for column in table.columns] == ["All"]


def test_one_group_stands_in_the_middle_of_the_flow_figure(english: Results) -> None:
    figure = flow_figure(of_one_group(english))
    assert figure is not None
    assert "Participants" not in figure.alt


def test_the_share_that_answered_is_told_of_one_group(english: Results) -> None:
    sentences = flow_sentences(of_one_group(english))
    assert any(sentence.startswith("Answered, follow-up: ") and "," not in sentence[len("Answered, ") :] for sentence in sentences)
