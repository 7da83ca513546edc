"""Reports are made when, and only when, something they depend on changed; a failed or ended one is never taken as made."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.render.engine import ENGINE_VARIABLE, PAPERMILL
from pipeline.render.kept import ANNEX, files_of
from pipeline.spec.vocabulary import LANGUAGES
from tests.conftest import ROOT
from tests.processes import PROC, alive, wait_until
from tests.stages.project import TEMPLATES, all_pages, change_raw, contents, render_pages, run

pytestmark = pytest.mark.slow

SMALL = ("jobs2", "sok")
NEEDS = "notebooks/needs.ipynb"


def copied(built: Path, root: Path, *studies: str) -> Path:
    """Copy some studies of the built project with all that was made of them."""
    shutil.copytree(built / "notebooks", root / "notebooks")
    shutil.copy(built / "requirements.lock", root)
    for study in studies:
        for folder in ("studies", "data/raw", "data/processed", "reports"):
            shutil.copytree(built / folder / study, root / folder / study)
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    """Two small studies, built."""
    return copied(built, tmp_path, *SMALL)


def edit(root: Path, change: Callable[[list[dict]], None], template: str = NEEDS) -> None:
    """Change the cells of a template."""
    path = root / template
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook["cells"])
    path.write_text(json.dumps(notebook), encoding="utf-8")


def with_cell(source: str, place: int = 3) -> Callable[[list[dict]], None]:
    """Give an edit that adds a code cell."""
    cell = {"cell_type": "code", "id": "added", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    return lambda cells: cells.insert(place, cell)


def with_prose(cells: list[dict]) -> None:
    cells.insert(2, {"cell_type": "markdown", "id": "prose", "metadata": {}, "source": "Egna *ord*."})


def told(stderr: str, words: str) -> list[str]:
    """The reports of which the run told this."""
    return sorted(
        line.split(" made in")[0].split(" written anew")[0] for line in stderr.splitlines() if "report " in line and words in line
    )


OF_SOK = ["sok: report needs (en)", "sok: report needs (sv)"]


def test_touching_every_file_rebuilds_nothing(root: Path) -> None:
    before = {path: path.read_bytes() for path in (root / "reports").rglob("*") if path.is_file()}
    for path in root.rglob("*"):
        os.utime(path)
    times = {path: path.stat().st_mtime_ns for path in before}
    done = run(root, "build")
    assert done.returncode == 0
    assert " made " not in done.stderr
    assert "anew" not in done.stderr
    assert {path: path.stat().st_mtime_ns for path in before} == times


def test_one_changed_answer_rebuilds_the_reports_of_its_study_only(root: Path) -> None:
    change_raw(root, "jobs2", "jobs.csv", lambda content: content.replace(b",4.833333492279053,", b",4.5,", 1))
    done = run(root, "build")
    assert done.returncode == 0, done.stderr
    assert told(done.stderr, "made in") == ["jobs2: report group_comparison (en)", "jobs2: report group_comparison (sv)"]
    assert told(done.stderr, "up to date") == ["sok: report needs (en) up to date", "sok: report needs (sv) up to date"]


def test_a_change_of_code_in_a_template_reruns_its_reports_and_no_table(root: Path) -> None:
    edit(root, with_cell("'added to the template'"))
    done = run(root, "build")
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if " made in " in line and " of 5)" in line] == []
    assert told(done.stderr, "made in") == OF_SOK
    assert "added to the template" in (root / "reports/sok/sv/needs.html").read_text(encoding="utf-8")


def test_a_change_of_prose_in_a_template_writes_its_reports_anew_without_running_code(root: Path) -> None:
    edit(root, with_prose)
    done = run(root, "build")
    assert done.returncode == 0, done.stderr
    assert told(done.stderr, "nothing was run") == OF_SOK
    assert told(done.stderr, "made in") == []
    assert "<p>Egna <em>ord</em>.</p>" in (root / "reports/sok/en/needs.html").read_text(encoding="utf-8")
    assert "up to date" in run(root, "build").stderr.splitlines()[-1]


def test_a_change_of_the_researchers_words_reruns_the_reports_of_that_study(root: Path) -> None:
    words = sorted((root / "studies" / "sok").rglob("sv.md"))[0]
    words.write_text(words.read_text(encoding="utf-8") + "\n\nNya ord.\n", encoding="utf-8")
    assert told(run(root, "build").stderr, "made in") == OF_SOK


@pytest.mark.parametrize("ending", ["html", "ipynb"])
def test_a_damaged_report_is_mended(root: Path, ending: str) -> None:
    path = root / "reports" / "sok" / "sv" / f"needs.{ending}"
    whole = path.read_bytes()
    path.write_bytes(whole[:1000])
    assert run(root, "build", "sok").returncode == 0
    assert path.read_bytes() == whole


def test_reports_that_a_study_no_longer_has_and_half_written_files_are_removed(root: Path) -> None:
    folder = root / "reports" / "sok" / "sv"
    gone = [folder / name for name in ("needs-old.html", "needs-old.ipynb", ".needs-old.key", ".needs.html.1a2b3c4d5e6f.part")]
    for path in gone:
        path.write_text("of a level that is no more")
    assert run(root, "build", "sok").returncode == 0
    assert not [path for path in gone if path.exists()]
    assert files_of(root / "reports" / "sok", "sv", "needs").finished()


def test_a_failing_report_is_shown_as_failed_and_the_others_go_on(root: Path) -> None:
    edit(root, with_cell("raise KeyError('planted')"))
    edit(root, with_cell("1"), "notebooks/group_comparison.ipynb")
    done = run(root, "build", "--index")
    assert done.returncode == 1
    assert len([line for line in done.stderr.splitlines() if "failed" in line]) == 2
    assert "cell 4 of notebooks/needs.ipynb. The error: KeyError: 'planted'. See reports/sok/sv/needs.html" in done.stderr
    assert len(told(done.stderr, "made in")) == 2
    assert 'role="alert"' in (root / "reports/sok/sv/needs.html").read_text(encoding="utf-8")
    assert not files_of(root / "reports" / "sok", "sv", "needs").key.exists()
    assert (root / "reports/index.html").read_text(encoding="utf-8").count('class="links failed"') == 2
    assert not (root / "data/processed/sok/.stamp").exists()
    assert (root / "data/processed/jobs2/.stamp").exists()


def test_a_failed_report_is_made_again_when_it_can_be(root: Path, built: Path) -> None:
    edit(root, with_cell("raise KeyError('planted')"))
    assert run(root, "build", "sok").returncode == 1
    assert run(root, "build", "sok").returncode == 1, "what failed is tried again, never taken as done"
    shutil.copy(built / NEEDS, root / NEEDS)
    assert run(root, "build", "sok", "--index").returncode == 0
    assert contents(root / "reports" / "sok") == contents(built / "reports" / "sok")
    assert 'class="links failed"' not in (root / "reports/index.html").read_text(encoding="utf-8")


def test_a_study_whose_template_does_not_fit_is_told_so_and_does_not_count_as_built(root: Path) -> None:
    edit(root, lambda cells: cells[0].update(source="".join(cells[0]["source"]).replace("language", "tongue")))
    (root / "data/processed/sok/.stamp").unlink()
    done = run(root, "build", "--index")
    assert done.returncode == 2
    assert "notebooks/needs.ipynb, parameter 'language': is not in the parameters cell" in done.stderr
    assert not (root / "data/processed/sok/.stamp").exists()
    assert (root / "data/processed/jobs2/.stamp").exists()


def test_a_failure_in_one_language_is_not_forgotten_by_a_later_make(root: Path) -> None:
    edit(root, with_cell("raise KeyError('planted')"))
    assert run(root, "build", "sok", "--language", "sv").returncode == 1
    assert not (root / "data/processed/sok/.stamp").exists()


def test_a_run_in_one_language_leaves_the_stamp_of_that_language_only(root: Path) -> None:
    folder, stamps = root / "reports" / "sok", [root / "data/processed/sok" / one / ".stamp" for one in ("", *LANGUAGES)]
    assert [stamp.exists() for stamp in stamps] == [True, True, True], "a whole run leaves all"
    edit(root, with_cell("'added to the template'"))
    english = (folder / "en" / "needs.html").read_bytes()
    assert told(run(root, "build", "sok", "--language", "sv").stderr, "made in") == OF_SOK[1:]
    assert [stamp.exists() for stamp in stamps[:2]] == [False, True]
    assert (folder / "en" / "needs.html").read_bytes() == english
    assert told(run(root, "build", "sok").stderr, "made in") == OF_SOK[:1]
    assert [stamp.exists() for stamp in stamps] == [True, True, True]


def test_a_report_that_was_left_as_it_was_is_said_to_be_older_until_it_is_made_again(root: Path) -> None:
    words = "This report was made from earlier results than those there are now."
    index = root / "reports" / "index.html"
    before = (root / NEEDS).read_bytes()
    edit(root, with_cell("'added to the template'"))
    edited = (root / NEEDS).read_bytes()
    for content, arguments, older in (
        (edited, ("--language", "sv"), 1),
        (before, ("--language", "sv"), 1),
        (before, (), 0),
        (edited, ("--language", "sv"), 1),
        (edited, ("--language", "en"), 0),
    ):
        (root / NEEDS).write_bytes(content)
        assert run(root, "build", "sok", *arguments, "--index").returncode == 0
        assert index.read_text(encoding="utf-8").count(words) == older


def test_a_report_that_takes_too_long_is_ended_and_told(root: Path) -> None:
    edit(root, with_cell("while True: pass"))
    done = run(root, "build", "sok", RORLIGHET_REPORT_SECONDS="1")
    assert done.returncode == 1
    assert "It took longer than one report may take (1 s)." in done.stderr
    assert "Den tog längre tid än en rapport får ta (1 s)." in (root / "reports/sok/sv/needs.html").read_text(encoding="utf-8")


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let processes be interrupted, also where the tests run in the background of a shell, which has everybody ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@PROC
@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_ended_run_leaves_no_process_and_no_half_made_report_and_is_taken_up_again(
    root: Path, built: Path, number: signal.Signals
) -> None:
    edit(root, with_cell("import os, time\nopen('running', 'w').write(str(os.getpid()))\ntime.sleep(600)"))
    (root / "temporary").mkdir()
    shutil.rmtree(root / "reports" / "jobs2")
    of_jobs2 = [files_of(root / "reports" / "jobs2", language, "group_comparison") for language in LANGUAGES]
    command = [sys.executable, "-m", "pipeline", "build", "--jobs", "1"]
    environment = {**os.environ, "RORLIGHET_ROOT": str(root), "TMPDIR": str(root / "temporary")}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        wait_until((root / "running").exists)
        wait_until(lambda: (root / "running").read_text() != "")
        wait_until(lambda: all(one.finished() for one in of_jobs2))
        process.send_signal(number)
        _, stderr = process.communicate()
    if number != signal.SIGKILL:
        assert process.returncode == 130
        assert "Interrupted" in stderr
    wait_until(lambda: not alive(int((root / "running").read_text())))
    wait_until(lambda: not list((root / "temporary").iterdir()))
    assert not list(root.rglob("*.part"))
    shutil.copy(built / NEEDS, root / NEEDS)
    again = run(root, "build")
    assert again.returncode == 0
    assert told(again.stderr, "made in") == []
    assert contents(root / "reports") == {name: content for name, content in contents(built / "reports").items() if name.startswith(SMALL)}


def test_plain_papermill_gives_the_same_report_from_every_template(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENGINE_VARIABLE, PAPERMILL)
    root = copied(built, tmp_path, "seminarier", "vagen_tillbaka", "bergslagsresursen", *SMALL)
    shutil.rmtree(root / "reports")
    one_each = {page.report.template: (study, page) for study, page in all_pages(root) if page.level != "all"}
    assert sorted(one_each) == TEMPLATES
    expected = contents(built / "reports")
    render_pages(root, list(one_each.values()))
    made = contents(root / "reports")
    annexes = [name for name in made if name.endswith(ANNEX)]
    assert annexes and len(made) == 3 * len(one_each) + len(annexes)
    assert {name for name in made if made[name] != expected[name]} == set()


def test_papermill_itself_finds_the_engine_and_judges_what_it_ran(root: Path) -> None:
    command = [str(Path(sys.executable).parent / "papermill"), "--engine", "rorlighet", NEEDS, "out.ipynb", "-p", "language", "en"]
    values = ["-p", "study", "sok", "-p", "release", "data/processed/sok/release", "--no-progress-bar"]
    done = subprocess.run([*command, *values], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    by_papermill = json.loads((root / "out.ipynb").read_text(encoding="utf-8"))
    ours = json.loads((root / "reports/sok/en/needs.ipynb").read_text(encoding="utf-8"))
    shown = [[output["metadata"] for output in cell["outputs"]] for cell in by_papermill["cells"] if cell.get("outputs")]
    assert shown == [[output["metadata"] for output in cell["outputs"]] for cell in ours["cells"] if cell.get("outputs")]
    edit(root, with_cell("raise KeyError('planted')"))
    failed = subprocess.run([*command, *values], cwd=root, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert "KeyError: 'planted'" in failed.stderr


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [("RORLIGHET_REPORT_SECONDS", "soon", "a whole number from 1"), ("RORLIGHET_ENGINE", "papermil", "did you mean 'papermill'?")],
)
def test_a_setting_that_cannot_be_is_told_without_a_traceback(root: Path, name: str, value: str, allowed: str) -> None:
    done = run(root, "build", "sok", **{name: value})
    assert done.returncode == 2
    assert name in done.stderr
    assert allowed in done.stderr
    assert "Traceback" not in done.stderr


def test_a_number_of_reports_at_once_below_one_is_refused(root: Path) -> None:
    done = run(root, "build", "--jobs", "0")
    assert done.returncode == 2
    assert "'0' is not a whole number from 1" in done.stderr
