"""How any estimate is named and written, whatever its estimator: what is estimated, of whom, and its size."""

from collections.abc import Mapping
from typing import Any

from pipeline.render.labels import answer_label, level_label
from pipeline.render.results import DECIMALS, Results
from pipeline.render.selection import DIFFERENCE_BY, Row, known, merged_label, outcome_in_wave
from pipeline.render.wording.phrases import compares_chosen_groups
from pipeline.spec.naming import split_reference
from pipeline.spec.vocabulary import EVERYBODY

IN_POINTS = (
    "difference_through",
    "difference_beside",
    "difference_total",
    "trimmed_low",
    "trimmed_high",
    "remaining_difference",
    "tipping_point",
    "risk_difference",
    "adjusted_risk_difference",
    "interaction",
    "share_change",
    "detectable_difference",
)
"""Estimands whose shares are differences, in percentage points; other shares are per cent."""
COUNTED = ("count", "attainment_count", "n")
"""Estimands that are whole numbers of units."""
WHAT_IF = ("robustness_value", "robustness_value_limit", "remaining_difference", "tipping_point", "e_value", "e_value_limit")
"""Estimands that say what it would take to change a result."""
IMBALANCE = ("imbalance_before", "imbalance_after")
"""Estimands that say how far apart the groups are in a covariate."""
EQUAL_MEANS = "equal_means"
"""Estimand of a test by a ratio of variances."""
CORRELATIONS = ("pearson_correlation", "rank_correlation")
"""Estimands that say how the outcome goes together with what the term names."""
EFFECTIVE = "effective_number"
"""Estimand that says how many equally weighted people a weighted group is worth."""
POPULATION = ("mean_by_survey", "share_by_survey", "design_effect")
"""Estimands that say what a group is in the population, and how surely its sample tells it."""
IMPUTED = ("difference_by_imputation", "missing_information")
"""Estimands of a comparison with missing answers imputed."""
FACTS = (
    *WHAT_IF,
    IMPUTED[1],
    *IMBALANCE,
    EFFECTIVE,
    "design_effect",
    "response_rate",
    "bound_low",
    "bound_high",
    "trimmed_low",
    "trimmed_high",
    "attainment_least",
    "attainment_most",
    *COUNTED,
)
"""Estimands that are no estimate of anything beyond these people, and have no interval."""
SAID_TERMS = ("bhapkar", "stuart_maxwell", "mcnemar", "mcnemar_exact")
"""Terms that name a test."""
BETWEEN_WAVES = {
    "now - then": "now_then",
    "after - before": "after_before",
    "after": "after",
    "change": "change",
}


def is_there(row: Row) -> bool:
    """Say whether an estimate, or the result of a test without one, is there."""
    return any(known(value) for value in (row.estimate, row.statistic, row.p_value))


def place_label(results: Results, row: Row) -> str:
    """Name the outcome with its wave and, where it is not of everybody, the level: ``Lugn (efter), Kvinna``."""
    name = outcome_in_wave(results, row.outcome, row.wave)
    return name if row.level == EVERYBODY else f"{name}, {level_label(results, row.level)}"


def quantity(results: Results, row: Row) -> str:
    """Name what is estimated, with what tells it from others of its kind, and its unit where that is not the outcome's."""
    name = results.say(f"estimand.{row.estimand}")
    told = term_text(results, row)
    unit = f" ({results.say('table.percentage_points' if in_points(row) else 'table.per_cent')})" if row.measure_unit == "share" else ""
    return f"{name}{unit}: {told}" if told else f"{name}{unit}"


def in_points(row: Row) -> bool:
    """Say whether a share is a difference, which is written in percentage points."""
    return row.estimand in IN_POINTS or row.estimand.startswith(DIFFERENCE_BY) or row.term == "change"


def term_text(results: Results, row: Row) -> str:
    """Say in words what a term tells beside the estimand; empty where the analysis says it already."""
    term = str(row.term)
    if results.has_label("reading", term, row.analysis):
        return results.label("reading", term, row.analysis)
    if term in SAID_TERMS:
        return results.say(f"progress.{term}")
    if term in BETWEEN_WAVES:
        return results.say(f"term.{BETWEEN_WAVES[term]}")
    if row.estimand == "survival_at":
        unit = results.inside(results.label("measure_unit", row.outcome)) if results.has_label("measure_unit", row.outcome) else ""
        return f"{results.number(float(term), DECIMALS['number'] if float(term) % 1 else 0)} {unit}".strip()
    if "=" in term:
        return f" {results.say('table.minus')} ".join(level_label(results, part.strip()) for part in term.split(" - "))
    return _named_by(results, row)


