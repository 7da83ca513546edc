"""Answers to a later wave that are dated before those to an earlier one."""

from pathlib import Path

from pipeline.clean.responses import clean_responses
from tests.miniature import AFTER, CODEBOOK, both, miniature, source

DATED = {"order": "day", "dates": ["%Y-%m-%d", "%Y-%m-%d %H:%M"]}
EARLY = {"A1": "2024-03-02", "A2": "2024-03-02", "B1": "2024-03-04", "B2": ""}
"""Days of the first wave; the second was answered on 1, 2, 3 and 4 March."""
LAST = "nr;lugn;dag\nA1;Ofta;2024-03-01\nB1;Ofta;2024-03-04\nB2;Ofta;2024-03-01\n"
"""A third wave."""


def before(days: dict[str, str]) -> str:
    rows = [f"{person};{'Ja' if person[0] == 'A' else 'Nej'};30;Ofta;;{day}" for person, day in days.items()]
    return "\n".join(["nr;grupp;ålder;lugn;kommentar;dag", *rows, ""])


def codebook() -> str:
    """Give the little study's codebook, with the day asked in the first and in a third wave too."""
    heading, *rows = CODEBOOK.replace("Dag,Day,,dag", "Dag,Day,dag,dag").splitlines()
    asked = {"id,person": "nr", "rating,calm": "lugn", "date,day": "dag"}
    rows = [f"{row},{next((raw for start, raw in asked.items() if row.startswith(start)), '')}" for row in rows]
    return "\n".join([f"{heading},raw_name::last", *rows, ""])


def found(
    root: Path, days: dict[str, str] = EARLY, after: str = AFTER, last: str = "nr;lugn;dag\nB2;Ofta;\n", **settings: object
) -> dict[str, int]:
    sources = [source(name, wave=wave, **(settings or DATED)) for name, wave in (("before", "t1"), ("after", "t2"), ("last", "t3"))]
    waves = [{"name": wave, "label": both(wave)} for wave in ("t1", "t2", "t3")]
    files = {"before.csv": before(days), "after.csv": after, "last.csv": last}
    log = clean_responses(miniature(root, files=files, codebook=codebook(), sources=sources, waves=waves)).cleaning_log
    lines = log[log["finding"] == "backward_in_time"]
    assert set(lines["subject"]) <= {"day"}
    return dict(zip(lines["source"], lines["n"], strict=True))


def test_who_answered_a_later_wave_first_is_counted_and_kept(tmp_path: Path) -> None:
    assert found(tmp_path) == {"after": 2}


def test_answers_of_the_same_day_are_in_order_whatever_the_hour(tmp_path: Path) -> None:
    later_that_day = {**EARLY, "A1": "2024-03-01 18:00", "A2": "2024-03-02 09:30", "B1": ""}
    assert found(tmp_path, later_that_day) == {}


def test_a_wave_is_held_against_all_waves_before_it(tmp_path: Path) -> None:
    assert found(tmp_path, last=LAST) == {"after": 2, "last": 2}


def test_who_did_not_date_the_wave_between_is_held_against_the_first(tmp_path: Path) -> None:
    only_others = "\n".join(AFTER.splitlines()[:1] + AFTER.splitlines()[2:]) + "\n"
    assert found(tmp_path, after=only_others, last=LAST) == {"after": 1, "last": 2}


def test_without_a_declared_date_nothing_is_held_against_anything(tmp_path: Path) -> None:
    assert found(tmp_path, blank="skipped") == {}
