"""What a report on before and after says as a whole: summary, who answered, and what may not be concluded."""

from collections.abc import Callable, Iterator, Sequence

from pipeline.render.changes import Bounded, Change, bounded, change_name, paired_changes, self_ratings, with_later
from pipeline.render.flow import count_or_withheld, flow_chains, lists_everybody, node_label, row_chains, waves_asked
from pipeline.render.labels import declared, directed
from pipeline.render.markup import Markup, bullets, element, joined, paragraph
from pipeline.render.primary import Question
from pipeline.render.results import Results
from pipeline.render.selection import Row, known, outcome_in_wave, verdict_shown
from pipeline.render.wording import limits
from pipeline.render.wording.changes import (
    bound_values,
    brief_change,
    clusters_of_change,
    lost_of,
    people_unit,
    unit_inside,
    wave_names,
)
from pipeline.render.wording.findings import verdict_mark
from pipeline.render.wording.one_line import DECIDED, ORDER, verdict_key
from pipeline.render.wording.opening import Opening
from pipeline.render.wording.outcomes import Outcome
from pipeline.render.wording.phrases import first_upper, level, listed, wave_name
from pipeline.render.wording.primary import brief_questions, questions_headline
from pipeline.render.wording.self_ratings import brief_rating
from pipeline.spec.vocabulary import EVERYBODY

TESTED = ("count_correct", "share_correct")
"""Scoring rules of questions with a right answer."""


def as_outcomes(changes: Sequence[Change]) -> list[Outcome]:
    """Give primary changes in the form that shared sentences take: one row each, nothing to compare with."""
    rows = [row for change in changes if (row := change.row("mean_change")) is not None]
    return [Outcome(row, None, None, None, None, None) for row in rows]


def opening(results: Results, changes: Sequence[Change], questions: Sequence[Question]) -> Opening:
    """Give the first page: what was found on every primary question, and on later ones of the same outcome."""
    items = [*(_finding(results, change, changes) for change in changes), *brief_questions(results, questions)]
    own = headline(results, changes) if changes or not questions else ""
    return Opening(
        " ".join(filter(None, [own, questions_headline(results, questions)])),
        [*items, *_brief_ratings(results), *_brief_bounds(results)],
        results.say("before_after.caution"),
        as_outcomes(changes),
        above=also_worse(results, changes),
        legend=results.say("before_after.legend"),
    )


def headline(results: Results, changes: Sequence[Change]) -> str:
    """Say in one line what was found on all primary outcomes, and on the same ones later."""
    found = [(change, verdict_shown(row)) for change in changes if (row := change.row("mean_change")) is not None]
    sentences: list[str] = []
    worse = {change.waves for change, verdict in found if verdict == "worse"}
    for waves in sorted(dict.fromkeys(change.waves for change, _ in found), key=lambda waves: waves not in worse):
        sentences += _headline_of(results, [(change, own) for change, own in found if change.waves == waves])
    return " ".join(sentences) or results.say("before_after.headline.nothing")


def _headline_of(results: Results, found: Sequence[tuple[Change, str]]) -> Iterator[str]:
    """Say what was found between two waves, one sentence per verdict."""
    for verdict in ORDER:
        outcomes = [
            _with_values(results, change) if own in DECIDED else _inside(results, change) for change, own in found if own == verdict
        ]
        if outcomes:
            last = "table.or" if verdict == "cannot_tell" else "words.and"
            values = wave_names(results, found[0][0]) | {"outcomes": listed(results, outcomes, last)}
            yield results.say_with(f"before_after.headline.{verdict_key(verdict)}", values)


def _inside(results: Results, change: Change) -> str:
    return results.inside(results.outcome_label(change.outcome))


