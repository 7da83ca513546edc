"""Questions with a right answer: known, or guessed."""

import numpy as np

from pipeline.simulate.chance import stream
from pipeline.simulate.kinds.choices import USUAL_LOADING
from pipeline.simulate.kinds.latent import latent_answer
from pipeline.simulate.marginals import cut_points, difficulties, loading_of_knowledge
from pipeline.simulate.world import Key, Latent, World
from pipeline.spec.simulation import Knowledge


def draw_knowledge(world: World, declared: Knowledge) -> tuple[dict[Key, np.ndarray], dict[Key, Latent]]:
    """Draw who knows, who guesses right, and which wrong answer the others give.

    Parameters
    ----------
    world : World
    declared : Knowledge

    Returns
    -------
    values : dict
        (variable, wave) -> codes.
    latents : dict
        Empty: answers are not recalled.
    """
    values: dict[Key, np.ndarray] = {}
    loading = loading_of(declared)
    offsets = difficulties(declared.spread, len(declared.right))
    for item, name in enumerate(declared.right):
        for wave in world.waves_of(name):
            mean, deviation = latent_answer(world, declared, name, wave, loading)
            known = known_share(declared, wave, world.study.wave_names)
            knows = mean + deviation + offsets[item] > cut_points((1 - known, known), offsets)[0]
            values[name, wave] = _answers(world, declared, name, wave, knows)
    return values, {}


def known_share(declared: Knowledge, wave: str, waves: tuple[str, ...]) -> float:
    """Give the share that knows in a wave: right answers without lucky guesses; as the wave before if not named."""
    named = [one for one in waves[: waves.index(wave) + 1] if one in declared.shares] if wave in waves else []
    right = declared.shares[named[-1]] if named else next(iter(declared.shares.values()))
    return (right - declared.guess) / (1 - declared.guess)


def loading_of(declared: Knowledge) -> float:
    """Give the loading: declared, or the one that gives the alpha in the first wave named."""
    if declared.trait is None:
        return 0.0
    if declared.alpha is None:
        return USUAL_LOADING if declared.loading is None else declared.loading
    first = next(iter(declared.shares))
    known = known_share(declared, first, (first,))
    loading = loading_of_knowledge(declared.alpha, known, declared.guess, declared.spread, len(declared.right))
    assert loading is not None
    return loading


def _answers(world: World, declared: Knowledge, name: str, wave: str, knows: np.ndarray) -> np.ndarray:
    rng = stream(world.seed, "guess", name, wave)
    lucky = rng.random(len(knows)) < declared.guess
    right = declared.right[name]
    wrong = np.array([code for code in world.study.codes_of(world.study.variable[name]) if code != right], dtype=str)
    return np.where(knows | lucky, right, wrong[rng.integers(0, len(wrong), len(knows))])
