"""Dates in a period, or some days after another date."""

import numpy as np
from scipy.special import ndtr

from pipeline.simulate.kinds.choices import USUAL_LOADING
from pipeline.simulate.kinds.latent import latent_answer
from pipeline.simulate.world import Key, Latent, World, column
from pipeline.spec.simulation import Dates


def draw_dates(world: World, declared: Dates) -> tuple[dict[Key, np.ndarray], dict[Key, Latent]]:
    """Draw dates; the latent number says how late in the period.

    Parameters
    ----------
    world : World
    declared : Dates

    Returns
    -------
    values : dict
        (variable, wave) -> datetime64[D].
    latents : dict
        Empty: dates are not recalled.
    """
    values: dict[Key, np.ndarray] = {}
    usual = USUAL_LOADING if declared.loading is None else declared.loading
    for name in declared.names:
        for wave in world.waves_of(name):
            mean, deviation = latent_answer(world, declared, name, wave, usual if declared.trait else 0.0)
            least, greatest = declared.days
            late = np.minimum(np.floor(ndtr(mean + deviation) * (greatest - least + 1)), greatest - least)
            values[name, wave] = _start(world, declared, name, wave) + (least + late).astype("timedelta64[D]")
    return values, {}


def _start(world: World, declared: Dates, name: str, wave: str) -> np.ndarray:
    unit = world.study.variable[name].unit
    if declared.after is not None:
        return column(world, unit, declared.after, wave)
    first = declared.first[wave] if isinstance(declared.first, dict) else declared.first
    return np.full(world.size(unit), np.datetime64(first, "D"))
