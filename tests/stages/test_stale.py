"""What a change rebuilds: the stages that read what changed, and what follows only where their tables came out otherwise."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.spec.declaration import Declaration
from pipeline.spec.declared import Text
from pipeline.spec.load import load_study
from pipeline.stages.build import table_steps
from pipeline.stages.up_to_date import MADE, WORDED, keys_read, note_stage, read_record
from tests.conftest import ROOT
from tests.miniature import both, declaration, miniature
from tests.once import folder_once
from tests.stages.project import build_tables, change

OPEN = {"minimum_base": 1, "minimum_cell": 1, "reason": both("Made up.")}
RESPONSES, SCORES, ESTIMATES, DECIDED, RELEASE = MADE
MEASURE, MAIN = declaration()["measures"][0], declaration()["analyses"][0]


@contextmanager
def noted() -> Iterator[set[str]]:
    """Note which top-level keys of a declaration are read, and whether texts are."""
    seen: set[str] = set()
    of_declaration, of_text = Declaration.__getattribute__, Text.__getattribute__

    def key(declared: Declaration, name: str) -> object:
        if name in Declaration.model_fields:
            seen.add(name)
        return of_declaration(declared, name)

    def language(text: Text, name: str) -> object:
        if name in Text.model_fields:
            seen.add("text")
        return of_text(text, name)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Declaration, "__getattribute__", key)
        patched.setattr(Text, "__getattribute__", language)
        yield seen


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "studies").iterdir()))
def test_what_a_stage_reads_is_in_its_key(name: str, tmp_path: Path) -> None:
    for folder in (f"studies/{name}", f"data/raw/{name}"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    study = load_study(name, tmp_path)
    record = read_record(study.paths)
    for step in table_steps(study, record):
        with noted() as seen:
            files = step.make()
        note_stage(study, record, step.stage, step.key, files)
        allowed = {*keys_read(study, step.stage), *(["text"] if step.stage in WORDED else [])}
        assert seen - allowed == set(), step.stage


def declared(**changes: object) -> Callable[[Path], object]:
    """Change top-level keys of the declaration."""
    return lambda root: miniature(root, **{"disclosure": OPEN, **changes})


def replaced(file: str, old: str, new: str) -> Callable[[Path], object]:
    return lambda root: change(root / "studies/mini" / file, old, new)


def commented(root: Path) -> None:
    path = root / "studies/mini/study.toml"
    path.write_text(f"# A remark.\n\n{path.read_text(encoding='utf-8')}", encoding="utf-8")


def told(root: Path) -> None:
    (root / "studies/mini/texts").mkdir()
    for language in ("sv", "en"):
        (root / f"studies/mini/texts/{language}.md").write_text("Ord.\n", encoding="utf-8")


LATER = {"id": "later", "role": "secondary", "estimator": "rank", "outcomes": ["calmness@t2"], "label": both("Ranks")}
NOBODY = {"id": "nobody", "label": both("Nobody"), "sources": ["before"], "variable": "age", "values": ["75"]}
OLDEST = {"id": "oldest", "label": both("The oldest"), "sources": ["before"], "variable": "age", "values": ["59"]}

CHANGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "a comment": (commented, set()),
    "the title": (declared(title=both("Another")), {RELEASE}),
    "words of the researcher": (told, {RELEASE}),
    "the label of a measure": (declared(measures=[MEASURE | {"label": both("Peace")}]), {RELEASE}),
    "the label of an analysis": (declared(analyses=[MAIN | {"label": both("Peace after")}]), {RELEASE}),
    "the label of a variable": (replaced("codebook.csv", ",Age,", ",Years,"), {RESPONSES, RELEASE}),
    "the label of an answer": (replaced("answers.csv", ",Never,", ",Not once,"), {RESPONSES, RELEASE}),
    "a threshold": (declared(disclosure=OPEN | {"minimum_base": 2}), {DECIDED, RELEASE}),
    "another analysis": (declared(analyses=[MAIN, LATER]), {ESTIMATES, DECIDED, RELEASE}),
    "the seed": (declared(seed=2), {ESTIMATES, DECIDED, RELEASE}),
    "the direction of a measure": (declared(measures=[MEASURE | {"direction": "higher"}]), {SCORES, ESTIMATES, DECIDED, RELEASE}),
    "an exclusion of nobody, which the flow tells": (declared(exclusions=[NOBODY]), set(MADE)),
    "an exclusion of somebody": (declared(exclusions=[OLDEST]), set(MADE)),
    "the limits of an answer": (replaced("codebook.csv", "16..75", "16..80"), {RESPONSES, SCORES, ESTIMATES, DECIDED, RELEASE}),
}


def made(root: Path) -> None:
    miniature(root, disclosure=OPEN)
    build_tables("mini", root)


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    """A project whose study is built down to its release."""
    return shutil.copytree(folder_once("stale", made), tmp_path / "mini")


@pytest.mark.slow
@pytest.mark.parametrize("what", CHANGES)
def test_what_a_change_moves_is_made_again_and_the_rest_is_what_it_would_be(what: str, mini: Path, capsys: pytest.CaptureFixture) -> None:
    make_change, expected = CHANGES[what]
    make_change(mini)
    capsys.readouterr()
    build_tables("mini", mini)
    lines = capsys.readouterr().err.splitlines()
    assert {line.split()[1] for line in lines if " made in " in line} == expected
    anew = shutil.copytree(mini, mini.with_name("anew"), ignore=shutil.ignore_patterns("processed"))
    build_tables("mini", anew)
    assert tables(mini) == tables(anew)


def tables(root: Path) -> dict[str, bytes]:
    folder = root / "data/processed/mini"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
