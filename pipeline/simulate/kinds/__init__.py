"""Kinds of made-up variables: what may be declared of each, and how one value per unit is drawn in one wave.

To add a kind: its type in ``spec.drawn``, a ``draw_<kind>`` and a
``drawn_<kind>_problems`` function beside their like, and its line in ``KINDS``. A draw may
use what is drawn before: parts in drawing order, and of its own part the variables
and waves before this one.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from pipeline.errors import Problem
from pipeline.simulate.kinds import choices, numbers, texts
from pipeline.simulate.world import MadeUpWorld
from pipeline.spec.drawn import Choices, Coding, Dates, DrawnPart, Event, Knowledge, Moves, Numbers, Recalled, Texts
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import CHOICE_TYPES


class Kind(NamedTuple):
    """How variables of a kind are checked and drawn.

    Attributes
    ----------
    types : tuple of str
        Types of variables that it can draw.
    draw : callable
        World, declared part, name and wave (empty when fixed) -> one value per unit.
    problems : callable
        Study, place and declared part -> what is wrong beside what all kinds must fulfil.
    """

    types: tuple[str, ...]
    draw: Callable[[MadeUpWorld, Any, str, str], np.ndarray]
    problems: Callable[[Study, str, Any], Iterator[Problem]]


NUMBER_TYPES = ("integer", "decimal")
KINDS: dict[type[DrawnPart], Kind] = {
    Choices: Kind(CHOICE_TYPES, numbers.draw_read, choices.drawn_choice_problems),
    Numbers: Kind(NUMBER_TYPES, numbers.draw_read, numbers.drawn_number_problems),
    Dates: Kind(("date",), numbers.draw_date, numbers.drawn_date_problems),
    Texts: Kind(("text",), texts.draw_text, texts.drawn_text_problems),
    Knowledge: Kind(CHOICE_TYPES, choices.draw_knowledge, choices.drawn_knowledge_problems),
    Recalled: Kind((*CHOICE_TYPES, *NUMBER_TYPES), numbers.draw_recalled, numbers.drawn_recalled_problems),
    Moves: Kind(CHOICE_TYPES, choices.draw_move, choices.drawn_move_problems),
    Coding: Kind(CHOICE_TYPES, choices.draw_coding, choices.drawn_coding_problems),
    Event: Kind((*NUMBER_TYPES, "select_one"), numbers.draw_event, numbers.drawn_event_problems),
}
