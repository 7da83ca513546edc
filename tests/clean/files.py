"""What tests of importers share: sources, readings and refusals, and workbooks written for the test."""

import datetime
import io
import zipfile
from collections.abc import Mapping

import pytest
import xlsxwriter

from pipeline.clean.importers import IMPORTERS
from pipeline.errors import ResearcherError
from pipeline.spec.sources import Source

WHERE = "data/raw/mini/s"


def stated(format_: str, **settings: object) -> Source:
    return Source(name="s", file="s", sha256="0" * 64, unit="person", format=format_, **settings)


def read(format_: str, content: bytes, **settings: object) -> dict[str, list[str]]:
    imported = IMPORTERS[format_](content, stated(format_, **settings), WHERE)
    return {heading: column.tolist() for heading, column in zip(imported.headings, imported.columns, strict=True)}


def refused(format_: str, content: bytes, **settings: object) -> str:
    with pytest.raises(ResearcherError) as caught:
        IMPORTERS[format_](content, stated(format_, **settings), WHERE)
    return str(caught.value)


def workbook(*sheets: Mapping[str, object]) -> bytes:
    """Write sheets given as mappings of cell (``B2``) to value; a tuple is a formula with its saved value."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        formats = {datetime.datetime: "yyyy-mm-dd hh:mm", datetime.date: "yyyy-mm-dd", datetime.time: "hh:mm", datetime.timedelta: "[h]:mm"}
        for number, cells in enumerate(sheets, start=1):
            sheet = book.add_worksheet(f"Blad{number}")
            for cell, value in cells.items():
                if isinstance(value, tuple):
                    sheet.write_formula(cell, value[0], None, value[1])
                else:
                    shown = formats.get(type(value))
                    sheet.write(cell, value, book.add_format({"num_format": shown}) if shown else None)
    return content.getvalue()


def repacked(content: bytes, **changed: bytes) -> bytes:
    """Replace parts of a zip file; ``__`` stands for a slash in their names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as other:
        for name in archive.namelist():
            other.writestr(name, changed.get(name.replace("/", "__").removesuffix(".xml"), archive.read(name)))
    return packed.getvalue()
