"""Write every generated page into docs/."""

from collections.abc import Callable

from pipeline.paths import project_root
from pipeline.tables.atomic import write_text
from tests.documents.columns import glossary_text
from tests.documents.estimators import estimator_catalogue
from tests.documents.messages import messages_page
from tests.documents.study_toml import declaration_reference, declaration_schema, instrument_catalogue

DOCUMENTS: dict[str, Callable[[], str]] = {
    "columns.md": glossary_text,
    "estimators.md": estimator_catalogue,
    "instruments.md": instrument_catalogue,
    "messages.md": messages_page,
    "study_toml.md": declaration_reference,
    "study.schema.json": declaration_schema,
}


if __name__ == "__main__":
    for name, text in DOCUMENTS.items():
        write_text(project_root() / "docs" / name, text())
        print(f"docs/{name} written")
