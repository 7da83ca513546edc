"""Names of answers and classes, also of those that disclosure control has merged."""

import re
from collections.abc import Iterable
from typing import Any

from pipeline.render.results import Results
from pipeline.render.selection import MERGED, merged_label

CLASS = re.compile(r"(?P<low>-?[\d.]+)-(?:<(?P<high>-?[\d.]+))?")
NEITHER = "neither"
AT_CEILING = ("share_at_ceiling_before", "share_at_ceiling_after")
COUNTING_RULES = ("count_of", "count_correct")
WHOLE_NUMBER_RULES = (*COUNTING_RULES, "sum_of_items")


def of_one(results: Results, key: str) -> str:
    """Give the id of a text as it reads where there is one group only."""
    return key if len(results.groups) > 1 else f"{key}_of_one"


def of_group(results: Results, group: str, text: str) -> str:
    """Name the group that a value is of; a single group goes without saying."""
    return f"{results.group_label(group)} {text}" if len(results.groups) > 1 else text


def declared(results: Results, part: str, name: str) -> dict[str, Any]:
    """Give one declared variable or measure from release.json; empty when it is not there."""
    return next((one for one in results.facts[part] if one["name"] == name), {})


def waves_of(results: Results, variable: str) -> list[str]:
    """Give the waves in which a variable was asked, in order of time; one without name where it was asked once for all."""
    return list(declared(results, "variables", variable).get("waves") or ("",))


def directed(results: Results, key: str, outcomes: Iterable[str]) -> str:
    """Give the id of a text as it reads of these outcomes: ``key``, where no way is better ``_neither``, where that differs ``_mixed``."""
    neither = {declared(results, "measures", name).get("direction", NEITHER) == NEITHER for name in outcomes}
    return key if neither == {False} or not neither else f"{key}_{NEITHER if neither == {True} else 'mixed'}"


def estimand_label(results: Results, estimand: str, outcome: str) -> str:
    """Name a quantity; the far end of a scale is the best value only where some way is better."""
    return results.say(f"estimand.{directed(results, estimand, [outcome]) if estimand in AT_CEILING else estimand}")


def answer_order(results: Results, variable: str) -> list[str]:
    """Give the answer codes of a variable in the order of its answer list."""
    return list(declared(results, "variables", variable).get("answers", ()))


def first_place(order: list[str], code: str) -> int:
    """Give the place of a code, or of the first of merged codes; unknown codes come last."""
    first = code.split(MERGED, maxsplit=1)[0]
    return order.index(first) if first in order else len(order)


def answer_label(results: Results, variable: str, code: str) -> str:
    """Name an answer of a variable, a class of a number, or a class of a measure; merged ones joined by 'or'.

    Parameters
    ----------
    results : Results
    variable : str
        Variable or measure.
    code : str
        Answer code, class such as ``1-<8``, or several joined by ``+``.

    Returns
    -------
    str
        The declared label; for classes of numbers the range in words.
    """
    codes = code.split(MERGED)
    kind = "category" if results.has_label("measure", variable) else "answer"
    if all(results.has_label(kind, one, variable) for one in codes):
        return merged_label(results, (results.label(kind, one, variable) for one in codes))
    ranges = [CLASS.fullmatch(one) for one in codes]
    if all(ranges):
        return _range_label(results, variable, [one for one in ranges if one])
    return results.label(kind, codes[0], variable)


def class_order(code: str) -> float:
    """Give the lower edge of a class such as ``1-<8``; of the first of merged ones."""
    found = CLASS.match(code)
    return float(found["low"]) if found else float("inf")


def _range_label(results: Results, variable: str, ranges: list[re.Match[str]]) -> str:
    low, high = ranges[0]["low"], ranges[-1]["high"]
    whole = _holds_whole_numbers(results, variable)
    digits = 0 if whole else max(len(edge.partition(".")[2].rstrip("0")) for edge in (low, high or "0"))
    shown_low = results.number(float(low), digits)
    if high is None:
        last_possible = float(low) == _most_items(results, variable)
        return shown_low if last_possible else results.say("table.class_or_more", low=shown_low)
    if not whole:
        return results.say("table.class_under", low=shown_low, high=results.number(float(high), digits))
    last = results.number(float(high) - 1, 0)
    return shown_low if last == shown_low else f"{shown_low}–{last}"


def _most_items(results: Results, name: str) -> int | None:
    """Give the greatest number that a measure that counts items can have; None for others."""
    measure = declared(results, "measures", name)
    return len(measure["items"]) if measure.get("rule") in COUNTING_RULES else None


def _holds_whole_numbers(results: Results, name: str) -> bool:
    return (
        declared(results, "variables", name).get("type") == "integer"
        or declared(results, "measures", name).get("rule") in WHOLE_NUMBER_RULES
    )


def class_edges(code: str) -> list[float]:
    """Give the lower edge of a class such as ``1-<8``; of every part of a merged one."""
    return [class_order(part) for part in code.split(MERGED)]


def class_codes(results: Results, measure: str) -> list[str]:
    """Give the codes of a measure's classes in the order declared."""
    return list(declared(results, "measures", measure).get("categories", ()))


def level_label(results: Results, level: str) -> str:
    """Name a level such as ``sex=woman``, ``sex*sick_listed=woman*yes`` or ``workplace=workplace-03``.

    Parameters
    ----------
    results : Results
    level : str
        As in the tables; ``all`` for everybody.

    Returns
    -------
    str
        The answers' labels, joined by a comma where two variables are crossed;
        a linked unit by its kind and number.
    """
    variable, separator, code = level.partition("=")
    if not separator:
        return results.say("group.all")
    return ", ".join(_one_level(results, name, one) for name, one in zip(variable.split("*"), code.split("*"), strict=True))


def _one_level(results: Results, variable: str, code: str) -> str:
    if results.has_label("answer", code, variable) or results.has_label("category", code, variable):
        return answer_label(results, variable, code)
    number = code.rpartition("-")[2]
    return f"{results.outcome_label(variable)} {number}"
