"""Ids of units: one form, never blank, never what a spreadsheet made of them. That they name nobody is in ``pseudonyms``."""

import re
from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from pipeline.clean.cells import distinct, first_few, per_row, places_of
from pipeline.clean.faults import listed_places
from pipeline.clean.files import RawSource
from pipeline.clean.headings import variables_in
from pipeline.errors import Problem
from pipeline.spec.folding import tidy
from pipeline.spec.study import Study

NOT_PLAIN = "^$|[^!-`{-~]"
"""What a text that is its own plain form does not hold: small letters, blanks, anything beyond ASCII."""
MADE = "(?i)[0-9]e[+-]?[0-9]|#|nan|null|none"
"""What every text holds that a spreadsheet made of ids."""
NOUGHTS = re.compile(r"(?<=\d)[.,]0+$", re.ASCII)
MADE_OF_IDS = re.compile(r"[0-9]+(?:[.,][0-9]+)?E[+-][0-9]+|[0-9][.,][0-9]+E[0-9]+|#[A-ZÅÄÖ0/]+[!?]?|NAN|NULL|NONE", re.IGNORECASE)


def plain_id(text: str) -> str:
    """Give an id in its one form: tidy, upper case."""
    return tidy(text).upper()


def plain_ids(cells: pd.Series, form: str | None = None) -> pd.Series:
    """Give all ids in their one form; blank cells are missing, and ids that do not fit a declared form stay as they are."""
    positions, texts = distinct(cells)
    plain: list[str | None] = [*texts]
    for place in places_of(cells.cat.categories, NOT_PLAIN) if form is None else range(len(texts)):
        plain[place] = in_form(plain_id(texts[place]), form) or plain_id(texts[place]) or None
    return pd.Series(pd.array(plain, dtype="str").take(positions), index=cells.index)


def in_form(text: str, form: str | None) -> str:
    """Write an id in its declared form, such as ``P####``: zeros in front come back; empty when it has another form.

    Parameters
    ----------
    text : str
        Plain.
    form : str or None
        One run of ``#``, each a digit, and any letters round it; None: any form.
    """
    if form is None:
        return text
    before, after = form.upper().split("#")[0], form.upper().split("#")[-1]
    kept = NOUGHTS.sub("", "".join(text.split()))
    digits = re.fullmatch(re.escape(before) + r"0*(\d+)" + re.escape(after), kept, re.ASCII)
    width = form.count("#")
    return f"{before}{digits[1].zfill(width)}{after}" if digits and len(digits[1]) <= width else ""


def spreadsheet_form(text: str) -> str:
    """Give what is left of an id when a spreadsheet has had its way: no blanks, no zeros in front of a number, no decimals."""
    kept = NOUGHTS.sub("", "".join(text.split()).lstrip("'"))
    return kept.lstrip("0") or kept if kept.isdigit() else kept


def is_spreadsheet_made(text: str) -> bool:
    """Say whether an id is a number in scientific notation, an error value or a word for nothing: many ids became one."""
    return bool(MADE_OF_IDS.fullmatch(text))


def id_form_of(study: Study, name: str) -> str | None:
    """Give the declared form of the ids that an id variable holds; a pseudonym has none."""
    return next((unit.id_form for unit in study.declaration.units if unit.id == name and not unit.pseudonym), None)


def blank_id_problems(raw: RawSource, id_name: str, ids: pd.Series) -> Iterator[Problem]:
    """Every row that stays must name its unit."""
    blank = ids.index[ids.isna()]
    if len(blank):
        details = (f"data row {first_few(row + 1 for row in blank)}",)
        remedy = "Add the ids at the source or in corrections.csv, or take the rows out by an exclusion."
        yield Problem(f"{raw.where}, {id_name}", f"{len(blank)} rows have no id", remedy=remedy, details=details)


def id_problems(study: Study, raw: RawSource, staying: pd.DataFrame) -> Iterator[Problem]:
    """No id may be what a spreadsheet made of one, nor have another form than the declared one."""
    for variable in variables_in(study, raw.source):
        if variable.type != "id":
            continue
        cells = staying[variable.name]
        form = id_form_of(study, variable.name)
        made = per_row(cells, lambda text: is_spreadsheet_made(plain_id(text)), bool, MADE)
        other = per_row(cells, partial(_has_other_form, form), bool) & ~made if form else np.zeros(len(cells), dtype=bool)
        where = raw.place_of(variable)
        if made.any():
            remedy = "Several ids may have become one: export the file again, and do not open and save it in a spreadsheet."
            found = f"{int(made.sum())} ids are no ids any more but what a spreadsheet made of them"
            yield Problem(where, found, remedy=remedy, details=listed_places(cells[made].astype("str"), {}))
        if other.any():
            remedy = "Correct id_form of the unit in study.toml, or take the rows out by an exclusion."
            yield Problem(
                where, f"{int(other.sum())} ids have another form", str(form), remedy, listed_places(cells[other].astype("str"), {})
            )


def _has_other_form(form: str | None, text: str) -> bool:
    return bool(plain_id(text)) and not in_form(plain_id(text), form)
