"""Exports: one way each of writing a table of answers as a survey tool, a spreadsheet or a register would.

The inverse of ``clean.importers``: what is written here is read there as the
same cells. The same table gives the same bytes on every run.
To add a style: write its ``write_<style>`` function, add its line to ``EXPORTS``.
"""

from collections.abc import Callable

import pandas as pd

from pipeline.errors import ResearcherError
from pipeline.exports.delimited import write_limesurvey, write_register, write_swedish
from pipeline.exports.export import Export, described
from pipeline.exports.sav import write_dta, write_sav
from pipeline.exports.xlsx import write_xlsx
from pipeline.spec.sources import Source
from pipeline.spec.study import Study

EXPORTS: dict[str, Callable[[Export], bytes]] = {
    "swedish": write_swedish,
    "register": write_register,
    "limesurvey": write_limesurvey,
    "xlsx": write_xlsx,
    "sav": write_sav,
    "dta": write_dta,
}
CSV_STYLES = {"swedish", "register"}
"""Written where a source has the format csv."""


def exported(study: Study, source: Source, table: pd.DataFrame) -> bytes:
    """Write a table as the file that a source declares.

    Parameters
    ----------
    study : Study
        Supplies what codebook and answer lists say of the columns.
    source : Source
        Its format, encoding and sheet.
    table : DataFrame of str
        One column per heading; numbers with a decimal point, dates as ISO,
        answers as ``raw`` of the answer list, blank where there is none.

    Raises
    ------
    ResearcherError
        When made-up answers are not written in the format, or it cannot hold a
        heading or a character of the table.
    """
    if style_of(source) not in EXPORTS:
        found = f"made-up answers are not written as '{source.format}' exports"
        remedy = "State another format of the source in study.toml; the real file is read as declared then."
        raise ResearcherError.of(f"sources '{source.name}' format", found, ", ".join(sorted({*EXPORTS, "csv"} - CSV_STYLES)), remedy)
    sheet = source.sheet or "Data"
    return EXPORTS[style_of(source)](Export(table, described(study, source), sheet))


def style_of(source: Source) -> str:
    """Name the style for a source: its format, and for CSV the Swedish one when cp1252 is stated."""
    if source.format != "csv":
        return source.format
    return "swedish" if source.encoding == "cp1252" else "register"
