"""What the server loads before it forks: everything that a report of ours imports, and what the first figure would load.

Nothing here may start a thread: a fork copies one thread only, and whatever waits
for another hangs for ever. The server counts its threads before every fork.
Imports stand inside functions because their order matters (see ``cells``).
"""

import gc
import importlib
import pkgutil
from typing import TYPE_CHECKING

from pipeline.spec.vocabulary import LANGUAGES

if TYPE_CHECKING:
    from pipeline.render.engine.cells import RecordedZMQShell

MODULES = (
    "numpy",
    "pandas",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.textpath",
    "PIL.PngImagePlugin",
    "markdown_it",
    "pipeline.render.report",
)
LETTERS = "".join(map(chr, range(32, 127))) + "ÅÄÖÉåäöéü±×–−…“”’← →≥≤\N{NO-BREAK SPACE}"
"""What figures are mostly written with."""
PACKAGES = ("pipeline.render.figures", "pipeline.render.tables", "pipeline.render.templates", "pipeline.render.wording")


def preload() -> "RecordedZMQShell":
    """Make the shell, then load; the order matters, see ``cells``.

    Returns
    -------
    RecordedZMQShell
        The shell that every fork runs its cells in.
    """
    gc.disable()
    from pipeline.render.engine.cells import make_shell

    shell = make_shell()
    with shell.builtin_trap:
        load_packages()
    _read_texts()
    _look_up_letters()
    gc.freeze()
    gc.enable()
    return shell


def load_packages() -> None:
    """Import what is declared."""
    for name in MODULES:
        importlib.import_module(name)
    for name in PACKAGES:
        package = importlib.import_module(name)
        for found in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{name}.{found.name}")


def _read_texts() -> None:
    from pipeline.render.catalogue import catalogue

    for language in LANGUAGES:
        catalogue(language)


def _look_up_letters() -> None:
    from pipeline.render.figures.lettering import advance
    from pipeline.render.figures.raster import outline_of

    for weight in ("normal", "bold"):
        for letter in LETTERS:
            outline_of(letter, weight)
            advance(letter, weight)
