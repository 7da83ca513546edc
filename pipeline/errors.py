"""What a researcher can do wrong, said so that it can be put right.

A ``Problem`` names one fault; a ``ResearcherError`` carries all faults found at
once. The command line prints them without a traceback. An ``OurFault`` is found by
a check of our own and is printed so too, with the request to report it; any other
exception is a fault of ours that nobody foresaw: its kind and place are printed, its
traceback goes to a file, because it may quote answers.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Self

EXAMPLES_SHOWN = 5
DETAILS_SHOWN = 20
"""Lines of one problem on the screen; the rest is written to a file."""


@dataclass(frozen=True)
class Problem:
    """One fault: where it is, what was found, what is allowed, what to do.

    Parameters
    ----------
    where : str
        File and place in it, relative to the project, for example
        ``studies/trs/codebook.csv, row 12, column answers``.
    found : str
        What was found, with the real name, value or count.
    details : tuple of str
        What there is to say line by line; ``DETAILS_SHOWN`` of them are shown.
    allowed : str
        What would be accepted; empty when it goes without saying.
    remedy : str
        The next thing to do, as a full sentence.
    """

    where: str
    found: str
    allowed: str = ""
    remedy: str = ""
    details: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        return self.text(DETAILS_SHOWN)

    def text(self, most: int | None = None) -> str:
        """Write the problem with so many of its details; all of them when no number is given."""
        lines = [f"{self.where}: {self.found}"]
        lines += [f"  {detail}" for detail in self.details[:most]]
        if most is not None and len(self.details) > most:
            lines.append(f"  and {len(self.details) - most} more")
        if self.allowed:
            lines.append(f"  allowed: {self.allowed}")
        if self.remedy:
            lines.append(self.remedy)
        return "\n".join(lines)


class ResearcherError(Exception):
    """All problems found in one go; nothing was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def _render_traceback_(self) -> list[str]:
        """Give what a notebook shows in the place of a traceback."""
        return str(self).split("\n")

    @classmethod
    def of(cls, where: str, found: str, allowed: str = "", remedy: str = "", details: tuple[str, ...] = ()) -> Self:
        """Make the error of one problem."""
        return cls([Problem(where, found, allowed, remedy, details)])


class OurFault(Exception):
    """A fault of this project that one of its own checks has found; nothing was written."""


def raise_if_any(problems: Iterable[Problem]) -> None:
    """Raise one ``ResearcherError`` with every problem, or do nothing."""
    found = tuple(problems)
    if found:
        raise ResearcherError(found)


@contextmanager
def at_work_on(place: str) -> Iterator[None]:
    """Name the file, or the place in it, that is worked on, for what nobody foresaw and is raised meanwhile."""
    try:
        yield
    except Exception as error:
        error.add_note(place)
        raise


def gathered(checks: Iterable[Callable[[], Iterable[Problem]]], where: str) -> list[Problem]:
    """Give the problems that all checks find.

    A check may take for granted what another one checks, such as that a name is
    declared. So one that stumbles where problems have been found says only that
    there is more to check; where none have, it is at fault itself.

    Parameters
    ----------
    checks : iterable of callables
    where : str
        What is checked, as the researcher knows it.
    """
    problems: list[Problem] = []
    stumbled: Exception | None = None
    for check in checks:
        try:
            problems.extend(check())
        except ResearcherError as error:
            problems.extend(error.problems)
        except Exception as error:
            stumbled = stumbled or error
    if stumbled is None:
        return problems
    if not problems:
        raise stumbled
    return [*problems, Problem(where, "can only be checked in full when this is right", remedy="Put it right and run again.")]


def suggestion(name: str, known: Iterable[str]) -> str:
    """Give ``"did you mean 'welch'?"`` for a near miss, else an empty string."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else ""


def examples(values: Iterable[str], most: int = EXAMPLES_SHOWN) -> tuple[str, ...]:
    """Keep the first few examples and say how many more there are."""
    every = tuple(values)
    hidden = len(every) - most
    return (*every[:most], f"and {hidden} more") if hidden > 0 else every
