"""Sentences on how a verdict, its tests and its interval hang together: several tests, two methods, and equivalence."""

from pipeline.render.results import Results
from pipeline.render.selection import Row, known
from pipeline.render.wording.outcomes import PART, excludes_zero, fails_in_family, tested_together
from pipeline.render.wording.phrases import difference


def family_sentences(results: Results, row: Row) -> list[str]:
    """Say that an outcome is undecided only because several are tested together; nothing where it is not."""
    outcome = results.inside(results.outcome_label(row.outcome))
    return [results.say("brief.family", outcome=outcome, count=tested_together(results, row))] if fails_in_family(row) else []


def apart_sentences(results: Results, row: Row, test: Row | None = None) -> list[str]:
    """Say where an interval says one thing of zero and its test another, and why; nothing where they agree.

    Parameters
    ----------
    results : Results
    row : Row
        With the interval.
    test : Row, optional
        With the p-value, where that stands in another row.
    """
    if PART not in row.note.split():
        return []
    p = results.p_value((row if test is None else test).p_value)
    way = "excludes" if excludes_zero(row) else "holds"
    methods = {"risk_difference": "few" if "fisher_used" in row.note.split() else "methods", "share_change": "methods"}
    return [results.say(f"apart.{way}", p=p), results.say(f"apart.why.{methods.get(row.estimand, 'rank')}")]


def equivalence_values(results: Results, row: Row) -> dict[str, str]:
    """Give the smallest difference that matters, and the p-value that says that a row lies inside it."""
    p = row.p_equivalence_adjusted if known(row.p_equivalence_adjusted) else row.p_equivalence
    return {"bound": difference(results, row.reference_value, row.measure_unit), "p": results.p_value(p)}


def wide_sentences(results: Results, row: Row) -> list[str]:
    """Say why the interval of what is equivalent may reach the bound; nothing where it does not."""
    bound = row.reference_value
    wide = row.conf_low <= -bound or row.conf_high >= bound
    return [results.say("finding.equivalent_wide", bound=difference(results, bound, row.measure_unit))] if wide else []
