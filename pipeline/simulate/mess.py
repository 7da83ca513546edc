"""What happens to answers on their way to an evaluator: blanks, cases, dates, repeated and test rows, second entries.

Functions take a table of text cells and a random generator, and return a new
table; none of them changes what a careful reader would read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd

from pipeline.simulate.answering import is_submission
from pipeline.simulate.world import stream
from pipeline.spec.simulation import Mess, Reentries
from pipeline.spec.sources import Source
from pipeline.spec.study import Study

ISO = "%Y-%m-%d"
UNTIDY: tuple[tuple[float, Callable[[str], str]], ...] = ((0.05, "{} ".format), (0.03, "\u00a0{}".format), (0.02, str.upper))
"""Share of the cells -> what is done to them: a blank behind, a no-break space in front, upper case."""


@dataclass(frozen=True)
class FileLayout:
    """One source, and under which headings the variables of its file stand."""

    study: Study
    source: Source

    @cached_property
    def headings(self) -> dict[str, str]:
        """Variable -> heading, in codebook order; of every source in the same file."""
        held = [self.source, *(one for one in self.study.declaration.sources if one.file == self.source.file)]
        named = ((one, source.name) for one in self.study.variables for source in held if source.name in one.raw_names)
        headings: dict[str, str] = {}
        for variable, source in named:
            headings.setdefault(variable.name, variable.raw_names[source])
        return headings

    def of(self, names: Sequence[str]) -> list[str]:
        """Give the headings of those variables that stand in the file."""
        return [self.headings[name] for name in names if name in self.headings]


def concerns(declared: Mess, source: Source) -> bool:
    """Say whether mess is declared for a source."""
    return source.name in declared.sources or (not declared.sources and source.wave is not None)


def date_form(source: Source) -> str:
    """Give the form in which a source writes dates: ISO where it reads that, else its first."""
    return ISO if ISO in source.dates else source.dates[0]


def with_mess(layout: FileLayout, declared: Mess, table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Do to a tidy table what is declared of its source.

    Parameters
    ----------
    layout : FileLayout
        Names the columns.
    declared : Mess
    table : DataFrame of str
        One row per unit; columns by heading.
    seed : int

    Returns
    -------
    DataFrame of str
        Other rows in another order, same columns.
    """
    id_heading = layout.headings[layout.study.unit[layout.source.unit].id]
    rng = stream(seed, "mess", layout.source.name)
    if declared.reentries is not None:
        table = _with_reentries(layout, declared.reentries, table, rng)
    table = _with_other_dates(layout, declared.other_dates, table, rng)
    table = with_untidy_cells(table, layout.of(declared.untidy), rng)
    if declared.shuffled:
        table = table.iloc[rng.permutation(len(table))]
    counts = (declared.same, declared.retyped, declared.partial)
    table = with_repeated_rows(table, id_heading, partial(_first_part, layout), counts, rng)
    return with_test_rows(table, id_heading, declared.tests)


def with_untidy_cells(table: pd.DataFrame, columns: Sequence[str], rng: np.random.Generator) -> pd.DataFrame:
    """Add trailing blanks (5 %), leading no-break spaces (3 %) and upper case (2 %) in some columns."""
    untidy = table.copy()
    for name in columns:
        cells = untidy[name].to_numpy(dtype=object, copy=True)
        for share, change in UNTIDY:
            for position in some(rng, len(cells), share):
                cells[position] = change(cells[position])
        untidy[name] = cells
    return untidy


def some(rng: np.random.Generator, rows: int, share: float) -> np.ndarray:
    """Choose a share of the row positions, at least one, without repetition."""
    return rng.choice(rows, size=max(1, round(rows * share)), replace=False)


def with_repeated_rows(
    table: pd.DataFrame,
    id_column: str,
    first_part: Callable[[pd.DataFrame], pd.DataFrame],
    counts: tuple[int, int, int],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Repeat some rows.

    Parameters
    ----------
    table : DataFrame of str
        One row per person.
    id_column : str
        Heading of the person's number.
    first_part : callable
        Gives the partial first submission of a row (a table of one row).
    counts : (int, int, int)
        Number of exact repetitions, of repetitions with another case and a
        blank in the number, and of partial first submissions.
    rng : Generator
        Source of chance.

    Returns
    -------
    DataFrame of str
        Exact repetitions after the row, the others at the end; partial
        submissions right before the complete one.
    """
    chosen = rng.choice(len(table), size=sum(counts), replace=False)
    same, again, halves = np.split(chosen, np.cumsum(counts)[:2])
    retyped = table.iloc[np.sort(again)]
    retyped = retyped.assign(**{id_column: [f" {cell.lower()}" for cell in retyped[id_column]]})
    rows = [table, table.iloc[same], retyped, *(first_part(table.iloc[[place]]) for place in halves)]
    places = np.concatenate([np.arange(len(table)), same + 0.5, len(table) + np.arange(len(retyped)), halves - 0.5])
    return pd.concat(rows).iloc[np.argsort(places, kind="stable")].reset_index(drop=True)


def blanked(row: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Give a row without the answers in some columns."""
    return row.assign(**dict.fromkeys(names, ""))


def with_test_rows(table: pd.DataFrame, id_column: str, ids: Sequence[str]) -> pd.DataFrame:
    """Put test rows in, copies of the first answers with other ``ids``: two on top, one in the middle, the others at the end."""
    tests = table.iloc[np.arange(len(ids)) % len(table)].assign(**{id_column: list(ids)})
    middle = len(table) // 2
    return pd.concat([tests.iloc[:2], table.iloc[:middle], tests.iloc[2:3], table.iloc[middle:], tests.iloc[3:]], ignore_index=True)


def _with_reentries(layout: FileLayout, declared: Reentries, table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Append a second row of some units, with later dates."""
    form = date_form(layout.source)
    again = table.iloc[rng.choice(len(table), size=min(declared.rows, len(table)), replace=False)].copy()
    moved = pd.to_timedelta(rng.integers(declared.days[0], declared.days[1] + 1, len(again)), unit="D")
    for heading in layout.of(declared.later):
        there = again[heading] != ""
        later = pd.to_datetime(again.loc[there, heading], format=form) + moved[there.to_numpy()]
        again.loc[there, heading] = later.dt.strftime(form)
    return pd.concat([table, again], ignore_index=True)


def _with_other_dates(layout: FileLayout, share: float, table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Write a share of the dates in the source's last form."""
    changed = table.copy()
    for heading in layout.of([one.name for one in layout.study.variables if one.type == "date"]):
        chosen = (rng.random(len(changed)) < share) & (changed[heading] != "")
        days = pd.to_datetime(changed.loc[chosen, heading], format=date_form(layout.source))
        changed.loc[chosen, heading] = days.dt.strftime(layout.source.dates[-1])
    return changed


def _first_part(layout: FileLayout, row: pd.DataFrame) -> pd.DataFrame:
    """Give a first submission that stops halfway; handed in a day before where the source goes by a date."""
    asked = layout.of([one.name for one in layout.study.variables if not one.fixed and one.type != "date"])
    submission = [layout.headings[one.name] for one in layout.study.variables if is_submission(layout.source, one)]
    part = blanked(row, [*asked[len(asked) // 2 :], *submission])
    if layout.source.order is None or submission:
        return part
    heading = layout.headings[layout.source.order]
    cell = part[heading].iloc[0]
    form = next(form for form in layout.source.dates if pd.notna(pd.to_datetime(cell, format=form, errors="coerce")))
    earlier = pd.to_datetime(cell, format=form) - pd.Timedelta(days=1)
    return part.assign(**{heading: earlier.strftime(form)})
