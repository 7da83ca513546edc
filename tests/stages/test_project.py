"""A project of one's own: a folder apart from the program, with blanks and Swedish letters in its name like any other."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.errors import ResearcherError
from pipeline.paths import tool_root
from pipeline.stages.project import FILES, make_project
from tests.conftest import ROOT
from tests.miniature import miniature
from tests.stages.project import run
from tests.stages.test_make import OWN, STAND_IN, touch

NAME = "Åsas utvärderingar 2024"
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed on this machine")


def test_it_is_made_once_with_what_keeps_answers_out_of_git(tmp_path: Path) -> None:
    folder = tmp_path / NAME
    make_project(str(folder))
    assert all((folder / name).is_file() for name in FILES)
    assert {path.name for path in folder.iterdir() if path.is_dir()} == {"data", "studies", "releases"}
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    for name in ("data/raw/x/svar.csv", "data/processed/x/run.json", "reports/x/sv/page.html", "x.key", "studies/x/study.toml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    listed = subprocess.run(["git", "-C", str(folder), "ls-files", "-o", "--exclude-standard"], capture_output=True, text=True, check=True)
    assert set(listed.stdout.split()) == {".gitignore", "Makefile", "README.md", "data/raw/README.md", "studies/x/study.toml"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "DIR: is empty"),
        ("full", "is there, and not empty"),
        ("file", "is there, and not empty"),
        ("a#b", "make cannot read"),
        ("a$b", "make cannot"),
    ],
)
def test_what_cannot_become_a_project_is_said(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").touch()
    (tmp_path / "file").touch()
    with pytest.raises(ResearcherError, match=said):
        make_project(str(tmp_path / name) if name else "")


def test_no_project_is_made_among_the_programs_own_files() -> None:
    with pytest.raises(ResearcherError, match="lies in the folder of the program"):
        make_project(str(tool_root() / "studies" / "mine"))
    assert not (tool_root() / "studies" / "mine").exists()


def test_home_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    make_project("~/evaluations")
    assert (tmp_path / "evaluations" / "Makefile").is_file()


@pytest.mark.slow
def test_a_study_in_a_project_is_checked_with_the_programs_templates(tmp_path: Path) -> None:
    folder = tmp_path / NAME
    make_project(str(folder))
    miniature(folder, reports=[{"id": "all", "template": "group_comparison"}])
    shutil.rmtree(folder / "notebooks")
    done = subprocess.run(
        [os.sys.executable, "-P", "-m", "pipeline", "--project", str(folder), "check"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("mini: 7 variables"), done.stderr


@pytest.mark.slow
def test_a_whole_study_is_built_in_a_project_as_beside_the_program(tmp_path: Path, built: Path) -> None:
    folder = tmp_path / NAME
    make_project(str(folder))
    for name in ("studies/jobs2", "data/raw/jobs2"):
        shutil.copytree(ROOT / name, folder / name)
    assert run(folder, "build", "jobs2", "--index").returncode == 0
    made = {path.relative_to(folder).as_posix(): path for path in (folder / "reports" / "jobs2").rglob("*.*") if path.is_file()}
    assert made
    assert [name for name, path in made.items() if path.read_bytes() != (built / name).read_bytes()] == []


@pytest.fixture
def tool(tmp_path: Path) -> Path:
    """A program in a folder with blanks in its name, with a stand-in for its Python."""
    folder = tmp_path / "min klon å"
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    (folder / "pipeline" / "clean").mkdir(parents=True)
    (folder / "pipeline" / "clean" / "responses.py").write_text("")
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(STAND_IN)
    python.chmod(0o755)
    for path in folder.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    touch(folder / ".venv")
    (folder / ".venv" / ".installed").touch()
    return folder


@pytest.fixture
def project(tmp_path: Path, tool: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose Makefile finds that program, with two studies of which nothing is built."""
    monkeypatch.setattr("pipeline.stages.project.tool_root", lambda: tool)
    folder = tmp_path / NAME
    make_project(str(folder))
    for study in ("ett", "tva"):
        for name in (f"studies/{study}/study.toml", f"data/raw/{study}/svar från enkät.csv", f"data/processed/{study}/run.json"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("")
    (folder / "reports").mkdir()
    return folder


def asked(folder: Path, project: Path, *arguments: str) -> list[str]:
    """Run make and give what the stand-in for Python was asked for."""
    subprocess.run(["make", *arguments], cwd=folder, env=OWN, check=True, capture_output=True)
    ran = project / "ran.txt"
    lines = ran.read_text().splitlines() if ran.exists() else []
    ran.unlink(missing_ok=True)
    return lines


@needs_make
def test_make_in_a_project_builds_once_and_again_when_something_changed_in_either_folder(tool: Path, project: Path) -> None:
    assert asked(project, project) == ["-m pipeline build ett tva --index"]
    assert asked(project, project) == []
    touch(project / "data" / "raw" / "tva" / "svar från enkät.csv")
    assert asked(project, project) == ["-m pipeline build tva --index"]
    assert asked(tool, project, f"PROJECT={project}") == []
    for changed in ("pipeline/clean/responses.py", "notebooks/needs.ipynb", "requirements.lock"):
        touch(tool / changed)
        touch(tool / ".venv" / ".installed")
        assert asked(tool, project, f"PROJECT={project}", "STUDY=ett") == ["-m pipeline build ett --index"]
        assert asked(project, project) == ["-m pipeline build tva --index"]
        assert asked(project, project) == []


@needs_make
def test_what_is_typed_in_a_project_reaches_the_program(tool: Path, project: Path) -> None:
    said = 'FROM="fore.csv efter.csv"', "COMPARE=grupp", "STUDY=ny"
    assert asked(project, project, "new", 'FROM="fore åäö.csv" efter.csv', *said[1:]) == [
        "-m pipeline new ny --from fore åäö.csv efter.csv --compare grupp"
    ]
    assert asked(project, project, "check", "scores", "STUDY=ett") == ["-m pipeline check ett", "-m pipeline build ett --until scores"]
    assert asked(tool, project, "reports", f"PROJECT={project}", "STUDY=ett", "LEVELS=ort", "LANGUAGE=sv") == [
        "-m pipeline build ett --language sv --levels ort --index"
    ]


@needs_make
def test_home_is_understood_also_where_the_shell_leaves_it(tool: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OWN, "HOME", str(project.parent))
    assert asked(tool, project, "check", f"PROJECT=~/{NAME}", "STUDY=ett") == ["-m pipeline check ett"]


@needs_make
def test_distclean_in_a_project_leaves_the_program_and_what_cannot_be_made_again(tool: Path, project: Path) -> None:
    asked(project, project, "distclean")
    assert (tool / ".venv" / ".installed").is_file()
    assert not (project / "data" / "processed" / "ett").exists()
    assert (project / "data" / "raw" / "ett" / "svar från enkät.csv").is_file()
    assert (project / "studies" / "ett" / "study.toml").is_file()


@needs_make
@pytest.mark.parametrize(
    ("where", "arguments", "said"),
    [
        ("tool", ["PROJECT=/nowhere/at all"], "PROJECT=/nowhere/at all is no folder with studies"),
        ("project", ["test"], "make test belongs to the program"),
        ("project", ["project", "DIR=x"], "make project belongs to the program"),
    ],
)
def test_what_make_cannot_do_there_is_said(tool: Path, project: Path, where: str, arguments: list[str], said: str) -> None:
    folder = {"tool": tool, "project": project}[where]
    done = subprocess.run(["make", *arguments], cwd=folder, env=OWN, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr


@needs_make
def test_a_project_whose_program_has_moved_says_so(tool: Path, project: Path) -> None:
    tool.rename(tool.with_name("flyttad"))
    done = subprocess.run(["make"], cwd=project, env=OWN, capture_output=True, text=True, check=False)
    assert "Correct the line RORLIGHET of the Makefile here." in done.stdout
