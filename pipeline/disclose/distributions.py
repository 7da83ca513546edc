"""Merge and withhold cells of tables and figures, as decided."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist

import pandas as pd

from pipeline.disclose.answers import shown_columns
from pipeline.disclose.blocks import Blocks, has_small
from pipeline.disclose.coding import hidden_codings
from pipeline.disclose.counts import COUNTED, TableKey
from pipeline.disclose.curves import hidden_totals
from pipeline.disclose.evidence import Decided
from pipeline.disclose.flow import merged_reasons
from pipeline.disclose.policy import Policy
from pipeline.disclose.transitions import Layout, block_code
from pipeline.spec.vocabulary import ANSWERED, MISSING_REASONS
from pipeline.tables.frames import conform
from pipeline.tables.glossary import DISTRIBUTIONS

NUMBERS = ("n", "total", "share", "conf_low", "conf_high", "n_at_risk")
SAID = ("refused", "dont_know", "not_applicable")
"""Missing reasons that a person chose; a blank or a question not asked says nothing about anybody."""
CELL = ["study", "analysis", "exhibit", "unit", "outcome", "wave", "level", "row", "column"]
Layouts = Mapping[tuple[str, str, str], Layout | None]


@dataclass(frozen=True)
class Marks:
    """What becomes of the cells of one table; all with the cells' index."""

    row: pd.Series
    column: pd.Series
    """Codes, merged ones joined."""
    hidden: pd.Series
    """The cell's own numbers are withheld."""
    baseless: pd.Series
    """So is the total that its share is of."""

    @classmethod
    def of(cls, rows: pd.DataFrame, hidden: pd.Series | bool, row_of: Mapping[str, str] | None = None) -> "Marks":
        """Mark cells hidden with their totals, and merge rows."""
        mark = hidden if isinstance(hidden, pd.Series) else pd.Series(hidden, index=rows.index)
        codes = row_of or {}
        return cls(rows["row"].map(lambda code: codes.get(code, code)), rows["column"], mark, mark)


def release_distributions(policy: Policy, decided: Decided, layouts: Layouts, points: pd.Series, rows: pd.DataFrame) -> pd.DataFrame:
    """Give the distributions as they may be shown.

    Parameters
    ----------
    policy, decided
    layouts : mapping of (analysis, outcome, wave) to Layout or None
        How transition tables are shown.
    points : Series of bool
        Which rows of curves are withheld; index as ``rows``.
    rows : DataFrame
        Table ``distributions``, nothing withheld.

    Returns
    -------
    DataFrame
        Table ``distributions``: merged cells have joined codes, withheld cells no
        numbers and ``withheld`` true.
    """
    mark: dict[str, Callable[[pd.DataFrame], Marks]] = {
        **dict.fromkeys(COUNTED, lambda part: _mark_answers(decided, part)),
        "missing": lambda part: _mark_reasons(policy, decided, part),
        "transition": lambda part: _mark_transition(layouts, part),
        "coding": lambda part: Marks.of(part, hidden_codings(part, policy)),
        "curve": lambda part: _mark_points(policy, points.reindex(part.index), part),
    }
    tables = rows.groupby(["exhibit", "analysis", "unit", "outcome", "wave"], sort=True)
    marks = [mark[str(key[0])](part) for key, part in tables]
    if not marks:
        return conform(DISTRIBUTIONS, rows)
    together = [pd.concat([getattr(one, name) for one in marks]).reindex(rows.index) for name in ("row", "column", "hidden", "baseless")]
    return conform(DISTRIBUTIONS, _withhold(_merge(rows, Marks(*together))))


def _mark_answers(decided: Decided, rows: pd.DataFrame) -> Marks:
    first = rows.iloc[0]
    key = TableKey(first["unit"], first["outcome"], first["wave"])
    blocks = decided.blocks[key]
    if blocks is None:
        return Marks.of(rows, True)
    return Marks.of(rows, ~rows["column"].isin(decided.columns[key]), row_codes(blocks))


def row_codes(blocks: Blocks) -> dict[str, str]:
    """Give each code the joined code of its block."""
    return {code: block_code(block) for block in blocks for code in block}


