"""The only reading and writing of tables.

Parquet carries page checksums and verifies them, so a flipped bit is an error
and not a number.
"""

import csv
from pathlib import Path

import pandas as pd

from pipeline.tables.atomic import write_bytes
from pipeline.tables.frames import KIND_TO_DTYPE, check_table
from pipeline.tables.glossary import Table

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Render a result table as CSV: 17 digits, empty for missing, formulas disarmed in text."""
    safe = frame.copy()
    for name in safe.select_dtypes(["str", "object"]).columns:
        dangerous = safe[name].str.startswith(FORMULA_STARTS, na=False)
        if dangerous.any():
            safe.loc[dangerous, name] = "'" + safe.loc[dangerous, name]
    return safe.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL).encode("utf-8")


def write_table(path: Path, table: Table, frame: pd.DataFrame) -> None:
    """Check a result table against the glossary and write it as CSV."""
    check_table(table, frame)
    write_bytes(path, csv_bytes(frame))


def read_table(path: Path, table: Table) -> pd.DataFrame:
    """Read a result table back, with the glossary's kinds, and check it."""
    dtypes = {column.name: KIND_TO_DTYPE[column.kind] for column in table.columns}
    text = [column.name for column in table.columns if column.kind == "text"]
    frame = pd.read_csv(
        path, dtype=dtypes, keep_default_na=False, na_values={name: [""] for name in table.names if name not in text}, encoding="utf-8"
    )
    for name in text:
        armed = frame[name].str.startswith("'") & frame[name].str[1:].str.startswith(FORMULA_STARTS)
        frame[name] = frame[name].where(~armed, frame[name].str[1:])
    check_table(table, frame)
    return frame


def write_rows(path: Path, frame: pd.DataFrame) -> None:
    """Write a row table (micro-data) as Parquet with page checksums."""
    import pyarrow
    from pyarrow import parquet

    sink = pyarrow.BufferOutputStream()
    content = pyarrow.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    parquet.write_table(content, sink, write_page_checksum=True, compression="zstd", store_schema=True)
    write_bytes(path, sink.getvalue().to_pybytes())


def read_rows(path: Path) -> pd.DataFrame:
    """Read a row table, verifying its checksums."""
    from pyarrow import parquet

    return parquet.read_table(path, page_checksum_verification=True, memory_map=False).to_pandas()
