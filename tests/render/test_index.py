"""The page that leads to all reports."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.render.index import index_page, write_index
from pipeline.render.kept import Rendered, ReportFiles, ReportKey
from tests.conftest import ROOT
from tests.render.synthetic import made_up_results
from tests.render.test_page import Tags
from tests.render.test_rendering import release


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a project with one study declared and released, rendered in Swedish only, and one only declared."""
    for study in ("made_up", "not_yet"):
        (tmp_path / "studies" / study).mkdir(parents=True)
        (tmp_path / "studies" / study / "study.toml").touch()
    release(made_up_results("sv"), tmp_path / "data" / "processed" / "made_up" / "release")
    folder = tmp_path / "reports" / "made_up" / "sv"
    folder.mkdir(parents=True)
    ReportFiles(folder / "group_comparison.ipynb", folder / "group_comparison.html").write(
        Rendered(b"{}", b"page"), ReportKey("run", "files")
    )
    return tmp_path


def test_a_study_is_named_in_both_languages_with_its_finding(root: Path) -> None:
    page = index_page(root)
    assert "Påhittad studie" in page
    assert "Made-up study" in page
    assert (
        "Bättre i gruppen deltagare än i gruppen övriga anställda: vilja att sluta. Vi kan inte säga om gruppen deltagare skiljer sig från gruppen övriga anställda i dubbel inlåsning."
        in page
    )
    assert (
        "Better among participants than among other employees: turnover intention. We cannot say whether participants differ from other employees in double lock-in."
        in page
    )


def test_simulated_answers_are_marked_in_both_languages(root: Path) -> None:
    page = index_page(root)
    assert "Simulerade svar</span>" in page
    assert "Simulated answers</span>" in page


def test_every_link_leads_to_a_file_that_is_there(root: Path) -> None:
    links = [link["href"] for link in Tags(index_page(root)).named("a") if not link["href"].startswith("#")]
    assert links == ["made_up/sv/group_comparison.html", "made_up/sv/group_comparison.ipynb"]
    assert all((root / "reports" / link).is_file() for link in links)


def entries(page: str) -> dict[str, str]:
    """Give each language's entry of the only study."""
    return dict(re.findall(r'<div lang="(..)" class="entry">(.*?)</div>', page, re.DOTALL))


def test_a_language_whose_reports_were_not_made_says_so_in_place_of_its_links(root: Path) -> None:
    told = entries(index_page(root))
    assert "href" in told["sv"]
    assert "Inga rapporter" not in told["sv"]
    assert "href" not in told["en"]
    assert "No reports in English have been made yet. Run make LANGUAGE=en to make them." in told["en"]


@pytest.mark.parametrize(("language", "title"), [("sv", "Påhittad studie"), ("en", "Made-up study")])
def test_a_study_in_one_language_is_shown_in_that_language_only(root: Path, language: str, title: str) -> None:
    path = root / "data" / "processed" / "made_up" / "release" / "release.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    facts["reports"] = [report | {"languages": [language]} for report in facts["reports"]]
    path.write_text(json.dumps(facts), encoding="utf-8")
    page = index_page(root)
    assert set(entries(page)) == {language} and f'href="#{language}"' not in page
    assert {attributes["lang"] for _, attributes in Tags(page).tags if "lang" in attributes} == {language}
    assert re.search(rf'<h2 id="made_up" lang="{language}">{title} ', page)
    assert f'<a href="#made_up" lang="{language}">{title}</a>' in page


def test_a_report_that_was_not_finished_is_said_to_be_so_where_its_link_would_be(root: Path) -> None:
    folder = root / "reports" / "made_up" / "sv"
    (folder / ".group_comparison.key").unlink()
    page = index_page(root)
    [place] = re.findall(r'<p class="links failed">(.*?)</p>', page)
    assert place == ('Rapporten blev inte färdig. Läs varför: <a href="made_up/sv/group_comparison.html">den ofullständiga rapporten</a>')


def test_the_page_has_one_h1_and_marks_its_languages(root: Path) -> None:
    tags = Tags(index_page(root))
    assert len(tags.named("h1")) == 1
    assert {attributes["lang"] for _, attributes in tags.tags if "lang" in attributes} == {"sv", "en"}


def test_without_releases_the_page_says_what_to_do(tmp_path: Path) -> None:
    assert "Kör make" in index_page(tmp_path)


def test_the_page_is_written_and_the_same_each_time(root: Path) -> None:
    write_index(root)
    assert (root / "reports" / "index.html").read_text(encoding="utf-8") == index_page(root) == index_page(root)


def test_a_hostile_label_stays_text(root: Path) -> None:
    path = root / "data" / "processed" / "made_up" / "release" / "labels.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Påhittad studie", "<script>alert(1)</script>"), encoding="utf-8")
    page = index_page(root)
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_index_is_made_without_pandas() -> None:
    code = (
        "import sys, pathlib; from pipeline.render.index import index_page; index_page(pathlib.Path('.')); print('pandas' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def test_a_card_shows_the_figure_of_the_first_page_and_each_language_stands_alone(root: Path) -> None:
    image = '<img src="data:image/svg+xml;base64,QQ==" alt="Found">'
    later = '<figure id="figure-flow"><img src="data:image/svg+xml;base64,Qg==" alt="Later"></figure>'
    page = root / "reports" / "made_up" / "sv" / "group_comparison.html"
    page.write_text(f'<p class="lead answer">Yes.</p>\n<figure id="figure-hero">{image}</figure>{later}', encoding="utf-8")
    tags = Tags(index_page(root))
    assert [one["alt"] for one in tags.named("img")] == ["Found"]
    assert [one["id"] for one in tags.named("div") if one.get("class") in ("in-sv", "in-en")] == ["sv", "en"]
    assert {"#sv", "#en", "#made_up", "#made_up-en"} <= {link["href"] for link in tags.named("a")}
