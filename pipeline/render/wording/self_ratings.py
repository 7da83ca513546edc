"""Sentences on what people say they know or can, beside what was tested."""

from pipeline.render.changes import AFTER_BEFORE, NOW_THEN, Change, what_was_tested
from pipeline.render.results import Results
from pipeline.render.selection import Row
from pipeline.render.wording.changes import shift_sentence, unit_inside, wave_names
from pipeline.render.wording.phrases import with_interval


def rating_sentences(results: Results, rated: Change) -> list[str]:
    """Say what was rated at the time, what in retrospect, how the two differ, and what was tested.

    Parameters
    ----------
    results : Results
    rated : Change
        Of a retrospective analysis.

    Returns
    -------
    list of str
        What is missing or withheld is left out; one sentence that says so when all is.
    """
    sentences = []
    change = rated.number("mean_change", AFTER_BEFORE)
    if change is not None and has_means(rated):
        sentences.append(results.say_with("before_after.rated", mean_values(results, rated, change)))
    retrospective, then = rated.number("mean_change", NOW_THEN), rated.number("mean_then")
    if retrospective is not None and then is not None:
        values = {"then": results.number(then.estimate), "change": with_interval(results, retrospective)}
        sentences.append(results.say("before_after.then", **values))
    shift = rated.number("response_shift", "then - before")
    if shift is not None:
        sentences.append(shift_sentence(results, shift))
    return [*(sentences or [results.say("before_after.self_rated_none")]), *_tested_sentences(results, rated)]


def _tested_sentences(results: Results, rated: Change) -> list[str]:
    tested = what_was_tested(results, rated)
    change = tested.number("mean_change", AFTER_BEFORE) if tested is not None else None
    if tested is None or change is None or not has_means(tested):
        return []
    values = mean_values(results, tested, change) | {"label": results.inside(results.outcome_label(tested.outcome))}
    return [results.say_with("before_after.tested", values)]


def has_means(change: Change) -> bool:
    """Say whether the means before and after are there."""
    return change.number("mean_before") is not None and change.number("mean_after") is not None


def mean_values(results: Results, change: Change, row: Row) -> dict[str, str | int]:
    """Give label, unit, means and the change between them as values for a sentence."""
    before, after = change.number("mean_before"), change.number("mean_after")
    assert before is not None and after is not None
    return {
        "label": results.outcome_label(change.outcome),
        "unit": unit_inside(results, change.outcome),
        "before_value": results.number(before.estimate),
        "after_value": results.number(after.estimate),
        "n": int(row.n),
        "change": with_interval(results, row),
        **wave_names(results, change),
    }


def brief_rating(results: Results, rated: Change) -> str:
    """Say both self-rated changes in one sentence, for the summary; empty where they are not shown."""
    change, then = rated.number("mean_change", AFTER_BEFORE), rated.number("mean_then")
    if change is None or then is None or not has_means(rated):
        return ""
    values = mean_values(results, rated, change) | {"then": results.number(then.estimate)}
    return results.say_with("before_after.brief_rated", values)
