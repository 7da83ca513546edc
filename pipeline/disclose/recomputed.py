"""How many of the released numbers another package computed again: counts, packages and methods, never a number."""

import pandas as pd

from pipeline.tables.glossary import ESTIMATES, SECOND_OPINION

NUMBER = "released"


def recomputed(estimates: pd.DataFrame, opinions: pd.DataFrame) -> dict[str, object]:
    """Count the second opinions on what is released.

    Parameters
    ----------
    estimates : DataFrame
        Table ``estimates`` as it is released: what is withheld is empty, and is
        not counted, so that nobody can tell whether there was a number.
    opinions : DataFrame
        Table ``second_opinion``.

    Returns
    -------
    dict
        ``numbers`` of declared analyses that are released; of these ``recomputed`` by
        ``packages`` (name to version), ``held`` between two others, and by
        method those that no other package computes (``without``).
    """
    key = list(ESTIMATES.key)
    columns = sorted(opinions["column"].unique())
    long = estimates.melt(id_vars=key, value_vars=columns, var_name="column", value_name=NUMBER).dropna(subset=[NUMBER])
    shown = opinions.merge(long[[*key, "column"]], on=list(SECOND_OPINION.key))
    compared = shown["difference"].notna()
    others = shown.loc[compared].drop_duplicates("other_package").set_index("other_package")["other_version"]
    return {
        "numbers": len(shown),
        "recomputed": int((compared & shown["other_most"].isna()).sum()),
        "held": int(shown["other_most"].notna().sum()),
        "packages": dict(sorted(others.items())),
        "without": {str(method): int(count) for method, count in sorted(shown.loc[~compared, "note"].value_counts().items())},
    }
