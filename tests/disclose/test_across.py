"""What follows from two releases together: people who differ, and what is left when sums are subtracted."""

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.disclose.across.compared import recognised, told_elsewhere, told_together
from pipeline.disclose.across.kept_back import keep_back
from pipeline.disclose.across.numbers import Release, nobody_known, numbers_of
from pipeline.disclose.across.subtraction import changed_between
from pipeline.disclose.policy import Policy
from pipeline.errors import ResearcherError
from pipeline.spec.study import Study
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import DISTRIBUTIONS, ESTIMATES
from tests.miniature import miniature

pytestmark = pytest.mark.slow

KEY = {"study": "s", "analysis": "description", "estimator": "describe", "estimand": "mean", "unit": "person", "outcome": "calm"}
KEY |= {"term": "all", "group_a": "all", "measure_unit": "number", "wave": "t1"}
CELL = {"study": "s", "exhibit": "answers", "unit": "person", "outcome": "calm", "wave": "t1", "level": "all", "column": "all"}
People = Mapping[str, Mapping[int, int]]
"""Level -> person -> fingerprint of the answer."""


def release(
    name: str,
    people: People,
    shown: Iterable[str] | None = None,
    *,
    known: bool = True,
    cells: Iterable[dict] = (),
    outcome: str = "calm",
    unit: str = "person",
) -> Release:
    """Make a release of the mean at each level that is shown (default: all), and of cells of a table of answers."""
    means = {level: people[level] for level in (people if shown is None else shown)}
    rows = [
        KEY | {"outcome": outcome, "unit": unit, "level": level, "n": len(held), "estimate": float(np.mean(list(held.values())))}
        for level, held in means.items()
    ]
    numbers = numbers_of(
        table_of(ESTIMATES, rows), table_of(DISTRIBUTIONS, [CELL | cell for cell in cells]), {"analyses": [], "sample": {"unit": unit}}
    )

    def find(place: str) -> pd.Series | None:
        basis, _, about, _, level, _ = place.split("|")
        return pd.Series(people[level], dtype="int64") if (basis, about) == ("", outcome) and level in people else None

    everybody = frozenset(people["all"]) if known else None
    return Release(name, numbers, Policy(6, 3), find if known else nobody_known, everybody)


def answers(persons: Iterable[int], answer: int | None = None) -> dict[int, int]:
    """Give each person an answer that follows from the number, or the same one to all."""
    return {person: person % 5 if answer is None else answer for person in persons}


def whys(*releases: Release) -> dict[str, str]:
    earlier = [recognised(one, releases[-1]) for one in releases[:-1]]
    return {finding.level: finding.why for finding in told_together(earlier, releases[-1])}


def test_the_same_release_again_tells_nothing() -> None:
    old = {"all": answers(range(50)), "sex=woman": answers(range(20))}
    assert whys(release("old", old), release("new", old)) == {}


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (answers(range(52)), "2 added since old"),
        (answers(range(3, 50)), "3 removed since old"),
        (answers(range(50)) | {7: 9}, "1 changed since old"),
        (answers(range(1, 51)) | {7: 9}, "1 added, 1 removed, 1 changed since old"),
    ],
)
def test_few_people_who_differ_are_counted(after: dict[int, int], said: str) -> None:
    assert whys(release("old", {"all": answers(range(50))}), release("new", {"all": after})) == {"all": said}


def test_six_people_who_differ_are_enough() -> None:
    assert whys(release("old", {"all": answers(range(50))}), release("new", {"all": answers(range(56))})) == {}


def test_a_scale_that_was_turned_hides_nobody_whose_answer_was_corrected() -> None:
    turned = {person: 100 - answer for person, answer in answers(range(50)).items()}
    old = release("old", {"all": answers(range(50))})
    assert whys(old, release("new", {"all": turned})) == {}
    assert whys(old, release("new", {"all": turned | {7: 77}})) == {"all": "1 changed since old"}


def test_a_level_redefined_by_two_people_is_found_under_another_name() -> None:
    people = {"all": answers(range(50)), "age=60": answers(range(20))}
    later = {"all": answers(range(50)), "older=yes": answers(range(2, 20))}
    assert whys(release("old", people), release("new", later)) == {"older=yes": "subtracting it from earlier releases leaves 2 people"}


