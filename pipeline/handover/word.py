"""Word: real headings, numbered captions, tables with header rows, pictures with alternative texts; all of it can be edited."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import count
from typing import Any
from xml.sax.saxutils import escape

from docx import Document as new_document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from pipeline.handover.document import Document, Group, Part, Picture, Run, Table, Text
from pipeline.handover.paper import picture_of
from pipeline.handover.reading import ANNEX, SECTION
from pipeline.handover.word_table import table_xml
from pipeline.handover.zipped import rezipped
from pipeline.render.catalogue import catalogue

LOCALES = {"sv": "sv-SE", "en": "en-GB"}
ACCENT, MUTED, WARNING = RGBColor(0x0B, 0x4F, 0x6C), RGBColor(0x4D, 0x56, 0x61), RGBColor(0x7A, 0x2E, 0x00)
BODY = "Calibri"
TEXT_WIDTH = Cm(16.6)
SIZES = {
    "Normal": 10.5,
    "Title": 24,
    "Heading 1": 16,
    "Heading 2": 12.5,
    "Heading 3": 11,
    "Caption": 9.5,
    "Lead": 12.5,
    "Table text": 8.5,
    "Note": 8.5,
}
LOOKED = {"lead": "Lead", "small": "Note", "kicker": "Note", "source": "Source"}
"""Class of a paragraph -> style."""
SHADE = '<w:pBdr {0}><w:left w:val="single" w:sz="24" w:space="6" w:color="{1}"/></w:pBdr>', '<w:shd {0} w:val="clear" w:fill="{1}"/>'


def word_of(document: Document, author: str, day: date | None) -> bytes:
    """Write one report; the same bytes for the same document."""
    writer = _Writer(document)
    writer.set_up(author, day)
    for part in document.parts:
        writer.add(part)
    target = io.BytesIO()
    writer.file.save(target)
    return rezipped(target.getvalue())


class _Writer:
    """The file while it is written."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.file = new_document()
        self._numbers = count(1)
        self._headings = [part for part in document.parts if isinstance(part, Text) and (part.level == SECTION or part.look == ANNEX)]
        self._say = catalogue(document.language).say

    def set_up(self, author: str, day: date | None) -> None:
        """Say what the file is, and how its styles look."""
        properties = self.file.core_properties
        properties.title, properties.author, properties.language = self.document.title, author, LOCALES[self.document.language]
        properties.comments = properties.last_modified_by = ""
        properties.created = properties.modified = datetime(*(day or date(1980, 1, 1)).timetuple()[:3])
        section = self.file.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.2)
        section.top_margin = section.bottom_margin = Cm(2.2)
        for name in ("Lead", "Table text", "Note", "Source"):
            self.file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = self.file.styles["Normal"]
        for name, size in SIZES.items():
            self._look(name, size)
        for element in self.file.styles.element.iter(qn("w:lang")):
            element.set(qn("w:val"), LOCALES[self.document.language])
        self._frame(section)

    def _look(self, name: str, size: float) -> None:
        style = self.file.styles[name]
        style.font.size, style.font.name = Pt(size), BODY
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        if name.startswith(("Heading", "Title", "Caption")):
            style.font.color.rgb = ACCENT if name != "Caption" else RGBColor(0, 0, 0)
            style.font.bold = name != "Caption"
        style.paragraph_format.space_after = Pt(0 if name == "Table text" else 4)

    def _frame(self, section: Any) -> None:
        """Put the mark above and title and page number under every page."""
        if self.document.mark:
            run = section.header.paragraphs[0].add_run(self.document.mark)
            run.bold, run.font.color.rgb, run.font.size = True, WARNING, Pt(9)
        foot = section.footer.paragraphs[0]
        foot.style = self.file.styles["Note"]
        foot.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
        foot.add_run(f"{self.document.title}\t")
        _add_field(foot, "PAGE", "1")
        foot.add_run(" (")
        _add_field(foot, "NUMPAGES", "1")
        foot.add_run(")")

    def add(self, part: Part, style: str = "") -> None:
        """Write one part below what is there."""
        if isinstance(part, Table):
            self._add_table(part)
        elif isinstance(part, Picture):
            self._add_picture(part)
        elif isinstance(part, Group):
            self._add_group(part)
        elif part.kind == "heading":
            self._add_heading(part)
        else:
            names = (LOOKED[look] for look in part.look.split() if look in LOOKED)
            paragraph = self.file.add_paragraph(style=style or next(names, None))
            bold = part.kind == "term" or bool({"outcome", "finding"} & set(part.look.split()))
            if "source" in part.look.split():
                border, ground = ("7A2E00", "FFF4D6") if "simulated" in part.look.split() else ("0B4F6C", "F3F6F8")
                for form, colour in zip(SHADE, (border, ground), strict=True):
                    paragraph._p.get_or_add_pPr().append(parse_xml(form.format(nsdecls("w"), colour)))
            _add_runs(paragraph, part.runs, bold)
            paragraph.paragraph_format.keep_with_next = bold or None

    def _add_heading(self, part: Text) -> None:
        if self._headings[1:] and part is self._headings[1]:
            self._add_contents()
        level = SECTION if part.look == ANNEX else min(part.level, 4)
        paragraph = self.file.add_paragraph(style="Title" if level == 1 else f"Heading {level - 1}")
        paragraph.paragraph_format.page_break_before = part.look == ANNEX or None
        _add_runs(paragraph, part.runs)
        if part in self._headings:
            _bookmark(paragraph, f"_section{self._headings.index(part)}", str(self._headings.index(part)))

    def _add_contents(self) -> None:
        """List the sections as a field that Word can make anew, filled in already."""
        head = self.file.add_paragraph(self._say("page.contents"), style="Lead")
        head.paragraph_format.page_break_before = head.paragraph_format.keep_with_next = True
        for place, heading in enumerate(self._headings):
            paragraph = self.file.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(0)
            if place == 0:
                _field_parts(paragraph, 'TOC \\o "1-1" \\n \\h', begins=True)
            link = parse_xml(f'<w:hyperlink {nsdecls("w")} w:anchor="_section{place}" w:history="1"/>')
            paragraph._p.append(link)
            for run in heading.runs:
                link.append(parse_xml(f'<w:r {nsdecls("w")}><w:t xml:space="preserve">{escape(run.text)}</w:t></w:r>'))
            if place == len(self._headings) - 1:
                _field_parts(paragraph, "", begins=False)

    def _add_group(self, group: Group) -> None:
        if group.kind in ("bullets", "numbers"):
            number = next(self._numbers) if group.kind == "numbers" else 0
            for place, item in enumerate(group.parts, start=1):
                self._add_item(item, f"{place}. " if number else "")
        elif group.kind == "facts" and group.look == "facts":
            for name, value in zip(group.parts[::2], group.parts[1::2], strict=False):
                told = [Run(f" – {run.text.strip()}") if run.look == "small" else Run(run.text.strip()) for run in _runs_in(value)]
                _add_runs(self.file.add_paragraph(), [*(Run(run.text, "strong") for run in _runs_in(name)), Run(": "), *told])
        else:
            for part in group.parts:
                self.add(part, "Intense Quote" if group.kind == "quote" and isinstance(part, Text) else "")

    def _add_item(self, item: Part, number: str) -> None:
        """Write one item of a list; what follows its first paragraph is set in below it."""
        parts = item.parts if isinstance(item, Group) else (item,)
        for place, part in enumerate(parts):
            if isinstance(part, Text):
                counted = (Run(number),) if number and place == 0 else ()
                self.add(replace(part, runs=(*counted, *part.runs)), "List Continue" if number or place else "List Bullet")
            else:
                self.add(part)

    def _add_caption(self, kind: str, part: Table | Picture) -> None:
        """Write a caption whose number Word can count on; that of the annex has its letter before it."""
        if not part.count:
            return
        letter = part.count.rstrip("0123456789")
        number = part.count.removeprefix(letter)
        paragraph = self.file.add_paragraph(style="Caption")
        word = self._say(f"handover.{kind}")
        paragraph.add_run(f"{word}\u00a0{letter}")
        _add_field(paragraph, f"SEQ {word}{letter} \\* ARABIC", number)
        if part.caption:
            paragraph.add_run(f". {part.caption}")
        for run in paragraph.runs:
            run.bold = kind == "table" or None
        paragraph.paragraph_format.keep_with_next = kind == "table"

    def _add_table(self, table: Table) -> None:
        self._add_caption("table", table)
        self.file.element.body.insert(len(self.file.element.body) - 1, parse_xml(table_xml(table, int(TEXT_WIDTH.twips))))
        for note in table.notes or ("",):
            self.file.add_paragraph(note, style="Note")

    def _add_picture(self, picture: Picture) -> None:
        pixels = picture_of(picture.drawing) if picture.drawing else picture.pixels
        shape = self.file.add_picture(io.BytesIO(pixels))
        scale = min(1, TEXT_WIDTH / shape.width, Cm(21) / shape.height)
        shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
        properties = shape._inline.docPr
        properties.set("descr", picture.alt)
        properties.set("name", picture.name)
        self.file.paragraphs[-1].paragraph_format.keep_with_next = True
        self._add_caption("figure", picture)


