"""Targets in words: was it reached in this group, and what can be said of similar groups.

The two answers are never joined: the first is a fact but for those lost, the
second an inference. Every sentence is a catalogue text chosen by a verdict.
"""

from collections import Counter
from collections.abc import Sequence

from pipeline.render.changes import paired_changes
from pipeline.render.markup import Markup, bullets, element, joined, paragraph
from pipeline.render.results import Results
from pipeline.render.selection import known, outcome_in_wave
from pipeline.render.targets import (
    FACTS,
    LEAST,
    MOST,
    NUMBER,
    SHARE,
    SUPPORT,
    NumberToReach,
    Target,
    TargetReading,
    boards,
    numbers_to_reach,
    reading_label,
    single_targets,
)
from pipeline.render.wording.changes import brief_change
from pipeline.render.wording.one_line import in_words
from pipeline.render.wording.phrases import first_upper, listed, wave_name
from pipeline.spec.vocabulary import EVERYBODY


def counted_texts(results: Results, reading: TargetReading) -> tuple[str, str]:
    """Write ``42 av 60`` and ``70,0 %``; why there is no number in their place."""
    row = reading.rows[SHARE]
    if not reading.is_known:
        return results.say("table.withheld" if "withheld" in row.note else "table.not_estimated"), ""
    reached = int(reading.rows[NUMBER].estimate)
    return results.say("targets.of", reached=reached, total=int(row.n)), results.percent(row.estimate, 1)


def fact_text(results: Results, reading: TargetReading) -> str:
    """Say in a word or two whether the target was reached in this group; nothing when that is not known."""
    if reading.fact == "depends_on_lost":
        return results.say("targets.mark.depends_on_lost")
    return results.say(f"verdict_mark.{reading.fact}") if reading.fact else ""


def support_text(results: Results, target: Target, reading: TargetReading) -> str:
    """Say in a word or two whether the target is supported for similar groups; nothing when that is not known, or of a rule."""
    return results.say(f"verdict_mark.{reading.support}") if reading.support and not target.is_rule else ""


EXPLORATORY = "exploratory"
DEPENDS_ON_LOST = "support_depends_on_lost"
"""Remark on an interval that would decide, if those lost could not change it."""
PRIMARY = "primary"


def mark(results: Results, verdict: str) -> Markup:
    """Show a verdict as a small mark; nothing where there is none."""
    return element("span", results.say(f"verdict_mark.{verdict}"), class_=f"verdict {verdict}") if verdict else Markup("")


def headline(results: Results) -> str:
    """Say in one or two sentences whether the first target was reached, and whether it is supported; empty without any."""
    every = [*boards(results), *single_targets(results)]
    first = next(iter(every), None)
    if first is None:
        return ""
    waves = ["", *(wave["name"] for wave in results.facts["waves"])]
    later = [one for one in every if one.outcome == first.outcome and waves.index(one.wave) > waves.index(first.wave)]
    return " ".join([_answer(results, first), *(_later(results, one) for one in sorted(later, key=lambda one: waves.index(one.wave)))])


def _answer(results: Results, target: Target) -> str:
    """Say in one or two sentences whether a target was reached, and whether it is supported."""
    if len(target.readings) == 1:
        return " ".join(reading_sentences(results, target, target.readings[0]))
    return results.say("targets.headline", target=results.percent(target.share), **_counts_of(results, target))


def _later(results: Results, target: Target) -> str:
    """Say the same of a later wave."""
    wave = first_upper(wave_name(results, target.wave))
    if len(target.readings) == 1:
        return results.say("targets.headline_later_one", wave=wave, said=_answer(results, target))
    return results.say("targets.headline_later", wave=wave, target=results.percent(target.share), **_counts_of(results, target))


def _counts_of(results: Results, target: Target) -> dict[str, str | int]:
    reached = sum(reading.fact == "reached" for reading in target.readings)
    supported = sum(reading.support == "supported" for reading in target.readings)
    return {"count": len(target.readings), "reached": in_words(results.say, reached), "supported": in_words(results.say, supported)}


def summary_items(results: Results) -> list[Markup]:
    """Give one item per kind of target for the summary: shares by reading, numbers, shares read in one way, changes."""
    items = [_summary_item(results, target) for target in boards(results)]
    found = numbers_to_reach(results)
    if found:
        title = element("p", results.say("targets.counts.title"), class_="outcome")
        items.append(element("li", title, paragraph(" ".join(count_sentences(results, found)))))
    for target in (one for one in single_targets(results) if one.analysis["role"] != EXPLORATORY):
        title = element(
            "p", results.label("analysis", target.analysis["id"]), " ", mark(results, target.readings[0].fact), class_="outcome"
        )
        items.append(element("li", title, paragraph(" ".join(reading_sentences(results, target, target.readings[0])))))
    for change in paired_changes(results, PRIMARY, "secondary"):
        title = element("p", results.label("analysis", change.analysis["id"]), class_="outcome")
        items.append(element("li", title, paragraph(" ".join(brief_change(results, change)))))
    return items


def _summary_item(results: Results, target: Target) -> Markup:
    title = element("p", results.label("analysis", target.analysis["id"]), class_="outcome")
    return element("li", title, paragraph(" ".join([tally(results, target), *_first_known(results, target)])))


def _first_known(results: Results, target: Target) -> list[str]:
    """Give the numbers of the first reading that has any."""
    reading = next((one for one in target.readings if one.is_known), None)
    if reading is None:
        return []
    number, share = counted_texts(results, reading)
    values = {"reading": reading_label(results, target, reading), "number": number, "share": share, "span": reading_span(results, reading)}
    values["level"] = results.percent(target.analysis["confidence"])
    return [results.say_with("targets.first" if values["span"] else "targets.first_without", values)]


