"""Where each stage's tables lie, and how they are written and read back.

A stage is computed in full before its first file is written, so that an error
leaves every earlier result as it was.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from pipeline.paths import Paths
from pipeline.tables.atomic import write_text
from pipeline.tables.files import read_rows, read_table, write_rows, write_table
from pipeline.tables.glossary import (
    CLEANING_LOG,
    DEVIATIONS,
    DISTRIBUTIONS,
    ESTIMATES,
    EXCLUSIONS,
    FLOW,
    LABELS,
    QUOTATIONS,
    RELIABILITY,
    SECOND_OPINION,
    Table,
)
from pipeline.tables.results import Cleaned, Estimated, Released, Scored


def save_cleaned(paths: Paths, cleaned: Cleaned) -> list[Path]:
    """Write what ``clean_responses`` made; give the files."""
    files = _save_units(paths.processed / "responses", cleaned.responses)
    files += _save_units(paths.processed / "units", cleaned.units)
    tables = {EXCLUSIONS: cleaned.exclusions, CLEANING_LOG: cleaned.cleaning_log, FLOW: cleaned.flow}
    return files + [_save(paths.processed, table, frame) for table, frame in tables.items()]


def load_cleaned(paths: Paths) -> Cleaned:
    """Read back what ``save_cleaned`` wrote."""
    return Cleaned(
        responses=_load_units(paths.processed / "responses"),
        units=_load_units(paths.processed / "units"),
        exclusions=read_table(paths.processed / "exclusions.csv", EXCLUSIONS),
        cleaning_log=read_table(paths.processed / "cleaning_log.csv", CLEANING_LOG),
        flow=read_table(paths.processed / "flow.csv", FLOW),
    )


def save_scored(paths: Paths, scored: Scored) -> list[Path]:
    """Write what ``score_responses`` made; give the files."""
    return [*_save_units(paths.processed / "scores", scored.scores), _save(paths.processed, RELIABILITY, scored.reliability)]


def load_scored(paths: Paths) -> Scored:
    """Read back what ``save_scored`` wrote."""
    return Scored(_load_units(paths.processed / "scores"), read_table(paths.processed / "reliability.csv", RELIABILITY))


def save_estimated(paths: Paths, estimated: Estimated) -> list[Path]:
    """Write what ``estimate_effects`` made; give the files."""
    flow = paths.processed / "flow_analysed.csv"
    write_table(flow, FLOW, estimated.flow)
    tables = {
        ESTIMATES: estimated.estimates,
        DISTRIBUTIONS: estimated.distributions,
        QUOTATIONS: estimated.quotations,
        SECOND_OPINION: estimated.second_opinion,
    }
    return [flow, *(_save(paths.processed, table, frame) for table, frame in tables.items())]


def load_estimated(paths: Paths) -> Estimated:
    """Read back what ``save_estimated`` wrote."""
    return Estimated(
        estimates=read_table(paths.processed / "estimates.csv", ESTIMATES),
        distributions=read_table(paths.processed / "distributions.csv", DISTRIBUTIONS),
        flow=read_table(paths.processed / "flow_analysed.csv", FLOW),
        quotations=read_table(paths.processed / "quotations.csv", QUOTATIONS),
        cleaning_log=read_table(paths.processed / "cleaning_log.csv", CLEANING_LOG),
        second_opinion=read_table(paths.processed / "second_opinion.csv", SECOND_OPINION),
    )


def save_released(paths: Paths, released: Released) -> list[Path]:
    """Write what ``release_results`` lets out; remove texts that are no longer declared; give the files."""
    tables = {
        ESTIMATES: released.estimates,
        DISTRIBUTIONS: released.distributions,
        FLOW: released.flow,
        LABELS: released.labels,
        DEVIATIONS: released.deviations,
        QUOTATIONS: released.quotations,
    }
    files = [_save(paths.release, table, frame) for table, frame in tables.items()]
    facts = paths.release / "release.json"
    write_text(facts, json.dumps(released.facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    files.append(facts)
    for language, text in released.texts.items():
        files.append(paths.release / f"texts.{language}.md")
        write_text(files[-1], text)
    for old in set(paths.release.glob("texts.*.md")) - set(files):
        old.unlink()
    return files


def _save(folder: Path, table: Table, frame: pd.DataFrame) -> Path:
    path = folder / f"{table.name}.csv"
    write_table(path, table, frame)
    return path


def _save_units(folder: Path, frames: Mapping[str, pd.DataFrame]) -> list[Path]:
    files = [folder / f"{unit}.parquet" for unit in frames]
    for path, frame in zip(files, frames.values(), strict=True):
        write_rows(path, frame)
    for old in set(folder.glob("*.parquet")) - set(files):
        old.unlink()
    return files


def _load_units(folder: Path) -> dict[str, pd.DataFrame]:
    return {path.stem: read_rows(path) for path in sorted(folder.glob("*.parquet"))}
