"""Merge and withhold cells of tables and figures, as decided."""

from collections.abc import Callable, Mapping
from statistics import NormalDist

import pandas as pd

from pipeline.disclose.answers import shown_columns
from pipeline.disclose.blocks import Blocks, has_small
from pipeline.disclose.counts import COUNTED, TableKey
from pipeline.disclose.curves import hidden_points
from pipeline.disclose.evidence import Decided
from pipeline.disclose.flow import merged_reasons
from pipeline.disclose.policy import Policy
from pipeline.disclose.transitions import Layout, joined
from pipeline.spec.vocabulary import MISSING_REASONS
from pipeline.tables.frames import conform
from pipeline.tables.glossary import DISTRIBUTIONS

NUMBERS = ("n", "total", "share", "conf_low", "conf_high", "n_at_risk")
ANSWERED = "answered"
SAID = ("refused", "dont_know", "not_applicable")
"""Missing reasons that a person chose; a blank or a question not asked says nothing about anybody."""
CELL = ["study", "analysis", "exhibit", "unit", "outcome", "wave", "level", "row", "column"]
Layouts = Mapping[tuple[str, str, str], Layout | None]


def release_distributions(policy: Policy, decided: Decided, layouts: Layouts, rows: pd.DataFrame) -> pd.DataFrame:
    """Give the distributions as they may be shown.

    Parameters
    ----------
    policy, decided
    layouts : mapping of (analysis, outcome, wave) to Layout or None
        How transition tables are shown.
    rows : DataFrame
        Table ``distributions``, nothing withheld.

    Returns
    -------
    DataFrame
        Table ``distributions``: merged cells have joined codes, withheld cells no
        numbers and ``withheld`` true.
    """
    release: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
        **dict.fromkeys(COUNTED, lambda part: _release_answers(decided, part)),
        "missing": lambda part: _release_reasons(policy, decided, part),
        "transition": lambda part: _release_transition(layouts, part),
        "curve": lambda part: _withhold(part, hidden_points(part, policy)),
    }
    tables = rows.groupby(["exhibit", "analysis", "unit", "outcome", "wave"], sort=True)
    released = [release[str(key[0])](part) for key, part in tables]
    return conform(DISTRIBUTIONS, pd.concat(released, ignore_index=True) if released else rows)


def _withhold(rows: pd.DataFrame, hidden: pd.Series | bool) -> pd.DataFrame:
    emptied = rows.copy()
    mark = hidden if isinstance(hidden, pd.Series) else pd.Series(hidden, index=rows.index)
    for name in NUMBERS:
        emptied[name] = emptied[name].mask(mark)
    emptied["withheld"] = mark
    return emptied


def _release_answers(decided: Decided, rows: pd.DataFrame) -> pd.DataFrame:
    first = rows.iloc[0]
    key = TableKey(first["unit"], first["outcome"], first["wave"])
    blocks = decided.blocks[key]
    if blocks is None:
        return _withhold(rows, True)
    merged = merge_cells(rows, row_codes(blocks), {})
    return _withhold(merged, ~merged["column"].isin(decided.columns[key]))


def row_codes(blocks: Blocks) -> dict[str, str]:
    """Give each code the joined code of its block."""
    return {code: joined(block) for block in blocks for code in block}


def merge_cells(rows: pd.DataFrame, row_of: Mapping[str, str], column_of: Mapping[str, str]) -> pd.DataFrame:
    """Add up cells whose codes are merged.

    Parameters
    ----------
    rows : DataFrame
        Cells of one table.
    row_of, column_of : mapping of code to joined code
        Codes that are not named stay.

    Returns
    -------
    DataFrame
        ``x`` is the leftmost edge; ``total`` stays, except that merged rows of a
        transition add theirs; Wilson's interval where the cells had one.
    """
    if all(code == joined_code for codes in (row_of, column_of) for code, joined_code in codes.items()):
        return rows.assign(withheld=False)
    coded = rows.assign(old_row=rows["row"], row=rows["row"].replace(dict(row_of)), column=rows["column"].replace(dict(column_of)))
    sums = coded.groupby(CELL, sort=False).agg(
        x=("x", "min"), n=("n", "sum"), old=("n", "size"), conf_low=("conf_low", "first"), conf_high=("conf_high", "first")
    )
    per_row = coded.drop_duplicates([*CELL, "old_row"]).groupby(CELL, sort=False)["total"].agg("sum" if column_of else "max")
    merged = sums.assign(total=per_row).reset_index()
    merged["share"] = merged["n"].astype("float64") / merged["total"].astype("float64").where(merged["total"] > 0)
    for place in merged.index[merged["conf_low"].notna() & (merged["old"] > 1)]:
        bounds = wilson_interval(int(merged.loc[place, "n"]), int(merged.loc[place, "total"]))
        merged.loc[place, ["conf_low", "conf_high"]] = bounds
    return merged.assign(n_at_risk=pd.NA, withheld=False)[list(rows.columns)]


def wilson_interval(count: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Give Wilson's interval of a share (Wilson 1927), for answers that were merged after estimation.

    Parameters
    ----------
    count, total : int
        People with the answer, people in all; total above 0.
    confidence : float

    Returns
    -------
    low, high
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = count / total
    centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    reach = z / (1 + z**2 / total) * (share * (1 - share) / total + z**2 / (4 * total**2)) ** 0.5
    return centre - reach, centre + reach


def _release_reasons(policy: Policy, decided: Decided, rows: pd.DataFrame) -> pd.DataFrame:
    first = rows.iloc[0]
    if TableKey(first["unit"], first["outcome"], first["wave"]) in decided.reasons:
        return _withhold(rows, True)
    counts = rows.pivot(index="row", columns="column", values="n").astype("float64").fillna(0.0)
    columns = shown_columns(policy, counts)
    reasons = counts.drop(index=ANSWERED, errors="ignore")
    merged = merged_reasons(reasons, [reason for reason in reasons.index if reason in SAID], policy)
    merged_table = merge_cells(rows, dict.fromkeys(merged, reason_code(reasons, merged, policy)), {})
    return _withhold(merged_table, ~merged_table["column"].isin(columns))


def reason_code(reasons: pd.DataFrame, merged: list[str], policy: Policy) -> str:
    """Write merged reasons as one code; when even together they are few, as every reason there is.

    The number who did not answer is shown even if small: each estimate is printed
    with its n. Naming every reason keeps open which one it was.
    """
    few = len(merged) < 2 or has_small(reasons.loc[merged].sum(), policy)
    kept = set(reasons.index) - set(merged)
    return "+".join(reason for reason in MISSING_REASONS if reason in merged or (few and reason not in kept))


def _release_transition(layouts: Layouts, rows: pd.DataFrame) -> pd.DataFrame:
    first = rows.iloc[0]
    layout = layouts[first["analysis"], first["outcome"], first["wave"]]
    if layout is None:
        return _withhold(rows, True)
    merged = merge_cells(rows, row_codes(layout.rows), row_codes(layout.columns))
    cells = {(joined(layout.rows[row]), joined(layout.columns[column])) for row, column in layout.hidden}
    hidden = pd.Series([cell in cells for cell in zip(merged["row"], merged["column"], strict=True)], index=merged.index)
    empty_level = ~merged["level"].isin(layout.levels)
    released = _withhold(merged, hidden | empty_level)
    released["total"] = merged["total"].mask(empty_level)
    return released
