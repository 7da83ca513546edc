"""Sentences on how people moved between classes from one wave to another."""

from pipeline.render.changes import Change, analyses_by, changes_by_level, changes_in
from pipeline.render.labels import directed
from pipeline.render.results import Results
from pipeline.render.selection import Row, known, outcome_in_wave, why_absent
from pipeline.render.wording.changes import people_unit, wave_names
from pipeline.render.wording.decisions import apart_sentences
from pipeline.render.wording.outcomes import deciding_p, tested_together
from pipeline.render.wording.phrases import first_upper, listed, with_interval
from pipeline.spec.vocabulary import EVERYBODY

TRANSITION = "transition"
TESTS = {"category": ("stuart_maxwell", "bhapkar"), "share": ("mcnemar", "mcnemar_exact")}
"""Kind of outcome -> terms of its tests, the one spoken of first."""
WAYS = ("share_up", "share_same", "share_down")


def moves(results: Results, *roles: str) -> list[Change]:
    """Give the moves of everybody in declared order; of analyses with these roles in the plan, or of all."""
    found = (one for analysis in analyses_by(results, TRANSITION, roles) for one in changes_in(results, analysis))
    return [one for one in found if one.level == EVERYBODY]


def is_share(change: Change) -> bool:
    """Say whether what moved is a share, such as those in work, and not a class."""
    return change.row("share_change") is not None


def ways(change: Change) -> list[Row] | None:
    """Give those who moved up, not, and down; None where one of them is not shown."""
    rows = [change.number(name) for name in WAYS]
    found = [row for row in rows if row is not None]
    return found if len(found) == len(WAYS) else None


def move_sentences(results: Results, change: Change) -> list[str]:
    """Say who moved which way, and whether the classes are as common as before."""
    found = ways(change)
    if found is None:
        return [missing_sentence(results, change), *test_sentences(results, change)]
    return [moves_sentence(results, change, found), *test_sentences(results, change)]


def missing_sentence(results: Results, change: Change) -> str:
    """Say that the shares who moved cannot be shown, and why."""
    name = outcome_in_wave(results, change.outcome, change.waves[1])
    return results.say("progress.moves_missing", outcome=name, reason=_why_missing(results, change))


def _why_missing(results: Results, change: Change) -> str:
    return why_absent(results, [row.note for name in WAYS if (row := change.row(name)) is not None and not known(row.estimate)])


def brief_moves(results: Results, change: Change, found: list[Row] | None) -> str:
    """Say in a few words who moved which way, or that it cannot be shown, for the summary."""
    after = first_upper(wave_names(results, change)["after"])
    if found is None:
        return results.say("progress.brief_missing", after_name=after, reason=_why_missing(results, change))
    shares = {name: results.percent(row.estimate) for name, row in zip(("up", "same", "down"), found, strict=True)}
    kind = "share" if is_share(change) else "moves"
    return results.say(f"progress.brief_{kind}", after_name=after, n=int(found[0].n), **shares)


def moves_sentence(results: Results, change: Change, found: list[Row]) -> str:
    """Say who moved which way, in one sentence."""
    names = wave_names(results, change)
    shares = {name: results.percent(row.estimate) for name, row in zip(("up", "same", "down"), found, strict=True)}
    values: dict[str, str | int] = {"n": int(found[0].n), "unit": people_unit(results), **shares}
    if is_share(change):
        return results.say("progress.moves_share", label=results.outcome_label(change.outcome), **names, **values)
    return results.say(
        directed(results, "progress.moves", [change.outcome]), after_name=first_upper(names["after"]), before=names["before"], **values
    )


def test_sentences(results: Results, change: Change) -> list[str]:
    """Say what the tests of unchanged classes give, and how much a share changed."""
    sentences = []
    changed = change.number("share_change")
    if changed is not None:
        sentences.append(results.say("progress.share_change", change=with_interval(results, changed)))
    terms = TESTS["share" if is_share(change) else "category"]
    rows = [(term, row) for term in terms if (row := change.row("marginal_homogeneity", term)) is not None]
    tested = [_test_text(results, term, row) for term, row in rows if known(row.p_value)]
    if not tested:
        notes = [row.note for _, row in rows if row.note]
        return [*sentences, *([results.say("progress.untested", reason=why_absent(results, notes))] if notes else [])]
    main = min((row for row in (*(row for _, row in rows), changed) if row is not None and known(row.p_value)), key=_is_beside)
    alpha = 1 - change.analysis["confidence"]
    key = f"progress.{'changed' if deciding_p(main) < alpha else 'change_open'}.{'share' if is_share(change) else 'category'}"
    values = {"tests": "; ".join(tested), **wave_names(results, change)}
    apart = apart_sentences(results, changed, main) if changed is not None else []
    return [*sentences, results.say_with(key, values), *apart]


def _is_beside(row: Row) -> bool:
    """Say whether a test stands beside the one that the plan calls the test of the outcome."""
    return not row.p_adjustment


def _test_text(results: Results, term: str, row: Row) -> str:
    values = {"name": results.say(f"progress.{term}"), "p": results.p_value(row.p_value)}
    if not known(row.p_adjusted):
        return results.say("progress.test", **values)
    return results.say("progress.test_family", adjusted=results.p_value(row.p_adjusted), count=tested_together(results, row), **values)


def moves_by_variable(results: Results, change: Change) -> dict[str, list[Change]]:
    """Give the same moves at each level, by the variable that they are divided by."""
    found: dict[str, list[Change]] = {}
    for one in changes_by_level(results, change):
        found.setdefault(one.level.partition("=")[0], []).append(one)
    return found


def hidden_sentences(results: Results, change: Change) -> list[str]:
    """Name the variables of which no level can be shown."""
    hidden = [name for name, levels in moves_by_variable(results, change).items() if not any(ways(one) for one in levels)]
    named = [" × ".join(results.inside(results.outcome_label(part)) for part in name.split("*")) for name in hidden]
    what = results.label("analysis", change.analysis["id"])
    return [results.say("progress.levels_withheld", what=what, variables=listed(results, named))] if named else []
