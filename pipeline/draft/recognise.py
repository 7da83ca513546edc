"""Which tool wrote a file, and how it is read: what a source of study.toml states of its file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from python_calamine import SheetTypeEnum, SheetVisibleEnum

from pipeline.clean.cells import Imported
from pipeline.clean.headings import SUB_HEADINGS, heading_hints
from pipeline.clean.importers import IMPORTERS
from pipeline.clean.importers.csv_text import EXCEL_HINT, detected_delimiter, heading_rows
from pipeline.clean.importers.encoding import UTF16_MARKS, decode
from pipeline.clean.importers.limesurvey import HEADING
from pipeline.clean.importers.qualtrics import IMPORT_ID
from pipeline.clean.importers.statistics_file import STARTS
from pipeline.clean.importers.xlsx import open_workbook
from pipeline.draft.words import is_among
from pipeline.errors import ResearcherError
from pipeline.spec.folding import tidy
from pipeline.spec.sources import Source

LOOKED_AT = 300_000
"""Bytes from which a text file is recognised."""
MOST_TITLES = 6
LOOKALIKE = re.compile(r"looks like ([\w-]+):")
OLD_QUALTRICS = [["V1"], ["ResponseID"]]
"""Begin the two heading rows of older exports of Qualtrics."""


@dataclass(frozen=True)
class Export:
    """A table as its file has it.

    Attributes
    ----------
    file : str
        Its name.
    settings : dict
        What the source states: ``format``, ``sheet``, ``skip_rows``, ``encoding``.
    imported : Imported
    why : tuple of str
        What the settings were recognised by.
    """

    file: str
    settings: dict
    imported: Imported
    why: tuple[str, ...]


def recognised(file: str, content: bytes, where: str) -> Iterator[Export]:
    """Read a file as the tool that wrote it meant it: one table, or one per sheet of a workbook.

    Raises
    ------
    ResearcherError
        When it cannot be read.
    """
    kind = next((name for name, start in STARTS.items() if start.match(content)), "")
    if kind:
        yield _imported(file, content, {"format": kind}, where, (f"begins as a file of {'SPSS' if kind == 'sav' else 'Stata'} does",))
    elif content.startswith(b"PK"):
        yield from _sheets(file, content, where)
    else:
        yield _text(file, content, where)


def _sheets(file: str, content: bytes, where: str) -> Iterator[Export]:
    book = open_workbook(content, where)
    shown = [one.name for one in book.sheets_metadata if (one.typ, one.visible) == (SheetTypeEnum.WorkSheet, SheetVisibleEnum.Visible)]
    for name in shown:
        rows = [[str(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python(nrows=3)]
        if not rows or (len(shown) > 1 and max(map(len, rows)) < 2):
            continue
        tool, why = _tool(rows)
        own = tool if tool in ("qualtrics", "surveymonkey") else "xlsx"
        settings = {"format": own, **({"sheet": name} if len(shown) > 1 else {})}
        yield _imported(file, content, settings, where, (why,) if tool else ("is an Excel workbook",))


def _text(file: str, content: bytes, where: str) -> Export:
    settings: dict = {}
    end = content.rfind(b"\n", 0, LOOKED_AT) + 1
    start = content[:end] if len(content) > LOOKED_AT and end and not content.startswith(UTF16_MARKS) else content
    try:
        text, _ = decode(start, None, where)
    except ResearcherError as error:
        like = LOOKALIKE.search(str(error))
        if like is None:
            raise
        settings["encoding"] = like[1]
        text, _ = decode(start, like[1], where)
    hint = EXCEL_HINT.match(text)
    body = text[hint.end() :] if hint else text
    delimiter = hint[1] if hint else detected_delimiter(body)
    rows, _ = heading_rows(body, delimiter, 3)
    tool, why = _tool(rows)
    return _imported(file, content, {"format": tool or "csv", **settings}, where, (why,) if tool else ("is text with a heading",))


def _tool(rows: list[list[str]]) -> tuple[str, str]:
    """Name the tool whose heading rows these are, and what tells; empty when none is recognised."""
    headings = [tidy(cell) for cell in rows[0]] if rows else []
    second = [tidy(cell) for cell in rows[1]] if len(rows) > 1 else []
    if any(map(IMPORT_ID.match, rows[2] if len(rows) > 2 else [])) or [headings[:1], second[:1]] == OLD_QUALTRICS:
        return "qualtrics", "has the heading rows of Qualtrics"
    if second and (any(cell in SUB_HEADINGS for cell in second) or (headings[0] == "Respondent ID" and not second[0])):
        return "surveymonkey", "has the heading rows of SurveyMonkey"
    forms = headings and headings[-1].endswith("_complete") and is_among("ids", headings[0])
    if forms or any(heading.startswith("redcap_") for heading in headings):
        return "redcap", "has REDCap's columns of forms and events"
    codes = [heading for heading in headings if heading and HEADING.fullmatch(heading)]
    questions = [heading for heading in codes if re.search(r"\[|\.\s", heading)]
    known = {"submitdate", "startlanguage", "lastpage"} & set(headings)
    if known or (len(codes) == sum(map(bool, headings)) and len(questions) > len(codes) / 2):
        return "limesurvey", "has headings as LimeSurvey writes them"
    return "", ""


def _imported(file: str, content: bytes, settings: dict, where: str, why: tuple[str, ...]) -> Export:
    """Read a table, below a title where there is one."""
    for skipped in range(MOST_TITLES):
        stated = {**settings, **({"skip_rows": skipped} if skipped else {})}
        source = Source.model_validate({"name": "s", "file": file, "unit": "person", **stated})
        try:
            imported = IMPORTERS[source.format](content, source, where)
        except ResearcherError as error:
            if "skip_rows" not in str(error) or skipped == MOST_TITLES - 1:
                raise
            continue
        if not any("skip_rows" in problem.remedy for problem in heading_hints(source, where, imported)):
            return Export(file, stated, imported, (*why, *((f"has {skipped} rows above its heading",) if skipped else ())))
    raise ResearcherError.of(where, "has no heading among its first rows", remedy="Declare the study by hand: docs/declare.md shows how.")


def tool_of(export: Export) -> str:
    """Name the tool for its own columns: the format, or LimeSurvey's for a workbook or SPSS file with its headings."""
    return "limesurvey" if "startlanguage" in export.imported.headings else export.settings["format"]
