"""Units, links and traits must fit together."""

from collections.abc import Iterator

from pipeline.errors import Problem
from pipeline.simulate.checks.references import effect_problems, facts_of, wave_problems
from pipeline.simulate.complete import with_size_and_id
from pipeline.simulate.latent import variances_of
from pipeline.simulate.world import linked_units, owner_of
from pipeline.spec.naming import toml_place, unknown_name
from pipeline.spec.simulation import SimulatedLink, SimulatedUnit, Simulation, Trait, part_of
from pipeline.spec.study import Study


def unit_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    """Units must be known, have either a size or a product, and ids with room for the size."""
    known = dict.fromkeys(unit for own in study.unit for unit in linked_units(study, own))
    for unit in declared.units:
        where = toml_place(study, f"simulation.units '{unit.name}'")
        yield from unknown_name(where, unit.name, known, "unit")
        if unit.product and (unit.size or unit.id):
            yield Problem(where, "has a product and a size or id", remedy="A product's size and ids follow from its parts.")
        places = unit.id.count("#")
        if unit.id and (unit.size or 0) >= 10**places:
            yield Problem(f"{where} id", f"'{unit.id}' has no room for {unit.size}", remedy="Write one # per digit of the size.")
        for name in unit.product:
            yield from unknown_name(f"{where} product", name, facts_of(study, unit.name), "link or fixed choice of the unit")


def link_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    """Links must be in the codebook; declared sizes must add up."""
    for link in declared.links:
        where = toml_place(study, f"simulation.links '{link.unit}' to '{link.link}'")
        yield from unknown_name(where, link.unit, study.unit, "unit")
        if link.unit not in study.unit:
            continue
        known = [one.name for one in study.links_of(link.unit)]
        yield from unknown_name(where, link.link, known, f"link of {link.unit}")
        if link.through is not None:
            yield from unknown_name(f"{where} through", link.through, [one for one in known if one != link.link], f"link of {link.unit}")
        elif link.sizes and link.link in known:
            yield from _size_problems(study, declared, link, where)


def _size_problems(study: Study, declared: Simulation, link: SimulatedLink, where: str) -> Iterator[Problem]:
    units, clusters = size_of(study, declared, link.unit), size_of(study, declared, owner_of(study, link.link))
    if units is not None and sum(link.sizes) != units:
        yield Problem(f"{where} sizes", f"add up to {sum(link.sizes)}", f"{units}, the size of {link.unit}", "Correct one of them.")
    if clusters is not None and len(link.sizes) != clusters:
        yield Problem(f"{where} sizes", f"are {len(link.sizes)}", f"{clusters}, one per linked unit", "Correct one of them.")


def size_of(study: Study, declared: Simulation, unit: str) -> int | None:
    """Give the size a unit will have; None for a product."""
    stated = next((one for one in declared.units if one.name == unit), part_of(SimulatedUnit, name=unit))
    return with_size_and_id(study, declared, stated).size


def trait_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    """Traits follow earlier ones of their unit, and their shares of variance must be possible."""
    earlier: dict[str, Trait] = {}
    for trait in declared.traits:
        where = toml_place(study, f"simulation.traits '{trait.name}'")
        yield from unknown_name(f"{where} unit", trait.unit, study.unit, "unit")
        if trait.unit in study.unit:
            yield from effect_problems(study, declared, where, trait.unit, trait.effects)
            if trait.cluster is not None:
                yield from unknown_name(
                    f"{where} cluster", trait.cluster, facts_of(study, trait.unit), "link or fixed variable of the unit"
                )
        yield from wave_problems(study, f"{where} shift", trait.shift)
        yield from _share_problems(declared, trait, earlier, where)
        earlier[trait.name] = trait


def _share_problems(declared: Simulation, trait: Trait, earlier: dict[str, Trait], where: str) -> Iterator[Problem]:
    if trait.name in earlier:
        yield Problem(where, "is declared twice", remedy="Give each trait its own name.")
    if trait.cluster is None and (trait.icc or trait.icc_change):
        yield Problem(f"{where} cluster", "is missing", remedy="An ICC needs the cluster whose members are alike.")
    if trait.follows is not None:
        same = [name for name, one in earlier.items() if one.unit == trait.unit]
        yield from unknown_name(f"{where} follows", trait.follows, same, "earlier trait of the same unit")
        if trait.follows not in same:
            return
    if not variances_of(trait, declared).are_possible():
        found = f"icc {trait.icc}, icc_change {trait.icc_change} and stability {trait.stability} cannot hold together"
        allowed = "icc <= stability <= 1 - icc_change; with follows, about as large as those of the trait it follows"
        yield Problem(where, found, allowed, "Change one of them, or the correlation.")
