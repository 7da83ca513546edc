"""Parts of a whole are hidden so that nothing small can be worked out."""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from pipeline.disclose.partitions import PartOfWhole, hidden_parts, hides_crossing
from pipeline.disclose.policy import Policy

POLICY = Policy(base=6, cell=3)


def whole_of(parts: dict[str, PartOfWhole], rest: PartOfWhole | None = None) -> PartOfWhole:
    together = [*parts.values(), *([rest] if rest else [])]
    whole = together[0]
    for part in together[1:]:
        whole = whole + part
    return whole


def test_large_parts_are_all_shown() -> None:
    parts = {"women": PartOfWhole(20, (8, 12)), "men": PartOfWhole(15, (7, 8))}
    assert hidden_parts(POLICY, whole_of(parts), parts) == frozenset()


def test_a_small_part_takes_the_next_smallest_with_it() -> None:
    parts = {"a": PartOfWhole(4, (4, 0)), "b": PartOfWhole(10, (5, 5)), "c": PartOfWhole(30, (15, 15))}
    assert hidden_parts(POLICY, whole_of(parts), parts) == {"a", "b"}


def test_people_without_a_level_are_protected_too() -> None:
    parts = {"women": PartOfWhole(20, (8, 12)), "men": PartOfWhole(15, (7, 8))}
    assert hidden_parts(POLICY, whole_of(parts, PartOfWhole(1, (1, 0))), parts) == {"men"}


def test_an_answer_that_nobody_gave_may_be_shown() -> None:
    parts = {"women": PartOfWhole(20, (0, 20)), "men": PartOfWhole(15, (7, 8))}
    assert hidden_parts(POLICY, whole_of(parts), parts) == frozenset()


def test_parts_that_hold_everybody_leave_nothing_however_their_estimated_counts_add_up() -> None:
    whole, parts = PartOfWhole(50, (10, 40)), {"woman": PartOfWhole(25, (6, 19)), "man": PartOfWhole(25, (5, 20))}
    assert hidden_parts(POLICY, whole, parts) == frozenset()


def test_means_need_people_only() -> None:
    parts = {"a": PartOfWhole(5), "b": PartOfWhole(7), "c": PartOfWhole(30)}
    assert hidden_parts(POLICY, whole_of(parts), parts) == {"a", "b"}


def test_a_hidden_margin_hides_its_cells() -> None:
    cells = {f"{sex}*{sick}": PartOfWhole(10, (5, 5)) for sex, sick in product("wm", "yn")}
    sick = {code: PartOfWhole(20, (10, 10)) for code in "yn"}
    assert hides_crossing(POLICY, whole_of(cells), [{}, sick], cells)


def test_one_small_cell_of_four_hides_all_four() -> None:
    cells = {
        "w*y": PartOfWhole(9, (1, 8)),
        "w*n": PartOfWhole(20, (10, 10)),
        "m*y": PartOfWhole(12, (6, 6)),
        "m*n": PartOfWhole(20, (10, 10)),
    }
    margins = [
        {code: cells[f"{code}*y"] + cells[f"{code}*n"] for code in "wm"},
        {code: cells[f"w*{code}"] + cells[f"m*{code}"] for code in "yn"},
    ]
    assert hides_crossing(POLICY, whole_of(cells), margins, cells)
    large = {**cells, "w*y": PartOfWhole(9, (3, 6))}
    rows = {"w": large["w*y"] + large["w*n"], "m": margins[0]["m"]}
    columns = {"y": large["w*y"] + large["m*y"], "n": margins[1]["n"]}
    assert not hides_crossing(POLICY, whole_of(large), [rows, columns], large)


@pytest.mark.parametrize("seed", range(40))
def test_no_small_count_of_a_crossing_can_be_worked_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(2, 4), rng.integers(2, 4)
    people = rng.integers(0, 25, (rows, columns))
    count = rng.binomial(people, rng.uniform(0.1, 0.5))
    cells = {f"{i}*{j}": part(people[i, j], count[i, j]) for i, j in product(range(rows), range(columns))}
    sides = [(people.sum(axis=1), count.sum(axis=1)), (people.sum(axis=0), count.sum(axis=0))]
    whole = part(people.sum(), count.sum())
    margins = []
    for totals in sides:
        parts = {str(place): part(*pair) for place, pair in enumerate(zip(*totals, strict=True))}
        gone = hidden_parts(POLICY, whole, parts)
        margins.append({code: one for code, one in parts.items() if code not in gone})
    hidden = frozenset(cells) if hides_crossing(POLICY, whole, margins, cells) else frozenset()
    known = [(list(cells), whole.counts[0])]
    known += [([code], cells[code].counts[0]) for code in cells.keys() - hidden]
    for place, margin in enumerate(margins):
        known += [([code for code in cells if code.split("*")[place] == level], one.counts[0]) for level, one in margin.items()]
    for code in hidden:
        true = cells[code].counts[0]
        if 0 < true < POLICY.cell:
            low, high = bounds(cells, known, code)
            assert high - low >= POLICY.cell - 1, (seed, code, true, low, high)


def part(people: int, count: int) -> PartOfWhole:
    return PartOfWhole(float(people), (float(count), float(people - count)))


def bounds(cells: dict[str, PartOfWhole], known: list[tuple[list[str], float]], code: str) -> tuple[float, float]:
    """Give the least and greatest count that fit what is known."""
    names = list(cells)
    matrix = [[float(name in members) for name in names] for members, _ in known]
    ends = [(0.0, None) for _ in names]
    goal = np.array([float(name == code) for name in names])
    low, high = (linprog(sign * goal, A_eq=matrix, b_eq=[total for _, total in known], bounds=ends) for sign in (1, -1))
    assert low.success and high.success
    return round(low.fun, 6), round(-high.fun, 6)
