"""One measure of anybody's answers: its items, turned where they are reversed, and what its rule makes of them."""

import pandas as pd

from pipeline.errors import at_work_on
from pipeline.score.rules import SCORING_RULES
from pipeline.spec.declaration import Measure
from pipeline.spec.naming import toml_place
from pipeline.spec.study import Study


def score_measure(study: Study, measure: Measure, responses: pd.DataFrame) -> pd.Series:
    """Score one measure; empty in the waves in which it does not exist."""
    rule, items = SCORING_RULES[measure.rule], reversed_items(measure, responses)
    with at_work_on(toml_place(study, f"measures '{measure.name}'")):
        asked = items[responses["wave"].isin(study.waves_of_measure(measure) or ("",))]
        together = [own for _, own in asked.groupby(responses["wave"], sort=False)] if rule.among else [asked]
        scored = [rule.score(one, measure) for one in together] or [rule.score(asked, measure)]
    return pd.concat(scored).reindex(items.index)


def reversed_items(measure: Measure, responses: pd.DataFrame) -> pd.DataFrame:
    """Take a measure's items, with the reversed ones mirrored in the range of one answer.

    Parameters
    ----------
    measure : Measure
        Supplies ``items``, ``reversed`` and ``range``.
    responses : DataFrame
        Has a column per item.

    Returns
    -------
    DataFrame, same rows, one column per item in declared order
        ``least + greatest - answer`` for reversed items; empty where not answered.
    """
    items = responses[list(measure.items)].copy()
    if measure.reversed:
        assert measure.range is not None  # a declaration without it is refused
        least, greatest = measure.range
        for item in measure.reversed:
            items[item] = least + greatest - items[item]
    return items
