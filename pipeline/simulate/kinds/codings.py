"""What several coders say of the same thing."""

import numpy as np

from pipeline.simulate.chance import stream
from pipeline.simulate.kinds.choices import USUAL_LOADING
from pipeline.simulate.kinds.latent import latent_answer
from pipeline.simulate.kinds.shares import by_key, keys_of, read_places, rows_by_key, weights_of
from pipeline.simulate.world import Key, Latent, World, column
from pipeline.spec.simulation import Coding

ALL_CODERS = "all"


def draw_coding(world: World, declared: Coding) -> tuple[dict[Key, np.ndarray], dict[Key, Latent]]:
    """Draw one truth per thing that is coded, and what each coder records of it.

    Parameters
    ----------
    world : World
    declared : Coding

    Returns
    -------
    values : dict
        (variable, wave) -> recorded codes.
    latents : dict
        Empty: codings are not recalled.
    """
    values: dict[Key, np.ndarray] = {}
    for wave in world.waves_of(declared.name):
        truth = true_codes(world, declared, wave)
        values[declared.name, wave] = _recorded(world, declared, wave, truth)
    return values, {}


def true_codes(world: World, declared: Coding, wave: str) -> np.ndarray:
    """Draw the truth, the same in all rows that agree on ``same``; one code per row."""
    variable = world.study.variable[declared.name]
    codes = world.study.codes_of(variable)
    usual = USUAL_LOADING if declared.loading is None else declared.loading
    mean, deviation = latent_answer(world, declared, declared.name, wave, usual if declared.trait else 0.0)
    things = keys_of(world, variable.unit, declared.same, wave)
    _, first, thing = np.unique(things, return_index=True, return_inverse=True)
    latent = (mean + deviation)[first][thing]
    shares = by_key(declared.shares, declared.given)
    places = np.empty(len(latent), dtype=int)
    for key, rows in rows_by_key(world.study, keys_of(world, variable.unit, declared.given, wave), shares, declared.name).items():
        places[rows] = read_places(latent[rows], weights_of(codes, shares[key]))
    return np.array(codes, dtype=str)[places]


def _recorded(world: World, declared: Coding, wave: str, truth: np.ndarray) -> np.ndarray:
    variable = world.study.variable[declared.name]
    codes = world.study.codes_of(variable)
    rng = stream(world.seed, "coder", declared.name, wave)
    chance, step = rng.random(len(truth)), rng.integers(1, max(2, len(codes)), len(truth))
    coders = column(world, variable.unit, declared.coder, wave)
    risk = np.zeros(len(truth))
    for coder, errors in sorted(declared.errors.items(), key=lambda one: one[0] != ALL_CODERS):
        for code, share in errors.items():
            risk[((coders == coder) | (coder == ALL_CODERS)) & (truth == code)] = share
    place = np.searchsorted(np.array(codes), truth, sorter=np.argsort(codes))
    place = np.argsort(codes)[place]
    return np.array(codes, dtype=str)[np.where(chance < risk, (place + step) % len(codes), place)]
