"""Watching other processes in tests."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

PROC = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system has no /proc to see its processes in")


def alive(process: int) -> bool:
    """Whether a process is still running; one that has ended and was not waited for is not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for something that another process does."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)
