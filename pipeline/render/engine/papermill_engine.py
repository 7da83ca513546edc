"""The engine under papermill's own command: ``papermill --engine rorlighet template.ipynb out.ipynb -p study trs``.

Registered as the entry point ``rorlighet`` of the group ``papermill.engine``.
"""

from pathlib import Path
from typing import Any

import nbformat
from papermill.engines import Engine, NotebookExecutionManager
from papermill.exceptions import PapermillException

from pipeline.render.engine.client import ForkEngine
from pipeline.render.engine.jobs import Job, Limits, Ran, cells_to_run


class RorlighetEngine(Engine):
    """Runs a notebook that papermill has filled in, in a fork of a preloaded server instead of a kernel."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        input_path: str | None = None,
        execution_timeout: int | None = None,
        **_others: Any,
    ) -> None:
        """Run every code cell and hand its outputs to papermill, which writes and judges the notebook.

        Parameters
        ----------
        nb_man : NotebookExecutionManager
            Holds the notebook; told of each cell that began, ended or raised.
        kernel_name : str
            Not used: there is no kernel.
        input_path : str, optional
            Names the run, and so seeds its random numbers.
        execution_timeout : int, optional
            Seconds for the whole notebook.

        Raises
        ------
        PapermillException
            When the process died or took too long; a cell that raised is told
            by papermill itself.
        """
        limits = Limits.stated()
        if execution_timeout is not None:
            limits = Limits(float(execution_timeout), limits.megabytes)
        name = Path(input_path or "notebook").stem
        job = Job(name, name, cells_to_run(nb_man.nb), str(Path.cwd()), limits)
        with ForkEngine() as engine:
            engine.submit(job)
            [ran] = engine.ended(wait=True)
        _hand_over(nb_man, job, ran)
        if ran.failure is not None and ran.failure.kind not in ("raised", "memory"):
            raise PapermillException(f"The run ended in cell {(ran.failure.cell or 0) + 1}: {ran.failure.error}")


def _hand_over(nb_man: NotebookExecutionManager, job: Job, ran: Ran) -> None:
    to_run = {cell.place for cell in job.cells}
    count = 0
    for place, cell in enumerate(nb_man.nb.cells):
        if place in to_run and place not in ran.outputs:
            return
        nb_man.cell_start(cell, place)
        if place in to_run:
            count += 1
            cell.execution_count = count
            cell.outputs = [nbformat.from_dict(output) for output in ran.outputs[place]]
        if ran.failure is not None and place == ran.failure.cell:
            nb_man.cell_exception(cell, cell_index=place)
        nb_man.cell_complete(cell, cell_index=place)
