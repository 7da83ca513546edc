"""Lock-in, in two families that must never be mixed, from answers kept apart.

Workplace × occupation, after Aronsson and Göransson (1999): is this your
preferred workplace, is this your preferred occupation? Workplace ×
employability, after Stengård et al. (2016). "Do not know" is neither yes nor
no: it decides nothing.
"""

import numpy as np
import pandas as pd

from pipeline.score.amounts import mean_of_items
from pipeline.spec.declaration import Measure

YES, NO = "yes", "no"
LOCK_IN_CLASSES = {(YES, YES): "none", (NO, YES): "workplace", (YES, NO): "occupation", (NO, NO): "double"}
"""(preferred workplace?, preferred occupation?) -> class."""
NON, AT_RISK, LOCKED_IN = "non", "at_risk", "locked_in"
EMPLOYABILITY_CLASSES = (NON, AT_RISK, LOCKED_IN)


def lock_in(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Give each person one of four classes of lock-in.

    Parameters
    ----------
    items : DataFrame, one row per person, two columns
        Preferred workplace? Preferred occupation? Codes ``yes``, ``no`` or
        another answer; empty where not answered.
    measure : Measure
        Not used: the classes are fixed.

    Returns
    -------
    Series of str, same index
        ``none``, ``workplace``, ``occupation`` or ``double``; empty unless both
        answers are yes or no.
    """
    workplace, occupation = items.iloc[:, 0], items.iloc[:, 1]
    classes = pd.Series(np.nan, index=items.index, dtype="str")
    for (answer_workplace, answer_occupation), name in LOCK_IN_CLASSES.items():
        classes[workplace.isin([answer_workplace]) & occupation.isin([answer_occupation])] = name
    return classes


def double_lock_in(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Say who is in neither the preferred workplace nor the preferred occupation.

    Parameters
    ----------
    items, measure
        As for ``lock_in``.

    Returns
    -------
    Series of float, same index
        0 as soon as one answer is yes, 1 when both are no, else empty.
    """
    one_yes, both_no = items.isin([YES]).any(axis="columns"), items.isin([NO]).all(axis="columns")
    return both_no.astype("float64").where(one_yes | both_no)


def lock_in_employability(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Give each person one of three classes of lock-in by workplace and employability.

    Parameters
    ----------
    items : DataFrame, one row per person
        Preferred workplace? Satisfied for now? (codes ``yes``, ``no`` or another
        answer), then the items of employability; empty where not answered.
    measure : Measure
        Supplies ``threshold``: employability is low below it; and
        ``minimum_answered`` of the items of employability.

    Returns
    -------
    Series of str, same index
        ``non`` as soon as the workplace is the preferred one or employability
        is not low; of the others ``at_risk`` if satisfied for now and
        ``locked_in`` if not; empty where the answers do not decide it.

    Notes
    -----
    After Stengård et al. (2016). Where low employability begins is the study's
    own choice.
    """
    workplace, satisfied = items.iloc[:, 0], items.iloc[:, 1]
    employability = mean_of_items(items.iloc[:, 2:], measure)
    classes = pd.Series(np.nan, index=items.index, dtype="str")
    stuck = workplace.isin([NO]) & (employability < measure.threshold)
    classes[stuck & satisfied.isin([YES])] = AT_RISK
    classes[stuck & satisfied.isin([NO])] = LOCKED_IN
    classes[workplace.isin([YES]) | (employability >= measure.threshold)] = NON
    return classes
