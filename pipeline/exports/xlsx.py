"""Write an Excel workbook (.xlsx) with one sheet: numbers as numbers, dates as dates, no live formulas or links.

The parts are stored without packing: packed bytes differ between versions of
zlib, stored ones do not. All times in the file are fixed.
"""

import datetime
import io
import zipfile

import xlsxwriter

from pipeline.exports.export import PLAIN_DATE, PLAIN_NUMBER, Export

CREATED = datetime.datetime(2000, 1, 1)
FIRST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
UNIX = 3
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FIRST_DATE = "1900-03-01"
"""Excel believes that 1900 was a leap year; what lies before is written as text."""


def write_xlsx(export: Export) -> bytes:
    """Write a table as a workbook.

    Raises
    ------
    ValueError
        When a cell is longer than Excel allows.
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, OPTIONS) as workbook:
        workbook.set_properties({"created": CREATED})
        sheet = workbook.add_worksheet(export.sheet)
        shown_as_date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for column, heading in enumerate(export.table.columns):
            sheet.write_string(0, column, heading)
            kind = export.column(heading).kind
            for row, cell in enumerate(export.table[heading], start=1):
                if kind == "number" and PLAIN_NUMBER.fullmatch(cell):
                    sheet.write_number(row, column, float(cell))
                elif kind == "date" and PLAIN_DATE.fullmatch(cell) and cell >= FIRST_DATE:
                    sheet.write_datetime(row, column, datetime.datetime.fromisoformat(cell), shown_as_date)
                elif cell and sheet.write_string(row, column, cell):
                    raise ValueError(f"data row {row}, column {column + 1}: {len(cell)} characters are more than Excel allows")
    return _stored(content.getvalue())


def _stored(content: bytes) -> bytes:
    """Repack a zip file without compression, with fixed times, as if made on Unix."""
    stored = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(stored, "w") as plain:
        for name in packed.namelist():
            part = zipfile.ZipInfo(name, FIRST_ZIP_TIME)
            part.create_system, part.external_attr = UNIX, 0o600 << 16
            plain.writestr(part, packed.read(name))
    return stored.getvalue()
