"""Shares of answer codes, the same for all units or depending on other answers."""

from collections.abc import Mapping

import numpy as np

from pipeline.errors import Problem, ResearcherError, examples
from pipeline.simulate.marginals import cut_points
from pipeline.simulate.population import apportioned
from pipeline.simulate.world import World, column
from pipeline.spec.simulation import Shares
from pipeline.spec.study import Study

CROSSED = "*"


def weights_of(codes: tuple[str, ...], shares: Shares) -> tuple[float, ...]:
    """Give the weight of every code in the list's order; codes not named have none, no shares at all are equal."""
    return tuple(shares.get(code, 0.0) for code in codes) if shares else (1.0,) * len(codes)


def by_key(shares: Shares | dict[str, Shares], given: tuple[str, ...]) -> dict[str, Shares]:
    """Give shares by the crossed codes they depend on; one empty key when they depend on nothing."""
    return shares if given else {"": shares}  # type: ignore[dict-item,return-value]


def keys_of(world: World, unit: str, given: tuple[str, ...], wave: str) -> np.ndarray:
    """Give every unit's crossed codes, such as ``woman*participant``."""
    keys = np.full(world.size(unit), "", dtype=object)
    for number, name in enumerate(given):
        keys = keys + (CROSSED if number else "") + column(world, unit, name, wave).astype(str).astype(object)
    return keys.astype(str)


def rows_by_key(study: Study, keys: np.ndarray, shares: Mapping[str, Shares], name: str) -> dict[str, np.ndarray]:
    """Give the rows of every key; refuse keys that no shares are declared for."""
    found = dict.fromkeys(np.unique(keys).tolist())
    unknown = [key for key in found if key not in shares]
    if unknown:
        where = f"studies/{study.id}/study.toml, simulation, shares of '{name}'"
        raise ResearcherError(
            [Problem(where, "say nothing of some units", ", ".join(shares), "Declare shares for them too.", examples(unknown))]
        )
    return {key: np.flatnonzero(keys == key) for key in found}


def read_places(latent: np.ndarray, weights: tuple[float, ...], offsets: tuple[float, ...] = (0.0,), item: int = 0) -> np.ndarray:
    """Cut latent numbers into places 0, 1, 2 … of the answer list."""
    return np.searchsorted(cut_points(weights, offsets), latent + offsets[item], side="left")


def exact_places(latent: np.ndarray, weights: tuple[float, ...]) -> np.ndarray:
    """Give places of the answer list in exact numbers, the lowest latent numbers the first places."""
    places = np.empty(len(latent), dtype=int)
    places[np.argsort(latent, kind="stable")] = np.repeat(np.arange(len(weights)), apportioned(weights, len(latent)))
    return places
