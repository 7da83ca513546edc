"""A page is self-contained, runs nothing, and can be read by ear and on paper."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from pipeline.render.beside import Beside
from pipeline.render.markup import element
from pipeline.render.page import Pages, report_pages
from pipeline.render.results import Results
from pipeline.render.section import Heading, Turn, Words, words
from pipeline.render.shell import fill_page
from tests.render.synthetic import made_up_results

VOID = {"meta", "img", "br", "hr"}


class Tags(HTMLParser):
    """Collect start tags, and hold that tags are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def named(self, *names: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def output(part: object) -> dict:
    data, metadata = part._repr_mimebundle_()  # type: ignore[attr-defined]
    return {"output_type": "display_data", "data": data, "metadata": metadata}


def code(*outputs: dict) -> dict:
    return {"cell_type": "code", "source": "", "outputs": list(outputs)}


SVG = {"output_type": "display_data", "data": {"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain": "x"}, "metadata": {"image/svg+xml": {"name": "flow", "alt": 'Alt "text"', "caption": "Caption <b>"}}}  # fmt: skip


@pytest.fixture
def page() -> Callable[[Results], str]:
    def make(results: Results) -> str:
        title = output(words(element("h1", "Title")))
        sections = [
            [output(Heading(anchor, text)), output(words(element("p", "Text & more")))]
            for anchor, text in (("one", "Först"), ("two", "Sedan <2>"))
        ]
        return report_pages(
            {"cells": [code(title), code(*sections[0], SVG), code(*sections[1]), {"cell_type": "markdown", "source": ""}]},
            results,
        ).main

    return make


def test_the_page_is_well_formed_and_has_its_landmarks(page: Callable[[Results], str]) -> None:
    tags = Tags(page(made_up_results("sv")))
    assert tags.open == []
    assert [len(tags.named(tag)) for tag in ("h1", "header", "nav", "main", "footer", "title", "style")] == [1] * 7
    assert tags.named("html") == [{"lang": "sv"}]


def test_every_section_is_in_the_contents_in_order(page: Callable[[Results], str]) -> None:
    tags = Tags(page(made_up_results("en")))
    targets = [link["href"] for link in tags.named("a") if link.get("class") != "skip"]
    assert targets == ["#contents", *(f"#{heading['id']}" for heading in tags.named("h2"))] == ["#contents", "#one", "#two"]
    assert [nav["id"] for nav in tags.named("nav")] == ["contents"]
    assert len(tags.named("section")) == 2


def test_a_figure_keeps_its_words_and_becomes_data(page: Callable[[Results], str]) -> None:
    html = page(made_up_results("sv"))
    [image] = Tags(html).named("img")
    assert image["alt"] == 'Alt "text"'
    assert image["src"].startswith("data:image/svg+xml;base64,")
    assert "<figcaption>Caption &lt;b&gt;</figcaption>" in html


def test_nothing_runs_and_nothing_is_fetched(page: Callable[[Results], str]) -> None:
    html = page(made_up_results("sv"))
    tags = Tags(html)
    assert tags.named("script", "link", "iframe", "object", "embed", "form", "base") == []
    assert not [name for _, attributes in tags.tags for name in attributes if name.startswith("on") or name == "style"]
    assert not re.search(r"@import|url\(", html)
    assert all(attributes["src"].startswith("data:") for _, attributes in tags.tags if "src" in attributes)


def test_the_content_policy_allows_the_style_by_hash_and_no_script(page: Callable[[Results], str]) -> None:
    [policy] = [meta["content"] for meta in Tags(page(made_up_results("sv"))).named("meta") if "http-equiv" in meta]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy


def test_simulated_answers_are_marked_on_screen_and_on_every_printed_page(page: Callable[[Results], str]) -> None:
    simulated = made_up_results("sv")
    html = page(simulated)
    assert ">Simulerade svar – inga verkliga personer</aside>" in html
    assert '@top-center { content: "Simulerade svar – inga verkliga personer"' in html
    from dataclasses import replace

    real = page(replace(simulated, facts={**simulated.facts, "simulated": False}))
    assert "Simulerade" not in real


def test_a_hostile_title_stays_text() -> None:
    html = fill_page(language="sv", title="</title><script>alert(1)</script>", mark="<b>", contents='"><script>', skip="<i>", header=element("h1", "x"), navigation=element("ol"), main=element("p", "y"), footer=element("p", "z"))  # fmt: skip
    assert "<script" not in html
    assert Tags(html).open == []


ANNEX = [
    output(Turn("Annex", "What it rests on.")),
    output(Heading("rows", "Rows")),
    output(Words(element("table", element("caption", "Counts")))),
]


@pytest.fixture
def pages() -> Pages:
    first = [output(Heading("one", "First")), SVG, output(Words(element("table", element("caption", "Means"))))]
    return report_pages({"cells": [code(*first), code(*ANNEX)]}, made_up_results("en"), Beside("talks", "group_comparison"))


def test_what_stands_behind_the_turn_is_on_the_annex_and_nowhere_else(pages: Pages) -> None:
    for page, own, other in ((pages.main, "Means", "Counts"), (pages.annex, "Counts", "Means")):
        assert f"{own}</caption>" in page and other not in page
    assert "<h1>Annex</h1>" in pages.annex and "<title>Annex: Made-up study</title>" in pages.annex


def test_a_report_on_measures_is_not_called_the_report_of_the_study() -> None:
    results = made_up_results("en")
    main, measures = results.facts["reports"][0], {"id": "measures", "template": "measurement", "languages": ["en"]}
    study = replace(results, facts={**results.facts, "reports": [main, measures]})
    assert '<a href="measures.html">Report on the measures</a>' in Beside("group_comparison", "group_comparison").links(study)
    assert '<a href="group_comparison.html">The report of the study</a>' in Beside("measures", "measures").links(study)


def test_report_and_annex_lead_to_each_other_and_to_what_lies_beside(pages: Pages) -> None:
    to_annex = ["talks.annex.html", "talks.annex.html#rows"]
    beside = ["../sv/talks.html", "group_comparison.html", "talks.ipynb", "../../index.html"]
    found = {name: [link["href"] for link in Tags(page).named("a") if "class" not in link] for name, page in vars(pages).items()}
    assert found["main"] == ["#contents", "#one", *to_annex, *beside, *to_annex]
    assert found["annex"] == ["#contents", "talks.html", "#rows", *beside]


def test_sections_tables_and_figures_are_numbered_and_can_be_linked(pages: Pages) -> None:
    for page, numbers in ((pages.main, ["1", "Figure 1.", "Table 1."]), (pages.annex, ["A1", "Table A1."])):
        assert re.findall('<span class="count">(.*?)</span>', page) == numbers
    assert 'id="figure-flow"' in pages.main


def test_a_page_that_stands_alone_numbers_nothing_and_links_only_itself(page: Callable[[Results], str]) -> None:
    assert 'class="count"' not in page(made_up_results("sv")) and ".ipynb" not in page(made_up_results("sv"))
