"""What counts as the code of which part of the work."""

from pathlib import Path

from pipeline.stages.up_to_date import CODE_SUFFIXES, HANDED_OVER, INDEX_FILES, PAGES, RENDER, TABLES, belongs, code_hash
from tests.conftest import ROOT

PACKAGE = ROOT / "pipeline"
FILES = [path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*") if path.suffix in CODE_SUFFIXES]


def test_every_file_of_the_package_decides_some_part_but_for_the_index_and_what_is_handed_over() -> None:
    parts = [(TABLES, ""), (RENDER, "sv"), (RENDER, "en"), (PAGES, "")]
    none = [name for name in FILES if not any(belongs(name, part, language) for part, language in parts)]
    assert [name for name in none if not HANDED_OVER.match(name)] == sorted(INDEX_FILES)
    assert {name.partition("/")[0] for name in none if HANDED_OVER.match(name)} == {"handover", "locale"}
    assert all((PACKAGE / name).is_file() for name in INDEX_FILES)


def test_the_look_of_a_page_decides_neither_tables_nor_what_cells_give() -> None:
    for name in ("render/report.css", "render/page.html", "render/page.py"):
        assert [part for part in (TABLES, RENDER, PAGES) if belongs(name, part, "sv")] == [PAGES]


def test_texts_decide_the_reports_of_their_language_only() -> None:
    assert belongs("locale/sv/findings.po", RENDER, "sv")
    assert not belongs("locale/sv/findings.po", RENDER, "en")
    assert code_hash(RENDER, "sv") != code_hash(RENDER, "en")


def test_what_makes_numbers_does_not_depend_on_how_they_are_shown() -> None:
    assert not [name for name in FILES if name.startswith(("render/", "locale/")) and belongs(name, TABLES, "")]


def test_whatever_a_report_imports_decides_it() -> None:
    imported = {
        line.split()[1].removeprefix("pipeline.").split(".")[0]
        for path in (PACKAGE / "render").rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.lstrip().startswith("from pipeline.")
    }
    for name in imported - {"render"}:
        files = [one for one in FILES if one == f"{name}.py" or one.startswith(f"{name}/")]
        assert files
        assert all(belongs(one, RENDER, "sv") for one in files), Path(name)
