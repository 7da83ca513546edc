"""Problems of ``[simulation]``, all found before anything is drawn: units, links, traits, variables, who answers, rules and mess."""

from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError
from typing import Any

from pipeline.errors import Problem
from pipeline.simulate.answering import sayable
from pipeline.simulate.complete import waves_of_unit, with_size_and_id
from pipeline.simulate.draw import drawing_order
from pipeline.simulate.kinds import KINDS
from pipeline.simulate.latent import variances_of
from pipeline.simulate.mess import concerns
from pipeline.simulate.references import condition_problems, effect_problems, followed_problems, known_of, named_answer_problems
from pipeline.simulate.world import owner_of
from pipeline.spec.drawn import Choices, DrawnPart, Knowledge, SimulatedVariable
from pipeline.spec.naming import toml_place, unknown_name, unknown_names
from pipeline.spec.simulation import Mess, SimulatedLink, SimulatedUnit, Simulation, TakingPart, Trait, part_of
from pipeline.spec.sources import Source
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import MISSING_REASONS

ROUNDING = 1e-9
"""What a share of variance may lie below 0."""


def simulation_problems(study: Study) -> list[Problem]:
    """Give every problem of a study's ``[simulation]``; none when it has no such section."""
    declared = study.declaration.simulation
    if declared is None:
        return []
    who = (simulated_unit_problems, simulated_link_problems, trait_problems)
    afterwards = (missing_problems, taking_part_problems, consequence_problems, mess_problems)
    found = [problem for check in (*who, drawn_variable_problems, *afterwards) for problem in check(study, declared)]
    return found or list(_circle_problems(study, declared))


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


def drawn_variable_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    """Each variable is drawn by one part; every part fulfils the rules of its kind."""
    for name in sorted(name for name, times in Counter(name for part in declared.parts for name in part.drawn).items() if times > 1):
        yield Problem(toml_place(study, "simulation"), f"'{name}' is drawn by several parts", remedy="Keep it in one of them.")
    for part in declared.parts:
        yield from _part_problems(study, declared, part)


def _part_problems(study: Study, declared: Simulation, part: DrawnPart) -> Iterator[Problem]:
    """What holds for all kinds, and where that does, what holds for this one."""
    where = toml_place(study, f"simulation, '{next(iter(part.drawn), '')}'")
    known = list(_shared_problems(study, declared, part, where))
    yield from known or KINDS[type(part)].problems(study, where, part)


def _shared_problems(study: Study, declared: Simulation, part: DrawnPart, where: str) -> Iterator[Problem]:
    """Variables must exist, be of one unit and of a fitting type; what they depend on must exist."""
    types = KINDS[type(part)].types
    variables = [study.variable[name] for name in part.drawn if name in study.variable]
    if not part.drawn:
        yield Problem(where, "names no variable", remedy="Name at least one.")
    yield from unknown_names(where, part.drawn, study.variable, "variable")
    for variable in variables:
        if variable.type not in types:
            found = f"'{variable.name}' is of type {variable.type}"
            yield Problem(where, found, ", ".join(types), "Declare it as another kind.")
    units = sorted({variable.unit for variable in variables})
    if len(units) > 1:
        yield Problem(where, f"its variables belong to several units: {', '.join(units)}", remedy="Declare each unit's apart.")
    if len(units) == 1 and len(variables) == len(part.drawn):
        yield from _dependence_problems(study, declared, part, where)


def _dependence_problems(study: Study, declared: Simulation, part: Any, where: str) -> Iterator[Problem]:
    """Effects and traits must be known to the unit; reasons must be sayable."""
    unit = study.variable[part.drawn[0]].unit
    yield from effect_problems(study, declared, where, unit, part.effects)
    if part.trait is not None:
        yield from followed_problems(study, declared, f"{where} trait", unit, [part.trait])
    if isinstance(part, SimulatedVariable):
        yield from unknown_names(f"{where} shift", part.shift, study.wave_names, "wave")
        yield from _strength_problems(part, where)
        yield from condition_problems(study, f"{where} only_if", part.only_if)
        yield from _reason_problems(study, part, where)


