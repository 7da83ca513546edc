"""Nothing is lost or silently wrong: killed, damaged, shared and full. A few trials of each; ``make trials`` makes many."""

import os
import random
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.spec.study import Study
from pipeline.stages import told
from tests.miniature import ANSWERS, BEFORE, CODEBOOK, both, declaration, miniature, source, toml
from tests.once import folder_once
from tests.trials import builds
from tests.trials.inputs import BASES, DECLARED, DRAWN, FORMATS, commanded, try_mutation, write_base

pytestmark = pytest.mark.slow

KILLS, FLIPS, MUTATED = 10, 40, 300


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """The smallest study, built."""
    root = shutil.copytree(folder_once("smallest", builds.build_whole), tmp_path / "whole", symlinks=True)
    status, said = commanded(root, "build", "mini", "--index")
    assert status == told.OK, said
    return root


def test_a_run_killed_at_any_step_leaves_whole_files_only_and_the_next_one_finishes(whole: Path) -> None:
    made = builds.tables(whole)
    steps = builds.steps_of(whole)
    draw = random.Random(1)
    assert [fault for _ in range(KILLS) for fault in builds.try_kill(whole, made, draw.randrange(1, steps))] == []


def test_a_flipped_bit_is_noticed_by_make_though_no_time_tells_of_it(whole: Path) -> None:
    assert "-m pipeline" not in builds.would_make(whole)
    draw = random.Random(2)
    assert [fault for trial in range(FLIPS) for fault in builds.try_flip(whole, draw, again=trial % 5 == 0)] == []


@pytest.mark.parametrize("name", ["data/processed/mini/estimates.csv", "reports/mini/sv/group_comparison.html", "reports/index.html"])
def test_what_somebody_deleted_is_made_again(whole: Path, name: str) -> None:
    before = (whole / name).read_bytes()
    (whole / name).unlink()
    assert "-m pipeline" in builds.would_make(whole)
    assert commanded(whole, "build", "mini", "--index")[0] == told.OK
    assert (whole / name).read_bytes() == before
    assert "-m pipeline" not in builds.would_make(whole)


def test_an_older_file_put_back_with_its_old_time_is_noticed(whole: Path) -> None:
    path = whole / "studies" / "mini" / "codebook.csv"
    path.write_text(CODEBOOK.replace("Calm,lugn", "Calmness,lugn"), encoding="utf-8")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert "pipeline build mini" in builds.would_make(whole)


def test_two_builds_at_once_make_the_same_as_one(whole: Path) -> None:
    made = builds.tables(whole)
    assert builds.try_two_at_once(whole, made) == []


