"""What the declared alternatives of a primary outcome say together, and which of them would change what is said."""

from collections.abc import Iterator

from pipeline.render.alternatives import Alternatives, alternatives_of, tells
from pipeline.render.markup import Markup, bullets
from pipeline.render.results import Results
from pipeline.render.selection import Row, outcome_in_wave


def alternatives_sentences(results: Results) -> list[Markup]:
    """Give an item per primary outcome: how many alternatives, how far apart, and what would change the answer; nothing without any."""
    found = alternatives_of(results)
    return [bullets(" ".join(_sentences(results, one)) for one in found)] if found else []


def _sentences(results: Results, one: Alternatives) -> Iterator[str]:
    own, shown, hidden = one.outcome.headline, one.shown, len(one.others) - len(one.shown)
    if shown:
        low, high = (_written(results, end(shown, key=lambda row: row.estimate)) for end in (min, max))
        name = outcome_in_wave(results, one.outcome.outcome, one.outcome.wave)
        yield results.say("alternatives.range", outcome=name, count=len(one.others), low=low, high=high, own=_written(results, own))
        same = sum(row.estimate * own.estimate > 0 for row in shown)
        yield results.say("alternatives.same", same=same, count=len(shown))
        yield from _changing(results, own, shown)
    if hidden:
        yield results.say("alternatives.hidden", count=hidden)


def _changing(results: Results, own: Row, shown: tuple[Row, ...]) -> Iterator[str]:
    """Name the alternatives that tell otherwise than the leading analysis."""
    apart, decided = tells(own), [row for row in shown if tells(row) is not None]
    if apart is None or not decided:
        return
    otherwise = [row for row in decided if tells(row) != apart]
    keys = ("alternatives.no_longer", "alternatives.apart_from_zero") if apart else ("alternatives.would", "alternatives.not_apart")
    yield results.say(keys[0], named=_named(results, otherwise)) if otherwise else results.say(keys[1])
    turned = [row for row in decided if apart and tells(row) and row.estimate * own.estimate < 0]
    if turned:
        yield results.say("alternatives.reversed", named=_named(results, turned))


def _named(results: Results, rows: list[Row]) -> str:
    """Name analyses, whose names may hold commas."""
    return "; ".join(results.inside(results.label("analysis", row.analysis)) for row in rows)


def _written(results: Results, row: Row) -> str:
    text = results.plain(row.estimate, row.measure_unit)
    return results.say("words.points", value=text) if row.measure_unit == "share" else text
