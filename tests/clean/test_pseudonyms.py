"""Ids that name people are refused, or become keyed pseudonyms before anything else sees them."""

import os
from pathlib import Path

import pytest

from pipeline.clean.pseudonyms import pseudonym_of
from pipeline.clean.responses import clean_responses
from pipeline.errors import ResearcherError
from pipeline.paths import KEYS_VARIABLE
from pipeline.tables.results import Cleaned
from tests.conftest import ROOT
from tests.miniature import AFTER, BEFORE, both, miniature

KEY = bytes(range(32))
NUMBERS = {"A1": "640823-3234", "A2": "001219-3421", "B1": "19640883-3231", "B2": "850709-9805"}
"""Personal identity numbers made up for tests, a co-ordination number among them."""


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "nycklar för kodlistor"
    folder.mkdir()
    monkeypatch.setenv(KEYS_VARIABLE, str(folder))
    return folder / "mini.key"


@pytest.fixture
def key(keys: Path) -> Path:
    keys.write_bytes(KEY)
    keys.chmod(0o600)
    return keys


def units(**more: object) -> list[dict]:
    return [{"name": "person", "id": "person", "label": both("persons"), **more}]


def named(text: str, **names: str) -> str:
    for code, name in {**NUMBERS, **names}.items():
        text = text.replace(f"{code};", f"{name};")
    return text


def cleaned(root: Path, before: str = BEFORE, after: str = AFTER, **parts: object) -> Cleaned:
    return clean_responses(miniature(root / "project", files={"before.csv": before, "after.csv": after}, **parts))


def refusal(root: Path, *files: str, **parts: object) -> str:
    with pytest.raises(ResearcherError) as caught:
        cleaned(root, *files, **parts)
    return str(caught.value)


def test_numbers_become_pseudonyms_that_join_waves_however_they_are_written(tmp_path: Path, key: Path) -> None:
    after = named(AFTER, A1="196408233234", A2="0012193421", B1="640883-3231", B2=" 19850709-9805 ")
    result = cleaned(tmp_path, named(BEFORE), after, units=units(pseudonym=True))
    waves = result.responses["person"].groupby("person")["wave"].agg(tuple)
    assert sorted(waves) == [("t1",), ("t1",), ("t1", "t2"), ("t1", "t2"), ("t1", "t2"), ("t1", "t2")]
    assert pseudonym_of("640823-3234", KEY) in waves.index
    assert all(len(one) == 16 and one.isalnum() for one in waves.index)


def test_a_pseudonym_is_the_beginning_of_the_keyed_hash(key: Path) -> None:
    import base64
    import hashlib
    import hmac

    digest = hmac.new(KEY, b"6408233234", hashlib.sha256).digest()
    assert pseudonym_of("19640823-3234", KEY) == base64.b32encode(digest[:10]).decode()
    assert pseudonym_of("19640823-3234", KEY[::-1]) != pseudonym_of("19640823-3234", KEY)
    assert pseudonym_of(" ", KEY) == ""


def test_no_number_is_left_in_any_table(tmp_path: Path, key: Path) -> None:
    exclusion = {"id": "tests", "sources": ["before"], "variable": "comment", "values": ["bra"], "label": both("test")}
    result = cleaned(tmp_path, named(BEFORE), named(AFTER), units=units(pseudonym=True), exclusions=[exclusion])
    tables = (result.exclusions, result.cleaning_log, result.flow, result.linkage, *result.responses.values(), *result.units.values())
    told = "".join(table.to_csv() for table in tables)
    assert "tests" in told
    assert [number for number in NUMBERS.values() if number[-4:] in told.replace("-", "")] == []


def test_addresses_and_names_become_pseudonyms_without_regard_to_case_and_blanks(tmp_path: Path, key: Path) -> None:
    before = named(BEFORE, A1="Anna  Berg", A2="bo@example.se")
    after = named(AFTER, A1="ANNA BERG", A2="Bo@Example.se")
    people = cleaned(tmp_path, before, after, units=units(pseudonym=True)).responses["person"]
    assert people.groupby("person").size().tolist().count(2) == 4


