"""Publishing a generated study again and again: frozen, compared, refused, and the ways on."""

import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import cli
from pipeline.errors import ResearcherError
from pipeline.render.engine import make_engine
from pipeline.render.kept import ANNEX
from pipeline.stages.build import Wanted, build_study
from pipeline.stages.publish import publish_study
from pipeline.stages.reports import Reports
from pipeline.stages.told import THEIR_FAULT
from pipeline.tables.frames import read_table
from pipeline.tables.glossary import DISTRIBUTIONS, ESTIMATES
from tests.miniature import both, sha256
from tests.once import folder_once
from tests.one_group import ANALYSES, EXHIBITS, Person, analysis, one_group, people

pytestmark = pytest.mark.slow

EVERYBODY = people(60)
MORE = people(75)[60:]
ONE_MORE = [*EVERYBODY, MORE[0]]
CALMER = analysis("calmer", "paired", "calmness@exit", "primary", before="start", by=["sex"])
FEW = {"analyses": [CALMER], "exhibits": []}
"""What most of these studies ask: enough to be compared, and quick."""


def publish(number: int = 2, **more: object) -> dict:
    return {"number": number, "date": f"2025-0{number}-01", "prepared_by": "Anna Ek"} | more


def build(root: Path, group: Iterable[Person], said: dict, **changes: object) -> None:
    """Write the study of one group, with what it says of its publication, and build it."""
    one_group(root, group, publish=said, **(FEW | changes))
    with Reports(make_engine(1)) as reports:
        build_study("one_group", Wanted(), reports, root)
        assert reports.finish() == 0


def published(root: Path) -> list[str]:
    return publish_study("one_group", root)


def refused(root: Path) -> str:
    """Give the message with which publishing is refused, in full."""
    with pytest.raises(ResearcherError) as caught:
        published(root)
    return "\n".join(problem.text() for problem in caught.value.problems)


def publish_first(root: Path) -> None:
    build(root, EVERYBODY, publish(1))
    published(root)


