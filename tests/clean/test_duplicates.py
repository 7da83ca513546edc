"""Which of several rows of one unit stays, and what is said when nobody can know."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.duplicates import DUPLICATE_RULES, find_duplicates
from pipeline.clean.responses import clean_responses
from pipeline.errors import ResearcherError
from pipeline.spec.sources import Source
from pipeline.tables.results import Cleaned
from tests.miniature import AFTER, miniature, source

HEADING, *ROWS = AFTER.splitlines()
BY_DAY = {"order": "day"}


def cleaned(root: Path, rows: list[str], rule: str, **changes: object) -> Cleaned:
    sources = [source("before", wave="t1"), source("after", wave="t2", duplicates=rule, **changes)]
    return clean_responses(miniature(root, files={"after.csv": "\n".join([HEADING, *rows]) + "\n"}, sources=sources))


def refusal(root: Path, rows: list[str], rule: str, **changes: object) -> str:
    with pytest.raises(ResearcherError) as caught:
        cleaned(root, rows, rule, **changes)
    return str(caught.value)


def kept(result: Cleaned, person: str, column: str) -> object:
    rows = result.responses["person"]
    [row] = rows[(rows["person"] == person) & (rows["wave"] == "t2")].to_dict("records")
    return row[column]


def gone(result: Cleaned) -> list[list]:
    return result.exclusions[["row", "rule", "kept_row"]].to_numpy().tolist()


def test_refuse_is_the_default_and_names_the_ids(tmp_path: Path) -> None:
    with pytest.raises(ResearcherError) as caught:
        clean_responses(miniature(tmp_path, files={"after.csv": AFTER + ROWS[1] + "\n" + ROWS[0] + "\n"}))
    said = str(caught.value)
    assert "after.csv: 2 units have several rows that duplicates = 'refuse' cannot decide between" in said
    assert "ids: A1, A2" in said
    assert "allowed: refuse, exact, most_answered, first, latest, spells" in said


@pytest.mark.parametrize("rule", ["exact", "most_answered", "first", "latest"])
def test_of_rows_that_mean_the_same_the_later_leaves(tmp_path: Path, rule: str) -> None:
    same = " a1;JA;ofta ;ja;2024-03-01"
    result = cleaned(tmp_path, [*ROWS, same], rule, **BY_DAY)
    assert gone(result) == [[5, "duplicate_exact", 1]]
    assert result.exclusions["unit_id"].tolist() == ["a1"]


def test_exact_does_not_decide_between_different_rows(tmp_path: Path) -> None:
    said = refusal(tmp_path, [*ROWS, "A1;Ja;Aldrig;Ja;2024-03-01"], "exact")
    assert "1 units have several rows that duplicates = 'exact' cannot decide between" in said
    assert "ids: A1" in said


def test_the_most_answered_row_stays_wherever_it_stands(tmp_path: Path) -> None:
    partial = "A1;Ja;;;2024-02-28"
    for rows in ([partial, *ROWS], [*ROWS, partial]):
        result = cleaned(tmp_path, rows, "most_answered")
        assert kept(result, "A1", "calm") == 3
        [[row, rule, other]] = gone(result)
        assert (rows[row - 1], rule, rows[other - 1]) == (partial, "duplicate_most_answered", ROWS[0])


def test_do_not_know_counts_as_less_than_an_answer(tmp_path: Path) -> None:
    assert kept(cleaned(tmp_path, [*ROWS, "A1;Ja;Vet ej;Ja;2024-03-01"], "most_answered"), "A1", "calm") == 3


def test_equally_complete_rows_that_differ_are_refused(tmp_path: Path) -> None:
    assert "ids: A1" in refusal(tmp_path, [*ROWS, "A1;Ja;Aldrig;Ja;2024-03-01"], "most_answered")


@pytest.mark.parametrize(("rule", "calm"), [("first", 1.0), ("latest", 2.0)])
def test_first_and_latest_go_by_the_date(tmp_path: Path, rule: str, calm: float) -> None:
    rows = [*ROWS, "A1;Ja;Aldrig;Ja;2024-02-01", "A1;Ja;Ibland;Ja;2024-04-01"]
    assert kept(cleaned(tmp_path, rows, rule, **BY_DAY), "A1", "calm") == calm


@pytest.mark.parametrize("rule", ["first", "latest"])
def test_rows_of_the_same_day_or_without_a_day_are_refused(tmp_path: Path, rule: str) -> None:
    assert "ids: A1" in refusal(tmp_path, [*ROWS, "A1;Ja;Aldrig;Ja;2024-03-01"], rule, **BY_DAY)
    assert "ids: A1" in refusal(tmp_path, [*ROWS, "A1;Ja;Aldrig;Ja;"], rule, **BY_DAY)


def test_every_dropped_row_names_the_row_that_finally_stays(tmp_path: Path) -> None:
    partial = "A1;Ja;;;2024-02-28"
    result = cleaned(tmp_path, [partial, partial, ROWS[0], *ROWS[1:], ROWS[0]], "most_answered")
    assert gone(result) == [[1, "duplicate_most_answered", 3], [2, "duplicate_exact", 3], [7, "duplicate_exact", 3]]


def test_an_excluded_row_is_no_duplicate(tmp_path: Path) -> None:
    exclusion = {"id": "tests", "sources": ["after"], "variable": "work", "values": ["no"], "label": {"sv": "test", "en": "test"}}
    study = miniature(tmp_path, files={"after.csv": AFTER + "A1;Ja;Aldrig;Nej;2024-03-01\n"}, exclusions=[exclusion])
    assert kept(clean_responses(study), "A1", "calm") == 3


DAYS = st.sampled_from(["2024-03-01", "2024-03-02", None])
ROWS_OF_UNITS = st.lists(st.tuples(st.sampled_from(["A", "B", "C"]), st.sampled_from([1.0, 2.0, None]), DAYS, DAYS), max_size=8)
GOES_BY = {"order": "day", "entry": "day", "exit": "left"}


def outcome(rows: list, rule: str) -> tuple[list, list]:
    """Units that nobody can decide, and what the rows say that stay."""
    frame = pd.DataFrame(rows, columns=["id", "calm", "day", "left"]).astype(
        {"calm": "float64", "day": "datetime64[s]", "left": "datetime64[s]"}
    )
    for name in ("calm", "day", "left"):
        frame[f"{name}__missing"] = frame[name].isna().astype("int8")
    duplicates = find_duplicates(frame, "id", Source(name="s", file="s.csv", sha256="0" * 64, unit="person", duplicates=rule, **GOES_BY))
    kept_rows = frame.drop(index=duplicates.dropped.index)
    decided = kept_rows[~kept_rows["id"].isin(duplicates.undecided)]
    assert decided["id"].is_unique
    assert set(decided["id"]) | set(duplicates.undecided) == set(frame["id"])
    assert set(duplicates.dropped["kept"]) <= set(decided.index)
    return duplicates.undecided, sorted(decided.astype(str).to_numpy().tolist())


@pytest.mark.slow
@given(rows=ROWS_OF_UNITS, data=st.data())
@settings(deadline=None, max_examples=60)
@pytest.mark.parametrize("rule", list(DUPLICATE_RULES))
def test_the_order_of_rows_decides_nothing(rule: str, rows: list, data: st.DataObject) -> None:
    assert outcome(rows, rule) == outcome(data.draw(st.permutations(rows)), rule)
