"""Empty the estimates that are withheld, and what hangs on them: adjusted p-values, and the intervals of shares in clusters."""

from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.disclose.estimates import ITEM_DIGITS, ITEMS, Withheld
from pipeline.disclose.policy import CONTRADICTION, DETAIL, INTERVAL, SMALL_CELL, SMALL_GROUP, Policy
from pipeline.disclose.populations import is_about_one_group
from pipeline.disclose.told import FAMILIES
from pipeline.spec.study import Study
from pipeline.tables.frames import conform
from pipeline.tables.glossary import ESTIMATES

COUNTS = ("n", "n_a", "n_b", "n_clusters", "n_missing")

BESIDE_WITHHELD = "adjusted_beside_withheld"
DECLARED = ("reference_value", "confidence", "seed")
"""Numbers that were declared, not estimated."""

SPREADS = (
    *("std_error", "conf_low", "conf_high", "statistic", "df", "p_value", "p_adjusted", "p_equivalence", "p_equivalence_adjusted"),
    *("effect", "effect_low", "effect_high"),
)
"""Numbers of an estimate that tell how far apart the answers are."""
IMBALANCE = ("imbalance_before", "imbalance_after")

BESIDE_OTHERS = {"invariance": ["n_a", "n_b"], "factors_together": ["n"]}
"""Numbers of people that, beside others, would tell who skipped questions."""


def adjusted_again(study: Study, rows: pd.DataFrame, emptied: pd.DataFrame) -> pd.DataFrame:
    """Adjust p-values again where one of their family is withheld, as though that had been the greatest.

    Holm's p-values of the others hold the withheld one where it was less. Ranked last it is not
    needed, and theirs are never less than they were.

    Parameters
    ----------
    study : Study
    rows, emptied : DataFrame
        Table ``estimates`` before and after numbers were taken out; same index.

    Returns
    -------
    DataFrame
        ``emptied``. Where the new p-value no longer reaches the level, the verdict says
        ``cannot_tell``, noted ``adjusted_beside_withheld``.
    """
    found = emptied.copy()
    for plain, adjusted in (("p_value", "p_adjusted"), ("p_equivalence", "p_equivalence_adjusted")):
        told = rows[rows["family"].ne("") & rows[adjusted].notna()]
        for name, family in told.groupby("family", sort=True):
            shown = found.loc[family.index, plain].dropna().sort_values(kind="stable")
            if len(shown) == len(family):
                continue
            declared = sum(len(one.outcomes) for one in study.declaration.analyses if one.family == name)
            count = max(len(family), declared if plain == "p_value" else 0)
            again = (shown * np.arange(count, count - len(shown), -1)).cummax().clip(upper=1)
            level = 1 - rows.loc[shown.index, "confidence"]
            changed = (again < level) != (rows.loc[shown.index, adjusted] < level)
            found.loc[shown.index, adjusted] = again
            found.loc[shown.index[changed], "verdict"] = "cannot_tell"
            found.loc[shown.index[changed], "note"] = (found.loc[shown.index[changed], "note"] + f" {BESIDE_WITHHELD}").str.strip()
    return found


