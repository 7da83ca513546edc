"""How checks name a place in a declaration, and what they say of an unknown name."""

from collections.abc import Iterable, Iterator

from pipeline.errors import Problem, suggestion
from pipeline.spec.study import Study


def toml_place(study: Study, place: str) -> str:
    """Name a place in the study's ``study.toml``."""
    return f"studies/{study.id}/study.toml, {place}"


def unknown_name(where: str, name: str, known: Iterable[str], kind: str) -> Iterator[Problem]:
    """Give a problem when a name is not among the known ones."""
    names = list(known)
    if name not in names:
        remedy = suggestion(name, names) or f"Declare the {kind}, or correct the name."
        yield Problem(where, f"'{name}' is not a declared {kind}", ", ".join(names) or "none declared", remedy)
