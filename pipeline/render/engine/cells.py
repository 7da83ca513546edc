"""The IPython shell that a report's cells run in: what they show goes to a recorder instead of a front end.

Made once in the preloaded server, before pandas is imported, because pandas asks
``get_ipython()`` when it decides how wide its tables are. Whatever asks by the
shell's class name whether it is in a notebook looks for "ZMQ".
"""

import os
from collections.abc import Mapping
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Any as AnyTrait
from traitlets import Bool, Type
from traitlets.config import Config

from pipeline.render.engine.jobs import CodeCell, Output


class RecordedHook(DisplayHook):
    """Notes the value of a cell's last expression."""

    _output: Output | None = None

    def start_displayhook(self) -> None:
        """Begin one result."""
        self._is_active = True
        self._output = {"output_type": "execute_result", "execution_count": self.prompt_count, "data": {}, "metadata": {}}

    def write_output_prompt(self) -> None:
        """Write no prompt."""

    def write_format_data(self, format_dict: Mapping[str, Any], md_dict: Mapping[str, Any] | None = None) -> None:
        """Take the result's representations."""
        assert self._output is not None
        self._output |= {"data": dict(format_dict), "metadata": dict(md_dict or {})}

    def finish_displayhook(self) -> None:
        """Note the result."""
        self._is_active = False
        if self._output and self._output["data"]:
            assert isinstance(self.shell, RecordedZMQShell)
            self.shell.note({"output": self._output})
        self._output = None

    def log_output(self, format_dict: Mapping[str, Any]) -> None:
        """Keep no history."""


class RecordedPublisher(DisplayPublisher):
    """Notes what a cell displays."""

    def publish(  # type: ignore[override]
        self,
        data: Mapping[str, Any],
        metadata: Mapping[str, Any] | None = None,
        *,
        transient: Mapping[str, Any] | None = None,
        update: bool = False,
        **_others: Any,
    ) -> None:
        """Note one display, or the new content of an earlier one."""
        shown = {"data": dict(data), "metadata": dict(metadata or {})}
        name = (transient or {}).get("display_id")
        if update:
            self.shell.note({"update": shown, "id": name})
            return
        event: dict[str, Any] = {"output": {"output_type": "display_data", **shown}}
        self.shell.note(event | {"id": name} if name else event)

    def clear_output(self, wait: bool = False) -> None:
        """Note that what the cell has shown so far is to go."""
        self.shell.note({"clear": wait})


class RecordedZMQShell(InteractiveShell):
    """A shell without terminal, history or front end."""

    displayhook_class = Type(RecordedHook)
    display_pub_class = Type(RecordedPublisher)
    autoindent = Bool(False)
    kernel = AnyTrait(True)
    """Whatever asks a shell for its kernel learns that this is not a terminal."""
    note = AnyTrait()
    """Takes one event of the journal; set by the process that runs cells."""

    def enable_gui(self, gui: str | None = None) -> None:
        """Need no event loop: figures are drawn when a cell ends."""

    def ask_exit(self) -> None:
        """End the run where it stands."""
        raise SystemExit

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        error = {"output_type": "error", "ename": etype.__name__, "evalue": str(evalue), "traceback": list(stb)}
        self.note({"output": error})


def make_shell() -> RecordedZMQShell:
    """Make the one shell of this process.

    Returns
    -------
    RecordedZMQShell
        Its ``note`` must be set before a cell is run.
    """
    settings = Config({"HistoryManager": {"enabled": False, "hist_file": ":memory:"}})
    shell = RecordedZMQShell.instance(config=settings)
    os.environ |= {"PAGER": "cat", "GIT_PAGER": "cat"}
    return shell


def run_cell(shell: RecordedZMQShell, cell: CodeCell) -> BaseException | None:
    """Run one cell; give the exception that ends the run, if it raised one."""
    result = shell.run_cell(cell.source, store_history=True)
    error = result.error_before_exec or result.error_in_exec
    return None if cell.may_fail and not isinstance(error, SystemExit) else error


def refuse_input(prompt: object = "") -> str:
    """Stand in for ``input``: nobody is there to answer."""
    raise StdinNotImplementedError("a report is made without anybody to ask")