def _mark_reasons(policy: Policy, decided: Decided, rows: pd.DataFrame) -> Marks:
    first = rows.iloc[0]
    if TableKey(first["unit"], first["outcome"], first["wave"]) in decided.reasons:
        return Marks.of(rows, True)
    counts = rows.pivot(index="row", columns="column", values="n").astype("float64").fillna(0.0)
    hidden = ~rows["column"].isin(shown_columns(policy, counts))
    reasons = counts.drop(index=ANSWERED, errors="ignore")
    merged = merged_reasons(reasons, [reason for reason in reasons.index if reason in SAID], policy)
    return Marks.of(rows, hidden, dict.fromkeys(merged, reason_code(reasons, merged, policy)))


def reason_code(reasons: pd.DataFrame, merged: list[str], policy: Policy) -> str:
    """Write merged reasons as one code; when even together they are few, as every reason there is.

    The number who did not answer is shown even if small: each estimate is printed
    with its n. Naming every reason keeps open which one it was.
    """
    few = len(merged) < 2 or has_small(reasons.loc[merged].sum(), policy)
    kept = set(reasons.index) - set(merged)
    return "+".join(reason for reason in MISSING_REASONS if reason in merged or (few and reason not in kept))


def _mark_points(policy: Policy, hidden: pd.Series, rows: pd.DataFrame) -> Marks:
    return replace(Marks.of(rows, hidden), baseless=hidden_totals(rows, hidden, policy))


def _mark_transition(layouts: Layouts, rows: pd.DataFrame) -> Marks:
    first = rows.iloc[0]
    layout = layouts[first["analysis"], first["outcome"], first["wave"]]
    if layout is None:
        return Marks.of(rows, True)
    before, after = row_codes(layout.rows), row_codes(layout.columns)
    row, column = rows["row"].map(before), rows["column"].map(after)
    cells = {(block_code(layout.rows[place[0]]), block_code(layout.columns[place[1]])) for place in layout.hidden}
    baseless = ~rows["level"].isin(layout.levels)
    hidden = pd.Series([cell in cells for cell in zip(row, column, strict=True)], index=rows.index)
    return Marks(row, column, hidden | baseless, baseless)


def _merge(rows: pd.DataFrame, marks: Marks) -> pd.DataFrame:
    """Add up cells whose codes are merged; cells of one merged cell are marked alike.

    ``x`` becomes the leftmost edge. A total is of a column, so it stays, but of a
    row in a transition, so there the totals of merged rows are added.
    """
    coded = rows.assign(row=marks.row, column=marks.column, hidden=marks.hidden, baseless=marks.baseless, old_row=rows["row"])
    changed = (coded["row"] != rows["row"]) | (coded["column"] != rows["column"])
    if not changed.any():
        return coded
    parts = coded[changed]
    sums = parts.groupby(CELL, sort=False).agg(
        **{name: (name, "first") for name in ("conf_low", "n_at_risk", "hidden", "baseless")}, x=("x", "min"), n=("n", "sum")
    )
    totals = parts.drop_duplicates([*CELL, "old_row"]).groupby(CELL, sort=False)["total"].agg(["sum", "max"])
    of_rows = sums.index.get_level_values("exhibit") == "transition"
    merged = sums.assign(total=totals["max"].mask(of_rows, totals["sum"])).reset_index()
    merged["share"] = merged["n"].astype("float64") / merged["total"].astype("float64").where(merged["total"] > 0)
    bounds = [_interval(*cell) for cell in zip(merged["n"], merged["total"], merged["conf_low"].notna(), strict=True)]
    merged = merged.assign(conf_low=[low for low, _ in bounds], conf_high=[high for _, high in bounds])
    return pd.concat([coded[~changed], merged], ignore_index=True)


def _interval(count: int, total: int, wanted: bool) -> tuple[float, float]:
    return wilson_interval(int(count), int(total)) if wanted and total > 0 else (float("nan"), float("nan"))


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


def _withhold(rows: pd.DataFrame) -> pd.DataFrame:
    hidden, baseless = rows["hidden"].astype("bool"), rows["baseless"].astype("bool")
    return emptied(rows.assign(withheld=False), hidden, baseless)[[column.name for column in DISTRIBUTIONS.columns]]


def emptied(rows: pd.DataFrame, hidden: pd.Series, baseless: pd.Series | None = None) -> pd.DataFrame:
    """Take the numbers out of cells, and mark them withheld; their totals only where ``baseless`` says so, if it does."""
    numbers = {name: rows[name].mask(hidden if baseless is None or name != "total" else baseless) for name in NUMBERS}
    return rows.assign(withheld=rows["withheld"] | hidden, **numbers)
