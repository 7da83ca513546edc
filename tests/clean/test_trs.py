"""Cleaning the simulated exports gives back every value and missing reason of the survey they were made from."""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.clean.responses import clean_responses
from pipeline.spec.load import load_study
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import MISSING_CODES
from pipeline.tables.results import Cleaned
from tests.conftest import ROOT
from tests.simtrs import NOT_ANSWERED, read_reasons, read_survey

NUMBERS = ("age", "design_weight", "months_to_change")
FIXED = ("group", "sex", "education", "employment", "register_end", *NUMBERS)
PER_WORKPLACE = {"sector": "sector", "workplace_employees": "employees"}
SHORT_FORM = ("emp_4", "emp_5", "sick_days")


@pytest.fixture(scope="module")
def cleaned(trs: Study) -> Cleaned:
    return clean_responses(trs)


@pytest.fixture(scope="module")
def survey() -> pd.DataFrame:
    return read_survey()


def wave_of(cleaned: Cleaned, wave: str) -> pd.DataFrame:
    answers = cleaned.responses["person"]
    return answers[answers["wave"] == wave].set_index("person")


def asked_again(survey: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Columns of the survey that are answers of a wave: (column, variable, wave)."""
    waves = [(name, name[:-3], name[-2:]) for name in survey.columns if name.endswith(("_t1", "_t2")) and name != "responded_t2"]
    return waves + [(name, name, "t2") for name in survey.columns if name.startswith("step_")]


def as_text(values: pd.Series) -> pd.Series:
    """Numbers without superfluous digits, blank where missing."""
    if values.dtype == "float64":
        return values.map(lambda value: "" if np.isnan(value) else f"{value:.10g}")
    return values.astype("object").where(values.notna(), "")


def test_every_answer_of_every_wave_is_recovered(cleaned: Cleaned, survey: pd.DataFrame) -> None:
    columns = asked_again(survey)
    assert len(columns) == 14 + 14 + 10 + 1
    for column, variable, wave in columns:
        recovered = as_text(wave_of(cleaned, wave)[variable]).reindex(survey.index, fill_value="")
        assert recovered.to_dict() == survey[column].to_dict(), column


def test_every_missing_reason_is_recovered(cleaned: Cleaned, survey: pd.DataFrame) -> None:
    reasons = read_reasons()
    for column, variable, wave in asked_again(survey):
        answers = wave_of(cleaned, wave)
        missing = answers[f"{variable}__missing"]
        expected = reasons.get(column, pd.Series(dtype=str)).reindex(survey.index, fill_value="")
        not_in_wave = expected[expected == NOT_ANSWERED].index
        assert not set(not_in_wave) & set(answers.index), column
        codes = expected.drop(not_in_wave).map({"": 0, **MISSING_CODES})
        assert missing.to_dict() == codes.to_dict(), column


def test_every_fact_of_a_person_is_recovered(cleaned: Cleaned, survey: pd.DataFrame) -> None:
    people = cleaned.units["person"].set_index("person")
    for name in FIXED:
        expected = as_text(survey[name].astype("float64")) if name in NUMBERS else survey[name]
        assert as_text(people[name]).to_dict() == expected.to_dict(), name
        assert (people[f"{name}__missing"] == 0).all()
    assert people["workplace"].to_dict() == survey["workplace"].to_dict()


def test_every_fact_of_a_workplace_is_recovered(cleaned: Cleaned, survey: pd.DataFrame) -> None:
    workplaces = cleaned.units["workplace"].set_index("workplace")
    truth = survey.groupby("workplace").first()
    for column, name in PER_WORKPLACE.items():
        assert as_text(workplaces[name]).to_dict() == truth[column].to_dict()
    assert (workplaces["local_agreement"] == "yes").astype(int).astype(str).to_dict() == truth["local_agreement"].to_dict()


def test_what_the_survey_derives_is_recovered_too(cleaned: Cleaned, survey: pd.DataFrame) -> None:
    people = cleaned.units["person"].set_index("person")
    assert (people["register_end"] == "job_change").astype(int).astype(str).to_dict() == survey["job_change"].to_dict()
    responded = survey["person"].isin(wave_of(cleaned, "t2").index).astype(int).astype(str)
    assert responded.to_dict() == survey["responded_t2"].to_dict()
    first = wave_of(cleaned, "t1")
    short = (first[[f"{name}__missing" for name in SHORT_FORM]] == MISSING_CODES["not_asked"]).all(axis="columns")
    assert short.map({True: "short", False: "full"}).to_dict() == survey["form"].to_dict()


def test_the_flow_counts_as_the_survey_does(cleaned: Cleaned, survey: pd.DataFrame) -> None:
    flow = cleaned.flow.set_index(["chain", "node", "group"])["n"]
    for group in ("participant", "control"):
        theirs = survey[survey["group"] == group]
        assert flow["sample", "in_sample", group] == len(theirs)
        assert flow["wave:t2", "answered", group] == (theirs["responded_t2"] == "1").sum()
        assert flow["wave:t2", "no_answer", group] == (theirs["responded_t2"] == "0").sum()
    assert flow["sample", "invited", "all"] == len(survey)
    assert "control" not in cleaned.flow.loc[cleaned.flow["chain"] == "wave:talks", "group"].tolist()


def test_every_row_received_is_kept_or_excluded(cleaned: Cleaned, trs: Study) -> None:
    for source in trs.declaration.sources:
        counts = cleaned.flow[cleaned.flow["chain"] == f"rows:{source.name}"].set_index("node")["n"]
        assert counts["rows_received"] - (cleaned.exclusions["source"] == source.name).sum() == counts["rows_kept"]


def shuffled(root: Path) -> Study:
    """Copy the study with the data rows of every file in another order."""
    shutil.copytree(ROOT / "studies" / "trs", root / "studies" / "trs")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    raw = root / "data" / "raw" / "trs"
    raw.mkdir(parents=True)
    toml = root / "studies" / "trs" / "study.toml"
    for path in sorted((ROOT / "data" / "raw" / "trs").glob("*.csv")):
        cells = pd.read_csv(path, sep=";", encoding="cp1252", dtype=str, keep_default_na=False, lineterminator=None)
        other = cells.sample(frac=1, random_state=7).to_csv(None, sep=";", index=False, lineterminator="\r\n").encode("cp1252")
        (raw / path.name).write_bytes(other)
        old, new = (hashlib.sha256(content).hexdigest() for content in (path.read_bytes(), other))
        toml.write_text(toml.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return load_study("trs", root)


def test_the_order_of_rows_changes_nothing_but_row_numbers(cleaned: Cleaned, tmp_path: Path) -> None:
    other = clean_responses(shuffled(tmp_path))
    for unit in cleaned.units:
        pd.testing.assert_frame_equal(other.responses[unit], cleaned.responses[unit])
        pd.testing.assert_frame_equal(other.units[unit], cleaned.units[unit])
    pd.testing.assert_frame_equal(other.flow, cleaned.flow)
    pd.testing.assert_frame_equal(other.cleaning_log, cleaned.cleaning_log)

    def accounted(table: pd.DataFrame) -> pd.DataFrame:
        plain = table.assign(unit_id=table["unit_id"].str.upper())
        return plain[["source", "unit_id", "rule"]].sort_values(["source", "unit_id", "rule"], ignore_index=True)

    pd.testing.assert_frame_equal(accounted(other.exclusions), accounted(cleaned.exclusions))
