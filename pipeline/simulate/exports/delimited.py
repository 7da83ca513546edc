"""Rows of text with a delimiter between cells: what the CSV styles share."""

import csv
import io

import pandas as pd


def delimited(table: pd.DataFrame, delimiter: str, line_end: str, quoting: int = csv.QUOTE_MINIMAL) -> str:
    """Write headings and rows as delimited text; ``quoting`` is one of the constants of ``csv``."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(table.columns)
    writer.writerows(table.itertuples(index=False, name=None))
    return text.getvalue()
