"""A number cannot differ between page, Word, PDF and Excel: each file is read back and held against the notebook it was made from."""

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader
from python_calamine import load_workbook

from pipeline.handover.amounts import amounts_of
from pipeline.handover.bundle import SUMS, handover_files, sums_of
from pipeline.handover.document import Document, Group, Part, Picture, Text, words
from pipeline.handover.paper import leaflet_of, pdf_of
from pipeline.handover.reading import document_of
from pipeline.handover.word import word_of
from pipeline.handover.workbook import workbook_of
from pipeline.render.results import Results

pytestmark = pytest.mark.slow

REPORTS = (
    "bergslagsresursen/sv/targets",
    "jobs2/en/group_comparison",
    "seminarier/en/before_after",
    "sok/sv/needs",
    "trs/sv/group_comparison",
    "vagen_tillbaka/en/progress",
)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@cache
def opened(built: Path, report: str) -> tuple[Document, Results]:
    study, language, slug = report.split("/")
    results = Results.load_labels(built / "data" / "processed" / study / "release", language)
    notebook = json.loads((built / "reports" / study / language / f"{slug}.ipynb").read_text(encoding="utf-8"))
    return document_of(notebook, results, slug), results


def numbers(text: str) -> Counter[str]:
    """Count the numbers of a text, digits between thousands joined."""
    return Counter(NUMBER.findall(re.sub(r"(?<=\d)[\u00a0\u202f](?=\d{3}\b)", "", text)))


def told(part: Part) -> Iterator[str]:
    """Give every text of a part that all forms print."""
    if isinstance(part, Text):
        yield words(part.runs)
    elif isinstance(part, Group):
        for one in part.parts:
            yield from told(one)
    elif isinstance(part, Picture):
        yield part.caption
    else:
        yield part.caption
        yield from (f"{cell.text} {cell.marks}" for line in (*part.head, *part.body) for cell in line)
        yield from part.notes


def in_document(document: Document) -> Counter[str]:
    captions = [part.count for part in (*document.tables, *document.pictures)]
    return numbers("\n".join([*(text for part in document.parts for text in told(part)), *captions]))


def in_word(content: bytes) -> Counter[str]:
    """Count the numbers of body and tables, without the list of contents."""
    file = docx.Document(io.BytesIO(content))
    body = file.element.body
    texts = []
    for paragraph in body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"):
        runs = [node for node in paragraph.iter() if node.tag.endswith("}t") or node.tag.endswith("}br")]
        inside = {node for link in paragraph.iter() if link.tag.endswith("}hyperlink") for node in link.iter()}
        texts.append("".join((node.text or "") if node.tag.endswith("}t") else "\n" for node in runs if node not in inside))
    return numbers("\n".join(texts))


def in_pdf(content: bytes) -> Counter[str]:
    """Count the numbers of the pages without head and foot, and without the list of contents."""
    found: Counter[str] = Counter()
    for page in PdfReader(io.BytesIO(content)).pages:
        found += numbers(page.extract_text())
    return found


@pytest.mark.parametrize("report", REPORTS)
def test_word_prints_every_number_of_the_report_and_no_other(built: Path, report: str) -> None:
    document, _ = opened(built, report)
    expected = in_document(document)
    assert sum(expected.values()) > 300
    assert in_word(word_of(document, "", None)) == expected


@pytest.mark.parametrize("report", REPORTS)
def test_pdf_prints_every_number_of_the_report_and_no_other(built: Path, report: str) -> None:
    document, _ = opened(built, report)
    content = pdf_of(document, "")
    pages, title = len(PdfReader(io.BytesIO(content)).pages), numbers(document.title)
    frame = Counter({f"{page}": 1 for page in range(1, pages + 1)}) + Counter({f"{pages}": pages})
    frame += Counter({number: count * (2 * pages - 1) for number, count in title.items()})
    expected, found = in_document(document), in_pdf(content)
    assert not expected - found
    repeated = numbers("\n".join(cell.text for table in document.tables for line in table.head for cell in line))
    beyond = set(found - expected - frame) - set(repeated)
    assert not {number for number in beyond if not number.isdecimal() or int(number) > pages}, "no number of a page, nor of a repeated head"


