"""One run per study at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.paths import Paths
from pipeline.stages.progress import tell


@contextmanager
def only_run(paths: Paths) -> Iterator[None]:
    """Hold the study's lock file; a second run says that it waits, and waits.

    The lock is the operating system's: it is free again when its process ends,
    however it ends.
    """
    paths.processed.mkdir(parents=True, exist_ok=True)
    with (paths.processed / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(f"{paths.study}: another run is building this study; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
