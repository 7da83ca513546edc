"""Lock-in, in two families that must never be mixed, from answers kept apart.

Workplace × occupation, after Aronsson and Göransson (1999): is this your
preferred workplace, is this your preferred occupation? Workplace ×
employability, after Stengård et al. (2016). "Do not know" is neither yes nor
no: it decides nothing.
"""

import numpy as np
import pandas as pd

from pipeline.spec.declaration import Measure

YES, NO = "yes", "no"
LOCK_IN_CLASSES = {(YES, YES): "none", (NO, YES): "workplace", (YES, NO): "occupation", (NO, NO): "double"}
"""(preferred workplace?, preferred occupation?) -> class."""
NON, AT_RISK, LOCKED_IN = "non", "at_risk", "locked_in"
EMPLOYABILITY_CLASSES = (NON, AT_RISK, LOCKED_IN)


def lock_in_class(workplace: pd.Series, occupation: pd.Series) -> pd.Series:
    """Give each person one of four classes of lock-in.

    Parameters
    ----------
    workplace, occupation : Series of str, one value per person
        Codes ``yes``, ``no`` or another answer; empty where not answered.

    Returns
    -------
    Series of str, same index
        ``none``, ``workplace``, ``occupation`` or ``double``; empty unless both
        answers are yes or no.
    """
    classes = pd.Series(np.nan, index=workplace.index, dtype="str")
    for (answer_workplace, answer_occupation), name in LOCK_IN_CLASSES.items():
        classes[workplace.isin([answer_workplace]) & occupation.isin([answer_occupation])] = name
    return classes


def double_lock_in(workplace: pd.Series, occupation: pd.Series) -> pd.Series:
    """Say who is in neither the preferred workplace nor the preferred occupation.

    Parameters
    ----------
    workplace, occupation : Series of str, one value per person
        Codes ``yes``, ``no`` or another answer; empty where not answered.

    Returns
    -------
    Series of float, same index
        0 as soon as one answer is yes, 1 when both are no, else empty.
    """
    one_yes = workplace.isin([YES]) | occupation.isin([YES])
    both_no = workplace.isin([NO]) & occupation.isin([NO])
    return both_no.astype("float64").where(one_yes | both_no)


def lock_in_by_employability(workplace: pd.Series, satisfied: pd.Series, low: pd.Series) -> pd.Series:
    """Give each person one of three classes of lock-in by workplace and employability.

    Parameters
    ----------
    workplace, satisfied : Series of str, one value per person
        Preferred workplace? Satisfied for now? Codes ``yes``, ``no`` or another
        answer; empty where not answered.
    low : Series of float, same index
        1 where employability is low, 0 where not; empty where not known.

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
    classes = pd.Series(np.nan, index=workplace.index, dtype="str")
    stuck = workplace.isin([NO]) & low.eq(1)
    classes[stuck & satisfied.isin([YES])] = AT_RISK
    classes[stuck & satisfied.isin([NO])] = LOCKED_IN
    classes[workplace.isin([YES]) | low.eq(0)] = NON
    return classes


def lock_in(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Classify lock-in by workplace (first item) and occupation (second); see ``lock_in_class``."""
    return lock_in_class(items.iloc[:, 0], items.iloc[:, 1])


def doubly_locked_in(items: pd.DataFrame, measure: Measure) -> pd.Series:
    """Say who is doubly locked in, from workplace (first item) and occupation (second); see ``double_lock_in``."""
    return double_lock_in(items.iloc[:, 0], items.iloc[:, 1])
