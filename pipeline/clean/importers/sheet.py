"""What a sheet's XML says and its reader leaves out: how far it reaches, error values, formulas that were never computed."""

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from xml.etree import ElementTree

REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
ERROR = re.compile(rb"""<c\b(?=[^>]*\bt=["']e["'])[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'][^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>""", re.DOTALL)
NOT_COMPUTED = re.compile(
    rb"""<c\b(?![^>]*\bt=["']str["'])[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'][^>]*>"""
    rb"""<f\b[^>]*?(?:/>|>([^<]*)</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"""
)


def sheet_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Unpack the XML of the sheet with this name; empty when the workbook does not say where it is."""
    sheets = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - parts that define entities are refused before
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for sheet in sheets.iter():
        if sheet.tag.endswith("}sheet") and sheet.get("name") == name:
            link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
            target = targets.get(link, "")
            path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            return archive.read(path) if path in archive.namelist() else b""
    return b""


def extent(part: bytes) -> tuple[int, int]:
    """Give the last row and the last column that any cell of a sheet lies in, counted from 1."""
    found = REFERENCE.findall(part)
    columns = {_column(letters) for letters in {letters for letters, _ in found}}
    return max((int(digits) for digits in {digits for _, digits in found}), default=0), max(columns, default=0)


def unread_cells(part: bytes) -> Iterator[tuple[int, int, str]]:
    """Give the cells that a reader takes for blank although they are not.

    Yields
    ------
    row, column : int
        Counted from 0.
    text : str
        The error value, ``#N/A``, or the formula that has no value, ``=A1+1``.
    """
    for letters, digits, text in ERROR.findall(part) if b"#" in part else ():
        yield int(digits) - 1, _column(letters) - 1, text.decode("utf-8", "replace")
    for letters, digits, text in NOT_COMPUTED.findall(part) if b"<f" in part else ():
        yield int(digits) - 1, _column(letters) - 1, f"={unescape(text.decode('utf-8', 'replace'))}"


def _column(letters: bytes) -> int:
    """Count columns as letters do: A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
