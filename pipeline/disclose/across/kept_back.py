"""Keep back what a study declares: numbers that, beside an earlier release, would tell of few people."""

import pandas as pd

from pipeline.disclose.distributions import emptied
from pipeline.disclose.emptied import empty_estimates
from pipeline.disclose.estimates import Withheld
from pipeline.disclose.policy import PUBLISHED
from pipeline.errors import Problem, raise_if_any
from pipeline.spec.naming import toml_place
from pipeline.spec.publication import Withhold
from pipeline.spec.study import Study


def keep_back(study: Study, estimates: pd.DataFrame, distributions: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Empty the rows that ``[[publish.withhold]]`` names.

    Parameters
    ----------
    study : Study
    estimates, distributions : DataFrame
        As they would be released.

    Returns
    -------
    tuple of DataFrame
        The same rows; those named without numbers and n, noted ``withheld_published``.

    Raises
    ------
    ResearcherError
        When a line names no row, so that nothing would be kept back.
    """
    publish = study.declaration.publish
    lines = publish.withhold if publish is not None else ()
    raise_if_any(_problem(study, one) for one in lines if not (_named(one, estimates).any() or _named(one, distributions).any()))
    for one in lines:
        mine, none = _named(one, estimates), pd.Series(False, index=estimates.index)
        estimates = empty_estimates(estimates, Withheld(mine, none, none))
        estimates["note"] = estimates["note"].mask(mine, PUBLISHED)
        distributions = emptied(distributions, _named(one, distributions))
    return estimates, distributions


def _named(one: Withhold, rows: pd.DataFrame) -> pd.Series:
    mark = pd.Series(True, index=rows.index)
    for key, value in one.model_dump(exclude_none=True).items():
        mark &= rows[key] == value
    return mark


def _problem(study: Study, one: Withhold) -> Problem:
    said = ", ".join(f"{key} = '{value}'" for key, value in one.model_dump(exclude_none=True).items())
    return Problem(toml_place(study, "publish withhold"), f"no number has {said}", remedy="Correct it, or remove it.")
