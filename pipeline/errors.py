"""What a researcher can do wrong, said so that it can be put right.

A ``Problem`` names one fault; a ``ResearcherError`` carries all faults found at
once. The command line prints them without a traceback; any other exception is a
fault of ours and keeps its full traceback.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

EXAMPLES_SHOWN = 5


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
        Examples, one line each; the caller passes at most ``EXAMPLES_SHOWN``.
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
        lines = [f"{self.where}: {self.found}"]
        lines += [f"  {detail}" for detail in self.details]
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


def raise_if_any(problems: Iterable[Problem]) -> None:
    """Raise one ``ResearcherError`` with every problem, or do nothing."""
    found = tuple(problems)
    if found:
        raise ResearcherError(found)


def suggestion(name: str, known: Iterable[str]) -> str:
    """Give ``"did you mean 'welch'?"`` for a near miss, else an empty string."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else ""


def examples(values: Iterable[str]) -> tuple[str, ...]:
    """Keep the first few examples and say how many more there are."""
    all_values = list(values)
    shown = tuple(all_values[:EXAMPLES_SHOWN])
    hidden = len(all_values) - len(shown)
    return (*shown, f"and {hidden} more") if hidden else shown
