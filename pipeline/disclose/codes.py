"""Hold every text column of a release to what was declared, so that no answer in words and no id can be in one."""

import re
from collections.abc import Iterable, Iterator

import pandas as pd

from pipeline.spec.study import Study
from pipeline.spec.vocabulary import MISSING_REASONS

PLAIN = re.compile(r"[a-z][a-z0-9_]*")
CLASS = re.compile(r"-?[\d.]+(?:e[+-]?\d+)?-(?:<-?[\d.]+(?:e[+-]?\d+)?)?")
CHAIN = re.compile(r"(?:sample|(?:rows|wave):[a-z0-9_]+|analysed:[a-z0-9_]+:[a-z0-9_@]+)")
NEVER_SHOWN = ("id", "text", "date")
MERGED = "+"


def declared_codes(study: Study) -> set[str]:
    """Give every code that may stand for an answer, a class or a group."""
    answers = {code for variable in study.variables for code in study.codes_of(variable)}
    classes = {code for measure in study.declaration.measures for code in measure.categories}
    return answers | classes | {"0", "1"}


def unknown_codes(study: Study, estimates: pd.DataFrame, distributions: pd.DataFrame, flow: pd.DataFrame) -> list[str]:
    """List the values of text columns that were not declared.

    Parameters
    ----------
    study : Study
    estimates, distributions, flow : DataFrame
        As they are to be released.

    Returns
    -------
    list of str
        ``table.column``, without the value; empty when all is well.
    """
    outcomes = {variable.name for variable in study.variables if variable.type not in NEVER_SHOWN} | set(study.measure) | {"answered"}
    codes = declared_codes(study)
    shown_rows = codes | set(MISSING_REASONS) | {"answered", ""}
    checks: list[tuple[str, pd.Series, Iterable[str]]] = [
        ("estimates.outcome", estimates["outcome"], outcomes),
        ("estimates.group_a", estimates["group_a"], codes | {""}),
        ("estimates.group_b", estimates["group_b"], codes | {""}),
        ("distributions.outcome", distributions["outcome"], outcomes),
        ("flow.group", flow["group"], codes | {"all"}),
    ]
    faults = [name for name, values, allowed in checks if not set(values) <= set(allowed)]
    patterns = {
        "estimates.term": all(_is_term(term, outcomes, codes) for term in set(estimates["term"])),
        "estimates.level": all(_is_level(level, outcomes, codes) for level in {*estimates["level"], *distributions["level"]}),
        "distributions.row": all(_is_merged(row, shown_rows) for row in set(distributions["row"])),
        "distributions.column": all(_is_merged(column, codes | {"all"}) for column in set(distributions["column"])),
        "flow.chain": all(CHAIN.fullmatch(chain) for chain in set(flow["chain"])),
        "flow.node": all(PLAIN.fullmatch(node) for node in set(flow["node"])),
    }
    return faults + [name for name, fits in patterns.items() if not fits]


def _is_merged(text: str, codes: set[str]) -> bool:
    return all(part in codes or CLASS.fullmatch(part) for part in text.split(MERGED))


def _is_level(level: str, outcomes: set[str], codes: set[str]) -> bool:
    variable, _, code = level.partition("=")
    return level == "all" or (variable in outcomes and code in codes)


def _is_term(term: str, outcomes: set[str], codes: set[str]) -> bool:
    head, separator, tail = term.partition(": ")
    if separator:
        return _is_level(head, outcomes, codes) and _is_term(tail, outcomes, codes)
    return all(side in codes or _is_level(side, outcomes, codes) for side in _sides(term) if side)


def _sides(term: str) -> Iterator[str]:
    for part in term.split(" - "):
        yield from part.split(" / ")
