"""A notebook's HTML carries its own look, and the page is made of the same HTML without it."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from pipeline.render import report
from pipeline.render.looks import for_notebook, for_page
from pipeline.render.markup import element, paragraph, researcher_markdown
from pipeline.render.results import Results
from pipeline.render.section import words
from pipeline.render.tables.table import ColumnHead, Line, Table, cells, to_html
from pipeline.render.templates.before_after import BeforeAfter
from tests.render.synthetic import made_up_results
from tests.render.test_page import Tags
from tests.render.test_tables_html import all_tables

SECTIONS = ("summary", "question", "results", "limits", "methods", "withheld")


def table() -> Table:
    columns = (ColumnHead("n"), ColumnHead("Why", number=False), ColumnHead("Mean", above="Group", notes=("Of those who answered.",)))
    lines = (Line("Rows of one kind"), Line("Women", cells(("12", "asked", "3.4"))))
    return Table("made-up", "Who", "Step", columns, lines, ("All were asked.",))


def tags_of(html: str) -> list[tuple[str, dict[str, str]]]:
    return Tags(html).tags


def test_the_page_gets_the_html_as_it_was_before_it_got_its_look(swedish: Results) -> None:
    made = [to_html(one) for one in all_tables(swedish)]
    for name in SECTIONS:
        section = getattr(report.GroupComparison(swedish), name)()
        made += [part.html for part in section.parts if hasattr(part, "html")]
    assert len([html for html in made if for_notebook(html) != html]) > 20
    for html in made:
        assert for_page(for_notebook(html)) == html


def test_texts_and_labels_of_tables_stand_left_and_numbers_right() -> None:
    html = table()._repr_mimebundle_()["text/html"]
    for tag, attributes in tags_of(html):
        if tag in ("th", "td"):
            number = "number" in attributes.get("class", "")
            side = "center" if attributes.get("scope") == "colgroup" else "right" if number else "left"
            assert f"text-align:{side}" in attributes["style"], (tag, attributes)


def test_a_verdict_is_a_word_of_its_own_where_no_style_is_kept() -> None:
    title = element("p", "Turnover intention", " ", element("span", "Cannot tell", class_="verdict cannot_tell"), class_="outcome")
    shown = words(title)._repr_mimebundle_()[0]
    assert shown["text/plain"] == "Turnover intention – Cannot tell"
    assert re.sub("<[^>]*>", "", shown["text/html"]) == "Turnover intention – Cannot tell"
    assert for_page(shown["text/html"]) == title


@pytest.mark.parametrize("made", [report.GroupComparison, BeforeAfter])
@pytest.mark.parametrize("simulated", [True, False])
def test_the_first_words_of_a_notebook_warn_of_answers_that_are_made_up(made: Callable, simulated: bool) -> None:
    made_up = made_up_results("en")
    results = replace(made_up, facts=made_up.facts | {"simulated": simulated})
    shown = made(results).title()._repr_mimebundle_()[0]
    for kind in ("text/html", "text/plain"):
        assert ("Simulated answers – no real people" in shown[kind]) == simulated
    assert "no real people" not in for_page(shown["text/html"]), "the page keeps the warning in view by other means"


def test_words_that_only_look_like_looks_are_left_alone() -> None:
    text = 'A <span class="verdict">, a style="color:red" and <p class="notebook-only">x</p>'
    for html in (paragraph(text), researcher_markdown(f"`{text}`"), element("p", "x", title=text)):
        assert for_page(for_notebook(html)) == html
        assert element("b", text)[3:-4] in for_notebook(html)
