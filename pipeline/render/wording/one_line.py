"""One line on all primary outcomes, for the summary and for the index; needs no table."""

from collections.abc import Callable, Iterable, Sequence

ORDER = ("better", "worse", "higher", "lower", "smaller_than_matters", "equivalent", "cannot_tell", "no_verdict", "")
"""Verdicts in the order in which a reader is told of them; empty: no estimate."""
DECIDED = ("better", "worse", "higher", "lower")

Say = Callable[..., str]
"""Gives a catalogue text by its id and values."""


def one_line(say: Say, join: Callable[[Sequence[str]], str], names: dict[str, str], verdicts: Iterable[tuple[str, str]]) -> str:
    """Say in one line what was found on all primary outcomes.

    Parameters
    ----------
    say, join : functions
        Catalogue text by id, and a list as in running text.
    names : dict
        ``a`` and ``b``: the groups' names.
    verdicts : iterable of (outcome, verdict)
        The outcome as named inside a sentence.

    Returns
    -------
    str
        One short sentence per verdict that occurs.
    """
    found = list(verdicts)
    sentences = []
    for verdict in ORDER:
        outcomes = [outcome for outcome, own in found if own == verdict]
        if outcomes:
            values = names if verdict in DECIDED else {}
            sentences.append(say(f"one_line.{verdict_key(verdict)}", outcomes=join(outcomes), **values))
    return " ".join(sentences)


def verdict_key(verdict: str) -> str:
    """Name a verdict in catalogue ids; an estimate that is missing has one too."""
    return verdict or "none"


def listed(say: Say, items: Sequence[str]) -> str:
    """Join items as in running text: ``a, b och c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {say('words.and')} {items[-1]}"


def in_words(say: Callable[..., str], count: int) -> str | int:
    """Write how many of those named before: none in a word."""
    return count or say("words.none_of_them")
