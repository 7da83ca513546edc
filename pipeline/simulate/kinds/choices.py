"""Questions with answer codes."""

from functools import partial

import numpy as np

from pipeline.simulate.kinds.latent import is_reversed, latent_answer
from pipeline.simulate.kinds.shares import by_key, exact_places, keys_of, read_places, rows_by_key, weights_of
from pipeline.simulate.marginals import difficulties, loading_of_choices
from pipeline.simulate.world import Key, Latent, World
from pipeline.spec.simulation import Choices

USUAL_LOADING = 0.7


def draw_choices(world: World, declared: Choices) -> tuple[dict[Key, np.ndarray], dict[Key, Latent]]:
    """Draw the answers of one block of questions.

    Parameters
    ----------
    world : World
    declared : Choices

    Returns
    -------
    values : dict
        (variable, wave) -> codes.
    latents : dict
        (variable, wave) -> the latent answer they were read from.
    """
    values: dict[Key, np.ndarray] = {}
    latents: dict[Key, Latent] = {}
    loading = loading_of(world, declared)
    for item, name in enumerate(declared.names):
        for wave in world.waves_of(name):
            mean, deviation = latent_answer(world, declared, name, wave, loading)
            latents[name, wave] = Latent(mean, deviation, partial(_read, world, declared, item, wave))
            values[name, wave] = latents[name, wave].read(mean + deviation)
    return values, latents


def loading_of(world: World, declared: Choices) -> float:
    """Give the loading: declared, or the one that gives the alpha; usual without either, 0 without a trait."""
    if declared.trait is None:
        return 0.0
    if declared.alpha is None:
        return USUAL_LOADING if declared.loading is None else declared.loading
    codes = world.study.codes_of(world.study.variable[declared.names[0]])
    weights = weights_of(codes, by_key(declared.shares, ())[""])
    loading = loading_of_choices(declared.alpha, weights, declared.spread, len(declared.names))
    assert loading is not None
    return loading


def _read(world: World, declared: Choices, item: int, wave: str, latent: np.ndarray) -> np.ndarray:
    name = declared.names[item]
    variable = world.study.variable[name]
    codes = world.study.codes_of(variable)
    offsets = difficulties(declared.spread, len(declared.names))
    shares = by_key(declared.shares, declared.given)
    places = np.empty(len(latent), dtype=int)
    keys = keys_of(world, variable.unit, declared.given, wave)
    for key, rows in rows_by_key(world.study, keys, shares, name).items():
        weights = weights_of(codes, shares[key])
        places[rows] = exact_places(latent[rows], weights) if declared.exact else read_places(latent[rows], weights, offsets, item)
    return np.array(codes, dtype=str)[len(codes) - 1 - places if is_reversed(world, name) else places]
