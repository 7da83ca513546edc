"""Means of one wave beside means of those known in two: the difference may be a few people's answers.

A change rests on those who answered both waves, a description on all who answered
one. Where few people lie between, lost after the first wave or new in the second,
one of the two must go. The change is what the study asked for; the description goes.
"""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from pipeline.disclose.policy import Policy
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY

DESCRIBED = "describe"
"""Estimator of the means of everybody in one wave."""
BOUNDED = "bounds"
"""Estimator whose ends hold the same sums."""
Place = tuple[Hashable, ...]
"""Unit, outcome, wave."""


def near_paired_means(study: Study, policy: Policy, rows: pd.DataFrame) -> pd.Series:
    """Mark means of one wave that lack few people, or have few more, than a change of the same people.

    Parameters
    ----------
    study : Study
    policy : Policy
    rows : DataFrame
        Estimates about one group, nothing withheld.

    Returns
    -------
    Series of bool, same index
        Where that is so at one level, the means at all levels, because the others
        and the whole would give it back; where it is so of everybody, there too.
    """
    found = _few_between(study, policy, rows)
    places = [tuple(place) for place in rows[["unit", "outcome", "wave"]].itertuples(index=False, name=None)]
    everybody = pd.Series([(place, EVERYBODY) in found for place in places], index=rows.index, dtype="bool")
    some = pd.Series([any((place, level) in found for level in ("", EVERYBODY)) for place in places], index=rows.index, dtype="bool")
    told = rows["estimator"].isin([DESCRIBED, BOUNDED]) & rows["measure_unit"].eq("number") & rows["estimand"].ne("n")
    return told & (everybody | (some & rows["level"].ne(EVERYBODY)))


def _few_between(study: Study, policy: Policy, rows: pd.DataFrame) -> set[tuple[Place, Any]]:
    """Give outcomes and waves with few people between a description and a change: of everybody ('all') or at some level ('')."""
    analyses = {one.id: one for one in study.declaration.analyses if one.before is not None and not one.restrict}
    described = rows[rows["estimator"].eq(DESCRIBED) & rows["estimand"].eq("n")]
    sizes = {tuple(key): float(n) for *key, n in described[["unit", "outcome", "wave", "level", "n"]].dropna().itertuples(index=False)}
    changes = rows[rows["estimand"].eq("mean_change") & rows["analysis"].isin(list(analyses))].dropna(subset=["n"])
    found: set[tuple[Place, Any]] = set()
    for change in changes.itertuples():
        for wave in (analyses[change.analysis].before, change.wave):
            size = sizes.get((change.unit, change.outcome, wave, change.level))
            if size is not None and policy.is_small_base(size - float(change.n)):
                found.add(((change.unit, change.outcome, wave), EVERYBODY if change.level == EVERYBODY else ""))
    return found
