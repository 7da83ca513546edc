"""The data book: made before anything is declared, whole, private, and read by nothing else."""

import base64
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from pipeline.errors import OurFault
from pipeline.render.engine import make_engine
from pipeline.render.engine.plain import PlainEngine
from pipeline.spec.load import load_study
from pipeline.stages.databook import make_databook
from tests.any_study import any_study
from tests.miniature import ANSWERS, BEFORE, CODEBOOK, miniature
from tests.once import folder_once
from tests.stages.project import build_tables, change, contents, copy_project, run
from tests.stages.test_lab import WITH_BROWSER, browser

BARE = {"measures": [], "analyses": [], "balance": {"covariates": []}, "simulated": False}
PRIVATE = {"sv": "Privat databok – får inte spridas", "en": "Private data book – not to be passed on"}


def make(name: str, root: Path) -> list[str]:
    with make_engine(2) as engine:
        return list(make_databook(name, engine, root))


def page_of(root: Path, name: str, language: str) -> str:
    return (root / "data/processed" / name / "databook" / language / "databook.html").read_text(encoding="utf-8")


def make_trs(root: Path) -> None:
    copy_project(root)
    make("trs", root)


@pytest.fixture(scope="module")
def trs_book() -> Path:
    """A project with the data book of trs."""
    return folder_once("databook", make_trs)


def make_bare(root: Path) -> None:
    miniature(root, **BARE)
    assert make("mini", root)[:2] == [f"mini: data/processed/mini/databook/{language}/databook.html" for language in ("sv", "en")]


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A project with the data book of a study that declares neither measures nor analyses nor reports."""
    return shutil.copytree(folder_once("bare_book", make_bare), tmp_path, dirs_exist_ok=True)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_page_and_notebook_say_that_they_are_private_before_anything_else(bare: Path, language: str) -> None:
    page = BeautifulSoup(page_of(bare, "mini", language), "html.parser")
    assert page.body is not None
    assert page.body.select_one(".sheet").find_previous("aside").text == PRIVATE[language]  # type: ignore[union-attr]
    assert f'@top-center {{ content: "{PRIVATE[language]}"' in str(page.style)
    notebook = json.loads((bare / "data/processed/mini/databook" / language / "databook.ipynb").read_bytes())
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    assert outputs[0]["data"]["text/plain"].startswith(PRIVATE[language])


@pytest.mark.slow
def test_a_study_in_one_language_has_one_book(tmp_path: Path) -> None:
    miniature(tmp_path, **BARE, languages=["sv"])
    make("mini", tmp_path)
    assert [path.parent.name for path in tmp_path.rglob("databook.html")] == ["sv"]


def table_of(page: BeautifulSoup, variable: str) -> tuple[list[tuple[str, str]], dict[str, list[str]]]:
    """Give the columns (wave, group) and the rows of a question's table."""
    table = page.select_one(f"#table-q-{variable.replace('_', '-')}")
    assert isinstance(table, Tag)
    above = [cell.text for cell in table.select("thead th[scope=colgroup]") for _ in range(int(str(cell["colspan"])))]
    groups = [cell.text for cell in table.select("thead th[scope=col]")][1:]
    rows = {row.th.text: [cell.text for cell in row.select("td")] for row in table.select("tbody tr") if row.th is not None}
    return list(zip(above or [""] * len(groups), groups, strict=True)), rows


@pytest.mark.slow
def test_every_answer_and_reason_stands_in_the_book_with_its_number(trs_book: Path) -> None:
    study = load_study("trs", trs_book)
    page = BeautifulSoup(page_of(trs_book, "trs", "en"), "html.parser")
    processed = trs_book / "data/processed/trs"
    people = pd.read_parquet(processed / "units/person.parquet").set_index("person")
    responses = pd.read_parquet(processed / "responses/person.parquet").set_index("person")
    waves = {wave.label.en.capitalize(): wave.name for wave in study.declaration.waves}
    codes = {"Participants": "participant", "Other employees": "control"}
    checked = 0
    for variable in (one for one in study.variables if one.type in ("select_one", "rating") and one.unit == "person" and one.box is None):
        columns, rows = table_of(page, variable.name)
        labels = {answer.code: answer.label.en for answer in study.answer_lists[variable.answers] if not answer.missing}
        for place, (wave, group) in enumerate(columns):
            frame = people if variable.fixed else responses[responses["wave"] == waves[wave]]
            own = people.loc[frame.index, "group"]
            frame = frame if group == "All" else frame[(own == codes[group]).to_numpy()]
            answered = int(frame[variable.name].notna().sum())
            assert rows["Answered"][place] == str(answered)
            for code, label in labels.items():
                count = int((frame[variable.name] == (float(code) if variable.type == "rating" else code)).sum())
                assert rows[label][place] == f"{count} ({100 * count / answered:.0f}%)", (variable.name, wave, group)
                checked += 1
    assert checked > 450


