"""What many tests start from is computed once per run, by whichever process needs it first.

Everyone gets a copy of their own, so that no test sees what another did to it.
What a test changes inside the program (``monkeypatch``) is unknown here: such a
test calls the stages itself.
"""

import fcntl
import hashlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pipeline.clean.responses import clean_responses
from pipeline.compare.estimates import estimate_effects
from pipeline.score.scores import score_responses
from pipeline.spec.study import Study
from pipeline.tables.results import Cleaned, Estimated, Released, Scored
from tests.conftest import ONCE
from tests.released import release_results

Made = TypeVar("Made")


def once(name: str, make: Callable[[], Made]) -> Made:
    """Give what ``make`` gives; outside a run of the tests it is made each time."""
    folder = os.environ.get(ONCE)
    if not folder:
        return make()
    path = Path(folder) / name
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            made = pickle.dumps(make())
            path.write_bytes(made)
    return pickle.loads(path.read_bytes())


def folder_once(name: str, make: Callable[[Path], None]) -> Path:
    """Give a folder that ``make`` fills once per run; who changes something copies it first."""
    path = Path(os.environ[ONCE]) / name
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            unfinished = path.with_suffix(".unfinished")
            make(unfinished)
            unfinished.rename(path)
    return path


def scored_of(study: Study) -> tuple[Cleaned, Scored]:
    """Clean and score a study."""

    def make() -> tuple[Cleaned, Scored]:
        cleaned = clean_responses(study)
        return cleaned, score_responses(study, cleaned)

    return once(f"scored-{fingerprint(study)}", make)


def results_of(study: Study) -> tuple[Cleaned, Scored, Estimated]:
    """Clean, score and estimate a study."""
    cleaned, scored = scored_of(study)
    return cleaned, scored, once(f"estimated-{fingerprint(study)}", lambda: estimate_effects(study, cleaned, scored))


def release_of(study: Study) -> Released:
    """Clean, score, estimate and release a study."""
    return once(f"release-{fingerprint(study)}", lambda: release_results(study, results_of(study)[-1], {}))


def fingerprint(study: Study) -> str:
    """Hash all that a study says wherever it lies; its raw files are in it by their own hashes."""
    said: tuple[Any, ...] = (study.id, study.declaration, study.variables, study.answer_lists, study.texts, study.locked_plan)
    return hashlib.sha256(repr(said).encode()).hexdigest()
