"""While work goes on: one run per study at a time, and what the terminal shows of it."""

import io
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from pipeline.errors import DETAILS_SHOWN, EXAMPLES_SHOWN, Problem, ResearcherError, examples
from pipeline.locks import lock, try_to_lock
from pipeline.paths import Paths
from pipeline.tables.atomic import remove_unfinished, write_text

BOLD, RED, PLAIN = "\033[1m", "\033[31m", "\033[0m"
SCREEN = 60
"""Lines that problems may take on the screen."""
MOST_PROBLEMS = 20
BAR = "{n_fmt} of {total_fmt} |{bar:30}| {elapsed}, {remaining} left"


class Patient(io.TextIOWrapper):
    """What a command prints to: signs that cannot be shown are spelt, and when the reader has left (``| head``), the work goes on unheard."""

    @classmethod
    def instead_of(cls, stream: TextIO) -> TextIO:
        """Take the place of what Python opened; anything else, such as a test's, is left as it is."""
        if type(stream) is not io.TextIOWrapper:
            return stream
        stream.flush()
        raw = open(stream.fileno(), "wb", closefd=False)  # noqa: SIM115
        return cls(raw, stream.encoding, "backslashreplace", line_buffering=stream.line_buffering, write_through=stream.write_through)

    def write(self, text: str) -> int:
        """Write, or drop, a text."""
        with self._unheard():
            return super().write(text)
        return len(text)

    def flush(self) -> None:
        """Let all that was written be read, or drop it."""
        with self._unheard():
            super().flush()

    @contextmanager
    def _unheard(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())


class Bar:
    """The line below all others, on a terminal only: how much of a command's work is done, and how long the rest will take."""

    def __init__(self) -> None:
        self._line: Any = None

    @contextmanager
    def shown(self, steps: int) -> Iterator[None]:
        """Show it while work of so many steps goes on; elsewhere than on a terminal nothing is shown, and nothing loaded."""
        if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
            yield
            return
        from tqdm import tqdm

        tqdm.monitor_interval = 0  # which would start a thread
        plain = sys.stderr.encoding.lower() not in ("utf-8", "utf8")
        self._line = tqdm(total=steps, bar_format=BAR, file=sys.stderr, leave=False, dynamic_ncols=True, ascii=plain, mininterval=0)
        try:
            yield
        finally:
            self._line.close()
            self._line = None

    def expect(self, steps: int) -> None:
        """There is so much more to do than was known."""
        if self._line is not None:
            self._line.total += steps
            self._line.refresh()

    def step(self) -> None:
        """One step is done."""
        if self._line is not None:
            self._line.update()

    def above(self, line: str) -> bool:
        """Print a line above the bar; False where there is none."""
        if self._line is not None:
            self._line.write(line, file=sys.stderr)
        return self._line is not None


bar = Bar()


def tell(line: str) -> None:
    """Print one line of progress at once."""
    if not bar.above(line):
        print(line, file=sys.stderr, flush=True)


def emphasised(text: str) -> str:
    """Make text bold on a terminal that shows colours."""
    return f"{BOLD}{text}{PLAIN}" if colours() else text


def alarming(text: str) -> str:
    """Make text red on a terminal that shows colours."""
    return f"{RED}{text}{PLAIN}" if colours() else text


def colours() -> bool:
    """Say whether to colour: only on a terminal, and never with NO_COLOR."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextmanager
def only_run(paths: Paths) -> Iterator[None]:
    """Hold the study's lock file, and remove what killed runs left; a second run says that it waits, and waits.

    The lock is the operating system's: it is free again when its process ends,
    however it ends.
    """
    paths.processed.mkdir(parents=True, exist_ok=True)
    with (paths.processed / ".lock").open("ab") as file:
        if not try_to_lock(file):
            tell(f"{paths.study}: another run is building this study; waiting for it")
            lock(file)
        remove_unfinished(path for folder in (paths.processed, paths.reports, paths.declared) for path in folder.rglob(".*"))
        for folder in (paths.unfinished_raw, *paths.releases.glob(".*.part")):
            shutil.rmtree(folder, ignore_errors=True)
        yield


def told_in_full(paths: Paths, error: ResearcherError) -> ResearcherError:
    """Write all problems to a file when they are more than one screen, and give what is to be shown, which is not."""
    if len(str(error).splitlines()) <= SCREEN and all(len(problem.details) <= DETAILS_SHOWN for problem in error.problems):
        forget_problems(paths)
        return error
    file = _list_of_problems(paths)
    count = f"{len(error.problems)} problems, of which the first are shown above"
    try:
        write_text(file, "\n".join(problem.text() for problem in error.problems) + "\n")
        told = Problem(paths.shown(file), f"lists all of this: {count}")
    except OSError as trouble:
        told = Problem(paths.shown(file), f"could not be written ({trouble.strerror}) to list all of this: {count}")
    for most in (DETAILS_SHOWN, EXAMPLES_SHOWN, 1):
        short = [
            replace(problem, details=examples(problem.details, most), remedy="\n".join(examples(problem.remedy.split("\n"), 2 * most)))
            for problem in error.problems[:MOST_PROBLEMS]
        ]
        if _lines(short) < SCREEN:
            break
    while len(short) > 1 and _lines(short) >= SCREEN:
        short.pop()
    return ResearcherError([*short, told])


def _lines(problems: list[Problem]) -> int:
    return sum(len(str(problem).splitlines()) for problem in problems)


def forget_problems(paths: Paths) -> None:
    """Take away the list of problems that are no more."""
    with suppress(OSError):
        _list_of_problems(paths).unlink(missing_ok=True)


def _list_of_problems(paths: Paths) -> Path:
    return paths.processed / "problems.txt"