def empty_estimates(rows: pd.DataFrame, withheld: Withheld) -> pd.DataFrame:
    """Take the numbers out of withheld rows and say why in their note.

    Parameters
    ----------
    rows : DataFrame
        Table ``estimates``.
    withheld : Withheld

    Returns
    -------
    DataFrame
        Table ``estimates``. Earlier notes of emptied rows go: that everybody
        gave the same answer is a result too. What is told of single questions
        has two decimals, which is what a reader needs.
    """
    withheld, emptied = _beside_balance(rows, withheld), rows.copy()
    items = emptied["estimand"].isin(ITEMS)
    emptied.loc[items, "estimate"] = emptied.loc[items, "estimate"].astype("float64").round(ITEM_DIGITS)
    emptied.loc[withheld.spread, [*SPREADS]] = float("nan")
    emptied.loc[withheld.spread, ["verdict", "effect_kind", "p_adjustment"]] = ""
    numbers = [column.name for column in ESTIMATES.columns if column.kind == "number" and column.name not in DECLARED]
    emptied.loc[withheld.any, numbers] = float("nan")
    emptied.loc[withheld.any, ["verdict", "effect_kind", "p_adjustment"]] = ""
    for estimator, counts in BESIDE_OTHERS.items():
        emptied.loc[rows["estimator"].eq(estimator), counts] = pd.NA
    for name in COUNTS:
        emptied[name] = emptied[name].mask(withheld.group, pd.NA)
    wrong = rows["outcome"].isin(withheld.contradicted)
    emptied.loc[withheld.spread, "note"] = (rows.loc[withheld.spread, "note"] + f" {INTERVAL}").str.strip()
    for mark, note in ((withheld.detail, DETAIL), (withheld.cell, SMALL_CELL), (withheld.group, SMALL_GROUP), (wrong, CONTRADICTION)):
        emptied.loc[mark, "note"] = note
    return conform(ESTIMATES, emptied)


def _beside_balance(rows: pd.DataFrame, withheld: Withheld) -> Withheld:
    """Withhold what weights did to a covariate whose own balance is not shown whole."""
    balance = rows[rows["analysis"].eq("balance")]
    references = balance["outcome"] + ("@" + balance["wave"]).where(balance["wave"].ne(""), "")
    shown = set(references) - set(references[withheld.any[balance.index]])
    return replace(withheld, detail=withheld.detail | (rows["estimand"].isin(IMBALANCE) & ~rows["term"].isin(shown)))


def blur_clusters(study: Study, policy: Policy, rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the interval of a share from telling how many there were in single clusters.

    Its width is a sum over the clusters of how far each is from the share. With
    all its digits, few clusters of known size follow from it (tried in
    tests/disclose/test_estimates.py); so do those that are hidden beside others.

    Parameters
    ----------
    study : Study
    policy : Policy
    rows : DataFrame
        Table ``estimates``, emptied.

    Returns
    -------
    DataFrame
        Ends rounded outwards to whole per cent; none, and no verdict for similar
        groups, noted ``withheld_interval``, for fewer clusters than
        ``minimum_base`` and where a level of the cluster itself is withheld.
    """
    counted = rows["estimand"].isin(list(FAMILIES)) & rows["n_clusters"].gt(1).fillna(False) & rows["conf_low"].notna()
    few = counted & (rows["n_clusters"].fillna(0) < policy.base)
    few |= counted & is_about_one_group(study, rows) & _hides_a_cluster(study, rows)
    blurred = rows.copy()
    blurred.loc[counted, "conf_low"] = np.floor(rows.loc[counted, "conf_low"] * 100) / 100
    blurred.loc[counted, "conf_high"] = np.ceil(rows.loc[counted, "conf_high"] * 100) / 100
    blurred.loc[few, ["conf_low", "conf_high"]] = float("nan")
    blurred.loc[few, "verdict"] = ""
    blurred.loc[few, "note"] = (rows.loc[few, "note"] + f" {INTERVAL}").str.strip()
    return blurred


def _hides_a_cluster(study: Study, rows: pd.DataFrame) -> pd.Series:
    """Mark the counts of an outcome of which some level is withheld, of the very cluster that their interval counts."""
    own = {analysis.id: analysis.cluster for analysis in study.declaration.analyses if isinstance(analysis.cluster, str)}
    usual = {unit: study.cluster_of(unit) for unit in study.unit}
    clusters = [own.get(name, usual.get(unit)) for name, unit in zip(rows["analysis"], rows["unit"], strict=True)]
    told = list(zip(rows["unit"], rows["outcome"], rows["wave"], rows["estimand"].map(FAMILIES), strict=True))
    parted = [level.partition("=")[0].split("*") for level in rows["level"]]
    gone = rows["note"].str.contains("withheld_")
    hidden = {(*counts, name) for counts, names, empty in zip(told, parted, gone, strict=True) if empty for name in names}
    return pd.Series([(*counts, cluster) in hidden for counts, cluster in zip(told, clusters, strict=True)], index=rows.index)
