"""Nothing that was estimated is forgotten: every row of a release stands in a report of the study, or the report says that it does not, and why.

Held against the bundled studies as built, and against a study with a primary
analysis by every estimator there is.
"""

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from pipeline.compare.registry import ESTIMATORS
from pipeline.paths import Paths
from pipeline.render.selection import declared_estimates, rows_of, without
from pipeline.render.tables.table import Table
from pipeline.spec.load import load_study
from tests.conftest import ROOT
from tests.every_estimator import ANALYSES, TEMPLATES, declared_analyses, every_estimator
from tests.report_pages import Shown, is_printed, plain, shown
from tests.stages.project import build_tables

pytestmark = pytest.mark.slow

BUNDLED = [
    (name, template)
    for name in sorted(path.parent.name for path in ROOT.glob("studies/*/study.toml"))
    for template in dict.fromkeys(one.template for one in load_study(name, ROOT).declaration.reports if one.per is None)
]
MADE = [(groups, template) for groups in (True, False) for template in TEMPLATES if groups or template != "group_comparison"]
Pages = Callable[[bool, str], Shown]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """Gives the page that a template makes of the study with every estimator, in two groups or in one."""
    releases = {}
    for groups in (True, False):
        root = tmp_path_factory.mktemp("every")
        study = every_estimator(root, groups)
        build_tables(study.id, root)
        releases[groups] = study.paths.release
    return cache(lambda groups, template: shown(template, "every", releases[groups]))


def unprinted(page: Shown) -> dict[str, int]:
    """Give the part of the release -> number of estimates that the page says it does not show."""
    table = next((table for table in page.every_table if table.name == "unprinted"), None)
    return {line.header: int(re.sub(r"\D", "", line.cells[1].text)) for line in table.lines} if table is not None else {}


def test_the_study_has_an_analysis_by_every_estimator() -> None:
    assert set(ANALYSES) == set(ESTIMATORS)


@pytest.mark.parametrize(("groups", "template"), MADE)
def test_an_estimator_that_a_template_does_not_know_is_shown_all_the_same(pages: Pages, groups: bool, template: str) -> None:
    page = pages(groups, template)
    assert without(declared_estimates(page.results), page.printed) == []
    lost = [row for table in page.every_table for row in table.shows if not is_printed(page.results, row, text_of(table))]
    assert lost == []


@pytest.mark.parametrize(("groups", "template"), MADE)
def test_every_primary_analysis_is_on_the_first_page_and_in_the_main_results(pages: Pages, groups: bool, template: str) -> None:
    page = pages(groups, template)
    main = " ".join(text for name, text in page.words.items() if name not in ("summary", "checks", "appendix", "withheld", "limits"))
    for analysis in declared_analyses(groups):
        rows = [row for row in declared_estimates(page.results) if row.analysis == analysis["id"] and row.level == "all"]
        named = {page.results.label("analysis", analysis["id"]), *(page.results.outcome_label(row.outcome) for row in rows)}
        for text in (page.words["summary"], main):
            assert any(name.lower() in text.lower() for name in named), (analysis["id"], template)
            assert any(is_printed(page.results, row, text) for row in rows), (analysis["id"], template)


@pytest.mark.parametrize(("study", "template"), BUNDLED)
def test_every_row_of_a_bundled_study_is_on_its_pages_or_said_not_to_be(built: Path, study: str, template: str) -> None:
    paths = Paths(built, study)
    page = shown(template, study, paths.release)
    [name] = [one["id"] for one in json.loads((paths.release / "release.json").read_text())["reports"] if one["template"] == template]
    markup = "".join(path.read_text(encoding="utf-8") for path in sorted((paths.reports / "sv").glob(f"{name}*.html")))
    for table in page.every_table:
        found = re.search(rf'<table class="[^"]*" id="table-{table.name}">.*?</table>', markup, re.DOTALL)
        assert found is not None, table.name
        text = plain(found[0])
        assert [row for row in table.shows if not is_printed(page.results, row, text)] == []
    left = without(rows_of(page.results.estimates), page.printed)
    assert template == "measurement" or [row for row in left if row.role] == []
    assert sum(unprinted(page).values()) == len(left)


def text_of(table: Table) -> str:
    return plain(str(table._repr_html_()))