def test_a_share_of_everybody_is_about_those_lost_too() -> None:
    """Nobody whose answer is known differs, but two who were lost are gone: 25 of 60 became 25 of 58."""
    known = pd.Series(dict.fromkeys(range(40), 1))
    releases = []
    for name, size in (("old", 60), ("new", 58)):
        row = KEY | {"analysis": "t", "estimator": "attainment", "estimand": "attainment_least", "measure_unit": "share"}
        rows = table_of(ESTIMATES, [row | {"level": "all", "n": size, "estimate": 25 / size}])
        facts = {"analyses": [{"id": "t", "readings": []}], "sample": {"unit": "person"}}
        everybody = pd.Series(dict.fromkeys(range(size), 1))
        places = {"t": known, "t:inside": everybody}
        find = partial(lambda places, place: places.get(place.partition("|")[0]), places)
        releases.append(Release(name, numbers_of(rows, table_of(DISTRIBUTIONS, ()), facts), Policy(6, 3), find, frozenset(range(size))))
    assert whys(*releases) == {"all": "2 removed since old"}


def test_the_unit_may_be_called_otherwise() -> None:
    old, new = ({"all": answers(range(size))} for size in (50, 51))
    assert whys(release("old", old, unit="participant"), release("new", new)) == {"all": "1 added since old"}


def test_an_outcome_or_level_under_another_name_is_the_same() -> None:
    old = release("old", {"all": answers(range(50)), "sex=woman": answers(range(20))})
    later = {"all": answers(range(52)), "gender=woman": answers(range(1, 20))}
    assert whys(old, release("new", later, outcome="calmness")) == {
        "all": "2 added since old",
        "gender=woman": "subtracting it from earlier releases leaves 1 people",
    }
    other = {person: (person * 3) % 5 for person in range(52)}
    assert whys(old, release("new", {"all": other}, outcome="health")) == {}


def test_levels_that_either_release_hides_are_found_by_subtraction() -> None:
    people = {"all": answers(range(30)), "t=a": answers(range(10)), "t=b": answers(range(10, 20)), "t=c": answers(range(20, 27))}
    first, second = release("old", people, ["all", "t=a", "t=b"]), release("new", people, ["all", "t=a", "t=c"])
    assert whys(first, second) == {"t=c": "subtracting it from earlier releases leaves 3 people"}  # 30 - 10 - 10 - 7
    assert whys(first, release("new", people, ["all", "t=a"])) == {}


def test_two_releases_ago_counts_too() -> None:
    first = release("first", {"all": answers(range(50))})
    second = release("second", {"all": answers(range(60))})
    assert whys(first, second) == {}
    assert whys(first, second, release("third", {"all": answers(range(52))})) == {"all": "2 added since first"}


def test_of_shares_a_small_count_of_one_answer_is_protected_too() -> None:
    yes, no = answers(range(12), 1), answers(range(12, 40), 0)
    people = {"all": yes | no, "t=a": answers(range(11), 1) | answers(range(12, 20), 0)}
    late = {"all": yes | no, "t=b": answers(range(30, 40), 0)}  # leaves number 11, and ten who said no
    assert whys(release("old", people), release("new", late)) == {
        "t=b": "subtracting it from earlier releases leaves 1 people with one answer"
    }


@pytest.mark.parametrize(("after", "found"), [(52, True), (50, True), (56, False)])
def test_without_fingerprints_n_is_compared(after: int, found: bool) -> None:
    old = release("old", {"all": answers(range(50))}, known=False)
    later = release("new", {"all": answers(range(after - 1)) | {after - 1: 9}})
    assert (whys(old, later) == {"all": f"number of people from 50 to {after} since old"}) == found


def test_ids_that_are_all_new_are_not_taken_for_new_people() -> None:
    old = release("old", {"all": answers(range(50))})
    later = {person + 1000: answer for person, answer in answers(range(51)).items()}
    assert whys(old, release("new", {"all": later})) == {"all": "number of people from 50 to 51 since old"}


def cells(*counts: tuple[str, int]) -> list[dict]:
    total = sum(count for _, count in counts)
    return [{"row": row, "n": count, "total": total, "share": count / total} for row, count in counts]


def test_a_cell_may_not_rest_on_one_of_many_new_people() -> None:
    old = release("old", {"all": answers(range(50))}, (), cells=cells(("1", 30), ("2", 20)))
    one = release("new", {"all": answers(range(60))}, (), cells=cells(("1", 39), ("2", 21)))
    many = release("new", {"all": answers(range(60))}, (), cells=cells(("1", 36), ("2", 24)))
    assert whys(old, one) == {"all": "1 more or fewer with one answer since old"}
    assert whys(old, many) == {}