def _with_values(results: Results, change: Change) -> str:
    """Name an outcome with its means after and before; by name alone where one is not known."""
    before, after = change.number("mean_before"), change.number("mean_after")
    if before is None or after is None:
        return _inside(results, change)
    values = {"before_value": results.number(before.estimate), "after_value": results.number(after.estimate)}
    unit = unit_inside(results, change.outcome)
    return results.say("before_after.headline.value", outcome=_inside(results, change), unit=unit, **values)


def also_worse(results: Results, told: Sequence[Change]) -> list[str]:
    """Name the changes for the worse that only tables would tell of; nothing where there is none."""
    names = {(one.outcome, one.waves) for one in told}
    every = [one for one in paired_changes(results) if (one.outcome, one.waves) not in names]
    worse = [one for one in every if (row := one.number("mean_change")) is not None and row.verdict == "worse"]
    named = dict.fromkeys(results.inside(outcome_in_wave(results, one.outcome, one.waves[1])) for one in worse)
    return [results.say("summary.also_worse", outcomes=listed(results, list(named)))] if named else []


def _finding(results: Results, change: Change, among: Sequence[Change]) -> Markup:
    """Say one primary change, with what those missing could change."""
    row = change.row("mean_change")
    mark = [" ", verdict_mark(results, row)] if row is not None else []
    sentences = [*brief_change(results, change), *_brief_lost(results, change)]
    title = element("p", change_name(results, change, among), *mark, class_="outcome")
    return element("li", title, paragraph(" ".join(sentences)), class_=row.verdict if row is not None else "")


def _brief_lost(results: Results, change: Change) -> list[str]:
    bounds = lost_of(results, change)
    if bounds is None or change.number("mean_change") is None or not bounds.low.n_missing:
        return []
    ends = bound_values(results, bounds)
    missing = {"missing": int(bounds.low.n_missing), "n": int(bounds.low.n)}
    return [results.say("before_after.brief_lost", low=ends["low"], high=ends["high"], **missing)]


def _brief_ratings(results: Results) -> Iterator[Markup]:
    for rated in self_ratings(results):
        sentence = brief_rating(results, rated)
        if sentence:
            yield element("li", element("p", results.outcome_label(rated.outcome), class_="outcome"), paragraph(sentence))


def _brief_bounds(results: Results) -> Iterator[Markup]:
    """Say the share of those who answered, and of everybody, for what was asked afterwards only."""
    for one in bounded(results):
        if one.term == "after" and one.low.measure_unit == "share" and one.observed is not None and one.low.n_missing:
            yield element(
                "li",
                element("p", results.outcome_label(one.outcome), class_="outcome"),
                paragraph(_brief_share(results, one, one.observed)),
            )


def _brief_share(results: Results, one: Bounded, observed: Row) -> str:
    return results.say(
        "before_after.brief_share",
        after=wave_name(results, one.wave),
        observed=level(results, observed.estimate, "share"),
        answered=int(observed.n),
        low=level(results, one.low.estimate, "share"),
        high=level(results, one.high.estimate, "share"),
        n=int(one.low.n),
    )


def people_sentences(results: Results, changes: Sequence[Change]) -> list[str]:
    """Say who is counted, how many answered each time and how many are analysed, with the denominator named."""
    chains = flow_chains(results)
    whole = chains.get(("sample", EVERYBODY))
    if whole is None or not known(whole.end.n):
        return []
    n = int(whole.end.n)
    listed_here = lists_everybody(results)
    key = "denominator" if listed_here else "denominator_answered"
    sentences = [*_list_sentences(results), results.say(f"before_after.people.{key}", n=n, unit=people_unit(results))]
    for wave in waves_asked(results, EVERYBODY):
        chain = chains.get((f"wave:{wave}", EVERYBODY))
        if chain is not None and known(chain.end.n):
            share = results.percent(chain.end.n / n)
            sentences.append(
                results.say("before_after.people.answered", wave=first_upper(wave_name(results, wave)), n=int(chain.end.n), share=share)
            )
    counted = [(change_name(results, change, changes), row) for change in changes if (row := change.row("mean_change")) is not None]
    sentences += [_analysed(results, name, row, n) for name, row in counted if known(row.n)]
    return [*sentences, *([results.say("before_after.people.rr")] if listed_here else [])]


