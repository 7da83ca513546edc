"""What a researcher's own cell shows is handed over too, in every form, and said to be hers."""

import base64
import io
from typing import Any

import docx
import pandas as pd
import pytest
from PIL import Image
from pypdf import PdfReader
from python_calamine import load_workbook

from pipeline.errors import ResearcherError
from pipeline.handover.document import Cell, Document, Group, Picture, Text, grid, words
from pipeline.handover.paper import leaflet_of, pdf_of
from pipeline.handover.reading import document_of
from pipeline.handover.tree import parsed
from pipeline.handover.word import word_of
from pipeline.handover.workbook import workbook_of
from pipeline.render.markup import element
from pipeline.render.results import Results
from pipeline.render.tables.table import ColumnHead, Line, cells
from pipeline.render.tables.table import Table as Released
from tests.render.synthetic import made_up_results


@pytest.fixture(scope="module")
def results() -> Results:
    return made_up_results("sv")


def shown(**outputs: Any) -> dict[str, Any]:
    return {"cell_type": "code", "outputs": [{"data": {kind.replace("_", "/"): data}, "metadata": {}} for kind, data in outputs.items()]}


def markdown(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source}


def read_as(results: Results, *cells: dict[str, Any]) -> Document:
    return document_of({"cells": list(cells)}, results, "one")


def pixels() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(target, "PNG")
    return target.getvalue()


def test_words_tables_and_pictures_of_an_own_cell_are_in_word_pdf_and_excel(results: Results) -> None:
    frame = pd.DataFrame({"åtgärd": ["råd", "stöd"], "antal": ["12", "7,5"]})
    picture = base64.b64encode(pixels()).decode()
    document = read_as(results, markdown("# Egen rubrik\n\nEgna ord: ö."), shown(text_html=frame.to_html()), shown(image_png=picture))
    assert document.own == 2
    file = docx.Document(io.BytesIO(word_of(document, "", None)))
    assert "Egna ord: ö." in [one.text for one in file.paragraphs]
    assert [[cell.text for cell in row.cells] for row in file.tables[0].rows][1:] == [["0", "råd", "12"], ["1", "stöd", "7,5"]]
    assert len(file.inline_shapes) == 1
    text = PdfReader(io.BytesIO(pdf_of(document, ""))).pages[0].extract_text()
    assert "Egna ord: ö." in text and "stöd" in text
    book = load_workbook(io.BytesIO(workbook_of(document, results, "", None)))
    assert book.get_sheet_by_index(1).to_python()[-2:] == [[0.0, "råd", 12.0], [1.0, "stöd", 7.5]]


@pytest.mark.parametrize("sign", ['#import "x"', "$x$", "*a* _b_ `c`", "\\ \\u{41} //", "[a](b) @c <d> ~"])
def test_signs_that_mean_something_to_the_typesetter_are_printed_as_they_are(results: Results, sign: str) -> None:
    document = read_as(results, shown(text_html=element("p", f"före {sign} efter")))
    assert f"före {sign} efter" in PdfReader(io.BytesIO(pdf_of(document, ""))).pages[0].extract_text()


def test_a_sign_that_no_font_has_is_told_with_what_to_do(results: Results) -> None:
    document = read_as(results, shown(text_html="<p>a \U000ffffd b</p>"))
    with pytest.raises(ResearcherError, match="no font has"):
        pdf_of(document, "")


def test_a_very_long_table_has_its_heading_on_every_page(results: Results) -> None:
    rows = tuple(Line(f"rad {place}", cells([str(place)])) for place in range(200))
    html = Released("long", "Lång tabell", "Rad", (ColumnHead("Kolumnens rubrik"),), rows)._repr_html_()
    pages = PdfReader(io.BytesIO(pdf_of(read_as(results, shown(text_html=html)), ""))).pages
    assert len(pages) > 2
    assert all("Kolumnens rubrik" in page.extract_text() for page in pages)


def test_a_report_without_anything_but_a_title_is_handed_over(results: Results) -> None:
    document = read_as(results, shown(text_html="<h1>Bara en titel</h1>"))
    assert document.title == "Bara en titel"
    for content in (pdf_of(document, ""), leaflet_of(document, "")):
        assert len(PdfReader(io.BytesIO(content)).pages) == 1
    assert word_of(document, "", None)
    assert load_workbook(io.BytesIO(workbook_of(document, results, "", None))).sheet_names[0] == "Innehåll"


def test_what_is_not_closed_or_only_for_notebooks_is_read_as_a_page_shows_it(results: Results) -> None:
    html = '<p>ett<p>två<ul><li>tre</ul><p class="notebook-only">nej</p><style>x</style><script>y</script><span>fyra</span>'
    document = read_as(results, shown(text_html=html))
    assert [words(part.runs) if isinstance(part, Text) else part.kind for part in document.parts] == ["ett", "två", "bullets", "fyra"]
    assert isinstance(document.parts[2], Group) and document.parts[2].parts[0].kind == "item"


def test_a_verdict_is_set_apart_from_the_words_round_it(results: Results) -> None:
    html = '<h3>Vilja <span class="verdict better">Bättre</span></h3><p>Så. <span class="verdict">Säkert</span> Därför.</p>'
    heading, text = read_as(results, shown(text_html=html)).parts
    assert isinstance(heading, Text) and words(heading.runs) == "Vilja – Bättre"
    assert isinstance(text, Text) and words(text.runs) == "Så. Säkert. Därför."


def test_numbers_are_those_of_the_pages_the_annex_with_a_letter(results: Results) -> None:
    table = "<table class='exhibit'><caption>Tabell</caption><tr><td>1</td></tr></table>"
    turn = {"cell_type": "code", "outputs": [{"data": {"text/html": "<h1>Bilaga</h1>"}, "metadata": {"text/html": {"page": "annex"}}}]}
    document = read_as(
        results, shown(text_html=f"<h2>Ett</h2>{table}<table><tr><td>utan</td></tr></table>{table}"), turn, shown(text_html=table)
    )
    assert [one.count for one in document.tables] == ["1", "", "2", "B1"]
    assert words(document.parts[0].runs) == "1 Ett"  # type: ignore[union-attr]


def test_a_cell_that_spans_lines_stands_in_each_place_it_covers() -> None:
    tall, wide = Cell("a", tall=2), Cell("b", wide=2)
    assert [[cell.text for cell in line] for line in grid([(tall, wide), (Cell("c"), Cell("d"))], 3)] == [["a", "b", "b"], ["a", "c", "d"]]


def test_a_picture_of_an_own_cell_without_words_says_so(results: Results) -> None:
    [picture] = read_as(results, shown(image_png=base64.b64encode(pixels()).decode())).parts
    assert isinstance(picture, Picture) and picture.own
    assert picture.alt == results.say("page.no_words")


def test_html_keeps_entities_and_attributes() -> None:
    node = parsed('<p class="a b" lang="en">&lt;x&gt; &amp;</p>').first("p")
    assert node is not None and (node.text, node.classes, node.attributes["lang"]) == ("<x> &", {"a", "b"}, "en")
