"""Freeze the release of a study, with its reports, into ``releases/<study>/<number>/``; refuse what would tell of few people beside earlier ones."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pandas as pd

from pipeline.compare.people import people_behind
from pipeline.disclose.across.compared import Finding, recognised, told_elsewhere, told_together
from pipeline.disclose.across.numbers import Release, numbers_of
from pipeline.disclose.policy import Policy
from pipeline.errors import Problem, ResearcherError, raise_if_any
from pipeline.spec.check_publication import published_rows
from pipeline.spec.load import load_study
from pipeline.spec.publication import Publish
from pipeline.spec.study import Study
from pipeline.stages.finished import stale_problems
from pipeline.stages.pages import all_pages
from pipeline.stages.releases import (
    FACTS,
    SUMS,
    Frozen,
    changed_files,
    fingerprint_key,
    fingerprints_of,
    frozen_releases,
    keep_fingerprints,
    kept_fingerprints,
    people_in,
    states_of,
)
from pipeline.stages.reports import asked_for
from pipeline.stages.running import emphasised, forget_problems, only_run, tell
from pipeline.stages.store import load
from pipeline.stages.up_to_date import hash_of, read_record
from pipeline.tables.atomic import write_bytes
from pipeline.tables.frames import read_older_table
from pipeline.tables.glossary import DISTRIBUTIONS, ESTIMATES
from pipeline.tables.results import Cleaned, Scored

EXAMPLE = '[publish]\nnumber = 1\ndate = "2025-06-30"\nprepared_by = "Who answers for it"'
WAYS_ON = """There are three ways on (docs/publish.md):
  wait, and publish when at least {base} people differ;
  take the earlier release back wherever it was sent: replaces = {number} and a reason, which the report prints;
  keep these numbers back: put these lines behind [publish] in study.toml, then make and publish again:
{withhold}"""


def publish_study(name: str, root: Path | None = None) -> list[str]:
    """Freeze the release of a study as it was built last.

    Parameters
    ----------
    name : str
        Folder in ``studies/``.
    root : Path, optional
        Project root; this checkout when absent.

    Returns
    -------
    list of str
        What was done.

    Raises
    ------
    ResearcherError
        When release or reports are not up to date, hold what was published
        before, or tell of few people together with earlier publications.
    """
    study = load_study(name, root)
    publish = study.declaration.publish
    if publish is None:
        raise ResearcherError.of(f"studies/{name}/study.toml, publish", "is missing", EXAMPLE, "Say who publishes what; docs/publish.md.")
    with only_run(study.paths):
        raise_if_any(stale_problems(study))
        frozen = frozen_releases(study.paths)
        content = _content_of(study)
        raise_if_any(_number_problems(study, publish, frozen, content))
        fingerprints, new = _new_release(study)
        followed = [one for one in frozen if states_of(study, frozen)[one.number] == "followed"]
        found = told_together([_earlier_release(study, one, new) for one in followed], new)
        for one in study.declaration.published:
            found += told_elsewhere(published_rows(study, one), f"{one.id} ({one.date})", new)
        if found:
            raise ResearcherError([_told(study, publish, found, followed)])
        forget_problems(study.paths)
        keep_fingerprints(study.paths, publish.number, content, fingerprints)
        folder = _freeze(study, publish, content, [one.number for one in followed])
    names = [f"release {one.number}" for one in followed] + [one.id for one in study.declaration.published]
    compared = f"compared with {', '.join(names)}" if names else "the first"
    return [emphasised(f"{study.id}: release {publish.number} frozen in {study.paths.shown(folder)}/") + f", {compared}"]


def _content_of(study: Study) -> str:
    """Hash the tables and texts of a release; what they were made from, and which releases they follow, does not count."""
    return hash_of({name: sha256 for name, sha256 in _released(study).items() if not name.endswith(".json")})


def _released(study: Study) -> dict[str, str]:
    """Give the files of the release, relative to the root, with their hashes; what else lies there does not count."""
    return read_record(study.paths)["stages"]["release"]["outputs"]


def _number_problems(study: Study, publish: Publish, frozen: list[Frozen], content: str) -> Iterator[Problem]:
    """Earlier releases must be as they were published, the new one must be the next, and say something new."""
    for one in frozen:
        yield from changed_files(one, study.paths)
    same = [one.number for one in frozen if one.content == content]
    if same:
        yield Problem(
            f"{study.paths.shown(study.paths.releases)}/{same[0]}/", "holds this content already", remedy="Nothing is to be published."
        )
        return
    latest = max((one.number for one in frozen), default=0)
    if publish.number != latest + 1:
        found = (
            f"release {publish.number}, where the latest is {latest}" if latest else f"release {publish.number}, where there is none yet"
        )
        yield Problem(f"studies/{study.id}/study.toml, publish number", found, str(latest + 1), "Number releases one after another.")
    named = [number for number in (publish.replaces, *(one.number for one in publish.withdrawn)) if number is not None]
    for number in named:
        if number not in [one.number for one in frozen]:
            yield Problem(f"studies/{study.id}/study.toml, publish", f"there is no release {number}", remedy="Name one in releases/.")


def _new_release(study: Study) -> tuple[pd.DataFrame, Release]:
    key = fingerprint_key(study.paths)
    fingerprints = fingerprints_of(people_behind(study, load(study, Cleaned), load(study, Scored)), key)
    return fingerprints, _release(study.paths.release, "this release", fingerprints, key)


def _earlier_release(study: Study, frozen: Frozen, new: Release) -> Release:
    name = f"release {frozen.number} ({frozen.date})"
    release = _release(frozen.folder / "release", name, kept_fingerprints(study.paths, frozen), fingerprint_key(study.paths))
    found = recognised(release, new)
    if found is not release and release.everybody is not None:
        tell(f"{study.id}: most ids of {name} are others now; it is compared by numbers of people alone, which stops more than it need.")
    return found


def _release(folder: Path, name: str, fingerprints: pd.DataFrame | None, key: bytes) -> Release:
    facts = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    estimates, distributions = (read_older_table(folder / f"{table.name}.csv", table) for table in (ESTIMATES, DISTRIBUTIONS))
    numbers = numbers_of(estimates, distributions, facts)
    policy = Policy(facts["disclosure"]["minimum_base"], facts["disclosure"]["minimum_cell"])
    if fingerprints is None:
        return Release(name, numbers, policy)
    return Release(name, numbers, policy, people_in(fingerprints, key), frozenset(fingerprints["person"]))


def _told(study: Study, publish: Publish, found: list[Finding], followed: list[Frozen]) -> Problem:
    """Say which numbers tell of few people, of whom, and the ways on."""
    base = study.declaration.disclosure.minimum_base
    where: dict[tuple[str, str, str], list[str]] = {}
    for one in found:
        where.setdefault((one.outcome, one.wave, one.why), []).append(f"{one.level} ({', '.join(one.analyses)})")
    details = [f"{_named(outcome, wave)}: {why}: {'; '.join(dict.fromkeys(levels))}" for (outcome, wave, why), levels in where.items()]
    kept_back = dict.fromkeys((one.outcome, one.wave, one.level) for one in found)
    lines = [f"[[publish.withhold]]\noutcome = {json.dumps(o)}\nwave = {json.dumps(w)}\nlevel = {json.dumps(v)}" for o, w, v in kept_back]
    latest = followed[-1].number if followed else 1
    return Problem(
        f"studies/{study.id}/study.toml, publish",
        f"release {publish.number} would tell of fewer than {base} people together with what is published",
        remedy=WAYS_ON.format(withhold="\n".join(lines), base=base, number=latest),
        details=tuple(details),
    )


def _named(outcome: str, wave: str) -> str:
    return f"{outcome}@{wave}" if wave else outcome


def _freeze(study: Study, publish: Publish, content: str, follows: list[int]) -> Path:
    """Write the folder of a release; it appears under its name complete or not at all."""
    paths = study.paths
    folder, unfinished = paths.releases / str(publish.number), paths.releases / f".{publish.number}.part"
    sources = {f"release/{Path(name).name}": paths.root / name for name in _released(study)}
    for one in asked_for(study, all_pages(study)):
        sources |= {f"reports/{path.relative_to(paths.reports).as_posix()}": path for path in one.files.made.values()}
    said = publish.model_dump(mode="json", exclude={"withhold"}) | {
        "study": study.id,
        "content": content,
        "follows": follows,
        "elsewhere": [one.id for one in study.declaration.published],
    }
    files = {name: path.read_bytes() for name, path in sources.items()}
    files[FACTS] = (json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
    files[SUMS] = "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()
    for name, written in files.items():
        write_bytes(unfinished / name, written)
    unfinished.rename(folder)
    return folder
