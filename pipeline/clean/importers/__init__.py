"""Importers: one export format each, from bytes to a table of text cells.

To add a format: write the module with its ``import_<format>`` function, add its
line to ``IMPORTERS`` and its name to ``Source.format``.
"""

from collections.abc import Callable

from pipeline.clean.importers.csv_text import import_csv
from pipeline.clean.importers.imported import Imported
from pipeline.spec.declaration import Source

IMPORTERS: dict[str, Callable[[bytes, Source, str], Imported]] = {
    "csv": import_csv,
}
