"""Which quotations leave: with consent, read by somebody, without what points at a person.

Consent was looked at before (``compare.quotations``): a text without it never comes
this far. No program can tell a name from a word, so nothing is shown until somebody
says how many quotations were read, and the number still holds. A quotation that
looks like personal data is kept back all the same.
"""

from collections.abc import Iterator

import pandas as pd

from pipeline.disclose.blocks import has_small
from pipeline.disclose.personal import personal_data_in
from pipeline.disclose.policy import Policy
from pipeline.spec.declaration import Quotations
from pipeline.spec.study import Study
from pipeline.tables.frames import conform
from pipeline.tables.glossary import CONSENT, LEFT_OUT, NOT_READ, PERSONAL_DATA, QUOTATIONS, SHOWN, WITHHELD


def release_quotations(study: Study, quotations: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Give the quotations that may be shown, and why others are not.

    Parameters
    ----------
    study : Study
    quotations : DataFrame
        Table ``quotations`` as gathered.
    policy : Policy

    Returns
    -------
    DataFrame
        Table ``quotations``; a text that is not shown keeps its row without text
        and theme. Where few texts are withheld for a reason, no reason is told.
    """
    declared = {one.id: one for one in study.declaration.quotations}
    parts = [_released(part, declared[str(name)], policy) for name, part in quotations.groupby("quotation", sort=True)]
    return conform(QUOTATIONS, pd.concat(parts, ignore_index=True) if parts else quotations)


def _released(rows: pd.DataFrame, declared: Quotations, policy: Policy) -> pd.DataFrame:
    given = rows["status"] == CONSENT
    was_read = declared.read == int(given.sum()) and set(declared.leave_out) <= set(rows.loc[given, "number"])
    status = rows["status"].mask(given, SHOWN if was_read else NOT_READ)
    status = status.mask(given & rows["number"].isin(declared.leave_out) & was_read, LEFT_OUT)
    status = status.mask(given & rows["text"].map(_points_at_somebody), PERSONAL_DATA)
    if has_small(status[status != SHOWN].value_counts(), policy):
        status = status.where(status == SHOWN, WITHHELD)
    shown = status == SHOWN
    return _renumbered(rows.assign(status=status, theme=rows["theme"].where(shown, ""), text=rows["text"].where(shown, "")))


def _points_at_somebody(text: str) -> bool:
    return next(personal_data_in(text), None) is not None


def _renumbered(rows: pd.DataFrame) -> pd.DataFrame:
    """Number what is shown first, so that a number tells nothing about the place of what is not."""
    order = rows.assign(hidden=rows["status"] != SHOWN).sort_values(["hidden", "status", "number"], kind="stable")
    return order.drop(columns="hidden").assign(number=range(1, len(order) + 1))


def quotation_faults(study: Study, quotations: pd.DataFrame) -> Iterator[str]:
    """Name what no released quotation may hold: a theme that was not declared, a text that is not shown."""
    themes = {"", *(code for variable in study.variables for code in study.codes_of(variable))}
    if not set(quotations["theme"]) <= themes:
        yield "quotations.theme"
    if quotations.loc[quotations["status"] != SHOWN, ["theme", "text"]].ne("").any(axis=None):
        yield "quotations.text"
