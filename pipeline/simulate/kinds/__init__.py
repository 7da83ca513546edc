"""Kinds of made-up variables: from what is declared to one value per unit in one wave.

To add a kind: its type in ``spec.simulation``, a ``draw_<kind>`` function beside
its like, and its line in ``KINDS``. A function may use what is drawn before: parts
in drawing order, and of its own part the variables and waves before this one.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from pipeline.simulate.kinds.choices import draw_choice, draw_coding, draw_knowledge, draw_move
from pipeline.simulate.kinds.numbers import draw_date, draw_event, draw_number
from pipeline.simulate.kinds.recalled import draw_recalled
from pipeline.simulate.kinds.texts import draw_text
from pipeline.simulate.world import World
from pipeline.spec.simulation import Choices, Coding, Dates, DrawnPart, Event, Knowledge, Moves, Numbers, Recalled, Texts

KINDS: dict[type[DrawnPart], Callable[[World, Any, str, str], np.ndarray]] = {
    Choices: draw_choice,
    Numbers: draw_number,
    Dates: draw_date,
    Texts: draw_text,
    Knowledge: draw_knowledge,
    Recalled: draw_recalled,
    Moves: draw_move,
    Coding: draw_coding,
    Event: draw_event,
}
"""Kind -> how one variable is drawn in one wave (empty when fixed), from the world, the declared part, name and wave."""
