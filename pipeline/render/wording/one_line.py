"""One line on all primary outcomes, for the summary and for the index; needs no table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

ORDER = ("better", "worse", "higher", "lower", "smaller_than_matters", "equivalent", "cannot_tell", "no_verdict", "")
"""Verdicts in the order in which a reader is told of them; empty: no estimate."""
DECIDED = ("better", "worse", "higher", "lower")
NAMED = {"cannot_tell": ("the_a", "the_b")} | dict.fromkeys(DECIDED, ("among_a", "among_b"))
"""Verdict -> how its line names the groups."""

Say = Callable[..., str]
"""Gives a catalogue text by its id and values."""


def one_line(say: Say, names: Mapping[str, str], verdicts: Iterable[tuple[str, str]]) -> str:
    """Say in one line what was found on all primary outcomes.

    Parameters
    ----------
    say : function
        Catalogue text by id, of the values that it takes.
    names : mapping
        The groups, as ``groups_said`` gives them.
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
            name, values = verdict_key(verdict), {kind: names[kind] for kind in NAMED.get(verdict, ())}
            told = listed(say, outcomes, "table.or" if verdict == "cannot_tell" else "words.and")
            sentences.append(say(f"one_line.{name}", outcomes=told, **values))
    return " ".join(sentences)


def verdict_key(verdict: str) -> str:
    """Name a verdict in catalogue ids; an estimate that is missing has one too."""
    return verdict or "none"


def listed(say: Say, items: Sequence[str], last: str = "words.and") -> str:
    """Join items as in running text: ``a, b och c``; ``last`` is the id of the word before the last."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {say(last)} {items[-1]}"


def groups_said(say: Say, labels: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Give groups as values for a sentence.

    Parameters
    ----------
    say : function
        Catalogue text by id.
    labels : mapping
        ``a`` and ``b`` (or ``a`` alone) -> the group's label inside a sentence.
    own : mapping
        The same letters -> how the study says the group, where it does: ``deltagarna``.

    Returns
    -------
    dict
        ``a``: the label; ``the_a``: who they are, ``deltagarna``; ``among_a``: among whom, ``bland deltagarna``.
    """
    values = dict(labels)
    for letter, label in labels.items():
        declared = own.get(letter)
        values[f"the_{letter}"] = declared or say("words.the_group", group=label)
        values[f"among_{letter}"] = say("words.among" if declared else "words.in_group", group=declared or label)
    return values


def own_said(sample: Mapping[str, Any], language: str) -> dict[str, str]:
    """Give how the study says its own two groups, by letter."""
    said = sample.get("said") or {}
    return {letter: said[role][language] for letter, role in (("a", "participant"), ("b", "control")) if role in said}


def in_words(say: Callable[..., str], count: int) -> str | int:
    """Write how many of those named before: none in a word."""
    return count or say("words.none_of_them")