def test_answers_merged_in_another_way_are_found() -> None:
    people = {"all": answers(range(50))}
    old = release("old", people, (), cells=cells(("1+2", 30), ("3", 20)))
    assert whys(old, release("new", people, (), cells=cells(("1", 10), ("2+3", 40)))) == {"all": "answers merged in another way since old"}
    assert whys(old, release("new", people, (), cells=cells(("1", 10), ("2", 20), ("3", 20)))) == {}


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"n": "52", "mean": "2.0"}, True),  # two people fewer
        ({"n": "50", "mean": "2.1"}, True),  # as many, another mean
        ({"n": "50", "mean": "2.0"}, False),  # the same: 0 + 1 + 2 + 3 + 4 over 5
        ({"n": "90", "mean": "2.6"}, False),
        ({"n": "52", "mean": "2.0", "level": "sex=man"}, False),
    ],
)
def test_a_table_published_elsewhere_counts(row: dict[str, str], found: bool) -> None:
    usual = {"outcome": "calm", "wave": "t1", "level": "", "group": "", "share": ""}
    told = told_elsewhere([usual | row], "a thesis", release("new", {"all": answers(range(50))}))
    assert [finding.why for finding in told] == ([f"number of people from {row['n']} in a thesis to 50"] if found else [])


def test_values_with_one_answer_each_count_as_written_otherwise_only_when_most_are() -> None:
    before = pd.Series({1: 10, 2: 20, 3: 30})
    assert list(changed_between(before, pd.Series({1: 11, 2: 20, 3: 30}))) == [1]
    assert list(changed_between(before, before * 2)) == []


def test_what_a_study_keeps_back_has_no_number_and_says_why(tmp_path: Path) -> None:
    rows = table_of(ESTIMATES, [KEY | {"level": level, "n": 20, "n_a": 20, "estimate": 3.0} for level in ("all", "sex=man")])
    cells = table_of(DISTRIBUTIONS, [CELL | {"row": "1", "n": 4, "total": 20, "share": 0.2}])
    kept = [{"outcome": "calm", "level": "sex=man"}, {"outcome": "calm", "analysis": "t"}]
    estimates, distributions = keep_back(keeping_back(tmp_path, kept), rows, cells.assign(analysis="t"))
    assert estimates["note"].tolist() == ["", "withheld_published"]
    assert estimates["estimate"].isna().tolist() == estimates["n"].isna().tolist() == [False, True]
    assert distributions["withheld"].tolist() == [True] and distributions[["n", "total", "share"]].isna().all(axis=None)
    with pytest.raises(ResearcherError, match="no number has outcome = 'calm', level = 'sex=mann'"):
        keep_back(keeping_back(tmp_path, [{"outcome": "calm", "level": "sex=mann"}]), rows, cells)


def keeping_back(root: Path, withhold: list[dict[str, str]]) -> Study:
    return miniature(root, publish={"number": 1, "date": "2025-01-01", "prepared_by": "A", "withhold": withhold})


@pytest.mark.parametrize("seed", range(40))
def test_what_is_left_to_publish_tells_nothing_to_who_solves_for_each_group_of_people(seed: int) -> None:
    """Withholding what is found is enough: no set of fewer than six people whose sum the two releases give together and neither gives alone."""
    rng = np.random.default_rng(seed)
    old = drawn(rng, range(40))
    new = drawn(
        rng,
        sorted({*range(40)} - set(rng.choice(40, int(rng.integers(0, 4)), replace=False)) | set(range(40, 40 + int(rng.integers(0, 9))))),
    )
    first, second = release("old", old), release("new", new)
    kept = set(new) - {finding.level for finding in told_together([first], second)}
    members = [(0, set(old[level])) for level in old] + [(1, set(new[level])) for level in sorted(kept)]
    persons = sorted({person for _, people in members for person in people})
    sums = np.array([[person in people for person in persons] for _, people in members], dtype=float)
    is_new = np.array([place == 1 for place, _ in members])
    kinds, of_kind = np.unique(sums, axis=1, return_inverse=True)
    people = np.bincount(of_kind.reshape(-1))
    for few in (few for size in (1, 2, 3) for few in combinations(np.flatnonzero(people < 6), size) if people[list(few)].sum() < 6):
        wanted = np.isin(np.arange(len(people)), few).astype(float)
        if solves(kinds, wanted):
            assert solves(kinds[is_new], wanted) or solves(kinds[~is_new], wanted), few


def solves(sums: np.ndarray, wanted: np.ndarray) -> bool:
    return len(sums) > 0 and bool(np.linalg.matrix_rank(np.vstack([sums, wanted]), tol=1e-6) == np.linalg.matrix_rank(sums, tol=1e-6))


def drawn(rng: np.random.Generator, persons: Iterable[int]) -> dict[str, dict[int, int]]:
    """Draw levels of two variables and some parts of everybody."""
    everybody = answers(persons)
    levels = {"all": everybody}
    for variable, codes in (("a", 2), ("b", 3)):
        at = {person: int(np.random.default_rng(person * 7 + codes).integers(codes)) for person in everybody}
        levels |= {f"{variable}={code}": {one: everybody[one] for one in everybody if at[one] == code} for code in range(codes)}
    return {level: held for level, held in levels.items() if len(held) >= 6 and (level == "all" or rng.random() < 0.7)}
