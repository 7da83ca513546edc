"""Boxes of a question with several answers: which are ticked, and whether the question was answered at all.

A box by itself does not tell ``not ticked`` from ``not answered``: exports leave
both blank, or write 0 in forms that nobody opened. The question does: it was
answered where at least one of its boxes is ticked, or where answers.csv lists the
blank as an answer.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np

from pipeline.clean.answers import UNKNOWN, Interpreted, Meaning
from pipeline.spec.boxes import TICKED
from pipeline.spec.folding import comparable
from pipeline.spec.sources import Source
from pipeline.spec.study import Answer, Box, Variable
from pipeline.spec.vocabulary import MISSING_CODES

YES, NO = (answer.code for answer in TICKED)
MARKED = frozenset({"y", "yes", "ja", "1", "x", "true", "sant", "checked", "markerad", "selected", "vald"})
UNMARKED = frozenset({"n", "no", "nej", "0", "false", "falskt", "unchecked", "omarkerad", "not selected", "ej vald"})
"""How survey tools write a ticked box and one that is not; the answer's own text in its column is a tick, too."""
BETWEEN = (";", "|", ",", " ")
"""What stands between several answers in one cell, tried in this order; a line break counts as a semicolon."""


def box_meaning(source: Source, variable: Variable) -> Callable[[str], Meaning]:
    """Give the function that says what a cell tells of one box.

    Parameters
    ----------
    source : Source
        Says whether one cell holds all answers.
    variable : Variable
        A box.

    Returns
    -------
    function
        Text -> ``yes``, ``no`` (also for a blank: the question decides, see
        ``answered_boxes``), a missing reason, or a fault.
    """
    box = variable.box
    assert box is not None
    reasons = {comparable(answer.raw): MISSING_CODES[answer.missing] for answer in box.options if answer.missing and answer.raw}
    ticked = _in_one_cell(box) if source.name in box.in_one_cell else _in_own_column(box)

    def meaning(text: str) -> Meaning:
        key = comparable(text)
        if key in reasons:
            return Meaning(missing=reasons[key])
        found = ticked(text) if key else False
        return Meaning(fault=UNKNOWN) if found is None else Meaning(YES if found else NO)

    return meaning


def _in_own_column(box: Box) -> Callable[[str], bool | None]:
    named = {comparable(text) for text in (box.answer.raw, box.answer.label.sv, box.answer.label.en)}

    def ticked(text: str) -> bool | None:
        key = comparable(text)
        return True if key in MARKED or key in named - UNMARKED else False if key in UNMARKED else None

    return ticked


def _in_one_cell(box: Box) -> Callable[[str], bool | None]:
    codes = {comparable(answer.raw): answer.code for answer in box.options if not answer.missing and answer.raw}

    def ticked(text: str) -> bool | None:
        parts = split_answers(text, tuple(codes))
        return None if parts is None else box.answer.code in {codes[part] for part in parts}

    return ticked


@lru_cache(maxsize=100_000)
def split_answers(text: str, answers: tuple[str, ...]) -> tuple[str, ...] | None:
    """Split a cell that holds several answers, such as ``CV;Interview;`` or ``1,3``.

    Parameters
    ----------
    text : str
    answers : tuple of str
        Declared answers, folded; one may hold what stands between others.

    Returns
    -------
    tuple of str, or None
        The answers found; None when something else stands in the cell.
    """
    folded = comparable(re.sub(r"[\r\n]+", ";", text))
    longest_first = "|".join(re.escape(answer) for answer in sorted(answers, key=len, reverse=True))
    for sign in BETWEEN:
        mark = re.escape(sign)
        if re.fullmatch(rf"(?:{mark}|\s)*(?:(?:{longest_first})\s*(?:{mark}(?:{mark}|\s)*|$))+", folded):
            return tuple(match[1] for match in re.finditer(rf"({longest_first})\s*(?={mark}|$)", folded))
    return None


def answered_boxes(source: Source, variables: Iterable[Variable], columns: Mapping[str, Interpreted]) -> dict[str, Interpreted]:
    """Take the ``no`` from the boxes of everybody who ticked none of a question's boxes: they did not answer it.

    Parameters
    ----------
    source : Source
        Says what a blank means.
    variables : iterable of Variable
        Of this source; only boxes count.
    columns : mapping
        Variable name -> its interpreted column, those never reached already marked.

    Returns
    -------
    dict
        Name -> column of every box. Where a box is ticked, the question was
        shown whole: its other boxes are not ticked, also behind the last answer
        of somebody who broke off there.
    """
    questions: dict[str, list[Variable]] = {}
    for variable in variables:
        if variable.box is not None:
            questions.setdefault(variable.box.question, []).append(variable)
    settled = {}
    for boxes in questions.values():
        any_ticked = np.logical_or.reduce([columns[box.name].values.eq(YES).fillna(False).to_numpy(dtype=bool) for box in boxes])
        for box in boxes:
            assert box.box is not None
            settled[box.name] = _settled(columns[box.name], any_ticked, _of_blank(source.of_column(box.name), box.box.options))
    return settled


def _of_blank(source: Source, options: tuple[Answer, ...]) -> int:
    """Give the missing code of a question without a tick; 0 where a blank is listed as an answer."""
    listed = [answer for answer in options if not answer.raw]
    reason = listed[0].missing if listed else source.blank
    return MISSING_CODES[reason] if reason else 0


def _settled(column: Interpreted, any_ticked: np.ndarray, of_blank: int) -> Interpreted:
    not_reached = column.missing == MISSING_CODES["not_reached"]
    shown = any_ticked & not_reached
    values = column.values.mask(shown, NO)
    missing = np.where(shown, np.int8(0), column.missing)
    unanswered = ~any_ticked & (missing == 0) & (column.faults == "") & bool(of_blank)
    return replace(column, values=values.mask(unanswered), missing=np.where(unanswered, np.int8(of_blank), missing))
