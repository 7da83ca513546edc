"""Documentation that is generated, so that it cannot disagree with the code."""

from collections.abc import Callable
from pathlib import Path

from pipeline.compare.catalogue import estimator_catalogue
from pipeline.spec.reference import declaration_reference, declaration_schema, instrument_catalogue
from pipeline.tables.atomic import write_text
from pipeline.tables.glossary_text import glossary_text

DOCUMENTS: dict[str, Callable[[], str]] = {
    "columns.md": glossary_text,
    "estimators.md": estimator_catalogue,
    "instruments.md": instrument_catalogue,
    "study_toml.md": declaration_reference,
    "study.schema.json": declaration_schema,
}


def write_documents(root: Path) -> list[Path]:
    """Write every generated page into docs/; give the files."""
    files = []
    for name, text in DOCUMENTS.items():
        files.append(root / "docs" / name)
        write_text(files[-1], text())
    return files
