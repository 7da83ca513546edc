"""Variants of a declared study that say what is true: larger, without loss, without the planted effect."""

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.spec.declaration import Analysis
from pipeline.spec.drawn import Effect
from pipeline.spec.naming import split_reference
from pipeline.spec.simulation import Simulation
from pipeline.spec.study import Study

HERE = Path(__file__).parent
PRIMARY = "primary"
DIVIDED = ("agreement",)
"""Estimators that need ``by`` to tell what was coded."""


def with_simulation(study: Study) -> Study:
    """Give a study that declares no simulation the one kept beside these tests, where there is one."""
    file = HERE / f"{study.id}.toml"
    if study.declaration.simulation is not None or not file.is_file():
        return study
    declared = tomllib.loads(file.read_text(encoding="utf-8"))["simulation"]
    return with_declared(study, simulation=Simulation.model_validate(_tuples(declared)))


def _tuples(value: Any) -> Any:
    """Turn lists into tuples, which strict types want."""
    if isinstance(value, dict):
        return {key: _tuples(inner) for key, inner in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def with_declared(study: Study, **changes: object) -> Study:
    """Replace top-level keys of a study's declaration."""
    return replace(study, declaration=study.declaration.model_copy(update=changes))


def narrowed(study: Study, analyses: Iterable[str] = ()) -> Study:
    """Keep some analyses (the primary ones if none are named), without subgroups, and what they need."""
    wanted = set(analyses)
    kept = [one for one in study.declaration.analyses if (one.id in wanted if wanted else one.role == PRIMARY)]
    references = {name for analysis in kept for name in _names(analysis)}
    measures = tuple(measure for measure in study.declaration.measures if measure.name in references)
    items = {item for measure in measures for item in measure.items}
    of_everybody = tuple(one if one.estimator in DIVIDED else one.model_copy(update={"by": ()}) for one in kept)
    small = with_declared(study, analyses=of_everybody, measures=measures, exhibits=(), reports=())
    variables = tuple(one for one in study.variables if one.fixed or one.type == "id" or one.name in references | items)
    return replace(small, variables=variables)


def _names(analysis: Analysis) -> set[str]:
    references = [*analysis.outcomes, *analysis.covariates, *analysis.restrict, analysis.then, analysis.beside, analysis.event]
    references += [reference for reading in analysis.readings for reference in reading.restrict]
    return {split_reference(reference)[0] for reference in references if reference}


def left_to_chance(study: Study) -> Study:
    """Let chance decide every answer, also where the bundled files have exact numbers."""
    simulation = _simulation(study)
    choices = tuple(one.model_copy(update={"exact": False}) for one in simulation.choices)
    return with_declared(study, simulation=simulation.model_copy(update={"choices": choices}))


def names_single_units(study: Study) -> bool:
    """Say whether the simulation treats units by their id, so that there cannot be more of them."""
    simulation = _simulation(study)
    named = {name for part in (*simulation.choices, *simulation.codings, *simulation.texts) for name in part.given}
    parts = (*simulation.traits, *simulation.choices, *simulation.numbers, *simulation.knowledge, *simulation.taking_part)
    named |= {effect.of for part in parts for effect in part.effects}
    return any(study.variable[name].type == "id" for name in named if name in study.variable)


def enlarged(study: Study, factor: int) -> Study:
    """Make everything larger: units, clusters and planned denominators; not coders and the like inside products.

    Clusters are left out of the analyses: they move errors, which nobody needs here, and no estimate.
    """
    if factor == 1:
        return study
    simulation = _simulation(study)
    fixed = _small_parts(study, simulation)
    units = tuple(
        one.model_copy(update={"size": one.size * factor, "id": f"{one.id}###"}) if one.size and one.name not in fixed else one
        for one in simulation.units
    )
    links = tuple(one.model_copy(update={"sizes": one.sizes * factor}) for one in simulation.links)
    analyses = tuple(
        one.model_copy(update={"readings": tuple(_planned(r, factor) for r in one.readings), "cluster": False})
        for one in study.declaration.analyses
    )
    return with_declared(study, simulation=simulation.model_copy(update={"units": units, "links": links}), analyses=analyses)


def _planned(reading: Any, factor: int) -> Any:
    return reading.model_copy(update={"planned": reading.planned * factor}) if reading.planned is not None else reading


def _small_parts(study: Study, simulation: Simulation) -> set[str]:
    """Give the units of a product that stay as few as they are: all but the first, such as coders and themes."""
    owners = {unit.id: unit.name for unit in study.declaration.units}
    return {owners[name] for unit in simulation.units for name in unit.product[1:] if name in owners}


def without_loss(study: Study) -> Study:
    """Let everybody answer who is asked, every question that is put."""
    simulation = _simulation(study)
    part = tuple(one.model_copy(update={"share": 1.0, "effects": (), "traits": {}, "break_off": 0.0}) for one in simulation.taking_part)
    return with_declared(study, simulation=simulation.model_copy(update={"taking_part": part, "missing": {}}))


def without_effect(study: Study) -> Study:
    """Take out what the group does after it began: its effects in named waves, and on events."""
    group = study.declaration.sample.group
    simulation = _simulation(study)

    def kept(effects: tuple[Effect, ...], of_events: bool) -> tuple[Effect, ...]:
        return tuple(one for one in effects if one.of != group or not (one.waves or of_events))

    changed: dict[str, object] = {}
    for kind in ("traits", "choices", "numbers", "knowledge", "recalled", "moves", "events"):
        changed[kind] = tuple(
            part.model_copy(update={"effects": kept(part.effects, kind == "events")}) for part in getattr(simulation, kind)
        )
    return with_declared(study, simulation=simulation.model_copy(update=changed))


def _simulation(study: Study) -> Simulation:
    assert study.declaration.simulation is not None
    return study.declaration.simulation
