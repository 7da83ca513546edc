from pipeline.tables.glossary import TABLES
from tests.conftest import ROOT
from tests.documents.columns import as_table, glossary_text


def test_the_printed_glossary_is_current() -> None:
    assert (ROOT / "docs" / "columns.md").read_text(encoding="utf-8") == glossary_text(), "write docs/columns.md anew"


def test_every_column_of_every_table_is_printed() -> None:
    text = glossary_text()
    for table in TABLES.values():
        section = text.partition(f"## {table.name}.csv\n")[2].partition("\n## ")[0]
        assert [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")] == table.names


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert as_table(("a",), [("x|y",)]) == "| a |\n| --- |\n| x\\|y |\n"
