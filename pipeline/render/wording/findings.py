"""What was found on each primary outcome, in words that claim no more than the numbers hold.

Every sentence is a catalogue text chosen by verdict, estimand and design; none
is put together from halves. "Effect" is said only of what chance decided.
"""

import math
from collections.abc import Sequence

from pipeline.render.markup import Markup, element, paragraph
from pipeline.render.results import ONCE, Results
from pipeline.render.selection import RANKS, Row, known, main_outcomes, outcome_in_wave, verdict_shown, why_absent
from pipeline.render.wording.decisions import apart_sentences, equivalence_values, family_sentences, wide_sentences
from pipeline.render.wording.estimates import size_text
from pipeline.render.wording.one_line import DECIDED, one_line, verdict_key
from pipeline.render.wording.outcomes import (
    NOTABLE_IMBALANCE,
    TIED,
    Outcome,
    excludes_zero,
    fails_in_family,
    points_up,
    size_answer,
    tested_together,
)
from pipeline.render.wording.phrases import (
    adjustment,
    count_or_dash,
    difference,
    first_upper,
    group_names,
    in_unit,
    level,
    outcome_name,
    references,
    span,
    wave_name,
    with_interval,
)


def headline(results: Results, outcomes: Sequence[Outcome], beside: Sequence[tuple[str, str]] = ()) -> str:
    """Say in one line what this study found; ``beside`` are the names and verdicts of other primary questions about the groups."""
    pairs = [*((_named_with_way(results, outcome.main), verdict_shown(outcome.main)) for outcome in outcomes), *beside]
    return one_line(results.say, group_names(results), pairs)


def secondary_headline(results: Results, outcomes: Sequence[Outcome]) -> str:
    """Say in one line what was found on the outcomes beside the primary ones; empty when there are none."""
    primary = {(outcome.main.outcome, outcome.main.wave) for outcome in outcomes}
    others = [one for one in main_outcomes(results) if (one.outcome, one.wave) not in primary]
    pairs = [(_named_with_way(results, one.headline), verdict_shown(one.headline)) for one in others]
    findings = one_line(results.say, group_names(results), pairs)
    return results.say("summary.secondary", findings=findings) if findings else ""


def _named_with_way(results: Results, row: Row) -> str:
    """Name an outcome, and which way it goes where better or worse is said of it: ``at least one sick day (lower)``."""
    several = len({one.wave for one in main_outcomes(results) if one.outcome == row.outcome}) > 1
    name = results.inside(outcome_in_wave(results, row.outcome, row.wave)) if several else results.outcome_said(row.outcome)
    if row.verdict not in ("better", "worse"):
        return name
    counted = row.measure_unit == "share" and results.has_label("said", row.outcome)
    way = ("words.more" if points_up(row) else "words.fewer") if counted else "words.higher" if points_up(row) else "words.lower"
    return f"{name} ({results.say(way)})"


def verdict_mark(results: Results, row: Row) -> Markup:
    """Show a verdict as a small mark."""
    return element("span", results.say(f"verdict_mark.{verdict_key(verdict_shown(row))}"), class_=f"verdict {row.verdict}".strip())


def brief_finding(results: Results, outcome: Outcome) -> Markup:
    """Say one outcome's finding in a sentence, with its verdict, for the summary."""
    main = outcome.main
    title = element("p", results.outcome_label(main.outcome), " ", verdict_mark(results, main), class_="outcome")
    return element("li", title, paragraph(" ".join(_brief_sentences(results, outcome))), class_=main.verdict)


def _brief_sentences(results: Results, outcome: Outcome) -> list[str]:
    sentences, main = [], outcome.main
    if known(main.estimate):
        tied = TIED in main.note.split()
        kind = "tied" if tied else "ranks" if main.estimand in RANKS else adjustment(main)
        found = size_text(results, main) if tied else with_interval(results, main)
        sentences.append(first_upper(results.say(f"brief.{kind}", difference=found)))
    return [*sentences, *family_sentences(results, main), *apart_sentences(results, main), *_later_sentences(results, main)]


def _later_sentences(results: Results, main: Row) -> list[str]:
    """Say what the same outcome gave at later waves, whatever role that has in the plan."""
    waves = ["", *(wave["name"] for wave in results.facts["waves"])]
    later = [one for one in main_outcomes(results) if one.outcome == main.outcome and waves.index(one.wave) > waves.index(main.wave)]
    rows = [one.headline for one in sorted(later, key=lambda one: waves.index(one.wave)) if known(one.headline.estimate)]
    return [
        results.say(
            "brief.later",
            wave=first_upper(wave_name(results, row.wave)),
            difference=with_interval(results, row),
            verdict=results.say(f"verdict.{verdict_shown(row)}" if verdict_shown(row) else "table.not_estimated"),
        )
        for row in rows
    ]


