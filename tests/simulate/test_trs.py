"""The simulated files are the committed ones, and hold what the survey holds."""

import csv
import hashlib
from pathlib import Path

import numpy as np
import pytest

from pipeline.simulate.mess import blanked, with_repeated_rows, with_test_rows
from pipeline.spec.study import Study
from tests.conftest import ROOT
from tests.simtrs import TEST_IDS, read_survey, render_trs

RAW = ROOT / "data" / "raw" / "trs"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated") / "trs"
    render_trs(folder)
    return folder


def rows_of(file: str) -> list[dict[str, str]]:
    with (RAW / file).open(encoding="cp1252", newline="") as opened:
        return list(csv.DictReader(opened, delimiter=";"))


def test_rendering_again_gives_the_committed_files_byte_for_byte(rendered: Path) -> None:
    assert {path.name: path.read_bytes() for path in rendered.iterdir()} == {path.name: path.read_bytes() for path in RAW.iterdir()}


def test_the_marker_lists_the_sha256_of_every_file() -> None:
    lines = (RAW / "SIMULATED").read_text().splitlines()
    listed = dict(reversed(line.split("  ")) for line in lines if not line.startswith("#"))
    assert listed == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in RAW.glob("*.csv")}


def test_the_declaration_states_the_sha256_of_every_file(trs: Study) -> None:
    for source in trs.declaration.sources:
        assert source.sha256 == hashlib.sha256((RAW / source.file).read_bytes()).hexdigest()


def test_headings_are_the_raw_names_of_the_codebook(trs: Study) -> None:
    for source in trs.declaration.sources:
        declared = {variable.raw_names[source.name] for variable in trs.variables if source.name in variable.raw_names}
        assert set(rows_of(source.file)[0]) == declared


def test_invited_are_the_persons_of_each_workplace() -> None:
    counts = read_survey().groupby("workplace").size()
    assert {row["Arbetsplats"]: int(row["Inbjudna"]) for row in rows_of("arbetsplatser.csv")} == counts.to_dict()


def test_design_weights_times_invited_give_the_same_frame_share_within_a_sector() -> None:
    survey = read_survey()
    survey["invited"] = survey.groupby("workplace")["person"].transform("size")
    implied = survey["design_weight"].astype(float) * survey["invited"] / survey["workplace_employees"].astype(float)
    spread = implied.groupby(survey["sector"]).agg(lambda values: values.max() - values.min())
    assert (spread < 0.001).all()


def test_about_85_per_cent_of_the_participants_answer_on_the_talks() -> None:
    participants = set(read_survey().query("group == 'participant'")["person"])
    answering = {row["Löpnr"].strip().upper() for row in rows_of("samtal.csv")} - {name.upper() for name in TEST_IDS}
    assert answering <= participants
    share, standard_error = len(answering) / len(participants), np.sqrt(0.85 * 0.15 / len(participants))
    assert abs(share - 0.85) < 2 * standard_error


def test_the_great_majority_found_the_talks_positive() -> None:
    answers = [row["Upplevelse av samtalen"].replace("\u00a0", " ").strip().lower() for row in rows_of("samtal.csv")]
    assert sum(answer in ("ganska positivt", "mycket positivt") for answer in answers) > 0.7 * len(answers)


def test_test_rows_and_comments_with_traps_are_in_the_questionnaires() -> None:
    for file in ("baslinje.csv", "uppfoljning.csv", "samtal.csv"):
        rows = rows_of(file)
        assert {row["Löpnr"] for row in rows} >= set(TEST_IDS)
        comments = "|".join(row["Kommentar"] for row in rows)
        assert all(trap in comments for trap in ("=SUMMA(A1)", ";", '"', "\n"))


def test_repeated_rows_are_as_many_as_asked_for() -> None:
    import pandas as pd

    table = pd.DataFrame({"id": [f"P{number}" for number in range(20)], "answer": "ja"})
    repeated = with_repeated_rows(table, "id", lambda row: blanked(row, ["answer"]), (3, 2, 4), np.random.default_rng(1))
    assert len(repeated) == 20 + 3 + 2 + 4
    assert (repeated["answer"] == "").sum() == 4
    assert repeated["id"].str.startswith(" p").sum() == 2


def test_test_rows_stand_on_top_in_the_middle_and_at_the_end() -> None:
    import pandas as pd

    table = pd.DataFrame({"id": [f"P{number}" for number in range(10)]})
    with_tests = with_test_rows(table, "id", TEST_IDS)
    assert [with_tests["id"].tolist().index(name) for name in TEST_IDS] == [0, 1, 2 + 5, 13]


def test_what_participants_say_of_plans_agrees_with_their_follow_up() -> None:
    survey = read_survey().set_index("person")
    answers = {row["Löpnr"].strip().upper(): row["Använt planen med chefen"].strip() for row in rows_of("samtal.csv")}
    reported = {person: survey["step_plan_in_talk"].get(person, "") for person in answers}
    pairs = [(answers[person], reported[person]) for person in answers if answers[person] in ("Ja", "Nej") and reported[person]]
    agreeing = sum((said == "Ja") == (wrote == "yes") for said, wrote in pairs)
    assert len(pairs) > 80
    assert agreeing / len(pairs) > 0.85
