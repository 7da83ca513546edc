"""Consequences: answers that follow from others, set after all are drawn."""

import numpy as np

from pipeline.simulate.conditions import all_hold
from pipeline.simulate.world import Key, World
from pipeline.spec.naming import split_reference
from pipeline.spec.simulation import Rule
from pipeline.spec.vocabulary import MISSING_CODES


def apply_rule(world: World, rule: Rule, values: dict[Key, np.ndarray], missing: dict[Key, np.ndarray]) -> None:
    """Set what a rule says, in ``values`` or ``missing``, where all its conditions hold."""
    for reference, answer in rule.set.items():
        key = split_reference(reference)
        rows = all_hold(world, world.study.variable[key[0]].unit, rule.when)
        if answer in MISSING_CODES:
            missing[key] = np.where(rows, np.int8(MISSING_CODES[answer]), missing[key])
            continue
        wanted = float(answer) if values[key].dtype.kind == "f" else answer
        values[key] = np.where(rows, wanted, values[key])
        missing[key] = np.where(rows, np.int8(0), missing[key])
