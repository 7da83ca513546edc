"""Where each stage's tables lie, and how they are written and read back.

A stage is computed in full before its first file is written, so that an error
leaves every earlier result as it was.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from pipeline.paths import Paths
from pipeline.spec.study import Study
from pipeline.tables.atomic import write_text
from pipeline.tables.frames import read_rows, read_table, write_rows, write_table
from pipeline.tables.glossary import (
    CLEANING_LOG,
    DATABOOK,
    DEVIATIONS,
    DISTRIBUTIONS,
    ESTIMATES,
    EXCLUSIONS,
    FLOW,
    IMPUTATION,
    LABELS,
    LINKAGE,
    QUOTATIONS,
    RELIABILITY,
    SECOND_OPINION,
    TableContract,
)
from pipeline.tables.results import Cleaned, Decided, Described, Estimated, Released, Scored

Made = TypeVar("Made", Cleaned, Scored, Estimated)

TABLES: dict[type, dict[str, TableContract]] = {
    Cleaned: {"exclusions": EXCLUSIONS, "cleaning_log": CLEANING_LOG, "flow": FLOW, "linkage": LINKAGE},
    Scored: {"reliability": RELIABILITY, "imputation": IMPUTATION},
    Estimated: {
        "flow": FLOW,
        "estimates": ESTIMATES,
        "distributions": DISTRIBUTIONS,
        "quotations": QUOTATIONS,
        "second_opinion": SECOND_OPINION,
    },
    Decided: {"estimates": ESTIMATES, "distributions": DISTRIBUTIONS, "flow": FLOW, "quotations": QUOTATIONS},
    Described: {"databook": DATABOOK, "flow": FLOW, "labels": LABELS},
    Released: {
        "estimates": ESTIMATES,
        "distributions": DISTRIBUTIONS,
        "flow": FLOW,
        "labels": LABELS,
        "deviations": DEVIATIONS,
        "quotations": QUOTATIONS,
    },
}
"""What a stage made -> its result tables, each in a file of that name."""
ROWS: dict[type, tuple[str, ...]] = {Cleaned: ("responses", "units"), Scored: ("scores", "imputed")}
"""What a stage made -> its row tables, each in a folder of that name, one file per unit."""
OTHER_NAMES: dict[tuple[type, str], str] = {(Estimated, "flow"): "flow_analysed"}
"""So that it does not take the place of the flow that cleaning made."""


def save(folder: Path, made: Cleaned | Scored | Estimated | Decided | Described | Released) -> list[Path]:
    """Write the tables that a stage made; give the files."""
    kind = type(made)
    files = [file for name in ROWS.get(kind, ()) for file in _save_units(folder / name, getattr(made, name))]
    for name, table in TABLES[kind].items():
        files.append(_file(folder, kind, name))
        write_table(files[-1], table, getattr(made, name))
    return files


def load(study: Study, kind: type[Made]) -> Made:
    """Read back what ``save`` wrote of a study; what else lies there does not count."""
    folder = study.paths.processed
    units = {unit: f"{unit}.parquet" for unit in sorted(study.unit)}
    rows = {
        name: {unit: read_rows(folder / name / file) for unit, file in units.items() if (folder / name / file).is_file()}
        for name in ROWS.get(kind, ())
    }
    return kind(**rows, **{name: read_table(_file(folder, kind, name), table) for name, table in TABLES[kind].items()})


def load_estimated(study: Study) -> Estimated:
    """Read back what was estimated, with what cleaning found: that is told beside the results."""
    return replace(load(study, Estimated), cleaning_log=read_table(_file(study.paths.processed, Cleaned, "cleaning_log"), CLEANING_LOG))


def save_decided(paths: Paths, decided: Decided) -> list[Path]:
    """Write what was decided; give the files."""
    facts = paths.decided / "facts.json"
    write_text(facts, json.dumps(decided.facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return [*save(paths.decided, decided), facts]


def load_decided(paths: Paths) -> Decided:
    """Read back what was decided."""
    tables = {name: read_table(_file(paths.decided, Decided, name), table) for name, table in TABLES[Decided].items()}
    return Decided(**tables, facts=json.loads((paths.decided / "facts.json").read_text(encoding="utf-8")))


def save_released(paths: Paths, released: Released) -> list[Path]:
    """Write what ``told_results`` lets out; remove texts that are no longer declared; give the files."""
    files = save(paths.release, released)
    facts = paths.release / "release.json"
    write_text(facts, json.dumps(released.facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    files.append(facts)
    for language, text in released.texts.items():
        files.append(paths.release / f"texts.{language}.md")
        write_text(files[-1], text)
    _remove(set(paths.release.glob("texts.*.md")) - set(files))
    return files


def _file(folder: Path, kind: type, name: str) -> Path:
    return folder / f"{OTHER_NAMES.get((kind, name), name)}.csv"


def _save_units(folder: Path, frames: Mapping[str, pd.DataFrame]) -> list[Path]:
    files = [folder / f"{unit}.parquet" for unit in frames]
    for path, frame in zip(files, frames.values(), strict=True):
        write_rows(path, frame)
    _remove(set(folder.glob("*.parquet")) - set(files))
    return files


def _remove(files: Iterable[Path]) -> None:
    for old in files:
        if old.is_file():
            old.unlink()
