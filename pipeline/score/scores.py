"""The second stage: responses become scores.

One row per unit and wave, one column per measure of that unit. What a rule does
with answers is in ``rules``; this module brings each rule its items and puts
the results in place.
"""

from collections.abc import Iterator

import pandas as pd

from pipeline.score.imputation import impute_answers
from pipeline.score.reliability import alpha_if_dropped, cronbach_alpha, item_rest_correlations
from pipeline.score.scored import reversed_items, score_measure
from pipeline.spec.declaration import Measure
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import CONFIDENCE
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import RELIABILITY
from pipeline.tables.results import Cleaned, Scored

SCALE_RULES = ("mean_of_items", "sum_of_items")
"""Rules whose items are meant to measure one thing, so that reliability has a meaning."""


def score_responses(study: Study, cleaned: Cleaned) -> Scored:
    """Score every measure of every unit and wave.

    Parameters
    ----------
    study : Study
        Supplies the measures.
    cleaned : Cleaned
        Responses per unit: one row per unit and wave.

    Returns
    -------
    Scored
        ``scores``: per unit of observation its id, ``wave`` and one column per
        measure, rows as in the responses; empty in waves in which the measure
        does not exist. Measures of facts that do not change stand in rows of
        their own, with an empty wave. ``reliability``: one row per scale and wave. ``imputed`` and ``imputation``:
        what analyses with imputed answers need, where there are any.
    """
    answers = {unit: with_facts(study, unit, cleaned) for unit in cleaned.responses}
    scores = {unit: score_unit(study, unit, rows) for unit, rows in answers.items()}
    reliability = [row for unit, rows in answers.items() for row in reliability_rows(study, unit, rows)]
    imputed, imputation = impute_answers(study, cleaned, scores.get(study.declaration.sample.unit, pd.DataFrame()))
    return Scored(scores, table_of(RELIABILITY, reliability), imputed, imputation)


def with_facts(study: Study, unit: str, cleaned: Cleaned) -> pd.DataFrame:
    """Give a unit's responses and, where measures are made of facts, one row per unit with an empty wave below them."""
    responses = cleaned.responses[unit]
    items = dict.fromkeys(item for measure in measures_of(study, unit) if not study.waves_of_measure(measure) for item in measure.items)
    if not items:
        return responses
    facts = cleaned.units[unit][[study.unit[unit].id, *items]].assign(wave="")
    return pd.concat([responses, facts], ignore_index=True)


def score_unit(study: Study, unit: str, responses: pd.DataFrame) -> pd.DataFrame:
    """Score the measures of one unit of observation.

    Parameters
    ----------
    study : Study
        Supplies the measures.
    unit : str
        Name of the unit.
    responses : DataFrame, one row per unit and wave
        Or any block of such rows: each row is scored by itself, but for rules that
        hold people against each other.

    Returns
    -------
    DataFrame, same rows and index
        Id, ``wave``, and each measure in declared order: numbers and shares as
        float, classes as text.
    """
    scored = responses[[study.unit[unit].id, "wave"]].copy()
    for measure in measures_of(study, unit):
        scored[measure.name] = score_measure(study, measure, responses)
    return scored


def measures_of(study: Study, unit: str) -> list[Measure]:
    """Give the measures observed on one unit, in declared order."""
    return [measure for measure in study.declaration.measures if study.unit_of(measure.name) == unit]


def reliability_rows(study: Study, unit: str, responses: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Give the rows of the reliability table: one per scale and wave of a unit, then one per item of it; the wave is empty for a scale of facts."""
    for measure in measures_of(study, unit):
        if measure.rule not in SCALE_RULES or len(measure.items) < 2:
            continue
        for wave in study.waves_of_measure(measure) or ("",):
            answers = reversed_items(measure, responses.loc[responses["wave"] == wave]).to_numpy(dtype="float64")
            alpha = cronbach_alpha(answers, CONFIDENCE)
            common = {
                "study": study.id,
                "measure": measure.name,
                "unit": unit,
                "wave": wave,
                "items": len(measure.items),
                "n": alpha.n,
                "n_missing": len(answers) - alpha.n,
            }
            yield common | {
                "alpha": alpha.alpha,
                "conf_low": alpha.conf_low,
                "conf_high": alpha.conf_high,
                "confidence": CONFIDENCE,
                "note": alpha.note,
            }
            for item, rest, dropped in zip(measure.items, item_rest_correlations(answers), alpha_if_dropped(answers), strict=True):
                yield common | {"item": item, "item_rest": rest, "alpha": dropped}
