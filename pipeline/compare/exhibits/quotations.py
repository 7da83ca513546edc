"""Free text that may be quoted: the texts with consent, without who wrote them.

A text without consent is counted and goes no further. What remains is sorted by
its own words, so that the order tells nothing about who said it.
"""

from collections.abc import Iterator

import pandas as pd

from pipeline.compare.gather.panel import Panel
from pipeline.spec.declaration import Quotations
from pipeline.spec.naming import split_reference
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import CONSENT, NO_CONSENT, QUOTATIONS


def quotations_of(panel: Panel) -> pd.DataFrame:
    """Give every text that a study declares as quotations.

    Parameters
    ----------
    panel : Panel

    Returns
    -------
    DataFrame
        Table ``quotations``: status ``consent`` with theme and text, or
        ``no_consent`` with neither. The same for any order of rows.
    """
    rows = (row for declared in panel.study.declaration.quotations for row in _rows(panel, declared))
    return table_of(QUOTATIONS, ({"study": panel.study.id} | row for row in rows))


def _rows(panel: Panel, declared: Quotations) -> Iterator[dict[str, object]]:
    found = texts_with_consent(panel, declared)
    quoted = found.loc[found["consented"], ["theme", "text"]].drop_duplicates().sort_values(["theme", "text"])
    refused = int((~found["consented"]).sum())
    for number, (theme, text) in enumerate(quoted.itertuples(index=False), start=1):
        yield {"quotation": declared.id, "number": number, "status": CONSENT, "theme": theme, "text": text}
    for number in range(len(quoted) + 1, len(quoted) + refused + 1):
        yield {"quotation": declared.id, "number": number, "status": NO_CONSENT}


def texts_with_consent(panel: Panel, declared: Quotations) -> pd.DataFrame:
    """Give the texts that somebody wrote, with their theme and whether there is a consent.

    Parameters
    ----------
    panel : Panel
    declared : Quotations

    Returns
    -------
    DataFrame, one row per text
        ``text`` (line breaks and runs of blanks made one blank), ``theme`` (code;
        empty where none is declared or known), ``consented``: whether the answer
        is among ``given``; no answer is no consent.
    """
    name, wave = split_reference(declared.text)
    own = panel.on(panel.study.unit_of(name))
    texts = own.rows(name, wave)[name].reindex(own.people.index).dropna().map(lambda text: " ".join(str(text).split()))
    written = texts.loc[texts != ""]
    consented = own.column(declared.consent).isin(declared.given).reindex(written.index)
    theme = own.column(declared.theme).reindex(written.index) if declared.theme else pd.Series("", index=written.index)
    return pd.DataFrame({"text": written, "theme": theme.astype("object").fillna(""), "consented": consented.astype("bool")})