@pytest.mark.parametrize("report", REPORTS)
def test_excel_holds_the_numbers_of_every_table_as_they_are_printed(built: Path, report: str) -> None:
    document, results = opened(built, report)
    sheets = load_workbook(io.BytesIO(workbook_of(document, results, "", None)))
    for table in document.tables:
        rows = sheets.get_sheet_by_name(f"{results.say('handover.table')} {table.count}").to_python()
        found = Counter(round(cell, 12) for row in rows for cell in row if isinstance(cell, float | int))
        cells = [cell for line in table.body for cell in line if not (len(line) == 1 and cell.wide == table.columns > 1)]
        printed = Counter(round(one.value, 12) for cell in cells for one in amounts_of(cell.text, document.language).values())
        assert found == printed, table.name
        kept = {cell for row in rows for cell in row if isinstance(cell, str)}
        texts = {cell.text.replace("\n", " ") for cell in cells if cell.text and not amounts_of(cell.text, document.language)}
        assert texts <= kept, table.name


@pytest.mark.parametrize("report", REPORTS)
def test_a_sheet_of_a_figure_holds_the_rows_of_its_csv(built: Path, report: str) -> None:
    document, results = opened(built, report)
    sheets = load_workbook(io.BytesIO(workbook_of(document, results, "", None)))
    for picture in document.pictures:
        rows = sheets.get_sheet_by_name(f"{results.say('handover.figure')} {picture.count}").to_python()
        headings, *released = csv.reader(io.StringIO(picture.data))
        start = next(number for number, row in enumerate(rows) if row[: len(headings)] == headings)
        for row, cells in zip(rows[start + 1 :], released, strict=True):
            for shown, cell in zip(row, cells, strict=False):
                assert (shown == float(cell)) if isinstance(shown, float | int) and not isinstance(shown, bool) else (str(shown) == cell)


@pytest.mark.parametrize("report", REPORTS)
def test_a_leaflet_is_one_page_whose_numbers_are_the_reports(built: Path, report: str) -> None:
    document, _ = opened(built, report)
    content = leaflet_of(document, "")
    assert len(PdfReader(io.BytesIO(content)).pages) == 1
    found = in_pdf(content)
    assert not set(found) - set(in_document(document)) - set(numbers(f"{document.name} {document.study}"))
    assert sum(found.values()) > 8


def test_what_is_handed_over_is_the_same_twice_and_its_checksums_fit(built: Path) -> None:
    document, results = opened(built, "jobs2/en/group_comparison")
    files = handover_files([document], results)
    assert files == handover_files([document], results)
    packed = files.pop("jobs2-en.zip")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
    assert files.pop(SUMS) == sums_of(files)


@pytest.mark.parametrize("report", REPORTS)
def test_a_pdf_is_tagged_and_says_its_language_and_title(built: Path, report: str) -> None:
    document, _ = opened(built, report)
    for content in (pdf_of(document, ""), leaflet_of(document, "")):
        reader = PdfReader(io.BytesIO(content))
        root = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"] and root["/Lang"].startswith(document.language)
        assert reader.metadata.title == document.title and reader.metadata.creation_date is None
        assert "pdfuaid:part" in root["/Metadata"].get_data().decode()


@pytest.mark.parametrize("report", REPORTS)
def test_a_word_file_has_headings_captions_header_rows_and_alternative_texts(built: Path, report: str) -> None:
    document, _ = opened(built, report)
    file = docx.Document(io.BytesIO(word_of(document, "", None)))
    headings = [one.text for one in file.paragraphs if one.style.name == "Heading 1"]
    sections = [part for part in document.parts if isinstance(part, Text) and part.kind == "heading"]
    assert headings == [words(part.runs) for part in sections if part.level == 2 or part.look == "annex"]
    assert [shape._inline.docPr.get("descr") for shape in file.inline_shapes] == [picture.alt for picture in document.pictures]
    assert len(file.tables) == len(document.tables)
    for table, shown in zip(document.tables, file.tables, strict=True):
        repeated = [row for row in shown._tbl.tr_lst if row.trPr is not None and row.trPr.xpath("w:tblHeader")]
        assert len(repeated) == len(table.head) > 0
    captions = [one for one in file.paragraphs if one.style.name == "Caption"]
    assert len(captions) == len(document.tables) + len(document.pictures)
