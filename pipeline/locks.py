"""Locks on open files, which the operating system frees when their process ends, however it ends: by fcntl, or msvcrt on Windows."""

import time
from typing import IO

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]
try:
    import msvcrt
except ImportError:
    msvcrt = None  # type: ignore[assignment]

PAUSE = 0.2
"""Seconds between two tries, where a lock cannot be waited for."""


def try_to_lock(file: IO) -> bool:
    """Lock an open file, unless another process has; where the system has no locks, say that nobody has."""
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    elif msvcrt is not None:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
    return True


def lock(file: IO) -> None:
    """Lock an open file, and wait as long as another process has."""
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX)
        return
    while not try_to_lock(file):
        time.sleep(PAUSE)
