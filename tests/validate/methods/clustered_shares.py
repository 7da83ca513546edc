"""Shares of people who resemble each other within clusters: how often the interval holds the true share.

Clusters are drawn from a beta distribution with the planted correlation; sizes
are fixed. What was chosen stands beside Wilson's interval as if people were
independent, and beside the other ways that were tried.
"""

from collections.abc import Callable, Iterator

import numpy as np

from pipeline.compare.numbers.proportions import (
    Clustering,
    Interval,
    clopper_pearson_interval,
    clustering_of,
    exact_interval,
    share_interval,
    wilson_interval,
)
from pipeline.compare.numbers.student import critical_value
from tests.validate.methods import Held

CONFIDENCE = 0.95
SIZES = {
    "6 clusters of 15": (15,) * 6,
    "6 clusters of 3 to 34": (3, 6, 10, 15, 22, 34),
    "8 clusters of 25": (25,) * 8,
    "12 clusters of 2 to 30": (2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 30),
    "26 clusters of 1 to 13": (1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7, 8, 8, 9, 10, 12, 13),
    "3 clusters of 10 to 40": (10, 20, 40),
}
CORRELATIONS = (0.0, 0.05, 0.1, 0.2)
TRUE = (0.05, 0.1, 0.3, 0.5, 0.7, 0.95)


def held(draws: int, seed: int) -> list[Held]:
    """Give the coverage of the interval for reports and of the exact one, mean and least over the true shares."""
    draw = np.random.default_rng(seed)
    lines: list[Held] = []
    for name, sizes in SIZES.items():
        for correlation in CORRELATIONS:
            lines += _lines(name, np.array(sizes), correlation, max(draws // len(TRUE), 1), draw)
    return lines


def wilson_with_effective_size(count: int, total: int, clustering: Clustering) -> Interval:
    """Give Wilson's interval of the effective number of people, with t: the other candidate."""
    effect = 1.0 if np.isnan(clustering.design_effect) else max(clustering.design_effect, 1.0)
    reach, people, share = critical_value(CONFIDENCE, clustering.df) ** 2, total / effect, count / total
    middle = (share + reach / (2 * people)) / (1 + reach / people)
    half = np.sqrt(reach) * np.sqrt(share * (1 - share) / people + reach / (4 * people**2)) / (1 + reach / people)
    return float(middle - half), float(middle + half)


METHODS: dict[str, Callable[[int, int, Clustering], Interval]] = {
    "now": lambda count, total, clustering: share_interval(count, total, CONFIDENCE, clustering),
    "wilson": lambda count, total, clustering: wilson_interval(count, total, CONFIDENCE),
    "effective": wilson_with_effective_size,
    "korn": lambda count, total, clustering: exact_interval(count, total, CONFIDENCE, clustering),
    "clopper": lambda count, total, clustering: clopper_pearson_interval(count, total, CONFIDENCE),
}


def _lines(name: str, sizes: np.ndarray, correlation: float, draws: int, draw: np.random.Generator) -> Iterator[Held]:
    shares = [_coverage(sizes, correlation, true, draws, draw) for true in TRUE]
    covered = {method: [share[method] for share in shares] for method in METHODS}
    setting = f"{name}, ICC {correlation:g}, shares {TRUE[0]:g} to {TRUE[-1]:g}"
    for now, before, words in (
        ("now", "wilson", ("CR2 on the logit scale with t, never inside Wilson's", "Wilson")),
        ("now", "effective", ("CR2 on the logit scale with t, never inside Wilson's", "Wilson of the effective size, with t (not chosen)")),
        ("korn", "clopper", ("Korn and Graubard", "Clopper and Pearson")),
    ):
        yield Held(
            question="a share in clusters",
            setting=setting,
            quantity="coverage",
            promised=CONFIDENCE,
            method=words[0],
            found=float(np.mean(covered[now])),
            before=words[1],
            found_before=float(np.mean(covered[before])),
            draws=draws * len(TRUE),
            remark=f"least over the shares {min(covered[now]):.3f}, before {min(covered[before]):.3f}",
        )


def _coverage(sizes: np.ndarray, correlation: float, true: float, draws: int, draw: np.random.Generator) -> dict[str, float]:
    """Give the share of draws in which each method's interval holds the true share, all on the same draws."""
    total, places, hits = int(sizes.sum()), np.repeat(np.arange(len(sizes)), sizes), dict.fromkeys(METHODS, 0)
    precision = (1 - correlation) / correlation if correlation else np.inf
    chances = (
        draw.beta(true * precision, (1 - true) * precision, (draws, len(sizes))) if correlation else np.full((draws, len(sizes)), true)
    )
    for counts in draw.binomial(sizes, chances):
        did = np.concatenate([np.arange(size) < count for size, count in zip(sizes, counts, strict=True)])
        clustering = clustering_of(did, places)
        for name, method in METHODS.items():
            low, high = method(int(counts.sum()), total, clustering)
            hits[name] += low <= true <= high
    return {name: count / draws for name, count in hits.items()}