def tally(results: Results, target: Target) -> str:
    """Count the readings by verdict, for this group and for similar groups."""
    parts = {
        "here": _tally(results, FACTS, [reading.fact for reading in target.readings]),
        "similar": _tally(results, SUPPORT, [reading.support for reading in target.readings]),
    }
    return results.say("targets.tally", **parts)


def _tally(results: Results, order: Sequence[str], verdicts: list[str]) -> str:
    found = Counter(verdicts)
    return listed(results, [results.say(f"targets.tally.{verdict or 'none'}", count=found[verdict]) for verdict in order if found[verdict]])


def intros(first: str, targets: list[Target]) -> list[str]:
    """Name the texts that open a section on targets: its own, and what the kinds of readings need."""
    readings = [reading for target in targets for reading in target.readings]
    also = ["targets.planned_intro"] if any(reading.planned for reading in readings) else []
    return [first, "targets.readings_intro", *also] if first == "targets.intro" else [first]


def finding(results: Results, target: Target) -> list[Markup]:
    """Give every reading of a primary target, with its numbers and both answers; the others stand in the summary and in their tables."""
    if target.analysis["role"] != PRIMARY:
        return []
    heading = element("h3", outcome_in_wave(results, target.outcome, target.wave))
    items = (
        joined(
            [element("strong", f"{reading_label(results, target, reading)}:"), " ", " ".join(reading_sentences(results, target, reading))]
        )
        for reading in target.readings
    )
    return [heading, bullets(items)]


def single_findings(results: Results, targets: list[Target]) -> list[Markup]:
    """List the targets read in one way that the summary does not tell."""
    items = []
    for target in (one for one in targets if one.analysis["role"] == EXPLORATORY):
        name = element("strong", f"{results.label('analysis', target.analysis['id'])}:")
        items.append(joined([name, " ", " ".join(reading_sentences(results, target, target.readings[0]))]))
    return [bullets(items)] if items else []


def withheld_groups(results: Results, found: list[list[Target]]) -> list[str]:
    """Name the divisions into groups of which no number at all is shown."""
    hidden: dict[str, bool] = {}
    for target in (target for targets in found for target in targets if target.level != EVERYBODY):
        by = target.level.partition("=")[0]
        hidden[by] = hidden.get(by, True) and not any(reading.is_known for reading in target.readings)
    names = [
        " × ".join(results.inside(results.label("variable", name)) for name in by.split("*"))
        for by, all_hidden in hidden.items()
        if all_hidden
    ]
    return [results.say("targets.groups.all_withheld", variables=listed(results, names))] if names else []


def reading_sentences(results: Results, target: Target, reading: TargetReading) -> list[str]:
    """Give the numbers of one reading, whether the target was reached in this group, and what holds for similar groups.

    Parameters
    ----------
    results : Results
    target : Target
        A target of 100 per cent is a rule and gets no answer for similar groups.
    reading : Reading

    Returns
    -------
    list of str
        One sentence when the number is withheld or cannot be computed.
    """
    if not reading.is_known:
        withheld = "withheld" in reading.rows[SHARE].note
        return [results.say("targets.withheld" if withheld else "targets.no_number")]
    number, share = counted_texts(results, reading)
    sentences = [results.say("targets.numbers", number=number, share=share), _fact_sentence(results, target, reading)]
    if not target.is_rule and reading.support:
        key = "depends_on_lost" if DEPENDS_ON_LOST in reading.rows[SHARE].note.split() else reading.support
        sentences.append(results.say(f"targets.support.{key}", span=reading_span(results, reading)))
    return [sentence for sentence in sentences if sentence]


def _fact_sentence(results: Results, target: Target, reading: TargetReading) -> str:
    if not reading.fact:
        return ""
    kind = "rule" if target.is_rule else "fact"
    lost = "lost" if reading.lost and reading.fact != "depends_on_lost" else "all"
    key = f"targets.{kind}.{reading.fact}" + ("" if reading.fact == "depends_on_lost" else f".{lost}")
    values: dict[str, str | int] = {"count": reading.lost, "least": _end(results, reading, LEAST), "most": _end(results, reading, MOST)}
    return results.say_with(key, values)


def _end(results: Results, reading: TargetReading, estimand: str) -> str:
    return results.percent(reading.rows[estimand].estimate, 1)


def reading_span(results: Results, reading: TargetReading) -> str:
    """Write the interval of a reading: ``57,5 till 80,1 procent``; empty where there is none."""
    row = reading.rows[SHARE]
    if not (known(row.conf_low) and known(row.conf_high)):
        return ""
    ends = results.between(results.plain(row.conf_low, "share"), results.plain(row.conf_high, "share"))
    return results.say("targets.span", ends=ends)


def count_sentences(results: Results, found: list[NumberToReach]) -> list[str]:
    """Say how many numbers were reached, and name those that were not and those that cannot be shown."""
    reached = [one for one in found if one.row.verdict == "reached"]
    sentences = [results.say("targets.counts.reached", reached=len(reached), count=len(found))]
    primary = [_counted(results, one) for one in reached if one.analysis["role"] == PRIMARY]
    if primary:
        sentences.append(results.say("targets.counts.primary", named="; ".join(primary)))
    for verdict in ("not_reached", "depends_on_lost", ""):
        others = [_counted(results, one) for one in found if one.row.verdict == verdict]
        if others:
            sentences.append(results.say(f"targets.counts.{verdict or 'none'}", named="; ".join(others)))
    return sentences


def _counted(results: Results, one: NumberToReach) -> str:
    label = results.inside(results.label("analysis", one.analysis["id"]))
    return results.say("targets.counts.one", label=label, number=results.number(one.row.estimate, 0)) if known(one.row.estimate) else label
