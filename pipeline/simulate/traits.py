"""Latent traits: alike within clusters, stable over waves, correlated with another."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from pipeline.simulate.chance import normal
from pipeline.simulate.world import Key, World, column
from pipeline.spec.simulation import Simulation, Trait


@dataclass(frozen=True)
class Shares:
    """How the variance of 1 is divided: between clusters and within, lasting and of one wave."""

    clusters: float
    clusters_change: float
    units: float
    units_change: float

    def are_possible(self) -> bool:
        """Say whether no share is negative (beyond rounding)."""
        return min(self.clusters, self.clusters_change, self.units, self.units_change) > -1e-9


def own_shares(trait: Trait, simulation: Simulation) -> Shares:
    """Divide the variance of what a trait does not share with the trait it follows.

    Returns
    -------
    Shares
        So chosen that the trait as a whole has the declared ICC and stability;
        some share is negative when that cannot be.
    """
    lasting, change, stability = trait.icc, trait.icc_change, trait.stability
    if trait.follows is not None:
        leader = next(one for one in simulation.traits if one.name == trait.follows)
        common = trait.correlation**2
        alike = trait.cluster is not None and leader.cluster == trait.cluster
        lasting = (lasting - common * leader.icc * alike) / (1 - common)
        change = (change - common * leader.icc_change * alike) / (1 - common)
        stability = (stability - common * leader.stability) / (1 - common)
    return Shares(lasting, change, stability - lasting, 1 - stability - change)


def draw_trait(world: World, trait: Trait) -> dict[Key, np.ndarray]:
    """Draw the deviations of one trait in every wave.

    Parameters
    ----------
    world : World
        Knows the cluster and the trait that this one follows.
    trait : Trait

    Returns
    -------
    dict
        (trait, wave) -> array of one number per unit, mean 0 and variance 1;
        also under the empty wave, which stands for the first.
    """
    waves = world.study.wave_names or ("",)
    shares = own_shares(trait, world.simulation)
    drawn = {(trait.name, wave): _own(world, trait, shares, wave) for wave in waves}
    if trait.follows is not None:
        alone = sqrt(1 - trait.correlation**2)
        drawn = {key: trait.correlation * world.traits[trait.follows, key[1]] + alone * own for key, own in drawn.items()}
    return {**drawn, (trait.name, ""): drawn[trait.name, waves[0]]}


def _own(world: World, trait: Trait, shares: Shares, wave: str) -> np.ndarray:
    rows = world.size(trait.unit)
    own = _scaled(shares.units, normal(world.seed, rows, "trait", trait.name))
    own += _scaled(shares.units_change, normal(world.seed, rows, "trait", trait.name, wave))
    if trait.cluster is not None:
        names, places = np.unique(column(world, trait.unit, trait.cluster), return_inverse=True)
        own += _scaled(shares.clusters, normal(world.seed, len(names), "cluster", trait.name))[places]
        own += _scaled(shares.clusters_change, normal(world.seed, len(names), "cluster", trait.name, wave))[places]
    return own


def _scaled(share: float, drawn: np.ndarray) -> np.ndarray:
    return sqrt(max(share, 0.0)) * drawn
