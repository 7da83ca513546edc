"""Streams of chance: one per named part, so that adding a part moves no other."""

import hashlib

import numpy as np


def stream(seed: int, *parts: str) -> np.random.Generator:
    """Give the random generator of one part.

    Parameters
    ----------
    seed : int
        The study's seed, or that of one repetition.
    parts : str
        What is drawn, such as ``"noise", "ti_1", "t2"``.

    Returns
    -------
    Generator
        The same for the same arguments on any machine and in any process.
    """
    named = hashlib.sha256("\n".join((str(seed), *parts)).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(named[:16], "big")))


def normal(seed: int, rows: int, *parts: str) -> np.ndarray:
    """Draw standard normal numbers, shape (rows,); the first ones are the same for any number of rows."""
    return stream(seed, *parts).standard_normal(rows)
