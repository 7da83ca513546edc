"""Units, links, traits, and who answers must fit together."""

from collections.abc import Iterator

from pipeline.errors import Problem
from pipeline.simulate.complete import waves_of_unit, with_size_and_id
from pipeline.simulate.latent import variances_of
from pipeline.simulate.references import condition_problems, effect_problems, followed_problems, known_of
from pipeline.simulate.world import owner_of
from pipeline.spec.naming import toml_place, unknown_name, unknown_names
from pipeline.spec.simulation import SimulatedLink, SimulatedUnit, Simulation, TakingPart, Trait, part_of
from pipeline.spec.study import Study

ROUNDING = 1e-9
"""What a share of variance may lie below 0."""


def simulated_unit_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    """Units must be known, have either a size or a product, and ids with room for the size."""
    known = [*study.unit, *(owner_of(study, link.name) for unit in study.unit for link in study.links_of(unit))]
    for unit in declared.units:
        where = toml_place(study, f"simulation.units '{unit.name}'")
        yield from unknown_name(where, unit.name, dict.fromkeys(known), "unit")
        if unit.product and (unit.size or unit.id):
            yield Problem(where, "has a product and a size or id", remedy="A product's size and ids follow from its parts.")
        if unit.id and (unit.size or 0) >= 10 ** unit.id.count("#"):
            yield Problem(f"{where} id", f"'{unit.id}' has no room for {unit.size}", remedy="Write one # per digit of the size.")
        if unit.name in study.unit:
            facts = known_of(study, unit.name)
            yield from unknown_names(f"{where} product", unit.product, facts, "link or fixed choice of the unit")


def simulated_link_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
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
    units, clusters = (_size_of(study, declared, unit) for unit in (link.unit, owner_of(study, link.link)))
    if units is not None and sum(link.sizes) != units:
        yield Problem(f"{where} sizes", f"add up to {sum(link.sizes)}", f"{units}, the size of {link.unit}", "Correct one of them.")
    if clusters is not None and len(link.sizes) != clusters:
        yield Problem(f"{where} sizes", f"are {len(link.sizes)}", f"{clusters}, one per linked unit", "Correct one of them.")


def _size_of(study: Study, declared: Simulation, unit: str) -> int | None:
    """Give the size a unit will have; None for a product."""
    stated = next((one for one in declared.units if one.name == unit), part_of(SimulatedUnit, name=unit))
    return with_size_and_id(study, declared, stated).size


def trait_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    """Traits follow earlier ones of their unit, and their shares of variance must be possible."""
    for number, trait in enumerate(declared.traits):
        where = toml_place(study, f"simulation.traits '{trait.name}'")
        yield from unknown_name(f"{where} unit", trait.unit, study.unit, "unit")
        if trait.unit in study.unit:
            yield from effect_problems(study, declared, where, trait.unit, trait.effects)
            if trait.cluster is not None:
                facts = known_of(study, trait.unit)
                yield from unknown_name(f"{where} cluster", trait.cluster, facts, "link or fixed variable of the unit")
        yield from unknown_names(f"{where} shift", trait.shift, study.wave_names, "wave")
        yield from _variance_problems(declared, trait, declared.traits[:number], where)


def _variance_problems(declared: Simulation, trait: Trait, earlier: tuple[Trait, ...], where: str) -> Iterator[Problem]:
    if any(one.name == trait.name for one in earlier):
        yield Problem(where, "is declared twice", remedy="Give each trait its own name.")
    if trait.cluster is None and (trait.icc or trait.icc_change):
        yield Problem(f"{where} cluster", "is missing", remedy="An ICC needs the cluster whose members are alike.")
    if trait.follows is not None:
        same = [one.name for one in earlier if one.unit == trait.unit]
        yield from unknown_name(f"{where} follows", trait.follows, same, "earlier trait of the same unit")
        if trait.follows not in same:
            return
    if min(variances_of(trait, declared)) < -ROUNDING:
        found = f"icc {trait.icc}, icc_change {trait.icc_change} and stability {trait.stability} cannot hold together"
        allowed = "icc <= stability <= 1 - icc_change; with follows, about as large as those of the trait it follows"
        yield Problem(where, found, allowed, "Change one of them, or the correlation.")


def taking_part_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    """Each wave of a unit is declared once, and depends on what is known."""
    seen = set()
    for part in declared.taking_part:
        where = toml_place(study, f"simulation.taking_part '{part.unit}' in '{part.wave}'")
        if (part.unit, part.wave) in seen:
            yield Problem(where, "is declared twice", remedy="Keep one of them.")
        seen.add((part.unit, part.wave))
        yield from unknown_name(f"{where} unit", part.unit, study.unit, "unit")
        if part.unit in study.unit:
            yield from _one_wave(study, declared, part, where)


def _one_wave(study: Study, declared: Simulation, part: TakingPart, where: str) -> Iterator[Problem]:
    waves = waves_of_unit(study, part.unit)
    yield from unknown_name(f"{where} wave", part.wave, waves, f"wave in which {part.unit} is asked")
    if part.wave in waves and part.after is not None:
        yield from unknown_name(f"{where} after", part.after, waves[: waves.index(part.wave)], "earlier wave")
    yield from effect_problems(study, declared, where, part.unit, part.effects)
    yield from followed_problems(study, declared, f"{where} traits", part.unit, part.traits)
    yield from condition_problems(study, f"{where} only_if", part.only_if)
