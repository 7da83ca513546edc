"""Ratings of an earlier time, made later: memory, and a planted response shift."""

from collections.abc import Callable, Iterator
from math import sqrt
from typing import Any

import numpy as np

from pipeline.errors import Problem
from pipeline.simulate.kinds.choices import read_choice
from pipeline.simulate.kinds.numbers import read_number
from pipeline.simulate.latent import latent_parts
from pipeline.simulate.world import MadeUpWorld, moved, normal
from pipeline.spec.drawn import Choices, DrawnPart, Numbers, Recalled
from pipeline.spec.naming import unknown_name
from pipeline.spec.study import Study

READ: dict[type[DrawnPart], Callable[[MadeUpWorld, Any, str, str, np.ndarray], np.ndarray]] = {Choices: read_choice, Numbers: read_number}
"""Kind whose questions can be recalled -> how latent numbers are read as its answers."""


def draw_recalled(world: MadeUpWorld, declared: Recalled, name: str, wave: str) -> np.ndarray:
    """Draw what units say, later, of how things were, on the scale of the question asked at the time."""
    unit, original = world.study.variable[name].unit, declared.names[name]
    asked = world.simulation.part[original]
    mean, deviation = latent_parts(world, asked, original, declared.wave)  # type: ignore[arg-type]
    forgotten = normal(world.seed, world.size(unit), "recalled", name, wave)
    remembered = declared.accuracy * deviation + sqrt(1 - declared.accuracy**2) * forgotten
    shift = declared.shift.get(wave, 0.0) + moved(world, unit, declared.effects, wave)
    return READ[type(asked)](world, asked, original, declared.wave, mean + remembered + shift)


def drawn_recalled_problems(study: Study, where: str, part: Recalled) -> Iterator[Problem]:
    """What is recalled must have been asked at the time, on the same scale."""
    declared = study.declaration.simulation
    parts = declared.part if declared else {}
    for name, original in part.names.items():
        yield from unknown_name(where, original, study.variable, "variable")
        if original in study.variable:
            yield from unknown_name(f"{where} wave", part.wave, study.waves_of(study.variable[original]), f"wave of '{original}'")
            if study.codes_of(study.variable[name]) != study.codes_of(study.variable[original]):
                yield Problem(where, f"'{name}' and '{original}' have other answers", remedy="Use the same answers.")
            if original in parts and type(parts[original]) not in READ:
                yield Problem(where, f"'{original}' is neither in choices nor in numbers", remedy="Recall another question.")
