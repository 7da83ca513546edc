"""Verdicts of families, of equivalence, and by ranks where many values are equal.

Wrong is a verdict that names a difference where there is none, or calls equivalent
what differs by the smallest difference that matters. Before: families also held the
tests of every level, equivalence was not adjusted, and a comparison by ranks was
judged by its shift.
"""

from collections.abc import Callable

import numpy as np

from pipeline.compare.estimators.rank import TIED
from pipeline.compare.families import holm
from pipeline.compare.numbers.means import welch_difference
from pipeline.compare.numbers.ranks import hodges_lehmann, mann_whitney, rounded_bound
from pipeline.compare.numbers.results import TTest
from pipeline.compare.verdicts import UNKNOWN, Finding, two_one_sided_p, verdict_of
from tests.validate.methods import Held

ALPHA, LEVELS = 0.05, 4
DECIDED = ("better", "worse")
SMALL = ("equivalent", "smaller_than_matters")
Groups = tuple[np.ndarray, np.ndarray]


def held(draws: int, seed: int) -> list[Held]:
    """Simulate wrong verdicts, now and before, on the same draws."""
    rng = np.random.default_rng(seed)
    return [_no_difference(rng, draws), _at_the_bound(rng, draws), _one_of_each(rng, draws), *_by_rank(rng, draws)]


def _no_difference(rng: np.random.Generator, draws: int) -> Held:
    """Six outcomes of one family, none of which differs, with four levels of each."""
    wrong = []
    for _ in range(draws):
        people = _correlated(rng, 160, 6)
        level = rng.integers(0, LEVELS, 160)
        own = np.array([welch_difference(people[:80, one], people[80:, one]).p_value for one in range(6)])
        at_levels = [
            welch_difference(people[:80][level[:80] == one, outcome], people[80:][level[80:] == one, outcome]).p_value
            for one in range(LEVELS)
            for outcome in range(6)
        ]
        now, before = holm(own), holm(np.array([*own, *at_levels]))[:6]
        wrong.append(((now < ALPHA).any(), (before < ALPHA).any()))
    setting = "family of 6 outcomes, correlation 0.5, 80 and 80 people, none differs; divided by 4 levels"
    return _line("any difference named", setting, ALPHA, "Holm over 6 declared tests", "Holm over 30", wrong)


def _at_the_bound(rng: np.random.Generator, draws: int) -> Held:
    """Three outcomes that all differ by exactly the smallest difference that matters."""
    wrong = []
    for _ in range(draws):
        p_values = _p_equivalence(_correlated(rng, 200, 3), np.full(3, 0.4), 0.4)
        wrong.append(((holm(p_values) < ALPHA).any(), (p_values < ALPHA).any()))
    setting = "family of 3 outcomes, correlation 0.5, 100 and 100 people, all differ by the bound of 0.4 SD"
    return _line("any called equivalent", setting, ALPHA, "two one-sided tests, Holm", "not adjusted", wrong)


def _one_of_each(rng: np.random.Generator, draws: int) -> Held:
    """One outcome without a difference and one at the bound: either question can go wrong."""
    wrong = []
    for _ in range(draws):
        people = _correlated(rng, 800, 2)
        differ = np.array([0.0, 0.4])
        found = [welch_difference(people[:400, one] + differ[one], people[400:, one]) for one in range(2)]
        own, same = np.array([one.p_value for one in found]), _p_equivalence(people, differ, 0.4)
        wrong.append(tuple(_one_is_wrong(found, p, q) for p, q in ((holm(own), holm(same)), (own, same))))
    setting = "family of 2 outcomes, 400 and 400 people, one equal and one at the bound of 0.4 SD"
    remark = "Difference and equivalence are two questions; each is held at 0.05."
    return _line("any wrong verdict", setting, 2 * ALPHA, "Holm for each question", "not adjusted", wrong, remark)


def _one_is_wrong(found: list[TTest], p_values: np.ndarray, p_equivalence: np.ndarray) -> bool:
    """Say whether the first verdict names a difference, or the second calls one at the bound smaller than it."""
    first, second = (
        verdict_of(Finding(one.estimate, p, ALPHA, "higher", 0.4, (one.conf_low, one.conf_high), q))
        for one, p, q in zip(found, p_values, p_equivalence, strict=True)
    )
    return first in (*DECIDED, SMALL[1]) or second in SMALL


