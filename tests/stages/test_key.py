"""make key: draws a key that only its owner opens, changes it, tells the pseudonym of an id."""

import os
import stat
from pathlib import Path

import pytest

from pipeline.clean.pseudonyms import pseudonym_of, read_key
from pipeline.clean.responses import clean_responses
from pipeline.cli import main
from pipeline.errors import ResearcherError
from pipeline.paths import KEYS_VARIABLE, ROOT_VARIABLE, Paths
from pipeline.spec.load import load_study
from pipeline.stages.key import change_key, draw_key, find_pseudonym
from pipeline.stages.told import OK, THEIR_FAULT
from tests.clean.test_pseudonyms import named, units
from tests.miniature import AFTER, BEFORE, miniature
from tests.stages.project import build_tables


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setenv(KEYS_VARIABLE, str(tmp_path / "my keys"))
    root = tmp_path / "project"
    return miniature(root, files={"before.csv": named(BEFORE), "after.csv": named(AFTER)}, units=units(pseudonym=True)).paths


def test_a_key_is_drawn_once_for_its_owner_only(project: Paths) -> None:
    assert "drawn" in draw_key("mini", project.root)[0]
    first = read_key(project)
    assert len(first) == 32
    if os.name != "nt":
        assert stat.S_IMODE(project.key.stat().st_mode) == 0o600
        assert stat.S_IMODE(project.key.parent.stat().st_mode) == 0o700
    assert "is there already" in draw_key("mini", project.root)[0]
    assert read_key(project) == first


def test_no_key_is_left_in_the_project(project: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEYS_VARIABLE, str(project.root / "keys"))
    with pytest.raises(ResearcherError, match="lies in the project"):
        draw_key("mini", project.root)
    assert not project.key.exists()


def test_another_key_gives_other_pseudonyms_also_where_declared_files_name_them(project: Paths) -> None:
    draw_key("mini", project.root)
    old = read_key(project)
    corrections = project.declared / "corrections.csv"
    row = "before.csv,{},calm,Aldrig,Ofta,Eva,rang,2024-03-01\n"
    heading = "file,id,variable,was,becomes,who,why,date\n"
    corrections.write_text(heading + row.format(pseudonym_of("001219-3421", old)), encoding="utf-8")
    before = clean_responses(load_study("mini", project.root))
    change_key("mini", project.root)
    new = read_key(project)
    assert new != old
    assert corrections.read_text(encoding="utf-8") == heading + row.format(pseudonym_of("001219-3421", new))
    after = clean_responses(load_study("mini", project.root))
    assert not set(after.units["person"]["person"]) & set(before.units["person"]["person"])
    assert sorted(after.responses["person"]["calm"].dropna()) == sorted(before.responses["person"]["calm"].dropna())


def test_an_old_key_is_never_written_over(project: Paths) -> None:
    draw_key("mini", project.root)
    first = read_key(project)
    change_key("mini", project.root)
    with pytest.raises(ResearcherError, match="earlier change"):
        change_key("mini", project.root)
    assert project.key.with_name("mini.key.old").read_bytes() == first


def test_the_pseudonym_of_an_id_is_told_and_the_id_is_not(project: Paths) -> None:
    draw_key("mini", project.root)
    assert find_pseudonym("mini", lambda question: "19001219-3421"[2:], project.root) == [pseudonym_of("0012193421", read_key(project))]
    assert find_pseudonym("mini", lambda question: " ", project.root) == []


def test_the_command_line_builds_with_the_key_and_refuses_without(project: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    build = ("build", "mini", "--until", "responses")
    assert typed(project, *build) == THEIR_FAULT
    assert "make key STUDY=mini" in capsys.readouterr().err
    assert typed(project, "key", "mini") == OK
    assert typed(project, *build) == OK
    written = b"".join(path.read_bytes() for path in project.processed.rglob("*") if path.is_file())
    assert b"3234" not in written.replace(b"-", b"")


def typed(project: Paths, *arguments: str) -> int:
    """Run the command line on the project, with keys where the environment says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ROOT_VARIABLE, str(project.root))
        return main(arguments)


def test_what_was_made_with_another_key_is_made_again(project: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    def told() -> str:
        build_tables("mini", project.root, "responses")
        return capsys.readouterr().err

    draw_key("mini", project.root)
    assert "up to date" not in told()
    first = (project.processed / "responses" / "person.parquet").read_bytes()
    assert "up to date" in told()
    project.stamp().touch()
    change_key("mini", project.root)
    assert not project.stamp().exists()
    assert "up to date" not in told()
    assert (project.processed / "responses" / "person.parquet").read_bytes() != first


def test_nothing_that_is_written_holds_the_key_or_its_hash(project: Paths) -> None:
    import hashlib

    draw_key("mini", project.root)
    build_tables("mini", project.root)
    key = project.key.read_bytes()
    written = b"".join(path.read_bytes() for path in project.root.rglob("*") if path.is_file())
    assert b"release" in written
    assert [text for text in (key, key.hex().encode(), hashlib.sha256(key).hexdigest().encode()) if text in written] == []
