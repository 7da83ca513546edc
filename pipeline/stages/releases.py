"""What a study has published: the frozen folders in ``releases/``, which of them still count, and who stood behind their numbers.

A frozen folder holds what anybody may have. Who stood behind its numbers stays in
``data/processed/<study>/published/``, as fingerprints that nobody can read without
the key beside them; it cannot be made again.
"""

import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import pandas as pd

from pipeline.errors import Problem, ResearcherError
from pipeline.paths import Paths
from pipeline.spec.study import Study
from pipeline.stages.running import tell
from pipeline.stages.up_to_date import sha256_of
from pipeline.tables.atomic import write_bytes
from pipeline.tables.frames import read_rows, write_rows

SUMS, FACTS, KEY = "SHA256SUMS", "publication.json", "key"
People = Callable[[str], pd.Series | None]


@dataclass(frozen=True)
class Frozen:
    """One published release: its folder, and what was said of it."""

    folder: Path
    number: int
    date: str
    replaces: int | None
    content: str
    """Hash of its tables."""


def frozen_releases(paths: Paths) -> list[Frozen]:
    """Give the published releases of a study, in order.

    Raises
    ------
    ResearcherError
        When a folder is none, or does not say what it is.
    """
    found = []
    for folder in sorted(path for path in paths.releases.glob("[!.]*") if path.is_dir()):
        try:
            facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
            found.append(Frozen(folder, int(folder.name), facts["date"], facts["replaces"], facts["content"]))
        except (OSError, ValueError, KeyError, TypeError):
            remedy = "Restore it from version control, or move it away if it never was one."
            raise ResearcherError.of(f"{paths.shown(folder)}/", f"is no published release: {FACTS} cannot be read", remedy=remedy) from None
    return sorted(found, key=lambda one: one.number)


def earlier_releases(study: Study) -> list[dict[str, object]]:
    """List the releases before the one that is being prepared, and whether they still count, for the report."""
    publish = study.declaration.publish
    if publish is None:
        return []
    frozen = [one for one in frozen_releases(study.paths) if one.number < publish.number]
    states = states_of(study, frozen)
    return [{"number": one.number, "date": one.date, "state": states[one.number]} for one in frozen]


def states_of(study: Study, frozen: Iterable[Frozen]) -> dict[int, str]:
    """Say of each release whether it is ``followed``, was ``replaced`` by a later one, or ``withdrawn``."""
    publish = study.declaration.publish
    assert publish is not None
    every = list(frozen)
    replaced = {one.replaces for one in every} | {publish.replaces}
    withdrawn = {one.number for one in publish.withdrawn}
    states = {one.number: "replaced" if one.number in replaced else "followed" for one in every}
    return states | {number: "withdrawn" for number in states if number in withdrawn}


def changed_files(frozen: Frozen, paths: Paths) -> list[Problem]:
    """Name the files of a published release that are no longer what was published."""
    try:
        lines = (frozen.folder / SUMS).read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    stated = {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines)}
    there = {path.relative_to(frozen.folder).as_posix(): path for path in frozen.folder.rglob("*") if path.is_file() and path.name != SUMS}
    wrong = [name for name in sorted(stated.keys() | there) if name not in there or sha256_of(there[name]) != stated.get(name)]
    remedy = "A release is never changed: restore it from version control."
    place = f"{paths.shown(frozen.folder)}/"
    return [Problem(place, f"{len(wrong)} files are not as they were published", remedy=remedy, details=tuple(wrong))] if wrong else []


def fingerprint_key(paths: Paths) -> bytes:
    """Give the study's key for fingerprints, drawn once."""
    path = paths.fingerprints / KEY
    if not path.is_file():
        write_bytes(path, secrets.token_bytes(32))
    return path.read_bytes()


def fingerprints_of(people: pd.DataFrame, key: bytes) -> pd.DataFrame:
    """Replace every place, person and value by its keyed fingerprint (int64)."""
    return pd.DataFrame({name: people[name].map({text: _keyed(text, key) for text in people[name].unique()}) for name in people})


def _keyed(text: str, key: bytes) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8, key=key).digest(), "big", signed=True)


def keep_fingerprints(paths: Paths, number: int, content: str, fingerprints: pd.DataFrame) -> None:
    """Keep who stood behind the numbers of a release, under its number and what it holds."""
    write_rows(_kept(paths, number, content), fingerprints)


def kept_fingerprints(paths: Paths, frozen: Frozen) -> pd.DataFrame | None:
    """Read who stood behind the numbers of a release; None, and a line that says so, where that is not on this machine."""
    path = _kept(paths, frozen.number, frozen.content)
    try:
        return read_rows(path)
    except (OSError, ValueError):
        tell(f"{paths.study}: who stood behind release {frozen.number} is not known here ({paths.shown(path)} cannot be read):")
        tell("  it is compared by numbers of people alone, which stops more than it need.")
        return None


def _kept(paths: Paths, number: int, content: str) -> Path:
    return paths.fingerprints / str(number) / f"{content[:16]}.parquet"


def people_in(fingerprints: pd.DataFrame, key: bytes) -> People:
    """Give what finds the fingerprints of those who stand in a place, indexed by person."""
    places = dict(tuple(fingerprints.set_index("person").groupby("place")["value"]))
    return lambda place: places.get(_keyed(place, key))
