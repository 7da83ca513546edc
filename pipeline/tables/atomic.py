"""The only writing of files: a file appears under its name complete or not at all.

Temporary file in the same folder, fsync, an atomic replace, fsync of the folder.
Whoever writes a temporary file holds a lock on it, which the operating system frees
however the process ends: so one without a lock was left by a killed run. Loads no
package, so that a page of links need not pay for pandas.
"""

import os
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from pipeline.locks import lock, try_to_lock

UNFINISHED = re.compile(r"\..+\.[0-9a-f]{12}\.part", re.DOTALL)
"""Names of temporary files."""
OPEN_FILES_MOVE = os.name != "nt"
"""Windows neither renames nor removes a file that is open, and cannot sync a folder."""


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file atomically; an older file survives any failure.

    Raises
    ------
    OSError
        With the file's name, when the disk is full or the folder read-only; the
        temporary file is removed and the older file untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f".{path.name}.{secrets.token_hex(6)}.part"
    try:
        with _opened(temporary) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            if OPEN_FILES_MOVE:
                temporary.replace(path)
        if OPEN_FILES_MOVE:
            _sync_folder(path.parent)
        else:
            temporary.replace(path)
    except OSError as error:
        error.filename = str(path)
        raise
    finally:
        temporary.unlink(missing_ok=True)


def _opened(temporary: Path) -> BinaryIO:
    """Open and lock a temporary file; another run may have taken it away before it was locked."""
    while True:
        file = temporary.open("wb")
        lock(file)
        if temporary.exists():
            return file
        file.close()


def write_text(path: Path, content: str) -> None:
    """Write UTF-8 text atomically, line ends as given."""
    write_bytes(path, content.encode("utf-8"))


def remove_unfinished(files: Iterable[Path]) -> None:
    """Remove the temporary files among these that nobody is writing: what killed runs left."""
    for path in files:
        if UNFINISHED.fullmatch(path.name) and path.is_file():
            with path.open("rb") as file:
                left = try_to_lock(file)
                if left and OPEN_FILES_MOVE:
                    path.unlink(missing_ok=True)
            if left and not OPEN_FILES_MOVE:
                with suppress(PermissionError):
                    path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
