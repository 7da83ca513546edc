"""A coding as released: themes in their parts, in how many interviews each was found, and which go together."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.render.labels import answer_order
from pipeline.render.results import Results, select
from pipeline.render.selection import Row, known, rows_of
from pipeline.spec.vocabulary import ANSWERED, EVERYBODY


@dataclass(frozen=True)
class ThemeCount:
    """Interviews in which something was found, of those in which it was coded; None where withheld."""

    n: int | None
    total: int | None
    row: Row | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, row: Row | None) -> "ThemeCount":
        """Read a cell; a withheld one has no numbers."""
        if row is None or row.withheld or not known(row.n):
            return cls(None, None, row)
        return cls(int(row.n), int(row.total), row)


@dataclass(frozen=True)
class Theme:
    """One row of a coding."""

    code: str
    label: str
    counts: dict[int, ThemeCount]
    """Least number of coders -> interviews in which so many found it."""

    def found(self, least: int) -> int:
        """Give the number of interviews, for sorting; -1 where withheld."""
        count = self.counts[least].n
        return -1 if count is None else count


@dataclass(frozen=True)
class ThemePart:
    """Themes under one heading, those found in most interviews first; ``id`` is empty where no parts are declared."""

    id: str
    themes: tuple[Theme, ...]


@dataclass(frozen=True)
class CodedInterviews:
    """One exhibit of kind ``coding``.

    Parameters
    ----------
    exhibit : dict
        As declared.
    most : int
        Greatest number of coders that any theme in any interview had.
    parts : tuple of ThemePart
        As declared; the first one answers the study's question.
    interviews : tuple of str
        Codes of the interviews.
    cells : dict
        (theme, interview) -> cell: coders who found it, of those who coded.
    pairs : dict
        (theme, theme) -> interviews in which as many coders as there are found both.
    work : dict
        Coder -> cell: codes given, of those asked for.
    """

    exhibit: dict
    most: int
    parts: tuple[ThemePart, ...]
    interviews: tuple[str, ...]
    cells: dict[tuple[str, str], Row] = field(repr=False)
    pairs: dict[tuple[str, str], ThemeCount] = field(repr=False)
    work: dict[str, Row] = field(repr=False)

    @property
    def themes(self) -> tuple[Theme, ...]:
        """All themes, part by part."""
        return tuple(theme for part in self.parts for theme in part.themes)

    @property
    def shows_interviews(self) -> bool:
        """Say whether single interviews are shown."""
        return any(not row.withheld for row in self.cells.values())

    @property
    def shows_sums(self) -> bool:
        """Say whether the numbers of interviews are shown."""
        return any(theme.counts[1].n is not None for theme in self.themes)

    def pair(self, one: Theme, other: Theme) -> ThemeCount:
        """Give the interviews with both themes; of one theme, those with it."""
        if one.code == other.code:
            return one.counts[self.most]
        return self.pairs.get((one.code, other.code)) or self.pairs[other.code, one.code]

    def coders_of(self, interview: str) -> int:
        """Give the greatest number of coders that any theme of an interview had; the full number where single interviews are withheld."""
        totals = [row.total for (_, column), row in self.cells.items() if column == interview]
        return max((int(total) for total in totals if known(total)), default=self.most) if self.shows_interviews else self.most

    @property
    def coded_by_fewer(self) -> tuple[str, ...]:
        """Interviews that fewer coders coded than others."""
        return tuple(interview for interview in self.interviews if self.coders_of(interview) < self.most)

    @property
    def coded_by_all(self) -> int | None:
        """Give the number of interviews that as many coders as there are coded; None where withheld."""
        if self.shows_interviews:
            return len(self.interviews) - len(self.coded_by_fewer)
        totals = [total for theme in self.themes if (total := theme.counts[self.most].total) is not None]
        return max(totals, default=None)

    @property
    def idle(self) -> tuple[str, ...]:
        """Coders who gave no code at all."""
        return tuple(coder for coder, row in self.work.items() if row.n == 0)


def codings(results: Results) -> tuple[CodedInterviews, ...]:
    """Give every declared coding of the release."""
    declared = [exhibit for exhibit in results.facts["exhibits"] if exhibit["kind"] == "coding"]
    made = ((exhibit, rows_of(select(results.distributions, exhibit="coding", analysis=exhibit["id"]))) for exhibit in declared)
    return tuple(_coding(results, exhibit, rows) for exhibit, rows in made if rows)


def _coding(results: Results, exhibit: dict, rows: list[Row]) -> CodedInterviews:
    sums = {(row.row, int(row.x)): row for row in rows if row.column == EVERYBODY}
    most = max(least for _, least in sums)
    matrix = [row for row in rows if row.row != ANSWERED and not known(row.x)]
    pairs = [row for row in rows if known(row.x) and int(row.x) == most and row.column != EVERYBODY]
    return CodedInterviews(
        exhibit=exhibit,
        most=most,
        parts=tuple(_parts(results, exhibit, sums, most)),
        interviews=tuple(sorted({row.column for row in matrix})),
        cells={(row.row, row.column): row for row in matrix},
        pairs={(row.row, row.column): ThemeCount.of(row) for row in pairs},
        work={row.column: row for row in rows if row.row == ANSWERED},
    )


def _parts(results: Results, exhibit: dict, sums: dict[tuple[str, int], Row], most: int) -> Iterator[ThemePart]:
    variable = exhibit["rows"]
    declared = exhibit.get("parts") or [{"id": "", "rows": answer_order(results, variable)}]
    for part in declared:
        themes = [
            Theme(
                code,
                results.label("answer", code, variable),
                {least: ThemeCount.of(sums.get((code, least))) for least in range(1, most + 1)},
            )
            for code in part["rows"]
        ]
        yield ThemePart(part["id"], tuple(sorted(themes, key=lambda theme: (-theme.found(most), -theme.found(1)))))
