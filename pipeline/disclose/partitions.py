"""Which parts of a whole are hidden, so that neither a part nor what is left of the whole is small.

Levels of a variable divide a whole that is shown beside them. A part on few
people, or with a small count of some answer, is hidden; and because the whole
minus the shown parts is known, parts are added until all that is hidden together
is nobody, or enough people with no small count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.disclose.policy import Policy

SEPARATOR = "*"
"""Between the codes of two crossed variables."""


@dataclass(frozen=True)
class PartOfWhole:
    """What is known of some people.

    Parameters
    ----------
    people : float
        How many there are.
    counts : tuple of float
        How many gave each answer; the same answers in every part. Empty for means.
    """

    people: float
    counts: tuple[float, ...] = ()

    def __add__(self, other: "PartOfWhole") -> "PartOfWhole":
        """Put two parts together."""
        return PartOfWhole(self.people + other.people, tuple(one + two for one, two in zip(self.counts, other.counts, strict=True)))

    def __sub__(self, other: "PartOfWhole") -> "PartOfWhole":
        """Take a part away."""
        return PartOfWhole(self.people - other.people, tuple(one - two for one, two in zip(self.counts, other.counts, strict=True)))

    def is_small(self, policy: Policy) -> bool:
        """Say whether this must not be known: few people, or an answer that one or two of them gave.

        What nobody is left in may have counts all the same: those of a curve are
        estimates, whose parts do not add up to the whole.
        """
        if self.people == 0:
            return False
        return policy.is_small_base(self.people) or any(policy.is_small_cell(count) for count in self.counts)


def hidden_parts(policy: Policy, whole: PartOfWhole, parts: Mapping[str, PartOfWhole], hidden: Iterable[str] = ()) -> frozenset[str]:
    """Choose the parts to hide.

    Parameters
    ----------
    policy : Policy
    whole : PartOfWhole
        Shown; with people who are in no part.
    parts : mapping of code to PartOfWhole
        They do not overlap.
    hidden : iterable of str
        Codes that are hidden for another reason.

    Returns
    -------
    frozenset of str
        Small parts, those already hidden, and the parts with the fewest people,
        until the whole minus what is shown is not small.
    """
    chosen = set(hidden) & parts.keys() | {code for code, part in parts.items() if part.is_small(policy)}
    waiting = sorted(parts.keys() - chosen, key=lambda code: (parts[code].people, code))
    while waiting and _rest(whole, parts, chosen).is_small(policy):
        chosen.add(waiting.pop(0))
    return frozenset(chosen)


def hidden_sizes(policy: Policy, sizes: Mapping[str, float], hidden: Iterable[str] = ()) -> frozenset[str]:
    """Choose the parts of which not even the size is told.

    Parameters
    ----------
    policy : Policy
    sizes : mapping of code to float
        People in each part of one whole; that nobody is in a part may be told, and is but where no other part is left.
    hidden : iterable of str
        Codes whose size is not told for another reason.

    Returns
    -------
    frozenset of str
        These and parts on few people, with those that have the fewest beside them: at least
        two, and enough people together, for the whole minus the sizes that are
        shown must not be the size of one of them. Empty when no part is small.
    """
    chosen = set(hidden) | {code for code, people in sizes.items() if policy.is_small_base(people)}
    waiting = sorted(sizes.keys() - chosen, key=lambda code: (not sizes[code], sizes[code], code))
    while chosen and waiting and not _is_open(policy, [sizes[code] for code in chosen]):
        chosen.add(waiting.pop(0))
    return frozenset(chosen)


def _is_open(policy: Policy, hidden: Sequence[float]) -> bool:
    """Say whether sizes may differ enough with their sum known."""
    return len(hidden) > 1 and sum(hidden) >= max(policy.base, len(hidden) + policy.cell - 1)


def _rest(whole: PartOfWhole, parts: Mapping[str, PartOfWhole], hidden: set[str]) -> PartOfWhole:
    """Give what the whole minus the shown parts tells."""
    rest = whole
    for code, part in parts.items():
        if code not in hidden:
            rest = rest - part
    return rest
