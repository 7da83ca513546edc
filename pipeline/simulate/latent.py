"""What answers follow: traits of units and latent answers, all standard normal at the reference."""

from math import sqrt
from typing import NamedTuple

import numpy as np

from pipeline.simulate.marginals import loading_for
from pipeline.simulate.world import Key, MadeUpWorld, column, linked_places, moved, normal
from pipeline.spec.drawn import Choices, Knowledge, SimulatedVariable, Weights
from pipeline.spec.simulation import Simulation, Trait
from pipeline.spec.study import Study

USUAL_LOADING = 0.7


class Variances(NamedTuple):
    """How the variance of 1 is divided: between clusters and within, lasting and of one wave."""

    clusters: float
    clusters_change: float
    units: float
    units_change: float


def variances_of(trait: Trait, simulation: Simulation) -> Variances:
    """Divide the variance of what a trait does not share with the trait it follows.

    Returns
    -------
    Variances
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
    return Variances(lasting, change, stability - lasting, 1 - stability - change)


def draw_trait(world: MadeUpWorld, trait: Trait) -> dict[Key, np.ndarray]:
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
    shares = variances_of(trait, world.simulation)
    drawn = {(trait.name, wave): _own(world, trait, shares, wave) for wave in waves}
    if trait.follows is not None:
        alone = sqrt(1 - trait.correlation**2)
        drawn = {key: trait.correlation * world.traits[trait.follows, key[1]] + alone * own for key, own in drawn.items()}
    return {**drawn, (trait.name, ""): drawn[trait.name, waves[0]]}


def _own(world: MadeUpWorld, trait: Trait, shares: Variances, wave: str) -> np.ndarray:
    def scaled(share: float, rows: int, *parts: str) -> np.ndarray:
        return sqrt(max(share, 0.0)) * normal(world.seed, rows, *parts)

    units = world.size(trait.unit)
    own = scaled(shares.units, units, "trait", trait.name) + scaled(shares.units_change, units, "trait", trait.name, wave)
    if trait.cluster is not None:
        names, places = np.unique(column(world, trait.unit, trait.cluster), return_inverse=True)
        own += scaled(shares.clusters, len(names), "cluster", trait.name)[places]
        own += scaled(shares.clusters_change, len(names), "cluster", trait.name, wave)[places]
    return own


def latent_mean(world: MadeUpWorld, unit: str, declared: Trait | SimulatedVariable, wave: str) -> np.ndarray:
    """Give what moves a trait or a latent answer in a wave, one number per unit of a kind: its shift and its effects."""
    return declared.shift.get(wave, 0.0) + moved(world, unit, declared.effects, wave)


def first_trait(world: MadeUpWorld, unit: str, name: str) -> np.ndarray:
    """Give the whole trait in the first wave, effects included, one per unit of a kind: its own or that of a unit it links to."""
    trait, first = world.trait(name), (world.study.wave_names or ("",))[0]
    return (latent_mean(world, trait.unit, trait, first) + world.traits[name, ""])[linked_places(world, unit, trait.unit)]


def latent_answer(world: MadeUpWorld, declared: SimulatedVariable, name: str, wave: str) -> np.ndarray:
    """Draw the latent answer of every unit: standard normal at the reference, and moved as declared."""
    mean, deviation = latent_parts(world, declared, name, wave)
    return mean + deviation


def latent_parts(world: MadeUpWorld, declared: SimulatedVariable, name: str, wave: str) -> tuple[np.ndarray, np.ndarray]:
    """Draw what moves the latent answer of every unit, and what it shares with a trait and has of its own.

    Parameters
    ----------
    world : World
    declared : SimulatedVariable
        Supplies trait, loading, shift and effects.
    name, wave : str
        The variable, and its wave or empty.

    Returns
    -------
    mean, deviation : arrays, one number per unit
        The mean is 0 at the reference, the deviation standard normal. A fixed
        variable follows the deviation of the trait's first wave only.
    """
    unit = world.study.variable[name].unit
    rows = world.size(unit)
    mean = latent_mean(world, unit, declared, wave)
    lasting = normal(world.seed, rows, "answer", name)
    own = sqrt(declared.lasting) * lasting + sqrt(1 - declared.lasting) * normal(world.seed, rows, "answer", name, wave)
    if declared.trait is None:
        return mean, own
    trait, loading = world.trait(declared.trait), loading_of(world.study, declared)
    places = linked_places(world, unit, trait.unit)
    if wave:
        mean = mean + loading * latent_mean(world, trait.unit, trait, wave)[places]
    followed = world.traits[trait.name, wave][places]
    return mean, loading * followed + sqrt(1 - loading**2) * own


def loading_of(study: Study, declared: SimulatedVariable) -> float:
    """Give the loading on a trait: the one that gives the alpha, or as declared, or the usual one."""
    if isinstance(declared, Choices | Knowledge) and declared.alpha is not None:
        loading = loading_by_alpha(study, declared)
        assert loading is not None
        return loading
    return USUAL_LOADING if declared.loading is None else declared.loading


def loading_by_alpha(study: Study, declared: Choices | Knowledge) -> float | None:
    """Find the loading that gives items their alpha, questions with right answers in the first wave named; None when none does."""
    alpha, spread, items = declared.alpha or 0.0, declared.spread, len(declared.drawn)
    if isinstance(declared, Knowledge):
        known = known_share(declared, next(iter(declared.shares)), ())
        return loading_for(alpha, (1 - known, known), spread, items, declared.guess)
    codes = study.codes_of(study.variable[declared.names[0]])
    return loading_for(alpha, weights_of(codes, declared.shares), spread, items)  # type: ignore[arg-type]


def known_share(declared: Knowledge, wave: str, waves: tuple[str, ...]) -> float:
    """Give the share that knows in a wave: right answers without lucky guesses; as the wave before if not named."""
    named = [one for one in waves[: waves.index(wave) + 1] if one in declared.shares] if wave in waves else []
    right = declared.shares[named[-1]] if named else next(iter(declared.shares.values()))
    return (right - declared.guess) / (1 - declared.guess)


def weights_of(codes: tuple[str, ...], shares: Weights) -> tuple[float, ...]:
    """Give the weight of every code in the list's order; codes not named have none, no shares at all are equal."""
    return tuple(shares.get(code, 0.0) for code in codes) if shares else (1.0,) * len(codes)
