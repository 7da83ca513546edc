"""A hand-over on the disk: whole or not at all, never over what somebody changed, and refused where nothing could be right."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import docx
import pytest

from pipeline.errors import ResearcherError
from pipeline.render.engine import make_engine
from pipeline.spec.vocabulary import LANGUAGES
from pipeline.stages import handover
from pipeline.stages.build import Wanted, build_study
from pipeline.stages.handover import make_archive, make_handover
from pipeline.stages.reports import Reports
from tests.once import folder_once
from tests.one_group import people
from tests.stages.test_publish import build, publish

pytestmark = pytest.mark.slow

SV = ("sv",)
STATED = {"licence": "CC BY 4.0", "contact": "anna@example.org"}
REPORTS = [{"id": "change", "template": "before_after"}]


def fresh(folder: Path, *, count: int = 60) -> Path:
    """Give a root with one small study, built; with few people nothing of it is released."""
    made = folder_once(f"handed_over_{count}", lambda root: build(root, people(count), publish(1, **STATED), reports=REPORTS))
    for path in made.rglob("*"):
        if path.is_file():
            copy = folder / path.relative_to(made)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return folder


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(ResearcherError) as caught:
        work()
    return str(caught.value)


def test_a_study_is_handed_over_in_the_language_asked_for_and_again_the_same(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    folder = root / "reports" / "one_group" / "handover"
    told = list(make_handover("one_group", SV, root))
    assert [path.name for path in folder.iterdir()] == ["sv"]
    files = files_in(folder / "sv")
    assert f"{len(files)} files" in told[0]
    assert "utgåva 1, 2025-01-01" in files["README.txt"].decode()
    [word] = [name for name in files if name.endswith(".docx")]
    properties = docx.Document(io.BytesIO(files[word])).core_properties
    assert (properties.author, properties.language, f"{properties.created:%Y-%m-%d}") == ("Anna Ek", "sv-SE", "2025-01-01")
    list(make_handover("one_group", SV, root))
    assert files_in(folder / "sv") == files
    with zipfile.ZipFile(folder / "sv" / "one_group-sv.zip") as archive:
        assert {member.date_time[0] for member in archive.infolist()} == {1980}


def test_what_somebody_changed_or_added_is_not_written_over(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    list(make_handover("one_group", SV, root))
    folder = root / "reports" / "one_group" / "handover" / "sv"
    word = next(folder.glob("*.docx"))
    word.write_bytes(b"edited")
    (folder / "letter.txt").write_text("mine")
    before = files_in(folder)
    message = refused(lambda: list(make_handover("one_group", SV, root)))
    assert "2 files are not as they were made" in message and word.name in message and "letter.txt" in message
    assert files_in(folder) == before
    word.unlink()
    (folder / "letter.txt").unlink()
    list(make_handover("one_group", SV, root))
    assert word.is_file()


@pytest.mark.parametrize("sums", ["", "no sums\n\x00", None])
def test_a_folder_whose_checksums_are_damaged_or_gone_is_not_written_over(tmp_path: Path, sums: str | None) -> None:
    root = fresh(tmp_path)
    list(make_handover("one_group", SV, root))
    path = root / "reports" / "one_group" / "handover" / "sv" / "SHA256SUMS"
    path.unlink()
    if sums is not None:
        path.write_text(sums)
    assert "files are not as they were made" in refused(lambda: list(make_handover("one_group", SV, root)))


def test_a_run_that_is_ended_leaves_the_earlier_folder_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = fresh(tmp_path)
    list(make_handover("one_group", SV, root))
    above = root / "reports" / "one_group" / "handover"
    before = files_in(above / "sv")
    written: list[Path] = []

    def ended(path: Path, content: bytes) -> None:
        written.append(path)
        if len(written) == 5:
            raise KeyboardInterrupt
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    with monkeypatch.context() as patch:
        patch.setattr(handover, "write_bytes", ended)
        with pytest.raises(KeyboardInterrupt):
            list(make_handover("one_group", SV, root))
    assert files_in(above / "sv") == before
    list(make_handover("one_group", SV, root))
    assert [path.name for path in above.iterdir()] == ["sv"] and files_in(above / "sv") == before


def test_a_study_of_which_nothing_is_released_is_handed_over_without_its_numbers(tmp_path: Path) -> None:
    root = fresh(tmp_path, count=4)
    list(make_handover("one_group", LANGUAGES, root))
    assert (root / "reports" / "one_group" / "handover" / "sv" / "one_group-change-sv.pdf").is_file()


def test_a_study_without_a_report_says_so(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    toml = root / "studies" / "one_group" / "study.toml"
    toml.write_text(
        re.sub(
            r"(?m)^reports = .*$",
            'reports = [{ id = "change", template = "before_after", languages = ["sv"] }]',
            toml.read_text(encoding="utf-8"),
        )
    )
    with Reports(make_engine(1)) as reports:
        build_study("one_group", Wanted(), reports, root)
        assert reports.finish() == 0
    list(make_handover("one_group", LANGUAGES, root))
    assert [path.name for path in (root / "reports" / "one_group" / "handover").iterdir()] == ["sv"]
    assert "there is no report in en to hand over" in refused(lambda: list(make_handover("one_group", ("en",), root)))


def test_a_study_that_is_not_built_is_refused_with_what_to_do(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    (root / "data" / "processed" / "one_group" / "run.json").unlink()
    assert "is not up to date" in (message := refused(lambda: list(make_handover("one_group", SV, root))))
    assert "Run make STUDY=one_group first" in message
    assert not (root / "reports" / "one_group" / "handover").exists()


def test_one_language_is_handed_over_though_the_other_is_not_made(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    for path in (root / "reports" / "one_group" / "en").iterdir():
        path.unlink()
    list(make_handover("one_group", SV, root))
    assert "1 reports are not up to date" in refused(lambda: list(make_handover("one_group", ("en",), root)))


def test_a_report_that_was_changed_by_hand_is_not_handed_over(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    notebook = next((root / "reports" / "one_group" / "sv").glob("*.ipynb"))
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("1", "2"), encoding="utf-8")
    assert "1 reports are not up to date" in refused(lambda: list(make_handover("one_group", SV, root)))


@pytest.mark.parametrize("missing", [("docx",), ("docx", "typst")])
def test_packages_that_are_missing_are_named_with_what_adds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...]
) -> None:
    root = fresh(tmp_path)
    monkeypatch.setattr(handover, "find_spec", lambda name: None if name in missing else object())
    message = refused(lambda: list(make_handover("one_group", SV, root)))
    assert " and ".join(handover.NEEDED[name] for name in missing) in message
    assert "make handover STUDY=one_group" in message


def test_an_archive_holds_the_release_as_it_is_and_describes_it(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    told = list(make_archive("one_group", root))
    assert "plan.lock" in told[-1] and "licence" not in told[-1], "only what is missing is named"
    files = files_in(root / "reports" / "one_group" / "archive")
    release = files_in(root / "data" / "processed" / "one_group" / "release")
    assert {name.removeprefix("release/"): content for name, content in files.items() if name.startswith("release/")} == release
    for line in files["SHA256SUMS"].decode().splitlines():
        hashed, name = line.split("  ")
        assert sha256(files[name]).hexdigest() == hashed
    with zipfile.ZipFile(io.BytesIO(files.pop("one_group-archive.zip"))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
    readme = files["README.txt"].decode()
    assert "Licens: CC BY 4.0." in readme and "Ask: anna@example.org." in readme
    list(make_archive("one_group", root))
    assert files_in(root / "reports" / "one_group" / "archive").keys() - {"one_group-archive.zip"} == files.keys()


def test_catalogues_are_told_every_variable_and_answer_of_the_release(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    list(make_archive("one_group", root))
    folder = root / "reports" / "one_group" / "archive"
    facts = json.loads((folder / "release" / "release.json").read_text(encoding="utf-8"))
    ddi = ElementTree.parse(folder / "ddi.xml").getroot()
    space = {"ddi": "ddi:codebook:2_5"}
    named = {one.get("name"): one for one in ddi.iterfind("ddi:dataDscr/ddi:var", space)}
    declared = [one for one in facts["variables"] if one["type"] != "id"]
    assert {one["name"] for one in (*declared, *facts["measures"])} == named.keys()
    for one in declared:
        assert [value.text for value in named[one["name"]].iterfind("ddi:catgry/ddi:catValu", space)] == one["answers"]
    dataset = json.loads((folder / "dataset.jsonld").read_text(encoding="utf-8"))
    assert (dataset["license"], dataset["datePublished"], dataset["creator"]["name"]) == ("CC BY 4.0", "2025-01-01", "Anna Ek")
    assert {one["contentUrl"] for one in dataset["distribution"]} >= {f"release/{name}" for name in ("estimates.csv", "release.json")}


def test_an_archive_that_somebody_changed_is_not_written_over(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    list(make_archive("one_group", root))
    (root / "reports" / "one_group" / "archive" / "ddi.xml").write_text("mine")
    assert "ddi.xml" in refused(lambda: list(make_archive("one_group", root)))