def finding(results: Results, outcome: Outcome) -> list[Markup]:
    """Give the paragraphs on one primary outcome."""
    heading = element("h3", results.outcome_label(outcome.main.outcome), " ", verdict_mark(results, outcome.main))
    later = " ".join(_later_sentences(results, outcome.main))
    blocks = [conclusion(results, outcome), numbers(results, outcome), later, story(results, outcome)]
    return [heading, *(paragraph(block) for block in blocks if block)]


def conclusion(results: Results, outcome: Outcome) -> str:
    """Say what one primary outcome shows."""
    main = outcome.main
    if not known(main.estimate):
        return results.say("finding.none", reason=why_absent(results, [main.note]))
    if not main.verdict:
        return _no_verdict(results, main)
    if main.verdict in DECIDED:
        way = "up" if points_up(main) else "down"
        values = {"outcome": _compared(results, main), **group_names(results)}
        sentences = [results.say_with(f"{_finding_key(main)}.{main.verdict}.{way}", values), _comparison_basis(results, outcome)]
    else:
        sentences = [_undecided(results, main)]
    tied = results.say("finding.rank.ties") if TIED in main.note.split() else ""
    return " ".join(
        filter(None, [first_upper(sentences[0]), *sentences[1:], *apart_sentences(results, main), tied, _size_that_matters(results, main)])
    )


def _finding_key(main: Row) -> str:
    """Begin the ids of sentences on one estimate: those on the order of values are others than those on a mean or share."""
    return "finding.rank" if main.estimand in RANKS else "finding"


def _compared(results: Results, main: Row) -> str:
    return results.inside(results.outcome_label(main.outcome)) if main.estimand in RANKS else outcome_name(results, main)


def _no_verdict(results: Results, main: Row) -> str:
    """Say why a number is given without a verdict."""
    reason = "clusters_ignored" if "clusters_ignored" in main.note.split() else "few_events"
    return first_upper(results.say(f"finding.no_verdict.{reason}", outcome=outcome_name(results, main)))


def _comparison_basis(results: Results, outcome: Outcome) -> str:
    """Say who was compared with whom: people alike in what was adjusted for, or the groups as they are."""
    main = outcome.main
    if adjustment(main) != "raw":
        return results.say("finding.basis.adjusted", covariates=references(results, main.covariates))
    return results.say(f"finding.basis.{results.facts['design']}")


def _undecided(results: Results, main: Row) -> str:
    if main.verdict in ("smaller_than_matters", "equivalent"):
        return _within_bound(results, main)
    reason = "spans"
    if TIED in main.note.split():
        reason = "apart"
    elif not known(main.conf_low):
        reason = "no_interval"
    elif fails_in_family(main):
        reason = "family"
    elif excludes_zero(main):
        reason = "apart"
    shown = in_unit(results, span(results, main), main.measure_unit)
    values: dict[str, str | int] = {
        "outcome": _compared(results, main),
        "span": shown,
        "count": tested_together(results, main),
        **group_names(results),
    }
    return results.say_with(f"{_finding_key(main)}.cannot_tell.{reason}", values)


def _within_bound(results: Results, main: Row) -> str:
    """Say that a difference is smaller than what matters, and by which tests."""
    values = {"outcome": _compared(results, main), "span": span(results, main), **equivalence_values(results, main)}
    beside = [*wide_sentences(results, main), *family_sentences(results, main)] if main.verdict == "equivalent" else []
    return " ".join([results.say_with(f"{_finding_key(main)}.{main.verdict}", values), *beside])


def _size_that_matters(results: Results, main: Row) -> str:
    """Hold the interval against the smallest difference that matters, where one is declared."""
    answer = size_answer(main)
    if not answer or main.verdict in ("smaller_than_matters", "equivalent"):
        return ""
    bound = difference(results, main.reference_value, main.measure_unit)
    values: dict[str, str | int] = {"bound": bound, "count": tested_together(results, main)}
    return results.say_with(f"finding.matters.{answer}", values)