def one_more(root: Path) -> None:
    shutil.copytree(folder_once("published_once", publish_first), root)
    build(root, ONE_MORE, publish())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project in which release 1 is published."""
    return shutil.copytree(folder_once("published_once", publish_first), tmp_path, dirs_exist_ok=True)


@pytest.fixture
def joined(tmp_path: Path) -> Path:
    """A project in which release 1 is published, and release 2 built of one person more."""
    return shutil.copytree(folder_once("one_more", one_more), tmp_path, dirs_exist_ok=True)


def test_a_release_is_frozen_with_its_checksums_and_who_answers_for_it(root: Path) -> None:
    folder = root / "releases" / "one_group" / "1"
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "SHA256SUMS"]
    assert lines == [f"{sha256(path)}  {path.relative_to(folder).as_posix()}" for path in files]
    kept = root / "data" / "processed" / "one_group" / "release"
    assert (folder / "release" / "estimates.csv").read_bytes() == (kept / "estimates.csv").read_bytes()
    facts = json.loads((folder / "publication.json").read_text(encoding="utf-8"))
    assert (facts["date"], facts["prepared_by"], facts["checked_by"], facts["follows"]) == ("2025-01-01", "Anna Ek", None, [])


def test_the_same_content_is_not_published_twice(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("RORLIGHET_ROOT", str(root))
    assert cli.main(["publish", "one_group"]) == THEIR_FAULT
    assert "releases/one_group/1/: holds this content already" in capsys.readouterr().err


def test_nobody_can_be_read_in_what_is_kept_of_people(root: Path) -> None:
    [kept] = (root / "data" / "processed" / "one_group" / "published" / "1").iterdir()
    assert b"P001" not in kept.read_bytes() and b"woman" not in kept.read_bytes()
    frozen = [path.read_bytes() for path in (root / "releases").rglob("*") if path.is_file()]
    assert not any(b"P001" in content for content in frozen)


def changed(number: str, **facts: object) -> list[Person]:
    return [replace(one, **facts) if one.number == number else one for one in EVERYBODY]


def test_every_table_that_one_more_person_stands_in_is_listed(tmp_path: Path) -> None:
    """Answers, measures, moves, curves, times, shares and targets: whatever shows another number than before."""
    everything = {"analyses": ANALYSES, "exhibits": EXHIBITS}
    build(tmp_path, EVERYBODY, publish(1), **everything)
    published(tmp_path)
    build(tmp_path, ONE_MORE, publish(), **everything)
    told = refused(tmp_path).partition("There are three ways on")[0]
    frozen, now = (folder / "release" for folder in (tmp_path / "releases/one_group/1", tmp_path / "data/processed/one_group"))
    for table, numbers in ((ESTIMATES, ["estimate"]), (DISTRIBUTIONS, ["n", "share"])):
        before, after = (read_table(folder / f"{table.name}.csv", table).set_index(list(table.key))[numbers] for folder in (frozen, now))
        other = (before.reindex(after.index) != after) & after.notna() & before.reindex(after.index).notna()
        for key in after.index[other.any(axis="columns")]:
            row = dict(zip(table.key, key, strict=True))
            if row.get("estimand") not in ("n", "response_rate"):
                named = row["outcome"] + (f"@{row['wave']}" if row["wave"] else "")
                assert any(line.strip().startswith(f"{named}: 1 added") and f"{row['level']} (" in line for line in told.splitlines()), row


FEW_DIFFER = "would tell of fewer than 6 people"


def test_a_release_of_one_person_more_is_refused(joined: Path) -> None:
    told = refused(joined)
    assert "1 added since release 1 (2025-01-01)" in told and FEW_DIFFER in told
    assert not (joined / "releases" / "one_group" / "2").exists()


@pytest.mark.parametrize(
    ("group", "said"),
    [
        (EVERYBODY[:-3], "3 removed since release 1 (2025-01-01)"),
        (changed(EVERYBODY[0].number, sex="man" if EVERYBODY[0].sex == "woman" else "woman"), "1 added since release 1 (2025-01-01)"),
    ],
    ids=["removed", "subgroup redefined"],
)
def test_a_release_that_differs_by_few_people_is_refused(root: Path, group: list[Person], said: str) -> None:
    build(root, group, publish())
    told = refused(root)
    assert said in told and FEW_DIFFER in told
    assert not (root / "releases" / "one_group" / "2").exists()


def test_another_subgroup_of_nearly_the_same_people_is_refused(root: Path) -> None:
    """Release 1 shows the men; release 2 those in the south, who are the men but for two."""
    shutil.rmtree(root / "releases")
    group = [replace(one, town="south" if one.sex == "man" else "north") for one in EVERYBODY]
    moved = {one.number for one in group if one.sex == "man"}
    few = sorted(number for number in moved if "exit" in next(one for one in group if one.number == number).calm)[:2]
    group = [replace(one, town="north") if one.number in few else one for one in group]
    first, second = (analysis("calmer", "paired", "calmness@exit", "primary", before="start", by=[name]) for name in ("sex", "town"))
    build(root, group, publish(1), analyses=[first])
    published(root)
    build(root, group, publish(), analyses=[second])
    told = refused(root)
    assert "subtracting it from earlier releases leaves 2 people: town=" in told


def test_withholding_what_is_listed_lets_it_be_published(joined: Path) -> None:
    lines: list[dict] = []
    told = refused(joined)
    for block in told.split("[[publish.withhold]]\n")[1:]:
        pairs = (line.split(" = ") for line in block.splitlines()[:3])
        lines.append({key: json.loads(value) for key, value in pairs})
    build(joined, ONE_MORE, publish(withhold=lines))
    assert published(joined) == ["one_group: release 2 frozen in releases/one_group/2/, compared with release 1"]
    estimates = (joined / "releases" / "one_group" / "2" / "release" / "estimates.csv").read_text(encoding="utf-8")
    assert "withheld_published" in estimates


def test_a_release_may_replace_the_earlier_one_and_says_so(root: Path) -> None:
    build(root, EVERYBODY[:-1], publish(replaces=1, reason=both("An error.")))
    assert published(root) == ["one_group: release 2 frozen in releases/one_group/2/, the first"]
    facts = json.loads((root / "releases" / "one_group" / "2" / "release" / "release.json").read_text(encoding="utf-8"))
    assert facts["provenance"]["follows"] == [{"number": 1, "date": "2025-01-01", "state": "replaced"}]
    build(root, EVERYBODY[:-2], publish(3))  # compared with release 2 only
    told = refused(root)
    assert "1 removed since release 2" in told and "release 1" not in told
    build(root, EVERYBODY[:-2], publish(3, withdrawn=[{"number": 2, "reason": both("Sent by mistake.")}]))
    assert published(root) == ["one_group: release 3 frozen in releases/one_group/3/, the first"]


def test_enough_new_people_may_be_published_when_rare_answers_are_kept_back(root: Path) -> None:
    build(root, [*EVERYBODY, *MORE], publish(), analyses=[analysis("calmer", "paired", "calmness@exit", "primary", before="start")])
    told = refused(root)
    assert "with one answer since release 1" in told and "added" not in told


def test_a_corrected_answer_is_found_by_fingerprints_and_without_them_by_n(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    person = EVERYBODY[4]
    build(root, changed(person.number, calm=person.calm | {"start": "1" if person.calm["start"] != "1" else "2"}), publish())
    assert "1 changed since release 1 (2025-01-01)" in refused(root)
    shutil.rmtree(root / "data" / "processed" / "one_group" / "published")
    assert "number of people from 60 to 60 since release 1 (2025-01-01)" in refused(root)
    assert "who stood behind release 1 is not known here" in capsys.readouterr().err


def test_earlier_releases_are_as_they_were_published_and_the_new_one_is_the_next(root: Path) -> None:
    with (root / "releases" / "one_group" / "1" / "release" / "estimates.csv").open("a") as file:
        file.write("\n")
    build(root, EVERYBODY[:-9], publish(3))
    told = refused(root)
    assert "releases/one_group/1/: 1 files are not as they were published" in told and "release/estimates.csv" in told
    assert "release 3, where the latest is 1" in told


def test_other_thresholds_may_not_show_what_release_1_lets_be_subtracted(tmp_path: Path) -> None:
    """The same people under other thresholds hide other levels: at some of these, what either hides follows from both."""
    asked = [CALMER, analysis("target_by", "attainment", "in_work@later", target=0.7, by=["house"])]
    for number, base in ((1, 15), (2, 6)):
        build(tmp_path, EVERYBODY, publish(number), analyses=asked, disclosure={"minimum_base": base, "minimum_cell": 3})
        told = published(tmp_path) if number == 1 else refused(tmp_path)
    assert "subtracting it from earlier releases leaves" in told


def test_a_table_published_elsewhere_counts(root: Path) -> None:
    shutil.rmtree(root / "releases")
    elsewhere = [{"id": "thesis", "label": both("A thesis"), "date": "2024-06-01", "file": "thesis.csv"}]
    folder = root / "studies" / "one_group"
    (folder / "thesis.csv").write_text("outcome,wave,level,group,n,mean,share\ncalmness,start,,,59,3.00,\n", encoding="utf-8")
    build(root, EVERYBODY, publish(1), published=elsewhere)
    assert "calmness@start: number of people from 59 in thesis (2024-06-01) to 60: all (description)" in refused(root)


def test_what_is_not_up_to_date_is_not_published(root: Path) -> None:
    one_group(root, EVERYBODY[:-9], publish=publish())
    assert "responses is not up to date" in refused(root)


def test_a_study_that_says_nothing_of_publishing_is_told_how(root: Path) -> None:
    one_group(root, EVERYBODY)
    assert "studies/one_group/study.toml, publish: is missing" in refused(root) and 'prepared_by = "' in refused(root)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (publish(1, checked_by="anna  ek"), "has also prepared it"),
        (publish(2, replaces=1), "reason: is missing"),
        (publish(2, reason=both("x")), "replaces: is missing"),
        (publish(1, replaces=1, reason=both("x")), "names release 1, and this is release 1"),
        (publish(1) | {"date": "2025-02-30"}, "is no day"),
        (publish(1, withhold=[{"outcome": "calmnes"}]), "did you mean 'calmness'?"),
    ],
)
def test_what_a_study_says_of_its_publication_is_checked(tmp_path: Path, said: dict, problem: str) -> None:
    with pytest.raises(ResearcherError) as caught:
        one_group(tmp_path, EVERYBODY[:3], publish=said)
    assert problem in str(caught.value)


def test_a_published_table_is_checked(tmp_path: Path) -> None:
    elsewhere = [{"id": "thesis", "label": both("A thesis"), "date": "2024-06-01", "file": "thesis.csv"}]
    folder = tmp_path / "studies" / "one_group"
    folder.mkdir(parents=True)
    (folder / "thesis.csv").write_text("outcome,wave,level,group,n,mean,share\ncalmnes,start,,,some,3,5\n", encoding="utf-8")
    with pytest.raises(ResearcherError) as caught:
        one_group(tmp_path, EVERYBODY[:3], published=elsewhere)
    assert "'calmnes' is not a declared measure or variable" in str(caught.value) and "'some'" in str(caught.value)


def test_the_report_names_the_releases_that_it_follows(root: Path) -> None:
    build(root, [*EVERYBODY, *MORE], publish(checked_by="Bo Al"), reports=[{"id": "change", "template": "before_after"}])
    for language, said in {"sv": "Den följer på utgåva 1 (2025-01-01)", "en": "It follows release 1 (2025-01-01)"}.items():
        annex = (root / "reports" / "one_group" / language / f"change{ANNEX}").read_text(encoding="utf-8")
        assert said in annex and "Anna Ek" in annex and "Bo Al" in annex
