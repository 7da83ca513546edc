"""What a report on progress says as a whole: summary, and what may not be concluded where nobody is compared."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from pipeline.render.changes import Change, bounded, paired_changes, with_later
from pipeline.render.labels import directed
from pipeline.render.markup import Markup, bullets, element, joined, paragraph
from pipeline.render.primary import Question
from pipeline.render.results import Results
from pipeline.render.selection import known
from pipeline.render.times import SURVIVAL, times
from pipeline.render.wording import limits
from pipeline.render.wording.before_after import also_worse
from pipeline.render.wording.changes import bound_values, brief_change, lost_of, people_unit, wave_names
from pipeline.render.wording.moves import brief_moves, is_share, moves, ways
from pipeline.render.wording.opening import Opening
from pipeline.render.wording.outcomes import Outcome
from pipeline.render.wording.phrases import first_upper, listed
from pipeline.render.wording.primary import brief_questions, questions_headline
from pipeline.render.wording.times import brief_times, reached_sentence, share_reached

DECIDED = ("better", "worse", "higher", "lower")


def told_changes(results: Results) -> list[Change]:
    """Give the primary changes, with later ones of the same outcomes beside them."""
    return with_later(results, paired_changes(results, "primary"), paired_changes(results))


def told_moves(results: Results) -> list[Change]:
    """Give the primary moves, with later ones of the same classes beside them."""
    return with_later(results, moves(results, "primary"), moves(results))


def changes_as_outcomes(results: Results) -> list[Outcome]:
    """Give the primary changes, and later ones beside them, in the form that shared sentences take: one row each, nothing to compare with."""
    rows = [row for change in told_changes(results) if (row := change.row("mean_change")) is not None]
    return [Outcome(row, None, None, None, None, None) for row in rows]


def opening(results: Results, questions: Sequence[Question]) -> Opening:
    """Give the first page: the answer, and a finding per primary question."""
    return Opening(
        " ".join(filter(None, [headline(results, bool(questions)), questions_headline(results, questions)])),
        [*_findings(results), *brief_questions(results, questions)],
        results.say_with("progress.caution", {"programme": results.programme}),
        changes_as_outcomes(results),
        above=also_worse(results, told_changes(results)),
    )


def headline(results: Results, beside: bool = False) -> str:
    """Answer the programme's question in one or two plain sentences, without a cause; empty where only what is told beside answers it."""
    sentences = [*_moved_headline(results), *_time_headline(results), *_changed_headline(results)]
    return " ".join(sentences) or ("" if beside else results.say("progress.headline.nothing"))


def _moved_headline(results: Results) -> Iterator[str]:
    told = told_moves(results)
    for change in (one for one in told if one.outcome == told[0].outcome and not is_share(one)):
        found = ways(change)
        if found is not None:
            names = wave_names(results, change)
            up, down = results.percent(found[0].estimate), results.percent(found[-1].estimate)
            after = first_upper(names["after"])
            key = directed(results, "progress.headline.moved", [change.outcome])
            yield results.say(key, after_name=after, before=names["before"], up=up, down=down, unit=people_unit(results))


def _time_headline(results: Results) -> Iterator[str]:
    for time in times(results, "primary")[:1]:
        shown = [row for row in time.moments if known(row.estimate)]
        if shown:
            yield reached_sentence(results, time, shown[-1], share_reached(results, shown[-1]))


def _changed_headline(results: Results) -> Iterator[str]:
    told = [(change, row) for change in told_changes(results) if (row := change.number("mean_change")) is not None]
    decided = {change.outcome for change, row in told if row.verdict in DECIDED}
    for change, row in sorted(told, key=lambda one: one[0].outcome not in decided):
        key = ("up" if row.estimate > 0 else "down") if row.verdict in DECIDED else "open"
        outcome = results.inside(results.outcome_label(change.outcome))
        yield results.say(f"progress.headline.{key}", outcome=outcome, **wave_names(results, change))


