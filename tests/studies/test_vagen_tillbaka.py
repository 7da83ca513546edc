"""The bundled study of the long-term unemployed: who counts, and its main numbers, again from the raw files."""

import csv
from collections import defaultdict
from datetime import date, datetime

import pandas as pd
import pyreadstat
import pytest

from pipeline.spec.load import load_study
from pipeline.spec.study import Study
from pipeline.tables.results import Cleaned, Estimated
from tests.conftest import ROOT
from tests.once import results_of

pytestmark = pytest.mark.slow

RAW = ROOT / "data" / "raw" / "vagen_tillbaka"
TOP = 6
"""Regular work, own business and studies are one rung: codes 6 to 8."""
MUNICIPALITIES = {"eskilstuna", "finspang", "katrineholm", "norrkoping"}


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study("vagen_tillbaka", ROOT)


@pytest.fixture(scope="module")
def cleaned(study: Study) -> Cleaned:
    return results_of(study)[0]


@pytest.fixture(scope="module")
def estimated(study: Study) -> Estimated:
    return results_of(study)[-1]


def stays() -> dict[str, list[dict[str, str]]]:
    """Read the register with the standard library only: person -> rows."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (RAW / "deltagarregister.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["lopnr"].strip().upper()].append(row)
    return found


def day(text: str) -> date:
    return datetime.strptime(text.strip(), "%d.%m.%Y" if "." in text else "%Y-%m-%d").date()


def statuses(file: str) -> dict[str, int]:
    """Read the codes of the status from an SPSS file; of a person with several rows the code that is there."""
    cells, _ = pyreadstat.read_sav(RAW / file, user_missing=True)
    found: dict[str, int] = {}
    for number, status in zip(cells["lopnr"], cells["syss"], strict=True):
        if not pd.isna(status):
            found[number.strip().upper()] = int(status)
    return {number: code for number, code in found.items() if number not in ("TEST", "D999")}


def row(estimated: Estimated, analysis: str, estimand: str, term: str = "all") -> pd.Series:
    rows = estimated.estimates
    [found] = rows[
        (rows["analysis"] == analysis) & (rows["estimand"] == estimand) & (rows["term"] == term) & (rows["level"] == "all")
    ].index
    return rows.loc[found]


def test_two_people_came_back_and_count_once_from_first_entry_to_last_exit(cleaned: Cleaned) -> None:
    people = cleaned.units["person"].set_index("person")
    again = {number: rows for number, rows in stays().items() if len(rows) > 1}
    assert (len(people), len(again)) == (150, 2)
    for number, rows in again.items():
        assert people.loc[number, "entry"].date() == min(day(one["inskriven"]) for one in rows)
        assert people.loc[number, "exit"].date() == max(day(one["utskriven"]) for one in rows)


def test_dates_and_places_are_the_programmes_own(cleaned: Cleaned) -> None:
    people = cleaned.units["person"]
    assert people["entry"].min().date() >= date(2012, 1, 9)
    assert people["exit"].max().date() <= date(2014, 6, 30)
    assert set(people["municipality"]) == MUNICIPALITIES


def test_moves_on_the_ladder_are_those_of_the_spss_files(estimated: Estimated) -> None:
    before, after = statuses("enkat_1_start.sav"), statuses("enkat_3_avslut.sav")
    changes = [min(after[number], TOP) - min(before[number], TOP) for number in after]
    for estimand, holds in (("share_up", lambda c: c > 0), ("share_same", lambda c: c == 0), ("share_down", lambda c: c < 0)):
        found = row(estimated, "ladder_exit", estimand)
        assert found["n"] == len(changes)
        assert found["estimate"] == pytest.approx(sum(map(holds, changes)) / len(changes))


def test_the_share_in_work_after_18_months_is_a_product_over_the_register(estimated: Estimated) -> None:
    ends = [(float(rows[0]["manader_till_arbete"]), rows[0]["avslutsorsak"] == "Arbete") for rows in stays().values()]
    without = 1.0
    for moment in sorted({time for time, works in ends if works}):
        at_risk = sum(time >= moment for time, _ in ends)
        without *= 1 - sum(works for time, works in ends if time == moment) / at_risk
    assert row(estimated, "time_to_work", "survival_at", "18")["estimate"] == pytest.approx(without)


def test_the_contradiction_and_the_context_figures_of_the_source_are_declared(study: Study) -> None:
    values = {one.id: one.value for one in study.declaration.context}
    assert values == {
        "ostergotland": 0.073,
        "young_ostergotland": 0.115,
        "young_sweden": 0.095,
        "sodermanland_people": 13100,
        "sodermanland": 0.079,
        "sweden": 0.061,
    }
    assert "Flen" in study.declaration.contradictions[0].text.sv