def numbers(results: Results, outcome: Outcome) -> str:
    """Give the groups' levels, the raw and the adjusted difference, and the p-values of the main one."""
    sentences = [_levels_sentence(results, outcome, "finding.levels")] if outcome.after else []
    for row, kind in ((outcome.raw, "raw"), (outcome.adjusted, "adjusted")):
        if row is not None and known(row.estimate):
            said = "unadjusted" if kind == "adjusted" and adjustment(row) == "raw" else kind
            values = {"difference": with_interval(results, row), "covariates": references(results, row.covariates), **group_names(results)}
            sentences.append(results.say_with(f"finding.{said}", values))
    main = outcome.main
    if main.estimand in RANKS and known(main.estimate):
        ranked = {"difference": with_interval(results, main), "size": size_text(results, main), **group_names(results)}
        sentences.append(results.say_with("finding.ranks", ranked))
    return " ".join([*sentences, *_tests(results, main)])


def _tests(results: Results, main: Row) -> list[str]:
    """Give the p-value of the main estimate, and what becomes of it within its family."""
    if not known(main.p_value):
        return []
    own, count = results.p_value(main.p_value), tested_together(results, main)
    if not known(main.p_adjusted):
        return [results.say("finding.p", p=own)]
    within = results.p_value(main.p_adjusted)
    if within == own:
        return [results.say("finding.p_family_same", p=own, count=count)]
    return [results.say("finding.p_family", p=own, adjusted=within, count=count)]


def _levels_sentence(results: Results, outcome: Outcome, key: str) -> str:
    """Give both groups' levels; where the sentence has room for it, also those before."""
    after, before, unit = outcome.after, outcome.before, outcome.main.measure_unit
    assert after is not None
    values = {
        "wave": wave_name(results, after.wave),
        "value_a": level(results, after.a.estimate, unit),
        "value_b": level(results, after.b.estimate, unit),
        "n_a": count_or_dash(results, after.a),
        "n_b": count_or_dash(results, after.b),
        **group_names(results),
    }
    if before is not None:
        values |= {
            "wave_before": wave_name(results, before.wave),
            "before_a": level(results, before.a.estimate, unit),
            "before_b": level(results, before.b.estimate, unit),
            "n_before_a": count_or_dash(results, before.a),
            "n_before_b": count_or_dash(results, before.b),
            "wave_name": first_upper(wave_name(results, after.wave)),
        }
    return first_upper(results.say_with(f"{key}.{unit}" if after.wave else f"{key}.{unit}@{ONCE}", values))


def story(results: Results, outcome: Outcome) -> str:
    """Say why the raw and the adjusted difference part, when the groups started apart; empty otherwise."""
    before, after = outcome.before, outcome.after
    if before is None or after is None or outcome.imbalance is None or not _started_apart(outcome):
        name = results.inside(results.outcome_label(outcome.main.outcome))
        return results.say("story.other_reasons", outcome=name) if outcome.disagree else ""
    unit = outcome.main.measure_unit
    shown = {
        "before_a": level(results, before.a.estimate, unit),
        "before_b": level(results, before.b.estimate, unit),
        **group_names(results),
    }
    later = {"after_a": level(results, after.a.estimate, unit), "after_b": level(results, after.b.estimate, unit)}
    size = results.say("table.complete") if math.isinf(outcome.imbalance) else results.number(outcome.imbalance)
    name = results.inside(results.outcome_label(outcome.main.outcome))
    sentences = [
        results.say("story.disagree", outcome=name) if outcome.disagree else "",
        results.say_with("story.start", {"wave": wave_name(results, before.wave), "size": size, **shown}),
        first_upper(results.say_with("story.change" if outcome.same_people else "story.change_others", shown | later)),
    ]
    return " ".join(filter(None, sentences))


def stories_explained(results: Results, outcomes: Sequence[Outcome]) -> list[Markup]:
    """Say once, for all outcomes in which the groups started apart, what that does to a comparison."""
    told = [one for one in outcomes if _started_apart(one)]
    if not told:
        return []
    sentences = [
        results.say("story.mix"),
        "" if all(one.same_people for one in told) else results.say("story.others"),
        results.say("story.chance" if results.facts["design"] == "randomised" else "story.regression"),
    ]
    return [paragraph(" ".join(filter(None, sentences)))]


def _started_apart(outcome: Outcome) -> bool:
    """Say whether a story is told of an outcome: both differences, and groups that differed in it before."""
    known_before = outcome.both and outcome.before is not None and outcome.after is not None and outcome.imbalance is not None
    return bool(known_before and abs(outcome.imbalance or 0) >= NOTABLE_IMBALANCE)