@pytest.mark.slow
def test_every_question_has_its_number_a_place_in_the_contents_and_a_section(trs_book: Path) -> None:
    page = BeautifulSoup(page_of(trs_book, "trs", "sv"), "html.parser")
    study = load_study("trs", trs_book)
    asked = [one for one in study.variables if one.type != "id"]
    headings = [heading.text for heading in page.select("main section > h3")]
    assert headings == [f"{number}. {one.label.sv}" for number, one in enumerate(asked, start=1)]
    links = [str(link["href"])[1:] for link in page.select("nav li a")]
    assert links == [str(heading["id"]) for heading in page.select("main section > h2, main section > h3")]
    drawn = [heading.parent.select_one("figure img") is not None for heading in page.select("main section > h3") if heading.parent]
    assert drawn == [one.type != "text" for one in asked]
    assert " style=" not in page_of(trs_book, "trs", "sv").partition("<body>")[2]


def test_free_texts_are_not_shown(bare: Path) -> None:
    assert "bra" in BEFORE
    everything = b"".join(contents(bare / "data/processed/mini/databook").values())
    assert b'"bra"' not in everything
    assert b">bra<" not in everything
    assert "Fria svar visas inte här" in page_of(bare, "mini", "sv")


@pytest.mark.slow
def test_many_answers_are_drawn_as_the_commonest_and_the_rest(tmp_path: Path) -> None:
    codebook = CODEBOOK.replace("text,comment,person,,,", "select_one,comment,person,,towns,")
    answers = ANSWERS + "".join(f"towns,t{number},Ort {number},Ort {number},Town {number},\n" for number in range(20))
    rows = [f"P{number:02};{('Ja', 'Nej')[number % 2]};30;Ofta;Ort {number % 20}" for number in range(40)]
    after = "nr;grupp;lugn;arbete;dag\n" + "".join(f"{';'.join(row.split(';')[:2])};Ofta;Ja;2024-03-01\n" for row in rows)
    miniature(
        tmp_path,
        {"before.csv": "\n".join([BEFORE.splitlines()[0], *rows, ""]), "after.csv": after},
        codebook,
        answers,
        **BARE,
        languages=["en"],
    )
    make("mini", tmp_path)
    page = BeautifulSoup(page_of(tmp_path, "mini", "en"), "html.parser")
    section = page.select_one("#q-comment").parent  # type: ignore[union-attr]
    assert isinstance(section, Tag)
    alone, together = 11, 9
    assert section.select_one("img")["alt"] == "Comment – commonest: Other answers together 45%, Town 0 5%, Town 1 5%."  # type: ignore[index]
    assert (alone + together, together / 20) == (20, 0.45)
    assert len([row for row in section.select("tbody th") if row.text.startswith("Town")]) == 20


def test_only_the_search_of_a_book_is_a_script_and_it_is_the_one_that_the_policy_names(bare: Path) -> None:
    page = BeautifulSoup(page_of(bare, "mini", "en"), "html.parser")
    [script] = page.select("script")
    policy = str(page.select_one("meta[http-equiv]")["content"])  # type: ignore[index]
    sha = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    assert f"script-src 'sha256-{sha}'" in policy
    assert policy.startswith("default-src 'none'")
    assert " style=" not in page_of(bare, "mini", "sv").partition("<body>")[2]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_any_study_has_a_book_of_all_its_questions(tmp_path: Path, seed: int) -> None:
    study = any_study(tmp_path, seed)
    make(study.id, tmp_path)
    for language in ("sv", "en"):
        page = BeautifulSoup(page_of(tmp_path, study.id, language), "html.parser")
        assert page.select(".failure") == []
        asked = {one.box.question if one.box else one.name for one in study.variables if one.type != "id"}
        assert {str(code.text) for code in page.select("main section > p > code")} == asked


