"""What a new draft has that a declared study has not: rows to add, columns that are gone, files that changed."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping

from pipeline.errors import raise_if_any
from pipeline.paths import Paths
from pipeline.spec.codebook import RAW_NAME, read_answer_lists, read_variables, rows_to_paste
from pipeline.spec.folding import comparable
from pipeline.spec.load import read_declaration
from pipeline.spec.study import Answer, Variable


def difference(paths: Paths, written: Mapping[str, str], hashes: Mapping[str, str], headings: Collection[str]) -> Iterator[str]:
    """Compare a study with a new draft of it, column by column; what somebody named or labelled otherwise is no difference.

    Parameters
    ----------
    paths : Paths
        Of the study.
    written : mapping
        File of the new draft -> its text.
    hashes : mapping
        File with answers -> its sha256.
    headings : collection of str
        Of these files.

    Yields
    ------
    str
        One line per difference; none where there is none.

    Raises
    ------
    ResearcherError
        When the study as it is cannot be read.
    """
    declaration, problems = read_declaration(paths)
    raise_if_any(problems)
    assert declaration is not None
    variables, problems = read_variables(paths, tuple(source.name for source in declaration.sources), declaration.languages)
    lists, more = read_answer_lists(paths, declaration.languages)
    raise_if_any([*problems, *more])
    stated = {source.file: source.sha256 for source in declaration.sources}
    for file, found in hashes.items():
        if file not in stated:
            yield f"study.toml: {file} is in no source yet"
        elif stated[file] != found:
            yield f"study.toml: {file} has changed; put it into {paths.shown(paths.raw)}/ and type make receive STUDY={paths.study}"
    yield from _new_rows(paths, written, variables, lists)
    there = {comparable(heading) for heading in headings}
    for variable in variables:
        raws = [raw for raw in variable.raw_names.values() if "{}" not in raw and not raw.startswith("#")]
        if raws and not any(comparable(raw) in there for raw in raws):
            yield f"codebook.csv: {variable.name} is gone: no column '{raws[0]}' in these files"


def _new_rows(
    paths: Paths, written: Mapping[str, str], variables: Collection[Variable], lists: Mapping[str, tuple[Answer, ...]]
) -> Iterator[str]:
    """Give rows of the new draft for columns, and for answers to known questions, that the study does not have."""
    known = {comparable(raw): variable for variable in variables for raw in variable.raw_names.values()}
    answers: dict[str, list[dict[str, str]]] = {}
    for answer in csv.DictReader(io.StringIO(written["answers.csv"])):
        answers.setdefault(answer["list_name"], []).append(answer)
    lines = written["codebook.csv"].splitlines()
    asked: dict[str, None] = {}
    for line, row in zip(lines[1:], csv.DictReader(lines), strict=True):
        raws = [comparable(cell) for key, cell in row.items() if key.startswith(RAW_NAME) and cell]
        variable = next((known[raw] for raw in raws if raw in known), None)
        own = {comparable(answer.raw) for answer in lists.get(variable.answers, ())} if variable else set()
        missing = [answer for answer in answers.get(row["answers"], []) if comparable(answer["raw"]) not in own]
        name = (variable.answers or variable.name) if variable else row["answers"]
        if variable is None:
            asked |= dict.fromkeys([f"codebook.csv + {line}"])
        asked |= dict.fromkeys(f"answers.csv + {rows_to_paste(paths, [{**answer, 'list_name': name}])}" for answer in missing)
    yield from asked
