"""The environment that code of a report runs in, the same for every engine: no window, no settings from anybody's home."""

import os
from pathlib import Path

from pipeline.digits import same_digits

PACKAGE_PARENT = Path(__file__).resolve().parents[3]
FORK_SAFE = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",
}
"""Keeps pyarrow from starting the thread of an allocator when it is imported: nothing may run beside a fork. The last is for macOS, which else ends forks."""
INLINE = "module://matplotlib_inline.backend_inline"


def surroundings(folder: Path) -> dict[str, str]:
    """Give environment variables for a process that runs cells.

    Parameters
    ----------
    folder : Path
        An empty folder of this run; settings of IPython, Jupyter and matplotlib
        are looked for there.

    Returns
    -------
    dict
        To be added to the environment. One BLAS thread, a fixed hash seed,
        inline figures, this package on the path.
    """
    settings = folder / "matplotlibrc"
    settings.touch()
    return same_digits() | {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(PACKAGE_PARENT), os.environ.get("PYTHONPATH")))),
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": INLINE,
        "MATPLOTLIBRC": str(settings),
        "IPYTHONDIR": str(folder),
        "JUPYTER_RUNTIME_DIR": str(folder),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        **FORK_SAFE,
    }
