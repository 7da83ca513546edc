"""The declared mess of one file: dates in two forms, repeated and test rows, second entries, no order."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from pipeline.simulate import mess
from pipeline.simulate.cells import date_form
from pipeline.simulate.chance import stream
from pipeline.simulate.missing import is_submission
from pipeline.spec.declaration import Source
from pipeline.spec.simulation import Mess, Reentries, Simulation
from pipeline.spec.study import Study


def mess_of(simulation: Simulation, source: Source) -> Mess | None:
    """Give the mess declared for a source; None when it is tidy."""
    fitting = (one for one in simulation.mess if source.name in one.sources or (not one.sources and source.wave is not None))
    return next(fitting, None)


@dataclass(frozen=True)
class Layout:
    """One source, and under which headings the variables of its file stand."""

    study: Study
    source: Source

    @property
    def headings(self) -> dict[str, str]:
        """Variable -> heading, in codebook order; of every source in the same file."""
        held = [self.source, *(one for one in self.study.declaration.sources if one.file == self.source.file)]
        named = ((one, source.name) for one in self.study.variables for source in held if source.name in one.raw_names)
        headings: dict[str, str] = {}
        for variable, source in named:
            headings.setdefault(variable.name, variable.raw_names[source])
        return headings

    @property
    def dates(self) -> list[str]:
        """Headings of dates."""
        return [heading for name, heading in self.headings.items() if self.study.variable[name].type == "date"]

    def asked(self) -> list[str]:
        """Headings of what is asked in the wave, dates apart."""
        kept = [name for name in self.headings if not self.study.variable[name].fixed and self.study.variable[name].type != "date"]
        return [self.headings[name] for name in kept]


def with_mess(layout: Layout, declared: Mess, table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Do to a tidy table what is declared of its source.

    Parameters
    ----------
    layout : Layout
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
    table = mess.with_untidy_cells(table, [layout.headings[name] for name in declared.untidy if name in layout.headings], rng)
    if declared.shuffled:
        table = table.iloc[rng.permutation(len(table))]
    counts = (declared.same, declared.retyped, declared.partial)
    table = mess.with_repeated_rows(table, id_heading, partial(_first_part, layout), counts, rng)
    return mess.with_test_rows(table, id_heading, declared.tests)


def _with_reentries(layout: Layout, declared: Reentries, table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Append a second row of some units, with later dates."""
    form = date_form(layout.source)
    again = table.iloc[rng.choice(len(table), size=min(declared.rows, len(table)), replace=False)].copy()
    moved = pd.to_timedelta(rng.integers(declared.days[0], declared.days[1] + 1, len(again)), unit="D")
    for heading in (layout.headings[name] for name in declared.later if name in layout.headings):
        there = again[heading] != ""
        later = pd.to_datetime(again.loc[there, heading], format=form) + moved[there.to_numpy()]
        again.loc[there, heading] = later.dt.strftime(form)
    return pd.concat([table, again], ignore_index=True)


def _with_other_dates(layout: Layout, share: float, table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Write a share of the dates in the source's last form."""
    changed = table.copy()
    for heading in layout.dates:
        cells = changed[heading].to_numpy(dtype=object, copy=True)
        for place in np.flatnonzero((rng.random(len(cells)) < share) & (cells != "")):
            cells[place] = pd.to_datetime(cells[place], format=date_form(layout.source)).strftime(layout.source.dates[-1])
        changed[heading] = cells
    return changed


def _first_part(layout: Layout, row: pd.DataFrame) -> pd.DataFrame:
    """Give a first submission that stops halfway; handed in a day before where the source goes by a date."""
    asked = layout.asked()
    submission = [layout.headings[one.name] for one in layout.study.variables if is_submission(layout.source, one)]
    part = mess.blanked(row, [*asked[len(asked) // 2 :], *submission])
    if layout.source.order is None or submission:
        return part
    heading = layout.headings[layout.source.order]
    cell = part[heading].iloc[0]
    form = next(form for form in layout.source.dates if pd.notna(pd.to_datetime(cell, format=form, errors="coerce")))
    earlier = pd.to_datetime(cell, format=form) - pd.Timedelta(days=1)
    return part.assign(**{heading: earlier.strftime(form)})
