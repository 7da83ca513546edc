"""Everything that a running report writes: to ``sys.stdout``, to file descriptors 1 and 2, and what it shows.

The descriptors go to files, not to pipes: nothing has to be read while the report
runs, so no thread is needed in a process that may fork, and nothing can block.
Before each event the files are read on, so all is journalled in the order of time.
"""

import codecs
import io
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.render.engine.journal import JOURNAL

STREAMS = {"stdout": 1, "stderr": 2}
MOST_TEXT = 2_000_000
"""Characters of streams kept from one report; the rest is not stored."""


class Recorder:
    """Writes the journal of one child; a process forked by a cell writes nothing to it."""

    def __init__(self, folder: Path) -> None:
        self._owner = os.getpid()
        self._journal = os.open(folder / JOURNAL, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._written = {name: _Written(folder / name, number) for name, number in STREAMS.items()}
        self._text = 0
        sys.stdout, sys.stderr = (Stream(name, self) for name in STREAMS)

    @property
    def mine(self) -> bool:
        """Whether this is the process that was asked to run the report."""
        return os.getpid() == self._owner

    def note(self, event: Mapping[str, Any]) -> None:
        """Write one event, after whatever was written to the descriptors before it."""
        if self.mine:
            self.drain()
            self._line(event)

    def text(self, name: str, text: str) -> None:
        """Write text of a stream; what a forked process prints comes through its descriptor."""
        if not self.mine:
            os.write(STREAMS[name], text.encode("utf-8", "replace"))
            return
        self.drain()
        self._stream(name, text)

    def drain(self) -> None:
        """Journal what has been written to the descriptors since last time."""
        for name, written in self._written.items():
            text = written.new()
            if text:
                self._stream(name, text)

    def _stream(self, name: str, text: str) -> None:
        kept = text[: max(0, MOST_TEXT - self._text)]
        self._text += len(text)
        if kept:
            self._line({"output": {"output_type": "stream", "name": name, "text": kept}})

    def _line(self, event: Mapping[str, Any]) -> None:
        line = json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n"
        data = memoryview(line.encode("utf-8", "surrogatepass"))
        while data:
            data = data[os.write(self._journal, data) :]


class _Written:
    """What was written to one descriptor, read on from where it was read last."""

    def __init__(self, path: Path, number: int) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        os.dup2(self._file, number)
        self._read = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def new(self) -> str:
        """Give the text since last time."""
        size = os.fstat(self._file).st_size
        if size == self._read:
            return ""
        data = os.pread(self._file, min(size - self._read, MOST_TEXT), self._read)
        self._read = size
        return self._decoder.decode(data)


class Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of a running report."""

    encoding = "utf-8"

    def __init__(self, name: str, recorder: Recorder) -> None:
        super().__init__()
        self.name = name
        self._recorder = recorder

    def write(self, text: str) -> int:
        """Journal text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            self._recorder.text(self.name, text)
        return len(text)

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def fileno(self) -> int:
        """Give the descriptor, which is captured too."""
        return STREAMS[self.name]
