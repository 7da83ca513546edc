"""Sentences on how the same people changed: the whole, each level, and what those missing could change."""

from pipeline.render.changes import Bounded, Change, bounded, changes_by_level
from pipeline.render.labels import declared, directed
from pipeline.render.results import Results
from pipeline.render.selection import Row, known, note_texts, outcome_in_wave, why_absent
from pipeline.render.wording.decisions import equivalence_values, family_sentences, wide_sentences
from pipeline.render.wording.outcomes import excludes_zero, size_answer, tested_together
from pipeline.render.wording.phrases import difference, first_upper, level, wave_name, with_interval

MOVES = {"better": ("share_improved", "share_unchanged", "share_worse"), "higher": ("share_up", "share_same", "share_down")}
"""How moves are spoken of -> estimands of those who moved up, not, and down."""


def wave_names(results: Results, change: Change) -> dict[str, str]:
    """Name the two waves as values for a sentence."""
    before, after = change.waves
    return {"before": wave_name(results, before), "after": wave_name(results, after)}


def unit_inside(results: Results, outcome: str) -> str:
    """Name the unit of a measure inside a sentence."""
    return results.inside(results.label("measure_unit", outcome)) if results.has_label("measure_unit", outcome) else ""


def clusters_of_change(results: Results, change: Change) -> str:
    """Name what an analysis takes as clusters, in the plural; empty where it takes none."""
    chosen = change.analysis.get("cluster", True)
    name = chosen if isinstance(chosen, str) else results.facts["sample"].get("cluster") if chosen else None
    unit = next((one["name"] for one in results.facts.get("units", ()) if name and one["id"] == name), None)
    if unit is not None:
        return results.label("unit", unit)
    return results.say("words.clusters") if name else ""


def people_unit(results: Results) -> str:
    """Name the units of the sample, in the plural."""
    return results.label("unit", results.facts["sample"]["unit"])


def change_sentences(results: Results, change: Change) -> list[str]:
    """Say what changed, for whom, and who moved which way."""
    main = change.number("mean_change")
    if main is None:
        return [missing_change(results, change)]
    sentences = [levels_sentence(results, change, main), no_interval_sentence(results, main), *family_sentences(results, main)]
    return [*filter(None, [*sentences, moves_sentence(results, change), ceiling_sentence(results, change)])]


def brief_change(results: Results, change: Change) -> list[str]:
    """Say in one sentence what changed, for the summary; the change's own section says it in full."""
    main, before, after = (change.number(name) for name in ("mean_change", "mean_before", "mean_after"))
    if main is None or before is None or after is None:
        return change_sentences(results, change)[:1]
    means = {"before_value": results.number(before.estimate), "after_value": results.number(after.estimate)}
    change_text = with_interval(results, main)
    said = results.say("before_after.brief", n=int(main.n), change=change_text, **means, **wave_names(results, change))
    return [first_upper(said), *family_sentences(results, main)]


def missing_change(results: Results, change: Change) -> str:
    """Say that a change cannot be shown, and why."""
    row = change.row("mean_change")
    reason = why_absent(results, [row.note] if row is not None else [])
    return results.say("before_after.change_missing", outcome=results.outcome_label(change.outcome), reason=reason)


def levels_sentence(results: Results, change: Change, main: Row) -> str:
    """Give the means before and after with the change between them; the change alone where a mean is not there."""
    before, after = change.number("mean_before"), change.number("mean_after")
    if before is None or after is None:
        return f"{results.outcome_label(change.outcome)}: {with_interval(results, main)}."
    return results.say(
        "before_after.levels",
        before_value=results.number(before.estimate),
        after_value=results.number(after.estimate),
        unit=unit_inside(results, change.outcome),
        n=int(main.n),
        change=with_interval(results, main),
        **wave_names(results, change),
    )


def no_interval_sentence(results: Results, main: Row) -> str:
    """Say why a change has no interval; empty where it has one."""
    if known(main.conf_low) or not main.note:
        return ""
    return f"{first_upper('; '.join(note_texts(results, main.note)))}."


def moves_sentence(results: Results, change: Change) -> str:
    """Say how many moved each way; empty where that is not shown."""
    for way, estimands in MOVES.items():
        rows = [change.number(one) for one in estimands]
        if all(row is not None for row in rows):
            up, same, down = (results.percent(row.estimate) for row in rows if row is not None)
            return results.say(f"before_after.moved.{way}", up=up, same=same, down=down)
    return ""


def ceiling_sentence(results: Results, change: Change) -> str:
    """Say how many had the best possible value, or the highest where no way is better, in each wave; empty where that is not shown."""
    before, after = change.number("share_at_ceiling_before"), change.number("share_at_ceiling_after")
    if before is None or after is None:
        return ""
    names = wave_names(results, change)
    shares = {"before_share": results.percent(before.estimate), "after_share": results.percent(after.estimate)}
    if before.estimate == 0 and after.estimate == 0:
        return results.say(directed(results, "before_after.ceiling_never", [change.outcome]), **names)
    key = directed(results, f"before_after.{'ceiling' if before.estimate > 0 else 'ceiling_later'}", [change.outcome])
    return results.say_with(key, {"before": names["before"], "after_name": first_upper(names["after"]), **shares})