def _list_sentences(results: Results) -> Iterator[str]:
    """Say how many stand on the list of everybody, and why some are not counted."""
    lists = {one["name"] for one in results.facts["sources"] if one.get("lists_everybody")}
    for source, chain in row_chains(results, flow_chains(results)):
        lost = [row for row in chain.losses if row.n != 0]
        if source in lists and lost:
            losses = [
                results.say("before_after.people.loss", n=count_or_withheld(results, row), reason=node_label(results, row.node))
                for row in lost
            ]
            received = count_or_withheld(results, chain.start)
            yield results.say("before_after.people.listed", source=source, received=received, losses=listed(results, losses))


def _analysed(results: Results, name: str, row: Row, people: int) -> str:
    label = results.inside(name)
    return results.say("before_after.people.analysed", label=label, n=int(row.n), share=results.percent(row.n / people))


def not_shown(results: Results, changes: Sequence[Change]) -> Markup:
    """List the conclusions that a reader might draw and must not."""
    rows = [row for change in changes if (row := change.row("mean_change")) is not None and row.verdict == "cannot_tell"]
    unsure = list(dict.fromkeys(results.inside(results.outcome_label(row.outcome)) for row in rows))
    own = [bullets([results.say("before_after.not_shown.unsure", outcomes=listed(results, unsure, "table.or"))])] if unsure else []
    return joined([limits.not_shown(results, []), *own])


Values = dict[str, str | int] | None


def own_limits(results: Results, changes: Sequence[Change]) -> Markup:
    """List what weakens a comparison of before and after."""
    items = []
    for name, applies in LIMITS.items():
        for change in changes:
            values = applies(results, change)
            if values is not None:
                lead = element("strong", results.say_with(f"before_after.limit.{name}.lead", values))
                key = f"before_after.limit.{name}.text"
                key = directed(results, key, [change.outcome]) if name == "ceiling" else key
                items.append(joined([lead, " ", results.say_with(key, values)]))
    return element("div", bullets(dict.fromkeys(items)), class_="caution") if items else Markup("")


def _lost(results: Results, change: Change) -> Values:
    row = change.row("mean_change")
    if row is None or not (known(row.n) and known(row.n_missing)) or row.n_missing == 0:
        return None
    every = int(row.n + row.n_missing)
    return {"n": int(row.n), "all": every, "share": results.percent(row.n / every)}


def _again(results: Results, change: Change) -> Values:
    return {} if declared(results, "measures", change.outcome).get("rule") in TESTED else None


def _recall(results: Results, change: Change) -> Values:
    return {} if self_ratings(results) else None


def _ceiling(results: Results, change: Change) -> Values:
    row = change.number("share_at_ceiling_after")
    if row is None or row.estimate == 0:
        return None
    after = first_upper(wave_names(results, change)["after"])
    return {"after_name": after, "share": results.percent(row.estimate), "label": results.inside(results.outcome_label(change.outcome))}


def _independent(results: Results, change: Change) -> Values:
    row = change.row("median_change")
    if row is None or "clusters_ignored" not in row.note.split():
        return None
    return {"people": people_unit(results), "unit": clusters_of_change(results, change)}


LIMITS: dict[str, Callable[[Results, Change], Values]] = {
    "lost": _lost,
    "again": _again,
    "ceiling": _ceiling,
    "recall": _recall,
    "independent": _independent,
}
"""Id of a limit -> its catalogue values for one primary change, None when it does not apply."""


def primary_changes(results: Results) -> list[Change]:
    """Give the changes that the plan calls primary, with later ones of the same outcomes beside them."""
    return with_later(results, paired_changes(results, "primary"), paired_changes(results))
