"""A status that moves from wave to wave by declared transitions."""

import numpy as np

from pipeline.simulate.kinds.choices import USUAL_LOADING
from pipeline.simulate.kinds.latent import latent_answer
from pipeline.simulate.kinds.shares import read_places, weights_of
from pipeline.simulate.world import Key, Latent, World
from pipeline.spec.simulation import Moves


def draw_moves(world: World, declared: Moves) -> tuple[dict[Key, np.ndarray], dict[Key, Latent]]:
    """Draw a status in every wave, each from the one before.

    Parameters
    ----------
    world : World
    declared : Moves

    Returns
    -------
    values : dict
        (variable, wave) -> codes.
    latents : dict
        Empty: a status is not recalled.
    """
    name = declared.name
    codes = world.study.codes_of(world.study.variable[name])
    usual = USUAL_LOADING if declared.loading is None else declared.loading
    values: dict[Key, np.ndarray] = {}
    before = np.zeros(0, dtype=str)
    for number, wave in enumerate(world.waves_of(name)):
        mean, deviation = latent_answer(world, declared, name, wave, usual if declared.trait else 0.0)
        if number == 0:
            before = np.array(codes, dtype=str)[read_places(mean + deviation, weights_of(codes, declared.start))]
        else:
            before = _moved(declared, codes, before, mean + deviation, wave)
        values[name, wave] = before
    return values, {}


def _moved(declared: Moves, codes: tuple[str, ...], before: np.ndarray, latent: np.ndarray, wave: str) -> np.ndarray:
    after = before.copy()
    for status, shares in declared.moves.get(wave, {}).items():
        there = before == status
        after[there] = np.array(codes, dtype=str)[read_places(latent[there], weights_of(codes, shares))]
    return after
