"""From raw exports to reports, through the command line: the same bytes, nothing lost, nothing leaked."""

import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.render.kept import ANNEX
from tests.conftest import ROOT
from tests.stages.project import all_pages, change, change_raw, contents, copy_project, render_pages, run

pytestmark = pytest.mark.slow

TABLES = ("estimates.csv", "distributions.csv", "flow.csv", "flow_analysed.csv", "reliability.csv", "labels.csv", "*.parquet")
FIGURES = {"jobs2": 6, "trs": 12}
"""jobs2: the first page's, flow, balance, distributions, forest; trs has questions, steps, change, time and experience besides."""


@pytest.mark.parametrize("study", ["jobs2", "trs"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_executed_notebooks_hold_figures_and_no_errors(built: Path, study: str, language: str) -> None:
    notebook = json.loads((built / "reports" / study / language / "group_comparison.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output["output_type"] in ("error", "stream")]
    figures = [output for output in outputs if "image/svg+xml" in output.get("data", {})]
    assert len(figures) == FIGURES[study]


REPORTS = {
    "bergslagsresursen": ("targets",),
    "jobs2": ("group_comparison",),
    "seminarier": ("before_after", "measures"),
    "sok": ("needs",),
    "trs": ("group_comparison", "measures"),
    "vagen_tillbaka": ("progress", "municipality", "measures"),
}


def test_no_notebook_of_any_study_holds_an_error_or_a_remark(built: Path) -> None:
    notebooks = sorted((built / "reports").rglob("*.ipynb"))
    outputs = [output for path in notebooks for cell in json.loads(path.read_bytes())["cells"] for output in cell.get("outputs", [])]
    assert len(notebooks) == 2 * (sum(map(len, REPORTS.values())) + 4)
    assert not [output for output in outputs if output["output_type"] in ("error", "stream")]


def test_the_index_links_every_report(built: Path) -> None:
    index = (built / "reports" / "index.html").read_text(encoding="utf-8")
    links = set(re.findall(r'href="([^"#]+\.html)"', index))
    assert links == {f"{study}/{language}/{one}.html" for study, reports in REPORTS.items() for one in reports for language in ("sv", "en")}


def test_pages_of_municipalities_are_named_by_place_and_linked_from_their_overview(built: Path) -> None:
    folder = built / "reports" / "vagen_tillbaka" / "sv"
    links = set(re.findall(r'href="(municipality-[^"#]+\.html)"', (folder / "municipality.html").read_text(encoding="utf-8")))
    assert links == {f"municipality-municipality-0{place}.html" for place in range(1, 5)}


def test_every_link_of_every_page_leads_somewhere(built: Path) -> None:
    pages = {path: path.read_text(encoding="utf-8") for path in (built / "reports").rglob("*.html")}
    assert any(path.name.endswith(ANNEX) for path in pages)
    for page, text in pages.items():
        for file, anchor in re.findall(r'href="(?!https:)([^"#]*)(?:#([^"]*))?"', text):
            target = (page.parent / file).resolve() if file else page
            assert target.is_file() and (not anchor or f'id="{anchor}"' in pages[target]), (page.name, file, anchor)


def test_reports_hold_no_paths_and_no_times(built: Path) -> None:
    for name, content in contents(built / "reports").items():
        text = content.decode("utf-8")
        assert str(built) not in text, name
        assert str(ROOT) not in text, name
        assert not re.search(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d", text), name


def test_a_second_build_changes_no_file(built: Path, tmp_path: Path) -> None:
    root = shutil.copytree(built, tmp_path / "again")
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file() and path.name not in (".stamp", ".lock")}
    done = run(root, "build")
    assert done.returncode == 0
    assert "made in" not in done.stderr
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_two_builds_give_the_same_bytes_in_whatever_order_and_however_many_at_once(built: Path, tmp_path: Path) -> None:
    """The second makes its tables first, then its reports one at a time from the last to the first."""
    root = copy_project(tmp_path)
    tables = run(root, "build", "--until", "release", PYTHONHASHSEED="12345")
    assert tables.returncode == 0, tables.stderr
    render_pages(root, all_pages(root)[::-1])
    index = run(root, "build", "--index", PYTHONHASHSEED="54321")
    assert index.returncode == 0, index.stderr
    assert "made in" not in index.stderr
    for folder in ("data/processed", "reports"):
        first, second = contents(built / folder), contents(root / folder)
        assert first.keys() == second.keys()
        assert [name for name in first if first[name] != second[name]] == []


def shuffled(content: bytes) -> bytes:
    """Shuffle the records of a CSV file; records may hold line breaks inside quotes."""
    text = content.decode("cp1252")
    end = "\r\n" if "\r\n" in text else "\n"
    records = re.findall(r'(?:[^"\r\n]|"(?:[^"]|"")*")+', text)
    heading, rows = records[0], records[1:]
    random.Random(7).shuffle(rows)
    return (end.join([heading, *rows]) + end).encode("cp1252")


def test_the_order_of_raw_rows_changes_no_digit(built: Path, tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    for study, files in {
        "jobs2": ["jobs.csv"],
        "trs": ["baslinje.csv", "uppfoljning.csv", "samtal.csv", "arbetsgivarregister.csv"],
    }.items():
        for file in files:
            change_raw(root, study, file, shuffled)
    done = run(root, "build", "jobs2", "trs", "--until", "release")
    assert done.returncode == 0, done.stderr
    for study in ("jobs2", "trs"):
        first = contents(built / "data" / "processed" / study, *TABLES)
        second = contents(root / "data" / "processed" / study, *TABLES)
        assert first
        assert first == second


def test_nothing_planted_in_free_text_leaves(tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    planted = ["Gudrun Pettersdotter", "640823-3234", "=cmd()"]

    def plant(content: bytes) -> bytes:
        rows = content.decode("cp1252").split("\r\n")
        for place, text in enumerate(planted, start=4):
            fields = rows[place].split(";")
            assert fields[-1] == ""
            rows[place] = ";".join([*fields[:-1], text])
        return "\r\n".join(rows).encode("cp1252")

    change_raw(root, "trs", "baslinje.csv", plant)
    done = run(root, "build", "trs", "--language", "sv", "--index")
    assert done.returncode == 0, done.stderr
    micro = (root / "data" / "processed" / "trs" / "responses" / "person.parquet").read_bytes()
    assert micro
    left = {**contents(root / "data" / "processed" / "trs" / "release"), **contents(root / "reports")}
    assert len(left) > 5
    for name, content in left.items():
        for text in planted:
            assert text.encode() not in content, (name, text)


def test_a_damaged_table_is_made_again(tables_of_jobs2: Path) -> None:
    path = tables_of_jobs2 / "data" / "processed" / "jobs2" / "estimates.csv"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert run(tables_of_jobs2, "build", "jobs2", "--until", "estimates").returncode == 0
    assert path.read_bytes() == whole


def test_a_table_without_its_run_record_is_made_again(tables_of_jobs2: Path) -> None:
    (tables_of_jobs2 / "data" / "processed" / "jobs2" / "run.json").unlink()
    assert "responses (1 of 5) made in" in run(tables_of_jobs2, "build", "jobs2", "--until", "responses").stderr


def test_the_run_record_names_every_input(tables_of_jobs2: Path) -> None:
    record = json.loads((tables_of_jobs2 / "data" / "processed" / "jobs2" / "run.json").read_text(encoding="utf-8"))
    raw = (tables_of_jobs2 / "data" / "raw" / "jobs2" / "jobs.csv").read_bytes()
    assert record["inputs"]["raw"] == {"jobs.csv": hashlib.sha256(raw).hexdigest()}
    assert all(len(record["inputs"][name]) == 64 for name in ("declaration", "plan", "code", "lock"))
    assert record["versions"]["pandas"]
    assert record["seed"] == 19930321
    assert set(record["stages"]) == {"responses", "scores", "estimates"}


@pytest.mark.parametrize("seconds", [0.6, 1.2, 1.8, 2.4])
def test_a_killed_run_leaves_nothing_that_counts_as_finished(
    tables_of_jobs2: Path, tmp_path_factory: pytest.TempPathFactory, seconds: float
) -> None:
    root = copy_project(tmp_path_factory.mktemp("killed"))
    environment = {**os.environ, "RORLIGHET_ROOT": str(root)}
    command = [sys.executable, "-m", "pipeline", "build", "jobs2", "--until", "estimates"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert run(root, "build", "jobs2", "--until", "estimates").returncode == 0
    folder = Path("data") / "processed" / "jobs2"
    after = contents(root / folder, "*.csv", "*.parquet", "run.json")
    assert after == contents(tables_of_jobs2 / folder, "*.csv", "*.parquet", "run.json")


@pytest.mark.parametrize(
    ("break_it", "expected"),
    [
        (lambda root: (root / "data/raw/jobs2/jobs.csv").unlink(), "jobs.csv"),
        (lambda root: change(root / "data/raw/jobs2/jobs.csv", "psyemp", "psyempl"), "sha256"),
        (
            lambda root: change_raw(root, "jobs2", "jobs.csv", lambda content: content.replace(b"psyemp", b"psyempl", 1)),
            "'psyempl'",
        ),
        (lambda root: change(root / "studies/jobs2/study.toml", "covariates =", "covariate ="), "did you mean 'covariates'?"),
        (lambda root: change(root / "studies/jobs2/study.toml", 'estimator = "rank"', 'estimator = "ranks"'), "did you mean 'rank'?"),
    ],
)
def test_bad_input_gets_a_clear_answer_and_loses_nothing(tables_of_jobs2: Path, break_it, expected: str) -> None:
    before = contents(tables_of_jobs2 / "data" / "processed")
    break_it(tables_of_jobs2)
    done = run(tables_of_jobs2, "build", "jobs2", "--until", "estimates")
    assert done.returncode == 2
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(tables_of_jobs2 / "data" / "processed") == before


def test_one_faulty_study_does_not_stop_the_other(tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    (root / "data" / "raw" / "trs" / "baslinje.csv").unlink()
    done = run(root, "build", "trs", "jobs2", "--until", "responses")
    assert done.returncode == 2
    assert (root / "data" / "processed" / "jobs2" / "exclusions.csv").is_file()


def test_raw_data_may_be_read_only(tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    folder = root / "data" / "raw" / "jobs2"
    (folder / "jobs.csv").chmod(0o444)
    folder.chmod(0o555)
    try:
        assert run(root, "build", "jobs2", "--until", "responses").returncode == 0
    finally:
        folder.chmod(0o755)


@pytest.mark.parametrize("study", ["../jobs2", "/etc", "jobs2/../trs"])
def test_a_study_name_that_leaves_its_folder_is_refused(tmp_path: Path, study: str) -> None:
    done = run(tmp_path, "build", study)
    assert done.returncode == 2
    assert "is not a study name" in done.stderr
    assert list(tmp_path.iterdir()) == []