def _named_by(results: Results, row: Row) -> str:
    """Name the covariate, or the variable, that a term is; empty for another term."""
    if row.estimand == "remaining_difference":
        return results.say("term.beside", covariate=results.inside(outcome_in_wave(results, *split_reference(row.term))))
    if row.estimand in CORRELATIONS:
        return results.say("term.with", other=results.inside(outcome_in_wave(results, *split_reference(row.term))))
    if row.estimand in IMBALANCE:
        return results.inside(outcome_in_wave(results, *split_reference(row.term)))
    if row.estimand in (EFFECTIVE, *POPULATION):
        return arm_label(results, row)
    return results.outcome_label(row.term) if results.has_label("variable", row.term) else ""


def arm_label(results: Results, row: Row) -> str:
    """Name the group that a term is the code of."""
    group = next((one.get("group") for one in results.facts["analyses"] if one["id"] == row.analysis), "")
    return results.group_label(row.term, group or "")


def written(results: Results, row: Row) -> str:
    """Write an estimate without its unit; of a test without one its statistic and degrees of freedom."""
    if known(row.estimate):
        return results.number(row.estimate, 0) if row.estimand in (*COUNTED, EFFECTIVE) else results.plain(row.estimate, row.measure_unit)
    return " ".join(filter(None, [statistic_text(results, row), f"({freedom})" if (freedom := freedom_text(results, row)) else ""]))


def statistic_text(results: Results, row: Row) -> str:
    """Write the statistic of a test that gives no estimate: F of several means, chi-square of others that have degrees of freedom."""
    key = "table.f_ratio" if row.estimand == EQUAL_MEANS else "table.chi_square" if known(row.df) else "table.statistic"
    return results.say(key, value=results.number(row.statistic)) if known(row.statistic) else ""


def freedom_text(results: Results, row: Row) -> str:
    """Write the degrees of freedom of a test that gives no estimate."""
    return results.say("table.freedom", df=results.number(row.df, 0)) if known(row.df) and known(row.statistic) else ""


def size_text(results: Results, row: Row) -> str:
    """Write the standardised size of an effect with its interval; empty where there is none."""
    if not known(row.effect):
        return ""
    ends = (row.effect_low, row.effect_high)
    span = f" ({results.between(*(results.number(end) for end in ends))})" if all(known(end) for end in ends) else ""
    return f"{results.say(f'effect_kind.{row.effect_kind}')} {results.number(row.effect)}{span}"


def compared_text(results: Results, analysis: Mapping[str, Any]) -> str:
    """Name the two groups where they are not the study's own; empty otherwise."""
    contrast = tuple(analysis.get("contrast") or ())
    if len(contrast) != 2 or (not compares_chosen_groups(results, analysis) and contrast == results.groups):
        return ""
    group = analysis.get("group") or ""
    first, second = (results.group_label(code, group) for code in contrast)
    variable = results.outcome_label(group) if compares_chosen_groups(results, analysis) else ""
    compared = results.say("words.compared", first=first, second=second)
    return f"{results.inside(variable)}: {compared}" if variable else compared


def restricted_text(results: Results, analysis: Mapping[str, Any]) -> str:
    """Say which of the people an analysis is about: ``kön: Kvinna; inlåsning (före): Dubbelt inlåst``; empty for everybody."""
    return "; ".join(_fact(results, *one) for one in (analysis.get("restrict") or {}).items())


def _fact(results: Results, reference: str, codes: list[str]) -> str:
    name, wave = split_reference(reference)
    values = merged_label(results, [_value(results, name, code) for code in codes])
    return f"{results.inside(outcome_in_wave(results, name, wave))}: {values}"


def _value(results: Results, name: str, code: str) -> str:
    """Name an answer or class; a share's 1 and 0 are yes and no, a number without label is written as it is."""
    if any(results.has_label(kind, code, name) for kind in ("answer", "category")):
        return answer_label(results, name, code)
    measured = next((one for one in results.facts["measures"] if one["name"] == name), None)
    yes_no = {"1": "words.yes", "0": "words.no"} if measured is not None and measured["kind"] == "share" else {}
    return results.say(yes_no[code]) if code in yes_no else code
