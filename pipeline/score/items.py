"""What several scoring rules ask of a person's answers."""

import pandas as pd

from pipeline.spec.declaration import Measure


def only_item(items: pd.DataFrame) -> pd.Series:
    """Take the one item of a rule for one item."""
    return items.iloc[:, 0]


def is_among(item: pd.Series, codes: tuple[str, ...]) -> pd.Series:
    """Say which answers are among the codes, whether the item holds codes or numbers.

    Parameters
    ----------
    item : Series
        Codes (text) or numbers; empty where not answered.
    codes : tuple of str
        Codes as declared; for a rating or a number, its digits.

    Returns
    -------
    Series of bool, same index
        False where not answered.
    """
    if pd.api.types.is_numeric_dtype(item):
        return item.isin([float(code) for code in codes])
    return item.isin(codes)


def are_among(items: pd.DataFrame, codes: tuple[str, ...]) -> pd.DataFrame:
    """Say of each item which answers are among the codes; False where not answered."""
    return items.apply(is_among, codes=codes)


def answered_enough(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Say who answered at least one item and the declared share of them; 3 of 5 is enough for 0.6."""
    answered = items.notna().sum(axis="columns")
    return (answered >= 1) & (answered >= measure.minimum_answered * items.shape[1] - 1e-9)
