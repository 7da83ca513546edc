"""Parts of a whole are hidden so that nothing small can be worked out."""

from pipeline.disclose.partitions import PartOfWhole, hidden_parts
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
