"""Answer distributions by question, wave and group, as released: whole, merged or withheld."""

from dataclasses import dataclass

from pipeline.render.labels import answer_order, class_order, first_place
from pipeline.render.results import Results, select
from pipeline.render.selection import MERGED, Row, known, merged_label, rows_of
from pipeline.spec.vocabulary import EVERYBODY, MISSING_REASONS

Cells = dict[tuple[str, str, str], list[Row]]
"""(variable, wave, group code or 'all') -> its cells, in the order of the answer list."""


@dataclass(frozen=True)
class Segment:
    """One answer's share in one bar."""

    code: str
    share: float


def cells_of(results: Results, exhibit: str, level: str = EVERYBODY) -> Cells:
    """Give the cells of one kind of exhibit, by variable, wave and group."""
    found: Cells = {}
    for row in rows_of(select(results.distributions, exhibit=exhibit, level=level)):
        found.setdefault((row.outcome, row.wave, row.column), []).append(row)
    for (variable, _, _), rows in found.items():
        order = answer_order(results, variable)
        rows.sort(key=lambda row: (first_place(order, row.row), class_order(row.row)))
    return found


def only_participants_asked(results: Results, exhibit: str = "") -> bool:
    """Say whether an experience exhibit, or every one, shows participants alone, beside whom there are others."""
    if len(results.groups) == 1:
        return False
    chosen = {"analysis": exhibit} if exhibit else {}
    return set(select(results.distributions, exhibit="experience", **chosen)["column"]) == {results.groups[0]}


def segments(rows: list[Row]) -> list[Segment] | None:
    """Give the shares of one bar; None when a cell is withheld, so that no bar is drawn from a part of it."""
    if not rows or any(row.withheld or not known(row.share) for row in rows):
        return None
    return [Segment(row.row, float(row.share)) for row in rows]


def total_of(rows: list[Row]) -> int | None:
    """Give how many answered; None when that is withheld."""
    return next((int(row.total) for row in rows if known(row.total)), None)


def reason_place(code: str) -> int:
    """Give the place of a missing reason, or of the first of merged ones, in the closed list."""
    return first_place(list(MISSING_REASONS), code)


def reason_label(results: Results, code: str) -> str:
    """Name a missing reason; merged ones are joined by 'or', all of them are called any reason."""
    reasons = code.split(MERGED)
    if len(reasons) == len(MISSING_REASONS):
        return results.say("table.any_reason")
    return merged_label(results, [results.say(f"missing.{reason}") for reason in reasons])


def reason_count(results: Results, row: Row) -> str:
    """Write how many gave a reason, or that it is withheld."""
    return results.say("table.withheld") if row.withheld or not known(row.n) else results.number(int(row.n), 0)
