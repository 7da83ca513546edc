"""Numbers: normal or log-normal, with or without many zeros, inside the codebook's range."""

from functools import partial
from math import inf

import numpy as np

from pipeline.simulate.kinds.choices import USUAL_LOADING
from pipeline.simulate.kinds.latent import is_reversed, latent_answer
from pipeline.simulate.marginals import above_zeros, normal_quantiles, skewed_quantiles
from pipeline.simulate.world import Key, Latent, World
from pipeline.spec.simulation import Numbers
from pipeline.spec.study import Variable


def draw_numbers(world: World, declared: Numbers) -> tuple[dict[Key, np.ndarray], dict[Key, Latent]]:
    """Draw the numbers of one block of questions.

    Parameters
    ----------
    world : World
    declared : Numbers

    Returns
    -------
    values, latents : dict
        (variable, wave) -> numbers, rounded as declared; and what they were read from.
    """
    values: dict[Key, np.ndarray] = {}
    latents: dict[Key, Latent] = {}
    usual = USUAL_LOADING if declared.loading is None else declared.loading
    for name in declared.names:
        sign = -1.0 if is_reversed(world, name) else 1.0
        for wave in world.waves_of(name):
            mean, deviation = latent_answer(world, declared, name, wave, usual if declared.trait else 0.0)
            latents[name, wave] = Latent(sign * mean, sign * deviation, partial(_read, world.study.variable[name], declared))
            values[name, wave] = latents[name, wave].read(sign * (mean + deviation))
    return values, latents


def _read(variable: Variable, declared: Numbers, latent: np.ndarray) -> np.ndarray:
    least = -inf if variable.minimum is None else variable.minimum
    greatest = inf if variable.maximum is None else variable.maximum
    zero, others = above_zeros(latent, declared.zeros)
    quantiles = skewed_quantiles if declared.skewed else normal_quantiles
    step = 10.0**-declared.decimals
    bounds = (max(least, step) if declared.zeros else least, greatest)
    numbers = np.round(quantiles(others, declared.mean, declared.sd, bounds), declared.decimals)
    return np.where(zero, 0.0, np.clip(numbers, *bounds))
