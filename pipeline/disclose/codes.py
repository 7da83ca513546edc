"""Hold every text column of a release to what was declared, so that no answer in words and no id can be in one."""

import re
from collections.abc import Iterable, Iterator

import pandas as pd

from pipeline.spec.study import Study
from pipeline.spec.vocabulary import EVERYBODY, MISSING_REASONS

PLAIN = re.compile(r"[a-z][a-z0-9_]*")
CLASS = re.compile(r"-?[\d.]+(?:e[+-]?\d+)?-(?:<-?[\d.]+(?:e[+-]?\d+)?)?")
CHAIN = re.compile(r"(?:sample|(?:rows|wave):[a-z0-9_]+|analysed:[a-z0-9_]+:[a-z0-9_@]+)")
LINKED = re.compile(r"[a-z][a-z0-9_]*-\d{2,}")
"""A linked unit by its place, such as workplace-03."""
TERMS = frozenset(
    (
        *("stuart_maxwell", "bhapkar", "mcnemar", "mcnemar_exact", "now - then", "after - before", "then - before", "change", "after"),
        *("nominal", "ordinal", "interval", "linear", "quadratic"),
    )
)
"""What the terms of estimates about one group may say beside codes; times are written as numbers."""
NEVER_SHOWN = ("id", "text", "date")
MERGED = "+"


def declared_codes(study: Study) -> set[str]:
    """Give every code that may stand for an answer, a class, a group or a reading of a denominator."""
    answers = {code for variable in study.variables for code in study.codes_of(variable)}
    classes = {code for measure in study.declaration.measures for code in measure.categories}
    readings = {reading.id for analysis in study.declaration.analyses for reading in analysis.readings}
    return answers | classes | readings | {"0", "1", EVERYBODY}


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
        ("flow.group", flow["group"], codes | {EVERYBODY, ""}),
    ]
    faults = [name for name, values, allowed in checks if not set(values) <= set(allowed)]
    coded = distributions["exhibit"] == "coding"
    dividing = outcomes | {unit.id for unit in study.declaration.units}
    waves = {wave.name for wave in study.declaration.waves}
    analyses = study.declaration.analyses
    beside = {reference for one in analyses for reference in (*one.covariates, one.beside) if reference}
    patterns = {
        "estimates.term": all(_is_term(term, dividing | beside | waves, codes) for term in set(estimates["term"])),
        "estimates.level": all(_is_level(level, dividing, codes) for level in {*estimates["level"], *distributions["level"]}),
        "distributions.row": all(_is_merged(row, shown_rows) for row in set(distributions["row"])),
        "distributions.column": all(_is_merged(column, codes | {EVERYBODY}) for column in set(distributions.loc[~coded, "column"])),
        "coding.column": all(column in codes or _is_place(study, column) for column in set(distributions.loc[coded, "column"])),
        "flow.chain": all(CHAIN.fullmatch(chain) for chain in set(flow["chain"])),
        "flow.node": all(PLAIN.fullmatch(node) for node in set(flow["node"])),
    }
    return faults + [name for name, fits in patterns.items() if not fits]


def _is_place(study: Study, code: str) -> bool:
    """Say whether a code names a unit by its place only, such as interview-03."""
    unit, _, place = code.rpartition("-")
    return unit in study.unit and place.isdecimal()


def _is_merged(text: str, codes: set[str]) -> bool:
    return all(part in codes or CLASS.fullmatch(part) for part in text.split(MERGED))


def _is_level(level: str, names: set[str], codes: set[str]) -> bool:
    variable, _, code = level.partition("=")
    crossed = zip(variable.split("*"), code.split("*"), strict=False)
    fits = all(name in names and (one in codes or LINKED.fullmatch(one)) for name, one in crossed)
    return level == EVERYBODY or (fits and variable.count("*") == code.count("*"))


def _is_term(term: str, names: set[str], codes: set[str]) -> bool:
    if term in TERMS or set(term.split("*")) <= names or CLASS.fullmatch(f"{term}-"):
        return True
    head, separator, tail = term.partition(": ")
    if separator:
        return _is_level(head, names, codes) and _is_term(tail, names, codes)
    return all(side in codes or _is_level(side, names, codes) for side in _sides(term) if side)


def _sides(term: str) -> Iterator[str]:
    for part in term.split(" - "):
        yield from part.split(" / ")
