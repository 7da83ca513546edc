"""How things are named: waves of an outcome, levels of a variable, places in a declaration; loads nothing."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pipeline.errors import Problem, suggestion

if TYPE_CHECKING:
    from pipeline.spec.study import Study


SAMPLE = "*"
"""The sample's unit in the names of places, so that it may be called otherwise in another release."""

ALL_INSIDE = ":inside"
"""Ending of the basis of a place with everybody an analysis is about, those lost included."""


def split_reference(reference: str) -> tuple[str, str]:
    """Split ``name@wave`` into name and wave; wave is empty for what does not change."""
    name, _, wave = reference.partition("@")
    return name, wave


def is_number(text: str) -> bool:
    """Say whether a declared value or code is a number, written as text."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def level_codes(name: str, count: int) -> list[str]:
    """Give codes that tell nothing but a place: ``workplace-03``."""
    width = max(2, len(str(count)))
    return [f"{name}-{place:0{width}d}" for place in range(1, count + 1)]


def toml_place(study: "Study", place: str) -> str:
    """Name a place in the study's ``study.toml``."""
    return f"studies/{study.id}/study.toml, {place}"


def unknown_name(where: str, name: str, known: Iterable[str], kind: str) -> Iterator[Problem]:
    """Give a problem when a name is not among the known ones."""
    names = list(known)
    if name not in names:
        remedy = suggestion(name, names) or f"Declare the {kind}, or correct the name."
        yield Problem(where, f"'{name}' is not a declared {kind}", ", ".join(names) or "none declared", remedy)


def unknown_answers(study: "Study", where: str, name: str, codes: Iterable[str]) -> Iterator[Problem]:
    """Give a problem for every code that is no answer of a variable."""
    yield from unknown_names(where, codes, study.codes_of(study.variable[name]), f"answer of '{name}'")


def unknown_cluster(study: "Study", where: str, unit: str, cluster: str) -> Iterator[Problem]:
    """Give a problem unless a variable can say which units resemble each other: a fixed one, or a link to other units."""
    able = [*(variable.name for variable in study.variables_of(unit) if variable.fixed), *(link.name for link in study.links_of(unit))]
    yield from unknown_name(where, cluster, able, f"fixed variable or link of {unit}")


def unknown_wave(where: str, reference: str, waves: Iterable[str]) -> Iterator[Problem]:
    """Give a problem unless a reference names one of the waves; where there are none, unless it names none."""
    name, wave = split_reference(reference)
    allowed = [f"{name}@{known}" for known in waves] or [name]
    if reference not in allowed:
        yield Problem(where, f"'{reference}'", ", ".join(allowed), "Correct the wave." if wave else "Name the wave.")


def unknown_names(where: str, names: Iterable[str], known: Iterable[str], kind: str) -> Iterator[Problem]:
    """Give a problem for each name that is not among the known ones."""
    among = list(known)
    for name in names:
        yield from unknown_name(where, name, among, kind)


def place_name(*parts: str) -> str:
    """Name a place where people stand in tables.

    Parameters
    ----------
    parts : str
        What chose them (an analysis or exhibit; empty for all whose answer is
        known); unit, outcome, wave and level as in the tables; group, two that are
        compared joined by ``+``.
    """
    return "|".join(parts)
