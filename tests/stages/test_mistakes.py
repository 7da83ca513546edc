"""Planted mistakes: each message names file, place, what was found, what is allowed and what to do, on one screen and without a traceback."""

import errno
import time
from pathlib import Path

import pytest

from pipeline.stages import running
from pipeline.stages.running import SCREEN
from tests.miniature import miniature
from tests.mistakes import FORE, MISTAKES, Mistake, run

ONE_MISTAKE = 20
"""Lines that the message about one mistake may take."""
HEAD = "Nothing was changed. Put this right and run again:"
COLUMNS = 5_000


def test_there_are_forty_mistakes_and_more_no_two_of_them_called_the_same() -> None:
    assert len({mistake.what for mistake in MISTAKES}) == len(MISTAKES) >= 40


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.what.replace(" ", "_"))
def test_a_mistake_is_told_where_it_is_and_how_it_is_put_right_and_changes_nothing(tmp_path: Path, mistake: Mistake) -> None:
    miniature(tmp_path)
    mistake.plant(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    status, said = run(tmp_path, *mistake.command)
    assert status == 2
    assert said.startswith(HEAD)
    assert [part for part in mistake.says if part not in said] == []
    assert len(said.splitlines()) <= ONE_MISTAKE
    assert "Traceback" not in said
    assert str(tmp_path) not in said
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert {path: after.get(path) for path in before} == before
    assert {path.name for path in after.keys() - before.keys()} <= {".lock", "problems.txt"}


def test_thousands_of_columns_that_are_not_declared_take_one_screen_and_seconds(tmp_path: Path) -> None:
    miniature(tmp_path)
    headings = [f"fråga_{number}" for number in range(COLUMNS)]
    rows = [[f"A{number}", *("ja" for _ in headings)] for number in range(20)]
    lines = [";".join(["nr", *headings]), *(";".join(row) for row in rows)]
    (tmp_path / FORE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    run(tmp_path, "receive", "mini")
    began = time.process_time()
    status, said = run(tmp_path, "check", "mini")
    assert status == 2
    assert len(said.splitlines()) <= SCREEN
    assert time.process_time() - began < 10
    assert "fråga_1'" in said


def test_thousands_of_variables_with_the_same_mistake_take_one_screen_and_seconds(tmp_path: Path) -> None:
    miniature(tmp_path)
    codebook = tmp_path / "studies" / "mini" / "codebook.csv"
    added = "".join(f"intger,q{number},person,,,,,Fråga,Question,q{number},\n" for number in range(COLUMNS))
    codebook.write_text(codebook.read_text(encoding="utf-8") + added, encoding="utf-8")
    began = time.process_time()
    status, said = run(tmp_path, "check", "mini")
    assert (status, time.process_time() - began < 10) == (2, True)
    assert len(said.splitlines()) <= SCREEN
    listed = (tmp_path / "data" / "processed" / "mini" / "problems.txt").read_text(encoding="utf-8")
    assert all(f"'q{number}', column type" in listed for number in range(COLUMNS))


def test_a_list_that_cannot_be_written_is_told_and_hides_no_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    miniature(tmp_path)
    monkeypatch.setattr(running, "write_text", full)
    codebook = tmp_path / "studies" / "mini" / "codebook.csv"
    codebook.write_text(
        codebook.read_text(encoding="utf-8") + "".join(f"intger,q{number},person,,,,,a,a,q{number},\n" for number in range(50)),
        encoding="utf-8",
    )
    status, said = run(tmp_path, "check", "mini")
    assert status == 2
    assert "'q0', column type: 'intger'" in said
    assert "could not be written (No space left on device) to list all of this: 50 problems" in said
