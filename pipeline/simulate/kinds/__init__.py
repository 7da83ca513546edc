"""Kinds of made-up variables: one module each, from what is declared to one value per unit and wave.

To add a kind: write the module with its ``draw_<kind>`` function, its declared
type in ``spec.simulation`` and its line in ``KINDS`` and ``NAMES``.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from pipeline.simulate.kinds.choices import draw_choices
from pipeline.simulate.kinds.codings import draw_coding
from pipeline.simulate.kinds.dates import draw_dates
from pipeline.simulate.kinds.events import draw_event
from pipeline.simulate.kinds.knowledge import draw_knowledge
from pipeline.simulate.kinds.moves import draw_moves
from pipeline.simulate.kinds.numbers import draw_numbers
from pipeline.simulate.kinds.recalled import draw_recalled
from pipeline.simulate.kinds.texts import draw_texts
from pipeline.simulate.world import Key, Latent
from pipeline.spec.declared import Declared
from pipeline.spec.simulation import Choices, Coding, Dates, Event, Knowledge, Moves, Numbers, Recalled, Texts

Drawn = tuple[dict[Key, np.ndarray], dict[Key, Latent]]

KINDS: dict[type[Declared], Callable[[Any, Any], Drawn]] = {
    Choices: draw_choices,
    Numbers: draw_numbers,
    Dates: draw_dates,
    Texts: draw_texts,
    Knowledge: draw_knowledge,
    Recalled: draw_recalled,
    Moves: draw_moves,
    Coding: draw_coding,
    Event: draw_event,
}
NAMES: dict[type[Declared], Callable[[Any], Iterable[str]]] = {
    Choices: lambda declared: declared.names,
    Numbers: lambda declared: declared.names,
    Dates: lambda declared: declared.names,
    Texts: lambda declared: declared.names,
    Knowledge: lambda declared: declared.right,
    Recalled: lambda declared: declared.names,
    Moves: lambda declared: (declared.name,),
    Coding: lambda declared: (declared.name,),
    Event: lambda declared: (declared.time, declared.event),
}
"""Kind -> the variables that a declared part draws."""
