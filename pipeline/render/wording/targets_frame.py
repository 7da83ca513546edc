"""The first page and the limits of a report on targets."""

from collections.abc import Callable, Sequence

from pipeline.render.markup import bullets, element, joined
from pipeline.render.primary import Question
from pipeline.render.results import Results
from pipeline.render.section import Showable, words
from pipeline.render.targets import SHARE, boards
from pipeline.render.wording.limits import LIMITS, cluster_unit
from pipeline.render.wording.opening import Opening
from pipeline.render.wording.primary import brief_questions, questions_headline
from pipeline.render.wording.targets import headline, summary_items

FITTING = ("one_occasion", "own_answers", "unlocked", "deviations", "withheld")
"""Limits of every report that also hold for targets."""


def opening(results: Results, questions: Sequence[Question]) -> Opening:
    """Give the first page: the answer, and one item per target."""
    return Opening(
        " ".join(filter(None, [headline(results), questions_headline(results, questions)])),
        [*summary_items(results), *brief_questions(results, questions)],
        results.say_with("targets.summary.caution", {"programme": results.programme}),
    )


def limits(results: Results) -> list[Showable]:
    """List what may not be concluded, what weakens the results, and where the data come from."""
    say = results.say
    unit = {"unit": cluster_unit(results)}
    own = [
        (results.say_with(f"targets.limit.{name}.lead", unit), results.say(f"targets.limit.{name}.text"))
        for name, holds in OWN.items()
        if holds(results)
    ]
    for name in FITTING:
        values = LIMITS[name](results, [])
        if values is not None:
            own.append((results.say_with(f"limit.{name}.lead", values), results.say(f"limit.{name}.text", **values)))
    weigh = bullets(joined([element("strong", lead), " ", text]) for lead, text in own)
    return [
        words(element("h3", say("limits.not_shown")), bullets(_not_shown(results))),
        words(element("h3", say("limits.weigh")), element("div", weigh, class_="caution")),
    ]


def _not_shown(results: Results) -> list[str]:
    """List the conclusions that a reader might draw and must not."""
    items = [results.say("not_shown.real")] if results.facts["simulated"] else []
    items.append(results.say_with(f"not_shown.{results.facts['design']}", {"programme": results.programme}))
    if boards(results):
        items.append(results.say("targets.not_shown.reading"))
    return [*items, results.say("targets.not_shown.similar"), results.say("not_shown.others")]


def _clusters_ignored(results: Results) -> bool:
    return any("clusters_ignored" in note.split() for note in results.rows(estimand=SHARE)["note"].unique())


def _planned(results: Results) -> bool:
    return any(reading.planned for target in boards(results) for reading in target.readings)


def _lost(results: Results) -> bool:
    return any(reading.lost for target in boards(results) for reading in target.readings)


OWN: dict[str, Callable[[Results], bool]] = {
    "denominator": lambda results: bool(boards(results)),
    "lost": _lost,
    "planned": _planned,
    "clusters": _clusters_ignored,
}
"""Limits of targets -> when they apply; texts are ``targets.limit.<name>.lead`` and ``.text``."""