def _findings(results: Results) -> Iterator[Markup]:
    """Say each primary question in the order: moves, times, changes."""
    for title, told in _by_outcome(results, moves(results, "primary"), told_moves(results)):
        shown = [(change, ways(change)) for change in told]
        said = [brief_moves(results, change, found) for change, found in shown]
        yield _item(title, said)
    for time in times(results, "primary"):
        yield _item(results.label("analysis", time.analysis["id"]), brief_times(results, time))
    for title, told in _by_outcome(results, paired_changes(results, "primary"), told_changes(results)):
        said = [sentence for one in told for sentence in (*brief_change(results, one), *_brief_lost(results, one))]
        yield _item(title, said)


def _by_outcome(results: Results, primary: list[Change], told: list[Change]) -> Iterator[tuple[str, list[Change]]]:
    """Give each outcome under the name of its first primary analysis, with all that is told of it in order of time."""
    for name in dict.fromkeys(one.outcome for one in primary):
        own = [one for one in told if one.outcome == name]
        yield results.label("analysis", own[0].analysis["id"]), own


def _item(title: str, sentences: list[str]) -> Markup:
    return element("li", element("p", title, class_="outcome"), paragraph(" ".join(sentences)))


def _brief_lost(results: Results, change: Change) -> list[str]:
    bounds = lost_of(results, change)
    if bounds is None or change.number("mean_change") is None or not bounds.low.n_missing:
        return []
    ends = bound_values(results, bounds)
    missing = {"missing": int(bounds.low.n_missing), "n": int(bounds.low.n)}
    return [results.say("before_after.brief_lost", low=ends["low"], high=ends["high"], **missing)]


def not_shown(results: Results) -> Markup:
    """List the conclusions that a reader might draw and must not."""
    items = [results.say("not_shown.real")] if results.facts["simulated"] else []
    items.append(results.say_with(f"not_shown.{results.facts['design']}", {"programme": results.programme}))
    if _divided(results):
        items.append(results.say("progress.not_shown.levels"))
    open_ones = [one.main.outcome for one in changes_as_outcomes(results) if one.main.verdict == "cannot_tell"]
    unsure = [results.inside(results.outcome_label(name)) for name in dict.fromkeys(open_ones)]
    if unsure:
        items.append(results.say("before_after.not_shown.unsure", outcomes=listed(results, unsure, "table.or")))
    return bullets([*items, results.say("not_shown.others")])


def weigh(results: Results) -> Markup:
    """List what weakens a description of one group over time: its own limits, then those of every report that fit."""
    found = [("progress.limit", name, applies(results)) for name, applies in LIMITS.items()]
    found += [("limit", name, limits.LIMITS[name](results, changes_as_outcomes(results))) for name in FITTING]
    items = []
    for prefix, name, values in found:
        if values is not None:
            lead = element("strong", results.say_with(f"{prefix}.{name}.lead", values))
            items.append(joined([lead, " ", results.say_with(f"{prefix}.{name}.text", values)]))
    return element("div", bullets(items), class_="caution")


Values = Mapping[str, str | int] | None
FITTING = ("several_outcomes", "several_alone", "one_occasion", "own_answers", "unlocked", "deviations", "withheld")
"""Limits of every report that also hold here."""


def _divided(results: Results) -> bool:
    return any(analysis.get("by") for analysis in results.facts["analyses"])


def _no_comparison(results: Results) -> Values:
    return {}


def _lost(results: Results) -> Values:
    """Say how few of all the change rests on that rests on the fewest."""
    rows = [row for change in paired_changes(results) if (row := change.number("mean_change")) is not None]
    counted = [row for row in rows if known(row.n) and known(row.n_missing) and row.n_missing > 0]
    if not counted:
        return None
    fewest = min(counted, key=lambda row: row.n)
    everybody = int(fewest.n + fewest.n_missing)
    return {"n": int(fewest.n), "all": everybody, "share": results.percent(fewest.n / everybody)}


def _bounds(results: Results) -> Values:
    return {} if any(one.term == "change" for one in bounded(results)) else None


def _censored(results: Results) -> Values:
    return {} if any(analysis["estimator"] == SURVIVAL for analysis in results.facts["analyses"]) else None


def _levels(results: Results) -> Values:
    return {} if _divided(results) else None


LIMITS: dict[str, Callable[[Results], Values]] = {
    "no_comparison": _no_comparison,
    "lost": _lost,
    "bounds": _bounds,
    "censored": _censored,
    "levels": _levels,
}
"""Id of a limit -> its catalogue values, None when it does not apply."""
