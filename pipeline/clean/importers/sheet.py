"""What the XML of a workbook says and its reader leaves out: where its parts are, how far a sheet reaches, error values, merged cells."""

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any
from xml.etree import ElementTree

REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
ERROR = re.compile(rb"""<c\b(?=[^>]*\bt=["']e["'])[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'][^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>""", re.DOTALL)
LINK = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
ATTRIBUTE = re.compile(rb"""\b(\w+)\s*=\s*["']([^"']*)["']""")
USUAL_PLACE = "xl/workbook.xml"
LONGEST_LINKS = 64 * 1024
"""Bytes in which a package must say where its workbook is."""
Area = tuple[tuple[int, int], tuple[int, int]]
NOT_COMPUTED = re.compile(
    rb"""<c\b(?![^>]*\bt=["']str["'])[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'][^>]*>"""
    rb"""<f\b[^>]*?(?:/>|>([^<]*)</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"""
)


def sheet_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Unpack the XML of the sheet with this name; empty when the workbook does not say where it is."""
    place = workbook_part(archive)
    sheets = ElementTree.fromstring(_unpacked(archive, place))  # noqa: S314 - parts that define entities are refused before
    folder, file = posixpath.split(place)
    links = ElementTree.fromstring(_unpacked(archive, posixpath.join(folder, "_rels", f"{file}.rels")))  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for sheet in sheets.iter():
        if sheet.tag.endswith("}sheet") and sheet.get("name") == name:
            link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
            return _unpacked(archive, posixpath.join("/", folder, targets.get(link, "")))
    return b""


def workbook_part(archive: zipfile.ZipFile) -> str:
    """Name the part that the package says is the document; Excel's habit where it says nothing."""
    links = _unpacked(archive, "_rels/.rels", LONGEST_LINKS)
    for link in LINK.findall(links):
        attributes = dict(ATTRIBUTE.findall(link))
        if attributes.get(b"Type", b"").endswith(b"/officeDocument"):
            return _plain(attributes.get(b"Target", b"").decode("utf-8", "replace"))
    return USUAL_PLACE


def begins_of(archive: zipfile.ZipFile, name: str) -> bytes:
    """Give the beginning of a part, unpacking no more than that."""
    return _unpacked(archive, name, LONGEST_LINKS)


def _unpacked(archive: zipfile.ZipFile, name: str, most: int = -1) -> bytes:
    """Unpack a part whatever the slashes and capitals of its name; empty when there is none."""
    found = next((part for part in archive.infolist() if _plain(part.filename) == _plain(name)), None)
    if found is None:
        return b""
    with archive.open(found) as part:
        return part.read(most)


def _plain(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/").lower()).lstrip("/")


def counts_from_1904(archive: zipfile.ZipFile) -> bool:
    """Say whether day numbers of a workbook count from 1904, as Excel on old Macs did."""
    return (
        re.search(rb"""<(?:\w+:)?workbookPr\b[^>]*\bdate1904=["'](?:1|true|on)["']""", _unpacked(archive, workbook_part(archive)))
        is not None
    )


def extent(part: bytes) -> tuple[int, int]:
    """Give the last row and the last column that any cell of a sheet lies in, counted_line from 1."""
    found = REFERENCE.findall(part)
    columns = {column_number(letters) for letters in {letters for letters, _ in found}}
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
        yield int(digits) - 1, column_number(letters) - 1, text.decode("utf-8", "replace")
    for letters, digits, text in NOT_COMPUTED.findall(part) if b"<f" in part else ():
        yield int(digits) - 1, column_number(letters) - 1, f"={unescape(text.decode('utf-8', 'replace'))}"


def column_number(letters: bytes) -> int:
    """Count columns as letters do: A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def unmerge(rows: list[list[Any]], areas: Iterable[Area], answers_from: int, fill: bool) -> list[str]:
    """Give every cell of a merged area the value of the first, in the heading always: the reader leaves the others blank.

    Parameters
    ----------
    rows : list of rows of values
        Of the whole sheet; changed in place.
    areas : iterable
        First and last cell of each, as row and column counted_line from 0.
    answers_from : int
        The first row below the heading.
    fill : bool
        Whether areas among the answers are filled too.

    Returns
    -------
    list of str
        Areas that hold an answer for several rows or columns and were not filled, such as ``A2:A5``.
    """
    left_alone = []
    for (top, left), (bottom, right) in areas:
        value = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
        if value == "":
            continue
        if bottom >= answers_from and (top < answers_from or not fill):
            left_alone.append(f"{column_letters(left)}{top + 1}:{column_letters(right)}{bottom + 1}")
            continue
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [value] * len(row[left : right + 1])
    return left_alone


def column_letters(column: int) -> str:
    """Name a column, counted_line from 0, as a sheet does: A, Z, AA."""
    above, letter = divmod(column, 26)
    return (column_letters(above - 1) if above else "") + chr(ord("A") + letter)
