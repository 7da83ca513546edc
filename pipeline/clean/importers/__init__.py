"""Importers: one export format each, from bytes to a table of text cells.

To add a format: write the module with its ``import_<format>`` function, add its
line to ``IMPORTERS``, its name to ``Source.format`` and what it reads of a
source's settings to ``SETTINGS_READ`` (``spec/check_sources.py``).
"""

from collections.abc import Callable

from pipeline.clean.cells import Imported
from pipeline.clean.importers.csv_text import import_csv
from pipeline.clean.importers.limesurvey import import_limesurvey
from pipeline.clean.importers.qualtrics import import_qualtrics
from pipeline.clean.importers.redcap import import_redcap
from pipeline.clean.importers.statistics_file import import_statistics_file
from pipeline.clean.importers.surveymonkey import import_surveymonkey
from pipeline.clean.importers.xlsx import import_xlsx
from pipeline.spec.sources import Source

IMPORTERS: dict[str, Callable[[bytes, Source, str], Imported]] = {
    "csv": import_csv,
    "limesurvey": import_limesurvey,
    "qualtrics": import_qualtrics,
    "redcap": import_redcap,
    "surveymonkey": import_surveymonkey,
    "xlsx": import_xlsx,
    "sav": import_statistics_file,
    "dta": import_statistics_file,
}
