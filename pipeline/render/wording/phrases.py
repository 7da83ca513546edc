"""Small pieces that sentences are made of: labels inside a sentence, lists, amounts with their unit."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.render.numbers import MISSING
from pipeline.render.results import Results
from pipeline.render.selection import RANKS, Row, known, outcome_in_wave
from pipeline.render.wording import one_line
from pipeline.spec.naming import split_reference

STANDARD_LEVEL = 0.95
UNIT_IN_BRACKETS = re.compile(r"\s*\([^()]*\)$")


def first_upper(text: str) -> str:
    """Begin a sentence with a capital."""
    return text[:1].upper() + text[1:]


def listed(results: Results, items: Sequence[str], last: str = "words.and") -> str:
    """Join items as in running text: ``a, b och c``."""
    return one_line.listed(results.say, items, last)


def group_names(results: Results) -> dict[str, str]:
    """Give participants (``a``) and controls (``b``) as values for a sentence (see ``groups_said``); of one group, only its own."""
    labels = {letter: results.inside(results.group_label(code)) for letter, code in zip("ab", results.groups, strict=False)}
    return one_line.groups_said(results.say, labels, one_line.own_said(results.facts["sample"], results.language))


def wave_name(results: Results, wave: str) -> str:
    """Name a wave inside a sentence; empty for what has no wave."""
    return results.inside(results.label("wave", wave)) if wave else ""


def compares_chosen_groups(results: Results, analysis: Mapping[str, Any]) -> bool:
    """Say whether an analysis compares by another variable than the sample's group, such as having come to a course."""
    return analysis.get("group") not in (None, "", results.facts["sample"]["group"])


def outcome_name(results: Results, row: Row) -> str:
    """Name what is compared inside a sentence: the mean of a measure, its level where ranks are compared, or a share."""
    label = results.inside(results.outcome_label(row.outcome))
    kind = "share_of" if row.measure_unit == "share" else "level_of" if row.estimand in RANKS else "mean_of"
    return results.say(f"words.{kind}", label=label)


def references(results: Results, written: str) -> str:
    """Name references separated by blanks (``age turnover_intention@t1``) as a list of labels."""
    return listed(results, [_reference(results, *split_reference(one)) for one in written.split()])


def _reference(results: Results, name: str, wave: str) -> str:
    """Name what is adjusted for; a unit in brackets, as in ``Age (years)``, has no place in a sentence."""
    return results.inside(outcome_in_wave(results, name, wave) if wave else UNIT_IN_BRACKETS.sub("", results.outcome_label(name)))


def adjustment(row: Row) -> str:
    """Say what an estimate takes into account: the situation before (``adjusted``), only facts, or nothing (``raw``)."""
    waves = {split_reference(one)[1] for one in row.covariates.split()}
    return "adjusted" if waves - {"", row.wave} else "adjusted_facts" if waves else "raw"


def difference(results: Results, value: float, measure_unit: str) -> str:
    """Write a difference with its unit: ``−0,18`` or ``−4,5 procentenheter``."""
    return in_unit(results, results.plain(value, measure_unit), measure_unit)


def in_unit(results: Results, written: str, measure_unit: str) -> str:
    """Put the unit of a difference after a written number or span: percentage points, or nothing."""
    return results.say("words.points", value=written) if measure_unit == "share" else written


def level(results: Results, value: float, measure_unit: str) -> str:
    """Write a group's value: a mean with two decimals, a share as per cent."""
    return results.percent(value, 0) if measure_unit == "share" else results.number(value)


def count_or_dash(results: Results, row: Row) -> str:
    """Write how many people a row rests on; an en dash when that is withheld."""
    return results.number(int(row.n), 0) if known(row.n) else MISSING


def span(results: Results, row: Row) -> str:
    """Write the interval of a row without its level: ``−0,33 till −0,02``; an en dash when there is none."""
    if not (known(row.conf_low) and known(row.conf_high)):
        return MISSING
    return results.between(results.plain(row.conf_low, row.measure_unit), results.plain(row.conf_high, row.measure_unit))


def interval_with_level(results: Results, row: Row) -> str:
    """Write an interval with its level: ``95 % KI −0,33 till −0,02``; empty where there is none."""
    if not (known(row.conf_low) and known(row.conf_high)):
        return ""
    confidence = row.confidence if known(row.confidence) else STANDARD_LEVEL
    return results.say("words.interval", level=results.percent(confidence, 0), span=span(results, row))


def with_interval(results: Results, row: Row) -> str:
    """Write a difference with its interval: ``−0,18 (95 % KI −0,33 till −0,02)``."""
    if not (known(row.conf_low) and known(row.conf_high)):
        return difference(results, row.estimate, row.measure_unit)
    confidence = row.confidence if known(row.confidence) else STANDARD_LEVEL
    return results.say(
        "words.with_interval",
        estimate=difference(results, row.estimate, row.measure_unit),
        level=results.percent(confidence, 0),
        span=span(results, row),
    )


def interval_text(results: Results, row: Row) -> str:
    """Write the ends of an interval in brackets, or that there is none."""
    if not (known(row.conf_low) and known(row.conf_high)):
        return f"({results.say('table.no_interval')})"
    return f"({results.between(results.plain(row.conf_low, row.measure_unit), results.plain(row.conf_high, row.measure_unit))})"
