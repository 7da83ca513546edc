"""Whatever bytes a file holds, the answer is a cleaned table or a message; never a traceback."""

import hashlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.clean.importers.csv_text import import_csv
from pipeline.clean.responses import clean_responses
from pipeline.errors import ResearcherError
from pipeline.spec.declaration import Declaration
from pipeline.spec.sources import Source
from pipeline.spec.study import Study
from tests.miniature import BEFORE, miniature

pytestmark = pytest.mark.slow

ENCODINGS = st.sampled_from([None, "utf-8", "utf-8-sig", "cp1252", "mac-roman", "cp850", "cp437", "utf-16"])
ROWS = st.fixed_dictionaries(
    {"skip_rows": st.integers(0, 3), "heading_rows": st.integers(1, 3), "headings": st.sampled_from(["first", "last", "joined"])}
)
DELIMITERS = st.sampled_from([None, ";", ",", "\t"])
PIECES = st.sampled_from(
    [
        b"",
        b";",
        b'"',
        b'""',
        b"\n",
        b"\r",
        b"\xe5",
        b"\xc3\xa5",
        b"\xef\xbb\xbf",
        b"\xa0",
        b"\0",
        b"=1",
        b",",
        b"Ja",
        b"\x81",
        b"sep=;\n",
        b"\xff\xfe",
        b"\x8a",
        b"\xc3\x83\xc2\xa5",
    ]
)


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return miniature(tmp_path_factory.mktemp("mini"))


def with_content(study: Study, content: bytes) -> Study:
    """Give the study another first file."""
    (study.paths.raw / "before.csv").write_bytes(content)
    first, *others = study.declaration.sources
    changed = first.model_copy(update={"sha256": hashlib.sha256(content).hexdigest()})
    declaration: Declaration = study.declaration.model_copy(update={"sources": (changed, *others)})
    return Study(study.id, study.paths, declaration, study.variables, study.answer_lists, {}, None)


@given(st.binary(max_size=300) | st.lists(PIECES, max_size=40).map(b"".join), ENCODINGS, DELIMITERS, ROWS)
@settings(deadline=None, max_examples=150)
@example(b"\n", None, None, {})
@example(b'"', None, None, {})
@example(b'""', None, None, {})
@example(b"\r\r", None, ";", {})
@example(b"a\x0cb\x1cc;d", None, None, {})
@example(b"\xef\xbb\xbf", None, None, {})
@example(b'\n\xef\xbb\xbf"', None, None, {})
def test_any_bytes_are_read_or_refused(content: bytes, encoding: str | None, delimiter: str | None, rows: dict) -> None:
    source = Source(name="s", file="s.csv", sha256="0" * 64, unit="person", encoding=encoding, delimiter=delimiter, **rows)
    try:
        imported = import_csv(content, source, "data/raw/mini/s.csv")
    except ResearcherError as refusal:
        assert all(problem.where and problem.found for problem in refusal.problems)
    else:
        assert len(imported.columns) == len(imported.headings)
        assert len({len(column) for column in imported.columns}) <= 1
        assert not any(column.isna().any() for column in imported.columns)


@given(st.lists(st.tuples(st.integers(0, len(BEFORE.encode())), st.integers(0, 3), PIECES), min_size=1, max_size=4))
@settings(deadline=None, max_examples=40)
def test_a_damaged_file_is_cleaned_or_refused(mini: Study, damages: list[tuple[int, int, bytes]]) -> None:
    content = BEFORE.encode()
    for place, removed, put in damages:
        content = content[:place] + put + content[place + removed :]
    try:
        cleaned = clean_responses(with_content(mini, content))
    except ResearcherError as refusal:
        assert all(problem.where and problem.found for problem in refusal.problems)
    else:
        received = cleaned.flow.set_index(["chain", "node"]).loc[("rows:before", "rows_received"), "n"]
        assert received == cleaned.flow.set_index(["chain", "node"]).loc[("rows:before", "rows_kept"), "n"] + len(cleaned.exclusions)