def basis_sentences(results: Results, change: Change) -> list[str]:
    """Say what the interval takes into account, the tests, and what could have been detected."""
    sentences = []
    main, rank = change.number("mean_change"), change.number("median_change")
    if main is not None and known(main.n_clusters) and known(main.conf_low):
        values = {"people": results.label("unit", change.analysis["unit"]), "unit": clusters_of_change(results, change)}
        sentences.append(results.say("before_after.clusters", clusters=int(main.n_clusters), **values))
    if main is not None and known(main.p_value):
        sentences.append(_test_sentence(results, main))
    if rank is not None and known(rank.p_value):
        key = "rank" if "clusters_ignored" in rank.note.split() else "rank_alone"
        sentences.append(results.say(f"before_after.{key}", p=results.p_value(rank.p_value)))
    if main is not None:
        sentences += size_that_matters(results, main)
    detectable = change.number("detectable_difference")
    if detectable is not None:
        size = difference(results, detectable.estimate, detectable.measure_unit)
        count = tested_together(results, detectable)
        sentences.append(results.say_with(f"before_after.detectable{'_family' * (count > 1)}", {"size": size, "count": count}))
    return sentences


def _test_sentence(results: Results, main: Row) -> str:
    """Give the p-value of a mean change, and the adjusted one where several are tested together."""
    p = results.p_value(main.p_value)
    if not known(main.p_adjusted):
        return results.say("before_after.test", p=p)
    return results.say("before_after.test_family", p=p, adjusted=results.p_value(main.p_adjusted), count=tested_together(results, main))


def size_that_matters(results: Results, main: Row) -> list[str]:
    """Hold the interval of a change against the smallest one that matters, where one is declared."""
    answer = size_answer(main)
    if not answer:
        return []
    if main.verdict == "equivalent":
        return [results.say("before_after.equivalent", **equivalence_values(results, main)), *wide_sentences(results, main)]
    bound = difference(results, main.reference_value, main.measure_unit)
    values: dict[str, str | int] = {"bound": bound, "count": tested_together(results, main)}
    return [results.say_with(f"before_after.matters.{answer}", values)]


def levels_sentences(results: Results, change: Change) -> list[str]:
    """Say at how many levels the mean rose and fell, and how many are not shown."""
    levels = changes_by_level(results, change)
    shown = [row for one in levels if (row := one.number("mean_change")) is not None]
    if not shown:
        return [results.say("before_after.levels_all_withheld")]
    ends = [with_sign(results, row) for row in (min(shown, key=lambda row: row.estimate), max(shown, key=lambda row: row.estimate))]
    up, down = sum(row.estimate > 0 for row in shown), sum(row.estimate < 0 for row in shown)
    key = "up" if up == len(shown) else "down" if down == len(shown) else "found"
    values = {"shown": len(shown), "least": ends[0], "most": ends[1], "up": up, "down": down}
    found = results.say_with(f"before_after.levels_{key}", values | wave_names(results, change))
    withheld = len(levels) - len(shown)
    return [found, *([results.say("before_after.levels_withheld", count=withheld)] if withheld else [])]


def with_sign(results: Results, row: Row) -> str:
    """Write a change with its unit, a rise with a plus."""
    return ("+" if row.estimate > 0 else "") + difference(results, row.estimate, row.measure_unit)


def lost_sentences(results: Results, one: Bounded) -> list[str]:
    """Say between which ends the result of everybody lies."""
    if not known(one.low.n_missing) or one.low.n_missing == 0:
        return [f"{results.outcome_label(one.outcome)}: {results.inside(results.say('before_after.nobody_lost'))}"]
    several = len(declared(results, "measures", one.outcome).get("waves") or ()) > 1
    label = outcome_in_wave(results, one.outcome, one.wave if several and one.term == "after" else "")
    values: dict[str, str | int] = {
        "label": label,
        "missing": int(one.low.n_missing),
        "n": int(one.low.n),
        **bound_values(results, one),
    }
    term = one.term if one.observed is not None else "nobody"
    sentences = [results.say_with(f"before_after.lost.{term}", values)]
    if one.term == "change" and one.observed is not None and one.observed.estimate != 0:
        crosses = one.low.estimate <= 0 <= one.high.estimate
        named = results.inside(outcome_in_wave(results, one.outcome, one.wave))
        sentences.append(results.say("before_after.lost.open" if crosses else "before_after.lost.sure", label=named))
    return sentences


def bound_values(results: Results, one: Bounded) -> dict[str, str]:
    """Write the observed result and both ends, a share as per cent."""
    unit = one.low.measure_unit
    write = difference if one.term == "change" else level
    observed = write(results, one.observed.estimate, unit) if one.observed is not None else ""
    return {"observed": observed, "low": write(results, one.low.estimate, unit), "high": write(results, one.high.estimate, unit)}


def lost_of(results: Results, change: Change) -> Bounded | None:
    """Give the bounds of a change; None where none were declared."""
    key = (change.outcome, change.waves[1])
    return next((one for one in bounded(results) if one.term == "change" and (one.outcome, one.wave) == key), None)


def shift_sentence(results: Results, row: Row) -> str:
    """Say whether people rate the time before otherwise afterwards than they did then."""
    way = ("lower" if row.estimate < 0 else "higher") if excludes_zero(row) else "unclear"
    if "nobody_changed" in row.note.split():
        way = "same"
    return results.say_with(f"before_after.shift.{way}", {"shift": with_interval(results, row)})
