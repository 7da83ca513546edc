"""Raw files as they were received: not recorded yet, recorded by one command, and all that is wrong with them told at once."""

import re
import tomllib
from pathlib import Path

import pytest

from pipeline import cli
from pipeline.errors import ResearcherError
from pipeline.spec.load import load_study
from pipeline.stages import told
from tests.miniature import BEFORE, CODEBOOK, declaration, miniature, source, toml

SECTIONS = """
# the two questionnaires
[[sources]]   # before
name = "before"
  file = "before.csv"   # as sent by mail
unit = "person"
wave = "t1"

[[sources]]
name = "after"
sha256 = '{nothing}'
file = "after.csv"
unit = "person"
wave = "t2"
"""


@pytest.fixture(params=["", "0" * 64], ids=["empty", "zeros"])
def root(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project with the little study, whose sources are in sections without a sha256 that says anything."""
    miniature(tmp_path)
    monkeypatch.setenv("RORLIGHET_ROOT", str(tmp_path))
    monkeypatch.setenv("NO_COLOR", "1")
    declared = {key: value for key, value in declaration().items() if key != "sources"}
    (tmp_path / "studies" / "mini" / "study.toml").write_text(toml(declared) + SECTIONS.format(nothing=request.param), encoding="utf-8")
    return tmp_path


def declared_toml(root: Path) -> str:
    return (root / "studies" / "mini" / "study.toml").read_text(encoding="utf-8")


def build(root: Path) -> int:
    return cli.main(["build", "mini", "--until", "responses"])


def test_a_first_run_says_not_recorded_yet_and_receive_is_the_remedy(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build(root) == told.THEIR_FAULT
    said = capsys.readouterr().err
    for file in ("before.csv", "after.csv"):
        assert f"data/raw/mini/{file}: its sha256 is not recorded yet" in said
    assert "changed" not in said.replace("Nothing was changed", "")
    assert "run 'make receive STUDY=mini'" in said
    assert cli.main(["receive", "mini"]) == told.OK
    assert build(root) == told.OK


def test_receive_changes_the_hashes_and_nothing_else(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = declared_toml(root)
    cli.main(["receive", "mini"])
    after = declared_toml(root)
    hashes = {one["file"]: one["sha256"] for one in tomllib.loads(after)["sources"]}
    expected = re.sub("'0*'", f'"{hashes["after.csv"]}"', before)
    expected = expected.replace('"before.csv"   #', f'"before.csv"\n  sha256 = "{hashes["before.csv"]}"   #')
    assert after == expected
    assert capsys.readouterr().out == "data/raw/mini/before.csv: recorded\ndata/raw/mini/after.csv: recorded\n"
    cli.main(["receive", "mini"])
    assert declared_toml(root) == after
    assert capsys.readouterr().out.count("as recorded before") == 2


def test_receive_says_which_file_another_one_replaces(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["receive", "mini"])
    old = tomllib.loads(declared_toml(root))["sources"][0]["sha256"]
    (root / "data" / "raw" / "mini" / "before.csv").write_text(BEFORE + "B4;Nej;40;Ofta;\n", encoding="utf-8")
    (root / "data" / "raw" / "mini" / "after.csv").unlink()
    capsys.readouterr()
    assert build(root) == told.THEIR_FAULT
    assert "its content has changed: sha256 differs" in capsys.readouterr().err
    cli.main(["receive", "mini"])
    said = capsys.readouterr().out
    assert f"before.csv: recorded in place of {old}, which the file had before" in said
    assert "after.csv: is not there; nothing recorded" in said


def test_sources_on_one_line_are_recorded_too(root: Path) -> None:
    sources = [source("before", wave="t1"), source("after", wave="t2", columns={"day": {"dates": ["%Y-%m-%d"]}})]
    (root / "studies" / "mini" / "study.toml").write_text(toml(declaration(sources=sources)), encoding="utf-8")
    assert cli.main(["receive", "mini"]) == told.OK
    assert [len(one["sha256"]) for one in tomllib.loads(declared_toml(root))["sources"]] == [64, 64]


def test_check_tells_the_problems_of_all_files_at_once(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = root / "data" / "raw" / "mini"
    (raw / "before.csv").write_text(BEFORE.replace("Aldrig", "Alltid").replace(";30;", ";3o;"), encoding="utf-8")
    (raw / "after.csv").write_bytes(b"PK\x03\x04")
    assert cli.main(["check", "mini"]) == told.THEIR_FAULT
    said = capsys.readouterr().err
    assert "'Alltid'" in said
    assert "'3o'" in said
    assert "is an Excel workbook or another zip file, not CSV" in said
    assert not (root / "data" / "processed" / "mini" / "problems.txt").exists()


def test_check_reads_the_files_that_are_there(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["receive", "mini"])
    assert cli.main(["check", "mini"]) == told.OK
    assert "no problems (files of 2 of 2 sources read)" in capsys.readouterr().out
    (root / "data" / "raw" / "mini" / "after.csv").unlink()
    assert cli.main(["check", "mini"]) == told.OK
    assert "no problems (files of 1 of 2 sources read)" in capsys.readouterr().out


def test_what_does_not_fit_the_screen_is_in_a_file_that_goes_when_all_is_well(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["receive", "mini"])
    raw, full = root / "data" / "raw" / "mini" / "before.csv", root / "data" / "processed" / "mini" / "problems.txt"
    right = raw.read_bytes()
    raw.write_text(BEFORE + "".join(f"C{number};Ja;4x{number};fel {number:03};\n" for number in range(200)), encoding="utf-8")
    cli.main(["receive", "mini"])
    capsys.readouterr()
    assert cli.main(["check", "mini"]) == told.THEIR_FAULT
    said = capsys.readouterr().err
    assert "data/processed/mini/problems.txt: lists all of this" in said
    assert len(said.splitlines()) <= 60 + 3
    assert "200 answers are not in the codebook" in said
    assert all(f"fel {number:03}" in full.read_text(encoding="utf-8") for number in range(200))
    raw.write_bytes(right)
    cli.main(["receive", "mini"])
    assert cli.main(["check", "mini"]) == told.OK
    assert not full.exists()


# --- tables as spreadsheets save them


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_codebook_is_read_as_any_spreadsheet_saves_it(tmp_path: Path, delimiter: str, encoding: str) -> None:
    study = miniature(tmp_path)
    rows = CODEBOOK.replace(",", delimiter).splitlines()
    saved = "\r\n".join([*(f"{row}{delimiter}{delimiter}" for row in rows), delimiter * 14, ""])
    (study.paths.declared / "codebook.csv").write_bytes(saved.encode(encoding))
    assert load_study("mini", tmp_path).variables == study.variables


def test_a_row_behind_a_blank_one_keeps_its_number(tmp_path: Path) -> None:
    study = miniature(tmp_path)
    lines = CODEBOOK.replace("rating,calm", "ratin,calm").splitlines()
    (study.paths.declared / "codebook.csv").write_text("\n".join([*lines[:2], "," * 10, *lines[2:]]), encoding="utf-8")
    with pytest.raises(ResearcherError, match=r"codebook\.csv, row 6 'calm', column type"):
        load_study("mini", tmp_path)
