"""What is asked of few texts only says what it would say of all, and what is seen at a glance is what a reader of rows would see."""

import csv
import io
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.clean.cells import are_among, per_row
from pipeline.clean.identity import MADE, NOT_PLAIN, is_spreadsheet_made, plain_id, plain_ids
from pipeline.clean.importers import csv_text
from pipeline.clean.importers.csv_text import _quotes_whole_cells, read_cells
from pipeline.errors import ResearcherError
from pipeline.spec.folding import tidy
from pipeline.spec.personal import HELD

LIKE_IDS = st.one_of(
    st.text(max_size=12),
    st.from_regex(r"\s?[A-Za-zåÅßſ]{0,3}[0-9]{0,7}[.,]?[0-9]*[eE]?[+-]?[0-9]{0,3}\s?", fullmatch=True),
    st.from_regex(r"[ \u00a0\u200b]?(19)?[0-9]{6}[-+]?[0-9]{4}[ \u00ad]?", fullmatch=True),
    st.sampled_from(
        ["811218-9876", " 19811218-9876\u200b", "a@b.se", "Åsa Ek", "Ek, Åsa", "O’Hara Li", "nan", "NULL ", "#REF!", "1,5E+05", "1.2e5", ""]
    ),
)
ASKED: list[tuple[Callable[[str], object], str]] = [
    (lambda text: is_spreadsheet_made(plain_id(text)), MADE),
    (lambda text: text != text.strip(), NOT_PLAIN),
    (lambda text: text.strip() != text.strip().upper(), NOT_PLAIN),
    *[(lambda text, is_one=is_one: is_one(tidy(text)), pattern) for is_one, pattern in HELD.items()],
]


def cells_of(texts: list[str]) -> pd.Series:
    places, found = pd.factorize(np.array(texts, dtype=object))
    return pd.Series(pd.Categorical.from_codes(places, pd.Index(found, dtype="str")))


@pytest.mark.parametrize("asked", range(len(ASKED)))
@given(texts=st.lists(LIKE_IDS, min_size=1, max_size=30))
def test_texts_without_the_pattern_need_not_be_asked(asked: int, texts: list[str]) -> None:
    of_text, holding = ASKED[asked]
    cells = cells_of(texts)
    assert per_row(cells, of_text, bool, holding).tolist() == per_row(cells, of_text, bool).tolist()


@given(texts=st.lists(LIKE_IDS, min_size=1, max_size=30))
def test_the_plain_form_of_ids_is_that_of_each(texts: list[str]) -> None:
    assert plain_ids(cells_of(texts)).fillna("").tolist() == [plain_id(text) for text in texts]


@given(ids=st.lists(st.sampled_from(["a", "b", "å", None]), max_size=6), known=st.lists(st.sampled_from(["a", "å", "c", None]), max_size=6))
def test_a_missing_id_is_among_none(ids: list[str | None], known: list[str | None]) -> None:
    there = {one for one in known if one is not None}
    assert are_among(pd.Series(ids, dtype="str"), pd.Series(known, dtype="str")).tolist() == [one in there for one in ids]


@given(text=st.text(alphabet='a;"\n\r', max_size=14))
@example('a;";";"\n')
@example('"a";"";"b;c"\n')
def test_marks_that_are_seen_to_close_are_closed_for_a_reader_of_rows_too(text: str) -> None:
    if _quotes_whole_cells(text, ";"):
        strict = list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))
        assert strict == list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
        assert not any('"' in cell for row in strict for cell in row)


CELLS = st.lists(st.tuples(*[st.text(alphabet='ab å;"\n', max_size=9)] * 3), min_size=1, max_size=40)


def written(rows: list[tuple[str, ...]]) -> memoryview:
    text = io.StringIO()
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return memoryview(text.getvalue().encode())


@pytest.mark.parametrize("block", [1, 64, 1000])
@given(rows=CELLS)
def test_cells_read_in_blocks_are_those_read_at_once(block: int, rows: list[tuple[str, ...]]) -> None:
    at_once = read_cells(written(rows), ";", 3, "x")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_text, "BLOCK", block)
        in_blocks = read_cells(written(rows), ";", 3, "x")
    for one, other, place in zip(at_once, in_blocks, range(3), strict=True):
        pd.testing.assert_series_equal(one, other)
        assert other.tolist() == [row[place] for row in rows]


@pytest.mark.parametrize("block", [16, 1000])
def test_rows_of_another_width_are_named_by_their_number_in_blocks_too(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_text, "BLOCK", block)
    with pytest.raises(ResearcherError, match="data row 6: 2 cells instead of 3"):
        read_cells(memoryview(b"1;2;3\n" * 5 + b"1;2\n" + b"1;2;3\n" * 5), ";", 3, "x")


def test_marks_of_whole_cells_are_seen_without_reading_rows() -> None:
    assert _quotes_whole_cells('"a";"";"b;c"\n1;"x"', ";") and _quotes_whole_cells("a;b\n", ";")
    assert not any(_quotes_whole_cells(text, ";") for text in ('"a', '"a"b;c', '"a""b"', 'a"b', '"a\nb"'))
