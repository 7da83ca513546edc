"""How long answering took is read where a survey tool notes it, and nowhere else."""

from pathlib import Path

import pytest

from pipeline.clean.durations import durations_of
from pipeline.clean.pseudonyms import pseudonym_of
from pipeline.paths import KEYS_VARIABLE
from tests.miniature import AFTER, BEFORE, both, miniature, source

LEFT_OUT = {"sources": [source("before", wave="t1", ignore="rest"), source("after", wave="t2")]}


def with_columns(**columns: list[str]) -> str:
    """Give the first file with more columns than the codebook names."""
    lines = BEFORE.splitlines()
    return "\n".join(";".join([line, *(([name, *cells])[row] for name, cells in columns.items())]) for row, line in enumerate(lines)) + "\n"


def minutes(root: Path, **columns: list[str]) -> dict[str, float]:
    found = durations_of(miniature(root, {"before.csv": with_columns(**columns)}, **LEFT_OUT))
    return found["before"].to_dict() if found else {}


def test_seconds_of_a_tool_become_minutes(tmp_path: Path) -> None:
    assert minutes(tmp_path, interviewtime=["60", "90", "", "600.6", "0", "30"]) == {
        "A1": 1.0,
        "A2": 90 / 60,
        "B1": 600.6 / 60,
        "B2": 0.0,
        "B3": 30 / 60,
    }


@pytest.mark.parametrize(
    ("begun", "ended", "day", "other"),
    [("startdate", "submitdate", "2025-03-30 ", ""), ("Start time", "Completion time", "3/29/2025 ", "")],
)
def test_minutes_lie_between_begin_and_end(tmp_path: Path, begun: str, ended: str, day: str, other: str) -> None:
    found = minutes(
        tmp_path,
        **{
            begun: [f"{day}10:00:00", f"{day}11:00:00", f"{day}12:00:00", other, f"{day}23:00:00", f"{day}01:00:00"],
            ended: [f"{day}10:05:00", f"{day}11:00:30", other, f"{day}12:00:00", f"{day}23:20:00", f"{day}04:00:00"],
        },
    )
    assert found == {"A1": 5.0, "A2": 0.5, "B2": 20.0, "B3": 180.0}


def test_a_file_that_does_not_tell_has_none(tmp_path: Path) -> None:
    assert minutes(tmp_path, place=["a", "b", "c", "d", "e", "f"]) == {}
    assert minutes(tmp_path, interviewtime=["", "", "", "", "", ""]) == {}


def test_who_answered_is_told_by_the_pseudonym(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEYS_VARIABLE, str(tmp_path / "keys"))
    (tmp_path / "keys").mkdir()
    key = bytes(range(32))
    (tmp_path / "keys/mini.key").write_bytes(key)
    (tmp_path / "keys/mini.key").chmod(0o600)
    numbers = {"A1": "640823-3234", "A2": "001219-3421"}
    before, after = with_columns(interviewtime=["60", "90", "", "", "", ""]), AFTER
    for name, number in numbers.items():
        before, after = before.replace(f"{name};", f"{number};"), after.replace(f"{name};", f"{number};")
    unit = {"name": "person", "id": "person", "label": both("persons"), "pseudonym": True}
    study = miniature(tmp_path / "project", {"before.csv": before, "after.csv": after}, units=[unit], **LEFT_OUT)
    assert durations_of(study)["before"].to_dict() == {
        pseudonym_of(number, key): minutes for number, minutes in zip(numbers.values(), (1.0, 1.5), strict=True)
    }
