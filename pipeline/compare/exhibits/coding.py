"""Coding: which themes were found in which interviews, by how many coders, and which go together.

Numbers of interviews, never shares: those interviewed are few and were not drawn
at random. No consensus is made up where coders differ: everything is given both
for what at least one coder found and for what at least two found, and so on up
to the number of coders.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.compare.gather.cohort import Row
from pipeline.compare.gather.panel import Panel, categories_of, link_ids
from pipeline.spec.declaration import Exhibit
from pipeline.spec.naming import level_codes
from pipeline.spec.vocabulary import ANSWERED, EVERYBODY


def coding_rows(panel: Panel, exhibit: Exhibit) -> Iterator[Row]:
    """Give the matrix of a coding, its sums, and which rows go together.

    Parameters
    ----------
    panel : Panel
    exhibit : Exhibit
        Of kind ``coding``.

    Yields
    ------
    dict
        The matrix: ``row`` theme, ``column`` interview as its code, ``n`` coders
        who found it of ``total`` who coded. Its sums: ``column`` 'all', ``x``
        the least number of coders, ``n`` interviews in which at least so many
        found the theme of ``total`` that so many coded. Pairs: the same, with
        another theme as ``column``. Work: ``row`` 'answered', ``column`` coder,
        ``n`` codes given of ``total`` asked for.
    """
    [name] = exhibit.outcomes
    for wave in exhibit.waves or panel.waves_of(name):
        common = {"unit": panel.study.unit_of(name), "outcome": name, "wave": wave}
        themes, interviews, coders, found = _arranged(panel, exhibit, f"{name}@{wave}" if wave else name)
        yield from (common | row for row in _matrix_rows(themes, interviews, found))
        for least in range(1, most_coders(found) + 1):
            yield from (common | {"x": least} | row for row in _sum_rows(themes, found, least))
        for coder, codes in zip(coders, np.moveaxis(found, 2, 0), strict=True):
            yield common | {"row": ANSWERED, "column": coder, "n": int((~np.isnan(codes)).sum()), "total": codes.size}


def _arranged(panel: Panel, exhibit: Exhibit, reference: str) -> tuple[tuple[str, ...], list[str], list[str], np.ndarray]:
    """Give themes, codes of interviews and coders, and what each coder found (themes, interviews, coders)."""
    own = panel.on(panel.study.unit_of(exhibit.outcomes[0]))
    themes = categories_of(panel.study, str(exhibit.rows))
    values = own.column(reference)
    frame = pd.DataFrame({"theme": pd.Categorical(own.column(str(exhibit.rows)), categories=list(themes)).codes}, index=values.index)
    names: list[list[str]] = []
    for key, link in (("interview", str(exhibit.columns)), ("coder", str(exhibit.rater))):
        ids = link_ids(panel.study, panel.cleaned, link)
        frame[key] = pd.Categorical(own.people[link], categories=ids).codes
        names.append(level_codes(panel.study.unit_with_id(link), len(ids)))
    frame["found"] = values.isin(exhibit.present).astype("float64").where(values.notna())
    shape = (len(themes), len(names[0]), len(names[1]))
    return themes, names[0], names[1], cube_of(frame, shape)


def cube_of(codes: pd.DataFrame, shape: tuple[int, int, int]) -> np.ndarray:
    """Arrange codes by theme, interview and coder.

    Parameters
    ----------
    codes : DataFrame, one row per code
        ``theme``, ``interview`` and ``coder`` as places from 0 (-1 where not
        known); ``found`` 1, 0 or missing.
    shape : tuple of int
        Themes, interviews, coders.

    Returns
    -------
    array of float, that shape
        NaN where not coded. What one coder coded twice is left out, since
        nobody knows which code counts.
    """
    places = ["theme", "interview", "coder"]
    known = codes[codes["found"].notna() & (codes[places] >= 0).all(axis="columns")]
    once = known[~known.duplicated(places, keep=False)]
    cube = np.full(shape, np.nan)
    cube[tuple(once[place].to_numpy() for place in places)] = once["found"].to_numpy()
    return cube


def most_coders(found: np.ndarray) -> int:
    """Give the greatest number of coders of one theme in one interview; 1 where nobody coded anything."""
    return max(int((~np.isnan(found)).sum(axis=2).max(initial=0)), 1)


def finders(found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Count coders: who found a theme in an interview, and who coded it; two arrays of int (themes, interviews)."""
    return np.nansum(found, axis=2).astype(int), (~np.isnan(found)).sum(axis=2)


def together(found: np.ndarray, least: int) -> tuple[np.ndarray, np.ndarray]:
    """Count interviews in which two themes were found by at least so many coders each.

    Parameters
    ----------
    found : array (themes, interviews, coders)
        1 found, 0 not found, NaN not coded.
    least : int
        Number of coders, from 1.

    Returns
    -------
    both, coded : arrays of int (themes, themes)
        Interviews in which both were found, and in which both were coded, by so
        many; on the diagonal those of one theme.
    """
    seen, given = finders(found)
    hit, asked = (seen >= least).astype(int), (given >= least).astype(int)
    return hit @ hit.T, asked @ asked.T


def _matrix_rows(themes: tuple[str, ...], interviews: list[str], found: np.ndarray) -> Iterator[Row]:
    seen, given = finders(found)
    for place, theme in enumerate(themes):
        for number, interview in enumerate(interviews):
            yield {"row": theme, "column": interview, "n": int(seen[place, number]), "total": int(given[place, number])}


def _sum_rows(themes: tuple[str, ...], found: np.ndarray, least: int) -> Iterator[Row]:
    both, coded = together(found, least)
    for place, theme in enumerate(themes):
        yield {"row": theme, "column": EVERYBODY, "n": int(both[place, place]), "total": int(coded[place, place])}
        for other in range(place + 1, len(themes)):
            yield {"row": theme, "column": themes[other], "n": int(both[place, other]), "total": int(coded[place, other])}
