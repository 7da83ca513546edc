"""Ids of units: one form, never blank, never a personal identity number."""

import re

import pandas as pd

from pipeline.clean.text import distinct
from pipeline.spec.folding import tidy

PERSONAL_NUMBER = re.compile(r"(?:\d{2})?(\d{2})(\d{2})(\d{2})[-+]?(\d{4})", re.ASCII)
CO_ORDINATION_DAYS = 60
"""Added to the day in a co-ordination number (samordningsnummer)."""


def plain_id(text: str) -> str:
    """Give an id in its one form: tidy, upper case."""
    return tidy(text).upper()


def plain_ids(cells: pd.Series) -> pd.Series:
    """Give all ids in their one form; blank cells are missing."""
    positions, texts = distinct(cells)
    plain = pd.array([plain_id(text) or None for text in texts], dtype="str")
    return pd.Series(plain.take(positions), index=cells.index)


def is_personal_number(text: str) -> bool:
    """Say whether a text is a valid Swedish personal identity or co-ordination number.

    Parameters
    ----------
    text : str
        With or without century and separator.

    Returns
    -------
    bool
        True when month, day and check digit fit (mod 10, weights 2, 1, 2, ...).

    Notes
    -----
    About one in 270 random ten-digit numbers passes too; they are refused with
    the rest, because nobody can tell them apart.
    """
    match = PERSONAL_NUMBER.fullmatch(text)
    if not match:
        return False
    month, day = int(match[2]), int(match[3])
    if not (1 <= month <= 12 and (1 <= day <= 31 or 1 <= day - CO_ORDINATION_DAYS <= 31)):
        return False
    digits = [int(digit) for digit in "".join(match.groups())]
    products = [digit * (2 - position % 2) for position, digit in enumerate(digits)]
    return sum(product // 10 + product % 10 for product in products) % 10 == 0