def _strength_problems(part: SimulatedVariable, where: str) -> Iterator[Problem]:
    alpha = part.alpha if isinstance(part, Choices | Knowledge) else None
    if part.trait is None and (alpha is not None or part.loading is not None):
        yield Problem(f"{where} trait", "is missing", remedy="alpha and loading say how strongly answers follow a trait.")
    if alpha is not None and part.loading is not None:
        yield Problem(where, "has alpha and loading", remedy="Keep one of them: the loading follows from alpha.")


def _reason_problems(study: Study, part: SimulatedVariable, where: str) -> Iterator[Problem]:
    for reason in part.missing or {}:
        yield from unknown_name(f"{where} missing", reason, MISSING_REASONS, "missing reason")
        for variable in (study.variable[name] for name in part.drawn if reason in MISSING_REASONS):
            answers = f"Add a row with missing = {reason} to the list '{variable.answers}' of answers.csv"
            for wave in study.waves_of(variable) or ("",):
                if not sayable(study, variable, wave, reason):
                    found = f"'{reason}' cannot be written for '{variable.name}'"
                    yield Problem(f"{where} missing", found, remedy=f"{answers}, or let blank cells mean it.")


def missing_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    """Reasons must be known."""
    yield from unknown_names(toml_place(study, "simulation.missing"), declared.missing, MISSING_REASONS, "missing reason")


def consequence_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    """Rules name variables of one unit and answers they can have."""
    where = toml_place(study, "simulation.rules")
    for rule in declared.rules:
        yield from condition_problems(study, f"{where} when", rule.when)
        for reference, answer in rule.set.items():
            yield from named_answer_problems(study, f"{where} set", reference, [answer] if answer not in MISSING_REASONS else [])


def mess_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    """Sources and variables must exist, and their rules must cope with the mess."""
    for mess in declared.mess:
        where = toml_place(study, "simulation.mess")
        yield from unknown_names(f"{where} sources", mess.sources, study.source, "source")
        yield from unknown_names(f"{where} untidy", mess.untidy, study.variable, "variable")
        dates = [one.name for one in study.variables if one.type == "date"]
        yield from unknown_names(f"{where} reentries later", mess.reentries.later if mess.reentries else (), dates, "date")
        for source in study.declaration.sources:
            if concerns(mess, source):
                yield from _repeated_problems(study, mess, source)
                yield from _test_problems(study, mess, source)


def _repeated_problems(study: Study, mess: Mess, source: Source) -> Iterator[Problem]:
    where = toml_place(study, f"simulation.mess, source '{source.name}'")
    needed = {
        "same rows": (mess.same + mess.retyped, ("exact", "most_answered", "first", "latest", "spells")),
        "partial rows": (mess.partial, ("most_answered", "latest")),
        "reentries": (mess.reentries is not None, ("spells", "first", "latest")),
    }
    for what, (declared, rules) in needed.items():
        if declared and source.duplicates not in rules:
            found = f"{what} cannot be undone by duplicates = '{source.duplicates}'"
            yield Problem(where, found, ", ".join(rules), "Declare another rule for the source, or leave them out.")


def _test_problems(study: Study, mess: Mess, source: Source) -> Iterator[Problem]:
    where = toml_place(study, f"simulation.mess, source '{source.name}' tests")
    identifier = study.unit[source.unit].id
    exclusions = [one for one in study.declaration.exclusions if source.name in one.sources and one.variable == identifier]
    excluded = {value.casefold() for one in exclusions for value in one.values}
    for test in mess.tests:
        if test.casefold() not in excluded:
            yield Problem(where, f"'{test}' would stay", remedy=f"Declare an exclusion of '{identifier}' with this value.")


def _circle_problems(study: Study, declared: Simulation) -> Iterator[Problem]:
    try:
        drawing_order(study, declared)
    except CycleError as error:
        names = sorted({name for made in error.args[1] for name in made})
        found = f"these depend on each other in a circle: {', '.join(names)}"
        yield Problem(toml_place(study, "simulation"), found, remedy="Take one of given, after, follows or effects out.")
