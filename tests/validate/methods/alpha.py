"""Cronbach's alpha of skewed answers."""

import numpy as np
from scipy.special import fdtri

from pipeline.score.reliability import FEW_OTHER, cronbach_alpha
from tests.validate.methods import Held

ITEMS = 4
STEPS = {
    "even": (-0.84, -0.25, 0.25, 0.84),
    "skewed": (-2.05, -1.55, -0.9, -0.1),
    "three of four at the top": (-2.3, -1.9, -1.4, -0.7),
}
"""Answers 1-5 to items whose normal trait passes these steps."""
LOADING = 0.8


def held(draws: int, seed: int = 1) -> list[Held]:
    """Simulate four items of five answers; the truth is the alpha of very many people."""
    lines = []
    for name, steps in STEPS.items():
        truth = cronbach_alpha(_answers(np.random.default_rng(seed), 500_000, steps)).alpha
        for people in (20, 50, 200):
            rng = np.random.default_rng([seed, people])
            found = [cronbach_alpha(_answers(rng, people, steps)) for _ in range(draws)]
            now = np.array([(one.conf_low, one.conf_high) for one in found])
            feldt = np.array([_feldt(one.alpha, people) for one in found])
            given = ~np.isnan(now[:, 0])
            remark = "" if given.all() else f"given in {given.mean():.0%} of draws: none where fewer than {FEW_OTHER} gave another answer"
            lines.append(
                Held(
                    "Cronbach's alpha",
                    f"{people} people, answers {name}",
                    "coverage",
                    0.95,
                    "leaving out one person, t on log(1 - alpha)",
                    _share(now[given], truth),
                    "Feldt",
                    _share(feldt[~np.isnan(feldt[:, 0])], truth),
                    draws,
                    remark,
                )
            )
    return lines


def _answers(rng: np.random.Generator, people: int, steps: tuple[float, ...]) -> np.ndarray:
    trait = LOADING * rng.standard_normal((people, 1))
    return np.searchsorted(steps, trait + (1 - LOADING**2) ** 0.5 * rng.standard_normal((people, ITEMS))).astype("float64")


def _feldt(alpha: float, people: int) -> tuple[float, float]:
    """Give Feldt's interval (Feldt, Woodruff and Salih 1987)."""
    df = people - 1, (people - 1) * (ITEMS - 1)
    low, high = (1 - (1 - alpha) * float(fdtri(*df, tail)) for tail in (0.975, 0.025))
    return low, high


def _share(intervals: np.ndarray, truth: float) -> float:
    return float(((intervals[:, 0] <= truth) & (truth <= intervals[:, 1])).mean())
