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
    named_alike = [_named_as_in(new, one, policy) for one in earlier]
    found: dict[str, str] = {}
    for old in named_alike:
        for place in new.by_place.keys() & old.by_place.keys():
            why = _differing(old, new, place, policy)
            if why:
                found.setdefault(place, f"{why} since {old.name}")
    known = [one for one in named_alike if one.everybody is not None]
    found |= dict(_subtracted(known, new, policy, found.keys())) if known else {}
    return [_finding(rows, found[place]) for place, rows in new.by_place.items() if place in found]


def recognised(old: Release, new: Release) -> Release:
    """Give an earlier release as it can be compared: without its people where most ids are others, which then name the same people."""
    ids = [one.everybody for one in (old, new) if one.everybody]
    if len(ids) > 1 and 2 * len(ids[0] & ids[1]) >= min(map(len, ids)):
        return old
    return replace(old, people=nobody_known, everybody=None, _found={})


def _named_as_in(new: Release, old: Release, policy: Policy) -> Release:
    """Give an earlier release in which outcomes and waves that have another name now, and nearly the same values, have the new one."""
    ours, theirs = (dict.fromkeys(name for name in one.numbers["about"] if name) for one in (new, old))
    names = {}
    for ours_only in (name for name in ours if name not in theirs):
        for theirs_only in (name for name in theirs if name not in ours and name not in names):
            if _nearly_alike(old.people(everybody_in(theirs_only)), new.people(everybody_in(ours_only)), policy.base):
                names[theirs_only] = ours_only
                break
    if not names:
        return old
    back = {new_name: old_name for old_name, new_name in names.items()}
    numbers = old.numbers.assign(
        place=[_renamed(place, names) for place in old.numbers["place"]], about=[names.get(name, name) for name in old.numbers["about"]]
    )
    return replace(old, numbers=numbers, people=lambda place: old.people(_renamed(place, back)), _found={})


def _nearly_alike(before: pd.Series | None, after: pd.Series | None, base: int) -> bool:
    if before is None or after is None:
        return False
    common = before.index.intersection(after.index)
    return len(common) >= base > (before[common] != after[common]).sum()


def _renamed(place: str, names: Mapping[str, str]) -> str:
    basis, *about, level, group = place.split("|")
    return place_name(basis, names.get("|".join(about), "|".join(about)), level, group)


def everybody_in(about: str) -> str:
    """Name the place of all whose value of an outcome in a wave is known."""
    return place_name("", about, EVERYBODY, EVERYBODY)


def _finding(rows: pd.DataFrame, why: str) -> Finding:
    first = rows.iloc[0]
    return Finding(first["outcome"], first["wave"], first["level"], tuple(dict.fromkeys(rows["analysis"])), why)


def _differing(old: Release, new: Release, place: str, policy: Policy) -> str:
    """Say who differs where numbers of one place are not as before and that rests on few people; empty where it does not."""
    then, now = old.by_place[place], new.by_place[place]
    both = now.merge(then, on="key", how="left", suffixes=("", "_before"))
    both = both[both["numbers"] != both["numbers_before"]]
    again = both[both["numbers_before"].notna()]
    before, after = old.people_at(place), new.people_at(place)
    if both.empty:
        return ""
    if before is None or after is None:
        steps = (again["size"] - again["size_before"]).abs() if len(again) else pd.Series([abs(now["size"].max() - then["size"].max())])
        if not (steps >= policy.base).all():
            return f"number of people from {_span(then['size'])} to {_span(now['size'])}"
    else:
        moved = {
            "added": len(after.index.difference(before.index)),
            "removed": len(before.index.difference(after.index)),
            "changed": len(changed_between(before, after)),
        }
        if policy.is_small_base(sum(moved.values())):
            return ", ".join(f"{count} {what}" for what, count in moved.items() if count)
        again = again if any(moved.values()) else again[:0]
    if _merged_otherwise(set(then["block"]), set(now["block"])):
        return "answers merged in another way"
    steps = (again["count"] - again["count_before"]).abs().dropna()
    few = steps[steps.map(policy.is_small_cell)]
    return f"{_span(few)} more or fewer with one answer" if len(few) else ""


def _span(numbers: pd.Series) -> str:
    known = [f"{one:.0f}" for one in sorted(set(numbers.dropna()))]
    return "–".join(dict.fromkeys((known[0], known[-1]))) if known else "unknown"


def _merged_otherwise(before: set[str], after: set[str]) -> bool:
    """Say whether two tables of the same answers merge them so that neither only divides the rows of the other."""
    fine, coarse = (
        [{f"{exhibit}|{code}" for code in row.split("+")} for exhibit, row in map(_parted, sorted(side))] for side in (before, after)
    )
    shared = set().union(*fine) & set().union(*coarse)
    crossing = [
        [row & shared for row in one if not any(row & shared <= block for block in other)]
        for one, other in ((fine, coarse), (coarse, fine))
    ]
    return all(crossing)


def _parted(block: str) -> tuple[str, str]:
    exhibit, _, row = block.partition("|")
    return exhibit, row


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
    values = [one.people(everybody_in(about)) for one in (*earlier, new)]
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
