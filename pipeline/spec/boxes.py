"""A question with several answers (select_multiple) becomes one variable per box: ticked, not ticked, or not answered.

The codebook has one row for the question; ``{}`` in a raw name stands for the
answer's ``raw`` where the file has a column per box, such as ``steps[{}]``, and
without it one cell holds all answers, such as ``CV;Interview``. What cells mean
is in ``clean.boxes``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pipeline.errors import Problem
from pipeline.spec.codebook import NAMES
from pipeline.spec.declaration import Declaration
from pipeline.spec.declared import Text
from pipeline.spec.study import Answer, Box, Variable

SELECT_MULTIPLE = "select_multiple"
PLACE = "{}"
"""Stands in a raw name for the answer that a box is for."""
TICKED = (Answer("yes", "Y", Text(sv="Ja", en="Yes")), Answer("no", "N", Text(sv="Nej", en="No")))

AnswerLists = Mapping[str, tuple[Answer, ...]]


def boxes_of(variables: tuple[Variable, ...], lists: AnswerLists) -> tuple[tuple[Variable, ...], dict[str, tuple[Answer, ...]]]:
    """Put the boxes of each select_multiple in its place.

    Parameters
    ----------
    variables : tuple of Variable
        As the codebook lists them.
    lists : mapping
        Answer list by name.

    Returns
    -------
    variables, lists
        A box is a select_one named ``<question>_<code>`` with the answers
        ``yes`` and ``no``; its list also holds the missing reasons of the question's.
    """
    expanded: list[Variable] = []
    complete = dict(lists)
    for variable in variables:
        if variable.type != SELECT_MULTIPLE:
            expanded.append(variable)
            continue
        answers = lists.get(variable.answers, ())
        own = f"{variable.name} boxes"
        complete[own] = (*TICKED, *(answer for answer in answers if answer.missing))
        expanded += [_box(variable, answer, answers, own) for answer in answers if not answer.missing and answer.raw]
    return tuple(expanded), complete


def box_problems(variables: tuple[Variable, ...], lists: AnswerLists, where: str) -> Iterator[Problem]:
    """Give what keeps a question from being split into boxes."""
    for variable in variables:
        if variable.type != SELECT_MULTIPLE:
            continue
        place = f"{where}, '{variable.name}'"
        answers = [answer for answer in lists.get(variable.answers, ()) if not answer.missing and answer.raw]
        for answer in answers:
            name = f"{variable.name}_{answer.code}"
            if not name.isidentifier() or name != name.lower():
                found = f"code '{answer.code}' of list {variable.answers} cannot be part of a name"
                yield Problem(place, found, NAMES, f"The box would be called '{name}': choose another code.")
        if variable.answers in lists and not answers:
            yield Problem(place, f"list {variable.answers} has no answer to tick", remedy="Give each box a row in answers.csv.")
        if variable.fixed:
            yield Problem(f"{place}, column fixed", "'yes'", "empty", "A question with several answers is asked in a wave.")


def with_boxes(declaration: Declaration, variables: tuple[Variable, ...]) -> Declaration:
    """Put all boxes of a question where a measure's items or an exhibit's outcomes name the question."""
    boxes = {name: [one.name for one in asked] for name, asked in questions_of(variables).items() if asked[0].box is not None}

    def named(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(box for name in names for box in boxes.get(name, [name]))

    return declaration.model_copy(
        update={
            "measures": tuple(one.model_copy(update={"items": named(one.items)}) for one in declaration.measures),
            "exhibits": tuple(one.model_copy(update={"outcomes": named(one.outcomes)}) for one in declaration.exhibits),
        }
    )


def questions_of(variables: Iterable[Variable]) -> dict[str, list[Variable]]:
    """Give the questions of a codebook in its order: each with its variable, or with its boxes."""
    questions: dict[str, list[Variable]] = {}
    for variable in variables:
        questions.setdefault(variable.box.question if variable.box else variable.name, []).append(variable)
    return questions


def _box(variable: Variable, answer: Answer, options: tuple[Answer, ...], own: str) -> Variable:
    whole = frozenset(source for source, raw in variable.raw_names.items() if PLACE not in raw)
    return replace(
        variable,
        name=f"{variable.name}_{answer.code}",
        type="select_one",
        label=Text(sv=f"{variable.label.sv} {answer.label.sv}", en=f"{variable.label.en} {answer.label.en}"),
        answers=own,
        raw_names={source: raw.replace(PLACE, answer.raw) for source, raw in variable.raw_names.items()},
        box=Box(variable.name, answer, options, whole),
    )
