"""What follows about few people when numbers of several releases are subtracted from each other.

Every number about some people is a sum over them. People whom all these sums treat
alike are one atom; whoever reads the releases knows every combination of sums, so
that a combination which leaves only few people tells of these people.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Atoms:
    """People whom all sums of several releases treat alike.

    Parameters
    ----------
    sums : array of bool (sums, atoms)
        Which atoms each sum is over. A value that has changed is an atom of its
        own: the old value stays in all sums over the person, and the change is
        in those since then.
    release : array of int (sums,)
        In which release a sum stands.
    people : array of int (atoms,)
    by_answer : list of arrays of int (atoms,)
        Of an outcome with two values: how many have, or had, each of them.
    """

    sums: np.ndarray
    release: np.ndarray
    people: np.ndarray
    by_answer: list[np.ndarray]


def atoms_of(members: Sequence[Sequence[pd.Index]], values: Sequence[pd.Series | None]) -> Atoms:
    """Divide the people of several releases into atoms.

    Parameters
    ----------
    members : sequence per release of sequences per sum of Index
        Over whom each sum is.
    values : sequence per release of Series, or None
        Fingerprint of the value of each person.
    """
    sums = [(place, people) for place, of_release in enumerate(members) for people in of_release]
    release = np.array([place for place, _ in sums])
    persons = pd.Index(sorted({person for _, people in sums for person in people}))
    inside = np.zeros((len(persons), len(sums)), dtype=bool)
    for column, (_, people) in enumerate(sums):
        inside[persons.get_indexer(people), column] = True
    held = [_values_of(persons, one) for one in values]
    rows, answers, latest = [inside], [held[0].fillna(held[-1])], held[0]
    for place, now in enumerate(held[1:], start=1):
        changed = changed_between(latest.dropna(), now.dropna())
        rows.append(inside[persons.get_indexer(changed)] & (release >= place))
        answers.append(now[changed])
        latest = now.fillna(latest)
    kinds, of_kind = np.unique(np.vstack(rows), axis=0, return_inverse=True)
    of_kind, told = of_kind.reshape(-1), pd.concat(answers)
    both = sorted(told.dropna().unique())
    is_change = np.arange(len(told)) >= len(persons)
    counts = [np.bincount(of_kind, (told == answer).fillna(False).to_numpy(dtype=bool) | is_change, len(kinds)) for answer in both]
    people = np.bincount(of_kind, minlength=len(kinds))
    return Atoms(kinds.T, release, people, [one.astype(int) for one in counts] if len(both) == len(("yes", "no")) else [])


def _values_of(persons: pd.Index, values: pd.Series | None) -> pd.Series:
    """Give whole numbers that may be missing: a fingerprint has more digits than a float."""
    given = pd.Series(dtype="Int64") if values is None else values.groupby(level=0).sum().astype("Int64")
    return given.reindex(persons)


def told_of_few(sums: np.ndarray, fresh: np.ndarray, people: np.ndarray, limit: int) -> tuple[np.ndarray, int] | None:
    """Find a combination of sums that tells of few people, and that neither the old sums nor the new ones give alone.

    Parameters
    ----------
    sums : array of bool (sums, atoms)
        Which atoms each sum is over.
    fresh : array of bool (sums,)
        Marks the sums of the new release.
    people : array of int (atoms,)
        How many of those that count are in each atom.
    limit : int
        So many people are enough.

    Returns
    -------
    tuple of array of float (sums,) and int, or None
        How often each sum is taken, and how many people that leaves.
    """
    small, matrix = people < limit, sums.astype("float64")
    if not _has_news(sums, fresh):
        return None
    for taken in _combinations(matrix, fresh, people, small):
        left = taken @ matrix
        count = int(people[np.abs(left) > TOLERANCE].sum())
        if 0 < count < limit and not any(_follows(matrix[mine], left) for mine in (fresh, ~fresh)):
            return taken, count
    return None


def _has_news(sums: np.ndarray, fresh: np.ndarray) -> bool:
    old = {one.tobytes() for one in sums[~fresh]}
    return bool(old) and any(one.tobytes() not in old for one in sums[fresh])


def _combinations(matrix: np.ndarray, fresh: np.ndarray, people: np.ndarray, small: np.ndarray) -> Iterator[np.ndarray]:
    """Give combinations in which every atom of enough people cancels: two sums, then those that leave the fewest atoms.

    Whatever leaves one atom or two is among them: each atom is once the last to be
    cancelled. Atoms of more people are cancelled first, so that few people are left.
    """
    large = matrix[:, ~small]
    for new in np.flatnonzero(fresh):
        for old in np.flatnonzero(~fresh & (large == large[new]).all(axis=1)):
            yield _alone(len(matrix), new) - _alone(len(matrix), old)
    free = _cancelling(large)
    left = free @ matrix[:, small]
    there = np.flatnonzero((np.abs(left) > TOLERANCE).any(axis=0))
    there = there[np.argsort(-people[small][there], kind="stable")]
    for last in there:
        order = [*there[there != last], last]
        yield from _echelon(np.hstack([left[:, order], free]), len(order))


def _alone(size: int, place: np.intp) -> np.ndarray:
    return (np.arange(size) == place).astype("float64")


def _cancelling(large: np.ndarray) -> np.ndarray:
    """Give a basis (combinations, sums) of all ways in which the sums cancel over these atoms."""
    if not large.size:
        return np.eye(len(large))
    left, sizes, _ = np.linalg.svd(large, full_matrices=True)
    rank = int((sizes > TOLERANCE * max(large.shape) * max(sizes[0], 1.0)).sum())
    return left[:, rank:].T


def _echelon(matrix: np.ndarray, columns: int) -> Iterator[np.ndarray]:
    """Reduce rows over the first columns so that each leads alone; give what the remaining columns hold of each."""
    rows, place = matrix.copy(), 0
    for column in range(columns):
        if place == len(rows):
            break
        best = place + int(np.argmax(np.abs(rows[place:, column])))
        if abs(rows[best, column]) > TOLERANCE:
            rows[[place, best]] = rows[[best, place]]
            rows[place] /= rows[place, column]
            others = np.arange(len(rows)) != place
            rows[others] -= np.outer(rows[others, column], rows[place])
            place += 1
    yield from rows[:place, columns:]


def _follows(sums: np.ndarray, wanted: np.ndarray) -> bool:
    """Say whether some combination of these sums alone gives the wanted one."""
    if not len(sums):
        return False
    taken = np.linalg.lstsq(sums.T, wanted, rcond=None)[0]
    return bool(np.allclose(taken @ sums, wanted, atol=1e-7))


def changed_between(before: pd.Series, after: pd.Series) -> pd.Index:
    """Give those whose value is another than before.

    Parameters
    ----------
    before, after : Series
        Fingerprints by person; who is in one only does not count.

    Returns
    -------
    Index of persons
        Where most values are written in another way, as on another scale, those
        who did not go where most with their old value went.
    """
    common = before.index.intersection(after.index)
    pairs = pd.DataFrame({"before": before[common], "after": after[common]})
    other = pairs["before"] != pairs["after"]
    if 2 * other.sum() > len(pairs):
        usual = pairs.groupby("before")["after"].agg(lambda values: values.mode().iloc[0])
        other = pairs["after"] != pairs["before"].map(usual)
    return common[other]
