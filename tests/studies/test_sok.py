"""The bundled interview study: its counts counted again from the raw file, and a release without a trace of who said what."""

import csv
import json
from collections import defaultdict

import pytest

from pipeline.spec.load import load_study
from pipeline.spec.study import Study
from pipeline.tables.frames import csv_bytes
from pipeline.tables.results import Released
from tests.conftest import ROOT
from tests.once import release_of

RAW = ROOT / "data" / "raw" / "sok"
TABLES = ("estimates", "distributions", "flow", "labels", "deviations", "quotations")


@pytest.fixture(scope="module")
def sok() -> Study:
    return load_study("sok", ROOT)


@pytest.fixture(scope="module")
def released(sok: Study) -> Released:
    return release_of(sok)


@pytest.fixture(scope="module")
def codes(sok: Study) -> dict[tuple[str, str], dict[str, str]]:
    """Read (interview, theme) -> coder -> ja or nej with the standard library only; repeated rows say the same."""
    themes = {answer.raw.casefold(): answer.code for answer in sok.answer_lists["theme"]}
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    with (RAW / "kodningar.csv").open(encoding="cp1252", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            interview, coder, theme, said = (row[name].strip().casefold() for name in ("Intervju", "Kodare", "Tema", "Nämns"))
            if said:
                found[interview, themes[theme]][coder] = said
    return found


def test_every_theme_of_the_programme_is_counted_as_in_the_raw_file(released: Released, codes: dict) -> None:
    rows = released.distributions
    sums = rows[(rows["exhibit"] == "coding") & (rows["column"] == "all")]
    assert sums["row"].nunique() == 11 + 4  # themes, and what was also said
    for row in sums.itertuples():
        coded = [list(said.values()) for (_, theme), said in codes.items() if theme == row.row]
        assert row.n == sum(said.count("ja") >= row.x for said in coded), row.row
        assert row.total == sum(len(said) >= row.x for said in coded), row.row


def test_equal_codes_are_counted_as_in_the_raw_file(released: Released, codes: dict) -> None:
    rows = released.estimates
    alike = rows[(rows["estimand"] == "percent_agreement") & rows["level"].str.startswith("theme=")]
    assert len(alike) == 15
    for row in alike.itertuples():
        both = [said for (_, theme), said in codes.items() if theme == row.level.removeprefix("theme=") and len(said) == 2]
        assert round(row.estimate * row.n) == sum(len(set(said.values())) == 1 for said in both)
        assert row.n == len(both)


def test_no_text_without_consent_and_no_id_is_in_the_release(released: Released) -> None:
    everything = "\n".join(
        [*(csv_bytes(getattr(released, name)).decode() for name in TABLES), json.dumps(released.facts, ensure_ascii=False)]
    )
    with (RAW / "intervjuer.csv").open(encoding="cp1252", newline="") as file:
        consent = {row["Intervju"].strip(): row["Får citeras"].strip().casefold() for row in csv.DictReader(file, delimiter=";")}
    with (RAW / "kodningar.csv").open(encoding="cp1252", newline="") as file:
        texts = [(row["Intervju"].strip(), " ".join(row["Citat"].split())) for row in csv.DictReader(file, delimiter=";") if row["Citat"]]
    given = {text for interview, text in texts if consent[interview] == "ja"}
    assert {text for _, text in texts} - given
    assert not [text for _, text in texts if text not in given and text in everything]
    assert "example.org" not in everything
    assert not [interview for interview in consent if interview in everything]


def test_as_many_quotations_were_read_as_there_are(released: Released) -> None:
    status = released.quotations["status"].value_counts()
    assert status["shown"] > 0
    assert "not_read" not in status.index
