"""What is asked of an engine, and what comes back: cells to run, outputs per cell, how it ended."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pipeline.errors import Problem, raise_if_any
from pipeline.render.template import tags_of

Output = dict[str, Any]
"""One output of a cell as nbformat 4 writes it."""

SECONDS_VARIABLE, MEGABYTES_VARIABLE = "RORLIGHET_REPORT_SECONDS", "RORLIGHET_REPORT_MEGABYTES"
MAY_FAIL = "raises-exception"
"""Tag of a cell whose exception is shown and does not end the run."""


@dataclass(frozen=True)
class Limits:
    """How long one report may take, and how much memory it may ask for beyond what was loaded before it."""

    seconds: float = 300.0
    megabytes: int = 4096

    @classmethod
    def stated(cls) -> "Limits":
        """Take the limits from the environment, where they are stated there.

        Raises
        ------
        ResearcherError
            When one is not a whole number from 1.
        """
        seconds, megabytes = (os.environ.get(name) for name in (SECONDS_VARIABLE, MEGABYTES_VARIABLE))
        raise_if_any(
            Problem(name, f"is '{text}'", "a whole number from 1", "Correct it, or leave it out.")
            for name, text in ((SECONDS_VARIABLE, seconds), (MEGABYTES_VARIABLE, megabytes))
            if text is not None and not (text.isdecimal() and int(text) > 0)
        )
        return cls(float(seconds or cls.seconds), int(megabytes or cls.megabytes))


@dataclass(frozen=True)
class CodeCell:
    """One code cell to run: its place in the notebook, its source, and whether it may raise."""

    place: int
    source: str
    may_fail: bool = False


def cells_to_run(notebook: Mapping[str, Any]) -> tuple[CodeCell, ...]:
    """Give the code cells of a filled notebook, each with its place among all cells."""
    return tuple(
        CodeCell(place, cell["source"], MAY_FAIL in tags_of(cell))
        for place, cell in enumerate(notebook["cells"])
        if cell["cell_type"] == "code" and cell["source"].strip()
    )


@dataclass(frozen=True)
class Job:
    """One notebook to run.

    Parameters
    ----------
    name : str
        Unique in a run.
    seed : str
        What random numbers are seeded from; must not depend on the order or
        the folder of the run.
    cells : tuple of CodeCell
        In order.
    folder : str
        Working folder of the code.
    limits : Limits
    template : str
        Path of the notebook that the cells are from, for an engine that reads it itself.
    parameters : dict
        Values that were filled into the cells.
    """

    name: str
    seed: str
    cells: tuple[CodeCell, ...]
    folder: str
    limits: Limits = field(default_factory=Limits)
    template: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)

    def as_plain(self) -> dict[str, Any]:
        """Give the job as plain JSON."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Job":
        """Read a job written by ``as_plain``."""
        cells = tuple(CodeCell(**cell) for cell in plain["cells"])
        return cls(**{**plain, "cells": cells, "limits": Limits(**plain["limits"])})


@dataclass(frozen=True)
class Failure:
    """Why a run did not reach its end.

    Parameters
    ----------
    kind : str
        ``raised``, ``time``, ``memory``, ``died`` or ``engine``.
    cell : int or None
        Place of the cell that was running; None before the first.
    error : str
        Name of the exception, of the signal, or the exit status.
    words : str
        The exception's message; empty without one.
    traceback : tuple of str
        Last lines of the traceback, without colours.
    """

    kind: str
    cell: int | None = None
    error: str = ""
    words: str = ""
    traceback: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ran:
    """How a job ended.

    Parameters
    ----------
    name : str
        Of the job.
    outputs : dict
        Place of each cell that was begun -> its outputs, also those of a cell that failed.
    failure : Failure or None
        None when every cell was run.
    seconds : float
        From the fork to the end.
    cpu_seconds : float
        User and system time of its process and those it waited for.
    """

    name: str
    outputs: dict[int, list[Output]]
    failure: Failure | None = None
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def remarks(self) -> tuple[str, ...]:
        """What cells printed beside their results, such as warnings; a sound report prints nothing."""
        every = (output for outputs in self.outputs.values() for output in outputs)
        return tuple("".join(output["text"]) for output in every if output["output_type"] == "stream")
