"""Scoring rules that sort one answer into classes whose order is declared."""

import numpy as np
import pandas as pd

from pipeline.score.amounts import is_among, only_item
from pipeline.spec.declaration import Measure


def as_category(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Take the one item's code as a class; the order of the classes is the declared one.

    Parameters
    ----------
    items : DataFrame, one row per person, one column
        Answer code; empty where not answered.
    measure : Measure
        Supplies ``categories``, whose keys are the item's codes, and
        ``leaves_out``: codes of those to whom the measure does not apply.

    Returns
    -------
    Series of str, same index
        Empty where not answered or left out.
    """
    item = only_item(items)
    return _classes(item, {code: is_among(item, (code,)) for code in measure.categories})


def collapsed(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Sort the one item's codes into fewer classes.

    Parameters
    ----------
    items : DataFrame, one row per person, one column
        Answer code; empty where not answered.
    measure : Measure
        Supplies ``collapse``: class to the codes that belong to it, and
        ``leaves_out``.

    Returns
    -------
    Series of str, same index
        Empty where not answered or left out.
    """
    item = only_item(items)
    return _classes(item, {name: is_among(item, codes) for name, codes in measure.collapse.items()})


def classes_of(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Sort the one number into classes.

    Parameters
    ----------
    items : DataFrame, one row per person, one column
        A number; empty where not answered.
    measure : Measure
        Supplies ``classes``, the rising lower edges, and ``categories``, the
        classes in the same order. A class holds its lower edge and what is
        below the next one; the last has no upper end.

    Returns
    -------
    Series of str, same index
        Empty where not answered, and below the first edge.
    """
    numbers = only_item(items).astype("float64")
    edges = (*measure.classes, np.inf)
    inside = {
        name: (numbers >= low) & ((numbers < high) | np.isinf(high))
        for name, low, high in zip(measure.categories, edges, edges[1:], strict=False)
    }
    return _classes(numbers, inside)


def _classes(item: pd.Series, inside: dict[str, pd.Series]) -> pd.Series:
    """Name the class that each answer lies in; empty where it lies in none."""
    classes = pd.Series(np.nan, index=item.index, dtype="str")
    for name, members in inside.items():
        classes[members] = name
    return classes