def _runs_in(part: Part) -> Iterator[Run]:
    if isinstance(part, Text):
        yield from part.runs
    elif isinstance(part, Group):
        for one in part.parts:
            yield from _runs_in(one)


def _add_runs(paragraph: Paragraph, runs: Iterable[Run], bold: bool = False) -> None:
    for run in runs:
        added = paragraph.add_run(run.text)
        added.bold = bold or run.look in ("strong", "verdict") or None
        added.italic = run.look == "em" or None
        added.font.superscript = run.look == "raised" or None
        if run.look == "code":
            added.font.name = "Consolas"
        if run.language in LOCALES:
            added._r.get_or_add_rPr().append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{LOCALES[run.language]}"/>'))


def _field_parts(paragraph: Paragraph, code: str, begins: bool) -> None:
    """Begin a field, or end it; what stands between is shown until Word makes it anew."""
    kinds = ("begin", "separate") if begins else ("end",)
    for kind in kinds:
        paragraph._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:fldChar w:fldCharType="{kind}"/></w:r>'))
        if kind == "begin":
            instruction = f'<w:instrText xml:space="preserve"> {escape(code)} </w:instrText>'
            paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{instruction}</w:r>"))


def _add_field(paragraph: Paragraph, code: str, shown: str) -> None:
    _field_parts(paragraph, code, begins=True)
    paragraph.add_run(shown)
    _field_parts(paragraph, code, begins=False)


def _bookmark(paragraph: Paragraph, name: str, number: str) -> None:
    start = parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="{number}" w:name="{name}"/>')
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{number}"/>'))
