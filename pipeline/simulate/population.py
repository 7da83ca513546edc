"""The units of a simulated study: their ids, and which unit each links to."""

import re
from collections.abc import Sequence
from itertools import product

import numpy as np

from pipeline.simulate.world import Key, MadeUpWorld, owner_of, stream
from pipeline.spec.simulation import SimulatedLink, SimulatedUnit, Simulation
from pipeline.spec.study import Study


def populate(study: Study, simulation: Simulation, seed: int) -> MadeUpWorld:
    """Make the units and spread them over the units they link to.

    Parameters
    ----------
    study : Study
    simulation : Simulation
        Completed: every unit has a size or a product, every link its spread.
    seed : int

    Returns
    -------
    World
        Of its values only the fixed choices that a product runs through.
    """
    ids = {unit.name: numbered(unit.id, unit.size) for unit in simulation.units if unit.size is not None}
    links: dict[tuple[str, str], np.ndarray] = {}
    choices: dict[Key, np.ndarray] = {}
    for unit in simulation.units:
        if unit.product:
            ids[unit.name] = _multiply(study, unit, ids, links, choices)
    for link in simulation.links:
        if link.through is None and (link.unit, link.link) not in links:
            counts = members(link, len(ids[link.unit]), len(ids[owner_of(study, link.link)]), seed)
            places = np.repeat(np.arange(len(counts)), counts)
            links[link.unit, link.link] = stream(seed, "link", link.unit, link.link).permutation(places)
    for link in simulation.links:
        if link.through is not None:
            links[link.unit, link.link] = links[owner_of(study, link.through), link.link][links[link.unit, link.through]]
    return MadeUpWorld(study, simulation, seed, ids, links, values=choices, traits={})


def numbered(pattern: str, size: int) -> np.ndarray:
    """Give ``size`` ids by a pattern such as ``P###``, counted from 1."""
    places = re.sub("#+", lambda digits: f"{{0:0{len(digits[0])}d}}", pattern.replace("{", "{{").replace("}", "}}"))
    return np.array([places.format(number) for number in range(1, size + 1)], dtype=str)


def members(link: SimulatedLink, units: int, clusters: int, seed: int) -> np.ndarray:
    """Give the number of members of each cluster: as declared, else each one at least and the rest by uneven weights."""
    if link.sizes:
        return np.array(link.sizes)
    weights = np.exp(link.uneven * stream(seed, "sizes", link.unit, link.link).standard_normal(clusters))
    first = np.minimum(1, np.maximum(0, units - np.arange(clusters)))
    return first + apportioned(weights, units - int(first.sum()))


def apportioned(weights: Sequence[float] | np.ndarray, total: int) -> np.ndarray:
    """Divide ``total`` as near to the weights as whole numbers can be (largest remainders; the first wins a tie)."""
    exact = np.asarray(weights, dtype=float) / np.sum(weights) * total
    counts = np.floor(exact + 1e-9).astype(int)
    most = np.argsort(-(exact - counts), kind="stable")[: total - counts.sum()]
    counts[most] += 1
    return counts


def _multiply(study: Study, unit: SimulatedUnit, ids: dict, links: dict, choices: dict) -> np.ndarray:
    """Give the ids of a product unit, and note the link or choice that each part is."""
    variables = [study.variable[name] for name in unit.product]
    parts = [ids[owner_of(study, one.name)] if one.type == "id" else np.array(study.codes_of(one), dtype=str) for one in variables]
    places = np.indices([len(values) for values in parts]).reshape(len(parts), -1)
    for variable, values, place in zip(variables, parts, places, strict=True):
        if variable.type == "id":
            links[unit.name, variable.name] = place
        else:
            choices[variable.name, ""] = values[place]
    return np.array(["-".join(row).upper() for row in product(*parts)], dtype=str)
