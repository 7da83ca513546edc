"""Checks of what a study says of its publications, and the reading of tables that were published elsewhere."""

from collections.abc import Iterator
from datetime import date

from pipeline.errors import Problem, raise_if_any
from pipeline.spec.codebook import read_rows
from pipeline.spec.folding import comparable
from pipeline.spec.naming import is_number, toml_place, unknown_name
from pipeline.spec.publication import PUBLISHED_COLUMNS, Publish, Published
from pipeline.spec.study import Study


def publication_problems(study: Study) -> Iterator[Problem]:
    """Publications need a day, somebody who answers for them, and names that are declared."""
    publish = study.declaration.publish
    if publish is not None:
        yield from _publish_problems(study, publish)
    for one in study.declaration.published:
        yield from _day_problems(toml_place(study, f"published '{one.id}' date"), one.date)
        yield from _row_problems(study, one)


def _publish_problems(study: Study, publish: Publish) -> Iterator[Problem]:
    where = toml_place(study, "publish")
    yield from _day_problems(f"{where} date", publish.date)
    if publish.checked_by is not None and comparable(publish.checked_by) == comparable(publish.prepared_by):
        yield Problem(f"{where} checked_by", f"'{publish.checked_by}' has also prepared it", remedy="Let somebody else check the release.")
    if (publish.replaces is None) != (publish.reason is None):
        missing, there = ("reason", "replaces") if publish.reason is None else ("replaces", "reason")
        yield Problem(f"{where} {missing}", f"is missing beside '{there}'", remedy="Give both, or neither.")
    earlier = [("replaces", publish.replaces), *(("withdrawn", one.number) for one in publish.withdrawn)]
    for key, number in earlier:
        if number is not None and number >= publish.number:
            yield Problem(f"{where} {key}", f"names release {number}, and this is release {publish.number}", remedy="Name an earlier one.")
    for one in publish.withhold:
        yield from unknown_name(f"{where} withhold outcome", one.outcome, [*study.measure, *study.variable], "measure or variable")


def _day_problems(where: str, day: str) -> Iterator[Problem]:
    try:
        date.fromisoformat(day)
    except ValueError:
        yield Problem(where, f"'{day}' is no day", "a day such as 2025-06-30", "Correct the date.")


def published_rows(study: Study, published: Published) -> list[dict[str, str]]:
    """Read a table that was published elsewhere; cells as they are written, empty where there is none.

    Raises
    ------
    ResearcherError
        When it cannot be read.
    """
    rows, _, problems = read_rows(study.paths, published.file, PUBLISHED_COLUMNS, ())
    raise_if_any(problems)
    return [row for _, row in rows]


def _row_problems(study: Study, published: Published) -> Iterator[Problem]:
    rows, where, problems = read_rows(study.paths, published.file, PUBLISHED_COLUMNS, ())
    yield from problems
    for number, row in rows:
        place = f"{where}, row {number}"
        yield from unknown_name(f"{place}, column outcome", row["outcome"], [*study.measure, *study.variable], "measure or variable")
        if row["wave"]:
            yield from unknown_name(f"{place}, column wave", row["wave"], study.wave_names, "wave")
        if not row["n"].isdecimal():
            yield Problem(f"{place}, column n", f"'{row['n']}'", "a whole number", "Say of how many people the number is.")
        for name in ("mean", "share"):
            if row[name] and not is_number(row[name]):
                yield Problem(f"{place}, column {name}", f"'{row[name]}'", "a number with decimal point, a share from 0 to 1; or empty")
