"""Look at an Excel workbook before anything unpacks it: an .xlsx is a zip file, and may be a bomb or something else."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice

from pipeline.clean.importers.sheet import begins_of, workbook_part
from pipeline.errors import Problem, ResearcherError, raise_if_any

OLD_CONTAINER = b"\xd0\xcf\x11\xe0"
"""Begins .xls files, and .xlsx files with a password."""
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
LARGEST = 512 * 2**20
"""Bytes after unpacking."""
MOST_PARTS = 10_000
GREATEST_RATIO = 200
"""Workbooks of survey answers shrink to a fifth or a thirtieth; what shrinks more than this is suspicious, if it is large."""
SMALL = 20 * 2**20
WORKBOOK = re.compile(rb"<(?:\w+:)?workbook[\s>]")
FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
UNPACKING_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)
"""What the standard library raises on parts that are damaged, encrypted or packed in unknown ways."""

EXPORT_AGAIN = "Export the file again."
SAVE_AS_XLSX = "Save it as an Excel workbook (.xlsx), or export it as CSV and correct format of the source in study.toml."


def refuse_workbook(content: bytes, where: str) -> None:
    """Let no workbook through that must not be unpacked.

    Parameters
    ----------
    content : bytes
        The whole file.
    where : str
        File name for problems.

    Raises
    ------
    ResearcherError
        When it is not a workbook, has a password, is damaged, too large once
        unpacked, or has definitions that its XML may not have.
    """
    if content.startswith(OLD_CONTAINER) and ENCRYPTED in content:
        remedy = "Save it without a password, in a folder that is protected instead."
        raise ResearcherError.of(where, "is protected with a password", remedy=remedy)
    if content.startswith(OLD_CONTAINER):
        raise ResearcherError.of(where, "is an old Excel workbook (.xls)", remedy=SAVE_AS_XLSX)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except UNPACKING_ERRORS:
        if content.startswith(b"PK"):
            raise ResearcherError.of(where, "is cut off or damaged", remedy="Copy or export the file again.") from None
        found = "is not an Excel workbook (.xlsx)" if content else "is empty"
        remedy = "Correct format of the source in study.toml, or export the file again as .xlsx."
        raise ResearcherError.of(where, found, remedy=remedy) from None
    with archive:
        raise_if_any(islice(_archive_problems(archive, where), 1))


def _archive_problems(archive: zipfile.ZipFile, where: str) -> Iterator[Problem]:
    """Judge the directory first; parts are unpacked only when it raises no doubt. The first problem is told."""
    parts = archive.infolist()
    place = workbook_part(archive)
    encrypted = any(part.flag_bits & 1 for part in parts)
    if not encrypted and not WORKBOOK.search(begins_of(archive, place)):
        found = "is a binary Excel workbook (.xlsb)" if place.endswith(".bin") else "is a zip file, but not an Excel workbook (.xlsx)"
        yield Problem(where, found, remedy=SAVE_AS_XLSX)
    if encrypted:
        yield Problem(where, "is protected with a password", remedy="Pack it again without a password.")
    yield from _size_problems(parts, where)
    yield from _part_problems(archive, where)


def _size_problems(parts: list[zipfile.ZipInfo], where: str) -> Iterator[Problem]:
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if len(parts) > MOST_PARTS:
        yield Problem(where, f"is a zip file of {len(parts)} parts", f"{MOST_PARTS} parts", EXPORT_AGAIN)
    if unpacked > LARGEST:
        found = f"would be {unpacked / 2**20:,.0f} MB when unpacked"
        yield Problem(where, found, f"{LARGEST / 2**20:.0f} MB", "If it is a real export, export it as CSV.")
    if unpacked > SMALL and unpacked / packed > GREATEST_RATIO:
        found = f"would grow {unpacked / packed:,.0f} times when unpacked, to {unpacked / 2**20:,.0f} MB"
        yield Problem(where, found, f"{GREATEST_RATIO} times", "If it is a real export, export it as CSV.")


def _part_problems(archive: zipfile.ZipFile, where: str) -> Iterator[Problem]:
    """Unpack every part of XML once: it must be whole, and define nothing."""
    for part in archive.infolist():
        if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        try:
            text = archive.read(part)
        except UNPACKING_ERRORS:
            yield Problem(where, f"is damaged in its part {part.filename}", remedy="Copy or export the file again.")
            return
        if any(mark in text for mark in FORBIDDEN):
            yield Problem(where, f"defines its own XML entities in {part.filename}, which no export does", remedy=EXPORT_AGAIN)
            return
