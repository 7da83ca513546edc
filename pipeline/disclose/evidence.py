"""What is counted in the estimated tables, and what is decided about it; nothing withheld, so never released itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from pipeline.disclose.blocks import Blocks, is_whole
from pipeline.disclose.counts import Shares, TableKey, answer_tables, share_counts
from pipeline.disclose.policy import Policy
from pipeline.disclose.populations import special_analyses
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY
from pipeline.tables.results import Estimated


@dataclass(frozen=True)
class Evidence:
    """A study, its policy, and all counts that its tables tell."""

    study: Study
    policy: Policy
    tables: Mapping[TableKey, pd.DataFrame]
    """Answers by group (``counts.answer_tables``)."""
    answered: Mapping[TableKey, pd.Series]
    """Per group, how many answered, as told outside the table of answers."""
    shares: Shares
    """Two-answer counts of the whole sample's groups (``counts.share_counts``)."""
    means: Mapping[TableKey, pd.DataFrame]
    """Mean, standard deviation and n by group, of the whole sample's groups."""


@dataclass(frozen=True)
class Decided:
    """What is merged or withheld, for all tables together."""

    blocks: Mapping[TableKey, Blocks | None] = field(default_factory=dict)
    """Answers shown together; None: the table is withheld."""
    columns: Mapping[TableKey, frozenset[str]] = field(default_factory=dict)
    """Columns (groups, 'all') that may be shown."""
    reasons: frozenset[TableKey] = frozenset()
    """Variables whose missing reasons are withheld too, because n would give an answer back."""
    shares: frozenset[tuple[str, str]] = frozenset()
    """Outcome and wave of shares that are withheld."""
    bases: frozenset[tuple[str, str]] = frozenset()
    """Outcome and wave of which not even n is told: beside another n it would count an answer that a measure leaves out."""

    def is_whole(self, key: TableKey, counts: pd.DataFrame) -> bool:
        """Say whether every answer and every column of a table is shown."""
        return is_whole(self.blocks[key]) and self.columns[key] == frozenset(counts.columns)

    def hide_tables(self, keys: set[TableKey], with_reasons: bool) -> "Decided":
        """Withhold some tables wholly; with their missing reasons where asked."""
        here = {key for key in keys if key in self.blocks}
        reasons = self.reasons | here if with_reasons else self.reasons
        return replace(self, blocks={**self.blocks, **dict.fromkeys(here)}, reasons=frozenset(reasons))


def gather_evidence(study: Study, estimated: Estimated) -> Evidence:
    """Bring together all counts that the estimated tables tell.

    Parameters
    ----------
    study : Study
    estimated : Estimated
        Nothing withheld.

    Returns
    -------
    Evidence
    """
    rows = estimated.estimates
    whole = rows[~rows["analysis"].isin([*special_analyses(study), "attrition"])]
    return Evidence(
        study=study,
        policy=Policy.of(study),
        tables=answer_tables(study, estimated.distributions, rows),
        answered=_answered(estimated.distributions, whole),
        shares=share_counts(whole),
        means=_means(whole),
    )


def _answered(distributions: pd.DataFrame, estimates: pd.DataFrame) -> dict[TableKey, pd.Series]:
    """Count who answered, per variable and wave, as other tables than the answers' tell it."""
    told = distributions[(distributions["exhibit"] == "missing") & (distributions["row"] == "answered")]
    described = estimates[(estimates["estimand"] == "n") & (estimates["level"] == EVERYBODY)].rename(columns={"group_a": "column"})
    columns = ["unit", "outcome", "wave", "column", "n"]
    counts = pd.concat([told[columns], described[columns]])
    return {
        TableKey(*key): part.drop_duplicates("column").set_index("column")["n"].astype("float64")
        for key, part in counts.groupby(["unit", "outcome", "wave"], sort=True)
    }


def _means(estimates: pd.DataFrame) -> dict[TableKey, pd.DataFrame]:
    """Give mean, standard deviation and n by group for every outcome and wave that has them."""
    rows = estimates[estimates["estimand"].isin(["mean", "standard_deviation"]) & (estimates["level"] == EVERYBODY)]
    means = {}
    for key, part in rows.groupby(["unit", "outcome", "wave"], sort=True):
        once = part.drop_duplicates(["estimand", "group_a"])
        moments = once.pivot(index="group_a", columns="estimand", values="estimate").reindex(columns=["mean", "standard_deviation"])
        means[TableKey(*key)] = moments.assign(n=once.groupby("group_a")["n"].max().astype("float64"))
    return means
