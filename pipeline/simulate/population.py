"""The units of a simulated study: their ids, and which unit each links to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from pipeline.simulate.chance import stream
from pipeline.spec.simulation import SimulatedLink, SimulatedUnit, Simulation
from pipeline.spec.study import Study


@dataclass(frozen=True)
class Population:
    """Who is there, before anything is asked.

    Attributes
    ----------
    ids : dict
        Unit -> array of str; also id variables that only appear as links.
    links : dict
        (unit, id variable) -> array of int, positions in the ids of the unit it names.
    choices : dict
        (unit, variable) -> array of codes, for fixed choices that a product runs through.
    """

    ids: dict[str, np.ndarray]
    links: dict[tuple[str, str], np.ndarray]
    choices: dict[tuple[str, str], np.ndarray]


def owner_of(study: Study, link: str) -> str:
    """Give the unit that an id variable names; the variable itself when no unit has it."""
    return next((unit.name for unit in study.declaration.units if unit.id == link), link)


def populate(study: Study, simulation: Simulation, seed: int) -> Population:
    """Make the units and spread them over the units they link to.

    Parameters
    ----------
    study : Study
    simulation : Simulation
        Completed: every unit has a size or a product, every link its spread.
    seed : int

    Returns
    -------
    Population
    """
    ids = {unit.name: numbered(unit.id, unit.size) for unit in simulation.units if unit.size is not None}
    links: dict[tuple[str, str], np.ndarray] = {}
    choices: dict[tuple[str, str], np.ndarray] = {}
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
    return Population(ids, links, choices)


def numbered(pattern: str, size: int) -> np.ndarray:
    """Give ``size`` ids by a pattern such as ``P###``, counted from 1."""
    parts = re.split("(#+)", pattern)
    return np.array(["".join(_filled(part, number) for part in parts) for number in range(1, size + 1)], dtype=str)


def _filled(part: str, number: int) -> str:
    return f"{number:0{len(part)}d}" if part.startswith("#") else part


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
    parts = list(_parts(study, unit.product, ids))
    rows = list(product(*(range(len(values)) for values in parts)))
    places = np.array(rows, dtype=int).T
    for name, values, place in zip(unit.product, parts, places, strict=True):
        if study.variable[name].type == "id":
            links[unit.name, name] = place
        else:
            choices[unit.name, name] = values[place]
    return np.array(["-".join(str(values[at]) for values, at in zip(parts, row, strict=True)).upper() for row in rows], dtype=str)


def _parts(study: Study, names: Sequence[str], ids: dict[str, np.ndarray]) -> Iterator[np.ndarray]:
    for name in names:
        variable = study.variable[name]
        yield ids[owner_of(study, name)] if variable.type == "id" else np.array(study.codes_of(variable), dtype=str)
