"""What the data book counts before anything is declared, and what it finds worth a look."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.clean.responses import clean_responses
from pipeline.compare.databook.answers import edges_of
from pipeline.compare.databook.databook import describe_answers
from pipeline.spec.study import Study
from tests.miniature import AFTER, ANSWERS, BEFORE, CODEBOOK, miniature

BARE = {"measures": [], "analyses": [], "balance": {"covariates": []}}
"""Nothing is declared but what the questions mean."""
ITEMS = [f"item_{number}" for number in range(10)]


def described(study: Study, durations: dict[str, pd.Series] | None = None) -> pd.DataFrame:
    return describe_answers(study, clean_responses(study), durations or {})


def counted(frame: pd.DataFrame, variable: str, wave: str, kind: str, group: str = "all") -> dict[str, int]:
    keys = {"variable": variable, "wave": wave, "kind": kind, "group": group}
    rows = frame[(frame[list(keys)] == pd.Series(keys)).all(axis="columns")]
    return dict(zip(rows["code"], rows["n"].astype(int), strict=True))


def findings(frame: pd.DataFrame) -> dict[tuple[str, str], tuple]:
    rows = frame[frame["kind"] == "finding"]
    return {(row.code, row.variable): (row.n, row.value, row.detail, row.ids) for row in rows.itertuples()}


def questionnaire(root: Path, rows: dict[str, list[str]]) -> Study:
    """Ten ratings that share one list of three answers, and a number, of as many people as there are rows."""
    codebook = CODEBOOK + "".join(f"rating,{name},person,,often,,,{name},{name},{name},\n" for name in ITEMS)
    codebook += "integer,sum,person,,,,,Summa,Sum,sum,\n"
    heading = f"nr;grupp;ålder;lugn;kommentar;{';'.join(ITEMS)};sum\n"
    groups = {name: ("Ja", "Nej")[place % 2] for place, name in enumerate(rows)}
    lines = [f"{name};{groups[name]};40;Ofta;;{';'.join(answers)}\n" for name, answers in rows.items()]
    after = "nr;grupp;lugn;arbete;dag\n" + "".join(f"{name};{group};Ofta;Ja;2024-03-01\n" for name, group in groups.items())
    return miniature(root, {"before.csv": heading + "".join(lines), "after.csv": after}, codebook, **BARE)


def test_answers_and_reasons_are_counted_by_wave_and_group(tmp_path: Path) -> None:
    frame = described(miniature(tmp_path, **BARE))
    assert counted(frame, "calm", "t1", "answer") == {"1": 1, "2": 1, "3": 2}
    assert counted(frame, "calm", "t1", "answer", "participant") == {"1": 1, "2": 0, "3": 1}
    assert counted(frame, "calm", "t1", "reason") == {"answered": 4, "dont_know": 1, "skipped": 1}
    assert counted(frame, "calm", "t1", "reason", "control") == {"answered": 2, "dont_know": 0, "skipped": 1}
    assert counted(frame, "work", "t2", "reason") == {"answered": 3, "skipped": 1}
    assert counted(frame, "day", "t2", "period") == {f"2024-03-0{day}": 1 for day in range(1, 5)}


def test_numbers_are_summed_up(tmp_path: Path) -> None:
    frame = described(miniature(tmp_path, **BARE))
    rows = frame[(frame["variable"] == "age") & (frame["kind"] == "number") & (frame["group"] == "all")]
    numbers = dict(zip(rows["code"], rows["value"], strict=True))
    assert numbers["mean"] == (30 + 41 + 52 + 35 + 44 + 59) / 6
    assert (numbers["minimum"], numbers["median"], numbers["maximum"]) == (30, (41 + 44) / 2, 59)
    assert sum(counted(frame, "age", "", "class").values()) == 6


def test_classes_of_a_number_are_the_same_in_every_wave(tmp_path: Path) -> None:
    codebook = CODEBOOK + "decimal,pay,person,,,,,Lön,Pay,pay,pay\n"
    before = "".join(f"{line};{pay}\n" for line, pay in zip(BEFORE.splitlines(), ["pay", 1, 2, 3, 4, 5, 6], strict=True))
    after = "".join(f"{line};{pay}\n" for line, pay in zip(AFTER.splitlines(), ["pay", 70, 80, 90, 100], strict=True))
    frame = described(miniature(tmp_path, {"before.csv": before, "after.csv": after}, codebook, **BARE))
    first, second = (counted(frame, "pay", wave, "class") for wave in ("t1", "t2"))
    assert first.keys() == second.keys()
    assert (sum(first.values()), sum(second.values())) == (6, 4)


def test_boxes_of_one_question_are_counted_together(tmp_path: Path) -> None:
    codebook = CODEBOOK + "select_multiple,steps,person,,steps,,,Steg,Steps,,steg\n"
    answers = ANSWERS + "steps,cv,CV,CV,CV,\nsteps,course,Kurs,Kurs,Course,\n"
    after = "".join(f"{line};{steps}\n" for line, steps in zip(AFTER.splitlines(), ["steg", "CV,Kurs", "CV", "", "Kurs"], strict=True))
    frame = described(miniature(tmp_path, {"after.csv": after}, codebook, answers, **BARE))
    assert counted(frame, "steps", "t2", "answer") == {"course": 2, "cv": 2}
    assert counted(frame, "steps", "t2", "reason") == {"answered": 3, "skipped": 1}


def test_every_unit_stands_in_one_line_of_the_map_and_those_who_left_stand_last(tmp_path: Path) -> None:
    frame = described(miniature(tmp_path, **BARE))
    lines = frame[(frame["kind"] == "line") & (frame["wave"] == "t2")]
    assert lines["n"].sum() == 6
    assert lines["detail"].tolist() == ["000", "000", "000", "030", "...", "..."]
    columns = frame[(frame["kind"] == "columns") & (frame["wave"] == "t2")]
    assert columns["detail"].tolist() == ["calm work day"]


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    heading, *rows = BEFORE.splitlines()
    turned = "\n".join([heading, *reversed(rows), ""])
    one, other = (described(miniature(tmp_path / name, {"before.csv": text}, **BARE)) for name, text in (("a", BEFORE), ("b", turned)))
    pd.testing.assert_frame_equal(one, other)


@pytest.fixture
def planted(tmp_path: Path) -> dict[tuple[str, str], tuple]:
    words = ("Aldrig", "Ibland", "Ofta")
    rows = {f"P{n:02}": [*(words[(n // 3**place + place) % 3] for place in range(10)), str(n % 5)] for n in range(30)}
    rows["P07"] = [*["Ofta"] * 10, "3"]
    rows["P11"] = rows["P12"]
    rows["P20"][-1] = "400"
    return findings(described(questionnaire(tmp_path, rows)))


def test_one_answer_to_many_questions_side_by_side_is_told_with_who_gave_it(planted: dict) -> None:
    assert planted["straight", "item_0"] == (1, 30, " ".join(ITEMS), "P07")


def test_units_that_answer_everything_alike_are_told(planted: dict) -> None:
    assert planted["alike", ""] == (2, 30, "", "P11 = P12")


def test_a_number_far_from_all_others_is_told(planted: dict) -> None:
    assert planted["far", "sum"] == (1, 30, "400", "P20")


def test_what_nearly_all_answer_is_told_and_not_told_twice(planted: dict) -> None:
    assert planted["nearly_all", "work"] == (30, 30, "yes", "")
    assert ("unused", "work") not in planted


def test_answers_that_nobody_chose_are_told(tmp_path: Path) -> None:
    rows = {f"P{n:02}": [*(("Aldrig", "Ofta")[(n + place) % 2] for place in range(10)), str(n)] for n in range(30)}
    assert findings(described(questionnaire(tmp_path, rows)))["unused", "item_3"] == (1, 3, "2", "")


def test_who_answers_in_a_third_of_the_median_time_is_told(tmp_path: Path) -> None:
    minutes = pd.Series([9.0, 12.0, 15.0, 3.9, 12.0, 4.0], index=["A1", "A2", "A3", "B1", "B2", "B3"])
    frame = described(miniature(tmp_path, **BARE), {"before": minutes})
    median = (9.0 + 12.0) / 2
    assert 3.0 < median / 3 < 3.9
    assert ("fast", "duration:before") not in findings(frame)
    frame = described(miniature(tmp_path, **BARE), {"before": minutes.replace(3.9, 3.0)})
    assert findings(frame)["fast", "duration:before"] == (1, 6, "", "B1")


def test_large_whole_numbers_keep_all_their_digits(tmp_path: Path) -> None:
    rows = {
        f"P{n:02}": [*(("Aldrig", "Ibland", "Ofta")[(n + place) % 3] for place in range(10)), str(20240101 + n % 10)] for n in range(30)
    }
    rows["P03"][-1] = "20241231"
    frame = described(questionnaire(tmp_path, rows))
    assert findings(frame)["far", "sum"] == (1, 30, "20241231", "P03")
    classes = counted(frame, "sum", "t1", "class")
    assert sum(classes.values()) == 30
    assert all(float(code).is_integer() for code in classes)
    assert len({float(code) for code in classes}) == len(classes)


@pytest.mark.parametrize("numbers", [[0.5], [1e-12, 2e-12, 9e-12], [-3.0, 7.0], [1e9, 1e9 + 1], [0.1, 0.1 + 2**-54]])
def test_every_number_lies_in_one_class(numbers: list[float]) -> None:
    edges = edges_of(np.array(numbers))
    assert (np.diff(edges) > 0).all()
    assert edges[0] <= min(numbers)
    assert len(edges) <= 17
    assert max(numbers) < edges[-1] + (edges[1] - edges[0] if len(edges) > 1 else 1.0)