def _correlated(rng: np.random.Generator, people: int, outcomes: int) -> np.ndarray:
    shared = rng.normal(size=(people, 1))
    return np.sqrt(0.5) * (shared + rng.normal(size=(people, outcomes)))


def _p_equivalence(people: np.ndarray, differ: np.ndarray, bound: float) -> np.ndarray:
    half = len(people) // 2
    found = [welch_difference(people[:half, one] + differ[one], people[half:, one]) for one in range(len(differ))]
    return np.array([two_one_sided_p(one.estimate, one.std_error, one.df, bound) for one in found])


def _by_rank(rng: np.random.Generator, draws: int) -> list[Held]:
    def ill(share: float, people: int) -> np.ndarray:
        return np.where(rng.random(people) < share, np.ceil(rng.exponential(12, people)), 0.0)

    def rounded(shift: float, step: float, people: int) -> np.ndarray:
        return np.round(rng.normal(shift, 1, people) / step) * step

    settings: list[tuple[str, str, float, tuple[str, ...], float, Callable[[], Groups]]] = [
        ("a difference named", "40 and 40 people, 70 % have the value 0, groups alike", ALPHA, DECIDED, 3.0, lambda: (ill(0.3, 40), ill(0.3, 40))),
        ("a difference named", "40 and 40 people, answers 1-5 in one, groups alike", ALPHA, DECIDED, 1.0, lambda: (rounded(0, 1, 40), rounded(0, 1, 40))),
        ("called equivalent", "40 and 40 people, 35 % against 15 % have a value above 0, bound 3 days", ALPHA, SMALL, 3.0, lambda: (ill(0.35, 40), ill(0.15, 40))),
        ("called equivalent", "50 and 50 people, normal, rounded to 0.4 SD, shift 0.5 SD at the bound", ALPHA, SMALL, 0.5, lambda: (rounded(0.5, 0.4, 50), rounded(0, 0.4, 50))),
        ("called equivalent", "50 and 50 people, normal, rounded to 0.02 SD, shift 0.5 SD at the bound", ALPHA, SMALL, 0.5, lambda: (rounded(0.5, 0.02, 50), rounded(0, 0.02, 50))),
        ("rejected, but without a direction", "200 and 200 people, 45 % against 15 % have a value above 0, bound 3 days", 0.0, ("undirected",), 3.0, lambda: (ill(0.45, 200), ill(0.15, 200))),
    ]  # fmt: skip
    lines = []
    for question, setting, promised, wrong, bound, drawn in settings:
        pairs = [tuple(bool({*verdict} & {*wrong}) for verdict in _rank_verdicts(*drawn(), bound)) for _ in range(draws)]
        lines.append(_line(question, setting, promised, "by the rank-biserial correlation", "by the shift", pairs))
    return lines


def _rank_verdicts(first: np.ndarray, second: np.ndarray, bound: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the verdict now and before; with ``undirected`` where the test rejects and the verdict names no direction."""
    test, wide, narrow = mann_whitney(first, second), hodges_lehmann(first, second), hodges_lehmann(first, second, 1 - 2 * ALPHA)
    precise = wide.conf_low < wide.conf_high and test.tied < TIED * test.pairs
    reach = rounded_bound(first, second, bound)
    inside = precise and -reach < narrow.conf_low and narrow.conf_high < reach
    now = Finding(
        test.effect, test.p_value, ALPHA, "higher", bound,
        (wide.conf_low, wide.conf_high) if precise else UNKNOWN, 0.0 if inside else 1.0,
    )  # fmt: skip
    before = -bound < narrow.conf_low and narrow.conf_high < bound
    decided = test.p_value < ALPHA
    was = ("better" if wide.estimate > 0 else "worse") if decided and wide.estimate != 0 else "equivalent" if before else "cannot_tell"
    return tuple((word, *(["undirected"] if decided and word not in (*DECIDED, SMALL[1]) else [])) for word in (verdict_of(now), was))


def _line(question: str, setting: str, promised: float, method: str, before: str, wrong: list, remark: str = "") -> Held:
    now, was = (float(np.mean([bool(one[place]) for one in wrong])) for place in (0, 1))
    return Held(question, setting, "size", promised, method, now, before, was, len(wrong), remark)