def test_zeros_that_a_spreadsheet_took_come_back_by_the_declared_form(tmp_path: Path, key: Path) -> None:
    one, other = named(BEFORE, A3="6408233245", B3="6408233252"), named(AFTER, A2="12193421")
    plain = (text.replace("-", "").replace("19640883", "640883") for text in (one, other))
    before, after = (text.replace("20240", "2024-0").replace("0301", "03-01") for text in plain)
    after = after.replace("0302", "03-02").replace("0303", "03-03").replace("0304", "03-04")
    people = cleaned(tmp_path, before, after, units=units(pseudonym=True, id_form="#" * 10)).responses["person"]
    assert people.groupby("person").size().tolist().count(2) == 4


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ({"A1": "anna@example.se"}, "1 ids are e-mail addresses"),
        ({"A1": "640823-3234"}, "1 ids are Swedish personal identity numbers"),
        ({"A1": "Anna Berg", "B1": "Bo Ek"}, "2 ids look like names"),
    ],
)
def test_ids_that_name_people_are_refused_without_repeating_them(tmp_path: Path, ids: dict[str, str], said: str) -> None:
    before, after = (text.replace("A1;", f"{ids['A1']};").replace("B1;", f"{ids.get('B1', 'B1')};") for text in (BEFORE, AFTER))
    found = refusal(tmp_path, before, after)
    assert said in found
    assert "data row 1" in found
    assert "pseudonym = true" in found
    assert [one for one in ids.values() if one in found] == []


def test_ids_that_look_like_names_of_nobody_may_be_declared_so_but_numbers_may_not(tmp_path: Path) -> None:
    before, after = (text.replace("A1;", "Arbetsförmedlingen Väst;") for text in (BEFORE, AFTER))
    assert len(cleaned(tmp_path, before, after, units=units(pseudonym=False)).units["person"]) == 6
    assert "personal identity numbers" in refusal(tmp_path, named(BEFORE), named(AFTER), units=units(pseudonym=False))


def test_without_key_nothing_is_read(tmp_path: Path) -> None:
    found = refusal(tmp_path, named(BEFORE), named(AFTER), units=units(pseudonym=True))
    assert "the key of the study's pseudonyms is not there" in found
    assert "make key STUDY=mini" in found


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_that_others_may_open_is_refused(tmp_path: Path, key: Path, mode: int) -> None:
    key.chmod(mode)
    found = refusal(tmp_path, named(BEFORE), named(AFTER), units=units(pseudonym=True))
    assert "others than you may open the key" in found
    assert "chmod 600" in found


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_refused(tmp_path: Path, key: Path, length: int) -> None:
    key.write_bytes(bytes(length))
    assert f"has {length} bytes" in refusal(tmp_path, named(BEFORE), named(AFTER), units=units(pseudonym=True))


@pytest.mark.parametrize("place", ["project", "project/data", "link"])
def test_a_key_in_the_project_is_refused_also_behind_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    folder = tmp_path / place
    if place == "link":
        (tmp_path / "project").mkdir()
        folder.symlink_to(tmp_path / "project")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mini.key").write_bytes(KEY)
    (folder / "mini.key").chmod(0o600)
    monkeypatch.setenv(KEYS_VARIABLE, str(folder))
    assert "lies in the project" in refusal(tmp_path, named(BEFORE), named(AFTER), units=units(pseudonym=True))


def test_what_a_spreadsheet_made_of_numbers_is_one_person_for_many_and_refused(tmp_path: Path, key: Path) -> None:
    found = refusal(tmp_path, named(BEFORE, A1="1,96E+11"), named(AFTER), units=units(pseudonym=True))
    assert "1 ids are no ids any more but what a spreadsheet made of them" in found


def test_few_ids_unlike_the_others_are_counted(tmp_path: Path, key: Path) -> None:
    result = cleaned(tmp_path, named(BEFORE), named(AFTER), units=units(pseudonym=True))
    odd = result.cleaning_log.query("finding == 'unlike_others'")
    assert odd[["source", "subject", "n"]].to_numpy().tolist() == [["before", "person", 2]]


def test_corrections_name_people_by_their_pseudonyms(tmp_path: Path, key: Path) -> None:
    from pipeline.spec.load import load_study

    cleaned(tmp_path, named(BEFORE), named(AFTER), units=units(pseudonym=True))
    row = f"before.csv,{pseudonym_of('0012193421', KEY)},calm,Aldrig,Ofta,Eva,rang,2024-03-01\n"
    file = tmp_path / "project" / "studies" / "mini" / "corrections.csv"
    file.write_text("file,id,variable,was,becomes,who,why,date\n" + row, encoding="utf-8")
    result = clean_responses(load_study("mini", tmp_path / "project"))
    assert result.cleaning_log.query("finding == 'corrected'")["n"].tolist() == [1]


def test_the_example_of_the_page_keeps_pseudonyms(tmp_path: Path, key: Path) -> None:
    import tomllib

    page = (ROOT / "docs" / "declare.md").read_text(encoding="utf-8").partition("### Ids that name people")[2]
    declared = tomllib.loads(page.partition("```toml unit\n")[2].partition("```")[0])
    result = cleaned(tmp_path, named(BEFORE), named(AFTER), units=declared["units"])
    assert pseudonym_of("640823-3234", KEY) in result.units["person"]["person"].tolist()
