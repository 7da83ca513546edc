"""Near matches across waves: who may be one person under two ids, or two under one."""

from pathlib import Path

import pytest

from pipeline.clean.linkage import _near
from pipeline.clean.responses import clean_responses
from pipeline.errors import ResearcherError
from tests.miniature import BEFORE, CODEBOOK, miniature

PEOPLE = BEFORE.replace("nr;", "nr;född;").replace("B3;", "B3;1965;").replace("A1;", "A1;1994;").replace("A2;", "A2;1983;")
PEOPLE = PEOPLE.replace("A3;", "A3;1972;").replace("B1;", "B1;1989;").replace("B2;", "B2;1980;")
AFTER = "nr;född;grupp;lugn;arbete;dag\nA1;1994;Ja;Ofta;Ja;2024-03-01\nA2;1983;Ja;Ofta;Ja;2024-03-01\nB1;1989;Nej;Ofta;Ja;2024-03-01\n"
BOOK = CODEBOOK + "integer,born,person,yes,,,,Född,Born,född,född\n"


def doubtful(root: Path, after: str, people: str = PEOPLE) -> list[list]:
    result = clean_responses(miniature(root, files={"before.csv": people, "after.csv": after}, codebook=BOOK))
    assert set(result.linkage["source"]) <= {"after"}
    counted = result.cleaning_log.query("finding == 'doubtful_link'")["n"].sum()
    assert counted == len(result.linkage)
    return result.linkage[["why", "id", "other_id", "facts_alike", "facts_compared"]].to_numpy().tolist()


def test_people_who_are_known_leave_nothing_to_tell(tmp_path: Path) -> None:
    assert doubtful(tmp_path, AFTER) == []


def test_an_id_a_slip_from_one_that_is_lacking_is_told(tmp_path: Path) -> None:
    assert doubtful(tmp_path, AFTER.replace("B1;", "B11;")) == [["near_id", "B11", "B1", 2, 2]]


def test_who_lacks_a_group_is_told_who_he_may_be(tmp_path: Path) -> None:
    codebook = BOOK.replace("Grupp,Group,grupp,grupp", "Grupp,Group,grupp,")
    after = "\n".join(";".join(cell for place, cell in enumerate(line.split(";")) if place != 2) for line in AFTER.splitlines()) + "\n"
    with pytest.raises(ResearcherError, match="B11 in after may be B1 in before"):
        clean_responses(miniature(tmp_path, files={"before.csv": PEOPLE, "after.csv": after.replace("B1;", "B11;")}, codebook=codebook))


def test_facts_that_contradict_a_near_id_speak_against_it(tmp_path: Path) -> None:
    assert doubtful(tmp_path, AFTER.replace("B1;1989", "B11;1950")) == []


def test_an_id_near_two_that_are_lacking_is_no_ones(tmp_path: Path) -> None:
    after = AFTER.replace("B1;1989", "B4;").replace("A2;", "A1x;").replace("A1x;1983", "A2;1983")
    assert doubtful(tmp_path, after) == []


def test_the_same_facts_that_nobody_else_has_are_told(tmp_path: Path) -> None:
    assert doubtful(tmp_path, AFTER.replace("B1;", "X-77;")) == [["same_facts", "X-77", "B1", 2, 2]]


def test_facts_that_others_share_tell_nothing(tmp_path: Path) -> None:
    assert doubtful(tmp_path, AFTER.replace("B1;", "X-77;"), PEOPLE.replace("B2;1980", "B2;1989")) == []


def test_one_id_with_other_facts_may_be_two_people(tmp_path: Path) -> None:
    more = "".join(f"C{number};{1950 + number};Ja;40;Ofta;\n" for number in range(60)) + "D1;1999;Nej;40;Ofta;\n"
    late = "".join(f"C{number};{1950 + number};Ja;Ofta;Ja;2024-03-01\n" for number in range(60))
    late += "D1;1999;Nej;Ofta;Ja;2024-03-01\n"
    after = AFTER.replace("B1;1989;Nej", "B1;1990;") + late
    assert doubtful(tmp_path / "1", after, PEOPLE + more) == []
    codebook = BOOK + "text,parish,person,yes,,,,Ort,Place,ort,ort\n"
    before = "\n".join(line + ";" + ("ort" if line.startswith("nr") else "Umeå") for line in (PEOPLE + more).split("\n")[:-1]) + "\n"
    later = "\n".join(line + ";" + ("ort" if line.startswith("nr") else "Umeå") for line in after.split("\n")[:-1]) + "\n"
    later = later.replace("B1;1990;;Ofta;Ja;2024-03-01;Umeå", "B1;1990;;Ofta;Ja;2024-03-01;Luleå")
    result = clean_responses(miniature(tmp_path / "2", files={"before.csv": before, "after.csv": later}, codebook=codebook))
    assert result.linkage[["why", "id", "facts_alike", "facts_compared"]].to_numpy().tolist() == [["contradiction", "B1", 0, 2]]


@pytest.mark.parametrize(
    ("one", "other", "near"), [("P01", "P1", 1), ("P12", "P21", 1), ("P12", "Q12", 1), ("P12", "P345", 0), ("AB12", "1AB2", 0)]
)
def test_ids_are_near_by_one_slip(one: str, other: str, near: int) -> None:
    assert len(list(_near([one], [other]))) == near


@pytest.mark.slow
def test_fifty_thousand_ids_are_held_against_each_other_in_seconds() -> None:
    import random
    import time

    rng = random.Random(1)
    ids = [f"{rng.getrandbits(48):012X}" for _ in range(50_000)]
    began = time.process_time()
    assert list(_near(ids[:25_000], [*ids[25_000:], ids[0][:-1]])) == [(ids[0], ids[0][:-1])]
    assert time.process_time() - began < 20
