"""The simulated survey as a table, and its values as the labels an export shows.

``simtrs/survey.csv`` holds true values with blanks for what is missing,
``simtrs/missing_reasons.csv`` says why each of them is blank.
"""

from pathlib import Path

import pandas as pd

from pipeline.spec.study import Study, Variable
from pipeline.spec.vocabulary import MISSING_REASONS

SURVEY_FOLDER = Path(__file__).parent / "simtrs"
NOT_ANSWERED = "unit_nonresponse"
OTHER_NAMES = {"mobility": "mobility_t2"}
"""Variables whose column in the survey is not ``<name>_<wave>`` or ``<name>``."""


def read_survey() -> pd.DataFrame:
    """Read the survey: one row per person, all values as text, blank where missing."""
    return pd.read_csv(SURVEY_FOLDER / "survey.csv", dtype=str, keep_default_na=False).set_index("person", drop=False)


def read_reasons() -> dict[str, pd.Series]:
    """Read why values are missing.

    Returns
    -------
    dict
        Column of the survey -> Series of reasons, one per person with a
        missing value, index person.
    """
    reasons = pd.read_csv(SURVEY_FOLDER / "missing_reasons.csv", dtype=str)
    return {name: rows.set_index("person")["reason"] for name, rows in reasons.groupby("variable")}


def survey_column(survey: pd.DataFrame, name: str, wave: str) -> str:
    """Find the survey's column for a variable in a wave."""
    candidates = (OTHER_NAMES.get(name, f"{name}_{wave}"), name)
    return next(column for column in candidates if column in survey.columns)


def labelled(study: Study, variable: Variable, values: pd.Series, reasons: pd.Series) -> pd.Series:
    """Write the values of one variable as the export shows them.

    Parameters
    ----------
    study : Study
        Supplies the answer list.
    variable : Variable
        Whose values these are.
    values : Series of str, one per person
        Codes or numbers; blank where missing.
    reasons : Series of str
        Missing reason per person, for those with one.

    Returns
    -------
    Series of str, same index
        Answers in the list's own wording, numbers with decimal comma.
    """
    answers = study.answer_lists.get(variable.answers, ())
    wording = {answer.code: answer.raw for answer in answers if answer.missing not in MISSING_REASONS}
    why = {answer.missing: answer.raw for answer in answers if answer.missing}
    shown = values.map(wording) if wording else values.str.replace(".", ",", regex=False)
    return shown.where(values != "", reasons.reindex(values.index).map(why)).fillna("")
