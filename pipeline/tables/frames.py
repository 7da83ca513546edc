"""Hold frames to the glossary: same columns, kinds and keys, always; the only reading and writing of tables.

``conform`` is how a stage finishes a table; ``check_table`` is how the next one
trusts it. Parquet carries page checksums and verifies them, so a flipped bit is
an error and not a number; it is loaded with the first row table, which a report never reads.
"""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from pipeline.tables.atomic import write_bytes
from pipeline.tables.glossary import Column, TableContract

SIGNIFICANT_DIGITS = 12
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
KIND_TO_DTYPE = {"text": "str", "number": "float64", "count": "Int64", "flag": "bool"}


def table_of(table: TableContract, rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Build a table from rows that name only the columns that apply.

    Parameters
    ----------
    table : Table
        From the glossary.
    rows : iterable of mappings
        Column name to value; absent columns stay empty.

    Returns
    -------
    DataFrame
        All columns of the glossary in its order and kinds, sorted by key.

    Raises
    ------
    ValueError
        For a column that is not in the glossary, a value outside its closed
        set, or a repeated key (a fault of ours, never of the researcher).
    """
    records = list(rows)
    unknown = sorted({name for record in records for name in record} - set(table.names))
    if unknown:
        raise ValueError(f"{table.name}: not in the glossary: {', '.join(unknown)}")
    empty = {"text": "", "flag": False}
    cells = {column.name: [record.get(column.name, empty.get(column.kind)) for record in records] for column in table.columns}
    return conform(table, pd.DataFrame(cells))


def conform(table: TableContract, frame: pd.DataFrame) -> pd.DataFrame:
    """Give the frame the glossary's columns and kinds, sorted by key; refuse what does not fit."""
    shaped = pd.DataFrame({column.name: _as_kind(column, frame[column.name]) for column in table.columns})
    shaped = shaped.sort_values(list(table.key), kind="stable", ignore_index=True)
    check_table(table, shaped)
    return shaped


def rounded(table: TableContract, frame: pd.DataFrame) -> pd.DataFrame:
    """Round the numbers of a table to ``SIGNIFICANT_DIGITS``, so that what is printed does not hang on a processor's last digits."""
    numbers = [column.name for column in table.columns if column.kind == "number"]
    return frame.assign(**{name: frame[name].map(_to_significant, na_action="ignore") for name in numbers})


def _to_significant(value: float) -> float:
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def check_table(table: TableContract, frame: pd.DataFrame) -> None:
    """Raise ``ValueError`` unless columns, closed sets and keys are as the glossary says."""
    if list(frame.columns) != table.names:
        raise ValueError(f"{table.name}: columns are {list(frame.columns)}, not {table.names}")
    for column in table.columns:
        if column.allowed:
            outside = sorted(set(frame[column.name]) - set(column.allowed))
            if outside:
                raise ValueError(f"{table.name}.{column.name}: {outside[:5]} not in its closed set")
    repeated = frame.duplicated(list(table.key))
    if repeated.any():
        first = frame.loc[repeated, list(table.key)].iloc[0].to_dict()
        raise ValueError(f"{table.name}: {int(repeated.sum())} rows repeat a key, first {first}")


def _as_kind(column: Column, values: pd.Series) -> pd.Series:
    if column.kind == "text":
        if values.dtype == "str" and not values.hasnans:
            return values
        return values.astype("object").where(values.notna(), "").astype("str")
    if column.kind == "flag":
        return values.astype("object").where(values.notna(), False).astype("bool")
    return pd.to_numeric(values).astype(KIND_TO_DTYPE[column.kind])


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Render a result table as CSV: 17 digits, empty for missing, formulas disarmed in text."""
    safe = frame.copy()
    for name in safe.select_dtypes(["str", "object"]).columns:
        dangerous = safe[name].str.startswith(FORMULA_STARTS, na=False)
        if dangerous.any():
            safe.loc[dangerous, name] = "'" + safe.loc[dangerous, name]
    return safe.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL).encode("utf-8")


def write_table(path: Path, table: TableContract, frame: pd.DataFrame) -> None:
    """Check a result table against the glossary and write it as CSV."""
    check_table(table, frame)
    write_bytes(path, csv_bytes(frame))


def read_table(path: Path, table: TableContract) -> pd.DataFrame:
    """Read a result table back, with the glossary's kinds, and check it."""
    frame = _read(path, table)
    check_table(table, frame)
    return frame


def read_older_table(path: Path, table: TableContract) -> pd.DataFrame:
    """Read a result table that another version may have written: columns that it lacks are empty, others are left out."""
    return _read(path, table).reindex(columns=table.names).fillna({column.name: "" for column in table.columns if column.kind == "text"})


def _read(path: Path, table: TableContract) -> pd.DataFrame:
    dtypes = {column.name: KIND_TO_DTYPE[column.kind] for column in table.columns}
    text = [column.name for column in table.columns if column.kind == "text"]
    frame = pd.read_csv(
        path, dtype=dtypes, keep_default_na=False, na_values={name: [""] for name in table.names if name not in text}, encoding="utf-8"
    )
    for name in frame.columns.intersection(text):
        armed = frame[name].str.startswith("'") & frame[name].str[1:].str.startswith(FORMULA_STARTS)
        frame[name] = frame[name].where(~armed, frame[name].str[1:])
    return frame


def write_rows(path: Path, frame: pd.DataFrame) -> None:
    """Write a row table (micro-data) as Parquet with page checksums."""
    write_bytes(path, rows_bytes(frame))


def rows_bytes(frame: pd.DataFrame) -> bytes:
    """Render a row table as Parquet with page checksums."""
    import pyarrow
    from pyarrow import parquet

    sink = pyarrow.BufferOutputStream()
    content = pyarrow.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    parquet.write_table(content, sink, write_page_checksum=True, compression="zstd", store_schema=True)
    return sink.getvalue().to_pybytes()


def read_rows(path: Path) -> pd.DataFrame:
    """Read a row table, verifying its checksums."""
    from pyarrow import parquet

    return parquet.read_table(path, page_checksum_verification=True, memory_map=False).to_pandas()
