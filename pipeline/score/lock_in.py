"""Lock-in by the family workplace × occupation, from two answers kept apart.

After Aronsson and Göransson (1999): is this your preferred workplace, is this
your preferred occupation? "Do not know" is neither yes nor no: it gives no
class. The other family (workplace × employability) is another rule and must
not be mixed with this one.
"""

import numpy as np
import pandas as pd

YES, NO = "yes", "no"
LOCK_IN_CLASSES = {(YES, YES): "none", (NO, YES): "workplace", (YES, NO): "occupation", (NO, NO): "double"}
"""(preferred workplace?, preferred occupation?) -> class."""


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