@pytest.mark.slow
def test_nothing_else_reads_or_holds_it(tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    done = run(root, "build", "jobs2", "--index")
    assert done.returncode == 0, done.stderr
    before = contents(root)
    make("jobs2", root)
    after = contents(root)
    added = {name for name in after if after[name] != before.get(name)}
    assert {name.split("/")[:4] == ["data", "processed", "jobs2", "databook"] for name in added} == {True}
    done = run(root, "build", "jobs2", "--index")
    assert "made in" not in done.stderr
    assert "databook" not in (root / "reports/index.html").read_text(encoding="utf-8")
    assert {name: content for name, content in contents(root).items() if "/databook/" not in name} == before


class Unwilling(PlainEngine):
    """An engine that must not be asked."""

    def submit(self, job: Any) -> None:
        raise AssertionError(job.name)


def test_a_book_is_made_again_only_when_something_changed(bare: Path) -> None:
    first = contents(bare / "data/processed/mini/databook")
    list(make_databook("mini", Unwilling(), bare))
    assert contents(bare / "data/processed/mini/databook") == first
    change(bare / "studies/mini/codebook.csv", "Lugn,Calm", "Lugn,At ease")
    with pytest.raises(AssertionError, match="data book"):
        list(make_databook("mini", Unwilling(), bare))


@pytest.mark.slow
def test_both_engines_make_the_same_book(bare: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("plain")
    miniature(other, **BARE)
    list(make_databook("mini", PlainEngine(), other))
    one, two = (contents(root / "data/processed/mini/databook", "*.html", "*.ipynb") for root in (bare, other))
    assert one == two


@pytest.mark.slow
def test_a_template_that_fails_is_told_with_its_cell_and_tried_again(tmp_path: Path) -> None:
    miniature(tmp_path, **BARE)
    change(tmp_path / "notebooks/databook.ipynb", "b.findings()", "1 / 0")
    with pytest.raises(OurFault, match=r"databook.html: It stopped in cell 5 of notebooks/databook.ipynb"):
        make("mini", tmp_path)
    change(tmp_path / "notebooks/databook.ipynb", "1 / 0", "b.findings()")
    make("mini", tmp_path)
    assert "ZeroDivisionError" not in page_of(tmp_path, "mini", "sv")


@pytest.mark.slow
def test_the_command_says_where_the_pages_lie(bare: Path) -> None:
    done = run(bare, "databook", "mini")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:2] == [f"mini: data/processed/mini/databook/{language}/databook.html" for language in ("sv", "en")]


def test_a_study_without_analyses_is_still_not_built(tmp_path: Path) -> None:
    miniature(tmp_path, **BARE)
    with pytest.raises(Exception, match="none has role = 'primary'"):
        build_tables("mini", tmp_path)


@pytest.mark.slow
@WITH_BROWSER
def test_search_shows_the_questions_that_hold_all_words(trs_book: Path) -> None:
    path = trs_book / "data/processed/trs/databook/sv/databook.html"
    shown = "() => [...document.querySelectorAll('main > section > h3')].filter(one => one.offsetParent).map(one => one.textContent)"
    listed = "() => [...document.querySelectorAll('nav li')].filter(one => one.offsetParent).length"
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 1300, "height": 1000})
        page.goto(path.as_uri())
        whole, contents_listed = page.evaluate(shown), page.evaluate(listed)
        page.fill("#search", "SJUK månader")
        assert page.evaluate(shown) == [one for one in whole if "Sjukdagar" in one]
        assert page.text_content("#found") == f"1 / {len(whole)}"
        assert page.evaluate(listed) == 1
        assert page.locator("main > section:visible").count() == 1
        page.fill("#search", "")
        assert page.evaluate(shown) == whole
        assert page.evaluate(listed) == contents_listed
        narrow = chromium.new_page(viewport={"width": 375, "height": 800})
        narrow.goto(path.as_uri())
        assert narrow.evaluate("document.documentElement.scrollWidth") == 375
