"""Tracebacks without colours, and without the folders of the machine they were made on."""

import re
from collections.abc import Iterable, Iterator

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
FOLDERS = re.compile(r"(?<![\w.])(?:/[^\s/:\"'()]+)+/(?=[^\s/:\"'()]+)")
KEPT_LINES = 12


def plain_lines(traceback: Iterable[str]) -> Iterator[str]:
    """Give the last lines of a traceback, with file names instead of full paths."""
    lines = COLOURS.sub("", "\n".join(traceback)).splitlines()
    yield from (without_folders(line) for line in lines[-KEPT_LINES:])


def without_folders(text: str) -> str:
    """Give a text with the last part only of each absolute path in it."""
    return FOLDERS.sub("", text)