def test_a_disk_without_room_is_named_and_leaves_no_half_file(whole: Path) -> None:
    made = builds.tables(whole)
    sizes = sorted(len(content) for content in made.values())
    for room in (0, sizes[0], sizes[len(sizes) // 2], sizes[-1] - 1):
        assert builds.try_small_disk(whole, made, room) == []
    for kilobytes in (4, 24, sum(sizes) // 2048):
        assert not builds.try_full_disk(whole, made, kilobytes)


def test_what_a_killed_run_left_is_removed_by_the_next_and_strangers_are_left_alone(whole: Path) -> None:
    folder = whole / "data" / "processed" / "mini"
    left = [
        place / ".estimates.csv.0123456789ab.part"
        for place in (folder, folder / "release", folder / "responses", whole / "reports" / "mini" / "sv")
    ]
    left += [whole / "reports" / ".index.html.0123456789ab.part", whole / "studies" / "mini" / ".plan.lock.0123456789ab.part"]
    strangers = [folder / "release" / "copy of estimates.csv", folder / "responses" / "person (1).parquet"]
    for path in (*left, *strangers):
        path.write_bytes(b"micro-data")
    (folder / "release" / "own").mkdir()
    status, said = commanded(whole, "build", "mini", "--index")
    assert (status, "made in" in said, "written anew" in said) == (told.OK, False, False), said
    assert [path for path in left if path.exists()] == []
    assert all(path.exists() for path in strangers)


def test_no_mutated_input_ends_in_a_fault_of_ours(bases: dict[int | str, Study]) -> None:
    failed = []

    @given(st.randoms(use_true_random=False), st.sampled_from([bases[which] for which in (*DRAWN, *DECLARED)]))
    @settings(max_examples=MUTATED, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    def try_one(draw: random.Random, study: Study) -> None:
        tried = try_mutation(study, draw, "check")
        assert not tried.failed, failed.append((tried.file, tried.said))

    try_one()


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[int | str, Study]:
    """The studies that are mutated."""
    return {which: write_base(tmp_path_factory.mktemp("base"), which) for which in BASES}


def test_mutated_studies_and_workbooks_are_built_or_refused(bases: dict[int | str, Study]) -> None:
    draw = random.Random(3)
    tried = [try_mutation(study, draw, "build", "--until", "release") for study in (bases[which] for which in (*DRAWN, *FORMATS))]
    assert [(one.file, one.said) for one in tried if one.failed] == []


def analyses(**changes: object) -> list[dict]:
    usual = {"id": "main", "role": "primary", "estimator": "welch", "outcomes": ["calmness@t2"], "label": both("Calmness after")}
    return [{**usual, **changes}]


def measures(**changes: object) -> list[dict]:
    usual = {"name": "calmness", "label": both("Calmness"), "unit": both("1-3"), "rule": "as_answered", "items": ["calm"]}
    return [{**usual, **changes}]


def said_of(root: Path, codebook: str = CODEBOOK, answers: str = ANSWERS, **changes: object) -> str:
    """Write a declaration with a mistake; give what ``make check`` says of it."""
    miniature(root)
    folder = root / "studies" / "mini"
    declared = declaration(**changes)
    (folder / "study.toml").write_text(toml(declared), encoding="utf-8")
    (folder / "codebook.csv").write_text(codebook, encoding="utf-8")
    (folder / "answers.csv").write_text(answers, encoding="utf-8")
    status, said = commanded(root, "check", "mini")
    assert status == told.THEIR_FAULT, said
    return said


@pytest.mark.parametrize(
    ("mistake", "expected"),
    [
        ({"measures": measures(items=["clam"])}, "items: 'clam' is not a declared variable"),
        ({"measures": measures(items=["clam"], reversed=["clam"], range=[1, 3])}, "did you mean 'calm'?"),
        ({"balance": {"covariates": ["age", "calmnes@t1"]}}, "balance covariates: 'calmnes' is not a declared"),
        ({"analyses": analyses(outcomes=["calmnes@t2"])}, "outcomes: 'calmnes' is not a declared"),
        ({"analyses": analyses(covariates=["agee"], estimator="adjusted")}, "covariates: 'agee' is not a declared"),
        ({"analyses": analyses(restrict={"grup": ["participant"]})}, "restrict: 'grup' is not a declared"),
        ({"codebook": CODEBOOK.replace("rating,calm,person,,often,,,Lugn,Calm,lugn,lugn\n", "")}, "items: 'calm' is not a declared variable"),
        ({"codebook": CODEBOOK.replace("id,person,person,yes,,,,Nummer,Number,nr,nr\n", "")}, "units 'person' id: 'person' is not a declared id"),
        ({"codebook": CODEBOOK.replace("text,comment,person,,,,", "text,comment,person,,,,1 2")}, "column classes: '1 2'"),
        ({"codebook": CODEBOOK.replace("id,person,person,yes,,,", "id,person,person,yes,,,0 5")}, "Leave classes out: a id has none."),
    ],
)  # fmt: skip
def test_a_slip_in_a_declaration_names_its_place(tmp_path: Path, mistake: dict, expected: str) -> None:
    assert expected in said_of(tmp_path, **mistake)


def test_texts_that_are_not_utf8_are_named_with_their_line(tmp_path: Path) -> None:
    miniature(tmp_path)
    (tmp_path / "studies" / "mini" / "texts").mkdir()
    (tmp_path / "studies" / "mini" / "texts" / "sv.md").write_bytes("Ett\nTvå år\n".encode("cp1252"))
    status, said = commanded(tmp_path, "check", "mini")
    assert (status, "studies/mini/texts/sv.md, line 2: is not UTF-8" in said) == (told.THEIR_FAULT, True)


def test_thousands_of_columns_that_nobody_declared_cost_little(tmp_path: Path) -> None:
    """Where each column was compared with each, they took 22 CPU seconds."""
    width = 20_000
    wide = [line + ";x" * width for line in BEFORE.strip().split("\n")]
    wide[0] = wide[0].replace("grupp", "gruppen").replace(";x" * width, "".join(f";fråga {place}" for place in range(width)))
    miniature(tmp_path, {"before.csv": "\n".join(wide) + "\n"})
    began = time.process_time()
    status, said = commanded(tmp_path, "check", "mini")
    assert time.process_time() - began < 5
    assert (status, f"{width + 1} columns are not in the codebook" in said, "did you mean 'grupp'?" in said) == (
        told.THEIR_FAULT,
        True,
        True,
    )


def test_a_heading_of_any_length_is_read(tmp_path: Path) -> None:
    long = "Fråga " * 40_000
    wide = "\n".join(line + (";x" if place else f";{long}") for place, line in enumerate(BEFORE.strip().split("\n")))
    miniature(tmp_path, {"before.csv": wide + "\n"}, sources=[source("before", wave="t1", ignore="rest"), source("after", wave="t2")])
    assert commanded(tmp_path, "check", "mini")[0] == told.OK


@pytest.mark.parametrize(
    "shape", ["[]", "null", '{"stages": []}', '{"stages": {"responses": 1}}', '{"stages": {"responses": {"key": "x"}}}', "\0", "[" * 9999]
)
def test_a_record_of_another_shape_counts_as_nothing_made(whole: Path, shape: str) -> None:
    (whole / "data" / "processed" / "mini" / "run.json").write_text(shape)
    status, said = commanded(whole, "build", "mini", "--until", "responses")
    assert (status, "responses (1 of 5) made in" in said) == (told.OK, True), said


def test_a_damaged_release_is_left_out_of_the_index_and_told(whole: Path) -> None:
    (whole / "data" / "processed" / "mini" / "release" / "release.json").write_text("{")
    status, said = commanded(whole, "index")
    assert (status, "mini: its release is not as it was made" in said) == (told.OK, True)


def test_a_fault_that_nobody_foresaw_names_its_place_and_quotes_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    miniature(tmp_path)

    def stumble(*_: object) -> None:
        raise RuntimeError("Vet ej, said A3")

    monkeypatch.setattr("pipeline.clean.rows.interpret", stumble)
    status, said = commanded(tmp_path, "build", "mini", "--until", "responses")
    assert status == told.OUR_FAULT
    assert 'while at work on data/raw/mini/before.csv, group "grupp"' in said
    assert "RuntimeError in pipeline/clean/rows.py" in said
    assert not any(word in said for word in ("Vet ej", "Traceback"))
    log = tmp_path / "data" / "processed" / "mini" / "fault.txt"
    assert "Vet ej, said A3" in log.read_text(encoding="utf-8")
    monkeypatch.undo()
    assert commanded(tmp_path, "build", "mini", "--until", "responses")[0] == told.OK
    assert not log.exists()


def test_a_folder_where_a_table_should_be_is_named(whole: Path) -> None:
    table = whole / "data" / "processed" / "mini" / "estimates.csv"
    table.unlink()
    table.mkdir()
    status, said = commanded(whole, "build", "mini", "--until", "estimates")
    assert (status, "data/processed/mini/estimates.csv: a folder stands where a file should" in said) == (told.THEIR_FAULT, True), said


def test_a_file_that_only_the_program_asks_for_is_a_fault_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    miniature(tmp_path)
    monkeypatch.setattr("pipeline.stages.build.read_record", lambda paths: (paths.processed / "never").read_text())
    status, said = commanded(tmp_path, "build", "mini", "--until", "responses")
    assert status == told.OUR_FAULT
    assert "FileNotFoundError" in said
    assert "while at work on data/processed/mini/never" in said


def test_files_of_a_source_are_not_named_in_what_leaves(whole: Path) -> None:
    leaving = [*(whole / "data/processed/mini/release").rglob("*"), *(whole / "reports").rglob("*")]
    assert [path.name for path in leaving if path.is_file() and b"before.csv" in path.read_bytes()] == []
