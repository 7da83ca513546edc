"""Declared curves as released: one line per group, and one per level of each variable they are drawn by."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.render.labels import answer_label, answer_order, first_place
from pipeline.render.results import Results, select
from pipeline.render.selection import Row, capital, known, merged_label, rows_of
from pipeline.spec.vocabulary import EVERYBODY


@dataclass(frozen=True)
class Curve:
    """One line: its name, its place among the others, and its points in order of time."""

    label: str
    place: int
    rows: tuple[Row, ...]

    @property
    def shown(self) -> tuple[Row, ...]:
        """The points that are not withheld."""
        return tuple(row for row in self.rows if known(row.share) and not row.withheld)


@dataclass(frozen=True)
class Curves:
    """The lines of one picture.

    ``by`` is the variable whose levels they are; empty for the groups compared.
    """

    exhibit: dict[str, Any]
    by: str
    lines: tuple[Curve, ...]

    @property
    def slug(self) -> str:
        """Name for figures and tables."""
        return "-".join(part for part in ("curve", self.exhibit["id"], self.by) if part).replace("_", "-")

    @property
    def times(self) -> list[float]:
        """Every declared time, rising."""
        return sorted({row.x for line in self.lines for row in line.rows})

    @property
    def outcome(self) -> str:
        """The time variable."""
        return str(self.lines[0].rows[0].outcome)


def declared_curves(results: Results) -> list[Curves]:
    """Give every declared curve: by group, then by each variable; those without any row are left out."""
    return [curves for exhibit in results.facts["exhibits"] if exhibit["kind"] == "curve" for curves in _of_exhibit(results, exhibit)]


def _of_exhibit(results: Results, exhibit: dict[str, Any]) -> Iterator[Curves]:
    rows = rows_of(select(results.distributions, exhibit="curve", analysis=exhibit["id"]))
    places = {code: place for place, code in enumerate(results.groups)}
    groups = [row for row in rows if row.level == EVERYBODY and row.column in places]
    lines = [
        _line(capital(results.group_label(code)), place, [row for row in groups if row.column == code]) for code, place in places.items()
    ]
    if groups:
        yield Curves(exhibit, "", tuple(line for line in lines if line.rows))
    for variable in exhibit.get("by", ()):
        found = [row for row in rows if row.level.startswith(f"{variable}=")]
        order = answer_order(results, variable)
        codes = sorted({row.level.partition("=")[2] for row in found}, key=lambda code: (first_place(order, code), code))
        levels = [[row for row in found if row.level == f"{variable}={code}"] for code in codes]
        if codes:
            labels = (answer_label(results, variable, code) for code in codes)
            yield Curves(exhibit, variable, tuple(map(_line, labels, range(len(codes)), levels)))


def _line(label: str, place: int, rows: list[Row]) -> Curve:
    return Curve(label, place, tuple(sorted(rows, key=lambda row: row.x)))


def curves_name(results: Results, curves: Curves) -> str:
    """Name what is drawn: the exhibit, and by which variable."""
    name = results.label("exhibit", curves.exhibit["id"])
    if not curves.by:
        return name
    return results.say("curve.by", exhibit=name, variable=results.inside(results.label("variable", curves.by)))


def event_name(results: Results, declared: dict[str, Any]) -> str:
    """Name the event of a curve or an analysis by the answers that count as it, where the release has them; else by its variable."""
    codes = declared.get("event_codes", ())
    labels = [results.label("answer", code, declared["event"]) for code in codes if results.has_label("answer", code, declared["event"])]
    return merged_label(results, labels) if labels else results.outcome_label(declared["event"])


def event_said(results: Results, declared: dict[str, Any]) -> str:
    """Say that the event of a curve or an analysis has come, after ``had``: as the study says it, else by its label."""
    said = declared.get("said")
    return said[results.language] if said else results.say("words.had_event", event=results.inside(event_name(results, declared)))
