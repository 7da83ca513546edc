"""A drawn study as raw files, as an evaluator would receive them."""

import pandas as pd

from pipeline.simulate.cells import source_cells
from pipeline.simulate.draw import Drawn
from pipeline.simulate.exports import exported
from pipeline.simulate.untidy import Layout, mess_of, with_mess
from pipeline.spec.declaration import EVERYTHING, Source


def raw_files(drawn: Drawn) -> dict[str, bytes]:
    """Write every file of a study.

    Parameters
    ----------
    drawn : Drawn

    Returns
    -------
    dict
        File name -> content; the same bytes for the same draw.
    """
    study = drawn.world.study
    sources: dict[str, list[Source]] = {}
    for source in study.declaration.sources:
        sources.setdefault(source.file, []).append(source)
    return {file: exported(study, held[0], file_table(drawn, held)) for file, held in sources.items()}


def file_table(drawn: Drawn, held: list[Source]) -> pd.DataFrame:
    """Give the table of one file, which may hold several sources side by side.

    Returns
    -------
    DataFrame of str
        One row per row of the file; columns by heading, those that are not
        read at the end, blank.
    """
    study, world = drawn.world.study, drawn.world
    table = _side_by_side([_with_headings(drawn, source) for source in held])
    declared = mess_of(world.simulation, held[0])
    if declared is not None:
        table = with_mess(Layout(study, held[0]), declared, table, world.seed)
    not_read = [name for name in held[0].ignored if EVERYTHING not in name and name not in table.columns]
    return table.assign(**dict.fromkeys(not_read, "")).reset_index(drop=True)


def _with_headings(drawn: Drawn, source: Source) -> pd.DataFrame:
    cells = source_cells(drawn, source)
    return cells.rename(columns={name: drawn.world.study.variable[name].raw_names[source.name] for name in cells.columns})


def _side_by_side(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Join the tables of one file by unit; a heading that several have is written once."""
    rows = sorted(set().union(*(table.index for table in tables)))
    joined = tables[0].reindex(rows)
    for table in tables[1:]:
        for heading in table.columns:
            column = table[heading].reindex(rows)
            joined[heading] = joined[heading].where(joined[heading].notna(), column) if heading in joined.columns else column
    return joined.fillna("")
