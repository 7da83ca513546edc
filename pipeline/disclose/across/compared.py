"""What a release tells together with those published before it: who was added, removed or changed, and what follows by subtraction.

Numbers stand in places: whose answers, at which level, in which group. The people of
a place are known by fingerprints; a place whose people are not known is compared by
its n. The policy is told in docs/privacy.md, what to do about a finding in docs/publish.md.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from pipeline.disclose.across.numbers import Release, nobody_known
from pipeline.disclose.across.subtraction import TOLERANCE, atoms_of, changed_between, told_of_few
from pipeline.disclose.policy import Policy
from pipeline.spec.naming import place_name
from pipeline.spec.vocabulary import EVERYBODY

ELSEWHERE = {"mean": ("mean",), "share": ("share", "attainment_exact")}
"""Column of a table published elsewhere -> estimands that are the same number."""


@dataclass(frozen=True)
class Moved:
    """How many people of a place are new in a release, are gone, or have another value."""

    added: int
    removed: int
    changed: int

    @property
    def total(self) -> int:
        """Count all who differ."""
        return self.added + self.removed + self.changed

    def __str__(self) -> str:
        parts = ((self.added, "added"), (self.removed, "removed"), (self.changed, "changed"))
        return ", ".join(f"{count} {what}" for count, what in parts if count)


@dataclass(frozen=True)
class Finding:
    """Numbers of one place that tell of few people together with an earlier release."""

    outcome: str
    wave: str
    level: str
    analyses: tuple[str, ...]
    why: str
    """Who differs, in words."""


def told_together(earlier: Sequence[Release], new: Release) -> list[Finding]:
    """Find what a new release tells of few people together with earlier ones.

    Parameters
    ----------
    earlier : sequence of Release
        All that are published and not withdrawn, in order.
    new : Release

    Returns
    -------
    list of Finding
        In the order of the tables; nothing where all rests on enough people.
    """
    policy = Policy(max(one.policy.base for one in (*earlier, new)), max(one.policy.cell for one in (*earlier, new)))
    recognised = [one if _has_the_people_of(one, new) else replace(one, people=nobody_known, everybody=None, _found={}) for one in earlier]
    found: dict[str, str] = {}
    for old in recognised:
        for place in new.by_place.keys() & old.by_place.keys():
            why = _differing(old, new, place, policy)
            if why:
                found.setdefault(place, f"{why} since {old.name}")
    known = [one for one in recognised if one.everybody is not None]
    found |= dict(_subtracted(known, new, policy, found.keys())) if known else {}
    return [_finding(rows, found[place]) for place, rows in new.by_place.items() if place in found]


def _has_the_people_of(old: Release, new: Release) -> bool:
    """Say whether most people of the smaller release are in the other; without, their ids must have been changed."""
    if old.everybody is None or new.everybody is None:
        return False
    return 2 * len(old.everybody & new.everybody) >= min(len(old.everybody), len(new.everybody))


def _finding(rows: pd.DataFrame, why: str) -> Finding:
    first = rows.iloc[0]
    return Finding(first["outcome"], first["wave"], first["level"], tuple(dict.fromkeys(rows["analysis"])), why)


def _differing(old: Release, new: Release, place: str, policy: Policy) -> str:
    """Say who differs where numbers of one place are not as before and that rests on few people; empty where it does not."""
    both = new.by_place[place].merge(old.by_place[place], on="key", how="left", suffixes=("", "_before"))
    both = both[both["numbers"] != both["numbers_before"]]
    again = both[both["numbers_before"].notna()]
    before, after = old.people_at(place), new.people_at(place)
    if both.empty:
        return ""
    if before is None or after is None:
        steps = (again["size"] - again["size_before"]).abs()
        if not (steps >= policy.base).all():
            return f"number of people from {_span(again['size_before'])} to {_span(again['size'])}"
    else:
        moved = Moved(
            len(after.index.difference(before.index)), len(before.index.difference(after.index)), len(changed_between(before, after))
        )
        if policy.is_small_base(moved.total):
            return str(moved)
        if _merged_otherwise(set(old.by_place[place]["block"]), set(new.by_place[place]["block"])):
            return "answers merged in another way"
        again = again if moved.total else again[:0]
    steps = (again["count"] - again["count_before"]).abs().dropna()
    few = steps[steps.map(policy.is_small_cell)]
    return f"{_span(few)} more or fewer with one answer" if len(few) else ""


def _span(numbers: pd.Series) -> str:
    known = [f"{one:.0f}" for one in sorted(set(numbers.dropna()))]
    return "–".join(dict.fromkeys((known[0], known[-1]))) if known else "unknown"


def _merged_otherwise(before: set[str], after: set[str]) -> bool:
    """Say whether two tables of the same answers merge them so that neither only divides the rows of the other."""
    rows = [[(exhibit, set(row.split("+"))) for exhibit, _, row in (one.partition("|") for one in blocks)] for blocks in (before, after)]
    first, second = ({exhibit: [row for name, row in side if name == exhibit] for exhibit, _ in side} for side in rows)
    return any(not (_divides(first[one], second[one]) or _divides(second[one], first[one])) for one in first.keys() & second.keys())


def _divides(fine: list[set[str]], coarse: list[set[str]]) -> bool:
    return all(any(row <= block for block in coarse) for row in fine)


def _subtracted(earlier: Sequence[Release], new: Release, policy: Policy, found: Container[str]) -> Iterator[tuple[str, str]]:
    """Give the places of which numbers, subtracted from those of other places in earlier releases, would tell of few people, with why."""
    for about, rows in new.numbers[new.numbers["about"] != ""].groupby("about", sort=True):
        places = [place for place in dict.fromkeys(rows["place"]) if place not in found and new.people_at(place) is not None]
        while places:
            told = _told_about(str(about), earlier, new, places, policy)
            if told is None:
                break
            place, why = told
            places.remove(place)
            yield place, why


def _told_about(about: str, earlier: Sequence[Release], new: Release, places: list[str], policy: Policy) -> tuple[str, str] | None:
    """Give the least important place that tells of few people, with why; None where none does."""
    unit, outcome, wave = about.split("|")
    everybody = place_name("", unit, outcome, wave, EVERYBODY, EVERYBODY)
    values = [one.people(everybody) for one in (*earlier, new)]
    sums = [[old.people_at(place) for place in _places_about(old, about)] for old in earlier]
    sums.append([new.people_at(place) for place in places])
    atoms = atoms_of([[one.index for one in of_release if one is not None] for of_release in sums], values)
    fresh = atoms.release == len(earlier)
    limits = [(atoms.people, policy.base, "people")]
    limits += [(counts, policy.cell, "people with one answer") for counts in atoms.by_answer]
    for counted, limit, who in limits:
        told = told_of_few(atoms.sums, fresh, counted, limit)
        if told is not None:
            taken = [place for place, times in zip(places, told[0][fresh], strict=True) if abs(times) > TOLERANCE]
            place = max(taken, key=lambda name: (name.count("*"), f"|{EVERYBODY}|" not in name, name))
            return place, f"subtracting it from earlier releases leaves {told[1]} {who}"
    return None


def _places_about(release: Release, about: str) -> list[str]:
    """Give the places of a release whose numbers are sums of one outcome in one wave, over people that are known."""
    places = dict.fromkeys(release.numbers.loc[release.numbers["about"] == about, "place"])
    return [place for place in places if release.people_at(place) is not None]


def told_elsewhere(rows: Sequence[Mapping[str, str]], name: str, new: Release) -> list[Finding]:
    """Find numbers that were published elsewhere of few people more or fewer, or of as many with another result.

    Parameters
    ----------
    rows : sequence of mappings
        The table that was published, as text.
    name : str
        What it is called.
    new : Release
    """
    found = []
    for row in rows:
        group, level = row["group"] or EVERYBODY, row["level"] or EVERYBODY
        same = new.numbers[(new.numbers[["outcome", "wave", "level"]] == [row["outcome"], row["wave"], level]).all(axis="columns")]
        same = same[same["place"].str.endswith(f"|{group}")]
        for column, estimands in ELSEWHERE.items():
            ours = same[same["estimand"].isin(estimands)] if row[column] else same[:0]
            unit = 10.0 ** -len(row[column].partition(".")[2])
            steps = (ours["size"] - int(row["n"])).abs()
            other = (steps > 0) | ((ours["estimate"] - float(row[column] or 0)).abs() > unit / 2 + TOLERANCE)
            for _, places in ours[other & (steps < new.policy.base)].groupby("place"):
                found.append(_finding(places, f"number of people from {row['n']} in {name} to {_span(places['size'])}"))
    return found
