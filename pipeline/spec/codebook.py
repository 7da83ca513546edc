"""Read ``codebook.csv`` and ``answers.csv``: what each column and each answer means.

Column names follow XLSForm, so that survey people recognise them. All values
are read as text; blanks at the ends do not count.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from pipeline.errors import Problem, suggestion
from pipeline.paths import Paths
from pipeline.spec.declared import Text
from pipeline.spec.folding import comparable
from pipeline.spec.study import Answer, Variable
from pipeline.spec.vocabulary import LANGUAGES, MISSING_REASONS, NUMERIC_TYPES, VARIABLE_TYPES

CODEBOOK_COLUMNS = ("type", "name", "unit", "fixed", "answers", "constraint", "classes", "label::sv", "label::en")
ANSWER_COLUMNS = ("list_name", "name", "raw", "label::sv", "label::en", "missing")
RAW_NAME = "raw_name::"
LABEL = "label::"
ROW_NUMBER = "#row"
"""A raw_name that means the number of the data row, for an id that the file does not have."""
NAMES = "lower-case a-z, digits and single '_'"
"""What a name in the codebook is made of."""
OF_TYPES = {"classes": NUMERIC_TYPES, "constraint": (*NUMERIC_TYPES, "date")}
"""Column -> the types of variables that it says something of."""
FIXED = {"yes": True, "": False}


def read_variables(
    paths: Paths, sources: tuple[str, ...] | None, languages: tuple[str, ...] = LANGUAGES
) -> tuple[tuple[Variable, ...], list[Problem]]:
    """Read the codebook.

    Parameters
    ----------
    paths : Paths
        The study's folders.
    sources : tuple of str or None
        Declared source names, each of which may have a column
        ``raw_name::<source>``; None when ``study.toml`` could not be read.
    languages : tuple of str
        Languages that labels are given in; of a study in one language its
        labels stand for both.

    Returns
    -------
    variables, problems
        Variables in file order; every problem of every row.
    """
    rows, where, problems = read_rows(paths, "codebook.csv", CODEBOOK_COLUMNS, sources, languages)
    variables = []
    for number, row in rows:
        place = f"{where}, row {number} '{row['name']}'"
        row_problems = _variable_problems(place, row)
        problems += row_problems
        if not row_problems:
            variables.append(_variable(row))
    return tuple(variables), problems


def read_answer_lists(paths: Paths, languages: tuple[str, ...] = LANGUAGES) -> tuple[dict[str, tuple[Answer, ...]], list[Problem]]:
    """Read the answer lists: list name to its answers in file order."""
    rows, where, problems = read_rows(paths, "answers.csv", ANSWER_COLUMNS, (), languages)
    lists: dict[str, list[Answer]] = {}
    for number, row in rows:
        problems += _answer_problems(f"{where}, row {number}", row)
        label = Text(sv=row["label::sv"], en=row["label::en"])
        lists.setdefault(row["list_name"], []).append(Answer(row["name"], row["raw"], label, row["missing"]))
    problems += _repeated_raw_problems(where, lists)
    return {name: tuple(answers) for name, answers in lists.items()}, problems


def rows_to_paste(paths: Paths, rows: Iterable[Mapping[str, str]]) -> str:
    """Write rows of ``answers.csv`` as the file there is written, with its delimiter and order of columns."""
    there = _text_of((paths.declared / "answers.csv").read_bytes())
    delimiter = _delimiter(there)
    heading = next(csv.reader(io.StringIO(there, newline=""), delimiter=delimiter))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerows([row.get(column.strip(), "") for column in heading] for row in rows)
    return text.getvalue().rstrip("\n")


def read_rows(
    paths: Paths, file: str, columns: tuple[str, ...], sources: tuple[str, ...] | None, languages: tuple[str, ...] = LANGUAGES
) -> tuple[list[tuple[int, dict[str, str]]], str, list[Problem]]:
    """Read a table of the study's folder as any spreadsheet saves it: commas, semicolons or tabs; UTF-8, UTF-16 or cp1252; blank edges.

    Parameters
    ----------
    paths : Paths
    file : str
    columns : tuple of str
        That it must have.
    sources : tuple of str or None
        Those that may have a column ``raw_name::<source>``; None for any.
    languages : tuple of str
        Of its labels; the label of one language stands for both.

    Returns
    -------
    rows, where, problems
        Each row with its number as a spreadsheet shows it, none where there are
        problems; the file as the researcher knows it.
    """
    path = paths.declared / file
    where = paths.shown(path)
    if not path.is_file():
        return [], where, [Problem(where, "there is no such file", remedy="Add it; docs/declare.md shows its columns.")]
    try:
        lines = _text_of(path.read_bytes())
        reader = csv.reader(io.StringIO(lines, newline=""), delimiter=_delimiter(lines))
        table = [(number, reader.line_num, [cell.strip() for cell in row]) for number, row in enumerate(reader, start=1) if any(row)]
    except (UnicodeDecodeError, csv.Error) as error:
        return [], where, [Problem(where, f"cannot be read as CSV: {error}", remedy="Save it as CSV with comma and UTF-8.")]
    heading = _without_blanks_behind(table[0][2]) if table else []
    rows: list[tuple[int, dict[str, str]]] = []
    problems = []
    for number, line, cells in table[1:]:
        if len(cells) < len(heading) or any(cells[len(heading) :]):
            problems.append(Problem(f"{where}, line {line}", f"has not {len(heading)} fields", remedy="Quote texts that hold commas."))
        elif any(cells):
            rows.append((number, dict(zip(heading, cells, strict=False))))
    if not rows and not problems and (file == "codebook.csv" or not heading):
        problems.append(Problem(where, "has no rows", remedy="Add one row per variable, answer or number."))
    problems = problems or _column_problems(where, list(dict.fromkeys(heading)), columns, sources, languages)
    return [] if problems else [(number, _with_labels(row, languages)) for number, row in rows], where, problems


def _with_labels(row: dict[str, str], languages: tuple[str, ...]) -> dict[str, str]:
    """Let the label of a study in one language stand for both."""
    own = {f"{LABEL}{language}": row[f"{LABEL}{languages[0]}"] for language in LANGUAGES} if len(languages) == 1 else {}
    return {**row, **own}


def _text_of(content: bytes) -> str:
    try:
        text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    return text.removeprefix("sep=;\n").removeprefix("sep=;\r\n")


def _delimiter(text: str) -> str:
    """Give the sign that the heading holds most of; column names hold none of them."""
    return max(",;\t", key=text.partition("\n")[0].count)


def _without_blanks_behind(row: list[str]) -> list[str]:
    return row[: next((len(row) - count for count, cell in enumerate(reversed(row)) if cell), 0)]


def _column_problems(
    where: str, found: list[str], columns: tuple[str, ...], sources: tuple[str, ...] | None, languages: tuple[str, ...]
) -> list[Problem]:
    needed = [name for name in columns if not name.startswith(LABEL) or name.removeprefix(LABEL) in languages]
    allowed = [*columns, *(f"{RAW_NAME}{source}" for source in sources or ())]
    problems = [Problem(f"{where}, column {name}", "is missing", remedy="Add the column.") for name in needed if name not in found]
    for name in found:
        unknown_source = sources is None and name.startswith(RAW_NAME)
        if name not in allowed and not unknown_source:
            problems.append(
                Problem(
                    f"{where}, column {name}",
                    "is not a known column",
                    allowed=", ".join(allowed),
                    remedy=suggestion(name, allowed) or "Remove it.",
                )
            )
    return problems


def _variable_problems(place: str, row: dict[str, str]) -> list[Problem]:
    name = row["name"]
    bounds = "earliest..latest, such as 2024-01-01..2024-12-31" if row["type"] == "date" else "least..greatest, such as 1..5 or 0.."
    checks = (
        ("type", row["type"] in VARIABLE_TYPES, ", ".join(VARIABLE_TYPES), suggestion(row["type"], VARIABLE_TYPES)),
        ("name", name.isidentifier() and name == name.lower() and "__" not in name, NAMES, "Choose a short English name."),
        ("fixed", row["fixed"] in FIXED, "yes, or empty", "Say yes for what cannot change between waves."),
        ("constraint", _bounds(row) is not None, bounds, "Correct the range."),
        ("classes", _classes(row["classes"]) is not None, "rising lower edges separated by blanks, such as 0 1 8 90", "Correct the edges."),
    )
    problems = [Problem(f"{place}, column {key}", f"'{row[key]}'", allowed, remedy) for key, fits, allowed, remedy in checks if not fits]
    for key, types in OF_TYPES.items():
        if row[key] and row["type"] in VARIABLE_TYPES and row["type"] not in types:
            remedy = f"Leave {key} out: a {row['type']} has none."
            problems.append(Problem(f"{place}, column {key}", f"'{row[key]}'", f"only for {', '.join(types)}", remedy))
    if row["type"] in ("select_one", "select_multiple", "rating") and not row["answers"]:
        problems.append(Problem(f"{place}, column answers", "is empty", "the name of a list in answers.csv", "Name the list."))
    return problems + _label_problems(place, row, "question")


def _label_problems(place: str, row: dict[str, str], what: str) -> list[Problem]:
    if row["label::sv"] and row["label::en"]:
        return []
    return [Problem(f"{place}, columns label", "a label is empty", remedy=f"Give the {what}'s wording in both languages.")]


def _answer_problems(place: str, row: dict[str, str]) -> list[Problem]:
    problems = []
    if row["missing"] and row["missing"] not in MISSING_REASONS:
        remedy = suggestion(row["missing"], MISSING_REASONS)
        problems.append(Problem(f"{place}, column missing", f"'{row['missing']}'", ", ".join(MISSING_REASONS), remedy))
    if not row["name"]:
        problems.append(Problem(f"{place}, column name", "is empty", remedy="Give the answer a code."))
    return problems + ([] if row["missing"] else _label_problems(place, row, "answer"))


def _repeated_raw_problems(where: str, lists: dict[str, list[Answer]]) -> list[Problem]:
    problems = []
    for name, answers in lists.items():
        rows: dict[str, list[Answer]] = {}
        for answer in answers:
            rows.setdefault(comparable(answer.raw), []).append(answer)
        for text, meant in rows.items():
            if len(meant) > 1:
                details = tuple(f"{one.raw!a} = {one.code}{f' ({one.missing})' if one.missing else ''}" for one in meant)
                remedy = "Keep one row for it: case, kinds of blanks and kinds of minus signs make no difference."
                problems.append(
                    Problem(f"{where}, list {name}", f"'{text}' stands for {len(meant)} answers", remedy=remedy, details=details)
                )
    return problems


def _variable(row: dict[str, str]) -> Variable:
    least, greatest = _bounds(row) or (None, None)
    bounds = ("earliest", "latest") if row["type"] == "date" else ("minimum", "maximum")
    raw_names = {key.removeprefix(RAW_NAME): value for key, value in row.items() if key.startswith(RAW_NAME) and value}
    return Variable(
        name=row["name"],
        type=row["type"],
        unit=row["unit"],
        fixed=FIXED[row["fixed"]],
        label=Text(sv=row["label::sv"], en=row["label::en"]),
        answers=row["answers"],
        classes=_classes(row["classes"]) or (),
        raw_names=raw_names,
        **{"minimum": None, "maximum": None, **dict(zip(bounds, (least, greatest), strict=True))},
    )


def _bounds(row: dict[str, str]) -> tuple | None:
    """Read the constraint of a row: dates for a date, numbers for the others; None when it is neither."""
    return read_bounds(row["constraint"], date.fromisoformat if row["type"] == "date" else float)


def read_bounds(constraint: str, read: Callable[[str], Any] = float) -> tuple[Any, Any] | None:
    """Read ``1..5``, ``0..`` or an empty constraint; None when it is neither."""
    if not constraint:
        return None, None
    least, separator, greatest = constraint.partition("..")
    if not separator:
        return None
    try:
        bounds = (read(least) if least else None, read(greatest) if greatest else None)
    except ValueError:
        return None
    backwards = bounds[0] is not None and bounds[1] is not None and bounds[0] > bounds[1]
    return None if backwards else bounds


def _classes(edges: str) -> tuple[float, ...] | None:
    """Read rising lower edges; None when they are not."""
    try:
        numbers = tuple(float(edge) for edge in edges.split())
    except ValueError:
        return None
    return numbers if list(numbers) == sorted(set(numbers)) else None
