"""How often intervals and tests hold what they promise where they are known to be hard pressed.

Each topic is one module with one function ``held(draws, seed)`` that gives lines
of ``Held``; add its name to ``TOPICS``. ``make validate`` writes all of them into
docs/validation.md, each method beside the one that was used before it.
"""

from dataclasses import dataclass
from importlib import import_module

TOPICS: tuple[str, ...] = ("verdicts", "few_events", "clustered_shares", "agreement", "alpha", "few_followed")
"""Modules of this folder, in the order in which they are printed."""


@dataclass(frozen=True)
class Held:
    """One method in one setting.

    Parameters
    ----------
    question : str
        What is estimated or tested.
    setting : str
        Sizes and truth, such as ``4 of 8 clusters of 25, ICC 0.1, share 0.3``.
    quantity : str
        ``coverage`` of an interval, or ``size`` of a test or verdict.
    promised : float
        What it ought to be, 0-1.
    method, before : str
        Method used now, and the one used before it (empty: none).
    found, found_before : float
        Share of the draws; NaN where a method gives nothing there.
    draws : int
    remark : str
        Such as that no interval is printed there, and why.
    """

    question: str
    setting: str
    quantity: str
    promised: float
    method: str
    found: float
    before: str = ""
    found_before: float = float("nan")
    draws: int = 0
    remark: str = ""


def all_held(draws: int, seed: int = 1) -> dict[str, list[Held]]:
    """Simulate every topic; its module's first line is its heading."""
    modules = {name: import_module(f"{__name__}.{name}") for name in TOPICS}
    return {(module.__doc__ or name).splitlines()[0].rstrip("."): module.held(draws, seed) for name, module in modules.items()}
