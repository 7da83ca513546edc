"""Groups, waves, units that link to each other, and the flow that counts them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.clean.responses import clean_responses
from pipeline.errors import ResearcherError
from pipeline.spec.vocabulary import MISSING_CODES
from pipeline.tables.results import Cleaned
from tests.miniature import AFTER, ANSWERS, BEFORE, CODEBOOK, both, miniature, source


def cleaned(root: Path, **parts: object) -> Cleaned:
    return clean_responses(miniature(root, **parts))


def refusal(root: Path, **parts: object) -> str:
    with pytest.raises(ResearcherError) as caught:
        cleaned(root, **parts)
    return str(caught.value)


def log_of(result: Cleaned) -> pd.Series:
    return result.cleaning_log.set_index(["source", "subject", "finding"])["n"]


# --- groups


def test_a_person_in_both_groups_is_named(tmp_path: Path) -> None:
    said = refusal(tmp_path, files={"after.csv": AFTER.replace("A2;Ja", "A2;Nej")})
    assert "before.csv and after.csv, group: 1 persons are in both groups" in said
    assert "ids: A2" in said


def test_a_person_in_both_groups_is_found_even_when_one_row_leaves_as_a_duplicate(tmp_path: Path) -> None:
    sources = [source("before", wave="t1", duplicates="most_answered"), source("after", wave="t2")]
    said = refusal(tmp_path, files={"before.csv": BEFORE + "A1;Nej;;;\n"}, sources=sources)
    assert "ids: A1" in said


def test_a_person_without_group_is_named(tmp_path: Path) -> None:
    said = refusal(tmp_path, files={"before.csv": BEFORE.replace("A3;Ja", "A3;")})
    assert "data/raw/mini/, group: 1 persons have no group" in said
    assert "ids: A3" in said


def test_a_group_blank_in_one_wave_is_taken_from_the_other(tmp_path: Path) -> None:
    result = cleaned(tmp_path, files={"before.csv": BEFORE.replace("A1;Ja", "A1;")})
    assert result.units["person"].set_index("person").loc["A1", ["group", "group__missing"]].tolist() == ["participant", 0]


def test_an_empty_group_is_named(tmp_path: Path) -> None:
    everybody = {
        "before.csv": BEFORE.replace("Nej;", "Ja;"),
        "after.csv": AFTER.replace(";Nej;Ibland", ";Ja;Ibland").replace(";Nej;Al", ";Ja;Al"),
    }
    said = refusal(tmp_path, files=everybody)
    assert "nobody is in group 'control'" in said
    assert "'participant'" not in said


def test_three_people_are_enough_to_clean(tmp_path: Path) -> None:
    few = {"before.csv": "\n".join([*BEFORE.splitlines()[:3], "B1;Nej;35;Ibland;"]), "after.csv": "\n".join(AFTER.splitlines()[:2])}
    result = cleaned(tmp_path, files=few)
    assert len(result.units["person"]) == 3
    assert result.responses["person"]["wave"].tolist() == ["t1", "t2", "t1", "t1"]


def test_a_third_group_is_counted_beside_the_two(tmp_path: Path) -> None:
    answers = ANSWERS.replace("often,1", "group,declined,Avböjt,Avböjde,Declined,\noften,1", 1)
    flow = cleaned(tmp_path, files={"before.csv": BEFORE + "C1;Avböjt;40;Ofta;\n"}, answers=answers).flow
    sample = flow[flow["chain"] == "sample"].set_index("group")["n"].to_dict()
    assert sample == {"participant": 3, "control": 3, "declined": 1, "all": 3 + 3 + 1}


# --- waves and facts


def test_what_a_wave_does_not_ask_is_not_asked(tmp_path: Path) -> None:
    rows = cleaned(tmp_path).responses["person"]
    first = rows[rows["wave"] == "t1"]
    assert first["work"].isna().all()
    assert (first["work__missing"] == MISSING_CODES["not_asked"]).all()
    assert (first["day__missing"] == MISSING_CODES["not_asked"]).all()


def test_kinds_of_columns_are_the_same_whatever_the_answers(tmp_path: Path) -> None:
    kinds = cleaned(tmp_path).responses["person"].dtypes.astype(str).to_dict()
    assert kinds == {
        "person": "str",
        "wave": "str",
        "calm": "float64",
        "calm__missing": "int8",
        "work": "str",
        "work__missing": "int8",
        "day": "datetime64[s]",
        "day__missing": "int8",
        "comment": "str",
        "comment__missing": "int8",
    }
    blank = cleaned(tmp_path, files={"after.csv": "nr;grupp;lugn;arbete;dag\nA1;Ja;;;\n", "before.csv": BEFORE.replace("bra", "")})
    assert blank.responses["person"].dtypes.astype(str).to_dict() == kinds


def test_rows_are_sorted_by_id_and_then_by_order_of_waves(tmp_path: Path) -> None:
    waves = [{"name": "t2", "label": both("first")}, {"name": "t1", "label": both("then")}]
    rows = cleaned(tmp_path, waves=waves).responses["person"]
    assert rows[["person", "wave"]].to_numpy().tolist()[:4] == [["A1", "t2"], ["A1", "t1"], ["A2", "t2"], ["A2", "t1"]]


def test_someone_who_answers_only_the_second_wave_is_in_the_sample(tmp_path: Path) -> None:
    result = cleaned(tmp_path, files={"after.csv": AFTER + "C1;Nej;Ofta;Ja;2024-03-01\n"})
    person = result.units["person"].set_index("person").loc["C1"]
    assert person["group"] == "control"
    assert np.isnan(person["age"])
    assert person["age__missing"] == MISSING_CODES["not_asked"]
    counts = result.flow.set_index(["chain", "node", "group"])["n"]
    assert counts["wave:t1", "no_answer", "control"] == 1


def test_a_contradiction_between_waves_is_logged_and_the_first_wave_counts(tmp_path: Path) -> None:
    codebook = CODEBOOK.replace("Ålder,Age,ålder,", "Ålder,Age,ålder,ålder")
    after = "\n".join(f"{line};{extra}" for line, extra in zip(AFTER.splitlines(), ["ålder", "31", "41", "", "44"], strict=True))
    result = cleaned(tmp_path, files={"after.csv": after}, codebook=codebook)
    assert result.units["person"]["age"].tolist() == [30, 41, 52, 35, 44, 59]
    assert log_of(result)["before+after", "age", "contradiction"] == 1


def test_two_sources_of_one_wave_are_joined(tmp_path: Path) -> None:
    codebook = "".join(
        f"{line},{name}\n" for line, name in zip(CODEBOOK.splitlines(), ["raw_name::paper", "nr", "", "", "", "jobb", "", ""], strict=True)
    )
    sources = [source("before", wave="t1"), source("after", wave="t2"), source("paper", wave="t2")]
    files = {"paper.csv": "nr;jobb\nB2;Nej\nA2;\nA3;Ja\n"}
    rows = cleaned(tmp_path, files=files, sources=sources, codebook=codebook).responses["person"]
    work = rows[rows["wave"] == "t2"].set_index("person")["work"].to_dict()
    assert work == {"A1": "yes", "A2": "no", "A3": "yes", "B1": "yes", "B2": "no"}
    said = refusal(tmp_path, files={"paper.csv": "nr;jobb\nA1;Nej\nA2;Nej\n"}, sources=sources, codebook=codebook)
    assert "sources after and paper: 1 units answer 'work' differently in two sources of wave t2" in said
    assert "ids: A1" in said


def test_a_control_in_a_wave_for_participants_is_named(tmp_path: Path) -> None:
    waves = [{"name": "t1", "label": both("b")}, {"name": "t2", "label": both("a"), "asked_of": ["participant"]}]
    said = refusal(tmp_path, waves=waves)
    assert "after.csv: 2 persons answer wave t2, which only participant were asked" in said
    assert "ids: B1, B2" in said
    only = "\n".join(line for line in AFTER.splitlines() if not line.startswith("B"))
    flow = cleaned(tmp_path, waves=waves, files={"after.csv": only}).flow
    wave = flow[flow["chain"] == "wave:t2"].set_index(["node", "group"])["n"].to_dict()
    expected = {"in_sample": 3, "no_answer": 3 - 2, "answered": 2}
    assert wave == {(node, group): number for node, number in expected.items() for group in ("all", "participant")}


# --- units that link to each other

WITH_WORKPLACE = (
    CODEBOOK.replace("raw_name::after\n", "raw_name::after,raw_name::places\n").replace("nr,nr\n", "nr,nr,\n")
    + "id,workplace,workplace,yes,,,,Arbetsplats,Workplace,plats,,plats\n"
    + "integer,invited,workplace,yes,,0..,,Inbjudna,Invited,,,inbjudna\n"
)
UNITS = [
    {"name": "person", "id": "person", "label": both("persons")},
    {"name": "workplace", "id": "workplace", "label": both("workplaces")},
]
SOURCES = [source("before", wave="t1"), source("after", wave="t2"), source("places", unit="workplace")]
PLACES = "plats;inbjudna\nW1;4\nW2;5\n"


def at_workplaces(root: Path, places: str = PLACES, named: str = "plats,w1,W1, W1 ,W2,W2,W2", **parts: object) -> Cleaned:
    before = "\n".join(f"{line};{place}" for line, place in zip(BEFORE.splitlines(), named.split(","), strict=True))
    codebook = "".join(line + "," * (11 - line.count(",")) + "\n" for line in WITH_WORKPLACE.splitlines())
    return cleaned(root, files={"before.csv": before, "places.csv": places}, codebook=codebook, units=UNITS, sources=SOURCES, **parts)


def test_persons_link_to_workplaces_that_have_rows_of_their_own(tmp_path: Path) -> None:
    result = at_workplaces(tmp_path)
    assert result.units["person"]["workplace"].tolist() == ["W1", "W1", "W1", "W2", "W2", "W2"]
    assert result.units["workplace"].to_dict("list") == {"workplace": ["W1", "W2"], "invited": [4, 5], "invited__missing": [0, 0]}


def test_the_sample_chain_begins_with_the_people_invited(tmp_path: Path) -> None:
    flow = at_workplaces(tmp_path).flow
    sample = flow[flow["chain"] == "sample"][["step", "kind", "node", "group", "n"]].to_numpy().tolist()
    assert sample == [
        [0, "count", "invited", "all", 4 + 5],
        [1, "loss", "not_answered", "all", 4 + 5 - 6],
        [2, "count", "in_sample", "all", 6],
        [2, "count", "in_sample", "control", 3],
        [2, "count", "in_sample", "participant", 3],
    ]


def test_fewer_invited_than_answered_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResearcherError, match="5 were invited according to the register, but 6 answered"):
        at_workplaces(tmp_path, PLACES.replace("4", "0"))


def test_an_unknown_number_of_invited_leaves_the_chain_at_the_sample(tmp_path: Path) -> None:
    flow = at_workplaces(tmp_path, PLACES.replace("4", "")).flow
    assert flow.loc[flow["chain"] == "sample", "node"].unique().tolist() == ["in_sample"]


def test_a_link_to_a_workplace_that_the_register_lacks_is_logged(tmp_path: Path) -> None:
    result = at_workplaces(tmp_path, named="plats,W1,W1,W3,W2,W2,W3")
    assert log_of(result)["before", "workplace", "unknown_link"] == 2


def test_a_blank_cluster_is_refused(tmp_path: Path) -> None:
    sample = {"unit": "person", "group": "group", "participant": "participant", "control": "control", "cluster": "workplace"}
    with pytest.raises(ResearcherError, match="1 persons have no workplace, which is the sample's cluster"):
        at_workplaces(tmp_path, named="plats,W1,W1,,W2,W2,W2", sample=sample)


def test_a_unit_without_source_has_the_ids_that_others_name(tmp_path: Path) -> None:
    codebook = CODEBOOK + "id,workplace,workplace,yes,,,,Arbetsplats,Workplace,plats,\n"
    before = "\n".join(f"{line};{place}" for line, place in zip(BEFORE.splitlines(), ["plats", *"XYXYXX"], strict=True))
    result = cleaned(tmp_path, files={"before.csv": before}, codebook=codebook, units=UNITS)
    assert result.units["workplace"]["workplace"].tolist() == ["X", "Y"]


def test_people_known_only_to_a_register_are_counted_but_not_added(tmp_path: Path) -> None:
    codebook = "".join(
        f"{line},{name}\n" for line, name in zip(CODEBOOK.splitlines(), ["raw_name::register", "nr", *[""] * 6], strict=True)
    )
    codebook += "decimal,months,person,yes,,0..,,Månader,Months,,,mån\n"
    sources = [source("before", wave="t1"), source("after", wave="t2"), source("register")]
    register = "nr;mån\nA1;1,5\nA2;2\nX1;3\nX2;4\nB1;\n"
    result = cleaned(tmp_path, files={"register.csv": register}, sources=sources, codebook=codebook)
    people = result.units["person"].set_index("person")
    assert people["months"].dropna().to_dict() == {"A1": 1.5, "A2": 2.0}
    assert people["months__missing"].to_dict() == {
        "A1": 0,
        "A2": 0,
        "B1": MISSING_CODES["skipped"],
        **dict.fromkeys(("A3", "B2", "B3"), MISSING_CODES["not_asked"]),
    }
    assert log_of(result)["register", "person", "not_in_sample"] == 2


# --- exclusions


def exclusion(**changes: object) -> dict:
    return {"id": "out", "sources": ["before"], "variable": "person", "values": ["a3", " B9"], "label": both("out"), **changes}


def test_ids_are_excluded_whatever_their_case(tmp_path: Path) -> None:
    result = cleaned(tmp_path, exclusions=[exclusion()])
    assert result.exclusions[["source", "file", "row", "unit_id", "rule"]].to_numpy().tolist() == [["before", "before.csv", 3, "A3", "out"]]
    assert result.exclusions["kept_row"].isna().all()


def test_a_code_excludes_the_rows_with_its_answer(tmp_path: Path) -> None:
    result = cleaned(tmp_path, exclusions=[exclusion(variable="calm", values=["3", "dont_know"])])
    assert result.exclusions["unit_id"].tolist() == ["A1", "A3", "B2"]


def test_an_exclusion_by_an_unknown_code_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, exclusions=[exclusion(variable="work", sources=["after"], values=["Nej"])])
    assert "exclusions 'out' values: 'Nej' is not an answer of 'work'" in said
    assert "allowed: yes, no" in said


def test_an_excluded_row_may_hold_any_answer(tmp_path: Path) -> None:
    files = {"before.csv": BEFORE.replace("A3;Ja;52;Vet ej", "A3;Kanske;999;??")}
    assert len(cleaned(tmp_path, files=files, exclusions=[exclusion()]).units["person"]) == 5


def test_the_first_exclusion_that_fits_counts(tmp_path: Path) -> None:
    second = exclusion(id="later", values=["A3", "B3"])
    flow = cleaned(tmp_path, exclusions=[exclusion(), second]).flow
    counts = flow[flow["chain"] == "rows:before"][["node", "n"]].to_numpy().tolist()
    assert counts == [["rows_received", 6], ["out", 1], ["later", 1], ["rows_kept", 4]]


def test_an_exclusion_that_hits_nobody_is_a_loss_of_nought(tmp_path: Path) -> None:
    flow = cleaned(tmp_path, exclusions=[exclusion(values=["nobody"])]).flow
    assert flow.set_index(["chain", "node"]).loc[("rows:before", "out"), "n"] == 0
